// SPDX-License-Identifier: Apache-2.0
#include <xcb/xcb.h>

#include <QAbstractNativeEventFilter>
#include <QGuiApplication>

#include "client/platform/key_presses.h"

namespace sudare::platform {
namespace {

class XcbKeyPresses final : public KeyPresses, private QAbstractNativeEventFilter {
   public:
    XcbKeyPresses() { qApp->installNativeEventFilter(this); }
    ~XcbKeyPresses() override {
        if (qApp != nullptr)
            qApp->removeNativeEventFilter(this);
    }
    XcbKeyPresses(const XcbKeyPresses&) = delete;
    XcbKeyPresses& operator=(const XcbKeyPresses&) = delete;

    [[nodiscard]] quint64 count() const override { return count_; }

   private:
    bool nativeEventFilter(const QByteArray& type, void* message, qintptr*) override {
        constexpr std::uint8_t kSent = 0x80;  // by another client; its presses count as well
        if (type == "xcb_generic_event_t") {
            const auto* event = static_cast<const xcb_generic_event_t*>(message);
            if ((event->response_type & ~kSent) == XCB_KEY_PRESS)
                ++count_;
        }
        return false;
    }

    quint64 count_ = 0;
};

}  // namespace

std::unique_ptr<KeyPresses> count_key_presses() {
    if (qApp == nullptr || QGuiApplication::platformName() != QStringLiteral("xcb"))
        return nullptr;
    return std::make_unique<XcbKeyPresses>();
}

}  // namespace sudare::platform

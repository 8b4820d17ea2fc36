// SPDX-License-Identifier: Apache-2.0
#include <netinet/in.h>
#include <netinet/tcp.h>
#include <sys/prctl.h>
#include <sys/resource.h>
#include <unistd.h>
#include <xcb/xcb.h>

#include <QFile>
#include <QGuiApplication>
#include <QLocale>
#include <cerrno>
#include <csignal>
#include <cstdlib>
#include <cstring>
#include <memory>

#include "client/platform/terminal.h"

namespace sudare::platform {
namespace {

// xcb replies are malloc'ed.
struct FreeDeleter {
    void operator()(void* memory) const { std::free(memory); }
};
template <typename T>
using XcbReply = std::unique_ptr<T, FreeDeleter>;

// The X connection of the running application; nullptr without one.
xcb_connection_t* x_connection() {
    if (qobject_cast<QGuiApplication*>(QCoreApplication::instance()) == nullptr)
        return nullptr;
    auto* x11 = qApp->nativeInterface<QNativeInterface::QX11Application>();
    return x11 != nullptr ? x11->connection() : nullptr;
}

xcb_window_t root_window(xcb_connection_t* connection) {
    return xcb_setup_roots_iterator(xcb_get_setup(connection)).data->root;
}

xcb_atom_t atom_of(xcb_connection_t* connection, const char* name) {
    const XcbReply<xcb_intern_atom_reply_t> reply(xcb_intern_atom_reply(
        connection,
        xcb_intern_atom(connection, 1, static_cast<std::uint16_t>(std::strlen(name)), name),
        nullptr));
    return reply ? reply->atom : xcb_atom_t{XCB_ATOM_NONE};
}

// _XKB_RULES_NAMES: five NUL-terminated texts: rules, model, layout, variant, options.
std::optional<KeyboardLayout> layout_from_x11(xcb_connection_t* connection) {
    const xcb_atom_t atom = atom_of(connection, "_XKB_RULES_NAMES");
    if (atom == XCB_ATOM_NONE)
        return std::nullopt;
    const XcbReply<xcb_get_property_reply_t> reply(xcb_get_property_reply(
        connection,
        xcb_get_property(connection, 0, root_window(connection), atom, XCB_ATOM_STRING, 0, 256),
        nullptr));
    if (!reply)
        return std::nullopt;
    const QByteArray value(static_cast<const char*>(xcb_get_property_value(reply.get())),
                           xcb_get_property_value_length(reply.get()));
    return layout_from_xkb(QString::fromLatin1(value.split('\0').value(2)));
}

// Debian's system-wide setting: XKBLAYOUT="jp".
std::optional<KeyboardLayout> layout_from_system() {
    if (const auto forced = layout_from_xkb(qEnvironmentVariable("XKB_DEFAULT_LAYOUT")))
        return forced;
    QFile file(QStringLiteral("/etc/default/keyboard"));
    if (!file.open(QIODevice::ReadOnly))
        return std::nullopt;
    for (const QByteArray& line : file.read(4096).split('\n'))
        if (line.startsWith("XKBLAYOUT="))
            return layout_from_xkb(QString::fromLatin1(line.mid(10)).remove(u'"'));
    return std::nullopt;
}

std::optional<bool> modifier_on(unsigned mask) {
    xcb_connection_t* connection = x_connection();
    if (connection == nullptr)
        return std::nullopt;
    const XcbReply<xcb_query_pointer_reply_t> reply(xcb_query_pointer_reply(
        connection, xcb_query_pointer(connection, root_window(connection)), nullptr));
    if (!reply)
        return std::nullopt;
    return (reply->mask & mask) != 0;
}

}  // namespace

std::optional<KeyboardLayout> layout_from_xkb(const QString& layouts) {
    const QString first = layouts.section(u',', 0, 0).trimmed();
    if (first.isEmpty())
        return std::nullopt;
    return first == QStringLiteral("jp") ? KeyboardLayout::kJp : KeyboardLayout::kUs;
}

KeyboardLayout detect_keyboard_layout() {
    if (xcb_connection_t* connection = x_connection())
        if (const auto layout = layout_from_x11(connection))
            return *layout;
    if (const auto layout = layout_from_system())
        return *layout;
    return QLocale::system().language() == QLocale::Japanese ? KeyboardLayout::kJp
                                                             : KeyboardLayout::kUs;
}

std::optional<bool> caps_lock_on() {
    return modifier_on(XCB_MOD_MASK_LOCK);
}

// Mod2 by the convention of every XKB symbols file that Debian has.
std::optional<bool> num_lock_on() {
    return modifier_on(XCB_MOD_MASK_2);
}

std::optional<int> round_trip_ms(qintptr socket) {
    tcp_info info{};
    socklen_t size = sizeof info;
    if (socket < 0 ||
        ::getsockopt(static_cast<int>(socket), IPPROTO_TCP, TCP_INFO, &info, &size) != 0)
        return std::nullopt;
    return static_cast<int>((info.tcpi_rtt + 999) / 1000);
}

void use_large_cursors() {
    qputenv("XCURSOR_SIZE", "48");
}

void protect_process() {
    const rlimit none{0, 0};
    ::setrlimit(RLIMIT_CORE, &none);
    ::prctl(PR_SET_DUMPABLE, 0, 0, 0, 0);
    // A dead decoder's pipe is an error code, not a signal.
    ::signal(SIGPIPE, SIG_IGN);
}

std::optional<QByteArray> read_secret_line(int descriptor, qsizetype maximum) {
    QByteArray line;
    bool ok = false;
    char byte = 0;
    while (line.size() <= maximum) {
        const ssize_t count = ::read(descriptor, &byte, 1);
        if (count < 0 && errno == EINTR)
            continue;
        ok = count >= 0;
        if (count <= 0 || byte == '\n')
            break;
        line.append(byte);
    }
    if (descriptor > STDERR_FILENO)
        ::close(descriptor);
    if (!ok || line.size() > maximum || line.isEmpty())
        return std::nullopt;
    return line;
}

}  // namespace sudare::platform

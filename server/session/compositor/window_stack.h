// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <memory>
#include <vector>

namespace sudare::compositor {

struct Context;
class Surface;
class XdgPopup;
class XdgToplevel;

// The windows over each other, each as large as the screen, and the menus that hold a grab. The
// topmost has the keyboard and takes all input; closing it shows the one beneath.
class WindowStack {
   public:
    explicit WindowStack(Context& context) : context_(context) {}

    // A window was made: from now on it is told about changes of the screen.
    void created(const std::shared_ptr<XdgToplevel>& window);
    // It shows something: it goes on top, unless it is in the stack already.
    void push(const std::shared_ptr<XdgToplevel>& window);
    // It shows nothing any more. Windows that are not in the stack are ignored.
    void remove_mapped(const XdgToplevel* window);
    // It is no more.
    void remove(const XdgToplevel* window);
    [[nodiscard]] std::vector<std::shared_ptr<XdgToplevel>> bottom_to_top() const;
    // The window at the bottom goes on top: repeated, every one has its turn. With less than two
    // windows nothing happens.
    void raise_next();

    // The size or the scale of the screen changed: every window follows.
    void reconfigure(bool scale_changed);

    // A menu takes the keyboard until it goes.
    void push_grab(const std::shared_ptr<XdgPopup>& popup);
    void remove_grab(const XdgPopup* popup);
    // A click beside everything closes all menus.
    void dismiss_grabs();

   private:
    void focus_topmost();

    Context& context_;
    std::vector<std::weak_ptr<XdgToplevel>> known_;
    std::vector<std::weak_ptr<XdgToplevel>> mapped_;  // bottom to top
    std::vector<std::weak_ptr<XdgPopup>> grabs_;      // oldest first
};

}  // namespace sudare::compositor

// SPDX-License-Identifier: Apache-2.0
// An input method of the session: a second client, over its own socket.
#include "server/session/compositor/input_method_protocol.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <linux/input-event-codes.h>
#include <unistd.h>

#include <algorithm>
#include <memory>
#include <string>
#include <vector>

#include "tests/unit/server/session/compositor/desk.h"

namespace sudare::compositor::test {
namespace {

using testing::Contains;
using testing::ElementsAre;
using testing::IsEmpty;
using testing::Not;

using Lines = std::vector<std::string>;

void note(void* data, std::string line) {
    static_cast<Lines*>(data)->push_back(std::move(line));
}

// Requests by opcode, as in input_method_protocol.h.
enum MethodRequest : std::uint32_t { kCommitString, kPreedit, kDelete, kCommit, kPopup, kGrab };
enum KeyboardRequest : std::uint32_t { kKeymap, kKey, kModifiers };

// A client that speaks as fcitx5 does, and hands on the keys that it is told to.
class Ime {
   public:
    explicit Ime(Desk& desk) : client(std::make_unique<Client>(desk, Desk::Socket::kInputMethod)) {
        auto* manager = bind(kInputMethodManagerInterface);
        auto* keyboards = bind(kVirtualKeyboardManagerInterface);
        method = wl_proxy_marshal_flags(manager, 0, &kInputMethodInterface, 1, 0, client->seat,
                                        nullptr);
        keyboard = wl_proxy_marshal_flags(keyboards, 0, &kVirtualKeyboardInterface, 1, 0,
                                          client->seat, nullptr);
        static const MethodListener kListener = {
            [](void* data, wl_proxy*) { note(data, "activate"); },
            [](void* data, wl_proxy*) { note(data, "deactivate"); },
            [](void* data, wl_proxy*, const char*, std::uint32_t, std::uint32_t) {
                note(data, "surrounding");
            },
            [](void*, wl_proxy*, std::uint32_t) {},
            [](void* data, wl_proxy*, std::uint32_t hint, std::uint32_t purpose) {
                note(data, "type " + std::to_string(hint) + " " + std::to_string(purpose));
            },
            [](void* data, wl_proxy*) { note(data, "done"); },
            [](void* data, wl_proxy*) { note(data, "unavailable"); }};
        add_listener(method, kListener, &said);
        client->roundtrip();
    }

    void grab() {
        grabbed = wl_proxy_marshal_flags(method, kGrab, &kKeyboardGrabInterface, 1, 0, nullptr);
        static const GrabListener kListener = {
            [](void*, wl_proxy*, std::uint32_t, int fd, std::uint32_t) { ::close(fd); },
            [](void* data, wl_proxy*, std::uint32_t, std::uint32_t, std::uint32_t code,
               std::uint32_t down) { note(data, (down ? "+" : "-") + std::to_string(code)); },
            [](void* data, wl_proxy*, std::uint32_t, std::uint32_t pressed, std::uint32_t,
               std::uint32_t, std::uint32_t) { note(data, "mods " + std::to_string(pressed)); },
            [](void*, wl_proxy*, std::int32_t, std::int32_t) {}};
        add_listener(grabbed, kListener, &heard);
        client->roundtrip();
        heard.clear();
    }
    void release_grab() {
        wl_proxy_marshal_flags(grabbed, 0, nullptr, 1, WL_MARSHAL_FLAG_DESTROY);
        client->roundtrip();
    }

    void forward(std::uint32_t code, bool down) {
        wl_proxy_marshal_flags(keyboard, kKey, nullptr, 1, 0, 0U, code, down ? 1U : 0U);
        client->roundtrip();
    }
    void tell_modifiers(std::uint32_t pressed) {
        wl_proxy_marshal_flags(keyboard, kModifiers, nullptr, 1, 0, pressed, 0U, 0U, 0U);
        client->roundtrip();
    }
    void compose(const char* committed, const char* preedit, std::uint32_t serial) {
        if (*committed)
            wl_proxy_marshal_flags(method, kCommitString, nullptr, 1, 0, committed);
        if (*preedit)
            wl_proxy_marshal_flags(method, kPreedit, nullptr, 1, 0, preedit, 0, 3);
        wl_proxy_marshal_flags(method, kCommit, nullptr, 1, 0, serial);
        client->roundtrip();
    }
    [[nodiscard]] std::uint32_t dones() const {
        return static_cast<std::uint32_t>(std::ranges::count(said, "done"));
    }

    std::unique_ptr<Client> client;
    wl_proxy* method = nullptr;
    wl_proxy* keyboard = nullptr;
    wl_proxy* grabbed = nullptr;
    Lines said, heard;

   private:
    struct MethodListener {
        void (*activate)(void*, wl_proxy*);
        void (*deactivate)(void*, wl_proxy*);
        void (*surrounding)(void*, wl_proxy*, const char*, std::uint32_t, std::uint32_t);
        void (*cause)(void*, wl_proxy*, std::uint32_t);
        void (*type)(void*, wl_proxy*, std::uint32_t, std::uint32_t);
        void (*done)(void*, wl_proxy*);
        void (*unavailable)(void*, wl_proxy*);
    };
    struct GrabListener {
        void (*keymap)(void*, wl_proxy*, std::uint32_t, int, std::uint32_t);
        void (*key)(void*, wl_proxy*, std::uint32_t, std::uint32_t, std::uint32_t, std::uint32_t);
        void (*modifiers)(void*, wl_proxy*, std::uint32_t, std::uint32_t, std::uint32_t,
                          std::uint32_t, std::uint32_t);
        void (*repeat)(void*, wl_proxy*, std::int32_t, std::int32_t);
    };
    template <typename Listener>
    static void add_listener(wl_proxy* proxy, const Listener& listener, Lines* lines) {
        using Table = void (**)();
        wl_proxy_add_listener(proxy, reinterpret_cast<Table>(const_cast<Listener*>(&listener)), lines);
    }
    wl_proxy* bind(const wl_interface& interface) const {
        const auto known = std::ranges::find(client->globals, interface.name);
        EXPECT_NE(known, client->globals.end()) << interface.name;
        const auto name = client->names[static_cast<std::size_t>(known - client->globals.begin())];
        return static_cast<wl_proxy*>(wl_registry_bind(client->registry, name, &interface, 1));
    }
};

// What the browser's keyboard and text input hear.
struct Page {
    explicit Page(Client& owner)
        : client(owner),
          input(zwp_text_input_manager_v3_get_text_input(owner.text_inputs, owner.seat)) {
        static const wl_keyboard_listener kKeyboard = {
            .keymap = [](void*, wl_keyboard*, std::uint32_t, int fd, std::uint32_t) { ::close(fd); },
            .enter = [](void*, wl_keyboard*, std::uint32_t, wl_surface*, wl_array*) {},
            .leave = [](void*, wl_keyboard*, std::uint32_t, wl_surface*) {},
            .key = [](void* data, wl_keyboard*, std::uint32_t, std::uint32_t, std::uint32_t code,
                      std::uint32_t down) { note(data, (down ? "+" : "-") + std::to_string(code)); },
            .modifiers = [](void* data, wl_keyboard*, std::uint32_t, std::uint32_t pressed,
                            std::uint32_t, std::uint32_t,
                            std::uint32_t) { note(data, "mods " + std::to_string(pressed)); },
            .repeat_info = [](void*, wl_keyboard*, std::int32_t, std::int32_t) {}};
        wl_keyboard_add_listener(wl_seat_get_keyboard(client.seat), &kKeyboard, &keys);
        static const zwp_text_input_v3_listener kInput = {
            .enter = [](void*, zwp_text_input_v3*, wl_surface*) {},
            .leave = [](void*, zwp_text_input_v3*, wl_surface*) {},
            .preedit_string = [](void* data, zwp_text_input_v3*, const char* said, std::int32_t,
                                 std::int32_t) { note(data, std::string("preedit ") + said); },
            .commit_string = [](void* data, zwp_text_input_v3*,
                                const char* said) { note(data, std::string("commit ") + said); },
            .delete_surrounding_text = [](void*, zwp_text_input_v3*, std::uint32_t,
                                          std::uint32_t) {},
            .done = [](void* data, zwp_text_input_v3*, std::uint32_t) { note(data, "done"); }};
        zwp_text_input_v3_add_listener(input, &kInput, &text);
    }
    void open_field(int y = 20, std::uint32_t hint = 0) {
        zwp_text_input_v3_enable(input);
        zwp_text_input_v3_set_content_type(input, hint, 0);
        zwp_text_input_v3_set_cursor_rectangle(input, 30, y, 0, 16);
        commit();
    }
    void close_field() {
        zwp_text_input_v3_disable(input);
        commit();
    }
    void commit() {
        zwp_text_input_v3_commit(input);
        client.roundtrip();
        keys.clear();
        text.clear();
    }
    Client& client;
    zwp_text_input_v3* input;
    Lines keys, text;
};

class InputMethodTest : public testing::Test {
   protected:
    void SetUp() override {
        client.roundtrip();
        page.commit();
    }
    // The page's field, with an input method that has the keys.
    void start() {
        page.open_field();
        ime.client->roundtrip();
        ime.grab();
        ime.said.clear();
    }
    void key(std::uint16_t code, bool down) {
        desk.compositor().key(code, down);
        if (ime.client)
            ime.client->roundtrip();
        client.roundtrip();
    }
    void tap(std::uint16_t code) {
        key(code, true);
        key(code, false);
    }
    void hand_on(std::uint16_t code, bool down) {
        ime.forward(code, down);
        client.roundtrip();
    }

    Desk desk;
    Client client{desk};
    Page page{client};
    Window window{client, 0xff000000};
    Ime ime{desk};
};

TEST_F(InputMethodTest, EachClientSeesItsOwnGlobalsOnly) {
    for (const wl_interface* own : {&kInputMethodManagerInterface, &kVirtualKeyboardManagerInterface}) {
        EXPECT_THAT(client.globals, Not(Contains(own->name)));
        EXPECT_THAT(ime.client->globals, Contains(own->name));
    }
    for (const char* browsers : {"xdg_wm_base", "wl_data_device_manager", "zwp_text_input_manager_v3",
                                 "wl_subcompositor"}) {
        EXPECT_THAT(client.globals, Contains(browsers));
        EXPECT_THAT(ime.client->globals, Not(Contains(browsers)));
    }
}

TEST_F(InputMethodTest, ABrowserThatGuessesTheNumberOfTheGlobalIsDisconnected) {
    const auto known = std::ranges::find(ime.client->globals, kInputMethodManagerInterface.name);
    const auto name = ime.client->names[static_cast<std::size_t>(known - ime.client->globals.begin())];
    wl_registry_bind(client.registry, name, &kInputMethodManagerInterface, 1);
    client.roundtrip();
    EXPECT_FALSE(client.alive());
    EXPECT_TRUE(ime.client->alive());
}

TEST_F(InputMethodTest, HasTextFieldsAndNoPasswords) {
    page.open_field();
    ime.client->roundtrip();
    EXPECT_THAT(ime.said, ElementsAre("activate", "type 0 0", "done"));
    EXPECT_TRUE(desk.told().fields.back().composed_here);
    ime.said.clear();
    page.close_field();
    ime.client->roundtrip();
    EXPECT_THAT(ime.said, ElementsAre("deactivate", "done"));
    ime.said.clear();
    page.open_field(20, ZWP_TEXT_INPUT_V3_CONTENT_HINT_HIDDEN_TEXT);
    ime.client->roundtrip();
    EXPECT_THAT(ime.said, IsEmpty());
    EXPECT_TRUE(desk.told().fields.back().active);
    EXPECT_FALSE(desk.told().fields.back().composed_here);
}

TEST_F(InputMethodTest, IsNeverToldWhatStandsAroundTheCaret) {
    start();
    zwp_text_input_v3_set_surrounding_text(page.input, "個人の記録", 3, 3);
    page.commit();
    ime.client->roundtrip();
    EXPECT_THAT(ime.said, Not(Contains("surrounding")));
}

TEST_F(InputMethodTest, ASecondOneIsUnavailable) {
    const Ime second(desk);
    EXPECT_THAT(second.said, ElementsAre("unavailable"));
    page.open_field();
    ime.client->roundtrip();
    EXPECT_THAT(ime.said, Contains("activate"));
}

TEST_F(InputMethodTest, TheWindowGetsTheKeysThatAreHandedOn) {
    start();
    key(KEY_A, true);
    EXPECT_THAT(ime.heard, ElementsAre("+30"));
    EXPECT_THAT(page.keys, IsEmpty());
    hand_on(KEY_A, true);
    EXPECT_THAT(page.keys, ElementsAre("+30"));
    key(KEY_A, false);
    hand_on(KEY_A, false);
    EXPECT_THAT(page.keys, ElementsAre("+30", "-30"));
}

TEST_F(InputMethodTest, AFastDoubleLetterArrivesTwice) {
    start();
    tap(KEY_T);
    key(KEY_T, true);
    for (const bool down : {true, false, true})
        hand_on(KEY_T, down);
    EXPECT_THAT(page.keys, ElementsAre("+20", "-20", "+20"));
}

TEST_F(InputMethodTest, AKeyThatNobodyPressedIsNotPressed) {
    start();
    hand_on(KEY_ENTER, true);
    hand_on(KEY_ENTER, false);
    EXPECT_THAT(page.keys, IsEmpty());
    tap(KEY_A);
    hand_on(KEY_A, true);
    hand_on(KEY_A, true);
    EXPECT_EQ(std::ranges::count(page.keys, "+30"), 1) << "nor twice for one press";
}

TEST_F(InputMethodTest, ItsRepetitionOfAHeldKeyIsOnePressForTheWindow) {
    start();
    key(KEY_BACKSPACE, true);  // first it shortens the composition, then there is none left
    for (int i = 0; i < 3; ++i) {
        hand_on(KEY_BACKSPACE, false);
        hand_on(KEY_BACKSPACE, true);
    }
    EXPECT_THAT(page.keys, ElementsAre("+14"));
    key(KEY_BACKSPACE, false);
    hand_on(KEY_BACKSPACE, false);
    EXPECT_THAT(page.keys, ElementsAre("+14", "-14"));
}

TEST_F(InputMethodTest, ModifiersKeepTheirPlaceAmongTheKeys) {
    start();
    key(KEY_LEFTSHIFT, true);
    tap(KEY_A);
    key(KEY_LEFTSHIFT, false);
    EXPECT_THAT(page.keys, IsEmpty()) << "the finger is off, but nothing has been handed on";
    hand_on(KEY_LEFTSHIFT, true);
    ime.tell_modifiers(1);
    hand_on(KEY_A, true);
    hand_on(KEY_A, false);
    hand_on(KEY_LEFTSHIFT, false);
    ime.tell_modifiers(0);
    client.roundtrip();
    EXPECT_THAT(page.keys, ElementsAre("+42", "mods 1", "+30", "-30", "-42", "mods 0"));
}

TEST_F(InputMethodTest, ItsEndLetsGoWhatTheWindowHolds) {
    start();
    key(KEY_LEFTCTRL, true);
    hand_on(KEY_LEFTCTRL, true);
    ime.tell_modifiers(4);
    key(KEY_LEFTCTRL, false);  // it never says so
    ime.client.reset();
    client.roundtrip();
    EXPECT_THAT(page.keys, ElementsAre("+29", "mods 4", "-29", "mods 0"));
    page.keys.clear();
    key(KEY_B, true);
    EXPECT_THAT(page.keys, ElementsAre("+48")) << "the keys are the window's again";
    EXPECT_FALSE(desk.told().fields.back().composed_here);
}

TEST_F(InputMethodTest, ReleasingAllWaitsForNobody) {
    start();
    key(KEY_A, true);
    hand_on(KEY_A, true);
    desk.compositor().release_all();
    client.roundtrip();
    EXPECT_THAT(page.keys, ElementsAre("+30", "-30"));
}

TEST_F(InputMethodTest, WhatWasTypedBeforeTheFieldWentArrives) {
    start();
    tap(KEY_TAB);
    page.close_field();
    hand_on(KEY_TAB, true);
    EXPECT_THAT(page.keys, ElementsAre("+15", "-15"));
}

TEST_F(InputMethodTest, ACompositionStandsInTheFieldUntilItIsCommitted) {
    start();
    ime.compose("", "に", 1);
    client.roundtrip();
    EXPECT_THAT(page.text, ElementsAre("preedit に", "done"));
    page.text.clear();
    zwp_text_input_v3_set_cursor_rectangle(page.input, 46, 20, 0, 16);
    zwp_text_input_v3_commit(page.input);
    client.roundtrip();
    EXPECT_THAT(page.text, ElementsAre("preedit に", "done")) << "an answer without it would end it";
    page.text.clear();
    ime.compose("日本", "", 1);
    client.roundtrip();
    EXPECT_THAT(page.text, ElementsAre("commit 日本", "done"));
}

TEST_F(InputMethodTest, WhatWasMeantForAFormerFieldDoesNotAppearInTheNext) {
    start();
    page.close_field();
    page.open_field();
    ime.client->roundtrip();
    ime.compose("秘密", "", 1);
    client.roundtrip();
    EXPECT_THAT(page.text, IsEmpty());
    ime.compose("公開", "", 1 + ime.dones());  // control: with the serial of this field
    client.roundtrip();
    EXPECT_THAT(page.text, Contains("commit 公開"));
}

TEST_F(InputMethodTest, CandidatesAreShownBelowTheCaretOrAbove) {
    constexpr std::uint32_t kGreen = 0xff00ff00;
    start();
    wl_surface* surface = wl_compositor_create_surface(ime.client->compositor);
    wl_proxy_marshal_flags(ime.method, kPopup, &kInputPopupInterface, 1, 0, nullptr, surface);
    wl_surface_attach(surface, ime.client->make_buffer(50, 40, kGreen), 0, 0);
    wl_surface_damage(surface, 0, 0, 50, 40);
    wl_surface_commit(surface);
    ime.client->roundtrip();
    EXPECT_EQ(desk.pixel(31, 37), kGreen);  // the caret is at 30,20 and 16 high
    EXPECT_NE(desk.pixel(31, 35), kGreen);
    page.open_field(270);
    ime.client->roundtrip();
    EXPECT_NE(desk.pixel(31, 37), kGreen);
    EXPECT_EQ(desk.pixel(31, 269), kGreen);  // no room below: 300 is the lower edge
    EXPECT_NE(desk.pixel(31, 271), kGreen);
    page.close_field();
    EXPECT_NE(desk.pixel(31, 269), kGreen) << "no field, no candidates";
}

}  // namespace
}  // namespace sudare::compositor::test

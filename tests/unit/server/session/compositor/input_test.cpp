// SPDX-License-Identifier: Apache-2.0
#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <linux/input-event-codes.h>
#include <unistd.h>

#include <string>

#include "tests/unit/server/session/compositor/desk.h"

namespace sudare::compositor::test {
namespace {

// Writes down what a client's keyboard, pointer and text input hear.
class Ear {
   public:
    explicit Ear(Client& client) {
        static const wl_keyboard_listener kKeyboard = {
            .keymap = [](void*, wl_keyboard*, std::uint32_t, int fd, std::uint32_t) { ::close(fd); },
            .enter = [](void* data, wl_keyboard*, std::uint32_t, wl_surface*,
                        wl_array* keys) { note(data, "enter " + std::to_string(keys->size / 4)); },
            .leave = [](void* data, wl_keyboard*, std::uint32_t,
                        wl_surface*) { note(data, "leave"); },
            .key = [](void* data, wl_keyboard*, std::uint32_t, std::uint32_t, std::uint32_t code,
                      std::uint32_t down) {
                note(data, (down ? "+" : "-") + std::to_string(code));
            },
            .modifiers = [](void* data, wl_keyboard*, std::uint32_t, std::uint32_t pressed,
                            std::uint32_t, std::uint32_t,
                            std::uint32_t) { note(data, "mods " + std::to_string(pressed)); },
            .repeat_info = [](void* data, wl_keyboard*, std::int32_t rate,
                              std::int32_t) { note(data, "repeat " + std::to_string(rate)); }};
        static const wl_pointer_listener kPointer = {
            .enter = [](void* data, wl_pointer*, std::uint32_t, wl_surface*, wl_fixed_t x,
                        wl_fixed_t y) { note(data, "in" + at(x, y)); },
            .leave = [](void* data, wl_pointer*, std::uint32_t,
                        wl_surface*) { note(data, "out"); },
            .motion = [](void* data, wl_pointer*, std::uint32_t, wl_fixed_t x,
                         wl_fixed_t y) { note(data, "to" + at(x, y)); },
            .button = [](void* data, wl_pointer*, std::uint32_t, std::uint32_t,
                         std::uint32_t code, std::uint32_t down) {
                note(data, (down ? "+" : "-") + std::to_string(code));
            },
            .axis = [](void* data, wl_pointer*, std::uint32_t, std::uint32_t axis,
                       wl_fixed_t value) {
                note(data, "axis " + std::to_string(axis) + " " +
                               std::to_string(wl_fixed_to_int(value)));
            },
            .frame = [](void*, wl_pointer*) {},
            .axis_source = [](void*, wl_pointer*, std::uint32_t) {},
            .axis_stop = [](void*, wl_pointer*, std::uint32_t, std::uint32_t) {},
            .axis_discrete = [](void*, wl_pointer*, std::uint32_t, std::int32_t) {},
            .axis_value120 = [](void* data, wl_pointer*, std::uint32_t, std::int32_t value) {
                note(data, "v120 " + std::to_string(value));
            }};
        wl_keyboard_add_listener(wl_seat_get_keyboard(client.seat), &kKeyboard, &keyboard);
        wl_pointer_add_listener(wl_seat_get_pointer(client.seat), &kPointer, &pointer);
        client.roundtrip();
    }
    std::vector<std::string> keyboard, pointer;

   private:
    static void note(void* data, std::string what) {
        static_cast<std::vector<std::string>*>(data)->push_back(std::move(what));
    }
    static std::string at(wl_fixed_t x, wl_fixed_t y) {
        return " " + std::to_string(wl_fixed_to_int(x)) + "," + std::to_string(wl_fixed_to_int(y));
    }
};

TEST(KeyboardTest, KeysReachTheTopWindowOnceEach) {
    Desk desk;
    Client client(desk);
    Ear ear(client);
    Window window(client, 0);
    EXPECT_THAT(ear.keyboard, testing::ElementsAre("repeat 25", "enter 0", "mods 0"));
    ear.keyboard.clear();
    desk.compositor().key(KEY_LEFTSHIFT, true);
    desk.compositor().key(KEY_A, true);
    desk.compositor().key(KEY_A, true);
    desk.compositor().key(KEY_B, false);
    client.roundtrip();
    EXPECT_THAT(ear.keyboard, testing::ElementsAre("+42", "mods 1", "+30"))
        << "repeated presses and unknown releases are ignored";
    ear.keyboard.clear();
    desk.compositor().release_all();
    client.roundtrip();
    EXPECT_THAT(ear.keyboard, testing::UnorderedElementsAre("-30", "-42", "mods 0"));
}

TEST(KeyboardTest, ReleasingAllTurnsLocksOffToo) {
    Desk desk;
    Client client(desk);
    Ear ear(client);
    Window window(client, 0);
    desk.compositor().key(KEY_CAPSLOCK, true);
    desk.compositor().key(KEY_CAPSLOCK, false);
    client.roundtrip();
    EXPECT_THAT(ear.keyboard, testing::Contains("-58"));
    ear.keyboard.clear();
    desk.compositor().release_all();
    client.roundtrip();
    EXPECT_THAT(ear.keyboard, testing::ElementsAre("mods 0"));
    desk.compositor().release_all();  // nothing to tell twice
    client.roundtrip();
    EXPECT_THAT(ear.keyboard, testing::ElementsAre("mods 0"));
}

TEST(KeyboardTest, TheTabThatChangesWindowsReachesNone) {
    Desk desk;
    Client client(desk);
    Ear ear(client);
    Window window(client, 0);
    ear.keyboard.clear();
    desk.compositor().key(KEY_LEFTALT, true);
    desk.compositor().key(KEY_TAB, true);
    desk.compositor().key(KEY_TAB, false);
    client.roundtrip();
    EXPECT_THAT(ear.keyboard, testing::Not(testing::Contains("+15")));
    EXPECT_THAT(ear.keyboard, testing::Contains("+56"));  // control: Alt does
}

TEST(KeyboardTest, FocusMovesWithTheTopWindow) {
    Desk desk;
    Client client(desk);
    Ear ear(client);
    Window below(client, 0);
    desk.compositor().key(KEY_LEFTCTRL, true);
    client.roundtrip();
    ear.keyboard.clear();
    Window above(client, 0);
    EXPECT_THAT(ear.keyboard, testing::ElementsAre("leave", "enter 1", "mods 4"));
}

TEST(PointerTest, SpeaksInTheCoordinatesOfTheSurface) {
    Desk desk(*Size::make(600, 300), 180);
    Client client(desk);
    Ear ear(client);
    Window window(client, 0);
    ear.pointer.clear();
    desk.compositor().pointer_move(300, 150);
    desk.compositor().pointer_move(5000, -5);
    client.roundtrip();
    EXPECT_THAT(ear.pointer, testing::ElementsAre("to 200,100", "to 399,0"));
}

TEST(PointerTest, WhileAButtonIsDownItsSurfaceKeepsThePointer) {
    Desk desk;
    Client client(desk);
    Ear ear(client);
    Window below(client, 0);
    desk.compositor().pointer_move(10, 10);
    desk.compositor().button(BTN_LEFT, true);
    client.roundtrip();
    ear.pointer.clear();
    Window above(client, 0);
    desk.compositor().pointer_move(20, 20);
    desk.compositor().button(BTN_LEFT, false);
    client.roundtrip();
    EXPECT_THAT(ear.pointer, testing::ElementsAre("to 20,20", "-272", "out", "in 20,20"));
}

TEST(PointerTest, WheelNotchesAreToldFinely) {
    Desk desk;
    Client client(desk);
    Ear ear(client);
    Window window(client, 0);
    ear.pointer.clear();
    desk.compositor().wheel(0, 120);
    desk.compositor().wheel(-60, 0);
    client.roundtrip();
    EXPECT_THAT(ear.pointer, testing::ElementsAre("v120 120", "axis 0 10", "v120 -60", "axis 1 -5"));
}

struct TextEar {
    explicit TextEar(Client& client)
        : input(zwp_text_input_manager_v3_get_text_input(client.text_inputs, client.seat)) {
        static const zwp_text_input_v3_listener kListener = {
            .enter = [](void*, zwp_text_input_v3*, wl_surface*) {},
            .leave = [](void*, zwp_text_input_v3*, wl_surface*) {},
            .preedit_string = [](void*, zwp_text_input_v3*, const char*, std::int32_t,
                                 std::int32_t) {},
            .commit_string = [](void* data, zwp_text_input_v3*,
                                const char* more) { static_cast<TextEar*>(data)->text += more; },
            .delete_surrounding_text = [](void*, zwp_text_input_v3*, std::uint32_t,
                                          std::uint32_t) {},
            .done = [](void* data, zwp_text_input_v3*,
                       std::uint32_t serial) {
                static_cast<TextEar*>(data)->done.push_back(serial);
            }};
        zwp_text_input_v3_add_listener(input, &kListener, this);
    }
    zwp_text_input_v3* input;
    std::string text;
    std::vector<std::uint32_t> done;
};

TEST(TextInputTest, EveryCommitIsAnsweredAndTheCaretIsTold) {
    Desk desk(*Size::make(600, 300), 180);
    Client client(desk);
    TextEar ear(client);
    Window window(client, 0);
    EXPECT_FALSE(desk.compositor().commit_text("x")) << "no field";
    zwp_text_input_v3_enable(ear.input);
    zwp_text_input_v3_set_content_type(ear.input, 0, ZWP_TEXT_INPUT_V3_CONTENT_PURPOSE_URL);
    zwp_text_input_v3_set_cursor_rectangle(ear.input, 10, 20, 0, 16);
    zwp_text_input_v3_commit(ear.input);
    zwp_text_input_v3_commit(ear.input);
    client.roundtrip();
    EXPECT_THAT(ear.done, testing::ElementsAre(1, 2));
    ASSERT_EQ(desk.told().fields.size(), 1U) << "the second commit changed nothing";
    EXPECT_EQ(desk.told().fields[0],
              (TextField{true, FieldKind::kUrl, 15, 30, 1, 24}));
    EXPECT_TRUE(desk.compositor().commit_text("日本語"));
    client.roundtrip();
    EXPECT_EQ(ear.text, "日本語");
    zwp_text_input_v3_disable(ear.input);
    zwp_text_input_v3_commit(ear.input);
    client.roundtrip();
    EXPECT_EQ(desk.told().fields.back(), TextField{});
    EXPECT_FALSE(desk.compositor().commit_text("x"));
}

// As Chromium does it: the caret comes one commit after the field.
TEST(TextInputTest, AFieldIsToldWithItsCaret) {
    Desk desk;
    Client client(desk);
    TextEar ear(client);
    Window window(client, 0);
    for (const std::uint16_t x : {std::uint16_t{10}, std::uint16_t{30}}) {
        desk.told().fields.clear();
        zwp_text_input_v3_enable(ear.input);
        zwp_text_input_v3_commit(ear.input);
        client.roundtrip();
        EXPECT_TRUE(desk.told().fields.empty()) << "no caret yet";
        EXPECT_TRUE(desk.compositor().commit_text("x")) << "but it takes text";
        zwp_text_input_v3_set_cursor_rectangle(ear.input, x, 20, 0, 16);
        zwp_text_input_v3_commit(ear.input);
        client.roundtrip();
        EXPECT_THAT(desk.told().fields,
                    testing::ElementsAre(TextField{true, FieldKind::kText, x, 20, 1, 16}));
        zwp_text_input_v3_disable(ear.input);
        zwp_text_input_v3_commit(ear.input);
        client.roundtrip();
        EXPECT_EQ(desk.told().fields.back(), TextField{});
    }
}

TEST(TextInputTest, AFieldThatNeverTellsACaretIsToldAllTheSame) {
    Desk desk;
    Client client(desk);
    TextEar ear(client);
    Window window(client, 0);
    zwp_text_input_v3_enable(ear.input);
    zwp_text_input_v3_commit(ear.input);
    client.roundtrip();
    EXPECT_TRUE(desk.told().fields.empty());
    zwp_text_input_v3_commit(ear.input);
    client.roundtrip();
    EXPECT_THAT(desk.told().fields,
                testing::ElementsAre(TextField{true, FieldKind::kText, 0, 0, 0, 0}));
}

TEST(TextInputTest, PasswordsAreKnownByTheirHint) {
    Desk desk;
    Client client(desk);
    TextEar ear(client);
    Window window(client, 0);
    zwp_text_input_v3_enable(ear.input);
    zwp_text_input_v3_set_content_type(ear.input, ZWP_TEXT_INPUT_V3_CONTENT_HINT_SENSITIVE_DATA, 0);
    zwp_text_input_v3_set_cursor_rectangle(ear.input, 10, 20, 0, 16);
    zwp_text_input_v3_commit(ear.input);
    client.roundtrip();
    ASSERT_FALSE(desk.told().fields.empty());
    EXPECT_EQ(desk.told().fields.back().kind, FieldKind::kPassword);
}

struct DataEar {
    explicit DataEar(Client& client)
        : device(wl_data_device_manager_get_data_device(client.data_devices, client.seat)) {
        static const wl_data_device_listener kListener = {
            .data_offer = [](void* data, wl_data_device*,
                             wl_data_offer*) { ++static_cast<DataEar*>(data)->offers; },
            .enter = [](void* data, wl_data_device*, std::uint32_t, wl_surface*, wl_fixed_t,
                        wl_fixed_t, wl_data_offer*) { ++static_cast<DataEar*>(data)->enters; },
            .leave = [](void*, wl_data_device*) {},
            .motion = [](void*, wl_data_device*, std::uint32_t, wl_fixed_t, wl_fixed_t) {},
            .drop = [](void*, wl_data_device*) {},
            .selection = [](void* data, wl_data_device*,
                            wl_data_offer*) { ++static_cast<DataEar*>(data)->selections; }};
        wl_data_device_add_listener(device, &kListener, this);
    }
    wl_data_device* device;
    int offers = 0, enters = 0, selections = 0;
};

struct PressSerial {
    explicit PressSerial(Client& client) {
        static const wl_pointer_listener kListener = {
            .enter = [](void*, wl_pointer*, std::uint32_t, wl_surface*, wl_fixed_t, wl_fixed_t) {},
            .leave = [](void*, wl_pointer*, std::uint32_t, wl_surface*) {},
            .motion = [](void*, wl_pointer*, std::uint32_t, wl_fixed_t, wl_fixed_t) {},
            .button = [](void* data, wl_pointer*, std::uint32_t serial, std::uint32_t,
                         std::uint32_t, std::uint32_t) {
                static_cast<PressSerial*>(data)->value = serial;
            },
            .axis = [](void*, wl_pointer*, std::uint32_t, std::uint32_t, wl_fixed_t) {},
            .frame = [](void*, wl_pointer*) {},
            .axis_source = nullptr,
            .axis_stop = nullptr,
            .axis_discrete = nullptr,
            .axis_value120 = nullptr};
        wl_pointer_add_listener(wl_seat_get_pointer(client.seat), &kListener, this);
    }
    std::uint32_t value = 0;
};

wl_data_source* make_source(Client& client) {
    wl_data_source* source = wl_data_device_manager_create_data_source(client.data_devices);
    wl_data_source_offer(source, "text/plain");
    return source;
}

// The control is the drag: the same source reaches the same client as an offer that way.
TEST(DataDeviceTest, SelectionsAreNeverOfferedToAnyoneDragsAreToTheirOwnClient) {
    Desk desk;
    Client client(desk);
    Client second(desk);
    DataEar own(client), other(second);
    PressSerial press(client);
    Window window(client, 0);
    desk.compositor().pointer_move(10, 10);
    desk.compositor().button(BTN_LEFT, true);
    client.roundtrip();
    wl_data_device_set_selection(own.device, make_source(client), press.value);
    client.roundtrip();
    second.roundtrip();
    EXPECT_EQ(own.selections + own.offers + other.selections + other.offers, 0);
    wl_data_device_start_drag(own.device, make_source(client), window.surface, nullptr,
                              press.value);
    client.roundtrip();
    second.roundtrip();
    EXPECT_EQ(own.offers, 1);
    EXPECT_EQ(own.enters, 1);
    EXPECT_EQ(other.offers + other.selections, 0);
}

TEST(DataDeviceTest, ADragWithoutThePressThatBeganItIsRefused) {
    Desk desk;
    Client client(desk);
    DataEar own(client);
    PressSerial press(client);
    Window window(client, 0);
    desk.compositor().pointer_move(10, 10);
    desk.compositor().button(BTN_LEFT, true);
    client.roundtrip();
    wl_data_device_start_drag(own.device, make_source(client), window.surface, nullptr,
                              press.value + 1);
    client.roundtrip();
    EXPECT_EQ(own.enters, 0);
}

}  // namespace
}  // namespace sudare::compositor::test

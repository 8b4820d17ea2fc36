// SPDX-License-Identifier: Apache-2.0
#include "server/session/browser/input_method_box.h"

#include <unistd.h>

#include <array>

#include "server/session/browser/box_layout.h"
#include "server/session/browser/box_parts.h"

namespace sudare::browser {
namespace {

constexpr char kFcitx[] = "/usr/bin/fcitx5";
constexpr char kMozc[] = "/usr/share/fcitx5/addon/mozc.conf";
constexpr std::uint32_t kHomeMib = 64, kTmpMib = 16, kRunMib = 8;

struct SettingsFile {
    const char* path;  // below ~/.config/fcitx5
    const char* text;
};
// Off at first, as on every office PC; one state for all fields; the keys of Japanese and of other
// keyboards switch it. No key is a modifier alone: those belong to the page.
constexpr std::array kSettings{
    SettingsFile{"profile",
                 "[Groups/0]\nName=Default\nDefault Layout=us\nDefaultIM=mozc\n"
                 "[Groups/0/Items/0]\nName=keyboard-us\nLayout=\n"
                 "[Groups/0/Items/1]\nName=mozc\nLayout=\n"
                 "[GroupOrder]\n0=Default\n"},
    SettingsFile{"config",
                 "[Hotkey]\nEnumerateWithTriggerKeys=False\nAltTriggerKeys=\n"
                 "EnumerateForwardKeys=\nEnumerateBackwardKeys=\nEnumerateGroupForwardKeys=\n"
                 "EnumerateGroupBackwardKeys=\n"
                 "[Hotkey/TriggerKeys]\n0=Zenkaku_Hankaku\n1=Control+space\n2=Alt+grave\n"
                 "[Behavior]\nActiveByDefault=False\nShareInputState=All\n"
                 "ShowInputMethodInformation=True\nPreloadInputMethod=True\n"},
    SettingsFile{"conf/classicui.conf",
                 "Vertical Candidate List=True\nFont=\"Noto Sans CJK JP 11\"\nTheme=default\n"},
};

}  // namespace

Result<Box> make_input_method_box(const std::string& wayland_socket, Locale locale) {
    for (const char* needed : {kFcitx, kMozc})
        if (::access(needed, R_OK) != 0)
            return fail(Errc::kNotFound,
                        std::string("\"") + needed + "\" is missing: install fcitx5 and fcitx5-mozc");
    Arguments out;
    add_isolation(out);
    add_system(out);
    add(out, {"--proc", "/proc", "--dev", "/dev"});
    add_tmpfs(out, kTmpMib, "/tmp", "1777");
    add_tmpfs(out, kRunMib, "/run", "0755");
    add_tmpfs(out, kHomeMib, kBoxHome, "0700");
    int number = kFirstFreeFd;
    for (const SettingsFile& file : kSettings)
        add(out, {"--perms", "0644", "--ro-bind-data", std::to_string(number++),
                  std::string(kBoxHome) + "/.config/fcitx5/" + file.path});
    add(out, {"--perms", "0700", "--dir", kBoxRuntimeDir});
    add(out, {"--ro-bind", wayland_socket, std::string(kBoxRuntimeDir) + "/" + kBoxWaylandName});
    add(out, {"--remount-ro", "/dev", "--remount-ro", "/run", "--remount-ro", "/"});
    add_environment(out, locale);
    SUDARE_TRY(Box box, close_box(std::move(out),
                                  {kFcitx, "--disable=all",
                                   "--enable=wayland,waylandim,classicui,mozc,keyboard"}));
    number = kFirstFreeFd;
    for (const SettingsFile& file : kSettings)
        SUDARE_CHECK(hand_in(box, "settings", file.text, number++));
    return box;
}

}  // namespace sudare::browser

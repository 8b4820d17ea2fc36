// SPDX-License-Identifier: Apache-2.0
// sudarectl policy budget: what a profile of the way up can carry, for whoever has to approve it.
#include <CLI/CLI.hpp>
#include <cstdint>
#include <fmt/format.h>
#include <memory>

#include "server/ctl/commands.h"
#include "server/session/input/profile.h"

namespace sudare::ctl {
namespace {

using input::BudgetRow;

std::string_view meaning(const Context& context, std::string_view kind) {
    if (kind == "key")
        return context.pick("keys pressed and released", "キーの押下と解放");
    if (kind == "pointer")
        return context.pick("pointer positions", "ポインタの位置");
    if (kind == "button")
        return context.pick("buttons pressed and released", "ボタンの押下と解放");
    if (kind == "wheel")
        return context.pick("wheel steps", "ホイール");
    if (kind == "resize")
        return context.pick("window sizes and scales", "ウィンドウの大きさと倍率");
    if (kind == "held")
        return context.pick("something is still held", "押し続けている知らせ");
    if (kind == "ack")
        return context.pick("acknowledged pictures", "画像の受領");
    return context.pick("committed characters", "確定した文字");
}

void print(const Context& context, std::string_view profile, const BudgetRow& row) {
    context.result({{"profile", profile},
                    {"kind", row.kind},
                    {"per_second", row.per_second},
                    {"bits_each", row.bits_each},
                    {"timing_bits_per_second", row.timing_bits},
                    {"bits_per_second", row.bits()}},
                   fmt::format("{:<8}{:<9}{:>7.1f} x {:>5.1f} + {:>6.1f} = {:>8.0f}  {}", profile,
                               row.kind, row.per_second, row.bits_each, row.timing_bits, row.bits(),
                               meaning(context, row.kind)));
}

struct Asked {
    std::uint16_t width = 1920, height = 1080, characters_per_minute = 1200;
};

void print_profile(const Context& context, std::string_view name, ipc::InputProfile profile,
                   Size canvas, const Asked& asked) {
    double without_text = 0, with_text = 0;
    for (const BudgetRow& row : input::budget(profile, canvas, asked.characters_per_minute)) {
        print(context, name, row);
        with_text += row.bits();
        without_text += row.kind == "text" ? 0 : row.bits();
    }
    context.result({{"profile", name},
                    {"kind", "total"},
                    {"bits_per_second_without_text", without_text},
                    {"bits_per_second", with_text}},
                   fmt::format("{:<8}{:<9}{:>33.0f}  {}", name, "total", with_text,
                               fmt::format(fmt::runtime(context.pick("{:.0f} with input.text = false",
                                                                     "input.text = false なら {:.0f}")),
                                           without_text)));
}

}  // namespace

void add_budget_command(CLI::App& policy, Context& context) {
    const auto asked = std::make_shared<Asked>();
    CLI::App* command = add_command(
        &policy, "budget",
        context.pick("bits per second that can go up at most, by input.profile",
                     "input.profile ごとに上り方向で送れる最大ビット毎秒"),
        [&context, asked] {
            const auto canvas = Size::make(asked->width, asked->height);
            if (!canvas)
                return context.failed(Errc::kBadInput,
                                      "--width and --height: no such picture; permitted is 320x240 "
                                      "to 3840x2160",
                                      "--width と --height: 320x240 から 3840x2160 まで指定できます");
            if (!context.json)
                context.result({}, fmt::format("{:<8}{:<9}{:>7}   {:>5}   {:>6}   {:>8}", "profile", "kind",
                                               "each s", "bits", "timing", "bits/s"));
            print_profile(context, "strict", ipc::InputProfile::kStrict, *canvas, *asked);
            print_profile(context, "normal", ipc::InputProfile::kNormal, *canvas, *asked);
        });
    command->add_option("--width", asked->width,
                        std::string(context.pick("of the picture, pixels (1920)", "画面の幅 (1920)")));
    command->add_option("--height", asked->height,
                        std::string(context.pick("of the picture, pixels (1080)", "画面の高さ (1080)")));
    command->add_option("--characters-per-minute", asked->characters_per_minute,
                        std::string(context.pick("as in the policy (1200)", "方針の値 (1200)")));
}

}  // namespace sudare::ctl

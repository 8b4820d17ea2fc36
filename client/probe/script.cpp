// SPDX-License-Identifier: Apache-2.0
#include "client/probe/script.h"

#include "client/probe/names.h"
#include "client/probe/words.h"
#include "protocol/core/limits.h"
#include "protocol/wire/key_codes.h"

namespace sudare::probe {
namespace {

constexpr std::int64_t kTimeoutMax = 600'000;
constexpr std::int64_t kMeasureMax = 10'000;
constexpr std::size_t kComboMax = 8;

using Parsed = Result<Command>;

Result<milliseconds> timeout(Words& words, const char* name = "TIMEOUT_MS") {
    SUDARE_TRY(const std::int64_t value, words.number(name, 0, kTimeoutMax));
    return milliseconds(value);
}

Result<wire::PointerMove> position(Words& words) {
    SUDARE_TRY(const std::int64_t x, words.number("X", 0, limits::kWidthMax - 1));
    SUDARE_TRY(const std::int64_t y, words.number("Y", 0, limits::kHeightMax - 1));
    return wire::PointerMove{static_cast<std::uint16_t>(x), static_cast<std::uint16_t>(y)};
}

Result<std::uint16_t> key_from(std::string_view name) {
    const auto code = client::key_code_by_name(name);
    if (!code)
        return not_expected(name, "a key: a character, a name as Return or F5, or an evdev code");
    return *code;
}

Result<Edge> edge(Words& words) {
    SUDARE_TRY(const std::string_view found, words.word("down, up or press"));
    if (found == "down")
        return Edge::kDown;
    if (found == "up")
        return Edge::kUp;
    if (found == "press" || found == "click")
        return Edge::kPress;
    return not_expected(found, "down, up or press");
}

Result<wire::Button> button(Words& words) {
    const std::string expected = "a button: left, middle, right, back or forward";
    SUDARE_TRY(const std::string_view found, words.word(expected));
    if (const auto known = button_by_name(found))
        return *known;
    return not_expected(found, expected);
}

template <typename T>
Parsed nothing_more(Words&) {
    return Command(T{});
}

Parsed parse_login(Words& words) {
    if (words.left() == 0)
        return Command(Login{});
    SUDARE_TRY(const std::string_view password, words.rest("a password"));
    return Command(Login{QString::fromUtf8(password.data(), static_cast<qsizetype>(password.size()))});
}

Parsed parse_key(Words& words) {
    SUDARE_TRY(const std::string_view name, words.word("a key"));
    SUDARE_TRY(const std::uint16_t code, key_from(name));
    SUDARE_TRY(const Edge how, edge(words));
    return Command(KeyInput{code, how});
}

Parsed parse_combo(Words& words) {
    SUDARE_TRY(std::string_view keys, words.word("keys joined by +, as ctrl+shift+i"));
    Combo combo;
    while (!keys.empty()) {
        // The key "+" itself may stand at the end: ctrl++.
        const std::size_t plus = keys.find('+', 1);
        SUDARE_TRY(const std::uint16_t code, key_from(keys.substr(0, plus)));
        combo.codes.push_back(code);
        if (combo.codes.size() > kComboMax)
            return not_expected(keys, "at most 8 keys at once");
        keys = plus == std::string_view::npos ? std::string_view() : keys.substr(plus + 1);
        if (plus != std::string_view::npos && keys.empty())
            return not_expected("+", "a key after the plus");
    }
    return Command(std::move(combo));
}

Parsed parse_type(Words& words) {
    SUDARE_TRY(const std::string_view text, words.rest("characters of a US keyboard"));
    Type type;
    for (const char character : text) {
        const auto stroke = client::us_key_stroke(character);
        if (!stroke)
            return not_expected(text, "characters of a US keyboard only; see text");
        type.strokes.push_back(*stroke);
    }
    return Command(std::move(type));
}

Parsed parse_text(Words& words) {
    SUDARE_TRY(const std::string_view text, words.rest("text to commit"));
    return Command(CommitText{QString::fromUtf8(text.data(), static_cast<qsizetype>(text.size()))});
}

Parsed parse_move(Words& words) {
    SUDARE_TRY(const wire::PointerMove to, position(words));
    return Command(Move{to});
}

Parsed parse_button(Words& words) {
    SUDARE_TRY(const wire::Button which, button(words));
    SUDARE_TRY(const Edge how, edge(words));
    return Command(ButtonInput{which, how});
}

Parsed parse_click(Words& words) {
    SUDARE_TRY(const wire::PointerMove at, position(words));
    if (words.left() == 0)
        return Command(Click{at, wire::Button::kLeft});
    SUDARE_TRY(const wire::Button which, button(words));
    return Command(Click{at, which});
}

Parsed parse_wheel(Words& words) {
    constexpr std::int64_t most = limits::kWheelStepMax;
    SUDARE_TRY(const std::int64_t dx, words.number("DX in 1/120 of a notch", -most, most));
    SUDARE_TRY(const std::int64_t dy, words.number("DY in 1/120 of a notch", -most, most));
    return Command(WheelInput{{static_cast<std::int16_t>(dx), static_cast<std::int16_t>(dy)}});
}

Parsed parse_resize(Words& words) {
    SUDARE_TRY(const std::int64_t width, words.number("W", limits::kWidthMin, limits::kWidthMax));
    SUDARE_TRY(const std::int64_t height,
               words.number("H", limits::kHeightMin, limits::kHeightMax));
    ResizeTo resize;
    resize.display.size = *Size::make(static_cast<std::uint32_t>(width),
                                      static_cast<std::uint32_t>(height));
    resize.scale_given = words.left() > 0;
    if (resize.scale_given) {
        SUDARE_TRY(const std::int64_t scale,
                   words.number("SCALE in 1/120", limits::kScaleMin, limits::kScaleMax));
        resize.display.scale_120 = static_cast<std::uint16_t>(scale);
    }
    return Command(resize);
}

Parsed parse_ask_exception(Words& words) {
    SUDARE_TRY(const std::int64_t rule, words.number("a rule's number", 0, 0xffffffff));
    return Command(AskException{static_cast<std::uint32_t>(rule)});
}

Parsed parse_raw(Words& words) {
    const std::string expected = "bytes in hexadecimal";
    SUDARE_TRY(const std::string_view found, words.word(expected));
    const bool digits =
        found.find_first_not_of("0123456789abcdefABCDEF") == std::string_view::npos;
    if (!digits || found.size() % 2 != 0)
        return not_expected(found, expected + ", two digits each");
    const auto size = static_cast<qsizetype>(found.size());
    return Command(Raw{QByteArray::fromHex(QByteArray(found.data(), size))});
}

Parsed parse_wait_still(Words& words) {
    SUDARE_TRY(const milliseconds quiet, timeout(words, "QUIET_MS"));
    SUDARE_TRY(const milliseconds limit, timeout(words));
    return Command(WaitStill{quiet, limit});
}

Parsed parse_wait_change(Words& words) {
    SUDARE_TRY(const std::optional<QRect> area, words.area());
    SUDARE_TRY(const milliseconds limit, timeout(words));
    return Command(WaitChange{area, limit});
}

Parsed parse_wait_colour(Words& words) {
    SUDARE_TRY(const wire::PointerMove at, position(words));
    const std::string expected = "a colour, RRGGBB";
    SUDARE_TRY(const std::string_view colour, words.word(expected));
    if (colour.size() != 6 ||
        colour.find_first_not_of("0123456789abcdefABCDEF") != std::string_view::npos)
        return not_expected(colour, expected);
    SUDARE_TRY(const milliseconds limit, timeout(words));
    WaitColour wait{{at.x, at.y}, 0, limit, 0};
    wait.rgb = static_cast<std::uint32_t>(std::stoul(std::string(colour), nullptr, 16));
    if (words.left() > 0) {
        SUDARE_TRY(const std::int64_t tolerance, words.number("TOLERANCE", 0, 255));
        wait.tolerance = static_cast<int>(tolerance);
    }
    return Command(wait);
}

Parsed parse_wait_state(Words& words) {
    const std::string expected = "login, ready, running, closed, ended or reconnecting";
    SUDARE_TRY(const std::string_view found, words.word(expected));
    const auto until = until_by_name(found);
    if (!until)
        return not_expected(found, expected);
    SUDARE_TRY(const milliseconds limit, timeout(words));
    return Command(WaitState{*until, limit});
}

Parsed parse_wait_size(Words& words) {
    SUDARE_TRY(const std::int64_t width, words.number("W", limits::kWidthMin, limits::kWidthMax));
    SUDARE_TRY(const std::int64_t height,
               words.number("H", limits::kHeightMin, limits::kHeightMax));
    SUDARE_TRY(const milliseconds limit, timeout(words));
    return Command(WaitSize{{static_cast<int>(width), static_cast<int>(height)}, limit});
}

Parsed parse_wait_cursor(Words& words) {
    SUDARE_TRY(const std::string_view found, words.word("a cursor"));
    const auto cursor = cursor_by_name(found);
    if (!cursor)
        return not_expected(found, "a cursor: " + cursor_names());
    SUDARE_TRY(const milliseconds limit, timeout(words));
    return Command(WaitCursor{*cursor, limit});
}

Parsed parse_wait_text_field(Words& words) {
    const std::string expected = "active, inactive or a kind of field: " + field_kind_names();
    SUDARE_TRY(const std::string_view found, words.word(expected));
    WaitTextField wait{found != "inactive", field_kind_by_name(found), {}};
    if (found != "active" && found != "inactive" && !wait.kind)
        return not_expected(found, expected);
    SUDARE_TRY(wait.timeout, timeout(words));
    return Command(wait);
}

Parsed parse_wait_notice(Words& words) {
    const std::string expected = "a notice: " + notice_names();
    SUDARE_TRY(const std::string_view found, words.word(expected));
    const auto code = notice_by_name(found);
    if (!code)
        return not_expected(found, expected);
    SUDARE_TRY(const milliseconds limit, timeout(words));
    return Command(WaitNotice{*code, limit});
}

Parsed parse_png(Words& words) {
    SUDARE_TRY(const std::string_view path, words.word("a file's name without blanks"));
    SUDARE_TRY(const std::optional<QRect> area, words.area());
    return Command(
        SavePng{QString::fromUtf8(path.data(), static_cast<qsizetype>(path.size())), area});
}

Parsed parse_hash(Words& words) {
    SUDARE_TRY(const std::optional<QRect> area, words.area());
    return Command(Hash{area});
}

Parsed parse_hash_every(Words& words) {
    SUDARE_TRY(const std::int64_t updates, words.number("UPDATES", 0, 1'000'000));
    return Command(HashEvery{static_cast<std::uint32_t>(updates)});
}

Parsed parse_pixel(Words& words) {
    SUDARE_TRY(const wire::PointerMove at, position(words));
    return Command(Pixel{{at.x, at.y}});
}

Parsed parse_measure(Words& words) {
    SUDARE_TRY(const std::string_view what, words.word("key"));
    if (what != "key")
        return not_expected(what, "key");
    SUDARE_TRY(const std::string_view name, words.word("a key"));
    SUDARE_TRY(const std::uint16_t code, key_from(name));
    SUDARE_TRY(const std::optional<QRect> area, words.area());
    SUDARE_TRY(const std::int64_t times, words.number("N", 1, kMeasureMax));
    return Command(Measure{code, area, static_cast<int>(times)});
}

struct Row {
    std::string_view name;
    std::string_view arguments;
    Parsed (*parse)(Words&);
};
constexpr Row kRows[] = {
    {"start", "", nothing_more<Start>},
    {"connect", "", nothing_more<Connect>},
    {"login", "[PASSWORD]", parse_login},
    {"open", "", nothing_more<Open>},
    {"end", "", nothing_more<End>},
    {"abandon", "", nothing_more<Abandon>},
    {"quit", "", nothing_more<Quit>},
    {"key", "NAME down|up|press", parse_key},
    {"combo", "NAME+NAME...", parse_combo},
    {"type", "CHARACTERS...", parse_type},
    {"text", "TEXT...", parse_text},
    {"move", "X Y", parse_move},
    {"button", "NAME down|up|press", parse_button},
    {"click", "X Y [BUTTON]", parse_click},
    {"wheel", "DX DY", parse_wheel},
    {"release_all", "", nothing_more<ReleaseAll>},
    {"resize", "W H [SCALE]", parse_resize},
    {"ask_exception", "RULE", parse_ask_exception},
    {"raw", "HEX", parse_raw},
    {"mark", "", nothing_more<Mark>},
    {"wait_still", "QUIET_MS TIMEOUT_MS", parse_wait_still},
    {"wait_change", "[X Y W H] TIMEOUT_MS", parse_wait_change},
    {"wait_colour", "X Y RRGGBB TIMEOUT_MS [TOLERANCE]", parse_wait_colour},
    {"wait_state", "login|ready|running|closed|ended|reconnecting TIMEOUT_MS", parse_wait_state},
    {"wait_size", "W H TIMEOUT_MS", parse_wait_size},
    {"wait_cursor", "CURSOR TIMEOUT_MS", parse_wait_cursor},
    {"wait_text_field", "active|inactive|KIND TIMEOUT_MS", parse_wait_text_field},
    {"wait_notice", "NOTICE TIMEOUT_MS", parse_wait_notice},
    {"png", "FILE [X Y W H]", parse_png},
    {"hash", "[X Y W H]", parse_hash},
    {"hash_every", "UPDATES", parse_hash_every},
    {"pixel", "X Y", parse_pixel},
    {"stats", "", nothing_more<Stats>},
    {"stats_reset", "", nothing_more<StatsReset>},
    {"measure", "key NAME [X Y W H] N", parse_measure},
};

std::string command_names() {
    std::string out;
    for (const Row& row : kRows)
        out.append(out.empty() ? "" : ", ").append(row.name);
    return out;
}

}  // namespace

Result<std::optional<Command>> parse_line(std::string_view line) {
    if (line.size() > kLineBytesMax)
        return fail(Errc::kLimit, "the line is longer than 65536 bytes");
    Words words(line);
    const std::string_view name = words.peek();
    if (name.empty() || name.starts_with('#'))
        return std::nullopt;
    for (const Row& row : kRows) {
        if (row.name != name)
            continue;
        SUDARE_TRY([[maybe_unused]] const std::string_view taken, words.word(""));
        SUDARE_TRY(Command command, row.parse(words));
        SUDARE_CHECK(words.end());
        return std::optional(std::move(command));
    }
    return not_expected(name, "a command: " + command_names());
}

std::string grammar() {
    std::string out = "Commands, one a line:\n";
    for (const Row& row : kRows)
        out.append("  ").append(row.name).append(row.arguments.empty() ? "" : " ").append(
            row.arguments).append("\n");
    return out;
}

}  // namespace sudare::probe

// SPDX-License-Identifier: Apache-2.0
#include "protocol/ipc/broker_ctl.h"

#include <algorithm>
#include <optional>

#include "protocol/core/reader.h"
#include "protocol/core/writer.h"
#include "protocol/ipc/text.h"

namespace sudare::ipc {
namespace {

constexpr std::uint16_t kFieldsMax = 128;

tl::unexpected<Error> bad(const char* what) {
    return fail(Errc::kBadInput, std::string("admin border: ") + what + " is malformed");
}

void write_long(Writer& out, std::string_view text) {
    out.u32(static_cast<std::uint32_t>(text.size()));
    out.text(text);
}

std::optional<std::string> read_long(Reader& in) {
    const std::uint32_t length = in.u32();
    if (!in.ok() || length > in.remaining())
        return std::nullopt;
    const auto view = in.bytes(length);
    std::string text(view.begin(), view.end());
    // Lists are one entry per line: what stands between line feeds must be plain.
    std::string_view rest = text;
    for (;;) {
        const std::size_t end = std::min(rest.find('\n'), rest.size());
        if (!is_plain_text(rest.substr(0, end)))
            return std::nullopt;
        if (end == rest.size())
            return text;
        rest.remove_prefix(end + 1);
    }
}

}  // namespace

std::vector<std::uint8_t> write_ctl_arguments(std::span<const std::string> arguments) {
    Writer out(kCtlFrameMax);
    out.u16(static_cast<std::uint16_t>(arguments.size()));
    for (const std::string& argument : arguments)
        write_long(out, argument);
    return std::move(out).take();
}

Result<std::vector<std::string>> read_ctl_arguments(std::span<const std::uint8_t> payload) {
    Reader in(payload);
    const std::uint16_t count = in.u16();
    if (!in.ok() || count > kCtlArgumentsMax)
        return bad("request");
    std::vector<std::string> arguments;
    for (std::uint16_t i = 0; i < count; ++i) {
        auto argument = read_long(in);
        if (!argument)
            return bad("request");
        arguments.push_back(std::move(*argument));
    }
    if (!in.at_end())
        return bad("request");
    return arguments;
}

std::vector<std::uint8_t> write_ctl_row(const CtlRow& row) {
    Writer out(kCtlFrameMax);
    out.u16(static_cast<std::uint16_t>(row.size()));
    for (const CtlField& field : row) {
        write_text(out, field.name);
        out.u8(static_cast<std::uint8_t>(field.value.index()));
        if (const auto* text = std::get_if<std::string>(&field.value))
            write_long(out, *text);
        else if (const auto* number = std::get_if<std::uint64_t>(&field.value))
            out.u64(*number);
        else
            out.u8(std::get<bool>(field.value) ? 1 : 0);
    }
    return std::move(out).take();
}

Result<CtlRow> read_ctl_row(std::span<const std::uint8_t> payload) {
    Reader in(payload);
    const std::uint16_t count = in.u16();
    if (!in.ok() || count > kFieldsMax)
        return bad("row");
    CtlRow row;
    for (std::uint16_t i = 0; i < count; ++i) {
        auto name = read_text(in, 64);
        const std::uint8_t kind = in.u8();
        if (!name || !in.ok() || kind > 2)
            return bad("row");
        CtlField field{std::move(*name), {}};
        if (kind == 0) {
            auto text = read_long(in);
            if (!text)
                return bad("row");
            field.value = std::move(*text);
        } else if (kind == 1) {
            field.value = in.u64();
        } else {
            field.value = in.u8() == 1;
        }
        row.push_back(std::move(field));
    }
    if (!in.at_end())
        return bad("row");
    return row;
}

std::vector<std::uint8_t> write_ctl_failure(const CtlFailure& failure) {
    Writer out(kCtlFrameMax);
    out.u16(static_cast<std::uint16_t>(failure.code));
    write_long(out, failure.english);
    write_long(out, failure.japanese);
    return std::move(out).take();
}

Result<CtlFailure> read_ctl_failure(std::span<const std::uint8_t> payload) {
    Reader in(payload);
    const std::uint16_t code = in.u16();
    auto english = read_long(in);
    auto japanese = read_long(in);
    if (!in.at_end() || !english || !japanese || code > static_cast<std::uint16_t>(Errc::kSystem))
        return bad("failure");
    return CtlFailure{static_cast<Errc>(code), std::move(*english), std::move(*japanese)};
}

}  // namespace sudare::ipc

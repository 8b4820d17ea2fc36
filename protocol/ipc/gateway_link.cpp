// SPDX-License-Identifier: Apache-2.0
#include "protocol/ipc/gateway_link.h"

#include "protocol/core/limits.h"
#include "protocol/core/reader.h"
#include "protocol/core/writer.h"
#include "protocol/ipc/text.h"

namespace sudare::ipc {
namespace {

void write_pem(Writer& out, const std::vector<std::uint8_t>& pem) {
    out.u32(static_cast<std::uint32_t>(pem.size()));
    out.bytes(pem);
}

bool read_pem(Reader& in, std::vector<std::uint8_t>& pem) {
    const std::uint32_t length = in.u32();
    if (!in.ok() || length > kPemBytesMax || length > in.remaining())
        return false;
    const auto view = in.bytes(length);
    pem.assign(view.begin(), view.end());
    return true;
}

void write_texts(Writer& out, const TlsTexts& texts) {
    write_pem(out, texts.certificate);
    write_pem(out, texts.key);
    write_pem(out, texts.authority);
    write_pem(out, texts.revoked);
}

bool read_texts(Reader& in, TlsTexts& texts) {
    return read_pem(in, texts.certificate) && read_pem(in, texts.key) &&
           read_pem(in, texts.authority) && read_pem(in, texts.revoked);
}

}  // namespace

std::vector<std::uint8_t> write_link_settings(const LinkSettings& settings) {
    Writer out(kLinkSettingsMax);
    out.bytes(settings.address);
    out.u16(settings.port);
    write_texts(out, settings.viewer);
    write_texts(out, settings.host);
    write_text(out, settings.host_name);
    out.u8(settings.second_factor);
    out.u8(settings.recorder);
    return std::move(out).take();
}

Result<LinkSettings> read_link_settings(std::span<const std::uint8_t> bytes) {
    Reader in(bytes);
    LinkSettings settings;
    in.fill(std::span<std::uint8_t, 16>(settings.address));
    settings.port = in.u16();
    const bool texts = read_texts(in, settings.viewer) && read_texts(in, settings.host);
    auto host_name = read_text(in, limits::kTerminalNameBytesMax);
    const std::uint8_t second_factor = in.u8();
    const std::uint8_t recorder = in.u8();
    if (!texts || !host_name || host_name->empty() || second_factor > 1 || recorder > 1 || !in.at_end())
        return fail(Errc::kBadInput, "link settings are malformed");
    settings.host_name = std::move(*host_name);
    settings.second_factor = second_factor == 1;
    settings.recorder = recorder == 1;
    return settings;
}

std::vector<std::uint8_t> write_revocation_lists(const RevocationLists& lists) {
    Writer out(kLinkSettingsMax);
    write_pem(out, lists.viewer);
    write_pem(out, lists.host);
    return std::move(out).take();
}

Result<RevocationLists> read_revocation_lists(std::span<const std::uint8_t> bytes) {
    Reader in(bytes);
    RevocationLists lists;
    if (!read_pem(in, lists.viewer) || !read_pem(in, lists.host) || !in.at_end())
        return fail(Errc::kBadInput, "revocation lists are malformed");
    return lists;
}

}  // namespace sudare::ipc

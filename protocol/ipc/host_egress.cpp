// SPDX-License-Identifier: Apache-2.0
#include "protocol/ipc/host_egress.h"

namespace sudare::ipc {
namespace {

constexpr std::size_t kResolversMax = 4;
constexpr std::size_t kSitesMax = 256;

void write_address(Writer& out, const SocketAddress& address) {
    out.bytes(address.address);
    out.u16(address.port);
}

SocketAddress read_address(Reader& in) {
    SocketAddress address;
    in.fill(std::span<std::uint8_t, 16>(address.address));
    address.port = in.u16();
    return address;
}

Result<void> read_sites(Reader& in, EgressConfig& config) {
    const std::uint16_t sites = in.u16();
    if (!in.ok() || sites > kSitesMax)
        return fail(Errc::kLimit, "egress config field \"private_sites\": at most 256");
    for (std::uint16_t i = 0; i < sites; ++i) {
        PrivateSite site;
        auto host = read_text(in, limits::kHostBytesMax);
        site.port = in.u16();
        in.fill(std::span<std::uint8_t, 16>(site.address));
        if (!host || host->empty())
            return fail(Errc::kBadInput, "egress config field \"private_sites\" is malformed");
        site.host = std::move(*host);
        config.private_sites.push_back(std::move(site));
    }
    return {};
}

Result<void> read_blocks(Reader& in, EgressConfig& config) {
    const std::uint16_t blocks = in.u16();
    if (!in.ok() || blocks > kSitesMax)
        return fail(Errc::kLimit, "egress config field \"refused_blocks\": at most 256");
    for (std::uint16_t i = 0; i < blocks; ++i) {
        AddressBlock block;
        in.fill(std::span<std::uint8_t, 16>(block.address));
        block.prefix = in.u8();
        if (block.prefix > 128)
            return fail(Errc::kBadInput, "egress config field \"refused_blocks\": prefix above 128");
        config.refused_blocks.push_back(block);
    }
    return {};
}

}  // namespace

std::vector<std::uint8_t> write_egress_config(const EgressConfig& config) {
    Writer out(limits::kIpcFrameMax);
    SessionPolicy carrier;  // the web part travels in the one policy layout
    carrier.web = config.web;
    write_policy(out, carrier);
    out.u16(static_cast<std::uint16_t>(config.resolvers.size()));
    for (const SocketAddress& resolver : config.resolvers)
        write_address(out, resolver);
    write_address(out, config.upstream_proxy);
    out.u16(static_cast<std::uint16_t>(config.private_sites.size()));
    for (const PrivateSite& site : config.private_sites) {
        write_text(out, site.host);
        out.u16(site.port);
        out.bytes(site.address);
    }
    out.u16(static_cast<std::uint16_t>(config.refused_blocks.size()));
    for (const AddressBlock& block : config.refused_blocks) {
        out.bytes(block.address);
        out.u8(block.prefix);
    }
    return std::move(out).take();
}

Result<EgressConfig> read_egress_config(std::span<const std::uint8_t> payload) {
    Reader in(payload);
    SUDARE_TRY(SessionPolicy carrier, read_policy(in));
    EgressConfig config;
    config.web = std::move(carrier.web);
    const std::uint16_t resolvers = in.u16();
    if (!in.ok() || resolvers > kResolversMax)
        return fail(Errc::kLimit, "egress config field \"resolvers\": at most 4");
    for (std::uint16_t i = 0; i < resolvers; ++i)
        config.resolvers.push_back(read_address(in));
    config.upstream_proxy = read_address(in);
    SUDARE_CHECK(read_sites(in, config));
    SUDARE_CHECK(read_blocks(in, config));
    if (!in.at_end())
        return fail(Errc::kBadInput, "egress config has a wrong length");
    return config;
}

}  // namespace sudare::ipc

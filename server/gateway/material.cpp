// SPDX-License-Identifier: Apache-2.0
#include "server/gateway/material.h"

#include <fcntl.h>

#include <algorithm>
#include <limits>

#include "protocol/ipc/link_host.h"
#include "server/base/unix_socket.h"
#include "server/tls/context.h"

namespace sudare::gateway {
namespace {

Result<std::vector<std::uint8_t>> file(const std::string& field, const std::string& path) {
    const UniqueFd fd(::open(path.c_str(), O_RDONLY | O_CLOEXEC | O_NONBLOCK));
    if (!fd)
        return fail(Errc::kNotFound, "field \"" + field + "\": cannot read \"" + path +
                                         "\": " + fail_errno("open").value().message);
    return read_whole(fd.get(), ipc::kPemBytesMax);
}

// The same check that a link's TLS set-up makes; the texts are kept, the context is not.
Result<void> fits(const ipc::TlsTexts& texts, tls::Side side) {
    tls::Material material;
    material.certificate = texts.certificate;
    material.key = texts.key;
    material.authority = texts.authority;
    material.revoked = texts.revoked;
    const bool terminals = side == tls::Side::kServer;
    SUDARE_TRY(const tls::Context usable,
               tls::Context::create(
                   side,
                   {ipc::kHostAlpn, terminals ? tls::PeerKind::kTerminal : tls::PeerKind::kHost, ""},
                   material));
    return {};
}

Result<ipc::TlsTexts> texts(const std::string& section, const TlsPaths& paths, tls::Side side) {
    ipc::TlsTexts out;
    SUDARE_TRY(out.certificate, file(section + ".certificate", paths.certificate));
    SUDARE_TRY(out.key, file(section + ".key", paths.key));
    SUDARE_TRY(out.authority, file(section + ".authority", paths.authority));
    SUDARE_TRY(out.revoked, file(section + ".revoked", paths.revoked));
    if (const auto usable = fits(out, side); !usable)
        return fail(usable.error().code, "section \"" + section +
                                             "\": the files do not fit together: " +
                                             usable.error().message);
    return out;
}

Result<std::vector<std::uint8_t>> list(const char* field, const std::string& path) {
    SUDARE_TRY(auto pem, file(field, path));
    // A file that is just being copied is half a list.
    if (const auto readable = tls::read_revocation_lists(pem); !readable)
        return fail(readable.error().code, std::string("field \"") + field + "\": \"" + path +
                                               "\": " + readable.error().message +
                                               "; run `sudarectl pki crl`");
    return pem;
}

}  // namespace

Result<Material> Material::load(const Settings& settings) {
    Material out;
    SUDARE_TRY(out.common_.viewer, texts("tls", settings.viewer, tls::Side::kServer));
    SUDARE_TRY(out.common_.host, texts("host", settings.host, tls::Side::kClient));
    out.common_.host_name = settings.host_name;
    out.common_.second_factor = settings.second_factor;
    return out;
}

Result<UniqueFd> Material::for_link(const std::array<std::uint8_t, 16>& address,
                                    std::uint16_t port, bool recorder) const {
    ipc::LinkSettings settings = common_;
    settings.address = address;
    settings.port = port;
    settings.recorder = recorder;
    auto bytes = ipc::write_link_settings(settings);
    auto memory = sealed_memory("link", bytes);
    tls::wipe(bytes);
    tls::wipe(settings.viewer.key);
    tls::wipe(settings.host.key);
    return memory;
}

Result<bool> Material::reload_lists(const Settings& settings) {
    SUDARE_TRY(auto viewer, list("tls.revoked", settings.viewer.revoked));
    SUDARE_TRY(auto host, list("host.revoked", settings.host.revoked));
    const bool changed = viewer != common_.viewer.revoked || host != common_.host.revoked;
    common_.viewer.revoked = std::move(viewer);
    common_.host.revoked = std::move(host);
    return changed;
}

Result<bool> Material::reload(const Settings& settings) {
    SUDARE_TRY(Material fresh, load(settings));
    const bool changed = fresh.common_.viewer.revoked != common_.viewer.revoked ||
                         fresh.common_.host.revoked != common_.host.revoked;
    tls::wipe(common_.viewer.key);
    tls::wipe(common_.host.key);
    *this = std::move(fresh);
    return changed;
}

Result<UniqueFd> Material::lists() const {
    return sealed_memory("lists", ipc::write_revocation_lists({common_.viewer.revoked,
                                                               common_.host.revoked}));
}

Result<double> Material::lists_age() const {
    SUDARE_TRY(const double viewer, tls::revocation_age(common_.viewer.revoked));
    SUDARE_TRY(const double host, tls::revocation_age(common_.host.revoked));
    return std::max(viewer, host);
}

Result<std::int64_t> Material::certificates_end() const {
    std::int64_t earliest = std::numeric_limits<std::int64_t>::max();
    for (const ipc::TlsTexts* side : {&common_.viewer, &common_.host})
        for (const auto* pem : {&side->certificate, &side->authority}) {
            SUDARE_TRY(const std::int64_t end, tls::earliest_end(*pem));
            earliest = std::min(earliest, end);
        }
    return earliest;
}

}  // namespace sudare::gateway

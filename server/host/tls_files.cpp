// SPDX-License-Identifier: Apache-2.0
#include "server/host/tls_files.h"

#include <fcntl.h>
#include <sys/stat.h>

#include <cerrno>
#include <cstring>

#include "server/base/unix_socket.h"

namespace sudare::host {
namespace {

constexpr std::size_t kFileMax = 8U << 20;  // a revocation list of some 200,000 entries

Result<UniqueFd> load_file(const char* what, const std::string& path, bool secret) {
    UniqueFd file(::open(path.c_str(), O_RDONLY | O_CLOEXEC));
    if (!file)
        return fail(Errc::kNotFound, std::string("cannot read ") + what + " \"" + path +
                                         "\": " + std::strerror(errno));
    struct stat state {};
    if (secret && (::fstat(file.get(), &state) != 0 || (state.st_mode & 077) != 0))
        return fail(Errc::kDenied, std::string(what) + " \"" + path +
                                       "\" can be read by others; set its mode to 0600");
    SUDARE_TRY(std::vector<std::uint8_t> bytes, read_whole(file.get(), kFileMax));
    auto memory = sealed_memory(what, bytes);
    explicit_bzero(bytes.data(), bytes.size());
    return memory;
}

}  // namespace

Result<TlsFiles> TlsFiles::load(const TlsSettings& settings) {
    TlsFiles out;
    SUDARE_TRY(out.certificate, load_file("tls.certificate", settings.certificate, false));
    SUDARE_TRY(out.key, load_file("tls.key", settings.key, true));
    SUDARE_TRY(out.authority, load_file("tls.authority", settings.authority, false));
    SUDARE_CHECK(out.reload_revoked(settings));
    return out;
}

Result<void> TlsFiles::reload_revoked(const TlsSettings& settings) {
    SUDARE_TRY(revoked, load_file("tls.revoked", settings.revoked, false));
    return {};
}

}  // namespace sudare::host

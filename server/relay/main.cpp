// SPDX-License-Identifier: Apache-2.0
// sudare-relay: ends the border's TLS for one session, so that the privileged launcher reads no
// byte of the network. Started by sudare-host with the descriptors of protocol/ipc/host_relay.h.
#include <unistd.h>

#include <csignal>

#include "server/base/log.h"
#include "server/base/loop.h"
#include "server/base/unix_socket.h"
#include "server/relay/relay.h"
#include "server/relay/sandbox.h"

namespace sudare::relay {
namespace {

constexpr std::size_t kPemMax = 4U << 20;

Result<tls::Material> read_material() {
    tls::Material material;
    for (const auto& [fd, target] :
         {std::pair(ipc::kRelayCertificateFd, &material.certificate),
          std::pair(ipc::kRelayKeyFd, &material.key),
          std::pair(ipc::kRelayAuthorityFd, &material.authority),
          std::pair(ipc::kRelayRevokedFd, &material.revoked)}) {
        SUDARE_TRY(*target, read_whole(fd, kPemMax));
        ::close(fd);
    }
    return material;
}

Result<void> run() {
    ::signal(SIGPIPE, SIG_IGN);
    SUDARE_CHECK(tls::initialise());
    Loop io;
    SUDARE_TRY(tls::Material material, read_material());
    SUDARE_TRY(const tls::Context context,
               tls::Context::create(tls::Side::kServer,
                                    {ipc::kHostAlpn, tls::PeerKind::kBorder, ""}, material));
    tls::wipe(material.key);
    SUDARE_TRY(std::unique_ptr<LocalStream> host,
               LocalStream::create(io, UniqueFd(ipc::kRelayControlFd), Relay::host_rules()));
    Relay relay(io, std::move(host));
    const LoopEnd end(io);
    SUDARE_CHECK(relay.accept(UniqueFd(ipc::kRelaySocketFd), context));
    SUDARE_CHECK(enter_sandbox());
    asio::co_spawn(io, relay.run(), asio::detached);
    io.run();
    // Coroutines that still wait refer to objects of this scope: end without taking it apart.
    ::_exit(0);
}

}  // namespace
}  // namespace sudare::relay

int main() {
    sudare::log_init("sudare-relay");
    const auto result = sudare::relay::run();
    sudare::log_error("cannot start: {}", result.error().message);
    return 1;
}

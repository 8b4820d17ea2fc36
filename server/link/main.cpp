// SPDX-License-Identifier: Apache-2.0
// sudare-link: one connection of one terminal. Started by sudare-gateway with the descriptors of
// protocol/ipc/gateway_link.h; sandboxed before it reads the first byte of the network.
#include <unistd.h>

#include <csignal>

#include "protocol/recording/keys.h"
#include "server/base/log.h"
#include "server/base/unix_socket.h"
#include "server/link/link.h"
#include "server/link/sandbox.h"

namespace sudare::link {
namespace {

tls::Material material_of(ipc::TlsTexts& texts) {
    tls::Material material;
    material.certificate = texts.certificate;
    material.key = std::move(texts.key);
    material.authority = texts.authority;
    material.revoked = texts.revoked;
    return material;
}

Result<ipc::LinkSettings> settings() {
    const UniqueFd fd(ipc::kLinkSettingsFd);
    SUDARE_TRY(std::vector<std::uint8_t> bytes, read_whole(fd.get(), ipc::kLinkSettingsMax));
    auto read = ipc::read_link_settings(bytes);
    tls::wipe(bytes);
    return read;
}

// The keys' texts are wiped as soon as the contexts have them.
Result<tls::Context> terminals_context(ipc::LinkSettings& settings) {
    const tls::Material material = material_of(settings.viewer);
    return tls::Context::create(tls::Side::kServer, {wire::kAlpn, tls::PeerKind::kTerminal, "", enrol::kAlpn},
                                material);
}

Result<tls::Context> host_context(ipc::LinkSettings& settings) {
    const tls::Material material = material_of(settings.host);
    return tls::Context::create(
        tls::Side::kClient, {ipc::kHostAlpn, tls::PeerKind::kHost, settings.host_name}, material);
}

Result<void> run() {
    ::signal(SIGPIPE, SIG_IGN);
    SUDARE_CHECK(tls::initialise());
    asio::io_context io(1);
    SUDARE_TRY(ipc::LinkSettings read, settings());
    SUDARE_TRY(const tls::Context terminals, terminals_context(read));
    SUDARE_TRY(tls::Context host, host_context(read));
    SUDARE_TRY(std::unique_ptr<ViewerSide> viewer,
               ViewerSide::create(io, UniqueFd(ipc::kLinkSocketFd), terminals));
    SUDARE_TRY(std::unique_ptr<BrokerClient> broker,
               BrokerClient::create(io, UniqueFd(ipc::kLinkBrokerFd)));
    SUDARE_CHECK(recording::initialise());
    auto recorder = std::make_unique<RecorderClient>(io);
    if (read.recorder) {
        SUDARE_CHECK(recorder->connect(UniqueFd(ipc::kLinkRecorderFd)));
    }
    auto gateway = std::make_unique<GatewayControl>(io, UniqueFd(ipc::kLinkControlFd));
    Link link(io, {std::move(viewer), std::move(broker), std::move(gateway), std::move(recorder), std::move(host),
                   std::move(read)});
    SUDARE_CHECK(enter_sandbox());
    link.start();
    io.run();
    // Coroutines that still wait refer to objects of this scope: end without taking it apart.
    ::_exit(static_cast<int>(link.exit_status()));
}

}  // namespace
}  // namespace sudare::link

int main() {
    sudare::log_init("sudare-link");
    const auto result = sudare::link::run();
    sudare::log_error("cannot start: {}", result.error().message);
    return static_cast<int>(sudare::ipc::LinkExit::kOurFault);
}

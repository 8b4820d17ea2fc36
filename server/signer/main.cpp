// SPDX-License-Identifier: Apache-2.0
// sudare-signer: signs checkpoints of the audit log, forward only. It holds one key, listens for
// the broker alone, and has no network.

#include <CLI/CLI.hpp>
#include <cstdio>

#include "server/base/harden.h"
#include "server/base/log.h"
#include "server/base/ready.h"
#include "server/base/signals.h"
#include "server/signer/sandbox.h"
#include "server/signer/server.h"

namespace sudare::signer {
namespace {

Result<void> make_key(const Settings& settings) {
    SUDARE_TRY(const evidence::VerifierKey key, Signer::make(settings.state_dir, settings.name));
    std::printf("%s\n", key.line().c_str());
    return {};
}

Result<void> serve(const Settings& settings) {
    SUDARE_TRY(UniqueFd stop, stop_signals());
    SUDARE_TRY(Signer signer, Signer::open(settings.state_dir));
    if (signer.last().origin != settings.name)
        return fail(Errc::kBadInput, "field \"name\": \"" + settings.name +
                                         "\", but the key is that of \"" + signer.last().origin +
                                         "\"");
    SUDARE_TRY(Server server, Server::create(settings, std::move(stop)));
    SUDARE_CHECK(enter_sandbox(settings));
    print_ready(settings.socket);
    return server.run(signer);
}

Result<void> run(const std::string& path, bool make) {
    SUDARE_CHECK(harden());
    SUDARE_TRY(const Settings settings, load_settings(path));
    return make ? make_key(settings) : serve(settings);
}

}  // namespace
}  // namespace sudare::signer

int main(int argc, char** argv) {
    sudare::log_init("sudare-signer");
    std::string path;
    bool make = false;
    CLI::App app("Signs checkpoints of Sudare's audit log", "sudare-signer");
    app.add_option("--config", path, "settings file (signer.toml)")->required();
    app.add_flag("--make-key", make,
                 "make the key of a new log, print what verifiers need, and end");
    CLI11_PARSE(app, argc, argv);
    if (const auto ran = sudare::signer::run(path, make); !ran) {
        sudare::log_error("{}", ran.error().message);
        return 1;
    }
    return 0;
}

// SPDX-License-Identifier: Apache-2.0
// box_runner: starts a browser box with the very arguments that sudare-host uses, around Chromium
// or around a probe, so that a test can look at the box from inside. Ends with the box's status.
//
//     box_runner --directory DIR [--uid N] [--chromium] [--relax FIELD=JSON]... [-- COMMAND...]
//
// DIR must hold the sockets wayland-0 and egress.sock; the policy file is written there. A FIELD
// with an empty value is removed from the policy: for the control run of a policy test.
#include <sys/prctl.h>
#include <sys/wait.h>

#include <CLI/CLI.hpp>
#include <filesystem>
#include <fstream>
#include <iostream>

#include "server/base/spawn.h"
#include "server/session/browser/box.h"
#include "server/session/browser/chromium_flags.h"
#include "server/session/browser/chromium_policy.h"

namespace sudare::browser {
namespace {

struct Options {
    std::string directory;
    int uid = -1;
    bool chromium = false;
    bool english = false;
    std::string start_page = "about:blank";
    bool plain_http = false;
    std::vector<std::string> denied_urls;
    std::string ca_file;
    std::vector<std::string> relaxed;
    std::vector<std::string> command;
};

std::string file_text(const std::string& path) {
    std::ifstream file(path);
    return {std::istreambuf_iterator<char>(file), {}};
}

Result<std::string> policy_text(const Options& options) {
    ipc::SessionPolicy session;
    session.web.start_page = options.start_page;
    session.web.plain_http = options.plain_http;
    session.web.denied_urls = options.denied_urls;
    std::vector<std::string> certificates;
    if (!options.ca_file.empty()) {
        SUDARE_TRY(certificates, certificates_from_pem(file_text(options.ca_file)));
    }
    SUDARE_TRY(std::string text, chromium_policy_json({session, certificates}));
    for (const std::string& entry : options.relaxed) {
        const std::size_t at = entry.find('=');
        if (at == std::string::npos)
            return fail(Errc::kBadInput, "--relax wants FIELD=JSON");
        SUDARE_TRY(text, relaxed_policy_json(text, entry.substr(0, at), entry.substr(at + 1)));
    }
    return text;
}

Result<int> run(const Options& options) {
    const std::string managed = options.directory + "/policies/managed";
    std::filesystem::create_directories(managed);
    SUDARE_TRY(const std::string policy, policy_text(options));
    std::ofstream(managed + "/10-session.json") << policy;
    BoxSpec spec;
    SUDARE_TRY(const std::string tests, own_directory());
    spec.box_init = tests + "/../bin/sudare-box-init";
    spec.wayland_socket = options.directory + "/wayland-0";
    spec.egress_socket = options.directory + "/egress.sock";
    spec.policies = options.directory + "/policies";
    spec.locale = options.english ? Locale::kEnglish : Locale::kJapanese;
    SUDARE_TRY(Box box,
               make_box(spec, options.chromium ? chromium_command(spec.locale) : options.command));
    if (options.uid >= 0) {
        box.spawn.uid = static_cast<uid_t>(options.uid);
        box.spawn.gid = static_cast<gid_t>(options.uid);
    }
    SUDARE_TRY(Child child, spawn(box.spawn));
    return child.wait();
}

}  // namespace
}  // namespace sudare::browser

int main(int argc, char** argv) {
    sudare::browser::Options options;
    CLI::App app{"starts a browser box around a command"};
    app.add_option("--directory", options.directory)->required();
    app.add_option("--uid", options.uid);
    app.add_flag("--chromium", options.chromium);
    app.add_flag("--english", options.english);
    app.add_option("--start-page", options.start_page);
    app.add_flag("--plain-http", options.plain_http);
    app.add_option("--deny-url", options.denied_urls)->allow_extra_args(false);
    app.add_option("--ca", options.ca_file);
    app.add_option("--relax", options.relaxed)->allow_extra_args(false);
    app.add_option("command", options.command);
    CLI11_PARSE(app, argc, argv);
    const auto status = sudare::browser::run(options);
    if (!status) {
        std::cerr << "box_runner: " << status.error().message << '\n';
        return 126;
    }
    return WIFEXITED(*status) ? WEXITSTATUS(*status) : 128 + WTERMSIG(*status);
}

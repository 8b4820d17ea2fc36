// SPDX-License-Identifier: Apache-2.0
#include "server/gateway/settings.h"

namespace sudare::gateway {
namespace {

Result<void> number(Config& config, const char* field, std::uint32_t& value, std::int64_t low,
                    std::int64_t high) {
    SUDARE_TRY(const std::int64_t read, config.integer(field, value, low, high));
    value = static_cast<std::uint32_t>(read);
    return {};
}

// The sandbox keeps their directories.
Result<std::string> path(const char* field, Result<std::string> text) {
    if (text && !text->starts_with('/'))
        return fail(Errc::kBadInput, std::string("field \"") + field + "\" is \"" + *text +
                                         "\", but must be an absolute path");
    return text;
}

Result<void> read_throttle(Config& config, ThrottleSettings& out) {
    SUDARE_CHECK(number(config, "throttle.connections_max", out.connections_max, 1, 20000));
    SUDARE_CHECK(number(config, "throttle.early_drop_from", out.early_drop_from, 1, 20000));
    SUDARE_CHECK(number(config, "throttle.early_drop_percent", out.early_drop_percent, 0, 100));
    SUDARE_CHECK(number(config, "throttle.early_drop_full", out.early_drop_full, 2, 20000));
    SUDARE_CHECK(number(config, "throttle.unproven_per_source", out.unproven_per_source, 1, 20000));
    SUDARE_CHECK(
        number(config, "throttle.connections_per_source", out.connections_per_source, 1, 20000));
    SUDARE_TRY(out.penalties, config.boolean("throttle.penalties", out.penalties));
    if (out.early_drop_full <= out.early_drop_from)
        return fail(Errc::kBadInput,
                    "field \"throttle.early_drop_full\" must be above throttle.early_drop_from");
    return {};
}

}  // namespace

Result<Settings> read_settings(Config config) {
    Settings out;
    SUDARE_TRY(out.address, config.text("listen.address", out.address));
    SUDARE_TRY(const std::int64_t port, config.integer("listen.port", out.port, 0, 65535));
    out.port = static_cast<std::uint16_t>(port);
    SUDARE_TRY(out.viewer.certificate, path("tls.certificate", config.text("tls.certificate")));
    SUDARE_TRY(out.viewer.key, path("tls.key", config.text("tls.key")));
    SUDARE_TRY(out.viewer.authority, path("tls.authority", config.text("tls.authority")));
    SUDARE_TRY(out.viewer.revoked, path("tls.revoked", config.text("tls.revoked")));
    SUDARE_TRY(out.host_address, config.text("host.address"));
    SUDARE_TRY(out.host_name, config.text("host.name"));
    SUDARE_TRY(out.host.certificate, path("host.certificate", config.text("host.certificate")));
    SUDARE_TRY(out.host.key, path("host.key", config.text("host.key")));
    SUDARE_TRY(out.host.authority, path("host.authority", config.text("host.authority", out.viewer.authority)));
    SUDARE_TRY(out.host.revoked, path("host.revoked", config.text("host.revoked", out.viewer.revoked)));
    SUDARE_TRY(out.broker_socket, path("broker.socket", config.text("broker.socket")));
    SUDARE_TRY(out.recorder_socket, config.text("recorder.socket", ""));
    if (!out.recorder_socket.empty()) {
        SUDARE_TRY(out.recorder_socket, path("recorder.socket", std::move(out.recorder_socket)));
    }
    SUDARE_TRY(out.second_factor, config.boolean("login.second_factor", false));
    SUDARE_CHECK(read_throttle(config, out.throttle));
    SUDARE_CHECK(config.finish());
    return out;
}

}  // namespace sudare::gateway

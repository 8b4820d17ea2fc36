// SPDX-License-Identifier: Apache-2.0
// What a person may do: the stored layers, put together.
#include <algorithm>
#include <ctime>
#include <utility>

#include "server/base/log.h"
#include "server/broker/core.h"

namespace sudare::broker {
namespace {

// Times are whole seconds and the timer is not: a little later is surely after the boundary.
constexpr std::chrono::milliseconds kAfterBoundary{50};
constexpr std::chrono::seconds kLookMax{60};

}  // namespace

Result<Moment> Core::moment() {
    SUDARE_TRY(const std::uint32_t version, store_->policy_version());
    return Moment{version, std::time(nullptr)};
}

PolicyState Core::state(const Moment& at) const {
    return PolicyState(*store_, at, settings_.start_page);
}

Result<PolicyState> Core::state() {
    SUDARE_TRY(const Moment now, moment());
    return state(now);
}

Result<Rights> Core::rights(std::uint32_t user) {
    SUDARE_TRY(const Moment now, moment());
    return rights(user, now);
}

Result<Rights> Core::rights(std::uint32_t user, const Moment& at) {
    Rights rights;
    SUDARE_TRY(rights.layers, state(at).layers(user));
    rights.version = at.version;
    rights.effective = policy::merge_without_hosts(rights.layers);
    return rights;
}

ipc::SessionPolicy Core::session_policy(const Rights& rights) {
    if (std::exchange(merges_version_, rights.version) != rights.version)
        merges_.forget();
    return policy::session_policy(rights.effective, rights.layers, rights.version, merges_);
}

void Core::watch_exceptions() {
    exceptions_seen_ = std::time(nullptr);
    std::int64_t next = exceptions_seen_ + kLookMax.count();
    const auto version = store_->policy_version();
    const auto all = version ? store_->exceptions(std::nullopt, *version, exceptions_seen_)
                             : tl::unexpected(version.error());
    if (!all)
        log_error("exceptions: {}", all.error().message);
    else
        for (const store::PolicyException& one : *all)
            for (const std::int64_t boundary : {one.begins, one.ends})
                if (boundary > exceptions_seen_)
                    next = std::min(next, boundary);
    exceptions_.expires_after(std::chrono::seconds(next - exceptions_seen_) + kAfterBoundary);
    exceptions_.async_wait([this](const boost::system::error_code& error) {
        if (!error)
            exceptions_due();
    });
}

void Core::exceptions_due() {
    const auto [low, high] = std::minmax({exceptions_seen_, std::int64_t{std::time(nullptr)}});  // values
    const auto version = store_->policy_version();
    const auto all = version ? store_->exceptions(std::nullopt, *version, low)
                             : tl::unexpected(version.error());
    const bool passed = !all || std::ranges::any_of(*all, [&](const store::PolicyException& one) {
        return (one.begins > low && one.begins <= high) || (one.ends > low && one.ends <= high);
    });
    if (passed)
        policy_changed();  // looks again
    else
        watch_exceptions();
}

}  // namespace sudare::broker

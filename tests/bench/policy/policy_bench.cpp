// SPDX-License-Identifier: Apache-2.0
// A city hall: 5,000 people, 200 groups of which each person is in three, 20,000 hosts in the default
// layer, something of their own for every tenth. In a real database.
#include <benchmark/benchmark.h>

#include <sys/socket.h>
#include <unistd.h>

#include <cstdlib>
#include <filesystem>
#include <random>
#include <thread>

#include "protocol/ipc/link_host.h"
#include "server/broker/change/plan.h"
#include "server/egress/host_rules.h"

namespace sudare::broker {
namespace {

using store::LayerId;
using store::PolicyChange;
using Kind = LayerId::Kind;

constexpr unsigned kPeople = 5000, kGroups = 200, kHosts = 20000;

std::string host(unsigned number) { return "www" + std::to_string(number) + ".example.jp"; }

class CityHall {
public:
    static CityHall& get() {
        static CityHall one;
        return one;
    }
    PolicyState now() { return {*store_, {store_->policy_version().value(), 1'000'000}, "about:blank"}; }
    store::Store& store() { return *store_; }
    std::uint32_t somebody() { return std::uniform_int_distribution<std::uint32_t>(1, kPeople)(random_); }

private:
    CityHall() {
        std::string pattern = "/tmp/sudare-policy-bench-XXXXXX";
        directory_ = ::mkdtemp(pattern.data());
        store_ = std::move(store::Store::open((directory_ / "broker.db").string()).value());
        std::vector<store::User> users;
        std::vector<PolicyChange> changes;
        std::string hosts;
        for (unsigned i = 0; i < kHosts; ++i)
            hosts += (i == 0 ? "" : ",") + std::string(i % 5 == 0 ? "deny:" : "allow:") + host(i);
        changes.push_back({{}, "web.hosts", hosts});
        for (unsigned i = 1; i <= kGroups; ++i) {
            const std::uint32_t group = store_->group_number("group" + std::to_string(i)).value();
            changes.push_back({{Kind::kGroup, group}, std::string(store::kPlaceField), std::to_string(i)});
            changes.push_back({{Kind::kGroup, group}, "access.idle_minutes", std::to_string(i)});
            changes.push_back({{Kind::kGroup, group}, "web.hosts", "allow:.group" + std::to_string(i) + ".example"});
        }
        for (unsigned i = 1; i <= kPeople; ++i) {
            users.push_back({i, "user" + std::to_string(i), "x", false, false});
            changes.push_back({{Kind::kUser, i}, std::string(store::kGroupsField),
                               list_of({1 + i % kGroups, 1 + (i + 7) % kGroups, 1 + (i + 50) % kGroups})});
            if (i % 10 == 0)
                changes.push_back({{Kind::kUser, i}, "input.text", "false"});
        }
        if (!store_->import(users, {}, changes, 0))
            std::abort();
    }
    ~CityHall() {
        store_.reset();
        std::filesystem::remove_all(directory_);
    }

    std::filesystem::path directory_;
    std::unique_ptr<store::Store> store_;
    std::mt19937 random_{1};
};

// Of one person, from the stored layers: what a log-in asks for. The hosts stay in their layers.
void effective(benchmark::State& state) {
    CityHall& hall = CityHall::get();
    for (auto _ : state)
        benchmark::DoNotOptimize(policy::merge_without_hosts(hall.now().layers(hall.somebody()).value()));
}
BENCHMARK(effective)->Unit(benchmark::kMillisecond);

// What the session gets, with the hosts.
void session_policy(benchmark::State& state) {
    CityHall& hall = CityHall::get();
    policy::HostMerges merges;  // as the broker keeps them while the policy stays as it is
    for (auto _ : state) {
        const auto layers = hall.now().layers(hall.somebody()).value();
        benchmark::DoNotOptimize(policy::session_policy(policy::merge_without_hosts(layers), layers, 1, merges));
    }
}
BENCHMARK(session_policy)->Unit(benchmark::kMillisecond);

// A change of the list that everybody has, for 500 running sessions: stored, put together for each of them,
// and with a process that reads all of it.
void change_reaches_500(benchmark::State& state) {
    constexpr std::uint32_t kSessions = 500;
    CityHall& hall = CityHall::get();
    int ends[2];
    if (::socketpair(AF_UNIX, SOCK_STREAM, 0, ends) != 0)
        return state.SkipWithError("socketpair");
    const std::jthread reader([&ends] {
        std::vector<char> room(1U << 20);
        while (::read(ends[1], room.data(), room.size()) > 0) {
        }
    });
    const std::uint32_t list = hall.store().host_list_number("large").value();
    policy::HostMerges merges;
    unsigned round = 0;
    for (auto _ : state) {
        std::string hosts = "round" + std::to_string(++round) + ".example";
        for (unsigned i = 0; i < kHosts; ++i)
            hosts += "\n" + host(i);
        const Plan plan = make_plan(hall.now(), {{{Kind::kList, list}, std::string(store::kHostsField), hosts},
                                                 {{}, "web.hosts", "allow:@large"}}).value();
        if (!hall.store().change_policy(plan.changes(), 0))
            return state.SkipWithError("not stored");
        merges.forget();
        for (std::uint32_t user = 1; user <= kSessions; ++user) {
            const auto layers = hall.now().layers(user).value();
            const auto payload = ipc::write_policy_payload(
                policy::session_policy(policy::merge_without_hosts(layers), layers, round, merges));
            for (std::size_t sent = 0; sent < payload.size();)
                sent += static_cast<std::size_t>(::write(ends[0], payload.data() + sent, payload.size() - sent));
        }
    }
    ::close(ends[0]);
}
BENCHMARK(change_reaches_500)->Unit(benchmark::kMillisecond)->UseRealTime();

// In the egress process: a name that a rule has, and one that none has.
void host_decision(benchmark::State& state) {
    CityHall& hall = CityHall::get();
    const auto layers = hall.now().layers(1).value();
    policy::HostMerges merges;
    const auto message = policy::session_policy(policy::merge_without_hosts(layers), layers, 1, merges);
    const auto rules = egress::HostRules::create(message.web.hosts).value();
    unsigned i = 0;
    for (auto _ : state) {
        benchmark::DoNotOptimize(rules.find(host(i * 7919U % kHosts), 443, true));
        benchmark::DoNotOptimize(rules.find("a.b.c.unknown" + std::to_string(i++) + ".example.jp", 443, true));
    }
    state.SetItemsProcessed(2 * static_cast<std::int64_t>(state.iterations()));
}
BENCHMARK(host_decision)->Unit(benchmark::kMicrosecond);

// Of everybody, for one field: "who changes if I save this".
void what_if(benchmark::State& state) {
    CityHall& hall = CityHall::get();
    for (auto _ : state) {
        const Plan plan = make_plan(hall.now(), {{{}, "web.hosts", "allow:.example.jp"}}).value();
        unsigned concerned = 0;
        const auto done =
            who_changes(plan, hall.store(), [&](const PersonChange&) { return ++concerned != 0; });
        if (!done || concerned != kPeople + 1)
            state.SkipWithError("not everybody");
    }
}
BENCHMARK(what_if)->Unit(benchmark::kMillisecond);

}  // namespace
}  // namespace sudare::broker

BENCHMARK_MAIN();

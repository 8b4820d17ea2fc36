// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <soci/soci.h>

#include <compare>
#include <filesystem>
#include <map>
#include <memory>
#include <optional>
#include <set>
#include <string>
#include <tuple>
#include <vector>

#include "server/broker/auth/login_rules.h"

// A model checker of log-in, lockout and second factor: some links and one administrator, each with
// a short script, in all orders of their steps. A step is one turn of the broker's loop. What
// decides is the product's own (Store, Lockout, login_rules, Argon2id, liboath) on a real database;
// the state of the database is put back when the checker returns to a fork. What must hold is
// judged by what happened, which the model writes down by itself and no rule is asked about.
namespace sudare::auth::model {

enum class Op { kBegin, kLogin, kOpen, kChange, kTell, kConfirm };
enum class Act {
    kDisable,
    kEnable,
    kRevoke,
    kPassword,
    kResetFactor,
    kDemandFactor,
    kWaitLock,
    kWaitStep
};
enum class Code { kNone, kFirst, kSecond, kWrong };  // of two steps that are good at the beginning

struct Script {
    std::string name, user, terminal = "t1";
    bool right = true;
    Code code = Code::kNone;
    std::vector<Op> ops{};
};
struct Scenario {
    std::vector<Script> links;
    std::vector<Act> acts{};
    bool factor = false;    // policy asks for one, and "own" has one
    bool enrolled = false;  // it has one all the same
    // failures at t1 before: of names that nobody has, of "own", of "victim"
    unsigned others = 0, own = 0, victim = 0;
};

inline constexpr std::int64_t kBegin = 900'000'000;  // when each scenario begins; a whole step
inline constexpr std::size_t kOwnSecret = 100;       // of "own"; those that are told are by link

// Faults that the rules do not have: the checker must find each.
enum class Fault {
    kNone,
    kSuccessEndsLocks,      // a success clears the terminal's lock, whoever earned it
    kSuccessForgetsOthers,  // and the failures of other names
    kCountedAfterwards,     // tries are counted when they have failed
    kEndingLinkOpens,       // nobody asks what happened since the log-in
    kOldPasswordStands,     // nor since the password was looked at
    kSameLooksUnchanged,    // there and back is no change, for a secret that was told
    kCodeForgotten,         // a code is not used up
};

struct Link {
    std::size_t at = 0;
    bool ending = false;
    std::optional<Looked> looked{};
    std::optional<Proof> proof{};
    std::optional<store::User> told{};
    std::uint64_t since =
        0;  // passwords of its account at the beginning, then changes at the log-in
    friend auto operator<=>(const Link&, const Link&) = default;
};
struct Lock {
    std::int64_t until = 0;
    std::optional<std::size_t> by{};  // the link whose try is not over
    friend auto operator<=>(const Lock&, const Lock&) = default;
};
struct World {
    std::int64_t now = 0;
    bool factor = false;
    std::vector<Link> links{};
    std::size_t act = 0;
    // what happened
    std::map<std::string, std::uint64_t> passwords{}, changes{};  // of an account; all its changes
    std::set<std::string> disabled{}, revoked{};
    std::set<std::pair<std::string, std::int64_t>> codes{};    // secret and step
    std::map<std::string, Lock> locks{};                       // by key of the store
    std::map<std::string, std::uint32_t> lasted{};             // the last lock of a key
    std::map<std::string, std::vector<std::int64_t>> wrong{};  // guesses at what is not one's own
    std::map<std::string, std::set<std::string>> pairs{};      // of a terminal
    unsigned sessions = 0;
    friend auto operator<=>(const World&, const World&) = default;
};

// All of the database that the rules read.
struct Snapshot {
    std::vector<std::tuple<std::string, int, long long>> failures{};
    std::vector<std::tuple<int, std::string, int, std::string, long long, long long>> users{};
    std::vector<std::tuple<std::string, int>> terminals{};
    friend auto operator<=>(const Snapshot&, const Snapshot&) = default;
};

struct Counts {
    std::uint64_t scenarios = 0, orders = 0, states = 0, steps = 0, sessions = 0;
};

class Checker {
public:
    explicit Checker(Fault fault = Fault::kNone);
    ~Checker();
    Checker(const Checker&) = delete;
    Checker& operator=(const Checker&) = delete;

    void run(const Scenario& scenario);
    [[nodiscard]] const Counts& counts() const { return counts_; }
    // What did not hold -> the first order of steps that showed it.
    [[nodiscard]] const std::map<std::string, std::string>& broken() const { return broken_; }

private:
    std::uint64_t explore(const World& world);
    void step(World& world, std::size_t actor);
    void link_step(World& world, std::size_t number, Op op);
    void begin(World& world, std::size_t number);
    void finish(World& world, std::size_t number, Op op);
    void open(World& world, std::size_t number);
    void after_code(World& world, std::size_t number, const Outcome& outcome);
    void tell_or_change(World& world, std::size_t number, Op op, const Outcome& outcome);
    void confirm(World& world, std::size_t number);
    void administer(World& world, Act act);

    void count_wrong(World& world, const std::string& key, unsigned most);
    void note_locks(World& world, const Try& begun, std::optional<std::size_t> by);
    void account_changed(World& world, const std::string& user, bool password, bool ends);
    void check(const World& world);
    void must(bool holds, const std::string& rule);

    Try begin_try(World& world, const std::string& user, const std::string& terminal);
    [[nodiscard]] std::string typed_code(const World& world, const Script& script);
    [[nodiscard]] std::optional<store::User> find(const std::string& name);
    [[nodiscard]] bool owner(const std::string& user) const;
    World set_up(const Scenario& scenario);
    Snapshot read();
    void put_back(const Snapshot& snapshot);

    Fault fault_;
    std::filesystem::path directory_;
    std::unique_ptr<store::Store> store_;
    std::unique_ptr<Lockout> lockout_;
    std::unique_ptr<soci::session> sql_;
    Snapshot fresh_;
    std::vector<std::string> hashes_;
    Scenario scenario_;
    std::vector<std::string> trace_;
    std::map<std::pair<World, Snapshot>, std::uint64_t> seen_;
    Counts counts_;
    std::map<std::string, std::string> broken_;
};

}  // namespace sudare::auth::model

// SPDX-License-Identifier: Apache-2.0
// All orders of steps, by depth first; a state that was seen before is not gone through again.
#include <soci/sqlite3/soci-sqlite3.h>
#include <sodium.h>

#include <algorithm>
#include <iterator>
#include <stdexcept>

#include "tests/unit/server/broker/auth/login_model.h"

namespace sudare::auth::model {
namespace {

// Argon2id at its cheapest: the model looks at thousands.
std::string hash_of(const std::string& password) {
    char text[crypto_pwhash_STRBYTES];
    if (crypto_pwhash_str(text, password.data(), password.size(), crypto_pwhash_OPSLIMIT_MIN,
                          crypto_pwhash_MEMLIMIT_MIN) != 0)
        throw std::runtime_error("no memory for a password");
    return text;
}

// In memory where there is a file system of that: nothing here is about the disk.
std::filesystem::path directory() {
    std::error_code none;
    const bool memory = std::filesystem::is_directory("/dev/shm", none);
    std::string pattern = (memory ? "/dev/shm" : std::filesystem::temp_directory_path().string()) +
                          std::string("/login-model-XXXXXX");
    if (::mkdtemp(pattern.data()) == nullptr)
        throw std::runtime_error(pattern);
    return pattern;
}

// Of `wanted`, what is not in `there`. Both are sorted.
template <typename Rows>
Rows missing(const Rows& there, const Rows& wanted) {
    Rows out;
    std::ranges::set_difference(wanted, there, std::back_inserter(out));
    return out;
}

}  // namespace

Checker::Checker(Fault fault) : fault_(fault), directory_(directory()) {
    if (::sodium_init() < 0)
        throw std::runtime_error("libsodium");
    const std::string path = (directory_ / "broker.db").string();
    auto opened = store::Store::open(path);
    if (!opened)
        throw std::runtime_error(opened.error().message);
    store_ = std::move(*opened);
    lockout_ = std::make_unique<Lockout>(*store_);
    sql_ = std::make_unique<soci::session>(soci::sqlite3, "db=" + path);
    for (int i = 0; i < 5; ++i)
        hashes_.push_back(hash_of("password " + std::to_string(i)));
    for (const char* name : {"own", "victim"})
        if (!store_->add_user({0, name, hashes_[0], false, false}))
            throw std::runtime_error(name);
    if (!store_->add_terminal({"t1", {}, {}, false}) ||
        !store_->add_terminal({"t2", {}, {}, false}))
        throw std::runtime_error("terminals");
    *sql_ << "UPDATE users SET password_at = 0";
    *sql_ << "PRAGMA synchronous = OFF";
    fresh_ = read();
}

Checker::~Checker() {
    sql_.reset();
    store_.reset();
    std::error_code none;
    std::filesystem::remove_all(directory_, none);
}

void Checker::run(const Scenario& scenario) {
    scenario_ = scenario;
    seen_.clear();
    trace_.clear();
    put_back(fresh_);
    const World world = set_up(scenario);
    counts_.orders += explore(world);
    ++counts_.scenarios;
    counts_.states += seen_.size();
}

// How many orders there are from here on.
std::uint64_t Checker::explore(const World& world) {
    const Snapshot here = read();
    const auto known = seen_.find({world, here});
    if (known != seen_.end())
        return known->second;
    std::uint64_t orders = 0;
    for (std::size_t actor = 0; actor <= scenario_.links.size(); ++actor) {
        const bool done = actor == scenario_.links.size()
                              ? world.act == scenario_.acts.size()
                              : world.links[actor].at == scenario_.links[actor].ops.size();
        if (done)
            continue;
        put_back(here);
        World next = world;
        step(next, actor);
        orders += explore(next);
        trace_.pop_back();
    }
    orders = std::max<std::uint64_t>(orders, 1);
    seen_.emplace(std::pair(world, here), orders);
    return orders;
}

World Checker::set_up(const Scenario& scenario) {
    World world;
    world.now = kBegin;
    world.factor = scenario.factor;
    world.links.resize(scenario.links.size());
    if (scenario.factor || scenario.enrolled) {
        TotpSecret secret{};
        secret.fill(static_cast<std::uint8_t>(kOwnSecret + 1));
        must(store_->set_totp(find("own")->id, totp_text(secret), 0).has_value(),
             "the database answers");
    }
    const auto fail = [&](const std::string& user, unsigned times) {
        for (unsigned i = 0; i < times; ++i) {
            const Try begun = begin_try(world, user, "t1");
            must(begun.wait == 0, "a scenario begins without a lock");
            note_locks(world, begun, {});
            if (owner(user))
                continue;
            count_wrong(world, begun.rows[0].key, kTriesPerTerminal);
            count_wrong(world, begun.rows[1].key, kTriesPerUser);
            count_wrong(world, begun.rows[2].key, kTriesOfTerminal);
        }
    };
    for (unsigned i = 0; i < scenario.others; ++i)
        fail("nobody" + std::to_string(i / (kTriesPerTerminal - 1)), 1);
    fail("own", scenario.own);
    fail("victim", scenario.victim);
    return world;
}

std::optional<store::User> Checker::find(const std::string& name) {
    auto found = store_->find_user(name);
    must(found.has_value(), "the database answers");
    return *found;
}

// Whoever knows the password: what they mistype is forgiven when they get it right.
bool Checker::owner(const std::string& user) const {
    return std::ranges::any_of(
        scenario_.links, [&](const Script& script) { return script.right && script.user == user; });
}

Snapshot Checker::read() {
    Snapshot out;
    const soci::rowset<soci::row> failures =
        (sql_->prepare << "SELECT key, count, locked_until FROM failures ORDER BY key");
    for (const soci::row& row : failures)
        out.failures.emplace_back(row.get<std::string>(0), row.get<int>(1), row.get<long long>(2));
    const soci::rowset<soci::row> users =
        (sql_->prepare
         << "SELECT id, password, disabled, totp, totp_step, changes FROM users ORDER BY id");
    for (const soci::row& row : users)
        out.users.emplace_back(row.get<int>(0), row.get<std::string>(1), row.get<int>(2),
                               row.get<std::string>(3), row.get<long long>(4),
                               row.get<long long>(5));
    const soci::rowset<soci::row> terminals =
        (sql_->prepare << "SELECT name, revoked FROM terminals ORDER BY name");
    for (const soci::row& row : terminals)
        out.terminals.emplace_back(row.get<std::string>(0), row.get<int>(1));
    return out;
}

// Only what differs is written.
void Checker::put_back(const Snapshot& snapshot) {
    const Snapshot now = read();
    if (now == snapshot)
        return;
    soci::transaction transaction(*sql_);
    for (const auto& row : missing(snapshot.failures, now.failures))
        *sql_ << "DELETE FROM failures WHERE key = :k", soci::use(std::get<0>(row));
    for (const auto& [key, count, until] : missing(now.failures, snapshot.failures))
        *sql_ << "INSERT INTO failures (key, count, locked_until, at) VALUES (:k, :c, :u, 0)",
            soci::use(key), soci::use(count), soci::use(until);
    for (const auto& [id, password, disabled, totp, step, changes] :
         missing(now.users, snapshot.users))
        *sql_ << "UPDATE users SET password = :p, disabled = :d, totp = :t, totp_step = :s, "
                 "changes = :c"
                 " WHERE id = :i",
            soci::use(password), soci::use(disabled), soci::use(totp), soci::use(step),
            soci::use(changes), soci::use(id);
    for (const auto& [name, revoked] : missing(now.terminals, snapshot.terminals))
        *sql_ << "UPDATE terminals SET revoked = :r WHERE name = :n", soci::use(revoked),
            soci::use(name);
    transaction.commit();
}

}  // namespace sudare::auth::model

// SPDX-License-Identifier: Apache-2.0
#include "server/broker/store/store.h"

#include <fcntl.h>
#include <soci/sqlite3/soci-sqlite3.h>
#include <unistd.h>

#include <ctime>

#include "server/base/unique_fd.h"
#include "server/broker/store/store_impl.h"

namespace sudare::store {
namespace {

User user_from(const soci::row& row) {
    User user;
    user.id = static_cast<std::uint32_t>(row.get<int>(0));
    user.name = row.get<std::string>(1);
    user.password = row.get<std::string>(2);
    user.disabled = row.get<int>(3) != 0;
    user.must_change = row.get<int>(4) != 0;
    user.totp = row.get<std::string>(5);
    user.password_at = row.get<long long>(6);
    user.changes = static_cast<std::uint64_t>(row.get<long long>(7));
    return user;
}

TerminalCertificate certificate_from(const soci::row& row) {
    TerminalCertificate out{row.get<std::string>(0), row.get<std::string>(1),
                            row.get<std::string>(2), row.get<int>(3) != 0};
    out.not_after = row.get<long long>(4, 0);
    out.seen_serial = row.get<std::string>(5);
    out.seen_not_after = row.get<long long>(6);
    return out;
}

constexpr char kUserColumns[] =
    "SELECT id, name, password, disabled, must_change, totp, password_at, changes FROM users";
constexpr char kCertificateColumns[] =
    "SELECT t.name, coalesce(c.serial, ''), coalesce(c.fingerprint, ''), t.revoked,"
    " c.not_after, t.seen_serial, t.seen_not_after FROM terminals t"
    " LEFT JOIN certificates c ON c.terminal = t.name";

std::uint32_t insert_user(soci::session& sql, const User& user) {
    const long long now = std::time(nullptr);
    const int must_change = user.must_change ? 1 : 0;
    sql << "INSERT INTO users (name, password, must_change, created, password_at)"
           " VALUES (:n, :p, :m, :c, :t)",
        soci::use(user.name), soci::use(user.password), soci::use(must_change), soci::use(now),
        soci::use(now);
    long long id = 0;
    sql << "SELECT last_insert_rowid()", soci::into(id);
    return static_cast<std::uint32_t>(id);
}

}  // namespace

Store::Store(std::unique_ptr<Impl> impl) : impl_(std::move(impl)) {}
Store::~Store() = default;

Result<std::unique_ptr<Store>> Store::open(const std::string& path) {
    {  // SQLite would create it under the umask; hashes are for the owner alone.
        UniqueFd fd(::open(path.c_str(), O_RDWR | O_CREAT | O_CLOEXEC, 0600));
        if (!fd)
            return fail_errno(("open " + path).c_str());
    }
    auto impl = std::make_unique<Impl>();
    auto opened = guarded("open", [&]() -> Result<void> {
        impl->sql.open(soci::sqlite3, "db=" + path + " timeout=5");
        // By own statements: in the connect string they run before the timeout is set.
        // What it sorts stays in memory: the sandbox has no folder for temporary files.
        for (const char* pragma : {"PRAGMA journal_mode = WAL", "PRAGMA synchronous = FULL",
                                   "PRAGMA foreign_keys = ON", "PRAGMA trusted_schema = OFF",
                                   "PRAGMA temp_store = MEMORY"})
            impl->sql << pragma;
        return {};
    });
    if (!opened)
        return tl::unexpected(opened.error());
    SUDARE_CHECK(migrate(impl->sql));
    auto secret = guarded("secret", [&]() -> Result<void> {
        impl->sql << "SELECT value FROM secret", soci::into(impl->secret);
        return {};
    });
    if (!secret)
        return tl::unexpected(secret.error());
    return std::unique_ptr<Store>(new Store(std::move(impl)));
}

const std::string& Store::secret() const {
    return impl_->secret;
}

Result<std::uint32_t> Store::add_user(const User& user) {
    return guarded("add user", [&]() -> Result<std::uint32_t> {
        auto& sql = impl_->sql;
        Transaction transaction(sql);
        int existing = 0;
        sql << "SELECT count(*) FROM users WHERE name = :n", soci::use(user.name),
            soci::into(existing);
        if (existing != 0)
            return fail(Errc::kState, "user \"" + user.name + "\" exists already");
        const std::uint32_t id = insert_user(sql, user);
        transaction.commit();
        return id;
    });
}

Result<std::uint32_t> Store::next_user() {
    return guarded("number of the next user", [&]() -> Result<std::uint32_t> {
        long long last = 0;
        impl_->sql << "SELECT coalesce(max(seq), 0) FROM sqlite_sequence WHERE name = 'users'",
            soci::into(last);
        return static_cast<std::uint32_t>(last + 1);
    });
}

Result<void> Store::import(const std::vector<User>& users,
                           const std::vector<std::pair<std::uint32_t, bool>>& states,
                           const std::vector<PolicyChange>& changes, std::uint32_t actor) {
    return guarded("import", [&]() -> Result<void> {
        auto& sql = impl_->sql;
        Transaction transaction(sql);
        for (const User& user : users)
            if (insert_user(sql, user) != user.id)
                return fail(Errc::kState, "user \"" + user.name + "\" got another number than expected");
        for (const auto& [user, disabled] : states) {
            const long long id = user;
            const int off = disabled ? 1 : 0;
            sql << "UPDATE users SET disabled = :d, changes = changes + 1 WHERE id = :i",
                soci::use(off), soci::use(id);
        }
        for (const PolicyChange& change : changes)
            append_to_journal(sql, change, actor);
        transaction.commit();
        return {};
    });
}

Result<std::optional<User>> Store::find_user(const std::string& name) {
    return guarded("find user", [&]() -> Result<std::optional<User>> {
        const soci::rowset<soci::row> rows =
            (impl_->sql.prepare << std::string(kUserColumns) + " WHERE name = :n", soci::use(name));
        for (const soci::row& row : rows)
            return std::optional(user_from(row));
        return std::optional<User>();
    });
}

Result<std::vector<User>> Store::users() {
    return guarded("list users", [&]() -> Result<std::vector<User>> {
        std::vector<User> out;
        const soci::rowset<soci::row> rows =
            (impl_->sql.prepare << std::string(kUserColumns) + " ORDER BY name");
        for (const soci::row& row : rows)
            out.push_back(user_from(row));
        return out;
    });
}

Result<std::map<std::uint32_t, std::string>> Store::user_names() {
    using Names = std::map<std::uint32_t, std::string>;
    return guarded("names of users", [&]() -> Result<Names> {
        Names out;
        const soci::rowset<soci::row> rows = (impl_->sql.prepare << "SELECT id, name FROM users");
        for (const soci::row& row : rows)
            out[static_cast<std::uint32_t>(row.get<int>(0))] = row.get<std::string>(1);
        return out;
    });
}

Result<void> Store::set_password(std::uint32_t user, const std::string& password,
                                 bool must_change) {
    return guarded("set password", [&]() -> Result<void> {
        Transaction transaction(impl_->sql);
        const long long id = user;
        const int change = must_change ? 1 : 0;
        const long long now = std::time(nullptr);
        impl_->sql << "UPDATE users SET password = :p, must_change = :m, password_at = :t,"
                      " changes = changes + 1 WHERE id = :i",
            soci::use(password), soci::use(change), soci::use(now), soci::use(id);
        transaction.commit();
        return {};
    });
}

Result<void> Store::set_hash(std::uint32_t user, const std::string& password) {
    return guarded("set hash", [&]() -> Result<void> {
        Transaction transaction(impl_->sql);
        const long long id = user;
        impl_->sql << "UPDATE users SET password = :p WHERE id = :i", soci::use(password), soci::use(id);
        transaction.commit();
        return {};
    });
}

Result<void> Store::set_disabled(std::uint32_t user, bool disabled) {
    return guarded("set disabled", [&]() -> Result<void> {
        Transaction transaction(impl_->sql);
        const long long id = user;
        const int value = disabled ? 1 : 0;
        impl_->sql << "UPDATE users SET disabled = :d, changes = changes + 1 WHERE id = :i",
            soci::use(value), soci::use(id);
        transaction.commit();
        return {};
    });
}

Result<void> Store::set_totp(std::uint32_t user, const std::string& secret, std::int64_t step) {
    return guarded("set second factor", [&]() -> Result<void> {
        Transaction transaction(impl_->sql);
        const long long id = user, used = step;
        impl_->sql << "UPDATE users SET totp_step = CASE WHEN totp = :o THEN max(totp_step, :u)"
                      " ELSE :s END, totp = :t, changes = changes + 1 WHERE id = :i",
            soci::use(secret), soci::use(used), soci::use(used), soci::use(secret), soci::use(id);
        transaction.commit();
        return {};
    });
}

Result<bool> Store::accept_totp_step(std::uint32_t user, std::int64_t step) {
    return guarded("use a code", [&]() -> Result<bool> {
        Transaction transaction(impl_->sql);
        const long long id = user, used = step;
        soci::statement update =
            (impl_->sql.prepare << "UPDATE users SET totp_step = :s WHERE id = :i AND totp <> ''"
                                   " AND totp_step < :t",
             soci::use(used), soci::use(id), soci::use(used));
        update.execute(true);
        const bool fresh = update.get_affected_rows() == 1;
        transaction.commit();
        return fresh;
    });
}

Result<void> Store::add_terminal(const TerminalCertificate& certificate) {
    return guarded("add terminal", [&]() -> Result<void> {
        auto& sql = impl_->sql;
        Transaction transaction(sql);
        const long long now = std::time(nullptr);
        const long long end = certificate.not_after;
        sql << "INSERT INTO terminals (name, created) VALUES (:n, :c) ON CONFLICT (name) DO "
               "NOTHING",
            soci::use(certificate.terminal), soci::use(now);
        if (!certificate.fingerprint.empty())
            sql << "INSERT INTO certificates (fingerprint, serial, terminal, not_after)"
                   " VALUES (:f, :s, :t, :e) ON CONFLICT (fingerprint) DO UPDATE"
                   " SET not_after = excluded.not_after",
                soci::use(certificate.fingerprint), soci::use(certificate.serial),
                soci::use(certificate.terminal), soci::use(end);
        transaction.commit();
        return {};
    });
}

Result<std::vector<TerminalCertificate>> Store::find_terminal(const std::string& name) {
    return guarded("find terminal", [&]() -> Result<std::vector<TerminalCertificate>> {
        std::vector<TerminalCertificate> out;
        const std::string query = std::string(kCertificateColumns) + " WHERE t.name = :n";
        const soci::rowset<soci::row> rows = (impl_->sql.prepare << query, soci::use(name));
        for (const soci::row& row : rows)
            out.push_back(certificate_from(row));
        return out;
    });
}

Result<std::vector<TerminalCertificate>> Store::terminals() {
    return guarded("list terminals", [&]() -> Result<std::vector<TerminalCertificate>> {
        std::vector<TerminalCertificate> out;
        const soci::rowset<soci::row> rows =
            (impl_->sql.prepare << std::string(kCertificateColumns) + " ORDER BY t.name, c.rowid");
        for (const soci::row& row : rows)
            out.push_back(certificate_from(row));
        return out;
    });
}

Result<void> Store::revoke_terminal(const std::string& name) {
    return guarded("revoke terminal", [&]() -> Result<void> {
        auto& sql = impl_->sql;
        Transaction transaction(sql);
        int existing = 0;
        sql << "SELECT count(*) FROM terminals WHERE name = :n", soci::use(name),
            soci::into(existing);
        if (existing == 0)
            return fail(Errc::kNotFound, "there is no terminal \"" + name + "\"");
        sql << "UPDATE terminals SET revoked = 1 WHERE name = :n", soci::use(name);
        transaction.commit();
        return {};
    });
}

}  // namespace sudare::store

// SPDX-License-Identifier: Apache-2.0
// The journal of the policy: layers, groups, exceptions.
#include <charconv>
#include <ctime>

#include "server/broker/store/store_impl.h"

namespace sudare::store {
namespace {

using Kind = LayerId::Kind;
constexpr std::string_view kExceptionPrefix = "@exception:";
constexpr long long kListKeys = -(1LL << 40);  // below those of all groups

std::optional<std::uint32_t> number_in(std::string_view text) {
    std::uint32_t number = 0;
    const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), number);
    if (error != std::errc() || end != text.data() + text.size())
        return std::nullopt;
    return number;
}

PolicyException exception_of(const soci::row& row, const policy::FieldRow& field) {
    return {static_cast<std::uint32_t>(row.get<int>(0)),
            static_cast<std::uint32_t>(row.get<long long>(1)), field.id, row.get<std::string>(3),
            row.get<long long>(4), row.get<long long>(5), row.get<std::string>(6),
            static_cast<std::uint32_t>(row.get<long long>(7))};
}

// Those that there are.
Result<policy::HostLists> lists_named(Store& store, const std::set<std::string, std::less<>>& names,
                                      std::uint32_t version) {
    policy::HostLists out;
    SUDARE_TRY(const auto numbers, store.host_list_numbers());
    for (const std::string& name : names) {
        const auto number = numbers->find(name);
        if (number == numbers->end())
            continue;
        SUDARE_TRY(SharedHostList list, store.host_list(number->second, version));
        if (list != nullptr)
            out[name] = std::move(list);
    }
    return out;
}

}  // namespace

long long key_of(LayerId id) {
    const auto number = static_cast<long long>(id.number);
    switch (id.kind) {
        case Kind::kDefault:
            return 0;
        case Kind::kGroup:
            return -number;
        case Kind::kUser:
            return number;
        case Kind::kList:
            break;
    }
    return kListKeys - number;
}

LayerId layer_of(long long key) {
    if (key == 0)
        return {};
    if (key <= kListKeys)
        return {Kind::kList, static_cast<std::uint32_t>(kListKeys - key)};
    return key > 0 ? LayerId{Kind::kUser, static_cast<std::uint32_t>(key)}
                   : LayerId{Kind::kGroup, static_cast<std::uint32_t>(-key)};
}

long long append_to_journal(soci::session& sql, const PolicyChange& change, std::uint32_t actor_uid) {
    const long long user = key_of(change.layer);
    const long long actor = actor_uid;
    const long long now = std::time(nullptr);
    const std::string value = change.value.value_or("");
    soci::indicator present = change.value ? soci::i_ok : soci::i_null;
    sql << "INSERT INTO policy (user, field, value, at, actor) VALUES (:u, :f, :v, :t, :a)",
        soci::use(user), soci::use(change.field), soci::use(value, present), soci::use(now),
        soci::use(actor);
    long long version = 0;
    sql << "SELECT last_insert_rowid()", soci::into(version);
    return version;
}

std::optional<std::string> text_at(const soci::row& row, std::size_t column) {
    if (row.get_indicator(column) == soci::i_null)
        return std::nullopt;
    return row.get<std::string>(column);
}

std::string exception_field(std::uint32_t number) {
    return std::string(kExceptionPrefix) + std::to_string(number);
}

std::optional<std::uint32_t> exception_number(std::string_view field) {
    if (!field.starts_with(kExceptionPrefix))
        return std::nullopt;
    return number_in(field.substr(kExceptionPrefix.size()));
}

Result<std::vector<std::uint32_t>> group_numbers(std::string_view text) {
    std::vector<std::uint32_t> out;
    while (!text.empty()) {
        const auto comma = text.find(',');
        const auto number = number_in(text.substr(0, comma));
        if (!number)
            return fail(Errc::kBadInput, "database: the list of groups is malformed");
        out.push_back(*number);
        text.remove_prefix(comma == text.npos ? text.size() : comma + 1);
    }
    return out;
}


Result<std::uint32_t> Store::policy_version() {
    return guarded("policy version", [&]() -> Result<std::uint32_t> {
        long long version = 0;
        impl_->sql << "SELECT coalesce(max(version), 0) FROM policy", soci::into(version);
        return static_cast<std::uint32_t>(version);
    });
}

Result<std::uint32_t> Store::policy_version_at(std::int64_t time) {
    return guarded("policy version of a time", [&]() -> Result<std::uint32_t> {
        long long version = 0;
        const long long at = time;
        impl_->sql << "SELECT coalesce(max(version), 0) FROM policy WHERE at <= :t", soci::use(at),
            soci::into(version);
        return static_cast<std::uint32_t>(version);
    });
}

Result<std::int64_t> Store::policy_time(std::uint32_t version) {
    return guarded("time of a policy version", [&]() -> Result<std::int64_t> {
        long long time = 0;
        const long long wanted = version;
        impl_->sql << "SELECT coalesce(max(at), 0) FROM policy WHERE version = :v",
            soci::use(wanted), soci::into(time);
        return std::int64_t{time};
    });
}

Result<std::uint32_t> Store::change_policy(const std::vector<PolicyChange>& changes,
                                           std::uint32_t actor) {
    return guarded("change policy", [&]() -> Result<std::uint32_t> {
        Transaction transaction(impl_->sql);
        long long version = 0;
        for (const PolicyChange& change : changes)
            version = append_to_journal(impl_->sql, change, actor);
        transaction.commit();
        return static_cast<std::uint32_t>(version);
    });
}

Result<std::shared_ptr<const policy::Layer>> Store::layer(LayerId id, std::uint32_t version) {
    using Shared = std::shared_ptr<const policy::Layer>;
    return guarded("policy layer", [&]() -> Result<Shared> {
        Impl::Newest* kept = impl_->kept(version);
        if (kept != nullptr)
            if (const auto known = kept->layers.find(id); known != kept->layers.end())
                return known->second;
        const auto layer = std::make_shared<policy::Layer>();
        const long long user = key_of(id), newest = version;
        // SQLite: beside max() the other columns are those of the row that has it.
        const soci::rowset<soci::row> rows =
            (impl_->sql.prepare << "SELECT field, value, max(version) FROM policy WHERE user = :u"
                                   " AND version <= :v GROUP BY field",
             soci::use(user), soci::use(newest));
        for (const soci::row& stored : rows) {
            const policy::FieldRow* row = policy::row_of(stored.get<std::string>(0));
            if (row == nullptr || stored.get_indicator(1) == soci::i_null)
                continue;
            auto value = policy::parse(*row, stored.get<std::string>(1));
            if (!value)  // fail closed: a value that cannot be read must not turn into a default
                return tl::unexpected(value.error());
            layer->at(row->id) = std::move(*value);
        }
        // Also without lists: copies of it share what is made here.
        SUDARE_TRY(const policy::HostLists lists, lists_named(*this, layer->lists(), version));
        SUDARE_CHECK(layer->look_up(lists));
        if (kept != nullptr)
            kept->layers[id] = layer;
        return Shared(layer);
    });
}

Result<std::vector<JournalEntry>> Store::journal(std::optional<LayerId> layer,
                                                 std::uint32_t count) {
    return guarded("policy history", [&]() -> Result<std::vector<JournalEntry>> {
        std::vector<JournalEntry> out;
        const long long user = layer ? key_of(*layer) : 0, most = count;
        const int all = layer ? 0 : 1;
        const soci::rowset<soci::row> rows =
            (impl_->sql.prepare << "SELECT version, user, field, value, at, actor FROM policy WHERE"
                                   " (:all = 1 OR user = :u) ORDER BY version DESC LIMIT :n",
             soci::use(all), soci::use(user), soci::use(most));
        for (const soci::row& row : rows)
            out.push_back({static_cast<std::uint32_t>(row.get<int>(0)),
                           {layer_of(row.get<long long>(1)), row.get<std::string>(2), text_at(row, 3)},
                           row.get<long long>(4),
                           static_cast<std::uint32_t>(row.get<long long>(5))});
        return out;
    });
}

Result<std::vector<JournalDifference>> Store::differences(std::optional<LayerId> layer,
                                                          std::uint32_t version) {
    return guarded("policy differences", [&]() -> Result<std::vector<JournalDifference>> {
        std::vector<JournalDifference> out;
        const long long user = layer ? key_of(*layer) : 0, then = version;
        const int all = layer ? 0 : 1;
        // Only what has an entry after that version can differ.
        const soci::rowset<soci::row> rows =
            (impl_->sql.prepare
                 << "SELECT p.user, p.field, p.value, max(p.version), (SELECT o.value FROM policy o"
                    " WHERE o.user = p.user AND o.field = p.field AND o.version <= :v"
                    " ORDER BY o.version DESC LIMIT 1) FROM policy p WHERE p.version > :w"
                    " AND (:all = 1 OR p.user = :u) AND p.field NOT LIKE '@exception:%'"
                    " AND p.field <> '@restored'"
                    " GROUP BY p.user, p.field ORDER BY p.user, p.field",
             soci::use(then), soci::use(then), soci::use(all), soci::use(user));
        for (const soci::row& row : rows) {
            JournalDifference one{layer_of(row.get<long long>(0)), row.get<std::string>(1),
                                  text_at(row, 2), text_at(row, 4)};
            if (one.before != one.after)
                out.push_back(std::move(one));
        }
        return out;
    });
}

Result<std::uint32_t> Store::group_number(const std::string& name) {
    return guarded("group", [&]() -> Result<std::uint32_t> {
        Transaction transaction(impl_->sql);
        long long id = 0;
        impl_->sql << "INSERT INTO groups (name) VALUES (:n) ON CONFLICT (name) DO NOTHING",
            soci::use(name);
        impl_->sql << "SELECT id FROM groups WHERE name = :n", soci::use(name), soci::into(id);
        transaction.commit();
        return static_cast<std::uint32_t>(id);
    });
}

Result<std::vector<Group>> Store::group_names() {
    return guarded("names of groups", [&]() -> Result<std::vector<Group>> {
        std::vector<Group> out;
        const soci::rowset<soci::row> rows = (impl_->sql.prepare << "SELECT id, name FROM groups");
        for (const soci::row& row : rows)
            out.push_back({static_cast<std::uint32_t>(row.get<int>(0)), row.get<std::string>(1), 0});
        return out;
    });
}

Result<std::shared_ptr<const std::vector<Group>>> Store::groups(std::uint32_t version) {
    using Shared = std::shared_ptr<const std::vector<Group>>;
    return guarded("groups", [&]() -> Result<Shared> {
        Impl::Newest* kept = impl_->kept(version);
        if (kept != nullptr && kept->groups)
            return kept->groups;
        const auto out = std::make_shared<std::vector<Group>>();
        const long long newest = version;
        const soci::rowset<soci::row> rows =
            (impl_->sql.prepare
                 << "SELECT g.id, g.name, p.value FROM groups g JOIN (SELECT user, value,"
                    " max(version) FROM policy WHERE field = '@place' AND version <= :v GROUP BY user)"
                    " p ON p.user = -g.id WHERE p.value IS NOT NULL"
                    " ORDER BY CAST(p.value AS INTEGER), g.id",
             soci::use(newest));
        for (const soci::row& row : rows)
            out->push_back({static_cast<std::uint32_t>(row.get<int>(0)), row.get<std::string>(1),
                            number_in(row.get<std::string>(2)).value_or(0)});
        if (kept != nullptr)
            kept->groups = out;
        return Shared(out);
    });
}

Result<std::vector<std::uint32_t>> Store::groups_of(std::uint32_t user, std::uint32_t version) {
    SUDARE_TRY(const auto all, memberships(version));
    const auto found = all->find(user);
    return found == all->end() ? std::vector<std::uint32_t>() : found->second;
}

Result<std::shared_ptr<const Memberships>> Store::memberships(std::uint32_t version) {
    using Shared = std::shared_ptr<const Memberships>;
    return guarded("members of groups", [&]() -> Result<Shared> {
        Impl::Newest* kept = impl_->kept(version);
        if (kept != nullptr && kept->memberships)
            return kept->memberships;
        const auto out = std::make_shared<Memberships>();
        const long long newest = version;
        const soci::rowset<soci::row> rows =
            (impl_->sql.prepare << "SELECT user, value, max(version) FROM policy WHERE field ="
                                   " '@groups' AND version <= :v GROUP BY user",
             soci::use(newest));
        for (const soci::row& row : rows) {
            const auto text = text_at(row, 1);
            if (!text || text->empty())
                continue;
            SUDARE_TRY((*out)[static_cast<std::uint32_t>(row.get<long long>(0))], group_numbers(*text));
        }
        if (kept != nullptr)
            kept->memberships = out;
        return Shared(out);
    });
}

Result<std::uint32_t> Store::add_exception(const PolicyException& exception) {
    return guarded("add exception", [&]() -> Result<std::uint32_t> {
        auto& sql = impl_->sql;
        Transaction transaction(sql);
        const long long user = exception.user, begins = exception.begins, ends = exception.ends;
        const long long actor = exception.actor;
        const std::string field(policy::row_of(exception.field).name);
        sql << "INSERT INTO exceptions (user, field, value, begins, ends, reason, actor)"
               " VALUES (:u, :f, :v, :b, :e, :r, :a)",
            soci::use(user), soci::use(field), soci::use(exception.value), soci::use(begins),
            soci::use(ends), soci::use(exception.reason), soci::use(actor);
        long long id = 0;
        sql << "SELECT last_insert_rowid()", soci::into(id);
        transaction.commit();
        return static_cast<std::uint32_t>(id);
    });
}

Result<PolicyException> Store::find_exception(std::uint32_t number) {
    return guarded("exception", [&]() -> Result<PolicyException> {
        const long long id = number;
        const soci::rowset<soci::row> rows =
            (impl_->sql.prepare << "SELECT id, user, field, value, begins, ends, reason, actor FROM"
                                   " exceptions WHERE id = :i",
             soci::use(id));
        for (const soci::row& row : rows)
            if (const policy::FieldRow* field = policy::row_of(row.get<std::string>(2)))
                return exception_of(row, *field);
        return fail(Errc::kNotFound, "exception " + std::to_string(number) + " does not exist");
    });
}

Result<std::vector<PolicyException>> Store::exceptions(std::optional<std::uint32_t> user,
                                                       std::uint32_t version, std::int64_t after) {
    return guarded("exceptions", [&]() -> Result<std::vector<PolicyException>> {
        std::vector<PolicyException> out;
        const long long id = user.value_or(0), newest = version, still = after;
        const int all = user ? 0 : 1;
        const soci::rowset<soci::row> rows =
            (impl_->sql.prepare
                 << "SELECT e.id, e.user, e.field, e.value, e.begins, e.ends, e.reason, e.actor"
                    " FROM exceptions e WHERE (:all = 1 OR e.user = :u) AND e.ends > :e AND (SELECT p.value FROM"
                    " policy p WHERE p.user = e.user AND p.field = '@exception:' || e.id AND"
                    " p.version <= :v ORDER BY p.version DESC LIMIT 1) IS NOT NULL ORDER BY e.id",
             soci::use(all), soci::use(id), soci::use(still), soci::use(newest));
        for (const soci::row& row : rows) {
            const policy::FieldRow* field = policy::row_of(row.get<std::string>(2));
            if (field == nullptr)
                continue;
            out.push_back(exception_of(row, *field));
        }
        return out;
    });
}

}  // namespace sudare::store

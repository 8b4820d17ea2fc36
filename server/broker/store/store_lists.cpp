// SPDX-License-Identifier: Apache-2.0
// Named lists of hosts.
#include "server/broker/store/store_impl.h"

namespace sudare::store {

using Numbers = std::map<std::string, std::uint32_t>;

Result<std::uint32_t> Store::host_list_number(const std::string& name) {
    return guarded("host list", [&]() -> Result<std::uint32_t> {
        Transaction transaction(impl_->sql);
        long long id = 0;
        impl_->sql << "INSERT INTO host_lists (name) VALUES (:n) ON CONFLICT (name) DO NOTHING",
            soci::use(name);
        impl_->sql << "SELECT id FROM host_lists WHERE name = :n", soci::use(name), soci::into(id);
        transaction.commit();
        impl_->host_list_numbers.reset();
        return static_cast<std::uint32_t>(id);
    });
}

Result<std::shared_ptr<const Numbers>> Store::host_list_numbers() {
    using Shared = std::shared_ptr<const Numbers>;
    return guarded("names of host lists", [&]() -> Result<Shared> {
        if (impl_->host_list_numbers)
            return impl_->host_list_numbers;
        const auto out = std::make_shared<Numbers>();
        const soci::rowset<soci::row> rows = (impl_->sql.prepare << "SELECT id, name FROM host_lists");
        for (const soci::row& row : rows)
            (*out)[row.get<std::string>(1)] = static_cast<std::uint32_t>(row.get<int>(0));
        impl_->host_list_numbers = out;
        return Shared(out);
    });
}

Result<SharedHostList> Store::host_list(std::uint32_t number, std::uint32_t version) {
    return guarded("host list", [&]() -> Result<SharedHostList> {
        Impl::Newest* kept = impl_->kept(version);
        if (kept != nullptr)
            if (const auto known = kept->host_lists.find(number); known != kept->host_lists.end())
                return known->second;
        const long long key = key_of({LayerId::Kind::kList, number}), newest = version;
        const soci::rowset<soci::row> rows =
            (impl_->sql.prepare << "SELECT value FROM policy WHERE user = :u AND field = '@hosts' AND"
                                   " version <= :v ORDER BY version DESC LIMIT 1",
             soci::use(key), soci::use(newest));
        SharedHostList out;
        for (const soci::row& row : rows)
            if (const auto text = text_at(row, 0)) {
                SUDARE_TRY(policy::HostList list, policy::parse_host_list(*text));
                out = std::make_shared<const policy::HostList>(std::move(list));
            }
        if (kept != nullptr)
            kept->host_lists[number] = out;
        return out;
    });
}

Result<std::set<std::uint32_t>> Store::host_lists(std::uint32_t version) {
    return guarded("host lists", [&]() -> Result<std::set<std::uint32_t>> {
        std::set<std::uint32_t> out;
        const long long newest = version;
        const soci::rowset<soci::row> rows =
            (impl_->sql.prepare << "SELECT p.user FROM policy p JOIN (SELECT max(version) AS v FROM policy WHERE"
                                   " field = '@hosts' AND version <= :v GROUP BY user) l"
                                   " ON p.version = l.v WHERE p.value IS NOT NULL",
             soci::use(newest));
        for (const soci::row& row : rows)
            out.insert(layer_of(row.get<long long>(0)).number);
        return out;
    });
}

Result<std::shared_ptr<const ListUses>> Store::list_uses(std::uint32_t version) {
    using Shared = std::shared_ptr<const ListUses>;
    return guarded("uses of host lists", [&]() -> Result<Shared> {
        Impl::Newest* kept = impl_->kept(version);
        if (kept != nullptr && kept->list_uses)
            return kept->list_uses;
        // First the versions, then the values: most are long and name no list.
        const long long newest = version;
        const soci::rowset<soci::row> rows =
            (impl_->sql.prepare << "SELECT p.user, p.value FROM policy p JOIN (SELECT max(version) AS v FROM"
                                   " policy WHERE field = 'web.hosts' AND version <= :v GROUP BY user) l"
                                   " ON p.version = l.v WHERE instr(p.value, ':@') > 0",
             soci::use(newest));
        const auto out = std::make_shared<ListUses>();
        const policy::FieldRow& hosts = policy::row_of(policy::FieldId::kWebHosts);
        for (const soci::row& row : rows) {
            policy::Layer layer;
            SUDARE_TRY(layer.at(hosts.id), policy::parse(hosts, row.get<std::string>(1)));
            (*out)[layer_of(row.get<long long>(0))] = layer.lists();
        }
        if (kept != nullptr)
            kept->list_uses = out;
        return Shared(out);
    });
}

}  // namespace sudare::store

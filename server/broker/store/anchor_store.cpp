// SPDX-License-Identifier: Apache-2.0
#include "server/broker/store/anchor_store.h"

#include <soci/sqlite3/soci-sqlite3.h>

#include "server/broker/store/store_impl.h"

namespace sudare::store {

struct AnchorStore::Impl {
    soci::session sql;
};

AnchorStore::AnchorStore(std::unique_ptr<Impl> impl) : impl_(std::move(impl)) {}
AnchorStore::~AnchorStore() = default;

Result<std::unique_ptr<AnchorStore>> AnchorStore::open(const std::string& path) {
    auto impl = std::make_unique<Impl>();
    auto opened = guarded("open for the anchor", [&]() -> Result<void> {
        impl->sql.open(soci::sqlite3,
                       "db=" + path + " timeout=" + std::to_string(kBusySeconds));
        impl->sql << "PRAGMA synchronous = FULL";
        return {};
    });
    if (!opened)
        return tl::unexpected(opened.error());
    return std::unique_ptr<AnchorStore>(new AnchorStore(std::move(impl)));
}

Result<std::optional<StoredAnchor>> AnchorStore::load() {
    return guarded("anchor", [&]() -> Result<std::optional<StoredAnchor>> {
        long long records = 0;
        StoredAnchor anchor;
        impl_->sql << "SELECT records, hash FROM anchor", soci::into(records),
            soci::into(anchor.hash);
        if (!impl_->sql.got_data())
            return std::optional<StoredAnchor>();
        anchor.records = static_cast<std::uint64_t>(records);
        return std::optional(std::move(anchor));
    });
}

Result<void> AnchorStore::save(const StoredAnchor& anchor) {
    return guarded("anchor", [&]() -> Result<void> {
        Transaction transaction(impl_->sql);
        const auto records = static_cast<long long>(anchor.records);
        impl_->sql << "INSERT INTO anchor (one, records, hash) VALUES (1, :r, :h) ON CONFLICT (one)"
                      " DO UPDATE SET records = excluded.records, hash = excluded.hash",
            soci::use(records), soci::use(anchor.hash);
        transaction.commit();
        return {};
    });
}

}  // namespace sudare::store

// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <soci/soci.h>

#include <map>
#include <string>

#include "server/broker/store/store.h"

// Inside this folder only: SOCI throws, Store does not.
namespace sudare::store {

struct Store::Impl {
    soci::session sql;
    std::string secret;
    // As it is in that version: a list of thousands of hosts is not read again for each person.
    struct Newest {
        std::uint32_t version = 0;
        std::map<LayerId, std::shared_ptr<const policy::Layer>> layers{};
        std::shared_ptr<const std::vector<Group>> groups{};
        std::shared_ptr<const Memberships> memberships{};
        std::map<std::uint32_t, SharedHostList> host_lists{};
        std::shared_ptr<const ListUses> list_uses{};
    } newest{};
    // Names are only ever added.
    std::shared_ptr<const std::map<std::string, std::uint32_t>> host_list_numbers{};
    // That of this version, which may be newer than the one there was; nullptr: an older one is asked for.
    Newest* kept(std::uint32_t version) {
        if (version > newest.version)
            newest = Newest{version, {}, {}, {}, {}, {}};
        return version == newest.version ? &newest : nullptr;
    }
};

// BEGIN IMMEDIATE by hand: soci::transaction begins deferred, and a deferred transaction that
// reads first fails at once when another process writes (trials.md section 7).
class Transaction {
public:
    explicit Transaction(soci::session& sql) : sql_(sql) { sql_ << "BEGIN IMMEDIATE"; }
    Transaction(const Transaction&) = delete;
    Transaction& operator=(const Transaction&) = delete;
    ~Transaction() {
        if (open_)
            roll_back();
    }
    void commit() {
        sql_ << "COMMIT";
        open_ = false;
    }

private:
    void roll_back() noexcept {
        try {
            sql_ << "ROLLBACK";
        } catch (const std::exception&) {  // the connection is broken; the next call says so
        }
    }
    soci::session& sql_;
    bool open_ = true;
};

// Runs body and turns what SOCI throws into an Error.
template <typename Body>
auto guarded(const char* what, Body&& body) -> decltype(body()) {
    try {
        return body();
    } catch (const std::exception& error) {
        return fail(Errc::kSystem, std::string("database, ") + what + ": " + error.what());
    }
}

// The database's number of a layer: 0 the default one, -G group G, U user U, -2^40 - L list L.
long long key_of(LayerId id);
LayerId layer_of(long long key);
// Inside a transaction; its version.
long long append_to_journal(soci::session& sql, const PolicyChange& change, std::uint32_t actor);
// Of a row that begins with kRecordingColumns (store_recordings.cpp).
extern const char* const kRecordingColumns;
StoredRecording recording_of(const soci::row& row);
std::optional<std::string> text_at(const soci::row& row, std::size_t column);

// Migrations from any earlier version to this one; also makes a new file.
Result<void> migrate(soci::session& sql);

}  // namespace sudare::store

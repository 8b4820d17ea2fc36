// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>
#include <memory>
#include <optional>
#include <string>

#include "protocol/core/result.h"

// The audit log's anchor (audit/anchor.h) in broker.db, over a connection of its own: the log's
// writer calls it while the loop uses Store. One thread at a time. Errors are kSystem.
namespace sudare::store {

struct StoredAnchor {
    std::uint64_t records = 0;
    std::string hash;  // 64 hex digits
};

class AnchorStore {
public:
    // Whoever else writes is waited for this long; then the audit log fails closed.
    static constexpr int kBusySeconds = 30;

    // The file as Store::open left it.
    static Result<std::unique_ptr<AnchorStore>> open(const std::string& path);
    ~AnchorStore();

    Result<std::optional<StoredAnchor>> load();
    // Durable when it returns.
    Result<void> save(const StoredAnchor& anchor);

private:
    struct Impl;
    explicit AnchorStore(std::unique_ptr<Impl> impl);
    std::unique_ptr<Impl> impl_;
};

}  // namespace sudare::store

// SPDX-License-Identifier: Apache-2.0
#include "server/verify/deletions.h"

#include <algorithm>

#include "server/broker/audit/events.h"
#include "server/verify/log_source.h"

namespace sudare::verify {

void take_deletion(const evidence::RecordView& record, Deletions& deletions) {
    evidence::Hash hash{};
    bool named = false;
    std::string rule;
    record.each([&](const evidence::FieldView& field) {
        if (field.field == static_cast<std::uint16_t>(audit::Field::kHash) &&
            field.value.size() == hash.size()) {
            std::ranges::copy(field.value, hash.begin());
            named = true;
        }
        if (field.field == static_cast<std::uint16_t>(audit::Field::kRetentionRule))
            rule = escaped(field.value);
    });
    if (named)
        deletions.emplace(hash, std::move(rule));
}

evidence::Hash hash_of(const evidence::DeletedSegment& segment) {
    const std::string text = evidence::write_deleted(segment);
    return evidence::sha256({reinterpret_cast<const std::uint8_t*>(text.data()), text.size()});
}

}  // namespace sudare::verify

// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <array>
#include <cstdint>
#include <limits>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "protocol/evidence/record_view.h"

// What is looked for. One definition for both ways of looking: a record matches when each criterion
// is met by one of its values, and the index keeps for each value which records hold it. So the
// index can be asked exactly what a record can be asked.
namespace sudare::search {

// A value of a record: field and kind as in the record. The event stands in for a field of number 0.
struct Value {
    std::uint16_t field = 0;
    std::string_view bytes;
    friend bool operator==(const Value&, const Value&) = default;
    friend auto operator<=>(const Value&, const Value&) = default;
};
inline constexpr std::uint16_t kEventField = 0;

// Everything that a criterion can ask for: all texts, the event, and the numbers and addresses below.
bool is_searched(const evidence::FieldView& field);
void each_searched(const evidence::RecordView& record,
                   const std::function<void(const Value&)>& visit);

struct Criterion {
    enum class How {
        kOneOf,   // one of `wanted`
        kIs,      // text of field `field` that is `text` as a host's name: either case, no last dot
        kBelow,   // text of field `field` that ends with `text` behind a dot, or is what follows
        kHolds,   // any text that holds `text`; ASCII letters in either case
    };
    How how = How::kOneOf;
    std::vector<std::pair<std::uint16_t, std::string>> wanted{};
    std::uint16_t field = 0;
    std::string text{};
    [[nodiscard]] bool meets(const Value& value) const;
};

struct Query {
    std::vector<Criterion> criteria;  // all of them
    std::int64_t from = std::numeric_limits<std::int64_t>::min();  // nanoseconds since 1970
    std::int64_t until = std::numeric_limits<std::int64_t>::max(); // not any more
    std::uint64_t first = 0;                                       // numbers of records
    std::uint64_t behind = std::numeric_limits<std::uint64_t>::max();

    void user(const std::string& name);
    void terminal(const std::string& name);  // also as the terminal that had the session before
    void session(std::uint64_t number);
    void connection(std::uint64_t number);
    void host(const std::string& name);  // "*.example.jp": all below, and itself
    void kind(const std::string& name);
    void address(const std::array<std::uint8_t, 16>& address);  // of a terminal or a destination
    void events(const std::vector<std::uint16_t>& numbers);
    void text(std::string part);

    [[nodiscard]] bool in_range(std::uint64_t index, std::int64_t time) const {
        return index >= first && index < behind && time >= from && time < until;
    }
    [[nodiscard]] bool matches(const evidence::RecordView& record) const;
};

}  // namespace sudare::search

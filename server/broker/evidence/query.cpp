// SPDX-License-Identifier: Apache-2.0
#include "server/broker/evidence/query.h"

#include <algorithm>

#include "server/broker/audit/events.h"

namespace sudare::search {
namespace {

using audit::Field;
constexpr std::uint8_t kText = 3;

std::uint16_t number_of(Field field) { return static_cast<std::uint16_t>(field); }

std::string big_endian(std::uint64_t value, unsigned bytes) {
    std::string out;
    for (unsigned i = bytes; i-- > 0;)
        out += static_cast<char>(value >> (8 * i));
    return out;
}

char lower(char c) { return c >= 'A' && c <= 'Z' ? static_cast<char>(c - 'A' + 'a') : c; }

std::string lowered(std::string_view text) {
    std::string out(text);
    std::ranges::transform(out, out.begin(), lower);
    return out;
}

// `part` is lower case already.
bool holds(std::string_view text, std::string_view part) {
    const auto same = [](char one, char other) { return lower(one) == other; };
    return part.empty() ||
           std::search(text.begin(), text.end(), part.begin(), part.end(), same) != text.end();
}

bool below(std::string_view name, std::string_view parent) {
    const std::string shown = lowered(name);
    return shown == parent || (shown.size() > parent.size() && shown.ends_with(parent) &&
                               shown[shown.size() - parent.size() - 1] == '.');
}

bool is_text_field(std::uint16_t field) {
    const auto* row = audit::row_of(static_cast<Field>(field));
    return row == nullptr || row->kind == audit::FieldKind::kText;
}

}  // namespace

bool is_searched(const evidence::FieldView& field) {
    switch (static_cast<Field>(field.field)) {
        case Field::kSession:
        case Field::kConnection:
        case Field::kAddress:
        case Field::kHostAddress:
            return true;
        default:
            return field.kind == kText;
    }
}

void each_searched(const evidence::RecordView& record,
                   const std::function<void(const Value&)>& visit) {
    const std::string event = big_endian(record.event, 2);
    visit({kEventField, event});
    record.each([&](const evidence::FieldView& field) {
        if (is_searched(field))
            visit({field.field,
                   {reinterpret_cast<const char*>(field.value.data()), field.value.size()}});
    });
}

bool Criterion::meets(const Value& value) const {
    switch (how) {
        case How::kOneOf:
            return std::ranges::any_of(wanted, [&](const auto& one) {
                return one.first == value.field && one.second == value.bytes;
            });
        case How::kBelow:
            return value.field == field && below(value.bytes, text);
        case How::kHolds:
            switch (static_cast<Field>(value.field)) {
                case Field::kSession:
                case Field::kConnection:
                case Field::kAddress:
                case Field::kHostAddress:
                    return false;
                default:
                    return value.field != kEventField && is_text_field(value.field) &&
                           holds(value.bytes, text);
            }
    }
    return false;
}

void Query::user(const std::string& name) {
    criteria.push_back({Criterion::How::kOneOf, {{number_of(Field::kUser), name}}});
}

void Query::terminal(const std::string& name) {
    criteria.push_back(
        {Criterion::How::kOneOf,
         {{number_of(Field::kTerminal), name}, {number_of(Field::kFormerTerminal), name}}});
}

void Query::session(std::uint64_t number) {
    criteria.push_back(
        {Criterion::How::kOneOf, {{number_of(Field::kSession), big_endian(number, 8)}}});
}

void Query::connection(std::uint64_t number) {
    criteria.push_back(
        {Criterion::How::kOneOf, {{number_of(Field::kConnection), big_endian(number, 8)}}});
}

void Query::host(const std::string& name) {
    const std::uint16_t field = number_of(Field::kHost);
    if (name.starts_with("*."))
        criteria.push_back({Criterion::How::kBelow, {}, field, lowered(name.substr(2))});
    else
        criteria.push_back({Criterion::How::kOneOf, {{field, lowered(name)}}});
}

void Query::kind(const std::string& name) {
    criteria.push_back({Criterion::How::kOneOf, {{number_of(Field::kKind), name}}});
}

void Query::address(const std::array<std::uint8_t, 16>& address) {
    const std::string bytes(address.begin(), address.end());
    criteria.push_back(
        {Criterion::How::kOneOf,
         {{number_of(Field::kAddress), bytes}, {number_of(Field::kHostAddress), bytes}}});
}

void Query::events(const std::vector<std::uint16_t>& numbers) {
    Criterion one;
    for (const std::uint16_t number : numbers)
        one.wanted.emplace_back(kEventField, big_endian(number, 2));
    criteria.push_back(std::move(one));
}

void Query::text(std::string part) {
    criteria.push_back({Criterion::How::kHolds, {}, 0, lowered(part)});
}

bool Query::matches(const evidence::RecordView& record) const {
    if (!in_range(record.index, record.time))
        return false;
    std::uint64_t met = 0;
    each_searched(record, [&](const Value& value) {
        for (std::size_t i = 0; i < criteria.size(); ++i)
            if (criteria[i].meets(value))
                met |= std::uint64_t{1} << i;
    });
    return met == (std::uint64_t{1} << criteria.size()) - 1;
}

}  // namespace sudare::search

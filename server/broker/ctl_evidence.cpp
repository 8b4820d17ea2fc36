// SPDX-License-Identifier: Apache-2.0
// Searching the records for a reviewer: a slice at a time on the searcher's thread, as fast as the
// asker takes it.
#include <arpa/inet.h>

#include <algorithm>
#include <charconv>

#include "server/base/log.h"
#include "server/broker/ctl_peer.h"

namespace sudare::broker {

using audit::EventType;
using audit::Field;

struct CtlPeer::EvidenceSearch {
    search::Search search;
    search::LogEnd end;
    bool busy = false;  // a slice is on its way
};

namespace {

constexpr std::size_t kUnsentMax = 1U << 20;
constexpr std::uint64_t kLastMax = 10'000;
constexpr std::size_t kTextMax = 1024;
constexpr std::int64_t kSecondsMax = std::int64_t{1} << 33;
constexpr std::int64_t kNanoseconds = 1'000'000'000;

struct Asked {
    search::Query query;
    std::string reason, filter;
    std::uint64_t last = 0;
    bool full = false;
};

tl::unexpected<CtlFailure> wrong(const std::string& name, const std::string& value,
                                 const std::string& english, const std::string& japanese) {
    const std::string shown = printable(value.substr(0, kTextMax));
    return ctl_fail(Errc::kBadInput, name + " \"" + shown + "\" " + english,
                    name + "「" + shown + "」: " + japanese);
}

std::optional<std::uint64_t> whole(const std::string& text) {
    std::uint64_t number = 0;
    const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), number);
    return !text.empty() && error == std::errc() && end == text.data() + text.size()
               ? std::optional(number)
               : std::nullopt;
}

std::optional<std::array<std::uint8_t, 16>> address_of(const std::string& text) {
    std::array<std::uint8_t, 16> out{};
    if (::inet_pton(AF_INET6, text.c_str(), out.data()) == 1)
        return out;
    if (::inet_pton(AF_INET, text.c_str(), out.data() + 12) != 1)
        return std::nullopt;
    out[10] = out[11] = 0xff;
    return out;
}

CtlResult<> take_events(Asked& asked, const std::string& value) {
    std::vector<std::uint16_t> numbers;
    for (std::size_t at = 0; at <= value.size();) {
        const std::size_t comma = std::min(value.find(',', at), value.size());
        const std::string name = value.substr(at, comma - at);
        const auto rows = audit::event_rows();
        const auto row = std::ranges::find(rows, name, &audit::EventRow::name);
        if (row == rows.end())
            return wrong("event", name, "is no event; docs/audit-log.md has the table",
                         "そのような事象はありません。docs/audit-log.md の表を見てください");
        numbers.push_back(static_cast<std::uint16_t>(row->type));
        at = comma + 1;
    }
    asked.query.events(numbers);
    return {};
}

CtlResult<> take_number(Asked& asked, const std::string& name, const std::string& value) {
    const auto number = whole(value);
    const bool time = name == "from" || name == "until";
    if (!number || (time && *number > std::uint64_t{kSecondsMax}) ||
        (name == "last" && (*number == 0 || *number > kLastMax)))
        return wrong(name, value,
                     name == "last" ? "must be a number from 1 to 10000" : "must be a number",
                     name == "last" ? "1 から 10000 の数字で指定してください"
                                    : "数字で指定してください");
    if (time)
        (name == "from" ? asked.query.from : asked.query.until) =
            static_cast<std::int64_t>(*number) * kNanoseconds;
    else if (name == "session")
        asked.query.session(*number);
    else
        (name == "last" ? asked.last : asked.query.first) = *number;
    return {};
}

CtlResult<> take(Asked& asked, const std::string& name, const std::string& value) {
    if (value.empty() || value.size() > kTextMax)
        return wrong(name, value, "must have 1 to 1024 bytes", "1〜1024 バイトで指定してください");
    if (name == "user")
        asked.query.user(value);
    else if (name == "terminal")
        asked.query.terminal(value);
    else if (name == "host")
        asked.query.host(value);
    else if (name == "kind")
        asked.query.kind(value);
    else if (name == "text")
        asked.query.text(value);
    else if (name == "event")
        return take_events(asked, value);
    else if (name == "full")
        asked.full = true;
    else if (name == "from" || name == "until" || name == "session" || name == "first" ||
             name == "last")
        return take_number(asked, name, value);
    else if (name == "address") {
        const auto address = address_of(value);
        if (!address)
            return wrong(name, value, "is no IP address", "IP アドレスではありません");
        asked.query.address(*address);
    } else if (name != "use")
        return wrong("condition", name, "is not known", "そのような条件はありません");
    return {};
}

// Each name once, so that the record of the search says what it was.
CtlResult<Asked> asked_for(const std::vector<std::string>& arguments) {
    Asked asked;
    std::vector<std::string> seen;
    if (arguments.size() % 2 != 0)
        return ctl_fail(Errc::kBadInput, "names and values must come in pairs",
                        "名前と値を組で指定してください");
    for (std::size_t i = 0; i < arguments.size(); i += 2) {
        const std::string &name = arguments[i], &value = arguments[i + 1];
        if (std::ranges::find(seen, name) != seen.end())
            return wrong("condition", name, "is there twice", "二度指定されています");
        seen.push_back(name);
        if (name == "reason") {
            asked.reason = value;
            continue;
        }
        if (auto taken = take(asked, name, value); !taken)
            return tl::unexpected(taken.error());
        asked.filter += (asked.filter.empty() ? "" : " ") + name + "=" + value;
    }
    return asked;
}

}  // namespace

// The record first, and on the disk: then the first hit. The search itself is not among them.
CtlResult<> CtlPeer::evidence_search(const Arguments& arguments) {
    auto asked = asked_for(arguments);
    if (!asked)
        return tl::unexpected(asked.error());
    if (core_.settings().search_reason || !asked->reason.empty())
        if (const auto bad = reason_complaint(asked->reason))
            return tl::unexpected(*bad);
    const search::LogEnd end = core_.log_end();
    audit::Event searched = event(EventType::kEvidenceSearched).text(Field::kFilter, asked->filter);
    if (!asked->reason.empty())
        searched.text(Field::kCause, asked->reason);
    if (const auto recorded = core_.record_durable(searched); !recorded)
        return ctl_fail(recorded.error());
    search_ = std::make_shared<EvidenceSearch>(EvidenceSearch{
        {std::move(asked->query), end, asked->full, asked->last}, end, false});
    later_ = true;
    pump_search();
    return {};
}

void CtlPeer::pump_search() {
    if (!search_ || search_->busy || unsent() >= kUnsentMax)
        return;  // on_drained goes on
    search_->busy = true;
    // The searcher's thread touches the search alone; this peer may be gone by then.
    core_.searcher().post([search = search_, weak = weak_from_this(), executor = executor()](
                              const Result<search::LogFiles>& log, search::Index* index) {
        auto slice = log ? search->search.next(*log, index)
                         : Result<search::Search::Slice>(tl::unexpected(log.error()));
        boost::asio::post(executor, [search, weak, slice = std::move(slice)] {
            const auto self = std::static_pointer_cast<CtlPeer>(weak.lock());
            if (self && self->search_ == search)
                self->take_slice(slice);
        });
    });
}

void CtlPeer::take_slice(const Result<search::Search::Slice>& slice) {
    search_->busy = false;
    if (!slice) {
        search_.reset();
        return answer(ctl_fail(slice.error()));
    }
    for (const auto& bytes : slice->records) {
        const auto record = audit::decode(bytes);
        if (!record) {
            search_.reset();
            return answer(ctl_fail(record.error()));
        }
        row(row_of_record(*record));
    }
    if (!slice->done)
        return pump_search();
    search_.reset();
    answer({});
}

}  // namespace sudare::broker

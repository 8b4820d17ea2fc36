// SPDX-License-Identifier: Apache-2.0
// Reading the audit log for an administrator: a piece per turn of the loop, as fast as the reader
// takes it.
#include <charconv>
#include <chrono>

#include "server/base/log.h"
#include "server/broker/audit/render.h"
#include "server/broker/ctl_peer.h"

namespace sudare::broker {

using audit::EventType;
using audit::Field;

namespace {

// A follower looks for new records this often; they are on the disk by then.
constexpr std::chrono::milliseconds kFollowPoll{200};

}  // namespace

CtlResult<> CtlPeer::log(const Arguments& arguments) {
    LogQuery query;
    query.user = arguments[0];
    query.follow = arguments[2] == "follow";
    const std::string& since = arguments[1];
    std::int64_t seconds = 0;
    const auto [end, error] = std::from_chars(since.data(), since.data() + since.size(), seconds);
    if (!since.empty() && (error != std::errc() || end != since.data() + since.size() ||
                           seconds < 0 || seconds > std::int64_t{1} << 33))
        return ctl_fail(Errc::kBadInput, "since \"" + since + "\" must be seconds since 1970",
                        "since「" + since + "」: 1970 年からの秒数で指定してください");
    query.since = seconds * 1'000'000'000;
    const std::string filter =
        "user=" + query.user + " since=" + since + (query.follow ? " follow" : "");
    if (const auto recorded =
            core_.record_durable(event(EventType::kLogRead).text(Field::kFilter, filter));
        !recorded)
        return ctl_fail(recorded.error());
    query_ = std::move(query);
    later_ = true;  // reading goes on, so that a follower who leaves is noticed
    pump_log();
    return {};
}

bool CtlPeer::show(const audit::Record& record) {
    const auto* user = record.event.find(Field::kUser);
    const bool wanted =
        record.time >= query_->since &&
        (query_->user.empty() || (user != nullptr && *user == audit::Value(query_->user)));
    if (!wanted)
        return false;
    row(row_of_record(record));
    return true;
}

// A record as sudarectl gets it: text from outside is escaped here already.
ipc::CtlRow row_of_record(const audit::Record& record) {
    ipc::CtlRow out{{"index", record.index},
                    {"time", audit::render_time(record.time)},
                    {"event", std::string(audit::row_of(record.event.type)->name)}};
    for (const audit::Entry& entry : record.event.entries) {
        std::string name(audit::row_of(entry.field)->name);
        const auto* number = std::get_if<std::uint64_t>(&entry.value);
        if (number != nullptr && entry.field != Field::kReason)
            out.push_back({std::move(name), *number});
        else if (const auto* flag = std::get_if<bool>(&entry.value))
            out.push_back({std::move(name), *flag});
        else
            out.push_back({std::move(name), audit::render(entry)});
    }
    return out;
}

// Whatever was asked for: it may be what was damaged.
void CtlPeer::show_damage(const audit::Damage& damage) {
    ipc::CtlRow out{{"index", damage.index}, {"event", std::string("damaged")}};
    out.push_back({"file", damage.file});
    out.push_back({"offset", damage.offset});
    out.push_back({"size", damage.size});
    out.push_back({"cause", damage.what});
    row(out);
    if (query_->damages++ == 0)
        query_->first = damage;
}

// Whatever was asked for may have been in it.
void CtlPeer::show_deleted(const evidence::DeletedSegment& gone) {
    if (gone.last_time < query_->since)
        return;
    row(row_of_deleted(gone));
}

ipc::CtlRow CtlPeer::row_of_deleted(const evidence::DeletedSegment& gone) {
    return {{"index", gone.range.begin()},
            {"event", std::string("deleted_by_rule")},
            {"number", gone.range.end() - gone.range.begin()},
            {"begins", audit::render_time(gone.first_time)},
            {"ends", audit::render_time(gone.last_time)}};
}

CtlResult<> CtlPeer::log_verdict() const {
    if (query_->damages == 0)
        return {};
    const audit::Damage& first = query_->first;
    return ctl_fail(Errc::kBadInput,
                    fmt::format("the audit log is damaged in {} places, first at record {}, {} "
                                "byte {}: keep a copy of the files as evidence",
                                query_->damages, first.index, first.file, first.offset),
                    fmt::format("監査記録が {} か所で壊れています。最初は記録 {}、{} の {} バイト目です。"
                                "証拠としてファイルの写しを保管してください",
                                query_->damages, first.index, first.file, first.offset));
}

void CtlPeer::pump_log() {
    std::size_t seen = 0;
    const audit::Visitor visitor{
        [&](const audit::Record& record) {
            show(record);
            return ++seen < kLogRowsPerTurn && unsent() < kLogUnsentMax;
        },
        [&](const audit::Damage& damage) { show_damage(damage); },
        [&](const evidence::DeletedSegment& gone) { show_deleted(gone); }};
    const audit::Position end = core_.log().durable();
    const auto at =
        audit::LogReader(core_.log().directory()).read_around_damage(query_->at, end, visitor);
    if (!at || (!at->is_before(end) && !query_->follow)) {
        const CtlResult<> verdict = at ? log_verdict() : ctl_fail(at.error());
        query_.reset();
        return answer(verdict);
    }
    query_->at = *at;
    poll_.expires_after(!at->is_before(end) ? kFollowPoll : std::chrono::milliseconds(0));
    if (unsent() >= kLogUnsentMax)
        return;  // on_drained goes on
    poll_.async_wait([weak = weak_from_this()](const boost::system::error_code& error) {
        const auto self = std::static_pointer_cast<CtlPeer>(weak.lock());
        if (self && !error && self->query_)
            self->pump_log();
    });
}

// Asked again in case a wait was not set because too much was unsent.
void CtlPeer::on_drained() {
    if (file_)
        return pump_file();
    if (search_)
        return pump_search();
    if (export_)
        return pump_export();
    if (query_ && poll_.expiry() <= std::chrono::steady_clock::now())
        poll_.cancel(), pump_log();
}

}  // namespace sudare::broker

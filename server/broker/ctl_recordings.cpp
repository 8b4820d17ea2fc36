// SPDX-License-Identifier: Apache-2.0
// Requests about recordings. The broker hands over files that it cannot read.
#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>

#include <algorithm>
#include <array>
#include <chrono>

#include "server/base/log.h"
#include "server/broker/audit/render.h"
#include "server/broker/ctl_peer.h"

namespace sudare::broker {

using audit::EventType;
using audit::Field;
using store::StoredRecording;

namespace {

constexpr std::uint32_t kListMax = 10000;
constexpr std::size_t kUnsentMax = 1U << 20;
constexpr std::int64_t kDayMs = 24LL * 60 * 60 * 1000;

// Start of a day in UTC; kBadInput when it is none.
CtlResult<std::int64_t> day_ms(const std::string& text) {
    int year = 0;
    unsigned month = 0, day = 0;
    const bool shaped =
        text.size() == 10 && text[4] == '-' && text[7] == '-' &&
        std::ranges::count_if(text, [](char c) { return c >= '0' && c <= '9'; }) == 8;
    if (shaped) {
        year = std::stoi(text.substr(0, 4));
        month = static_cast<unsigned>(std::stoi(text.substr(5, 2)));
        day = static_cast<unsigned>(std::stoi(text.substr(8, 2)));
    }
    const std::chrono::year_month_day date{std::chrono::year(year), std::chrono::month(month),
                                           std::chrono::day(day)};
    if (!shaped || !date.ok())
        return ctl_fail(Errc::kBadInput, "day \"" + printable(text) + "\" must be YYYY-MM-DD",
                        "日付「" + printable(text) + "」: YYYY-MM-DD の形式で指定してください");
    return std::chrono::sys_days(date).time_since_epoch().count() * kDayMs;
}

std::string day_name(std::int64_t unix_ms) {
    return audit::render_time(unix_ms * 1'000'000).substr(0, 10);
}

bool is_id(const std::string& text) {
    return text.size() == 32 && std::ranges::all_of(text, [](char c) {
               return (c >= '0' && c <= '9') || (c >= 'a' && c <= 'f');
           });
}

ipc::CtlRow row_of(const StoredRecording& one) {
    constexpr std::array<std::string_view, 3> kStates{"open", "ended", "failed"};
    return {{"recording", one.id},
            {"session", one.session},
            {"user", one.user},
            {"terminal", one.terminal},
            {"started", audit::render_time(one.started_ms * 1'000'000)},
            {"seconds", static_cast<std::uint64_t>(one.length_ms / 1000)},
            {"segments", one.segments},
            {"bytes", one.bytes},
            {"state", std::string(kStates[static_cast<std::size_t>(one.state)])}};
}

}  // namespace

CtlResult<> CtlPeer::recording_list(const Arguments& arguments) {
    store::RecordingFilter filter;
    if (!arguments[0].empty()) {
        const auto session = number_of(arguments[0]);
        if (!session || *session <= 0)
            return ctl_fail(
                Errc::kBadInput, "session \"" + printable(arguments[0]) + "\" is not a number",
                "セッション「" + printable(arguments[0]) + "」: 数字で指定してください");
        filter.session = static_cast<std::uint64_t>(*session);
    }
    if (!arguments[1].empty())
        filter.user = arguments[1];
    if (!arguments[2].empty()) {
        const auto from = day_ms(arguments[2]);
        if (!from)
            return tl::unexpected(from.error());
        filter.from_ms = *from;
    }
    if (!arguments[3].empty()) {
        const auto last = day_ms(arguments[3]);
        if (!last)
            return tl::unexpected(last.error());
        filter.until_ms = *last + kDayMs;
    }
    const auto found = core_.store().recordings(filter, kListMax);
    if (!found)
        return ctl_fail(found.error());
    for (const StoredRecording& one : *found)
        row(row_of(one));
    return {};
}

CtlResult<UniqueFd> CtlPeer::open_recording(const StoredRecording& recording) {
    const std::string path = core_.settings().recordings + "/" + day_name(recording.started_ms) + "/" +
                             recording.id + ".rec";
    UniqueFd file(::open(path.c_str(), O_RDONLY | O_NOFOLLOW | O_CLOEXEC));
    struct stat status {};
    if (!file || ::fstat(file.get(), &status) != 0 || !S_ISREG(status.st_mode))
        return ctl_fail(Errc::kNotFound,
                        "the file " + path +
                            " cannot be read; is it there, and may the broker's group read it?",
                        "ファイル " + path +
                            " を読めません。存在するか、ブローカーのグループに読み取り権があるかを"
                            "確認してください");
    file_left_ = static_cast<std::uint64_t>(status.st_size);
    return file;
}

// The record first, and on the disk: then the first byte. A consent is used up with the record, so that
// whatever happens then it does not count twice.
CtlResult<> CtlPeer::recording_export(const Arguments& arguments) {
    const std::string &id = arguments[0], &reason = arguments[1];
    if (const auto bad = reason_complaint(reason))
        return tl::unexpected(*bad);
    const auto known =
        is_id(id) ? core_.store().find_recording(id) : Result<std::optional<StoredRecording>>();
    if (!known)
        return ctl_fail(known.error());
    if (!*known || core_.settings().recordings.empty())
        return ctl_fail(
            Errc::kNotFound,
            "there is no recording \"" + printable(id) + "\"; see: sudarectl recording list",
            "録画「" + printable(id) +
                "」はありません。sudarectl recording list で確認してください");
    const StoredRecording& found = **known;
    std::array<std::uint8_t, 16> number{};
    for (std::size_t i = 0; i < number.size(); ++i)
        number[i] = static_cast<std::uint8_t>(std::stoi(id.substr(2 * i, 2), nullptr, 16));
    auto file = open_recording(found);
    const auto two = needs_consent(found);
    if (!file || !two)
        return tl::unexpected(file ? two.error() : file.error());
    audit::Event record = event(EventType::kRecordingOpened)
                              .bytes(Field::kRecording, number)
                              .number(Field::kSession, found.session)
                              .text(Field::kUser, found.user)
                              .text(Field::kCause, reason);
    std::optional<store::Consent> consent;
    if (*two) {
        auto stands = consent_for(found, reason);
        if (!stands)
            return tl::unexpected(stands.error());
        if (!*stands)
            return {};
        consent = std::move(*stands);
        record.number(Field::kConsent, consent->id).number(Field::kSecondUid, consent->decider);
    }
    const auto opened = core_.record_and_do(record, [&]() -> Result<void> {
        using State = store::Consent::State;
        return consent ? core_.store().move_consent(consent->id, State::kGiven, State::kUsed,
                                                    consent->decider)
                       : Result<void>();
    });
    if (!opened)
        return ctl_fail(opened.error());
    file_ = std::move(*file);
    ipc::CtlRow first = row_of(found);
    first.push_back({"chain", found.chain});
    first.push_back({"size", file_left_});
    row(first);
    later_ = true;
    pump_file();
    return {};
}

// As fast as the asker takes it, up to the size that was told: a file may be growing.
void CtlPeer::pump_file() {
    std::vector<std::uint8_t> piece(ipc::kCtlChunkMax);
    while (file_left_ > 0 && unsent() < kUnsentMax) {
        const auto wanted = std::min<std::uint64_t>(piece.size(), file_left_);
        const ssize_t got = ::read(file_.get(), piece.data(), wanted);
        if (got <= 0) {
            file_.reset();
            return answer(ctl_fail(Errc::kSystem, "the recording's file cannot be read to its end",
                                   "録画のファイルを最後まで読めません"));
        }
        file_left_ -= static_cast<std::uint64_t>(got);
        send(static_cast<std::uint8_t>(ipc::CtlReply::kChunk),
             std::span(piece).first(static_cast<std::size_t>(got)));
    }
    if (file_left_ > 0)
        return;  // on_drained goes on
    file_.reset();
    answer({});
}

}  // namespace sudare::broker

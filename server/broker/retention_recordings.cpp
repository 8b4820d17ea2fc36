// SPDX-License-Identifier: Apache-2.0
// Recordings: which may go, the list that the sweep reads, and what it has done.
#include <fcntl.h>
#include <poll.h>
#include <sys/stat.h>

#include <algorithm>
#include <ctime>
#include <map>

#include "protocol/evidence/durable_file.h"
#include "server/base/log.h"
#include "server/broker/audit/render.h"
#include "server/broker/core.h"
#include "server/broker/retention.h"

namespace sudare::broker {

using audit::Event;
using audit::EventType;
using audit::Field;
using retention::Verdict;
using store::OrderedRecording;
using store::StoredRecording;

namespace {

constexpr std::size_t kUsersPerTurn = 20;
constexpr std::size_t kRecordsPerTurn = 200;  // the log holds 8 MiB that are not on the disk yet
constexpr std::size_t kJudgedMax = 100'000;   // of a run; the oldest of each user come first
constexpr mode_t kPublic = 0644;
constexpr int kLockTries = 300;
constexpr int kLockWaitMs = 10;  // the sweep holds it as long as one removal takes
constexpr std::int64_t kMilliseconds = 1000;

std::string folder_of(const StoredRecording& one) {
    return audit::render_time(one.started_ms * 1'000'000).substr(0, 10);
}

std::vector<std::uint8_t> number_of_recording(const std::string& id) {
    std::vector<std::uint8_t> out;
    for (std::size_t i = 0; i + 1 < id.size(); i += 2)
        out.push_back(static_cast<std::uint8_t>(std::stoi(id.substr(i, 2), nullptr, 16)));
    return out;
}

Event event_about(EventType type, const StoredRecording& one) {
    return Event{type, {}}
        .bytes(Field::kRecording, number_of_recording(one.id))
        .number(Field::kSession, one.session)
        .text(Field::kUser, one.user);
}

Retention::Line line_of(const StoredRecording& one, retention::Judged judged) {
    return {"recording",
            one.id,
            one.user,
            one.started_ms / kMilliseconds,
            retention::end_of(one),
            one.bytes,
            std::move(judged)};
}

// Waits a little for the sweep. False: it does not let go.
bool lock_for_writing(int lock) {
    for (int left = kLockTries; left > 0; --left) {
        struct flock whole {};
        whole.l_type = F_WRLCK;
        if (::fcntl(lock, F_OFD_SETLK, &whole) == 0)
            return true;
        ::poll(nullptr, 0, kLockWaitMs);
    }
    return false;
}

// For everybody to read, whatever the umask is: the sweep has another uid, and the list names nobody.
Result<void> publish(const std::string& path, const std::string& text) {
    const std::string next = path + ".next";
    SUDARE_CHECK(evidence::replace_file(next, text, kPublic));
    const UniqueFd file(::open(next.c_str(), O_RDONLY | O_NOFOLLOW | O_CLOEXEC));
    if (!file || ::fchmod(file.get(), kPublic) != 0 || ::rename(next.c_str(), path.c_str()) != 0)
        return fail_errno(("cannot replace " + path).c_str());
    const UniqueFd folder(::open(path.substr(0, path.rfind('/') + 1).c_str(),
                                 O_RDONLY | O_DIRECTORY | O_CLOEXEC));
    if (!folder || ::fsync(folder.get()) != 0)
        return fail_errno(("fsync of the folder of " + path).c_str());
    return {};
}

}  // namespace

struct Retention::Gathering {
    std::vector<std::string> users;  // that are left
    std::map<std::string, std::int64_t> days;
    std::vector<StoredRecording> found;
    Gathered then;
};

// What holds now for whom it shows. Somebody who is not known any more: nothing says that it may go.
Result<std::int64_t> Retention::days_of(const std::string& name) {
    SUDARE_TRY(const auto user, core_.store().find_user(name));
    if (!user)
        return std::int64_t{0};
    SUDARE_TRY(const Rights rights, core_.rights(user->id));
    return std::int64_t{rights.effective.number(policy::FieldId::kEvidenceRetentionDays)};
}

void Retention::gather_recordings(Gathered then) {
    auto state = std::make_shared<Gathering>();
    state->then = std::move(then);
    if (!lock_)  // there is no list: nothing can be ordered
        return boost::asio::post(loop_, [state] { state->then(std::vector<Line>()); });
    auto users = core_.store().recorded_users();
    if (!users)
        return boost::asio::post(loop_,
                                 [state, users] { state->then(tl::unexpected(users.error())); });
    state->users = std::move(*users);
    gather_some(state);
}

// Of each user all that is old enough, and the oldest one that is not: what goes next.
void Retention::gather_some(const std::shared_ptr<Gathering>& state) {
    const std::int64_t now = std::time(nullptr);
    for (std::size_t left = kUsersPerTurn; left > 0 && !state->users.empty(); --left) {
        const std::string user = std::move(state->users.back());
        state->users.pop_back();
        const auto days = days_of(user);
        if (!days)
            return state->then(tl::unexpected(days.error()));
        state->days[user] = *days;
        if (*days == 0)
            continue;
        const std::int64_t before = (now - *days * retention::kDaySeconds) * kMilliseconds;
        auto old = core_.store().recordings_to_judge(
            user, before, static_cast<std::uint32_t>(kJudgedMax - std::min(kJudgedMax, state->found.size())));
        auto next = core_.store().recordings_to_judge(user, now * kMilliseconds, 1);
        if (!old || !next)
            return state->then(tl::unexpected(old ? next.error() : old.error()));
        std::ranges::move(*old, std::back_inserter(state->found));
        if (old->empty())
            std::ranges::move(*next, std::back_inserter(state->found));
    }
    if (!state->users.empty())
        return boost::asio::post(loop_, [this, state] { gather_some(state); });
    const auto holds = core_.store().holds();
    if (!holds)
        return state->then(tl::unexpected(holds.error()));
    std::ranges::sort(state->found, {}, [](const StoredRecording& one) {
        return std::pair(one.started_ms, one.id);
    });
    const auto judged = retention::judge_recordings(
        state->found, {now, *holds, [&](const std::string& user) { return state->days[user]; }});
    std::vector<Line> lines;
    for (std::size_t i = 0; i < judged.size(); ++i)
        lines.push_back(line_of(state->found[i], judged[i]));
    state->then(std::move(lines));
}

void Retention::order_recordings() {
    gather_recordings([this](Result<std::vector<Line>> lines) {
        const auto open = core_.store().ordered_count();
        if (!lines || !open)
            return finish(tl::unexpected(lines ? open.error() : lines.error()));
        std::deque<Line> chosen;
        for (Line& line : *lines)
            if (line.judged.verdict == Verdict::kDelete &&
                *open + chosen.size() < store::Store::kOrdersMax)
                chosen.push_back(std::move(line));
        order_some(std::move(chosen));
    });
}

// The record first; then it stands in the database; then on the list. A hold that was placed since is
// seen here, and once more when the list is written.
void Retention::order_some(std::deque<Line> left) {
    const auto holds = core_.store().holds();
    if (!holds)
        return finish(tl::unexpected(holds.error()));
    std::vector<OrderedRecording> orders;
    std::optional<Event> last;
    for (; orders.size() < kRecordsPerTurn && !left.empty(); left.pop_front()) {
        Line& line = left.front();
        const auto known = core_.store().find_recording(line.name);
        if (!known)
            return finish(tl::unexpected(known.error()));
        if (!*known || waits() || retention::holder_of(*holds, **known) != nullptr)
            continue;
        const std::string rule = retention::recording_rule_name(
            (line.judged.due - line.until) / retention::kDaySeconds);
        if (last)
            core_.record(*last);
        last = event_about(EventType::kRecordingOrdered, **known).text(Field::kRetentionRule, rule);
        orders.push_back({**known, rule, std::int64_t{std::time(nullptr)}});
        done_.lines.push_back(std::move(line));
    }
    if (last) {
        const auto stored =
            core_.record_and_do(*last, [&] { return core_.store().order_deletions(orders); });
        if (!stored)
            return finish(tl::unexpected(stored.error()));
    }
    if (!left.empty())
        return boost::asio::post(loop_, [this, left = std::move(left)]() mutable {
            order_some(std::move(left));
        });
    // In a turn of its own: thousands of orders are read once more.
    boost::asio::post(loop_, [this] {
        auto written = write_list();
        look_for_absent();
        finish(std::move(written));
    });
}

Result<void> Retention::open_list() {
    const std::string& path = core_.settings().sweep_list;
    if (path.empty())
        return {};
    const std::string name = path + std::string(ipc::kSweepLock);
    lock_ = UniqueFd(::open(name.c_str(), O_RDWR | O_CREAT | O_NOFOLLOW | O_CLOEXEC, kPublic));
    if (!lock_ || ::fchmod(lock_.get(), kPublic) != 0)
        return fail_errno(("field \"recording.sweep_list\": the broker must be able to write in its "
                           "folder; open " + name).c_str());
    return write_list();
}

// Whole, every time, and never with what is held.
Result<void> Retention::write_list() {
    if (!lock_)
        return {};
    SUDARE_TRY(const auto orders, core_.store().ordered_deletions());
    SUDARE_TRY(const auto holds, core_.store().holds());
    std::vector<ipc::SweepItem> items;
    for (const OrderedRecording& one : orders)
        if (retention::holder_of(holds, one.recording) == nullptr)
            items.push_back({folder_of(one.recording), one.recording.id});
    const bool locked = lock_for_writing(lock_.get());
    if (!locked)
        log_error("the sweep of the recordings does not let go of {}{}; the list is replaced all the same",
                  core_.settings().sweep_list, ipc::kSweepLock);
    const auto written =
        publish(core_.settings().sweep_list, ipc::write_sweep_list(std::move(items)));
    struct flock whole {};
    whole.l_type = F_UNLCK;
    ::fcntl(lock_.get(), F_OFD_SETLK, &whole);
    return written;
}

// 10,000 records of 300 bytes at most: less than half of what the log lets wait.
void Retention::holds_changed() {
    if (!lock_)
        return;
    if (const auto written = write_list(); !written)
        return log_error("the list of what may go: {}", written.error().message);
    look_for_absent();  // what went before the hold did not go under it
    const auto orders = core_.store().ordered_deletions();
    const auto holds = core_.store().holds();
    if (!orders || !holds)
        return log_error("retention: {}", (orders ? holds.error() : orders.error()).message);
    std::vector<std::string> spared;
    for (const OrderedRecording& one : *orders)
        if (const auto* hold = retention::holder_of(*holds, one.recording)) {
            core_.record(
                event_about(EventType::kRecordingSpared, one.recording).text(Field::kHold, hold->name));
            spared.push_back(one.recording.id);
        }
    if (spared.empty())
        return;
    if (const auto back = core_.store().withdraw_deletions(spared); !back)
        log_error("recordings that are held: {}", back.error().message);
}

std::optional<ipc::Swept> Retention::read_swept() const {
    const std::string& directory = core_.settings().recordings;
    if (directory.empty())
        return std::nullopt;
    const auto text = evidence::read_file(directory + "/" + std::string(ipc::kSweptName),
                                          ipc::kSweptBytesMax);
    return text ? ipc::read_swept(*text) : std::nullopt;
}

void Retention::look_for_absent() {
    if (!read_swept())
        return;
    const auto orders = core_.store().ordered_deletions();
    const auto noted = orders ? note_absent(*orders) : Result<bool>(tl::unexpected(orders.error()));
    if (!noted)
        return log_error("what the sweep has removed: {}", noted.error().message);
    if (!*noted)
        return;
    if (const auto written = write_list(); !written)
        log_error("the list of what may go: {}", written.error().message);
}

// Only after the sweep has said on that disk that it ran: an empty folder where the disk should be is
// no deletion. True: some are gone; the rest of many is looked at next time.
Result<bool> Retention::note_absent(const std::vector<OrderedRecording>& orders) {
    const auto swept = read_swept();
    std::vector<const OrderedRecording*> gone;
    for (const OrderedRecording& one : orders) {
        if (!swept || static_cast<std::int64_t>(swept->at) < one.ordered)
            continue;
        const std::string path = core_.settings().recordings + "/" + folder_of(one.recording) + "/" +
                                 one.recording.id + ".rec";
        struct stat file {};
        if (::lstat(path.c_str(), &file) != 0 && errno == ENOENT)
            gone.push_back(&one);
        if (gone.size() >= kRecordsPerTurn)
            break;
    }
    for (const OrderedRecording* one : gone) {
        const auto record = event_about(EventType::kRecordingDeleted, one->recording)
                                .text(Field::kRetentionRule, one->rule)
                                .number(Field::kSize, one->recording.bytes);
        if (one == gone.back()) {
            SUDARE_CHECK(core_.record_durable(record));
        } else {
            core_.record(record);
        }
    }
    if (gone.empty())
        return false;
    std::vector<std::string> ids;
    for (const OrderedRecording* one : gone)
        ids.push_back(one->recording.id);
    SUDARE_CHECK(core_.store().forget_recordings(ids));
    return true;
}

}  // namespace sudare::broker

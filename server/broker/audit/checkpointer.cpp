// SPDX-License-Identifier: Apache-2.0
#include "server/broker/audit/checkpointer.h"

#include "protocol/evidence/checkpoint.h"
#include "protocol/evidence/durable_file.h"
#include "server/base/log.h"

namespace sudare::audit {
namespace {

constexpr std::chrono::seconds kRhythm{1};
// One a minute is 100 MB in a year of full days; each newer checkpoint covers what older ones do.
constexpr std::chrono::seconds kHistoryRhythm{60};
constexpr std::size_t kHistoryBytesMax = std::size_t{1} << 30;
constexpr mode_t kMode = 0644;  // public by nature; the folder says who gets there
// The signer knows better: these do not pass by waiting.
constexpr std::string_view kRefused = "refused_";

std::int64_t wall_clock() {
    return std::chrono::duration_cast<std::chrono::nanoseconds>(
               std::chrono::system_clock::now().time_since_epoch())
        .count();
}

}  // namespace

Checkpointer::Checkpointer(const Log& log, Settings settings, Callbacks callbacks)
    : log_(log),
      settings_(std::move(settings)),
      callbacks_(std::move(callbacks)),
      client_(settings_.socket),
      thread_([this] { run(); }) {}

Checkpointer::~Checkpointer() {
    {
        const std::lock_guard lock(mutex_);
        stopping_ = true;
    }
    changed_.notify_all();
    thread_.join();
}

Checkpointer::Status Checkpointer::status() const {
    const std::lock_guard lock(mutex_);
    return status_;
}

void Checkpointer::run() {
    for (bool last = false; !last;) {
        judge(pass(last));
        watch_quiet();
        std::unique_lock lock(mutex_);
        last = changed_.wait_for(lock, kRhythm, [&] { return stopping_; });
    }
    if (const std::string cause = pass(true); !cause.empty())
        log_warn("audit log: the last records are not signed: {}", cause);
}

std::string Checkpointer::pass(bool final) {
    const std::uint64_t size = log_.durable().next_index;
    // Before the first answer too: what the signer signed last may be more than is there.
    if (in_step_ && size == signed_ && !final)
        return {};
    const auto now = Clock::now();
    const std::string cause = sign(size, final);
    if (cause.empty())
        signed_at_ = now;
    else
        in_step_ = false;  // after whatever it was the signer is asked where it stands
    return cause;
}

std::string Checkpointer::sign(std::uint64_t size, bool final) {
    if (!in_step_) {
        const auto last = client_.last();
        if (!last)
            return "no_answer";
        if (const std::string cause = catch_up(*last, size); !cause.empty())
            return cause;
    } else if (const std::string cause = read_to(old_.end(), size); !cause.empty()) {
        return cause;
    }
    evidence::CompactRange whole = old_;
    whole.append(grown_);
    const evidence::Hash root = whole.root();
    const auto answer =
        client_.sign({old_.end(), size, root, evidence::consistency_proof(old_, grown_)});
    if (!answer)
        return "no_answer";
    if (const auto* refusal = std::get_if<ipc::SignRefusal>(&*answer))
        return std::string(kRefused) + ipc::name_of(*refusal);
    const auto& note = std::get<std::string>(*answer);
    const auto checkpoint = evidence::parse_note(note);
    if (!checkpoint || checkpoint->size != size || checkpoint->root != root)
        return "no_checkpoint";
    if (const auto kept = keep(note, final); !kept) {
        log_error("audit log: checkpoint: {}", kept.error().message);
        return "storage";
    }
    old_ = std::move(whole);
    grown_ = evidence::CompactRange(size);
    in_step_ = true;
    signed_ = size;
    return {};
}

std::string Checkpointer::catch_up(const ipc::SignerLast& last, std::uint64_t size) {
    if (last.size > size)
        return std::string(kRefused) + "log_shorter";
    if (last.size != old_.end()) {
        place_ = {};
        old_ = evidence::CompactRange();
        grown_ = evidence::CompactRange(last.size);
    }
    return read_to(last.size, size);
}

std::string Checkpointer::read_to(std::uint64_t border, std::uint64_t size) {
    if (place_.cursor.index == size)
        return {};
    const auto list = evidence::open_segments(log_.directory());
    if (!list)
        return "unreadable";
    bool fits = true;
    evidence::LogWalk walk(list->segments, place_);
    const auto end = walk.run(
        [&](const evidence::Visited& record) {
            (record.view.index < border ? old_ : grown_).append(record.leaf);
            return record.view.index + 1 < size;
        },
        [&](const evidence::DeletedSegment& gone) {
            evidence::CompactRange& tree = gone.range.begin() < border ? old_ : grown_;
            fits = gone.range.begin() == tree.end() &&
                   (gone.range.begin() >= border || gone.range.end() <= border);
            if (fits)
                tree.append(gone.range);
            return fits && gone.range.end() < size;
        });
    place_ = walk.place();
    // What was signed last, or what was read so far, ends within what is gone.
    if (!fits)
        return "deleted";
    return end && place_.cursor.index == size ? "" : "unreadable";
}

Result<void> Checkpointer::mend_history() {
    if (mended_)
        return {};
    const std::string path = settings_.directory + "/checkpoints";
    const auto text = evidence::read_file(path, kHistoryBytesMax);
    if (!text && text.error().code != Errc::kNotFound)
        return tl::unexpected(text.error());
    std::string_view rest = text ? std::string_view(*text) : std::string_view();
    const std::size_t size = rest.size();
    while (evidence::take_note(rest)) {
    }
    if (!rest.empty()) {
        const std::size_t whole = size - rest.size();
        SUDARE_CHECK(evidence::create_file(
            path + ".torn-" + std::to_string(whole) + "-" + std::to_string(wall_clock()), rest,
            kMode));
        SUDARE_CHECK(evidence::replace_file(path, std::string_view(*text).substr(0, whole), kMode));
    }
    mended_ = true;
    return {};
}

Result<void> Checkpointer::keep(const std::string& note, bool final) {
    SUDARE_CHECK(mend_history());
    SUDARE_CHECK(evidence::replace_file(settings_.directory + "/checkpoint", note, kMode));
    const auto now = Clock::now();
    if (kept_at_ && now - *kept_at_ < kHistoryRhythm && !final)
        return {};
    SUDARE_CHECK(evidence::append_file(settings_.directory + "/checkpoints", note + "\n", kMode));
    kept_at_ = now;
    return {};
}

void Checkpointer::judge(const std::string& cause) {
    Status next;
    next.cause = cause;
    next.records = signed_;
    if (!cause.empty())
        next.unsigned_for =
            std::chrono::duration_cast<std::chrono::seconds>(Clock::now() - signed_at_);
    next.alarm =
        !cause.empty() && (next.unsigned_for >= settings_.overdue || cause.starts_with(kRefused));
    bool changed = false;
    {
        const std::lock_guard lock(mutex_);
        changed = next.alarm != status_.alarm;
        status_ = next;
    }
    if (changed && callbacks_.changed)
        callbacks_.changed(next);
}

// A log that grows once a minute can be told from one that somebody stopped.
void Checkpointer::watch_quiet() {
    const std::int64_t last = log_.durable().last_time;
    const std::int64_t limit =
        std::chrono::duration_cast<std::chrono::nanoseconds>(settings_.heartbeat).count();
    if (limit == 0 || last == quiet_told_ || (wall_clock() - last < limit && wall_clock() >= last))
        return;
    quiet_told_ = last;
    if (callbacks_.quiet)
        callbacks_.quiet();
}

}  // namespace sudare::audit

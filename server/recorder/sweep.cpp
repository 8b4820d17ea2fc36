// SPDX-License-Identifier: Apache-2.0
#include "server/recorder/sweep.h"

#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>

#include <algorithm>
#include <cerrno>
#include <charconv>
#include <chrono>
#include <cstring>
#include <limits>
#include <span>
#include <utility>

#include "protocol/evidence/durable_file.h"
#include "server/base/log.h"
#include "server/base/sandbox.h"
#include "server/base/unique_fd.h"

namespace sudare::recorder {
namespace {

constexpr std::int64_t kDaySeconds = 24 * 60 * 60;
constexpr int kDirectoryFlags = O_RDONLY | O_DIRECTORY | O_NOFOLLOW | O_CLOEXEC;

// First second of the day after it; never, when it is no day.
std::int64_t end_of_day(std::string_view name) {
    const auto number = [&](std::size_t at, std::size_t length) {
        int value = 0;
        std::from_chars(name.data() + at, name.data() + at + length, value);
        return value;
    };
    const std::chrono::year_month_day date{
        std::chrono::year(number(0, 4)), std::chrono::month(static_cast<unsigned>(number(5, 2))),
        std::chrono::day(static_cast<unsigned>(number(8, 2)))};
    if (!date.ok())
        return std::numeric_limits<std::int64_t>::max() / 2;
    return (std::chrono::sys_days(date).time_since_epoch().count() + 1) * kDaySeconds;
}

// The list as it stands, read again when the broker has replaced it.
class List {
public:
    explicit List(std::string path) : path_(std::move(path)) {}

    // Call under the lock. The open file keeps its number from being used for the next list.
    Result<void> refresh() {
        struct stat now {};
        if (::stat(path_.c_str(), &now) != 0)
            return fail_errno(("the list of what may go, " + path_).c_str());
        if (held_ && now.st_ino == known_.st_ino && now.st_mtim.tv_sec == known_.st_mtim.tv_sec &&
            now.st_mtim.tv_nsec == known_.st_mtim.tv_nsec && now.st_size == known_.st_size)
            return {};
        UniqueFd held(::open(path_.c_str(), O_RDONLY | O_NOFOLLOW | O_CLOEXEC));
        if (!held || ::fstat(held.get(), &known_) != 0)
            return fail_errno(("open " + path_).c_str());
        SUDARE_TRY(const std::string text, evidence::read_file(path_, ipc::kSweepBytesMax));
        auto items = ipc::read_sweep_list(text);
        if (!items)
            return fail(Errc::kBadInput, path_ + " is no list of the broker's; nothing is removed");
        items_ = std::move(*items);
        held_ = std::move(held);
        return {};
    }
    [[nodiscard]] const std::vector<ipc::SweepItem>& items() const { return items_; }
    [[nodiscard]] bool names(const ipc::SweepItem& item) const {
        return std::ranges::binary_search(items_, item);
    }

private:
    std::string path_;
    UniqueFd held_;
    struct stat known_ {};
    std::vector<ipc::SweepItem> items_;
};

// As long as it lives, the broker cannot take anything off the list.
class Locked {
public:
    static Result<Locked> take(int lock) {
        struct flock whole {};
        whole.l_type = F_RDLCK;
        while (::fcntl(lock, F_OFD_SETLKW, &whole) != 0)
            if (errno != EINTR)
                return fail_errno("lock of the list");
        return Locked(lock);
    }
    Locked(Locked&& from) noexcept : lock_(std::exchange(from.lock_, -1)) {}
    Locked& operator=(Locked&&) = delete;
    ~Locked() {
        struct flock whole {};
        whole.l_type = F_UNLCK;
        if (lock_ >= 0)
            ::fcntl(lock_, F_OFD_SETLK, &whole);
    }

private:
    explicit Locked(int lock) : lock_(lock) {}
    int lock_;
};

class Sweep {
public:
    Sweep(const Settings& settings, std::int64_t now, UniqueFd directory, UniqueFd lock)
        : settings_(settings),
          now_(now),
          directory_(std::move(directory)),
          lock_(std::move(lock)),
          list_(settings.sweep_list) {}

    Result<ipc::Swept> run() {
        {
            SUDARE_TRY(const Locked held, Locked::take(lock_.get()));
            SUDARE_CHECK(list_.refresh());
        }
        const std::vector<ipc::SweepItem> wanted = list_.items();
        for (auto at = wanted.begin(); at != wanted.end();) {
            const auto end = std::find_if(
                at, wanted.end(), [&](const ipc::SweepItem& one) { return one.day != at->day; });
            SUDARE_CHECK(sweep_day(std::span(&*at, static_cast<std::size_t>(end - at))));
            at = end;
        }
        done_.at = static_cast<std::uint64_t>(now_);
        SUDARE_CHECK(evidence::replace_file(
            settings_.directory + "/" + std::string(ipc::kSweptName), ipc::write_swept(done_), 0640));
        return done_;
    }

private:
    [[nodiscard]] bool is_young(std::int64_t since) const {
        return since > now_ - settings_.sweep_floor_days * kDaySeconds;
    }

    Result<void> sweep_day(std::span<const ipc::SweepItem> items) {
        const std::string& day = items.front().day;
        UniqueFd folder(::openat(directory_.get(), day.c_str(), kDirectoryFlags));
        if (!folder && errno == ENOENT)
            return {};
        if (!folder)
            return fail_errno(("open " + day).c_str());
        const std::uint64_t before = done_.removed;
        for (const ipc::SweepItem& item : items)
            SUDARE_CHECK(remove(folder.get(), item));
        if (done_.removed == before)
            return {};
        if (::fsync(folder.get()) != 0)
            return fail_errno(("fsync " + day).c_str());
        // The recorder makes files in the folders of now only; one that is not empty stays.
        if (::unlinkat(directory_.get(), day.c_str(), AT_REMOVEDIR) == 0 &&
            ::fsync(directory_.get()) != 0)
            return fail_errno("fsync of the directory of recordings");
        return {};
    }

    Result<void> remove(int folder, const ipc::SweepItem& item) {
        const std::string name = item.id + ".rec";
        struct stat file {};
        if (::fstatat(folder, name.c_str(), &file, AT_SYMLINK_NOFOLLOW) != 0) {
            if (errno != ENOENT)
                return fail_errno(("stat " + item.day + "/" + name).c_str());
            return {};
        }
        if (is_young(end_of_day(item.day)) || is_young(file.st_mtim.tv_sec)) {
            ++done_.young;
            log_warn("{}/{}: the broker wants it removed, but it is younger than sweep_floor_days = {}",
                     item.day, name, settings_.sweep_floor_days);
            return {};
        }
        SUDARE_TRY(const Locked held, Locked::take(lock_.get()));
        SUDARE_CHECK(list_.refresh());
        if (!list_.names(item))
            return {};
        if (::unlinkat(folder, name.c_str(), 0) == 0) {
            ++done_.removed;
        } else {
            ++done_.failed;
            log_error("{}/{}: {}", item.day, name, std::strerror(errno));
        }
        return {};
    }

    const Settings& settings_;
    const std::int64_t now_;
    const UniqueFd directory_, lock_;
    List list_;
    ipc::Swept done_;
};

}  // namespace

Result<ipc::Swept> sweep(const Settings& settings, std::int64_t now) {
    if (settings.sweep_list.empty())
        return fail(Errc::kBadInput,
                    "field \"sweep_list\" is needed for --sweep: the file of the broker's setting "
                    "recording.sweep_list");
    UniqueFd directory(::open(settings.directory.c_str(), kDirectoryFlags));
    if (!directory)
        return fail_errno(("field \"directory\": open " + settings.directory).c_str());
    const std::string name = settings.sweep_list + std::string(ipc::kSweepLock);
    UniqueFd lock(::open(name.c_str(), O_RDONLY | O_NOFOLLOW | O_CLOEXEC));
    if (!lock)
        return fail_errno(("the broker makes " + name + " when it starts; open").c_str());
    return Sweep(settings, now, std::move(directory), std::move(lock)).run();
}

Result<void> enter_sweep_sandbox(const Settings& settings) {
    Sandbox sandbox;
    sandbox.allowed = baseline_syscalls();
    for (const char* name : {"openat", "unlinkat", "rename", "fsync", "fstat", "newfstatat", "stat",
                             "lstat", "fcntl", "lseek"})
        sandbox.allowed.push_back({name, {}});
    sandbox.writable = {settings.directory};
    const std::string folder = settings.sweep_list.substr(0, settings.sweep_list.rfind('/') + 1);
    if (!folder.empty())
        sandbox.readable = {folder};
    sandbox.memory_bytes = 512ULL << 20;
    sandbox.no_file_growth = false;
    sandbox.no_new_processes = true;
    return enter(sandbox);
}

}  // namespace sudare::recorder

// SPDX-License-Identifier: Apache-2.0
#include "server/broker/space.h"

#include <sys/stat.h>
#include <sys/statvfs.h>

#include <ctime>
#include <filesystem>
#include <map>
#include <memory>

#include "server/base/log.h"
#include "server/broker/core.h"
#include "server/broker/retention/forecast.h"
#include "server/broker/retention/log_days.h"

namespace sudare::broker {

using retention::Stock;

namespace {

namespace fs = std::filesystem;
constexpr std::size_t kUsersPerTurn = 20;
constexpr std::int64_t kNanoseconds = 1'000'000'000;

// Of the files in it, not of those in folders.
std::uint64_t bytes_in(const std::string& directory) {
    std::uint64_t sum = 0;
    std::error_code error;
    for (fs::directory_iterator at(directory, error), end; !error && at != end; at.increment(error)) {
        std::error_code gone;
        const auto size = at->file_size(gone);
        sum += gone ? 0 : size;
    }
    return sum;
}

struct Disk {
    dev_t device = 0;
    std::uint64_t room = 0;
};

Result<Disk> disk_of(const std::string& directory, std::uint64_t reserve) {
    struct stat status {};
    struct statvfs disk {};
    if (::stat(directory.c_str(), &status) != 0 || ::statvfs(directory.c_str(), &disk) != 0)
        return fail_errno(("free space of " + directory).c_str());
    const std::uint64_t free = std::uint64_t{disk.f_bavail} * disk.f_frsize;
    return Disk{status.st_dev, free > reserve ? free - reserve : 0};
}

// What the files say.
struct Files {
    std::vector<retention::LogDay> days;
    std::uint64_t log = 0, index = 0;
};

struct Measured {
    Space::Part part;
    Disk disk;
    std::vector<Stock> stocks;  // one for each rule
};

Result<std::vector<Measured>> measure_log(Core& core, const Files& files, std::int64_t today) {
    const std::string index = core.settings().state_dir + "/index";
    Measured log, sought;
    log.part.name = "log";
    log.part.bytes = files.log;
    sought.part.name = "index";
    sought.part.bytes = files.index;
    SUDARE_TRY(log.disk, disk_of(core.settings().audit_dir, 0));
    SUDARE_TRY(sought.disk, disk_of(core.settings().state_dir, 0));
    SUDARE_TRY(const auto holds, core.store().holds());
    std::map<std::int64_t, std::uint64_t> all;
    Stock stock;
    stock.keep_days = core.settings().log_days;
    for (const retention::LogDay& day : files.days) {
        const std::int64_t made = day.from_time / kNanoseconds / retention::kDaySeconds;
        all[made] += day.bytes;
        if (retention::holder_of_days(holds, day.from_time, day.until_time) == nullptr)
            stock.bytes[made] += day.bytes;
    }
    stock.per_day = log.part.per_day = retention::growth(all, today);
    // The index has an entry for what each record says: it grows and shrinks with the log.
    const double share = files.log == 0 ? 0 : static_cast<double>(files.index) / static_cast<double>(files.log);
    const auto scaled = [share](std::uint64_t bytes) {
        return static_cast<std::uint64_t>(share * static_cast<double>(bytes));
    };
    Stock small = stock;
    for (auto& [day, bytes] : small.bytes)
        bytes = scaled(bytes);
    small.per_day = sought.part.per_day = scaled(stock.per_day);
    log.stocks.push_back(std::move(stock));
    sought.stocks.push_back(std::move(small));
    return std::vector{std::move(log), std::move(sought)};
}

// A hold of one session is taken for one of all of the user's: a day's sum does not tell them apart.
bool is_held(const std::vector<store::Hold>& holds, const store::RecordedDay& day) {
    store::StoredRecording whole;
    whole.user = day.user;
    whole.started_ms = day.day * retention::kDaySeconds * 1000;
    whole.length_ms = retention::kDaySeconds * 1000;
    return std::ranges::any_of(holds, [&](store::Hold hold) {
        hold.session.reset();
        return retention::holds_recording(hold, whole);
    });
}

Result<std::int64_t> rule_for(Core& core, const std::string& name,
                              std::map<std::string, std::int64_t>& known) {
    if (const auto found = known.find(name); found != known.end())
        return found->second;
    std::int64_t days = 0;
    SUDARE_TRY(const auto user, core.store().find_user(name));
    if (user && !core.settings().sweep_list.empty()) {
        SUDARE_TRY(const Rights rights, core.rights(user->id));
        days = rights.effective.number(policy::FieldId::kEvidenceRetentionDays);
    }
    return known[name] = days;
}

Result<Measured> measure_recordings(Core& core, const std::vector<store::RecordedDay>& recorded,
                                    std::int64_t today) {
    Measured out;
    out.part.name = "recordings";
    const auto reserve = static_cast<std::uint64_t>(core.settings().reserve_megabytes) << 20;
    SUDARE_TRY(out.disk, disk_of(core.settings().recordings, reserve));
    SUDARE_TRY(const auto holds, core.store().holds());
    std::map<std::string, std::int64_t> rules;
    std::map<std::int64_t, std::map<std::int64_t, std::uint64_t>> all, free;  // by rule and day
    for (const store::RecordedDay& one : recorded) {
        SUDARE_TRY(const std::int64_t keep, rule_for(core, one.user, rules));
        out.part.bytes += one.bytes;
        all[keep][one.day] += one.bytes;
        if (!is_held(holds, one))
            free[keep][one.day] += one.bytes;
    }
    std::int64_t first = today;
    for (const auto& [keep, days] : all)
        first = std::min(first, days.begin()->first);
    for (auto& [keep, days] : all) {
        days.try_emplace(first, 0);  // each is divided by the days over which anything was recorded
        out.stocks.push_back({std::move(free[keep]), retention::growth(days, today), keep});
        out.part.per_day += out.stocks.back().per_day;
    }
    return out;
}

Result<std::vector<Space::Group>> groups_of(Core& core, const std::vector<store::RecordedDay>& recorded) {
    SUDARE_TRY(const std::uint32_t version, core.store().policy_version());
    SUDARE_TRY(const auto names, core.store().group_names());
    std::map<std::string, std::vector<std::string>> groups;  // by user
    std::map<std::string, Space::Group> sums;
    for (const store::RecordedDay& one : recorded) {
        auto [known, fresh] = groups.try_emplace(one.user);
        if (fresh) {
            SUDARE_TRY(const auto user, core.store().find_user(one.user));
            std::vector<std::uint32_t> numbers;
            if (user) {
                SUDARE_TRY(numbers, core.store().groups_of(user->id, version));
            }
            for (const store::Group& group : names)
                if (std::ranges::find(numbers, group.id) != numbers.end())
                    known->second.push_back(group.name);
            if (known->second.empty())
                known->second.emplace_back();
        }
        for (const std::string& name : known->second) {
            Space::Group& sum = sums[name];
            sum.name = name;
            sum.recordings += one.recordings;
            sum.bytes += one.bytes;
        }
    }
    std::vector<Space::Group> out;
    for (auto& [name, sum] : sums)
        out.push_back(std::move(sum));
    return out;
}

// Parts on one disk fill it together.
std::vector<Space::Part> forecast(const std::vector<Measured>& all, std::int64_t today) {
    std::vector<Space::Part> out;
    for (const Measured& one : all) {
        std::uint64_t room = one.disk.room;
        std::vector<Stock> stocks;
        for (const Measured& other : all)
            if (other.disk.device == one.disk.device) {
                room = std::min(room, other.disk.room);
                stocks.insert(stocks.end(), other.stocks.begin(), other.stocks.end());
            }
        out.push_back(one.part);
        out.back().room = room;
        out.back().days = retention::days_until_full(stocks, room, today);
    }
    return out;
}

// One measurement, in turns of the loop.
struct Gathering {
    boost::asio::io_context& loop;
    Core& core;
    std::function<void(const Result<Space>&)> then;
    Files files{};
    std::vector<std::string> users{};  // that are left
    std::vector<store::RecordedDay> recorded{};
};

Result<Space> put_together(Core& core, const Files& files,
                           const std::vector<store::RecordedDay>& recorded) {
    const std::int64_t today = std::time(nullptr) / retention::kDaySeconds;
    SUDARE_TRY(std::vector<Measured> all, measure_log(core, files, today));
    Space out;
    if (!core.settings().recordings.empty()) {
        SUDARE_TRY(Measured recordings, measure_recordings(core, recorded, today));
        all.push_back(std::move(recordings));
        SUDARE_TRY(out.groups, groups_of(core, recorded));
    }
    out.parts = forecast(all, today);
    return out;
}

void gather(const std::shared_ptr<Gathering>& state) {
    for (std::size_t left = kUsersPerTurn; left > 0 && !state->users.empty(); --left) {
        auto days = state->core.store().recorded_days(state->users.back());
        if (!days)
            return state->then(tl::unexpected(days.error()));
        state->users.pop_back();
        std::ranges::move(*days, std::back_inserter(state->recorded));
    }
    if (!state->users.empty())
        return boost::asio::post(state->loop, [state] { gather(state); });
    state->then(put_together(state->core, state->files, state->recorded));
}

void begin(const std::shared_ptr<Gathering>& state) {
    auto users = state->core.settings().recordings.empty()
                     ? Result<std::vector<std::string>>()
                     : state->core.store().recorded_users();
    if (!users)
        return state->then(tl::unexpected(users.error()));
    state->users = std::move(*users);
    gather(state);
}

}  // namespace

void measure_space(boost::asio::io_context& loop, Core& core,
                   std::function<void(const Result<Space>&)> then) {
    auto state = std::make_shared<Gathering>(Gathering{loop, core, std::move(then)});
    core.searcher().post([state, log_dir = core.settings().audit_dir,
                          index_dir = core.settings().state_dir + "/index"](
                             const Result<search::LogFiles>& log, search::Index*) {
        auto days = log ? retention::log_days(log->files())
                        : Result<std::vector<retention::LogDay>>(tl::unexpected(log.error()));
        if (!days)
            return boost::asio::post(state->loop, [state, error = days.error()] {
                state->then(tl::unexpected(error));
            });
        state->files = Files{std::move(*days), bytes_in(log_dir), bytes_in(index_dir)};
        boost::asio::post(state->loop, [state] { begin(state); });
    });
}

void warn_of_space(Core& core, const Space& space) {
    for (const Space::Part& part : space.parts) {
        if (part.name == "index" || !part.days || *part.days >= core.settings().space_days)
            continue;
        log_warn("the disk of the {} is full in {} days: sudarectl evidence space", part.name, *part.days);
        core.record(audit::Event{audit::EventType::kSpaceLow, {}}
                        .text(audit::Field::kKind, part.name)
                        .number(audit::Field::kDays, static_cast<std::uint64_t>(*part.days))
                        .number(audit::Field::kFreeBytes, part.room));
    }
}

}  // namespace sudare::broker

// SPDX-License-Identifier: Apache-2.0
#include "server/broker/self_test.h"

#include <fcntl.h>
#include <unistd.h>

#include <algorithm>
#include <array>
#include <charconv>
#include <ctime>

#include "server/base/log.h"
#include "server/base/unique_fd.h"
#include "server/broker/core.h"

namespace sudare::broker {
namespace {

constexpr std::array<std::string_view, 3> kNames{"never", "passed", "alarm"};
constexpr std::chrono::seconds kInterval{60};
constexpr std::int64_t kHourSeconds = 60 * 60;
constexpr std::size_t kFileBytesMax = 64;

// Empty: there is no such file.
Result<std::string> read_small(const std::string& path) {
    const UniqueFd file(::open(path.c_str(), O_RDONLY | O_CLOEXEC | O_NOFOLLOW));
    if (!file)
        return errno == ENOENT ? Result<std::string>(std::string())
                               : fail_errno(("open " + path).c_str());
    std::array<char, kFileBytesMax + 1> text{};
    const ssize_t got = ::read(file.get(), text.data(), text.size());
    if (got < 0)
        return fail_errno(("read " + path).c_str());
    return std::string(text.data(), static_cast<std::size_t>(got));
}

}  // namespace

std::string_view SelfTestRecord::name_of(Outcome outcome) {
    return kNames[static_cast<std::size_t>(outcome)];
}

Result<SelfTestRecord> SelfTestRecord::open(std::string path) {
    SelfTestRecord record(std::move(path));
    SUDARE_TRY(const std::string text, read_small(record.path_));
    // Nobody's service ends because of this file.
    const bool known = record.load(text);
    if (!known && !text.empty())
        log_warn("{}: \"{}\" is not the end of a self-test; taken as never", record.path_, printable(text));
    if (!known)
        SUDARE_CHECK(record.save(Outcome::kNever, std::time(nullptr)));
    return record;
}

// "passed 1764120000\n"
bool SelfTestRecord::load(const std::string& text) {
    const auto space = text.find(' ');
    const auto known = std::ranges::find(kNames, text.substr(0, space));
    std::int64_t time = 0;
    const char* begin = text.data() + std::min(space + 1, text.size());
    const auto [end, error] = std::from_chars(begin, text.data() + text.size(), time);
    if (space == text.npos || known == kNames.end() || error != std::errc() || time < 0 ||
        std::string_view(end) != "\n")
        return false;
    outcome_ = static_cast<Outcome>(known - kNames.begin());
    time_ = time;
    return true;
}

Result<void> SelfTestRecord::save(Outcome outcome, std::int64_t time) {
    const std::string text = std::string(name_of(outcome)) + " " + std::to_string(time) + "\n";
    const std::string fresh = path_ + ".new";
    const UniqueFd file(
        ::open(fresh.c_str(), O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC | O_NOFOLLOW, 0600));
    if (!file)
        return fail_errno(("open " + fresh).c_str());
    if (::write(file.get(), text.data(), text.size()) != static_cast<ssize_t>(text.size()) ||
        ::fsync(file.get()) != 0 || ::rename(fresh.c_str(), path_.c_str()) != 0)
        return fail_errno(("write " + fresh).c_str());
    outcome_ = outcome;
    time_ = time;
    return {};
}

void SelfTestWatch::start() {
    if (core_.settings().self_test_hours == 0)
        return;
    look();
    timer_.expires_after(kInterval);
    timer_.async_wait([this](const boost::system::error_code& error) {
        if (!error)
            start();
    });
}

void SelfTestWatch::look() {
    const std::int64_t limit = core_.settings().self_test_hours * kHourSeconds;
    const std::int64_t now = std::time(nullptr);
    const std::int64_t last = core_.self_test().time();
    if (now - std::max(last, announced_) < limit)
        return;
    announced_ = now;
    log_error("no self-test has ended for {} hours: sudarectl self-test", (now - last) / kHourSeconds);
    core_.record(audit::Event{audit::EventType::kSelfTestMissing, {}}
                     .number(audit::Field::kEnds, static_cast<std::uint64_t>(last))
                     .number(audit::Field::kSeconds, static_cast<std::uint64_t>(now - last)));
}

}  // namespace sudare::broker

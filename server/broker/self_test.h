// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <boost/asio.hpp>
#include <cstdint>
#include <string>
#include <string_view>

#include "protocol/core/result.h"

// When `sudarectl self-test` last ended, and how: so that silence can be announced, after a restart
// too. Loop thread only.
namespace sudare::broker {

class Core;

class SelfTestRecord {
public:
    enum class Outcome : std::uint8_t { kNever, kPassed, kAlarm };

    // The file is made when it is absent or holds something else, as "never, since now".
    static Result<SelfTestRecord> open(std::string path);

    [[nodiscard]] Outcome outcome() const { return outcome_; }
    // Seconds since 1970; for kNever when that began.
    [[nodiscard]] std::int64_t time() const { return time_; }
    // On the disk before it returns.
    Result<void> save(Outcome outcome, std::int64_t time);

    // "never", "passed", "alarm": for `sudarectl status` and the file.
    static std::string_view name_of(Outcome outcome);

private:
    explicit SelfTestRecord(std::string path) : path_(std::move(path)) {}
    // False, and nothing has changed: it is no such text.
    bool load(const std::string& text);

    std::string path_;
    Outcome outcome_ = Outcome::kNever;
    std::int64_t time_ = 0;
};

// Records self_test_missing when no self-test has ended for self_test.hours, and again after each
// further time of that length. Outlived by loop and core.
class SelfTestWatch {
public:
    SelfTestWatch(boost::asio::io_context& loop, Core& core) : core_(core), timer_(loop) {}
    void start();

private:
    void look();

    Core& core_;
    boost::asio::steady_timer timer_;
    std::int64_t announced_ = 0;  // seconds since 1970
};

}  // namespace sudare::broker

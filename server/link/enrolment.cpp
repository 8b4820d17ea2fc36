// SPDX-License-Identifier: Apache-2.0
// sudare-enrol/1 on a link: the terminal's requests to the broker, its answers back.
#include "server/link/link.h"

namespace sudare::link {
namespace {

// Requests of one connection. A person needs three; the broker counts wrong passwords itself.
constexpr unsigned kRequestsMax = 16;

}  // namespace

asio::awaitable<EndReason> Link::enrol() {
    const auto first = co_await parts_.viewer->next_enrolment();
    if (!first)
        co_return first.error();
    const auto* hello = std::get_if<enrol::Hello>(&*first);
    if (hello == nullptr || hello->version != enrol::kVersion)
        co_return EndReason::kMalformed;
    const enrol::DownMessage welcome(
        enrol::Welcome{enrol::kVersion, static_cast<std::uint16_t>(limits::kPasswordBytesMin)});
    co_await parts_.viewer->send(welcome);
    bool told = false;  // a secret that waits to be confirmed
    for (unsigned requests = 0; requests < kRequestsMax; ++requests) {
        auto wish = co_await parts_.viewer->next_enrolment();
        if (!wish)
            co_return wish.error();
        if (std::holds_alternative<enrol::Hello>(*wish) ||
            (std::holds_alternative<enrol::ConfirmFactor>(*wish) && !told))
            co_return EndReason::kIllegalState;
        login_deadline_ = ViewerSide::Clock::now() + limits::kLoginDeadline;
        const auto answer = co_await parts_.broker->enrol(std::move(*wish));
        if (!answer)
            co_return answer.error();
        const auto* result = std::get_if<enrol::Result>(&*answer);
        told = result == nullptr || (told && result->verdict != enrol::Verdict::kDone);
        logged_in_ |= result != nullptr && result->verdict == enrol::Verdict::kDone;
        refused_login_ |= result != nullptr && result->verdict == enrol::Verdict::kRefused;
        co_await parts_.viewer->send(*answer);
    }
    co_return EndReason::kLoginFailed;
}

}  // namespace sudare::link

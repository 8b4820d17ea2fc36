// SPDX-License-Identifier: Apache-2.0
// sudare-enrol/1 on a link: the terminal's requests to the broker, its answers back.
#include <utility>

#include "protocol/ipc/text.h"
#include "server/link/link.h"

namespace sudare::link {
namespace {

// Requests of one connection. A person needs three; the broker counts wrong passwords itself.
constexpr unsigned kRequestsMax = 16;

// What no log-in would take.
bool is_plain(const enrol::UpMessage& message) {
    const auto plain = [](const auto&... texts) { return (ipc::is_plain_text(texts) && ...); };
    if (const auto* change = std::get_if<enrol::ChangePassword>(&message))
        return plain(change->user, change->password, change->wanted);
    if (const auto* begin = std::get_if<enrol::BeginFactor>(&message))
        return plain(begin->user, begin->password);
    return true;
}

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
    bool asked = false;  // for the next certificate
    unsigned refused = 0;
    for (unsigned requests = 0;
         requests < kRequestsMax && refused < limits::kLoginTriesPerConnection; ++requests) {
        auto wish = co_await parts_.viewer->next_enrolment();
        if (!wish)
            co_return wish.error();
        if (std::holds_alternative<enrol::Hello>(*wish) ||
            (std::holds_alternative<enrol::ConfirmFactor>(*wish) && !told))
            co_return EndReason::kIllegalState;
        // Once: each is a record, and only the last counts.
        if (std::holds_alternative<enrol::AskRenewal>(*wish) && std::exchange(asked, true))
            co_return EndReason::kIllegalState;
        if (!is_plain(*wish))
            co_return EndReason::kMalformed;
        const bool password = !std::holds_alternative<enrol::AskRenewal>(*wish) &&
                              !std::holds_alternative<enrol::FetchCertificate>(*wish);
        // Whatever the answer, a new beginning makes the secret of a former one worthless.
        told = told && !std::holds_alternative<enrol::BeginFactor>(*wish);
        login_deadline_ = ViewerSide::Clock::now() + limits::kLoginDeadline;
        const auto answer = co_await parts_.broker->enrol(std::move(*wish));
        if (!answer)
            co_return answer.error();
        const auto* result = std::get_if<enrol::Result>(&*answer);
        told = std::holds_alternative<enrol::FactorSecret>(*answer) ||
               (told && !(password && result != nullptr && result->verdict == enrol::Verdict::kDone));
        // What a certificate alone proves is no log-in, and its refusal no wrong password.
        logged_in_ |= password && result != nullptr && result->verdict == enrol::Verdict::kDone;
        refused +=
            password && result != nullptr && result->verdict == enrol::Verdict::kRefused ? 1 : 0;
        refused_login_ |= refused > 0;
        co_await parts_.viewer->send(*answer);
    }
    co_return EndReason::kLoginFailed;
}

}  // namespace sudare::link

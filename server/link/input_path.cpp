// SPDX-License-Identifier: Apache-2.0
// The way up: each message is judged by the policy where it takes effect, counted, and passed on.
#include "server/base/log.h"
#include "server/link/session.h"

namespace sudare::link {
namespace {

// What a Notice kInputRefused says in `a` (messages.h), and the slot of its rate limit.
enum Refused : std::uint32_t { kCombination = 1, kText = 2, kPointer = 3, kKeyboard = 4 };
constexpr std::size_t kAsked = 5;  // the next slot

Refused kind_of(const wire::UpMessage& message, input::Drop why) {
    if (why == input::Drop::kCombination)
        return kCombination;
    if (std::holds_alternative<wire::Text>(message))
        return kText;
    return std::holds_alternative<wire::Key>(message) ? kKeyboard : kPointer;
}

ipc::RefusalKind refusal_of(input::Drop why) {
    switch (why) {
        case input::Drop::kCombination:
            return ipc::RefusalKind::kCombination;
        case input::Drop::kRate:
            return ipc::RefusalKind::kRate;
        default:
            return ipc::RefusalKind::kInputDenied;
    }
}

// Leading bytes of UTF-8 sequences.
std::uint32_t code_points(const std::string& utf8) {
    std::uint32_t count = 0;
    for (const char byte : utf8)
        count += (static_cast<unsigned char>(byte) & 0xc0U) != 0x80U ? 1 : 0;
    return count;
}

bool is_release(const wire::UpMessage& message) {
    if (const auto* key = std::get_if<wire::Key>(&message))
        return !key->down;
    if (const auto* button = std::get_if<wire::PointerButton>(&message))
        return !button->down;
    return std::holds_alternative<wire::ReleaseAll>(message);
}

}  // namespace

asio::awaitable<void> Session::carry_input() {
    for (;;) {
        const auto message = co_await around_.viewer.next();
        if (!message) {
            around_.end(message.error());
            co_return;
        }
        if (std::holds_alternative<wire::EndRequest>(*message)) {
            around_.end(EndReason::kUserEnded);
            co_return;
        }
        co_await take(*message);
    }
}

asio::awaitable<void> Session::take(const wire::UpMessage& message) {
    if (const auto* question = std::get_if<wire::AskException>(&message))
        co_return ask(*question);
    if (!running_) {
        if (const auto* resize = std::get_if<wire::Resize>(&message))
            early_resize_ = *resize;
        co_return;
    }
    if (const auto* ack = std::get_if<wire::Ack>(&message))
        acknowledge(*ack);
    else if (wire::UpMessage coarse = message; input::coarsen(coarse, profile()), judge(coarse)) {
        count(coarse);
        follow_resize(coarse);
        tee_input(coarse);
        pacer_.push(std::move(coarse), Clock::now());
    }
    co_await send_due();
    if (!pumping_ && pacer_.next_due())
        asio::co_spawn(io_, pump(), asio::detached);
}

void Session::acknowledge(const wire::Ack& ack) {
    if (const auto passed = acks_.admit(ack, profile().slot.count() != 0))
        pacer_.push(*passed, Clock::now());
    else
        ++counters_.dropped;
}

// In one call: nothing of another sender comes between the messages of a slot.
asio::awaitable<void> Session::send_due() {
    std::vector<std::uint8_t> bytes;
    for (const wire::UpMessage& message : pacer_.take_due(Clock::now())) {
        const bool encoded = wire::encode(bytes, message);
        if (!encoded)
            log_error("a message that the filter passed cannot be encoded");
    }
    if (!bytes.empty())
        co_await host_->send(bytes);
}

asio::awaitable<void> Session::pump() {
    pumping_ = true;
    while (const auto due = pacer_.next_due()) {
        pace_.expires_at(*due);
        boost::system::error_code cut_short;  // by another profile: what is due has changed
        co_await pace_.async_wait(asio::redirect_error(asio::use_awaitable, cut_short));
        co_await send_due();
    }
    pumping_ = false;
}

// Each one is a record: at most one a second, which no person feels.
void Session::ask(const wire::AskException& ask) {
    if (!may_notify(kAsked))
        return;
    ipc::AskException asked{granted_.session, ask.rule};
    if (const auto told = refused_.find(ask.rule); told != refused_.end())
        std::tie(asked.host, asked.port) = told->second;
    report(ipc::BrokerLinkFrame::kAskException, ipc::write_ask_exception(asked));
    tell(wire::Notice{wire::NoticeCode::kExceptionAsked, ask.rule, 0});
}

// The one line where a right takes effect is in InputFilter; here the refusal is told.
bool Session::judge(const wire::UpMessage& message) {
    if (pacer_.full() && !is_release(message)) {
        ++counters_.dropped;
        explain_drop(message, input::Drop::kRate);
        return false;
    }
    const auto before = filter_.counters().dropped;
    if (admit(message))
        return true;
    for (std::size_t i = 0; i < before.size(); ++i) {
        const auto why = static_cast<input::Drop>(i);
        if (filter_.counters().dropped[i] == before[i])
            continue;
        // Nothing was held: a window that lost its focus says ReleaseAll every time.
        counters_.dropped += why == input::Drop::kNotPressed ? 0 : 1;
        explain_drop(message, why);
    }
    return false;
}

bool Session::admit(const wire::UpMessage& message) {
    return std::visit(
        [this](const auto& known) {
            if constexpr (requires { filter_.admit(known); })
                return filter_.admit(known);
            else
                return false;
        },
        message);
}

void Session::watch(const wire::UpMessage& message) {
    const auto now = Clock::now();
    std::optional<ipc::InputAlarm> alarm;
    if (const auto* text = std::get_if<wire::Text>(&message))
        alarm = watch_.typed(code_points(text->utf8), now);
    else if (const auto* key = std::get_if<wire::Key>(&message))
        alarm = watch_.typed(key->down ? 1 : 0, now);
    else if (std::holds_alternative<wire::PointerMove>(message))
        alarm = watch_.moved(now);
    else
        watch_.acted();
    if (!alarm)
        return;
    alarm->session = granted_.session;
    report(ipc::BrokerLinkFrame::kInputAlarm, ipc::write_input_alarm(*alarm));
}

void Session::count(const wire::UpMessage& message) {
    // A new size moves the window's corner; it says nothing about a person being there.
    counters_.moves += std::holds_alternative<wire::Resize>(message) ? 1 : 0;
    if (std::holds_alternative<wire::Resize>(message) || std::holds_alternative<wire::Held>(message))
        return;
    last_input_ = Clock::now();
    watch(message);
    if (const auto* key = std::get_if<wire::Key>(&message))
        counters_.keys += key->down ? 1 : 0;
    else if (const auto* button = std::get_if<wire::PointerButton>(&message))
        counters_.buttons += button->down ? 1 : 0;
    else if (const auto* text = std::get_if<wire::Text>(&message))
        counters_.code_points += code_points(text->utf8);
    else if (std::holds_alternative<wire::PointerMove>(message))
        ++counters_.moves;
    else if (std::holds_alternative<wire::Wheel>(message))
        ++counters_.wheel;
}

void Session::follow_resize(const wire::UpMessage& message) {
    if (const auto* resize = std::get_if<wire::Resize>(&message)) {
        filter_.set_canvas(resize->display.size);
        permit(resize->display.size);
    }
}

// The user is told quietly, the log gets a number; at most one of a kind each second.
void Session::explain_drop(const wire::UpMessage& message, input::Drop why) {
    if (why == input::Drop::kNotPressed || why == input::Drop::kOutside)
        return;
    const Refused kind = kind_of(message, why);
    if (!may_notify(kind))
        return;
    if (why == input::Drop::kRate)
        tell(wire::Notice{wire::NoticeCode::kTooManyCharacters,
                                         granted_.policy.input.characters_per_minute, 0});
    else
        tell(wire::Notice{wire::NoticeCode::kInputRefused, kind, 0});
    report(ipc::BrokerLinkFrame::kRefusal,
           ipc::write_refusal({granted_.session, refusal_of(why),
                               static_cast<std::uint32_t>(wire::type_of(message))}));
}

}  // namespace sudare::link

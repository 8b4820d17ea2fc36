// SPDX-License-Identifier: Apache-2.0
#include "protocol/enrol/messages.h"

#include <algorithm>

#include "protocol/core/reader.h"
#include "protocol/core/writer.h"

namespace sudare::enrol {
namespace {

constexpr std::size_t kPayloadMax = kRenewalBytesMax;

struct Row {
    MessageType type;
    Direction direction;
    LengthRange bytes;
};
constexpr std::array kRows{
    Row{MessageType::kHello, Direction::kUp, {2, 2}},
    Row{MessageType::kChangePassword, Direction::kUp, kChangePasswordBytes},
    Row{MessageType::kBeginFactor, Direction::kUp, kBeginFactorBytes},
    Row{MessageType::kConfirmFactor, Direction::kUp, kConfirmFactorBytes},
    Row{MessageType::kAskRenewal, Direction::kUp, kAskRenewalBytes},
    Row{MessageType::kFetchCertificate, Direction::kUp, kFetchCertificateBytes},
    Row{MessageType::kWelcome, Direction::kDown, {4, 4}},
    Row{MessageType::kResult, Direction::kDown, {3, 3}},
    Row{MessageType::kFactorSecret, Direction::kDown, kFactorSecretBytes},
    Row{MessageType::kEnd, Direction::kDown, {2, 2}},
    Row{MessageType::kCertificate, Direction::kDown, kCertificateRoom},
};

// A password is opaque bytes to us, but a NUL would end it early in some libraries.
std::optional<std::string> text(Reader& in, std::size_t low, std::size_t high) {
    const std::size_t count = in.u16();
    if (count < low || count > high)
        return std::nullopt;
    const auto view = in.bytes(count);
    if (!in.ok() || std::ranges::find(view, std::uint8_t{0}) != view.end())
        return std::nullopt;
    return std::string(view.begin(), view.end());
}

void put(Writer& out, const std::string& value) {
    out.u16(static_cast<std::uint16_t>(value.size()));
    out.bytes({reinterpret_cast<const std::uint8_t*>(value.data()), value.size()});
}

bool digits(const std::string& code) {
    return std::ranges::all_of(code, [](char c) { return c >= '0' && c <= '9'; });
}

std::optional<std::string> code(Reader& in) {
    auto value = text(in, 0, limits::kOneTimeCodeDigits);
    if (!value || (!value->empty() && value->size() != limits::kOneTimeCodeDigits) ||
        !digits(*value))
        return std::nullopt;
    return value;
}

std::optional<BeginFactor> credentials(Reader& in) {
    auto user = text(in, 1, limits::kUserNameBytesMax);
    auto password = text(in, 1, limits::kPasswordBytesMax);
    auto one_time = code(in);
    if (!user || !password || !one_time)
        return std::nullopt;
    return BeginFactor{std::move(*user), std::move(*password), std::move(*one_time)};
}

void body(Writer& out, const Hello& m) { out.u16(m.version); }
void body(Writer& out, const BeginFactor& m) {
    put(out, m.user);
    put(out, m.password);
    put(out, m.code);
}
void body(Writer& out, const ChangePassword& m) {
    for (const std::string* value : {&m.user, &m.password, &m.code, &m.wanted})
        put(out, *value);
}
void body(Writer& out, const ConfirmFactor& m) {
    out.bytes({reinterpret_cast<const std::uint8_t*>(m.code.data()), m.code.size()});
}
void body(Writer& out, const AskRenewal& m) { out.bytes(m.request); }
void body(Writer&, const FetchCertificate&) {}
void body(Writer& out, const Welcome& m) {
    out.u16(m.version);
    out.u16(m.password_min);
}
void body(Writer& out, const Result& m) {
    out.u8(static_cast<std::uint8_t>(m.verdict));
    out.u16(m.retry_s);
}
void body(Writer& out, const FactorSecret& m) { out.bytes(m.secret); }
void body(Writer& out, const End& m) { out.u16(static_cast<std::uint16_t>(m.reason)); }

void body(Writer& out, const Certificate& m) {
    out.u16(static_cast<std::uint16_t>(m.der.size()));
    out.bytes(m.der);
    out.bytes(std::vector<std::uint8_t>(kCertificateBytesMax - m.der.size()));
}

template <typename Message>
std::vector<std::uint8_t> payload(const Message& message) {
    Writer out(kPayloadMax);
    std::visit([&](const auto& m) { body(out, m); }, message);
    return std::move(out).take();
}

template <typename Message>
std::vector<std::uint8_t> framed(const Message& message) {
    std::vector<std::uint8_t> bytes;
    append_frame(bytes, static_cast<std::uint8_t>(type_of(message)), payload(message));
    return bytes;
}

std::optional<DownMessage> result(Reader& in) {
    const auto verdict = verdict_from(in.u8());
    const std::uint16_t retry = in.u16();
    if (!in.at_end() || !verdict)
        return std::nullopt;
    return Result{*verdict, retry};
}

std::optional<DownMessage> end(Reader& in) {
    const auto reason = end_reason_from(in.u16());
    if (!in.at_end() || !reason)
        return std::nullopt;
    return End{*reason};
}

template <typename Message, typename Value>
std::optional<Message> wrapped(std::optional<Value> value) {
    return value ? std::optional<Message>(std::move(*value)) : std::nullopt;
}

}  // namespace

std::optional<Verdict> verdict_from(std::uint8_t number) {
    if (number > static_cast<std::uint8_t>(Verdict::kCodeNeeded) &&
        (number < static_cast<std::uint8_t>(Verdict::kPasswordWeak) ||
         number > static_cast<std::uint8_t>(Verdict::kNothing)))
        return std::nullopt;
    return static_cast<Verdict>(number);
}

std::optional<LengthRange> Rules::range_of(std::uint8_t type) const {
    for (const Row& row : kRows)
        if (static_cast<std::uint8_t>(row.type) == type && row.direction == direction_)
            return row.bytes;
    return std::nullopt;
}

std::optional<ChangePassword> read_change_password(std::span<const std::uint8_t> payload) {
    Reader in(payload);
    auto who = credentials(in);
    auto wanted = text(in, 1, limits::kPasswordBytesMax);
    if (!who || !wanted || !in.at_end())
        return std::nullopt;
    return ChangePassword{std::move(who->user), std::move(who->password), std::move(who->code),
                          std::move(*wanted)};
}

std::optional<BeginFactor> read_begin_factor(std::span<const std::uint8_t> payload) {
    Reader in(payload);
    auto who = credentials(in);
    return in.at_end() ? who : std::nullopt;
}

std::optional<ConfirmFactor> read_confirm_factor(std::span<const std::uint8_t> payload) {
    const std::string value(payload.begin(), payload.end());
    if (value.size() != limits::kOneTimeCodeDigits || !digits(value))
        return std::nullopt;
    return ConfirmFactor{value};
}

std::optional<FactorSecret> read_factor_secret(std::span<const std::uint8_t> payload) {
    Reader in(payload);
    FactorSecret out;
    in.fill(std::span<std::uint8_t, kSecretBytes>(out.secret));
    return in.at_end() ? std::optional(out) : std::nullopt;
}

// One byte string for each certificate: what is behind it is zero.
std::optional<Certificate> read_certificate(std::span<const std::uint8_t> payload) {
    Reader in(payload);
    const std::size_t count = in.u16();
    if (!in.ok() || payload.size() != kCertificateRoom.max || count < 1 ||
        count > kCertificateBytesMax)
        return std::nullopt;
    const auto der = payload.subspan(2, count);
    if (!std::ranges::all_of(payload.subspan(2 + count), [](std::uint8_t b) { return b == 0; }))
        return std::nullopt;
    return Certificate{{der.begin(), der.end()}};
}

std::optional<UpMessage> parse_up(const Frame& frame) {
    Reader in(frame.payload);
    switch (static_cast<MessageType>(frame.type)) {
        case MessageType::kHello: {
            const Hello hello{in.u16()};
            return in.at_end() ? std::optional<UpMessage>(hello) : std::nullopt;
        }
        case MessageType::kChangePassword:
            return wrapped<UpMessage>(read_change_password(frame.payload));
        case MessageType::kBeginFactor:
            return wrapped<UpMessage>(read_begin_factor(frame.payload));
        case MessageType::kConfirmFactor:
            return wrapped<UpMessage>(read_confirm_factor(frame.payload));
        case MessageType::kAskRenewal:
            if (frame.payload.empty() || frame.payload.size() > kRenewalBytesMax)
                return std::nullopt;
            return AskRenewal{{frame.payload.begin(), frame.payload.end()}};
        case MessageType::kFetchCertificate:
            return frame.payload.empty() ? std::optional<UpMessage>(FetchCertificate{})
                                         : std::nullopt;
        default:
            return std::nullopt;
    }
}

std::optional<DownMessage> parse_down(const Frame& frame) {
    Reader in(frame.payload);
    switch (static_cast<MessageType>(frame.type)) {
        case MessageType::kWelcome: {
            Welcome welcome{in.u16(), 0};
            welcome.password_min = in.u16();
            return in.at_end() ? std::optional<DownMessage>(welcome) : std::nullopt;
        }
        case MessageType::kResult:
            return result(in);
        case MessageType::kFactorSecret:
            return wrapped<DownMessage>(read_factor_secret(frame.payload));
        case MessageType::kEnd:
            return end(in);
        case MessageType::kCertificate:
            return wrapped<DownMessage>(read_certificate(frame.payload));
        default:
            return std::nullopt;
    }
}

void wipe(UpMessage& message) {
    const auto clear = [](std::string& secret) {
        volatile char* bytes = secret.data();
        for (std::size_t i = 0; i < secret.size(); ++i)
            bytes[i] = 0;
    };
    if (auto* change = std::get_if<ChangePassword>(&message)) {
        clear(change->password);
        clear(change->code);
        clear(change->wanted);
    } else if (auto* begin = std::get_if<BeginFactor>(&message)) {
        clear(begin->password);
        clear(begin->code);
    } else if (auto* confirm = std::get_if<ConfirmFactor>(&message)) {
        clear(confirm->code);
    }
}

MessageType type_of(const UpMessage& message) {
    constexpr std::array kTypes{MessageType::kHello,         MessageType::kChangePassword,
                                MessageType::kBeginFactor,   MessageType::kConfirmFactor,
                                MessageType::kAskRenewal,    MessageType::kFetchCertificate};
    return kTypes[message.index()];
}

MessageType type_of(const DownMessage& message) {
    constexpr std::array kTypes{MessageType::kWelcome, MessageType::kResult,
                                MessageType::kFactorSecret, MessageType::kEnd,
                                MessageType::kCertificate};
    return kTypes[message.index()];
}

std::vector<std::uint8_t> payload_of(const UpMessage& message) { return payload(message); }
std::vector<std::uint8_t> payload_of(const DownMessage& message) { return payload(message); }
std::vector<std::uint8_t> frame_of(const UpMessage& message) { return framed(message); }
std::vector<std::uint8_t> frame_of(const DownMessage& message) { return framed(message); }

}  // namespace sudare::enrol

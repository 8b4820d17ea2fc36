// SPDX-License-Identifier: Apache-2.0
#include "protocol/enrol/messages.h"

#include <gtest/gtest.h>

#include <fstream>
#include <sstream>

namespace sudare::enrol {
namespace {

const std::string kUser = "sakura", kPassword = "correct horse", kCode = "012345";

std::vector<UpMessage> sample_up() {
    return {Hello{}, ChangePassword{kUser, kPassword, kCode, "battery staple"},
            BeginFactor{kUser, kPassword, ""}, ConfirmFactor{kCode},
            AskRenewal{{0x30, 0x80, 0x00}}, FetchCertificate{}};
}

std::vector<DownMessage> sample_down() {
    FactorSecret secret;
    secret.secret.fill(0xA5);
    return {Welcome{kVersion, 10}, Result{Verdict::kPasswordWeak, 900}, secret,
            End{EndReason::kLoginFailed}, Certificate{{0x30, 0x00}}};
}

template <typename Message, typename Parse>
void round_trip(const Message& message, Direction from, Parse parse) {
    const std::vector<std::uint8_t> bytes = frame_of(message);
    const Rules rules(from);
    FrameBuffer buffer(rules);
    buffer.append(bytes);
    const auto frame = buffer.next();
    ASSERT_TRUE(frame);
    const auto read = parse(*frame);
    ASSERT_TRUE(read);
    EXPECT_EQ(frame_of(*read), bytes);
}

std::optional<UpMessage> read(MessageType type, const std::vector<std::uint8_t>& payload) {
    return parse_up({static_cast<std::uint8_t>(type), payload});
}

TEST(Enrol, EveryMessageComesBackAsItWas) {
    ASSERT_EQ(sample_up().size(), std::variant_size_v<UpMessage>);
    for (const UpMessage& message : sample_up())
        round_trip(message, Direction::kUp, parse_up);
    ASSERT_EQ(sample_down().size(), std::variant_size_v<DownMessage>);
    for (const DownMessage& message : sample_down())
        round_trip(message, Direction::kDown, parse_down);
}

// Promise P1 holds here too: what comes down has a fixed length.
TEST(Enrol, WhatComesDownHasOneLength) {
    const Rules down(Direction::kDown), up(Direction::kUp);
    for (const DownMessage& message : sample_down()) {
        const auto range = down.range_of(static_cast<std::uint8_t>(type_of(message)));
        ASSERT_TRUE(range);
        EXPECT_EQ(range->min, range->max);
        EXPECT_FALSE(up.range_of(static_cast<std::uint8_t>(type_of(message))));
    }
    int known = 0;
    for (unsigned type = 0; type < 256; ++type)
        known += (up.range_of(static_cast<std::uint8_t>(type)) ||
                  down.range_of(static_cast<std::uint8_t>(type)))
                     ? 1
                     : 0;
    EXPECT_EQ(known, 11);
}

TEST(Enrol, EachShorterOrLongerPayloadIsRefused) {
    for (const UpMessage& message : sample_up()) {
        if (std::holds_alternative<AskRenewal>(message))
            continue;  // opaque bytes: every length up to the rule's is one
        const auto payload = payload_of(message);
        const auto type = type_of(message);
        for (std::size_t count = 0; count < payload.size(); ++count)
            EXPECT_FALSE(read(type, {payload.begin(), payload.begin() + static_cast<long>(count)}));
        auto longer = payload;
        longer.push_back(0);
        EXPECT_FALSE(read(type, longer));
        EXPECT_TRUE(read(type, payload));
    }
}

TEST(Enrol, ARequestHasAMost) {
    const auto ask = [](std::size_t count) {
        return read(MessageType::kAskRenewal, std::vector<std::uint8_t>(count, 0x30)).has_value();
    };
    EXPECT_FALSE(ask(0));
    EXPECT_TRUE(ask(1));
    EXPECT_TRUE(ask(kRenewalBytesMax));
    EXPECT_FALSE(ask(kRenewalBytesMax + 1));
}

TEST(Enrol, ACertificateHasOneForm) {
    const auto payload = payload_of(DownMessage(Certificate{{0x30, 0x01, 0x02}}));
    ASSERT_EQ(payload.size(), kCertificateRoom.max);
    ASSERT_TRUE(read_certificate(payload));
    auto changed = payload;
    changed.back() = 1;  // a byte for which there is no place
    EXPECT_FALSE(read_certificate(changed));
    for (const unsigned count : {0U, unsigned{kCertificateBytesMax} + 1, 0xffffU}) {
        changed = payload;
        changed[0] = static_cast<std::uint8_t>(count >> 8);
        changed[1] = static_cast<std::uint8_t>(count);
        EXPECT_FALSE(read_certificate(changed)) << count;
    }
    EXPECT_FALSE(read_certificate({payload.data(), payload.size() - 1}));
    const Certificate full{std::vector<std::uint8_t>(kCertificateBytesMax, 7)};
    EXPECT_EQ(read_certificate(payload_of(DownMessage(full)))->der, full.der);
}

TEST(Enrol, WhatATextMayBe) {
    const auto change = [](const std::string& user, const std::string& password,
                           const std::string& code, const std::string& wanted) {
        return read(MessageType::kChangePassword,
                    payload_of(UpMessage(ChangePassword{user, password, code, wanted})));
    };
    EXPECT_TRUE(change(kUser, kPassword, "", "new"));
    EXPECT_FALSE(change("", kPassword, "", "new"));
    EXPECT_FALSE(change(kUser, "", "", "new"));
    EXPECT_FALSE(change(kUser, kPassword, "", ""));
    EXPECT_FALSE(change(kUser, kPassword, "12345", "new"));
    EXPECT_FALSE(change(kUser, kPassword, "12345x", "new"));
    EXPECT_FALSE(change(kUser, kPassword, "", std::string("n\0w", 3)));
    EXPECT_TRUE(change(std::string(64, 'u'), std::string(128, 'p'), kCode, std::string(128, 'w')));
    EXPECT_FALSE(change(std::string(65, 'u'), kPassword, kCode, "new"));
    EXPECT_FALSE(change(kUser, kPassword, kCode, std::string(129, 'w')));
}

TEST(Enrol, UnknownVerdictsAndReasonsAreRefused) {
    const auto type = static_cast<std::uint8_t>(MessageType::kResult);
    for (unsigned verdict = 0; verdict < 256; ++verdict) {
        const std::vector<std::uint8_t> payload{static_cast<std::uint8_t>(verdict), 0, 0};
        EXPECT_EQ(parse_down({type, payload}).has_value(), verdict <= 3 || (verdict >= 6 && verdict <= 9)) << verdict;
    }
    const std::vector<std::uint8_t> nonsense{0xff, 0xff};
    EXPECT_FALSE(parse_down({static_cast<std::uint8_t>(MessageType::kEnd), nonsense}));
}

TEST(Enrol, SecretsAreOverwritten) {
    UpMessage message(ChangePassword{kUser, kPassword, kCode, "battery staple"});
    wipe(message);
    const auto& change = std::get<ChangePassword>(message);
    for (const std::string* secret : {&change.password, &change.code, &change.wanted})
        EXPECT_EQ(secret->find_first_not_of('\0'), std::string::npos);
    EXPECT_EQ(change.user, kUser);
}

TEST(Enrol, TheDocumentHasEveryMessage) {
    std::ifstream file(std::string(SUDARE_SOURCE_DIR) + "/docs/protocol.md");
    std::stringstream text;
    text << file.rdbuf();
    for (const char* row : {"| EnrolHello | 0x01 |", "| ChangePassword | 0x02 |",
                            "| BeginFactor | 0x03 |", "| ConfirmFactor | 0x04 |",
                            "| EnrolWelcome | 0x41 |", "| EnrolResult | 0x42 |",
                            "| FactorSecret | 0x43 |", "| EnrolEnd | 0x44 |"})
        EXPECT_NE(text.str().find(row), std::string::npos) << row;
}

}  // namespace
}  // namespace sudare::enrol

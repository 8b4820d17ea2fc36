// SPDX-License-Identifier: Apache-2.0
#include "server/forwarder/message.h"

#include <gmock/gmock.h>

#include "server/broker/audit/record.h"

namespace sudare::forwarder {
namespace {

using audit::Event;
using audit::EventType;
using audit::Field;
using testing::EndsWith;
using testing::HasSubstr;
using testing::Not;
using testing::StartsWith;

constexpr std::int64_t kTime = 1'764'116'471'123'456'789;  // 2025-11-26T00:21:11
const std::string kMark = "\xef\xbb\xbf";

class Message : public testing::Test {
protected:
    Message() { options_.host = "border"; }
    std::string of(const Event& event, bool again = false, std::int64_t time = kTime) {
        bytes_ = audit::encode({7, time, {}, event}).value();
        return message_of(evidence::record_view(bytes_).value(), evidence::leaf_hash(bytes_), again,
                          options_);
    }
    std::string hash() { return evidence::hex(evidence::leaf_hash(bytes_)); }

    MessageOptions options_;
    std::vector<std::uint8_t> bytes_;
};

TEST_F(Message, IsOneOfRfc5424) {
    const std::string message = of(Event{EventType::kLoginRefused, {}}
                                       .text(Field::kUser, "suzuki")
                                       .text(Field::kCause, "locked")
                                       .number(Field::kSession, 9));
    EXPECT_EQ(message,
              "<109>1 2025-11-26T00:21:11.123456Z border sudare - login_refused [sudare@32473 "
              "index=\"7\" leaf=\"" +
                  hash() + "\" user=\"suzuki\" session=\"9\" cause=\"locked\"] " + kMark +
                  "ログイン拒否");
}

TEST_F(Message, SaysWhatMayHaveBeenSentBefore) {
    EXPECT_THAT(of(Event{EventType::kHeartbeat, {}}, true), HasSubstr("\" again=\"true\"] "));
    EXPECT_THAT(of(Event{EventType::kHeartbeat, {}}, false), Not(HasSubstr("again")));
}

TEST_F(Message, QuotesWhatWouldEndAValue) {
    EXPECT_THAT(of(Event{EventType::kLogRead, {}}.text(Field::kFilter, R"(a"b]c\d=[e)")),
                HasSubstr(R"(filter="a\"b\]c\\d=[e"])"));
}

TEST_F(Message, NoTextForgesALineOrTurnsIt) {
    const std::vector<std::string> all{"\n",     "\r",       std::string(1, '\0'),
                                       "\x1b",   "\x7f",     "\u0085",
                                       "\u200f", "\u202e",   "\u2028",
                                       "\u2029", "\u2066",   "\ufeff",
                                       "\xff",   "\xc0\xaf", "\xed\xa0\x80"};
    for (const std::string& bad : all) {
        const std::string message =
            of(Event{EventType::kLogRead, {}}.text(Field::kFilter, "x" + bad + "y"));
        EXPECT_THAT(message, HasSubstr("filter=\"x\\\\x"));
        const std::size_t words = message.find("] " + kMark);
        ASSERT_NE(words, std::string::npos);
        EXPECT_EQ(message.substr(0, words).find(bad), std::string::npos);
    }
}

TEST_F(Message, ShowsAddressesHashesReasonsAndFlags) {
    std::vector<std::uint8_t> four(16, 0), six(16, 0), odd(3, 0xab);
    four[10] = four[11] = 0xff;
    four[12] = 192, four[15] = 7;
    six[0] = 0x20, six[1] = 0x01, six[15] = 1;
    EXPECT_THAT(of(Event{EventType::kConnected, {}}.bytes(Field::kAddress, four)),
                HasSubstr("address=\"192.0.0.7\""));
    EXPECT_THAT(of(Event{EventType::kConnected, {}}.bytes(Field::kAddress, six)),
                HasSubstr("address=\"2001::1\""));
    EXPECT_THAT(of(Event{EventType::kConnected, {}}.bytes(Field::kHostAddress, odd)),
                HasSubstr("host_address=\"ababab\""));
    EXPECT_THAT(of(Event{EventType::kConnected, {}}.bytes(Field::kCertificate, odd)),
                HasSubstr("certificate=\"ababab\""));
    EXPECT_THAT(of(Event{EventType::kDestination, {}}.flag(Field::kReportedByHost, true)),
                HasSubstr("reported_by_host=\"true\""));
    const auto named = of(Event{EventType::kSessionEnded, {}}.number(Field::kReason, 1));
    EXPECT_THAT(named, Not(HasSubstr("reason=\"1\"")));
    EXPECT_THAT(of(Event{EventType::kSessionEnded, {}}.number(Field::kReason, 70'000)),
                HasSubstr("reason=\"70000\""));
}

TEST_F(Message, ALongValueIsCutAndSaid) {
    options_.bytes_max = 2048;
    std::string text;
    for (int i = 0; i < 4000; ++i)
        text += "中";
    const std::string message = of(
        Event{EventType::kPolicySet, {}}.text(Field::kBefore, text).text(Field::kUser, "suzuki"));
    EXPECT_LE(message.size(), 2048U);
    EXPECT_THAT(message, HasSubstr("user=\"suzuki\""));
    EXPECT_THAT(message, HasSubstr("中\" cut=\"before\"] "));  // whole characters
    EXPECT_THAT(message, HasSubstr(hash()));
    options_.bytes_max = 131072;
    EXPECT_THAT(of(Event{EventType::kPolicySet, {}}.text(Field::kBefore, text)),
                Not(HasSubstr("cut=")));
}

TEST_F(Message, FitsWhateverARecordHolds) {
    options_.bytes_max = 1024;
    Event event{EventType::kPolicySet, {}};
    std::size_t fields = 0;
    for (const audit::FieldRow& row : audit::field_rows())
        if (row.kind == audit::FieldKind::kText && fields++ < audit::kEntriesMax)
            event.text(row.field, std::string(2000, '"'));
    ASSERT_GE(fields, 20U);
    const std::string message = of(event);
    EXPECT_LE(message.size(), 1024U);
    EXPECT_THAT(message, HasSubstr("cut=\"all\""));
    EXPECT_THAT(message, HasSubstr(hash()));
}

TEST_F(Message, ALaterVersionsRecordIsForwardedByNumber) {
    of(Event{EventType::kHeartbeat, {}}.text(Field::kUser, "x"));
    bytes_[18] = 0xff;  // event
    bytes_[54] = 0xfe;  // field
    const std::string message =
        message_of(evidence::record_view(bytes_).value(), {}, false, options_);
    EXPECT_THAT(message, HasSubstr(" event_65289 "));
    EXPECT_THAT(message, EndsWith(" field_65030=\"x\"]"));
}

TEST_F(Message, AnyTimeHasAForm) {
    EXPECT_THAT(of(Event{EventType::kHeartbeat, {}}, false, -1),
                HasSubstr(" 1969-12-31T23:59:59.999999Z "));
    EXPECT_THAT(of(Event{EventType::kHeartbeat, {}}, false, 0),
                HasSubstr(" 1970-01-01T00:00:00.000000Z "));
    for (const std::int64_t time :
         {std::numeric_limits<std::int64_t>::min(), std::numeric_limits<std::int64_t>::max()})
        EXPECT_THAT(of(Event{EventType::kHeartbeat, {}}, false, time),
                    testing::ContainsRegex(">1 [0-9]{4}-[0-9-]{5}T[0-9:.]{15}Z "));
}

TEST_F(Message, ADeletedSegmentIsSaid) {
    EXPECT_EQ(gap_message(5, 9, kTime, options_),
              "<108>1 2025-11-26T00:21:11.123456Z border sudare - not_forwarded "
              "[sudare@32473 first=\"5\" end=\"9\"] " +
                  kMark + "転送前に規則により削除");
}

TEST_F(Message, EveryEventHasAShortNameAndASeverity) {
    for (const audit::EventRow& row : audit::event_rows()) {
        EXPECT_LE(row.name.size(), 32U) << row.name;  // MSGID
        const std::uint32_t severity = severity_of(static_cast<std::uint16_t>(row.type));
        EXPECT_TRUE(severity >= 1 && severity <= 6) << row.name;
    }
    for (const audit::FieldRow& row : audit::field_rows())
        EXPECT_LE(row.name.size(), 32U) << row.name;  // PARAM-NAME
    for (const audit::FieldRow& row : audit::field_rows())
        for (const std::string_view ours : {"index", "leaf", "again", "cut"})
            EXPECT_NE(row.name, ours);
    EXPECT_EQ(severity_of(static_cast<std::uint16_t>(EventType::kLogUnsigned)), 1U);
    EXPECT_EQ(severity_of(0xffff), 5U);
}

TEST(Framing, CountsOctets) {
    EXPECT_EQ(framed("abc"), "3 abc");
    EXPECT_EQ(framed("中"), "3 中");
}

}  // namespace
}  // namespace sudare::forwarder

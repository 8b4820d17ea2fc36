// SPDX-License-Identifier: Apache-2.0
// Requests about recordings that one reviewer alone does not get. A consent is for one reviewer,
// one recording and one reason, stands for a day, and is used once.
#include <algorithm>
#include <ctime>

#include "server/base/log.h"
#include "server/broker/ctl_peer.h"

namespace sudare::broker {

using audit::EventType;
using audit::Field;
using store::Consent;
using store::StoredRecording;

namespace {

constexpr std::int64_t kStandsSeconds = 24 * 60 * 60;  // a wish, and a consent
constexpr std::ptrdiff_t kOpenMax = 50;                // of one reviewer

std::int64_t oldest() {
    return std::int64_t{std::time(nullptr)} - kStandsSeconds;
}

std::vector<std::uint8_t> bytes_of(const std::string& id) {
    std::vector<std::uint8_t> out;
    for (std::size_t i = 0; i + 1 < id.size(); i += 2)
        out.push_back(static_cast<std::uint8_t>(std::stoi(id.substr(i, 2), nullptr, 16)));
    return out;
}

}  // namespace

// By what holds now for whom it shows. For somebody who is no longer known it is needed.
CtlResult<bool> CtlPeer::needs_consent(const StoredRecording& recording) {
    const auto user = core_.store().find_user(recording.user);
    if (!user)
        return ctl_fail(user.error());
    if (!*user)
        return true;
    const auto rights = core_.rights((*user)->id);
    if (!rights)
        return ctl_fail(rights.error());
    return rights->effective.number(policy::FieldId::kEvidenceSecondReviewer) != 0;
}

CtlResult<std::optional<Consent>> CtlPeer::consent_for(const StoredRecording& recording,
                                                       const std::string& reason) {
    const auto all = core_.store().consents(oldest());
    if (!all)
        return ctl_fail(all.error());
    // What is taken from somebody counts at once: the consent of who is no reviewer any more does
    // not.
    const auto counts = [&](const Consent& one) {
        const auto roles = roles_of(one.decider);
        return one.state == Consent::State::kOpen ||
               (roles && roles->contains(store::Role::kReviewer));
    };
    const auto known = std::ranges::find_if(*all, [&](const Consent& one) {
        return one.recording == recording.id && one.asker == uid_ && one.reason == reason &&
               counts(one);
    });
    if (known != all->end() && known->state == Consent::State::kGiven)
        return std::optional(*known);
    if (known != all->end()) {
        row({{"consent", std::uint64_t{known->id}}});
        return std::optional<Consent>();
    }
    if (std::ranges::count(*all, uid_, &Consent::asker) >= kOpenMax)
        return ctl_fail(
            Errc::kLimit,
            "you have asked for 50 consents, which is the most; see: sudarectl consent list",
            "同意の依頼は 1 人 50 件までです。sudarectl consent list で確認してください");
    Consent wish;
    wish.recording = recording.id;
    wish.reason = reason;
    wish.asker = uid_;
    wish.asked = std::time(nullptr);
    const auto number = core_.store().add_consent(wish);
    if (!number)
        return ctl_fail(number.error());
    const auto record = event(EventType::kConsentAsked)
                            .number(Field::kConsent, *number)
                            .bytes(Field::kRecording, bytes_of(recording.id))
                            .number(Field::kSession, recording.session)
                            .text(Field::kUser, recording.user)
                            .text(Field::kCause, reason);
    const auto asked = core_.record_and_do(record, [&] {
        return core_.store().move_consent(*number, Consent::State::kDraft, Consent::State::kOpen,
                                          0);
    });
    if (!asked)
        return ctl_fail(asked.error());
    row({{"consent", std::uint64_t{*number}}});
    return std::optional<Consent>();
}

CtlResult<> CtlPeer::consent_list(const Arguments&) {
    const auto all = core_.store().consents(oldest());
    if (!all)
        return ctl_fail(all.error());
    for (const Consent& one : *all) {
        const auto recording = core_.store().find_recording(one.recording);
        if (!recording)
            return ctl_fail(recording.error());
        const bool given = one.state == Consent::State::kGiven;
        const std::int64_t begun = given ? one.decided : one.asked;
        row({{"consent", std::uint64_t{one.id}},
             {"state", std::string(given ? "given" : "open")},
             {"by", "uid " + std::to_string(one.asker)},
             {"recording", one.recording},
             {"user", *recording ? (*recording)->user : std::string()},
             {"until", static_cast<std::uint64_t>(begun + kStandsSeconds)},
             {"reason", one.reason}});
    }
    return {};
}

CtlResult<Consent> CtlPeer::open_consent(const std::string& text) {
    const auto number = number_of(text);
    auto all = core_.store().consents(oldest());
    if (!all)
        return ctl_fail(all.error());
    for (Consent& one : *all)
        if (number && one.id == *number && one.state == Consent::State::kOpen)
            return std::move(one);
    return ctl_fail(
        Errc::kNotFound,
        "there is no consent \"" + printable(text) +
            "\" that waits, or its day is over; see: sudarectl consent list",
        "同意待ちの依頼「" + printable(text) +
            "」はないか、期限 (24 時間) が過ぎています。sudarectl consent list で確認してください");
}

CtlResult<> CtlPeer::consent_give(const Arguments& arguments) {
    const auto consent = open_consent(arguments[0]);
    if (!consent)
        return tl::unexpected(consent.error());
    if (consent->asker == uid_)
        return denied(
            "consent give " + arguments[0] + ": own",
            "consent " + arguments[0] + " was asked for by you; another reviewer gives it",
            "依頼 " + arguments[0] + " は自分のものです。別の閲覧者の同意が必要です");
    return decide_consent(*consent, true, "");
}

// The asker may take it back.
CtlResult<> CtlPeer::consent_refuse(const Arguments& arguments) {
    const auto consent = open_consent(arguments[0]);
    if (!consent)
        return tl::unexpected(consent.error());
    if (const auto bad = reason_complaint(arguments[1]))
        return tl::unexpected(*bad);
    return decide_consent(*consent, false, arguments[1]);
}

CtlResult<> CtlPeer::decide_consent(const Consent& consent, bool give, const std::string& reason) {
    const auto recording = core_.store().find_recording(consent.recording);
    if (!recording)
        return ctl_fail(recording.error());
    audit::Event record = event(give ? EventType::kConsentGiven : EventType::kConsentRefused);
    record.number(Field::kConsent, consent.id)
        .number(Field::kAskerUid, consent.asker)
        .bytes(Field::kRecording, bytes_of(consent.recording));
    if (*recording)
        record.number(Field::kSession, (*recording)->session)
            .text(Field::kUser, (*recording)->user);
    record.text(Field::kCause, give ? consent.reason : reason);
    const auto done = core_.record_and_do(record, [&] {
        return core_.store().move_consent(consent.id, Consent::State::kOpen,
                                          give ? Consent::State::kGiven : Consent::State::kRefused,
                                          uid_);
    });
    return done ? CtlResult<>() : ctl_fail(done.error());
}

}  // namespace sudare::broker

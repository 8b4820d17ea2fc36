// SPDX-License-Identifier: Apache-2.0
// Requests about the keys that recordings are sealed to.
#include "protocol/recording/keys.h"
#include "server/broker/ctl_peer.h"

namespace sudare::broker {

using audit::EventType;
using audit::Field;

CtlResult<> CtlPeer::reviewer_add(const Arguments& arguments) {
    const std::string& name = arguments[0];
    if (!is_account_name(name))
        return tl::unexpected(bad_name("reviewer", "閲覧者", name));
    const auto key = recording::public_key_from_hex(arguments[1]);
    if (!key)
        return ctl_fail(Errc::kBadInput, key.error().message,
                        "公開鍵が正しくありません。sudarectl reviewer keygen が表示する 64 桁の 16 "
                        "進数で指定してください");
    const auto record =
        event(EventType::kReviewerAdded).text(Field::kReviewer, name).bytes(Field::kKey, *key);
    const auto done = core_.record_and_do(record, [&] {
        return core_.store().add_reviewer({name, recording::to_hex(*key)}, uid_);
    });
    if (!done)
        return ctl_fail(done.error());
    core_.reviewers_changed();
    return {};
}

CtlResult<> CtlPeer::reviewer_remove(const Arguments& arguments) {
    const auto record =
        event(EventType::kReviewerRemoved).text(Field::kReviewer, shortened(arguments[0]));
    const auto done =
        core_.record_and_do(record, [&] { return core_.store().remove_reviewer(arguments[0]); });
    if (!done)
        return ctl_fail(done.error());
    core_.reviewers_changed();
    return {};
}

CtlResult<> CtlPeer::reviewer_list(const Arguments&) {
    const auto all = core_.store().reviewers();
    if (!all)
        return ctl_fail(all.error());
    for (const store::Reviewer& one : *all)
        row({{"reviewer", one.name}, {"key", one.key}});
    return {};
}

CtlResult<> CtlPeer::check_recording(const std::string& field,
                                     const std::optional<std::string>& text) {
    const policy::FieldRow& row = policy::row_of(policy::FieldId::kEvidenceRecording);
    if (field != row.name || !text || *text == row.initial)
        return {};
    if (core_.settings().recordings.empty())
        return ctl_fail(Errc::kUnavailable,
                        "field \"evidence.recording\": nothing records here; set "
                        "recording.directory in broker.toml "
                        "and start sudare-recorder",
                        "項目「evidence.recording」: 録画の設定がありません。broker.toml の "
                        "recording.directory を設定し、"
                        "sudare-recorder を起動してください");
    const auto reviewers = core_.store().reviewers();
    if (!reviewers)
        return ctl_fail(reviewers.error());
    if (reviewers->empty())
        return ctl_fail(
            Errc::kState,
            "field \"evidence.recording\": nobody could open a recording; register a key first: "
            "sudarectl reviewer add",
            "項目「evidence.recording」: 録画を開ける人がいません。先に sudarectl reviewer add "
            "で鍵を登録してください");
    return {};
}

// However the value comes: set, imported, rolled back, approved, or in an exception.
CtlResult<> CtlPeer::check_recording(const Plan& plan) {
    for (const store::JournalDifference& one : plan.differences) {
        std::string field = one.field;
        auto value = one.after;
        if (const auto number = store::exception_number(one.field); number && value) {
            const auto exception = core_.store().find_exception(*number);
            if (!exception)
                return ctl_fail(exception.error());
            field = policy::row_of(exception->field).name;
            value = exception->value;
        }
        if (auto good = check_recording(field, value); !good)
            return good;
    }
    return {};
}

}  // namespace sudare::broker

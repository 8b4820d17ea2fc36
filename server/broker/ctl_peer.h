// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <sys/types.h>

#include <functional>
#include <map>
#include <string>
#include <vector>

#include "protocol/ipc/broker_ctl.h"
#include "server/broker/audit/reader.h"
#include "server/broker/change/plan.h"
#include "server/broker/core.h"
#include "server/broker/evidence/search.h"
#include "server/broker/import_plan.h"
#include "server/broker/policy_text.h"
#include "server/base/unique_fd.h"
#include "server/broker/stream.h"

namespace sudare::broker {

// A record as a row: numbers and flags as such, the rest as audit::render writes it.
ipc::CtlRow row_of_record(const audit::Record& record);

// One administrator's connection. Who it is was asked of the kernel when it connected. What may be
// asked is the table in ctl_peer.cpp.
class CtlPeer final : public Stream {
public:
    CtlPeer(UnixSocket socket, Core& core, uid_t uid);

private:
    using Arguments = std::vector<std::string>;
    struct Row;
    static const Row kRows[];
    // Rows of the log per turn of the loop: nobody waits long behind a reader.
    static constexpr std::size_t kLogRowsPerTurn = 500;
    static constexpr std::size_t kLogUnsentMax = 1U << 20;

    void on_frame(const Frame& frame) override;
    void on_fault(EndReason reason) override;
    void on_closed() override;
    void on_drained() override;

    // Handlers of kRows. The answer's rows go out at once; the returned failure or Done follows.
    CtlResult<> status(const Arguments&);
    CtlResult<> user_add(const Arguments&);
    CtlResult<> user_password(const Arguments&);
    CtlResult<> user_reset_factor(const Arguments&);
    CtlResult<> user_disable(const Arguments&);
    CtlResult<> user_enable(const Arguments&);
    CtlResult<> user_list(const Arguments&);
    CtlResult<> terminal_add(const Arguments&);
    CtlResult<> terminal_list(const Arguments&);
    CtlResult<> terminal_revoke(const Arguments&);
    CtlResult<> terminal_deny(const Arguments&);
    CtlResult<> terminal_renewals(const Arguments&);
    CtlResult<> terminal_install(const Arguments&);
    CtlResult<> terminal_expiring(const Arguments&);
    CtlResult<> policy_set(const Arguments&);
    CtlResult<> policy_unset(const Arguments&);
    CtlResult<> policy_explain(const Arguments&);
    CtlResult<> policy_show(const Arguments&);
    CtlResult<> policy_get(const Arguments&);
    CtlResult<> policy_history(const Arguments&);
    CtlResult<> policy_diff(const Arguments&);
    CtlResult<> policy_what_if(const Arguments&);
    CtlResult<> policy_rollback(const Arguments&);
    CtlResult<> group_add(const Arguments&);
    CtlResult<> group_remove(const Arguments&);
    CtlResult<> group_move(const Arguments&);
    CtlResult<> group_list(const Arguments&);
    CtlResult<> group_join(const Arguments&);
    CtlResult<> group_leave(const Arguments&);
    CtlResult<> exception_add(const Arguments&);
    CtlResult<> exception_list(const Arguments&);
    CtlResult<> exception_end(const Arguments&);
    CtlResult<> import(const Arguments&);
    CtlResult<> export_all(const Arguments&);
    CtlResult<> user_code(const Arguments&);
    CtlResult<> role_give(const Arguments&);
    CtlResult<> role_take(const Arguments&);
    CtlResult<> role_list(const Arguments&);
    CtlResult<> change_list(const Arguments&);
    CtlResult<> change_show(const Arguments&);
    CtlResult<> change_approve(const Arguments&);
    CtlResult<> change_refuse(const Arguments&);
    CtlResult<> host_list_set(const Arguments&);
    CtlResult<> host_list_show(const Arguments&);
    CtlResult<> host_list_list(const Arguments&);
    CtlResult<> host_list_remove(const Arguments&);
    CtlResult<> policy_host(const Arguments&);
    CtlResult<> session_list(const Arguments&);
    CtlResult<> session_end(const Arguments&);
    CtlResult<> log(const Arguments&);
    CtlResult<> reviewer_add(const Arguments&);
    CtlResult<> reviewer_remove(const Arguments&);
    CtlResult<> reviewer_list(const Arguments&);
    CtlResult<> recording_list(const Arguments&);
    CtlResult<> recording_export(const Arguments&);
    CtlResult<> consent_list(const Arguments&);
    CtlResult<> consent_give(const Arguments&);
    CtlResult<> consent_refuse(const Arguments&);
    CtlResult<> self_test_begin(const Arguments&);
    CtlResult<> self_test_end(const Arguments&);
    CtlResult<> evidence_search(const Arguments&);
    CtlResult<> evidence_retention(const Arguments&);
    CtlResult<> evidence_space(const Arguments&);
    CtlResult<> hold_add(const Arguments&);
    CtlResult<> hold_list(const Arguments&);
    CtlResult<> hold_end(const Arguments&);
    CtlResult<> emergency_start(const Arguments&);
    CtlResult<> emergency_end(const Arguments&);
    CtlResult<> emergency_status(const Arguments&);
    CtlResult<> backup(const Arguments&);
    CtlResult<> evidence_export(const Arguments&);

    CtlResult<store::User> find_user(const std::string& name);
    CtlResult<> check_directory();
    CtlResult<> add_directory_user(const std::string& name);
    CtlResult<> move_to_directory(const store::User& user);
    CtlResult<> check_local(const store::User& user);
    CtlResult<> set_disabled(const std::string& name, bool disabled);
    // Hashes beside the loop, then goes on with store_hash and answers.
    CtlResult<> with_hash(std::string password,
                          std::function<CtlResult<>(const std::string& hash)> store_hash);
    CtlResult<store::LayerId> find_layer(const std::string& text);
    CtlResult<std::optional<store::LayerId>> find_layer_or_all(const std::string& text);
    CtlResult<store::Group> find_group(const std::string& name);
    CtlResult<std::vector<store::Group>> groups();
    CtlResult<store::LayerId> find_host_list(const std::string& name);
    CtlResult<> show_people(const Plan& plan, const LayerNames& names);
    CtlResult<Moment> find_moment(const std::string& text);
    CtlResult<> change_policy(const std::string& layer, const std::string& field,
                              const std::optional<std::string>& text);
    CtlResult<> change_groups(const std::string& user, const std::string& group, bool member);
    CtlResult<> place_group(std::uint32_t group, std::optional<std::uint32_t> place);
    CtlResult<LayerNames> layer_names();
    CtlResult<std::vector<ipc::CtlRow>> difference_rows(const Plan& plan, const LayerNames& names);
    CtlResult<> show_differences(const Plan& plan, const LayerNames& names);

    // Everything that changes the policy: planned, looked through, recorded, stored (ctl_change.cpp).
    CtlResult<Plan> planned(const std::vector<store::PolicyChange>& changes);
    CtlResult<> carry_out(const std::vector<store::PolicyChange>& changes);
    struct Manner {
        std::optional<audit::Event> whole{};            // a record behind those of the parts
        const store::PendingChange* approved = nullptr;  // by a second person: this one
        // Instead of storing the changes alone; with records that stand before those of the parts.
        std::vector<audit::Event> first{};
        std::function<Result<void>(const std::vector<store::PolicyChange>&)> store{};
    };
    CtlResult<> carry_out(const Plan& plan, const LayerNames& names, Manner manner);
    audit::Event event_of(const store::JournalDifference& one, const LayerNames& names,
                          std::uint32_t version, std::uint32_t actor);
    CtlResult<> ask_second_person(const Plan& plan, const LayerNames& names);
    CtlResult<store::PendingChange> find_pending(const std::string& number);
    CtlResult<> prepare_exceptions(const store::PendingChange& pending, const std::string& until,
                                   const Moment& at, std::map<std::uint32_t, std::int64_t>& former_ends);
    CtlResult<> change_role(const Arguments& arguments, bool give);
    CtlResult<std::set<store::Role>> own_roles();
    CtlResult<std::set<store::Role>> roles_of(std::uint32_t uid);
    CtlResult<> check_role(const Row& row);
    CtlFailure failure_of(const TooLarge& found, const LayerNames& names);
    CtlResult<> check_lists(const Plan& plan);
    // Whether it changes a list that a change which waits would name: who approves that has looked at the
    // list, so the list must not become another one behind them.
    CtlResult<bool> changes_list_of_pending(const Plan& plan, const LayerNames& names);
    CtlResult<ImportPlan> planned_import(const ImportTable& table, std::uint32_t first_new);
    CtlResult<> carry_out_import(const ImportPlan& import, const Plan& plan, const LayerNames& names,
                                 std::int64_t until);
    void send_rights(const policy::Layers& layers, bool definitions);
    void pump_log();
    void pump_file();
    CtlResult<UniqueFd> open_recording(const store::StoredRecording& recording);
    // A second reviewer's consent (ctl_consents.cpp).
    CtlResult<bool> needs_consent(const store::StoredRecording& recording);
    // The consent that stands for this asker and reason; nothing: it was asked for, and the row says so.
    CtlResult<std::optional<store::Consent>> consent_for(const store::StoredRecording& recording,
                                                         const std::string& reason);
    CtlResult<store::Consent> open_consent(const std::string& number);
    CtlResult<> decide_consent(const store::Consent& consent, bool give, const std::string& reason);
    // Whether a second person ends it at once; false: it was asked for, and the row says so.
    CtlResult<bool> may_end(const store::Hold& hold, const std::string& reason);
    // Its answer to what the rules are asked; rows, then Done.
    Retention::Told tell_retention();
    struct EvidenceSearch;  // ctl_evidence.cpp
    void pump_search();
    void take_slice(const Result<search::Search::Slice>& slice);
    // ctl_emergency.cpp
    CtlResult<> add_to(store::Emergency& wish, const std::string& kind, const std::string& name);
    CtlResult<store::Emergency> wished_emergency(const Arguments& arguments);
    CtlResult<store::Emergency> running_emergency(const std::string& number);
    CtlResult<> show_emergency(const std::string& number);
    struct EvidenceExport;  // ctl_export.cpp
    void await_signature(std::uint64_t records);
    void look_for_signature();
    [[nodiscard]] std::string newest_checkpoint() const;
    void begin_export(std::string note);
    void pump_export();
    void seal_export();
    void prove_export(std::string note);
    void end_export(const CtlResult<>& result);
    void send_file(const std::string& name, std::string_view bytes);
    // A recording can only be wanted where one can be made, and opened.
    CtlResult<> check_recording(const std::string& field, const std::optional<std::string>& text);
    CtlResult<> check_recording(const Plan& plan);
    bool show(const audit::Record& record);
    void show_damage(const audit::Damage& damage);
    void show_deleted(const evidence::DeletedSegment& gone);
    static ipc::CtlRow row_of_deleted(const evidence::DeletedSegment& gone);
    [[nodiscard]] CtlResult<> log_verdict() const;

    CtlResult<> record_reading(std::string what, const Arguments& arguments);
    // Records the try, and refuses it.
    CtlResult<> denied(const std::string& what, std::string english, std::string japanese);
    [[nodiscard]] audit::Event event(audit::EventType type) const;
    void row(const ipc::CtlRow& row);
    void answer(const CtlResult<>& result);

    Core& core_;
    const uid_t uid_;
    bool later_ = false;  // the handler answers by itself
    bool busy_ = false;   // with one that asked the rules of deletion, and what they say

    struct LogQuery {
        std::string user;
        std::int64_t since = 0;  // nanoseconds
        bool follow = false;
        audit::Position at;
        std::uint64_t damages = 0;
        audit::Damage first;
    };
    std::optional<LogQuery> query_;
    std::shared_ptr<EvidenceSearch> search_;
    std::shared_ptr<EvidenceExport> export_;
    UniqueFd file_;                // on its way to the asker
    std::uint64_t file_left_ = 0;  // bytes of it
    boost::asio::steady_timer poll_;
};

}  // namespace sudare::broker

// SPDX-License-Identifier: Apache-2.0
// What the rules that delete would do, or do now.
#include <algorithm>

#include "server/broker/ctl_peer.h"
#include "server/broker/space.h"

namespace sudare::broker {

using audit::EventType;

namespace {

constexpr std::size_t kLinesMax = 10'000;  // of an answer

std::uint64_t seconds(std::int64_t value) {
    return static_cast<std::uint64_t>(std::max<std::int64_t>(value, 0));
}

ipc::CtlRow row_of(const Retention::Line& line) {
    return {{"kind", line.kind},
            {"name", line.name},
            {"user", line.user},
            {"from", seconds(line.from)},
            {"until", seconds(line.until)},
            {"bytes", line.bytes},
            {"verdict", std::string(retention::name_of(line.judged.verdict))},
            {"by", line.judged.by},
            {"due", seconds(line.judged.due)}};
}

// The last row: what holds for all.
ipc::CtlRow summary_of(const Retention::Report& report) {
    ipc::CtlRow out{{"kind", std::string("summary")},
                    {"wait_until", seconds(report.wait_until)},
                    {"ordered", std::uint64_t{report.ordered}},
                    {"swept", std::uint64_t{0}}};
    if (report.swept) {
        out.back().value = report.swept->at;
        out.push_back({"swept_removed", report.swept->removed});
        out.push_back({"swept_young", report.swept->young});
        out.push_back({"swept_failed", report.swept->failed});
    }
    return out;
}

}  // namespace

Retention::Told CtlPeer::tell_retention() {
    busy_ = later_ = true;
    return [weak = weak_from_this()](const Result<Retention::Report>& report) {
        const auto self = std::static_pointer_cast<CtlPeer>(weak.lock());
        if (!self)
            return;
        self->busy_ = false;
        if (!report)
            return self->answer(ctl_fail(report.error()));
        const std::size_t told = std::min(report->lines.size(), kLinesMax);
        for (std::size_t i = 0; i < told; ++i)
            self->row(row_of(report->lines[i]));
        ipc::CtlRow summary = summary_of(*report);
        if (const std::size_t more = report->lines.size() - told; more > 0)
            summary.push_back({"not_shown", std::uint64_t{more}});
        self->row(summary);
        self->answer({});
    };
}

CtlResult<> CtlPeer::evidence_retention(const Arguments& arguments) {
    if (arguments[0] == "dry") {
        core_.retention().look(tell_retention());
        return {};
    }
    if (arguments[0] != "run")
        return ctl_fail(Errc::kBadInput, "say --dry-run or --run", "--dry-run か --run を指定してください");
    const auto roles = own_roles();
    if (!roles)
        return tl::unexpected(roles.error());
    if (!roles->contains(store::Role::kAdministrator))
        return denied("evidence retention run", "only an administrator has the rules run",
                      "削除規則を実行できるのは管理者だけです");
    if (const auto recorded = core_.record_durable(event(EventType::kRetentionAsked)); !recorded)
        return ctl_fail(recorded.error());
    core_.retention().run(tell_retention());
    return {};
}

CtlResult<> CtlPeer::evidence_space(const Arguments&) {
    busy_ = later_ = true;
    auto& loop = static_cast<boost::asio::io_context&>(executor().context());
    measure_space(loop, core_, [weak = weak_from_this()](const Result<Space>& space) {
        const auto self = std::static_pointer_cast<CtlPeer>(weak.lock());
        if (!self)
            return;
        self->busy_ = false;
        if (!space)
            return self->answer(ctl_fail(space.error()));
        for (const Space::Part& part : space->parts) {
            ipc::CtlRow out{{"part", part.name},
                            {"bytes", part.bytes},
                            {"per_day", part.per_day},
                            {"room", part.room}};
            if (part.days)
                out.push_back({"days", seconds(*part.days)});
            self->row(out);
        }
        for (const Space::Group& group : space->groups)
            self->row({{"part", std::string("group")},
                       {"group", group.name},
                       {"recordings", group.recordings},
                       {"bytes", group.bytes}});
        self->answer({});
    });
    return {};
}

}  // namespace sudare::broker

// SPDX-License-Identifier: Apache-2.0
// sudarectl emergency bundle: what concerns an emergency, for others. The records come as signed
// bundles, one for each person and terminal, so that nobody else's go out with them; what lies beside
// them is for reading.
#include <fcntl.h>
#include <fmt/format.h>
#include <sys/stat.h>

#include <CLI/CLI.hpp>
#include <algorithm>
#include <memory>

#include "server/base/unix_socket.h"
#include "server/ctl/bundle_folder.h"
#include "server/ctl/client.h"
#include "server/ctl/commands.h"

namespace sudare::ctl {
namespace {

using ipc::CtlRequest;
using Arguments = std::vector<std::string>;

constexpr std::string_view kEvents =
    "emergency_started,emergency_concerns,emergency_end_asked,emergency_ended";

struct Wish {
    std::string number, out, reason, key;
};

// What the broker says of it, and whom it concerns.
struct Emergency {
    std::vector<ipc::CtlRow> rows;
    std::vector<std::string> users, terminals, sessions;

    [[nodiscard]] std::string text(std::string_view name) const { return text_of(rows.front(), name); }
};

std::optional<Emergency> asked_for(Context& context, const std::string& number) {
    Emergency one;
    const bool done = ask(context, CtlRequest::kEmergencyStatus, {number}, [&](const ipc::CtlRow& row) {
        one.rows.push_back(row);
        for (const auto& [kind, names] : {std::pair("user", &one.users), std::pair("terminal", &one.terminals),
                                          std::pair("session", &one.sessions)})
            if (text_of(row, "concerns") == kind)
                names->push_back(text_of(row, "name"));
    });
    if (!done || one.rows.empty())
        return std::nullopt;
    return one;
}

Result<void> write_new(const std::string& path, const std::string& text) {
    const UniqueFd file(::open(path.c_str(), O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC, 0600));
    if (!file)
        return fail_errno(("make " + path).c_str());
    return write_all(file.get(), std::span(reinterpret_cast<const std::uint8_t*>(text.data()), text.size()));
}

// One at a time into a folder that is new; the first thing that goes wrong is said and ends it.
class Collector {
public:
    Collector(Context& context, const Wish& wish, const Emergency& emergency)
        : context_(context), wish_(wish), emergency_(emergency) {}

    // False: it was said what is wrong.
    bool all() {
        if (!lines("emergency.jsonl", emergency_.rows) || !asked("holds.jsonl", CtlRequest::kHoldList, {{}}) ||
            !asked("policy-default.jsonl", CtlRequest::kPolicyShow, {{}}) || !recordings())
            return false;
        if (emergency_.text("everybody") == "true")
            return records("records", {});
        if (!records("emergency", {"event", std::string(kEvents)}))
            return false;
        for (const std::string& user : emergency_.users)
            if (!records("user-" + user, {"user", user}) ||
                !asked("policy-" + user + ".jsonl", CtlRequest::kPolicyExplain,
                       {{user, "@" + emergency_.text("started")}}))
                return false;
        for (const std::string& terminal : emergency_.terminals)
            if (!records("terminal-" + terminal, {"terminal", terminal}))
                return false;
        return true;
    }
    [[nodiscard]] std::size_t bundles() const { return bundles_; }
    [[nodiscard]] bool whole() const { return whole_; }

private:
    bool records(const std::string& name, const Arguments& whose) {
        Arguments criteria{"use", "export", "reason", wish_.reason, "from", emergency_.text("since")};
        criteria.insert(criteria.end(), whose.begin(), whose.end());
        const auto counts = export_bundle(context_, criteria, wish_.out + "/" + name, wish_.key);
        if (!counts)
            return false;
        ++bundles_;
        whole_ = whole_ && text_of(*counts, "unsigned") == "0";
        return true;
    }

    // Of the sessions that were ended, and what else there is of these people.
    bool recordings() {
        std::vector<Arguments> questions;
        for (const std::string& session : emergency_.sessions)
            questions.push_back({session, "", "", ""});
        for (const std::string& user : emergency_.users)
            questions.push_back({"", user, "", ""});
        return asked("recordings.jsonl", CtlRequest::kRecordingList, questions);
    }

    bool asked(const std::string& name, CtlRequest request, const std::vector<Arguments>& questions) {
        std::vector<ipc::CtlRow> rows;
        for (const Arguments& question : questions)
            if (!ask(context_, request, question, [&](const ipc::CtlRow& row) {
                    if (std::ranges::find(rows, row) == rows.end())
                        rows.push_back(row);
                }))
                return false;
        return lines(name, rows);
    }

    bool lines(const std::string& name, const std::vector<ipc::CtlRow>& rows) {
        std::string text;
        for (const ipc::CtlRow& row : rows)
            text += boost::json::serialize(json_of(row)) + "\n";
        const auto written = write_new(wish_.out + "/" + name, text);
        if (!written)
            context_.failed(written.error());
        return written.has_value();
    }

    Context& context_;
    const Wish& wish_;
    const Emergency& emergency_;
    std::size_t bundles_ = 0;
    bool whole_ = true;  // everything is signed
};

void make_bundle(Context& context, const Wish& wish) {
    const auto emergency = asked_for(context, wish.number);
    if (!emergency)
        return;
    if (::mkdir(wish.out.c_str(), 0700) != 0)
        return context.failed(fail_errno(("--out: cannot make the new directory " + wish.out).c_str()).value());
    Collector collector(context, wish, *emergency);
    if (!collector.all())
        return context.failed(Errc::kState, wish.out + " is not whole; remove it and try again",
                              wish.out + " は途中までです。削除してやり直してください");
    context.exit_code = kExitOk;
    context.result({{"out", wish.out}, {"bundles", collector.bundles()}, {"signed", collector.whole()}},
                   fmt::format(fmt::runtime(context.pick("{}: {} bundles. Check each: sudare-verify --key YOUR-COPY {}/NAME{}",
                                                         "{}: 証明付きの束 {} 個。確認 (束ごとに): sudare-verify --key 手元の鍵 {}/名前{}")),
                               wish.out, collector.bundles(), wish.out,
                               collector.whole() ? std::string_view()
                                                 : context.pick("\nNOT ALL IS SIGNED YET: wait a minute and make another",
                                                                "\n署名がまだの記録があります。1 分待って作り直してください")));
}

}  // namespace

void add_emergency_bundle(CLI::App* group, Context& context) {
    const auto wish = std::make_shared<Wish>();
    CLI::App* command =
        add_command(group, "bundle",
                    context.pick("signed records, policy and recordings of those concerned, into a new folder; for reviewers",
                                 "対象の署名付き記録、方針、録画の一覧を新しいフォルダへ (閲覧者が実行)"),
                    [&context, wish] { make_bundle(context, *wish); });
    add_needed(command, "number", wish->number, context.pick("number of the emergency", "緊急停止の番号"));
    add_needed(command, "--out", wish->out, context.pick("new folder", "新しいフォルダ"));
    add_needed(command, "--reason", wish->reason, context.pick("why, for the record", "理由 (記録に残る)"));
    command->add_option("--signer-key", wish->key,
                        std::string(context.pick("file with the signer's public key, to put in as well",
                                                 "署名用公開鍵のファイル (束に入れる場合)")));
}

}  // namespace sudare::ctl

// SPDX-License-Identifier: Apache-2.0
// The report as a page and as JSON. Everything from outside is escaped; there is no script, and nothing is
// fetched from anywhere.
#include <spdlog/fmt/fmt.h>

#include <algorithm>

#include "protocol/core/self_test.h"
#include "server/ctl/client.h"
#include "server/ctl/self_test.h"
#include "server/ctl/times.h"
#include "server/session/browser/chromium_policy_base.h"

namespace sudare::ctl {
namespace {

namespace json = boost::json;

constexpr std::string_view kStyle = R"css(
@page{size:A4;margin:14mm}
body{font:14px/1.6 "Noto Sans CJK JP","Noto Sans JP","Hiragino Sans","Yu Gothic",Meiryo,sans-serif;color:#1a1f24;max-width:1080px;margin:32px auto;padding:0 24px}
h1{font-size:26px;margin:0 0 4px}h2{font-size:18px;margin:36px 0 8px;border-bottom:2px solid #1e3a5f;padding-bottom:4px}
.sub{color:#55606b;margin:0 0 18px}
.verdict{font-size:20px;font-weight:700;padding:14px 18px;border-left:8px solid;margin:18px 0}
.good{color:#12592a;background:#eaf6ee;border-color:#1b7f3b}.bad{color:#8c1010;background:#fdecec;border-color:#c01818}
dl{display:grid;grid-template-columns:max-content 1fr;gap:2px 18px;margin:0}dt{color:#55606b}dd{margin:0}
table{border-collapse:collapse;width:100%}th,td{border:1px solid #c9d0d6;padding:7px 9px;text-align:left;vertical-align:top}
th{background:#eef2f5;font-weight:600}tr{break-inside:avoid}
td.result{white-space:nowrap;font-weight:700}td.result.good,td.result.bad{background:none;border-color:#c9d0d6}
th:first-child{min-width:110px}td.record{min-width:150px}
code{font:12px/1.5 "Noto Sans Mono CJK JP",ui-monospace,Consolas,monospace;overflow-wrap:anywhere}
.setting{margin:0 0 4px}.from{color:#55606b}.none{color:#8a5a00}
.shots{display:grid;grid-template-columns:1fr 1fr;gap:16px}figure{margin:0;break-inside:avoid}
figure img{width:100%;border:1px solid #c9d0d6}figcaption{font-size:13px;color:#39434c}
)css";

std::string escaped(std::string_view text) {
    std::string out;
    for (const char c : text)
        switch (c) {
            case '&': out += "&amp;"; break;
            case '<': out += "&lt;"; break;
            case '>': out += "&gt;"; break;
            case '"': out += "&quot;"; break;
            default: out += c;
        }
    return out;
}

// What this version gives every browser, from the code that does.
std::string browser_value(std::string_view name) {
    static const json::value policy = json::parse(browser::chromium_policy_base());
    const auto* value = policy.as_object().if_contains(name);
    return value == nullptr ? std::string("-") : json::serialize(*value);
}

const TryText* text_for(const std::string& name) {
    const auto found = std::ranges::find(try_texts(), name, &TryText::name);
    return found == try_texts().end() ? nullptr : &*found;
}

class Page {
public:
    Page(const SelfTestReport& report, Language language)
        : report_(report), japanese_(language == Language::kJapanese), language_(language) {}

    std::string whole() {
        out_ = "<!doctype html>\n<html lang=\"" + std::string(japanese_ ? "ja" : "en") +
               "\"><head><meta charset=\"utf-8\"><title>" + pick("遮断の自己試験 報告書", "Self-test: blocked is blocked") +
               "</title><style>" + std::string(kStyle) + "</style></head><body>\n";
        head();
        requirements();
        unclaimed();
        pictures();
        limits();
        return out_ + "</body></html>\n";
    }

private:
    [[nodiscard]] std::string pick(std::string_view japanese, std::string_view english) const {
        return std::string(japanese_ ? japanese : english);
    }

    void head() {
        const auto good = std::ranges::count(report_.tries, self_test::kRefused, &TryOutcome::result);
        const auto all = report_.tries.size();
        out_ += "<h1>" + pick("遮断の自己試験 報告書", "Self-test: blocked is blocked") + "</h1>\n<p class=\"sub\">" +
                escaped(report_.config.organisation) + "</p>\n<p class=\"verdict " + (report_.passed ? "good" : "bad") + "\">" +
                fmt::format(fmt::runtime(report_.passed
                    ? pick("合格: {0} 件の試行のすべてが拒否され、記録も確認できました。", "Passed: all {0} tries were refused, each with its record.")
                    : pick("警報: {0} 件の試行のうち {1} 件を、拒否されたと示せません。", "ALARM: {1} of {0} tries cannot be shown to be refused.")),
                    all, static_cast<std::ptrdiff_t>(all) - good) + "</p>\n<dl>";
        entry(pick("実施", "Time"), local_time(report_.begun) + " – " + local_time(report_.ended));
        entry(pick("ゲートウェイ", "Gateway"), report_.config.server);
        entry(pick("試験用の利用者", "Synthetic user"), report_.config.user);
        entry(pick("ブローカーの版", "Version of the broker"), report_.version);
        entry(pick("監査記録", "Audit log"),
              fmt::format(fmt::runtime(pick("開始 {} 番、結果 {} 番", "begun as record {}, outcome in record {}")), report_.first,
                          report_.record ? std::to_string(*report_.record) : pick("なし (記録できなかった)", "none: it could not be recorded")));
        out_ += "</dl>\n";
    }

    void entry(const std::string& name, const std::string& value) {
        out_ += "<dt>" + name + "</dt><dd>" + escaped(value) + "</dd>";
    }

    void begin_table(bool first_column) {
        out_ += "<table><thead><tr>" + (first_column ? "<th>" + pick("要求事項", "Requirement") + "</th>" : std::string()) + "<th>" +
                pick("設定 (現在の値と由来)", "Setting (value now, and where it comes from)") + "</th><th>" + pick("試行", "Test") + "</th><th>" +
                pick("結果", "Result") + "</th><th>" + pick("記録番号", "Record") + "</th></tr></thead><tbody>\n";
    }

    void requirements() {
        out_ += "<h2>" + pick("要求事項ごとの結果", "By requirement") + "</h2>\n";
        if (report_.config.requirements.empty()) {
            out_ += "<p class=\"none\">" + pick("要求事項は設定されていません (selftest.toml の requirements)。", "No requirements are given (requirements in selftest.toml).") + "</p>\n";
            return;
        }
        begin_table(true);
        for (const Requirement& one : report_.config.requirements) {
            const std::size_t rows = std::max<std::size_t>(one.tries.size(), 1);
            out_ += "<tr><td rowspan=\"" + std::to_string(rows) + "\"><b>" + escaped(one.section) + "</b><br>" + requirement_text(one) + "</td>";
            if (one.tries.empty())
                out_ += "<td colspan=\"4\" class=\"none\">" + pick("対応する試行は指定されていません", "no test is assigned") + "</td></tr>\n";
            for (std::size_t at = 0; at < one.tries.size(); ++at)
                cells(one.tries[at], at > 0);
        }
        out_ += "</tbody></table>\n";
    }

    std::string requirement_text(const Requirement& one) const {
        const std::string& own = japanese_ ? one.japanese : one.english;
        const std::string& other = japanese_ ? one.english : one.japanese;
        const std::string& text = own.empty() ? other : own;
        return text.empty() ? "<span class=\"none\">" + pick("条文は設定されていません", "text not given") + "</span>" : escaped(text);
    }

    // Whatever no requirement names is reported all the same.
    void unclaimed() {
        std::vector<std::string> rest;
        for (const TryOutcome& one : report_.tries)
            if (std::ranges::none_of(report_.config.requirements, [&](const Requirement& requirement) {
                    return std::ranges::find(requirement.tries, one.name) != requirement.tries.end();
                }))
                rest.push_back(one.name);
        if (rest.empty())
            return;
        out_ += "<h2>" + pick("どの要求事項にも割り当てられていない試行", "Tests that no requirement names") + "</h2>\n";
        begin_table(false);
        for (const std::string& name : rest)
            cells(name, true);
        out_ += "</tbody></table>\n";
    }

    void cells(const std::string& name, bool new_row) {
        const auto tried = std::ranges::find(report_.tries, name, &TryOutcome::name);
        const TryText* text = text_for(name);
        if (tried == report_.tries.end() || text == nullptr)
            return;
        out_ += new_row ? "<tr>" : "";
        out_ += "<td>" + settings(*text) + "</td><td><b>" + escaped(japanese_ ? text->japanese : text->english) + "</b><br>" +
                escaped(japanese_ ? text->japanese_how : text->english_how) + "<br><code>" + escaped(japanese_ ? detail_in_japanese(tried->detail) : tried->detail) + "</code></td><td class=\"result " +
                (tried->result == self_test::kRefused ? "good" : "bad") + "\">" + std::string(result_text(tried->result, language_)) +
                "</td><td class=\"record\">" + evidence(*tried) + "</td></tr>\n";
    }

    std::string settings(const TryText& text) const {
        std::string out;
        for (const std::string_view field : text.fields)
            for (const ipc::CtlRow& row : report_.policy)
                if (text_of(row, "field") == field)
                    out += setting(field, text_of(row, "value"), origin(text_of(row, "origin")));
        for (const std::string_view name : text.browser)
            out += setting("Chromium: " + std::string(name), browser_value(name), origin("built-in"));
        if (const auto fixed = japanese_ ? text.japanese_fixed : text.english_fixed; !fixed.empty())
            out += "<p class=\"setting\">" + escaped(fixed) + " <span class=\"from\">(" + pick("組込み、設定では変わらない", "built-in; no setting changes it") + ")</span></p>";
        return out;
    }

    // Names of groups stay as they are.
    [[nodiscard]] std::string origin(const std::string& name) const {
        if (!japanese_)
            return name;
        return name == "built-in" ? "組込み" : name == "default" ? "全員" : name == "user" ? "利用者" : name;
    }

    [[nodiscard]] std::string setting(std::string_view name, const std::string& value, const std::string& from) const {
        return "<p class=\"setting\"><code>" + escaped(name) + " = " + escaped(value.empty() ? pick("(空)", "(empty)") : value) +
               "</code> <span class=\"from\">(" + escaped(from) + ")</span></p>";
    }

    std::string evidence(const TryOutcome& tried) const {
        if (!tried.evidence)
            return "–";
        const ipc::CtlRow& row = *tried.evidence;
        std::string out = "<b>" + escaped(text_of(row, "index")) + "</b> <code>" + escaped(text_of(row, "event"));
        for (const char* name : {"verdict", "kind", "reason", "cause"})
            if (const std::string value = text_of(row, name); !value.empty())
                out += "<br>" + std::string(name) + "=" + escaped(value);
        out += "</code>";
        if (text_of(row, "event") == "session_started")
            out += "<br>" + pick("試行したセッションの開始", "start of the session of the try");
        if (tried.session)
            out += "<br>" + pick("セッション ", "session ") + std::to_string(*tried.session);
        return out;
    }

    void pictures() {
        out_ += "<h2>" + pick("各試行の終わりの画面", "The screen at the end of each test") + "</h2>\n<div class=\"shots\">\n";
        for (const TryOutcome& one : report_.tries)
            if (const TryText* text = text_for(one.name); text != nullptr && !one.picture.empty())
                out_ += "<figure><img alt=\"\" src=\"data:image/png;base64," + one.picture + "\"><figcaption>" +
                        escaped(japanese_ ? text->japanese : text->english) + ": " + std::string(result_text(one.result, language_)) + "</figcaption></figure>\n";
        out_ += "</div>\n";
    }

    void limits() {
        out_ += "<h2>" + pick("この報告書が示さないこと", "What this does not show") + "</h2>\n<ul><li>" +
                pick("試したのは上の利用者の権限です。ほかの利用者の値は sudarectl policy explain で確認してください。",
                     "It was tried with the rights of the user above. What holds for others: sudarectl policy explain.") + "</li><li>" +
                pick("Chromium の値は、この版の Sudare が設定するものです。ブラウザで実際に効いていることは、試行の結果が示します。",
                     "Chromium's values are those that this version of Sudare sets; that they hold in the browser is what the tests show.") + "</li><li>" +
                pick("Chromium が自分で拒否した操作は、拒否そのものの記録を残しません。番号は、その試行をしたセッションの開始の記録です。結果は自己試験の記録 (self_test_try) にあります。",
                     "What Chromium refuses by itself leaves no record of its own: the number is that of the session in which it was tried, and the outcome is in the self-test's own record (self_test_try).") + "</li><li>" +
                pick("画面の書き写しや撮影は、どの設定でも防げません。", "Retyping and photographing a screen cannot be prevented by any setting.") + "</li></ul>\n";
    }

    const SelfTestReport& report_;
    const bool japanese_;
    const Language language_;
    std::string out_;
};

}  // namespace

std::string html_report(const SelfTestReport& report, Language language) {
    return Page(report, language).whole();
}

json::object json_report(const SelfTestReport& report) {
    json::array tries, requirements;
    for (const TryOutcome& one : report.tries) {
        json::object row{{"test", one.name}, {"result", one.result}, {"detail", one.detail}};
        if (one.session)
            row["session"] = *one.session;
        if (one.evidence)
            row["evidence"] = json_of(*one.evidence);
        json::object settings;
        if (const TryText* text = text_for(one.name)) {
            for (const ipc::CtlRow& field : report.policy)
                if (std::ranges::find(text->fields, text_of(field, "field")) != text->fields.end())
                    settings[text_of(field, "field")] = json::object{{"value", text_of(field, "value")}, {"origin", text_of(field, "origin")}};
            for (const std::string_view name : text->browser)
                settings["Chromium: " + std::string(name)] = json::object{{"value", browser_value(name)}, {"origin", "built-in"}};
        }
        row["settings"] = std::move(settings);
        tries.push_back(std::move(row));
    }
    for (const Requirement& one : report.config.requirements) {
        json::array names(one.tries.begin(), one.tries.end());
        requirements.push_back(json::object{{"section", one.section}, {"ja", one.japanese}, {"en", one.english}, {"tests", std::move(names)}});
    }
    json::object out{{"passed", report.passed}, {"begun", utc(report.begun)}, {"ended", utc(report.ended)},
                     {"server", report.config.server}, {"user", report.config.user}, {"version", report.version},
                     {"first_record", report.first}, {"tests", std::move(tries)}, {"requirements", std::move(requirements)}};
    if (report.record)
        out["record"] = *report.record;
    return out;
}

}  // namespace sudare::ctl

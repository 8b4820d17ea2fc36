// SPDX-License-Identifier: Apache-2.0
#include "client/selftest/browser_tries.h"

#include "client/selftest/hands.h"
#include "client/selftest/marks.h"

namespace sudare::selftest {
namespace {

constexpr int kPageMs = 25'000;     // a browser starts, a page comes
constexpr int kAnswerMs = 6'000;    // to a key: the page waits for what the browser does
constexpr int kFileMs = 12'000;     // to the key of the download, whose server waits itself
constexpr int kReactionMs = 5'000;  // a dialog opens, a page goes
constexpr int kEndMs = 3'000;       // a connection ends
constexpr int kAskedMs = 4'000;     // a question to a person stays unanswered
constexpr int kQuietMs = 600;
// An address that Chromium's own policy shuts, and one that the egress refuses as no host of the Internet
// (RFC 5737): how their refusals look.
constexpr const char* kShutAddress = "data:,x";
constexpr const char* kNoAddress = "https://192.0.2.1/";
// The refusal names the host, so a few letters may be others.
constexpr double kSameLook = 0.01;
// Text that a page copies (page.cpp), and what may come down beside pictures meanwhile.
constexpr int kOtherBytesMax = 4096;

Outcome begin(std::string_view name, const Hands& hands) {
    Outcome out;
    out.name = name;
    out.session = hands.session();
    return out;
}

Outcome finish(Outcome out, const Hands& hands) {
    out.picture = hands.picture().copy();
    return out;
}

bool shows(const Hands& hands, Mark mark) { return mark_of(hands.page()) == mark; }

// The control of every try in a page: it is there. Nothing: why not is in `out`.
bool at_page(Hands& hands, Outcome& out) {
    if (!hands.session() && !hands.start()) {
        out = out.is(self_test::kUnclear, "no session: " + hands.diagnosis());
        return false;
    }
    out.session = hands.session();
    if (hands.until(kPageMs, [&] { return shows(hands, Mark::kReady); }))
        return true;
    out = finish(out.is(self_test::kUnclear, "the probe page did not appear"), hands);
    return false;
}

bool covered(const Hands& hands) { return !mark_of(hands.page()); }

// Waits until the page says what came of a key, or something stays over it.
void wait_for_answer(Hands& hands, std::optional<Mark> before, int patience_ms) {
    QElapsedTimer time;
    time.start();
    const auto said = [&] {
        const QImage page = hands.page();
        const auto mark = mark_of(page);
        return mark == Mark::kRefused || (mark == Mark::kDone && mark != before) || shows_any(page, Mark::kHappened);
    };
    while (!said() && time.elapsed() < patience_ms) {
        hands.until(static_cast<int>(patience_ms - time.elapsed()), [&] { return said() || covered(hands); });
        if (said() || !covered(hands))
            continue;
        hands.settle(kQuietMs);  // half a repaint covers nothing
        if (covered(hands) && !said())
            return;
    }
}

// One key of the page, and what the page says came of it. `pending`: what it means when the page never says.
Outcome press(Hands& hands, Outcome out, const QString& key, std::string_view pending, int patience_ms = kAnswerMs) {
    const auto before = mark_of(hands.page());
    hands.ask("combo " + key);
    wait_for_answer(hands, before, patience_ms);
    const QImage page = hands.page();
    const auto mark = mark_of(page);
    if (shows_any(page, Mark::kHappened))
        return finish(out.is(self_test::kHappened, "the page saw it happen"), hands);
    if (!mark)
        return finish(out.is(self_test::kHappened, "something opened over the page"), hands);
    if (mark == before)
        return finish(out.is(self_test::kUnclear, "the page did not take the key"), hands);
    if (mark == Mark::kTrying)
        return finish(out.is(pending, "the page got no answer: somebody may be asked"), hands);
    return finish(out.is(self_test::kRefused, "the page was refused"), hands);
}

// A key that the page answers with this mark. False: something else has the keys, or covers it.
bool answers(Hands& hands, const char* key, Mark mark) {
    hands.ask(QStringLiteral("combo ") + key);
    return hands.until(kReactionMs, [&] { return shows(hands, mark); });
}

// A key of the browser itself that would open something over the page or beside it. What was refused before stays
// the result only when the page is as it was and, twice after it, still takes keys: a dialog may come late.
Outcome then_key(Hands& hands, Outcome out, const char* key) {
    if (out.result != self_test::kRefused)
        return out;
    const auto before = mark_of(hands.page());
    hands.ask(QStringLiteral("combo ") + key);
    hands.settle(kQuietMs, kReactionMs);
    const bool there = mark_of(hands.page()) == before && answers(hands, "k", Mark::kDone);
    hands.settle(kQuietMs, kReactionMs);
    if (!there || !answers(hands, "t", Mark::kRefused))
        return finish(out.is(self_test::kHappened, QStringLiteral("%1 opened something").arg(key)), hands);
    return finish(std::move(out), hands);
}

Outcome try_download(Hands& hands, Outcome out) {
    return then_key(hands, press(hands, std::move(out), "d", self_test::kUnclear, kFileMs), "ctrl+s");
}

Outcome try_upload(Hands& hands, Outcome out) {
    return then_key(hands, press(hands, std::move(out), "u", self_test::kUnclear), "ctrl+o");
}

Outcome try_print(Hands& hands, Outcome out) {
    return then_key(hands, press(hands, std::move(out), "p", self_test::kUnclear), "ctrl+p");
}

// Within the browser a page may copy, which leads nowhere; what is shown is that none of it comes down.
Outcome try_clipboard_write(Hands& hands, Outcome out) {
    hands.settle(kQuietMs);
    hands.ask("stats_reset");
    out = press(hands, std::move(out), "w", self_test::kUnclear);
    if (out.result != self_test::kRefused)
        return out;
    const bool copied = shows(hands, Mark::kDone);
    hands.settle(kQuietMs);
    const QJsonObject stats = hands.ask("stats");
    // Frames' own heads are not of an update.
    const qint64 other = stats["bytes_received"].toInteger() - stats["update_bytes"].toInteger() -
                         4 * stats["updates"].toInteger();
    const bool small = other < kOtherBytesMax && stats["updates"].toInteger() > 0;
    return out.is(small ? self_test::kRefused : self_test::kHappened,
                  QStringLiteral("%1 characters copied in the page; %2 bytes came down beside pictures")
                      .arg(copied ? 400'000 : 0)
                      .arg(other));
}

Outcome try_clipboard_read(Hands& hands, Outcome out) {
    return press(hands, std::move(out), "r", self_test::kHappened, kAskedMs);
}

// The browser says in a dialog of its own that it may not. Return answers that one; it closes no tools and no
// tab, so what was permitted still stands over the page, or has told the page by its size.
Outcome try_dev_tools(Hands& hands, Outcome out) {
    hands.ask("combo a");
    if (!hands.until(kReactionMs, [&] { return shows(hands, Mark::kDone); }))
        return finish(out.is(self_test::kUnclear, "the page did not take the key"), hands);
    QImage notice;
    for (const char* keys : {"f12", "ctrl+shift+i", "ctrl+shift+j", "ctrl+u"}) {
        hands.ask(QStringLiteral("combo ") + keys);
        hands.settle(kQuietMs, kReactionMs);
        if (shows(hands, Mark::kDone))
            continue;
        notice = hands.picture().copy();
        hands.ask("combo return");
        if (!hands.until(kReactionMs, [&] { return shows(hands, Mark::kDone); }))
            return finish(out.is(self_test::kHappened, QStringLiteral("%1 opened something").arg(keys)), hands);
    }
    out = press(hands, std::move(out), "t", self_test::kUnclear);
    if (out.result == self_test::kRefused && !notice.isNull())
        out.picture = notice;
    return out;
}

// Types an address and waits until the probe page is gone and something else is there: two pages that have not been
// painted yet look the same. The picture of that.
std::optional<QImage> open(Hands& hands, const QString& address) {
    hands.ask("combo ctrl+l");
    if (!hands.does("wait_text_field url 10000"))
        return std::nullopt;
    hands.ask("type " + address);
    hands.ask("combo return");
    if (!hands.until(kPageMs, [&] { return !shows_any(hands.page(), Mark::kReady) && !is_blank(hands.page()); }))
        return std::nullopt;
    hands.settle(kQuietMs);
    return is_blank(hands.page()) ? std::nullopt : std::optional(hands.page());
}

bool back_to_page(Hands& hands) {
    hands.ask("combo alt+home");
    return hands.until(kPageMs, [&] { return shows(hands, Mark::kReady); });
}

// An address looks as another one that is known to be refused; between them the probe page opens again.
Outcome opens(Hands& hands, Outcome out, const QString& control, const QStringList& addresses, double same) {
    const auto refused = open(hands, control);
    if (!refused)
        return finish(out.is(self_test::kUnclear, "the address bar did not take " + control), hands);
    for (const QString& address : addresses) {
        if (!back_to_page(hands))
            return finish(out.is(self_test::kUnclear, "the probe page did not open again"), hands);
        const auto shown = open(hands, address);
        if (!shown)
            return finish(out.is(self_test::kUnclear, "the address bar did not take " + address), hands);
        const double share = differing(*refused, *shown);
        if (share > same)
            return finish(out.is(self_test::kHappened, QStringLiteral("%1 looks other than a refusal (%2 % of the page)")
                                                           .arg(address).arg(100 * share, 0, 'f', 1)), hands);
    }
    return finish(out.is(self_test::kRefused, "refused: " + addresses.join(", ")), hands);
}

Outcome try_file_url(Hands& hands, Outcome out) {
    return opens(hands, std::move(out), kShutAddress, {"file:///usr/", "file:///etc/fonts/fonts.conf"}, 0);
}

Outcome try_private(const Options& options, Hands& hands, Outcome out) {
    if (options.private_hosts.isEmpty())
        return out.is(self_test::kUnclear, "no address is given");
    QStringList addresses;
    for (const QString& host : options.private_hosts)
        addresses << "https://" + host + "/";
    out.hosts = options.private_hosts;
    return opens(hands, std::move(out), kNoAddress, addresses, kSameLook);
}

// A message that is none, in the session; until then it was answered.
Outcome try_message(Hands& hands, Outcome out, const char* bytes) {
    if (!hands.session() || !hands.does("stats") || !hands.does("wait_state running 1000"))
        return out.is(self_test::kUnclear, "the session is over");
    hands.ask(QStringLiteral("raw ") + bytes);
    const QJsonObject end = hands.ask(QStringLiteral("wait_state ended %1").arg(kEndMs));
    if (!end["ok"].toBool())
        return finish(out.is(self_test::kHappened, "the session goes on"), hands);
    const QString reason = end["reason"].toString();
    return out.is(reason.isEmpty() ? self_test::kUnclear : self_test::kRefused, "the connection ended: " + reason);
}

using PageTry = Outcome (*)(Hands&, Outcome);
struct Row {
    std::string_view name;
    PageTry make;
};
constexpr Row kPageTries[] = {{"download", try_download},
                              {"upload", try_upload},
                              {"print", try_print},
                              {"clipboard_write", try_clipboard_write},
                              {"clipboard_read", try_clipboard_read},
                              {"dev_tools", try_dev_tools}};

// An unknown type with a length of its own, and a key press that says it has 16 MiB.
constexpr const char* kUnknown = "7f00000400000000";
constexpr const char* kOversize = "04ffffff00000000";

}  // namespace

void try_in_pages(const Options& options, const Report& report) {
    for (const Row& row : kPageTries) {
        Hands hands(options.terminal);
        Outcome out = begin(row.name, hands);
        report(at_page(hands, out) ? row.make(hands, out) : out);
    }
    Hands hands(options.terminal);
    Outcome out = begin("file_url", hands);
    report(at_page(hands, out) ? try_file_url(hands, out) : out);
    report(try_message(hands, begin("unknown_message", hands), kUnknown));
}

void try_private_addresses(const Options& options, const Report& report) {
    Hands hands(options.terminal);
    Outcome out = begin("private_address", hands);
    report(at_page(hands, out) ? try_private(options, hands, out) : out);
    report(try_message(hands, begin("oversize_message", hands), kOversize));
}

}  // namespace sudare::selftest

// SPDX-License-Identifier: Apache-2.0
#include "client/selftest/page.h"

#include "client/selftest/marks.h"

namespace sudare::selftest {
namespace {

constexpr const char* kNames[] = {"ready", "trying", "refused", "happened", "done"};

// Keys: d download, u upload, p print, w write to the clipboard, r read it, a from now on whatever disturbs
// the page has happened, t nothing has, k the page takes keys. happened stands once it has been shown.
constexpr const char kPage[] = R"html(<!doctype html>
<html lang="ja"><meta charset="utf-8"><title>Sudare self-test</title>
<style>html,body{margin:0;height:100%;color:#fff;font:20px sans-serif;overflow:hidden}p{margin:12px 24px}
input{position:absolute;left:-99px;width:9px}</style>
<body><p>自己試験の頁です。人が使うものではありません。<br>This is the page of the self-test. It is not for people.</p>
<input id="file" type="file" tabindex="-1">
<script>
"use strict";
const colours = COLOURS;
let shown = "";
function show(mark) {
  if (shown === "happened") return;
  shown = mark;
  document.body.style.background = document.documentElement.style.background = colours[mark];
}
const pause = (ms) => new Promise((done) => setTimeout(done, ms));
const settled = (promise, yes, no) => promise.then(() => show(yes), () => show(no));
const actions = {
  async d() {
    const id = Math.random().toString(36).slice(2, 14);
    const link = document.createElement("a");
    link.href = "/slow?" + id;
    link.download = "selftest.bin";
    document.body.append(link);
    link.click();
    const answer = await (await fetch("/outcome?" + id, { cache: "no-store" })).text();
    if (answer === "closed") show("refused");
    if (answer === "streaming") show("happened");
  },
  u() {
    const input = document.getElementById("file");
    input.addEventListener("cancel", () => show("refused"));
    input.addEventListener("change", () => show("happened"));
    input.click();
  },
  async p() {
    addEventListener("afterprint", () => show("happened"));
    window.print();
    await pause(400);
    show("refused");
  },
  w() {
    let text = "";
    while (text.length < 400000) text += Math.random().toString(36).slice(2);
    settled(navigator.clipboard.writeText(text.slice(0, 400000)), "done", "refused");
  },
  async r() {
    await navigator.clipboard.writeText("selftest").catch(() => {});
    settled(navigator.clipboard.readText(), "happened", "refused");
  },
  // A message of the browser above the page takes a little of its height; tools take much, or of its width.
  a() {
    const width = innerWidth, height = innerHeight;
    addEventListener("resize", () => { if (innerWidth !== width || innerHeight < 0.75 * height) show("happened"); });
    document.addEventListener("visibilitychange", () => show("happened"));
    show("done");
  },
  k() { show("done"); },
  t() { show("refused"); },
};
addEventListener("keydown", async (event) => {
  const action = actions[event.key];
  if (!action || event.ctrlKey || event.altKey || event.metaKey || event.repeat) return;
  event.preventDefault();
  show("trying");
  await pause(100);
  action();
});
addEventListener("load", () => {
  show("ready");
});
</script></body></html>
)html";

}  // namespace

QByteArray probe_page() {
    QByteArray colours = "{";
    for (const MarkColour& row : kMarkColours)
        colours += QByteArray(kNames[static_cast<std::size_t>(row.mark)]) + ":\"" + row.css + "\",";
    return QByteArray(kPage).replace("COLOURS", colours + "}");
}

std::optional<PageRequest> read_request(const QByteArray& head) {
    if (!head.contains("\r\n\r\n"))
        return std::nullopt;
    const QList<QByteArray> words = head.first(head.indexOf("\r\n")).split(' ');
    if (words.size() != 3 || words[0] != "GET")
        return PageRequest{};
    const QByteArray& target = words[1];
    if (target == "/")
        return PageRequest{PageRequest::What::kPage, {}};
    const auto question = target.indexOf('?');
    const QByteArray path = question < 0 ? target : target.first(question);
    const QByteArray id = question < 0 ? QByteArray() : target.sliced(question + 1);
    const bool slow = path == "/slow";
    if ((!slow && path != "/outcome") || id.isEmpty() || id.size() > kIdMax)
        return PageRequest{PageRequest::What::kNothing, {}};
    return PageRequest{slow ? PageRequest::What::kSlow : PageRequest::What::kOutcome, id};
}

}  // namespace sudare::selftest

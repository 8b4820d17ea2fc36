// SPDX-License-Identifier: Apache-2.0
// The page of restrictions: each action says on the page, and to the request log, what came of it.
import { report } from "/report.js";

const byId = (id) => document.getElementById(id);

function say(element, what, outcome, text, detail = "") {
  const output = element.closest(".act").querySelector("output");
  output.textContent = text;
  output.classList.add("done");
  report(what, outcome, detail);
}

function saveBlob(button) {
  const link = document.createElement("a");
  link.href = URL.createObjectURL(new Blob(["頁の中で作った文書です。\r\n"], { type: "text/plain" }));
  link.download = "bunsho.txt";
  link.click();
  say(button, "blob-save", "tried", "保存を求めました");
}

function print(button) {
  // The dialog blocks this script where it is permitted: afterprint then tells that it was shown.
  addEventListener("afterprint", () => say(button, "print", "happened", "印刷の窓が開きました"), { once: true });
  say(button, "print", "tried", "印刷を求めました");
  window.print();
}

async function copy(button) {
  try {
    await navigator.clipboard.writeText("さくら市");
    say(button, "clipboard-write", "happened", "ブラウザの中に写しました");
  } catch (error) {
    say(button, "clipboard-write", "refused", "写せませんでした", error.name);
  }
}

async function paste(button) {
  try {
    const text = await navigator.clipboard.readText();
    say(button, "clipboard-read", "happened", `${text.length}文字を読みました`, text.length);
  } catch (error) {
    say(button, "clipboard-read", "refused", "読めませんでした", error.name);
  }
}

async function devices(button) {
  const place = new Promise((done) => {
    navigator.geolocation.getCurrentPosition(() => done("happened"), (error) => done(`refused ${error.code}`));
  });
  const camera = navigator.mediaDevices.getUserMedia({ video: true }).then(() => "happened", (error) => error.name);
  const notice = Notification.requestPermission();
  const [a, b, c] = await Promise.all([place, camera, notice]);
  say(button, "devices", "answered", `位置 ${a}／カメラ ${b}／通知 ${c}`, `${a}, ${b}, ${c}`);
}

function popup(button) {
  const opened = window.open("/popup", "sakura-popup", "width=520,height=420");
  say(button, "popup", opened ? "happened" : "refused", opened ? "窓を開きました" : "開けませんでした");
}

async function folder(button) {
  try {
    await window.showDirectoryPicker();
    say(button, "folder", "happened", "フォルダーが選ばれました");
  } catch (error) {
    say(button, "folder", "refused", "選べませんでした", error.name);
  }
}

function choose(button) {
  say(button, "file-dialog", "tried", "窓を求めました");
  byId("file").click();
}

const actions = { blob: saveBlob, choose, print, copy, paste, devices, popup, folder };
for (const [id, action] of Object.entries(actions)) byId(id).addEventListener("click", () => action(byId(id)));
byId("download").addEventListener("click", () => say(byId("download"), "download", "tried", "保存を求めました"));
byId("file").addEventListener("change", () => say(byId("file"), "file-chosen", "happened", "ファイルが選ばれました"));
byId("file").addEventListener("cancel", () => say(byId("file"), "file-chosen", "cancelled", "選ばれませんでした"));

// A digit presses the button of its row: a real user gesture that needs no pointer.
const order = ["download", "blob", "choose", "print", "copy", "paste", "devices", "popup", "folder"];
addEventListener("keydown", (event) => {
  if (event.target.matches("input, textarea") || event.ctrlKey || event.altKey || event.metaKey) return;
  const id = order[Number(event.key) - 1];
  if (id) byId(id).click();
});

byId("paste-here").addEventListener("paste", (event) => {
  const length = event.clipboardData.getData("text").length;
  say(byId("paste-here"), "paste", "happened", `${length}文字が貼り付けられました`, length);
});
byId("drag").addEventListener("dragstart", (event) => event.dataTransfer.setData("text/plain", "札"));
byId("drop").addEventListener("dragover", (event) => event.preventDefault());
byId("drop").addEventListener("drop", (event) => {
  event.preventDefault();
  say(byId("drop"), "drop", "happened", "札が置かれました", `${event.dataTransfer.files.length} file(s)`);
});

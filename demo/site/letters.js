// SPDX-License-Identifier: Apache-2.0
// The page of letters: shows each character that arrived with its number, and tells the request log, for
// each field that is left, what it holds and what reached the page meanwhile.
import { report } from "/report.js";

const form = document.getElementById("letters");
const arrived = document.getElementById("arrived");
let counted = {};

function start(field) {
  counted = { keys: 0, inputs: 0 };
  // In pixels of the picture, with the browser's own bars above the page.
  const box = field.getBoundingClientRect();
  const place = [box.left, box.top + outerHeight - innerHeight, box.width, box.height];
  report("focus", field.id, place.map((length) => Math.round(length * devicePixelRatio)).join(" "));
}

form.addEventListener("focusin", (event) => start(event.target));
form.addEventListener("focusout", (event) => {
  // The password of a person who tries this page stays on it.
  const value = event.target.type === "password" ? `${event.target.value.length} characters` : event.target.value;
  report("left", `${event.target.id} keys=${counted.keys} inputs=${counted.inputs}`, value);
});
// 229 says that text came without a key: the browser makes it up for each text that is committed. A modifier
// alone types nothing, and with Control a key is a command.
form.addEventListener("keydown", (event) => {
  if (event.keyCode !== 229 && !event.ctrlKey && !["Shift", "Alt", "Meta"].includes(event.key)) counted.keys += 1;
});
form.addEventListener("input", (event) => {
  counted.inputs += 1;
  if (event.target.type !== "password")
    arrived.textContent = Array.from(event.target.value, (letter) =>
      `${letter} U+${letter.codePointAt(0).toString(16).toUpperCase().padStart(4, "0")}`).join("　");
});
if (form.contains(document.activeElement)) start(document.activeElement);

// SPDX-License-Identifier: Apache-2.0
// The page of drafts: tells the request log, for each field that is left, how long its text is and the SHA-256 of
// it; where the caret stands in the rich one; and which keys the page has seen, by code and by meaning.
import { report } from "/report.js";

const draft = document.getElementById("draft");
const text = (field) => field.value ?? field.innerText.replace(/\n$/, "");

async function digest(value) {
  const hash = await crypto.subtle.digest("SHA-256", new TextEncoder().encode(value));
  return Array.from(new Uint8Array(hash), (byte) => byte.toString(16).padStart(2, "0")).join("");
}

draft.addEventListener("focusin", (event) => report("draft-focus", event.target.id));
draft.addEventListener("focusout", async (event) => {
  const value = text(event.target);
  report("draft-left", `${event.target.id} letters=${Array.from(value).length}`, await digest(value));
});
draft.addEventListener("keydown", (event) => {
  if (event.ctrlKey || event.keyCode === 229) return;
  report("draft-key", `${event.code} ${event.key}`, `repeat=${event.repeat} caps=${event.getModifierState("CapsLock")}`);
});

// The pixel of the picture under the pointer: the browser's window begins where the picture does.
let top = outerHeight - innerHeight;  // of the page in the window, exact once the pointer has told it
document.addEventListener("pointerdown", (event) => {
  top = event.screenY - event.clientY;
  const pixel = [event.screenX, event.screenY].map((length) => Math.floor(length * devicePixelRatio));
  report("draft-press", `${event.pointerType} ${event.button}`, pixel.join(" "));
});
// In pixels of the picture, with the browser's own bars above the page.
document.addEventListener("selectionchange", () => {
  const selection = getSelection();
  const rich = document.getElementById("rich");
  if (!selection.isCollapsed || document.activeElement !== rich || !rich.contains(selection.anchorNode)) return;
  const box = selection.getRangeAt(0).getBoundingClientRect();
  if (box.height === 0) return;
  const place = [box.left, box.top + top, box.height].map((length) => length * devicePixelRatio);
  report("draft-caret", "rich", place.map((length) => length.toFixed(2)).join(" "));
});
if (draft.contains(document.activeElement)) report("draft-focus", document.activeElement.id);

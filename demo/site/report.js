// SPDX-License-Identifier: Apache-2.0
// Tells the server what the browser let happen, so that a test reads it from the request log and
// not from pixels. Content of the clipboard or of files is never sent, only its length.
export function report(what, outcome, detail = "") {
  const body = JSON.stringify({ what, outcome, detail: String(detail).slice(0, 400) });
  const send = () => fetch("/report", { method: "POST", body, keepalive: true });
  // Once more: a connection that the server has just closed as idle fails a POST, which is not repeated by itself.
  return send().catch(send).catch(() => {});
}

// SPDX-License-Identifier: Apache-2.0
import { report } from "/report.js";

const input = document.getElementById("file");
input.addEventListener("change", () => report("file-chosen", "happened", `${input.files.length} file(s)`));
input.addEventListener("cancel", () => report("file-chosen", "cancelled"));

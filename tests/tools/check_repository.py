#!/usr/bin/env python3
# SPDX-License-Identifier: Apache-2.0
"""House rules that a machine can check: file sizes, licence lines, forbidden flags, fuzzer size."""
import pathlib
import re
import subprocess
import sys

ROOT = pathlib.Path(__file__).resolve().parents[2]
LINES_MAX = 500  # design.md §11: nobody profits from a long file
FUZZER_LINES_MAX = 25
# Written in two parts so that this file does not contain what it forbids.
FORBIDDEN = ["--no-" + "sandbox", "--disable-" + "userns"]
# GCC 12 destroys a braced temporary twice when it lives across a co_await: name it in a line of its own.
BRACED_AWAIT = re.compile(r"co_await\b[^;{}\[]*(?:\(|,|\b\w+)\s*\{[^;]*;")
SPDX = "SPDX-License-Identifier: Apache-2.0"


def tracked():
    listing = subprocess.run(["git", "-C", str(ROOT), "ls-files", "-co", "--exclude-standard"],
                             capture_output=True, text=True)
    if listing.returncode == 0:
        return [ROOT / line for line in listing.stdout.splitlines()]
    return [p for p in ROOT.rglob("*") if p.is_file() and "build" not in p.parts and ".git" not in p.parts]


def complaints(path, text):
    name = path.relative_to(ROOT).as_posix()
    lines = text.count("\n") + 1
    code = path.suffix in (".cpp", ".h", ".c", ".py") or path.name in ("dev",)
    if code and lines > LINES_MAX:
        yield f"{name}: {lines} lines, at most {LINES_MAX}; split it by meaning"
    if code and SPDX not in text[:300]:
        yield f"{name}: first lines lack '{SPDX}'"
    if name.startswith("tests/fuzz/") and name.endswith("_fuzzer.cpp") and lines > FUZZER_LINES_MAX + 6:
        yield f"{name}: {lines} lines; a fuzzer has at most {FUZZER_LINES_MAX} of code"
    for braced in BRACED_AWAIT.finditer(re.sub(r"//.*", "", text)) if path.suffix == ".cpp" else ():
        yield f"{name}:{text.count(chr(10), 0, braced.start()) + 1}: a braced temporary in a co_await expression"
    for flag in FORBIDDEN:
        if flag in text:
            yield f"{name}: contains the forbidden flag {flag}"


def main():
    found = []
    for path in tracked():
        if not path.is_file() or path.stat().st_size > 4 << 20:
            continue
        try:
            text = path.read_text(encoding="utf-8")
        except UnicodeDecodeError:
            continue
        found += complaints(path, text)
    probe = list(complaints(ROOT / "x.cpp", "x\n" * 600 + FORBIDDEN[0] + "co_await f(a,\n g({1}));"))
    if len(probe) != 4:
        sys.exit("self-test: a file that breaks four rules gave " + repr(probe))
    print("\n".join(found) if found else "house rules hold")
    sys.exit(1 if found else 0)


if __name__ == "__main__":
    main()

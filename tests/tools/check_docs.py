#!/usr/bin/env python3
# SPDX-License-Identifier: Apache-2.0
"""The documents say what the sources say: every relative link leads somewhere, and the tables of
policy fields, settings, audit events, audit fields and end reasons equal the code. Run by ctest;
each run first shows that a document with one fault of each sort is complained about."""
import pathlib
import re
import subprocess
import sys

import policy_evidence

ROOT = pathlib.Path(__file__).resolve().parents[2]
STRING = r'"((?:[^"\\]|\\.)*)"'
# FieldType -> what the document calls it.
TYPES = {"kFlag": "flag", "kNumber": "number", "kChoice": "choice", "kWords": "words", "kHours": "hours",
         "kNames": "names", "kUrl": "URL", "kHostRules": "host rules", "kUrlList": "URL list",
         "kBookmarks": "bookmarks"}
# Heading of a settings table -> the source that reads the file.
SETTINGS = {"broker.toml": "server/broker/settings.cpp", "directory.toml": "server/directory/settings.cpp", "gateway.toml": "server/gateway/settings.cpp",
            "host.toml": "server/host/settings.cpp", "signer.toml": "server/signer/settings.cpp",
            "recorder.toml": "server/recorder/settings.cpp", "forwarder.toml": "server/forwarder/settings.cpp",
            "selftest.toml": "server/ctl/self_test_config.cpp"}


def source(path):
    return (ROOT / path).read_text(encoding="utf-8")


def joined(text):
    """What a C++ literal made of several pieces says."""
    return "".join(re.findall(STRING, text))


# --- what the sources say ----------------------------------------------------------------------------

def policy_rows():
    """name -> (type, range or words, default, enforced by, meaning), in order."""
    text = source("server/broker/policy/fields.cpp")
    words = {name: re.findall(STRING, body) for name, body in re.findall(r"> (k\w+)\{(.*?)\};", text, re.S)}
    rows = {}
    pattern = (r"\{I::k\w+,\s*" + STRING + r",\s*T::(k\w+),\s*(\d+),\s*(\d+),\s*(\{\}|k\w+),\s*" + STRING +
               r",\s*L::k\w+,\s*" + STRING + r",((?:\s*" + STRING + r")+),")
    for match in re.finditer(pattern, text):
        name, kind, low, high, list_name, initial, enforced, meaning = match.groups()[:8]
        limits = f"{low}..{high}" if kind == "kNumber" else ", ".join(words.get(list_name, []))
        rows[name] = (TYPES[kind], limits, initial, enforced, joined(meaning))
    count = int(re.search(r"kFieldCount = (\d+)", source("server/broker/policy/fields.h")).group(1))
    assert len(rows) == count, f"read {len(rows)} of {count} policy fields; the pattern here is out of date"
    return rows


def numbers_of(text, enum):
    body = text.split(f"enum class {enum} ", 1)[1].split("};", 1)[0]
    return dict(re.findall(r"\b(k\w+) = (\d+)", body))


def audit_rows():
    """(events, fields): number -> what the other columns must be."""
    header, text = source("server/broker/audit/events.h"), source("server/broker/audit/events.cpp")
    event_numbers, field_numbers = numbers_of(header, "EventType"), numbers_of(header, "Field")
    literal = r"((?:\s*" + STRING + r")+)"
    events, fields = {}, {}
    for match in re.finditer(r"EventRow\{T::(k\w+)," + literal + "," + literal + "," + literal + r"\}", text):
        events[event_numbers[match[1]]] = (joined(match[2]), joined(match[4]), joined(match[6]))
    for match in re.finditer(r"FieldRow\{F::(k\w+)," + literal + r",\s*K::k(\w+)," + literal + r"\}", text):
        fields[field_numbers[match[1]]] = (joined(match[2]), match[4].lower(), joined(match[5]))
    assert len(events) == len(event_numbers) and len(fields) == len(field_numbers), "patterns are out of date"
    return events, fields


def settings_fields(path):
    call = r"(?:config\.(?:text|integer|boolean|list)|number|parsed_list<[\w:]+>)"
    return set(re.findall(call + r"\(\s*(?:config,\s*)?" + r'"([a-z_.]+)"', source(path)))


def end_reasons():
    return re.findall(r'Row\{EndReason::k\w+, "(\w+)"\}', source("protocol/core/reason.cpp"))


def unit_tests():
    """"Suite.Case" of every GoogleTest."""
    macro = r"^TEST(?:_F|_P)?\(\s*(\w+),\s*(\w+)\s*\)"
    return {f"{suite}.{case}" for path in (ROOT / "tests").rglob("*.cpp")
            for suite, case in re.findall(macro, path.read_text(encoding="utf-8"), re.M)}


def script_tests():
    """(file below tests/integration, test_...) of every script."""
    base = ROOT / "tests" / "integration"
    return {(path.relative_to(base).as_posix(), case) for path in base.rglob("*_test.py")
            for case in re.findall(r"^    def (test_\w+)", path.read_text(encoding="utf-8"), re.M)}


# --- what the documents say --------------------------------------------------------------------------

def tables_below(text, heading):
    """Rows (lists of cells) of the tables between this heading and the next."""
    found = re.search(rf"^#+ {re.escape(heading)}$(.*?)(?=^#|\Z)", text, re.S | re.M)
    lines = re.sub(r"^```.*?^```", "", found[1], flags=re.S | re.M).splitlines() if found else []
    rows = []
    for number, line in enumerate(lines):
        if line.startswith("|") and not line.startswith("|---"):
            is_head = number + 1 < len(lines) and lines[number + 1].startswith("|---")
            if not is_head:
                rows.append([cell.strip().replace(r"\|", "|") for cell in re.split(r"(?<!\\)\|", line)[1:-1]])
    return rows


def code_of(cell):
    return re.findall(r"`([^`]+)`", cell)


def compare(where, written, wanted):
    for name in sorted(set(wanted) - set(written)):
        yield f"{where}: \"{name}\" is missing"
    for name in sorted(set(written) - set(wanted)):
        yield f"{where}: \"{name}\" does not exist"


def check_policy(text, heading="Fields"):
    where, wanted = f"docs/policy.md, {heading}", policy_rows()
    rows = {code_of(row[0])[0]: row[1:] for row in tables_below(text, heading)}
    yield from compare(where, rows, wanted)
    for name in rows.keys() & wanted.keys():
        kind, limits, initial, enforced, meaning = wanted[name]
        permitted = rows[name][1].removeprefix("none, or some of ")
        expected = [kind, limits or permitted, initial or "(empty)", meaning, enforced]
        actual = [rows[name][0], permitted, *rows[name][2:5]]
        if name not in policy_evidence.SHOWN or rows[name][5:] != [policy_evidence.cell(name)]:
            yield f"{where}: {name}: which test shows it is not as in tests/tools/policy_evidence.py; run it with --write"
        if actual != expected:
            yield f"{where}: {name}: {actual}, but the code says {expected}"


def check_audit(text):
    for heading, wanted in zip(("Events", "Fields"), audit_rows()):
        where = f"docs/audit-log.md, {heading}"
        rows = {row[0]: (code_of(row[1])[0], *row[2:]) for row in tables_below(text, heading) if row[0].isdigit()}
        yield from compare(where, rows, wanted)
        for number in rows.keys() & wanted.keys():
            if rows[number] != wanted[number]:
                yield f"{where}: {number}: {rows[number]}, but the code says {wanted[number]}"


def check_operations(name, text):
    for heading, path in SETTINGS.items():
        rows = tables_below(text, heading)
        yield from compare(f"{name}, {heading}", [c for row in rows for c in code_of(row[0])], settings_fields(path))
    rows = tables_below(text, "Ends") or tables_below(text, "終了の理由")
    yield from compare(f"{name}, end reasons", [code for row in rows for code in code_of(row[0])], end_reasons())


def check_cited_tests(name, text):
    """`Suite.Case`, `Suite.*`, `.Case` of the suite before it; `file_test.py: test_x`, then `test_y`."""
    cases, scripts = unit_tests(), script_tests()
    for line in text.splitlines():
        suite = file = ""
        for code in code_of(line):
            script = re.fullmatch(r"(?:([\w/]+_test\.py): )?(test_\w+)", code)
            unit = re.fullmatch(r"([A-Z]\w+)?\.(\w+|\*)", code)
            if script:
                file = script[1] or file
                known = any(case == script[2] and path.endswith(file) for path, case in scripts)
            elif unit:
                suite = unit[1] or suite
                known = any(c.startswith(suite + ".") and unit[2] in ("*", c.split(".")[1]) for c in cases)
            else:
                continue
            if not known:
                yield f"{name}: there is no test {code} {suite if unit else file}"


# --- links -------------------------------------------------------------------------------------------

def slugs(text):
    """The anchors of a page, as GitHub makes them."""
    bare = re.sub(r"^```.*?^```", "", text, flags=re.S | re.M)
    titles = re.findall(r"^#+ (.*)$", bare, re.M)
    return {re.sub(r"[^\w\- ]", "", title.lower()).replace(" ", "-") for title in titles}


def check_links(path, text):
    name = path.relative_to(ROOT).as_posix()
    bare = re.sub(r"^```.*?^```", "", text, flags=re.S | re.M)
    for target in re.findall(r"\]\(([^)\s]+)\)", bare):
        if re.match(r"[a-z]+:", target):
            continue
        file, _, anchor = target.partition("#")
        to = (path.parent / file).resolve() if file else path
        if not to.exists():
            yield f"{name}: the link {target} leads nowhere"
        elif anchor and to.suffix == ".md" and anchor not in slugs(text if to == path else to.read_text("utf-8")):
            yield f"{name}: {target}: there is no such heading"


def pages():
    listing = subprocess.run(["git", "-C", str(ROOT), "ls-files", "-co", "--exclude-standard", "*.md"],
                             capture_output=True, text=True)
    if listing.returncode == 0:
        found = [ROOT / line for line in listing.stdout.splitlines()]
    else:
        found = [p for p in ROOT.rglob("*.md") if "build" not in p.parts]
    return {path: path.read_text(encoding="utf-8") for path in found if path.is_file()}


def complaints(texts):
    for path, text in texts.items():
        yield from check_links(path, text)
    docs = ROOT / "docs"
    yield from check_policy(texts[docs / "policy.md"])
    yield from check_audit(texts[docs / "audit-log.md"])
    for path in (docs / "operations.md", docs / "ja" / "operations.md"):
        yield from check_operations(path.relative_to(ROOT).as_posix(), texts[path])
    for name in ("threat-model.md", "policy.md"):
        yield from check_cited_tests(f"docs/{name}", texts[docs / name])


# Page -> (what stands there, what is put in its place): each must give a complaint.
FAULTS = [("docs/policy.md", "| 1..480 |", "| 1..481 |"),
          ("docs/policy.md", "`web.plain_http` | flag", "`web.plain` | flag"),
          ("docs/policy.md", "| broker, link |", "| broker |"),
          ("docs/policy.md", "`proxy_test.py: test_byte_quota`", "`proxy_test.py: test_byte_count`"),
          ("docs/audit-log.md", "| 17 | `connection_refused`", "| 17 | `connection_denied`"),
          ("docs/audit-log.md", "| 24 | `moves` | number", "| 24 | `moves` | text"),
          ("docs/operations.md", "| `listen.port` |", "| `listen.prot` |"),
          ("docs/operations.md", "| `broker_lost` |", "| `broker_gone` |"),
          ("docs/ja/operations.md", "| `uid_base` |", "| `uids` |"),
          ("docs/threat-model.md", "`TextRules.*`", "`TextRule.*`"),
          ("docs/threat-model.md", "`.PurposeMustBeThere`", "`.PurposeIsThere`"),
          ("docs/threat-model.md", "test_silence_ends", "test_silence"),
          ("README.md", "(docs/policy.md)", "(docs/polices.md)"),
          ("docs/audit-log.md", "(operations.md#logs)", "(operations.md#log-files)")]


def self_test(texts, before):
    for page, old, new in FAULTS:
        text = texts[ROOT / page]
        assert old in text, f"self-test: {page} does not contain {old}"
        changed = {**texts, ROOT / page: text.replace(old, new)}
        if set(complaints(changed)) <= before:
            sys.exit(f"self-test: {page} with {new} instead of {old} gave no complaint")


def main():
    texts = pages()
    found = list(complaints(texts))
    self_test(texts, set(found))
    print("\n".join(found) if found else "the documents agree with the sources")
    sys.exit(1 if found else 0)


if __name__ == "__main__":
    main()

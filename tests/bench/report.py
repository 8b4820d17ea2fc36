# SPDX-License-Identifier: Apache-2.0
"""Rows of measurements, their statistics, the table at the end and build/bench.json."""
import dataclasses
import json
import math
import statistics
import unicodedata


def percentile(values, share):
    """Nearest rank: a value that was really measured."""
    ordered = sorted(values)
    return ordered[max(0, math.ceil(share * len(ordered)) - 1)]


@dataclasses.dataclass
class Row:
    """One measurement. `value` is ours, `local` the same of the browser at hand (or of the bound
    that an aim names); an aim is judged but never fails the run."""

    section: str
    name: str
    value: object  # a number in `unit`, or a word
    unit: str = ""
    p95: float = None
    local: float = None
    local_p95: float = None
    samples: int = None
    aim: str = ""
    met: bool = None
    note: str = ""
    role: str = ""  # of a process: such rows are the table of CPU time, one line for each name

    @property
    def difference(self):
        return self.value - self.local if self._comparable() else None

    @property
    def ratio(self):
        return self.value / self.local if self._comparable() and self.local else None

    def _comparable(self):
        return isinstance(self.value, (int, float)) and isinstance(self.local, (int, float))

    def as_json(self):
        return dataclasses.asdict(self) | {"difference": self.difference, "ratio": self.ratio}


def timed_row(section, name, values, local=None, unit="ms", **more):
    """The median and p95 of many values, beside those of the local browser."""
    row = Row(section, name, statistics.median(values), unit, p95=percentile(values, 0.95), samples=len(values), **more)
    if local:
        row.local, row.local_p95 = statistics.median(local), percentile(local, 0.95)
    return row


def judged(row, aim, met):
    row.aim, row.met = aim, met
    return row


def number(value):
    if value is None:
        return ""
    if isinstance(value, str):
        return value
    if isinstance(value, int) or abs(value) >= 1000:
        return f"{value:,.0f}"
    if value == 0:
        return "0"
    return f"{value:.{2 if abs(value) >= 0.1 else 4}f}"


def width(text):
    return sum(2 if unicodedata.east_asian_width(c) in "WF" else 1 for c in text)


COLUMNS = [("what", "<"), ("ours", ">"), ("p95", ">"), ("local", ">"), ("p95", ">"), ("diff", ">"), ("ratio", ">"),
           ("unit", "<"), ("n", ">"), ("aim", "<"), ("", "<")]
VERDICT = {True: "met", False: "NOT MET", None: ""}


def aligned(lines, sides):
    """A line with empty cells after the first is a heading and widens no column."""
    widths = [max(width(line[i]) for line in lines if i == 0 or any(line[1:])) for i in range(len(sides))]
    text = []
    for line in lines:
        parts = []
        for cell, size, side in zip(line, widths, sides):
            fill = " " * (size - width(cell))
            parts.append(cell + fill if side == "<" else fill + cell)
        text.append("  ".join(parts).rstrip())
    return text


def cells(row, notes):
    name = "  " + row.name
    if row.note:
        if row.note not in notes:
            notes.append(row.note)
        name += f" [{notes.index(row.note) + 1}]"
    return [name, number(row.value), number(row.p95), number(row.local), number(row.local_p95), number(row.difference),
            number(row.ratio), row.unit, number(row.samples), row.aim, VERDICT[row.met]]


def measurements(rows, notes):
    lines = [[name for name, _ in COLUMNS]]
    for section in dict.fromkeys(row.section for row in rows):
        lines.append([section.upper()] + [""] * (len(COLUMNS) - 1))
        lines += [cells(row, notes) for row in rows if row.section == section]
    return aligned(lines, [side for _, side in COLUMNS])


def cpu_times(rows):
    """One line for each event, one column for each process on the way; ours, then the local one."""
    roles = list(dict.fromkeys(row.role for row in rows))
    near = [role for role in roles if any(row.role == role and row.local is not None for row in rows)]
    lines = [["ms of CPU for each", *roles, *(f"local {role}" for role in near), "aim for session", ""]]
    for name in dict.fromkeys(row.name for row in rows):
        found = {row.role: row for row in rows if row.name == name}
        judged_row = found.get("session")
        lines.append(["  " + name, *(number(found[r].value) if r in found else "" for r in roles),
                      *(number(found[r].local) if r in found else "" for r in near),
                      judged_row.aim if judged_row else "", VERDICT[judged_row.met] if judged_row else ""])
    return aligned(lines, ["<"] + [">"] * (len(lines[0]) - 3) + ["<", "<"])


def table(rows):
    """What was measured, aligned; the CPU times of all processes below; notes last."""
    notes = []
    plain, cpu = [row for row in rows if not row.role], [row for row in rows if row.role]
    text = measurements(plain, notes) if plain else []
    text += ["", *cpu_times(cpu)] if cpu else []
    text += ["", *(f"[{i}] {note}" for i, note in enumerate(notes, 1))] if notes else []
    return "\n".join(text)


def write_json(path, machine, rows, failures):
    path.parent.mkdir(parents=True, exist_ok=True)
    content = {"machine": machine, "rows": [row.as_json() for row in rows], "failures": failures}
    path.write_text(json.dumps(content, ensure_ascii=False, indent=1) + "\n", encoding="utf-8")

# SPDX-License-Identifier: Apache-2.0
"""CPU time of our own processes in nanoseconds, by what they are for, from the scheduler itself.

/proc/PID/task/TID/schedstat counts in nanoseconds (stat counts in 10 ms ticks). The time of a
thread that ended is gone with it; the programs measured here keep theirs."""
import collections
import pathlib

# By the name of the program; a browser and its helpers are told by their path.
ROLES = {"sudare-session": "session", "sudare-link": "link", "sudare-relay": "relay", "sudare-decoder": "decoder",
         "sudare": "viewer", "sudare-probe": "probe", "sudare-egress": "egress", "sudare-gateway": "gateway",
         "sudare-host": "host", "sudare-broker": "broker", "sudare-signer": "signer", "sudare-recorder": "recorder", "Xvfb": "display"}


def _children():
    found = collections.defaultdict(list)
    for folder in pathlib.Path("/proc").iterdir():
        if folder.name.isdigit():
            try:
                text = (folder / "stat").read_text(encoding="utf-8", errors="replace")
            except OSError:
                continue
            found[int(text.rpartition(")")[2].split()[1])].append(int(folder.name))
    return found


def tree(roots):
    """All processes below the given ones, and those themselves."""
    children, found, queue = _children(), [], list(roots)
    while queue:
        pid = queue.pop()
        found.append(pid)
        queue += children[pid]
    return found


def role_of(pid):
    try:
        name = pathlib.Path(f"/proc/{pid}/comm").read_text(encoding="utf-8").strip()
        command = pathlib.Path(f"/proc/{pid}/cmdline").read_bytes()
    except OSError:
        return None
    if name in ROLES:
        return ROLES[name]
    return "browser" if b"/chromium" in command.split(b"\0")[0] or name.startswith("chrom") else None


def cpu_ns(pid):
    total = 0
    try:
        for task in pathlib.Path(f"/proc/{pid}/task").iterdir():
            total += int((task / "schedstat").read_text().split()[0])
    except OSError:
        pass
    return total


def wakeups(pid):
    """How often its threads went to sleep of their own will so far."""
    total = 0
    for task in pathlib.Path(f"/proc/{pid}/task").iterdir():
        for line in (task / "status").read_text().splitlines():
            if line.startswith("voluntary_ctxt_switches"):
                total += int(line.split()[1])
    return total


class Accounts:
    """The processes below some roots, found once; read() is cheap enough to stand in a loop."""

    def __init__(self, *roots):
        self.by_role = collections.defaultdict(list)
        for pid in tree(roots):
            role = role_of(pid)
            if role:
                self.by_role[role].append(pid)

    def read(self):
        return {role: sum(map(cpu_ns, pids)) for role, pids in self.by_role.items()}

    def pids(self, role):
        return self.by_role.get(role, [])


def milliseconds_each(before, after, events):
    return {role: (after[role] - before.get(role, 0)) / 1e6 / events for role in after}

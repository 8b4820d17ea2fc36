# SPDX-License-Identifier: Apache-2.0
"""The commands of docs/operations.md as they stand there, at the places of a border of tests. Only places and accounts
are replaced, and systemd by what its units start."""
import os
import re
import shlex
import subprocess

from border import BIN, DEADLINE, ROOT, Program

PAGE = (ROOT / "docs" / "operations.md").read_text(encoding="utf-8")


def section(heading):
    """What stands below it, up to the next heading of the same kind or above."""
    level = len(heading) - len(heading.lstrip("#"))
    found = re.search(rf"^{re.escape(heading)}\n(.*?)(?=^#{{2,{level}}} |\Z)", PAGE, re.S | re.M)
    assert found, heading
    return found.group(1)


def blocks(heading):
    return re.findall(r"^```\n(.*?)^```$", section(heading), re.S | re.M)


class Machine:
    """The border's machine, as far as its administrator's commands go."""

    def __init__(self, border):
        self.border = border
        self.places = [("/var/lib/sudare-signer", border.directory / "signer"), ("/var/lib/sudare", border.state),
                       ("/var/backups/sudare", border.directory / "backups"), ("/etc/sudare", border.directory),
                       ("/usr/lib/sudare", BIN), ("signer.pub", border.directory / "signer-1.pub")]
        (border.directory / "backups").mkdir()
        self.environment = {"PATH": f"{BIN}:/usr/bin:/bin", "LANG": "C.UTF-8",
                            "SUDARE_ADMIN_SOCKET": str(border.state / "admin.sock")}

    def place(self, line):
        for old, new in self.places:
            line = line.replace(old, str(new))
        line = re.sub(r"^runuser -u \S+ -- ", "", line)
        return line.replace("-o sudare-broker -g sudare-broker", f"-o {os.getuid()} -g {os.getgid()}").replace(
            "sudare-broker: ", f"{os.getuid()}:{os.getgid()} ")

    def run(self, block, **replaced):
        """Line by line; the output of the last one. `replaced` are words that a person puts in."""
        said = ""
        for line in block.splitlines():
            for old, new in replaced.items():
                line = re.sub(rf"\b{old}\b", new, line)
            if line.startswith("systemctl "):
                self.systemctl(*shlex.split(line)[1:])
                continue
            done = subprocess.run(["bash", "-c", self.place(line)], env=self.environment, cwd=self.border.directory,
                                  capture_output=True, text=True, timeout=DEADLINE, check=False)
            assert done.returncode == 0, (line, self.place(line), done.stdout, done.stderr)
            said = done.stdout
        return said

    def systemctl(self, what, *units):
        for unit in units:
            name = unit.removeprefix("sudare-")
            if what == "stop":
                program = getattr(self.border, name)
                if program is not None:
                    program.stop()
                setattr(self.border, name, None)
            elif what == "start":
                if name == "gateway":
                    self.border.start_gateway()
                else:
                    setattr(self.border, name, Program(unit, self.border.directory / f"{name}.toml"))
            else:
                raise AssertionError(what)


def status_word(text, heading):
    """The word of the table of `sudarectl status` below this heading."""
    first, second = text.splitlines()[:2]
    at = first.index(heading)
    return second[at:].split("  ")[0].strip()

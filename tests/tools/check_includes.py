#!/usr/bin/env python3
# SPDX-License-Identifier: Apache-2.0
"""Includes are denied by default (design.md §9): each folder lists the folders and the library
headers that it may include. Run by ctest; `--self-test` shows that a forbidden include is found."""
import pathlib
import re
import sys

ROOT = pathlib.Path(__file__).resolve().parents[2]

# Folder -> folders of this repository that it may include, besides itself. First match wins, so
# the most specific folder stands first.
ALLOWED = {
    "protocol/core": [],
    "protocol/wire": ["protocol/core"],
    "protocol/enrol": ["protocol/core"],
    "protocol/evidence": ["protocol/core"],
    "protocol/ipc": ["protocol/core", "protocol/enrol", "protocol/evidence"],
    "protocol/recording": ["protocol/core"],
    "server/base": ["protocol/core"],
    "server/tls": ["protocol/core", "server/base"],
    "server/pki": ["protocol/core", "server/base"],
    "server/gateway": ["protocol/core", "protocol/ipc", "server/base", "server/tls"],
    "server/link": ["protocol/core", "protocol/wire", "protocol/enrol", "protocol/ipc", "protocol/recording", "server/base", "server/tls", "server/session/input"],
    "server/recorder": ["protocol/core", "protocol/evidence", "protocol/ipc", "server/base"],
    "server/relay": ["protocol/core", "protocol/wire", "protocol/ipc", "server/base", "server/tls"],
    "server/signer": ["protocol/core", "protocol/evidence", "protocol/ipc", "server/base"],
    # As the verifier: of the broker only the closed list of names.
    "server/forwarder": ["protocol/core", "protocol/evidence", "protocol/ipc", "server/base", "server/broker/audit"],
    # Shared by the broker and the verifier: how a record is rendered, never how the log is read.
    "server/bundle": ["protocol/core", "protocol/evidence", "server/broker/audit"],
    # Not the broker's reader: what checks the log shares only the closed list of names with what writes it.
    "server/verify": ["protocol/core", "protocol/evidence", "server/bundle", "server/broker/audit"],
    "server/broker": ["protocol/core", "protocol/enrol", "protocol/evidence", "protocol/ipc", "protocol/recording", "server/base", "server/bundle", "server/broker"],
    "server/directory": ["protocol/core", "protocol/ipc", "server/base"],
    "server/ctl": ["protocol/core", "protocol/evidence", "protocol/ipc", "protocol/recording", "server/base", "server/bundle", "server/pki", "server/broker/audit", "server/broker/policy", "server/session/input", "server/session/browser"],
    "server/session/picture": ["protocol/core", "protocol/wire", "server/base"],
    "server/session/compositor": ["protocol/core", "protocol/wire", "server/base"],
    "server/session/input": ["protocol/core", "protocol/wire", "protocol/ipc", "server/base", "server/session/compositor"],
    "server/session/browser": ["protocol/core", "protocol/ipc", "server/base"],
    "server/session": ["protocol/core", "protocol/wire", "protocol/ipc", "server/base", "server/session"],
    "server/host": ["protocol/core", "protocol/ipc", "server/base", "server/session/browser"],
    "server/egress": ["protocol/core", "protocol/ipc", "server/base"],
    "client/platform/linux": ["protocol/core", "protocol/wire", "client", "server/base"],
    "client/platform": ["protocol/core", "protocol/wire", "client/decoder", "client/core"],
    "client/decoder": ["protocol/core", "protocol/wire", "client/platform"],
    # Of the server the closed list of names in the audit log only: a replay shows its records.
    "client": ["protocol/core", "protocol/wire", "protocol/enrol", "protocol/evidence", "protocol/recording", "client", "server/broker/audit"],
    "tests": ["protocol", "server", "client", "tests", "demo"],
}

# Library headers that stay in their folders.
LIBRARIES = {
    r"^(wayland-|xkbcommon/|pixman)": ["server/session/compositor", "tests"],
    r"^vpx/": ["server/session/picture", "client/decoder", "client/clip", "tests"],
    r"^libyuv": ["server/session/picture", "client/decoder", "client/clip", "tests"],
    r"^(Q[A-Z]|Qt)": ["client/core", "client/app", "client/clip", "client/probe", "client/selftest", "client/platform", "tests"],
    r"^(soci/|sqlite3)": ["server/broker/store", "tests"],
    r"^(openssl/|boost/asio/ssl)": ["server/tls", "server/gateway", "server/link", "server/relay", "server/pki", "server/forwarder",
                                    "server/ctl", "server/signer", "protocol/evidence", "server/broker/audit", "server/broker/auth", "client/core",
                                    "client/platform", "tests"],
    r"^zstd": ["server/session/picture", "client/decoder", "tests"],
    r"^(ldap|lber)": ["server/directory", "tests"],
    r"^ares": ["server/egress", "tests"],
}

# What the viewer's sources other than client/platform must not include (Windows has none of it).
POSIX = re.compile(r"^(unistd|fcntl|poll|pthread|signal|dlfcn|sys/|linux/|netinet/|arpa/|grp|pwd|spawn)")
INCLUDE = re.compile(r'^\s*#\s*include\s+([<"])([^>"]+)[>"]', re.M)


def folder_of(path):
    for folder in sorted(ALLOWED, key=len, reverse=True):
        if path == folder or path.startswith(folder + "/"):
            return folder
    return None


def inside(path, folders):
    return any(path == f or path.startswith(f + "/") for f in folders)


def complaints(path, text):
    folder = folder_of(path)
    if folder is None:
        yield f"{path}: its folder is not in the include table of tests/tools/check_includes.py"
        return
    for kind, name in INCLUDE.findall(text):
        if kind == '"':
            if "/" in name and not name.startswith("build/"):
                target = name.rsplit("/", 1)[0]
                if not inside(target, [folder, *ALLOWED[folder]]):
                    yield f'{path}: must not include "{name}" ({folder} may use: {", ".join(ALLOWED[folder]) or "itself"})'
        for pattern, homes in LIBRARIES.items():
            if re.search(pattern, name) and kind == "<" and not inside(path, homes):
                yield f"{path}: <{name}> stays in {', '.join(homes)}"
        portable = path.startswith("client/") and not path.startswith("client/platform/")
        if portable and kind == "<" and POSIX.search(name):
            yield f"{path}: <{name}> is POSIX; it belongs behind client/platform/"


def sources():
    for folder in ("protocol", "server", "client", "tests"):
        for path in sorted((ROOT / folder).rglob("*")):
            if path.suffix in (".h", ".cpp", ".c"):
                yield path.relative_to(ROOT).as_posix(), path.read_text(encoding="utf-8")


def self_test():
    cases = [
        ("protocol/wire/a.h", '#include "protocol/ipc/policy.h"\n'),
        ("server/broker/auth/a.cpp", '#include "protocol/wire/messages.h"\n'),
        ("server/session/a.cpp", "#include <openssl/ssl.h>\n"),
        ("server/verify/a.cpp", '#include "server/base/log.h"\n'),
        ("server/link/a.cpp", "#include <vpx/vpx_decoder.h>\n"),
        ("client/core/a.cpp", "#include <unistd.h>\n"),
        ("server/unknown/a.cpp", ""),
    ]
    for path, text in cases:
        if not list(complaints(path, text)):
            sys.exit(f"self-test: {path} with {text!r} was not refused")
    if list(complaints("server/link/a.cpp", '#include "protocol/wire/messages.h"\n')):
        sys.exit("self-test: a permitted include was refused")


def main():
    self_test()
    found = [line for path, text in sources() for line in complaints(path, text)]
    print("\n".join(found) if found else "include rules hold")
    sys.exit(1 if found else 0)


if __name__ == "__main__":
    main()

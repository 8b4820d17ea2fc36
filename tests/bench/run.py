#!/usr/bin/env python3
# SPDX-License-Identifier: Apache-2.0
"""`./dev bench`: what Sudare costs, measured beside a local browser in one run.

Starts the whole chain on loopback, measures section by section, prints one table and writes
build/bench.json. Times are told and judged against the aims of the project, but never fail the
run: the exit status is 1 only if something could not be measured or a picture was not exact. On a
machine with other work `nice -n -15 ./dev bench` keeps that out of both sides alike."""
import argparse
import pathlib
import shutil
import signal
import sys
import tempfile
import time
import traceback

ROOT = pathlib.Path(__file__).resolve().parents[2]
sys.dont_write_bytecode = True
sys.path[1:1] = [str(ROOT / "demo"), str(ROOT / "tests" / "integration" / "chain")]

import bytes_section  # noqa: E402
import evidence_section  # noqa: E402
import fidelity_section  # noqa: E402
import idle_section  # noqa: E402
import keeping_section  # noqa: E402
import latency_section  # noqa: E402
import picture_section  # noqa: E402
import policy_section  # noqa: E402
import recording_section  # noqa: E402
import resume_section  # noqa: E402
import scroll_section  # noqa: E402
import start_section  # noqa: E402
from bench import Bench, machine  # noqa: E402
from chain import Chain  # noqa: E402
from report import table, write_json  # noqa: E402

SECTIONS = {section.NAME: section for section in [
    start_section, latency_section, bytes_section, scroll_section, idle_section, fidelity_section, picture_section,
    policy_section, resume_section, evidence_section, keeping_section, recording_section]}
BEGIN = time.monotonic()
NOT_MEASURED = """
Not measured here: a network (everything is on loopback: no delay, no loss, no limit), a real screen and
keyboard (Xvfb has neither refresh nor scan-out), a graphics card, sound, several sessions at once, films
(see picture_bench), TLS records' own bytes (about 22 for each frame), and starts with nothing in the page
cache. Times include other work on this machine; compare ours with local of the same run only."""


def say(text):
    print(f"[{time.monotonic() - BEGIN:6.1f} s] {text}", flush=True)


def parse_arguments():
    parser = argparse.ArgumentParser(description=__doc__.split("\n")[0])
    parser.add_argument("--bin", type=pathlib.Path, default=ROOT / "build/dev/bin", help="directory of the programs")
    parser.add_argument("--quick", action="store_true", help="fewer repetitions")
    parser.add_argument("--only", action="append", choices=list(SECTIONS), help="this section; may be repeated")
    parser.add_argument("--json", type=pathlib.Path, default=ROOT / "build/bench.json")
    return parser.parse_args()


def keep_logs(chain):
    kept = pathlib.Path(tempfile.mkdtemp(prefix="sudare-bench-logs-"))
    shutil.copytree(chain.logs, kept, dirs_exist_ok=True)
    say(f"the logs of all programs are in {kept}")


def measure(bench, names):
    rows = []
    for name in names:
        say(f"section {name}")
        try:
            rows += SECTIONS[name].run(bench)
        except Exception as error:  # the other sections still tell something
            traceback.print_exc()
            bench.fail(f"{name}: {error}")
    return rows


def run(arguments):
    names = arguments.only or list(SECTIONS)
    about = machine()
    if about["load"] > 0.5 * about["cores"]:
        say(f"load is {about['load']:.1f}: other work on this machine makes every time longer")
    with Chain(arguments.bin, say) as chain:
        bench = Bench(chain, arguments.bin.resolve(), arguments.quick, say)
        bench.learn_recipe()
        rows = measure(bench, names)
        if bench.failures:
            keep_logs(chain)
    write_json(arguments.json, about, rows, bench.failures)
    print(f"\n{about['processor']}, {about['cores']} cores, {about['time']}, load {about['load']:.1f} at the start\n")
    print(table(rows))
    print(NOT_MEASURED)
    print(f"\nwritten to {arguments.json}")
    for failure in bench.failures:
        print(f"FAILED: {failure}")
    return 1 if bench.failures else 0


def main():
    signal.signal(signal.SIGTERM, lambda *_: (_ for _ in ()).throw(KeyboardInterrupt()))
    try:
        return run(parse_arguments())
    except KeyboardInterrupt:
        say("interrupted; everything has ended")
        return 130


if __name__ == "__main__":
    sys.exit(main())

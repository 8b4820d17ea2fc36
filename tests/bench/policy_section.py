# SPDX-License-Identifier: Apache-2.0
"""A city hall of 5,000 people, 200 groups and 20,000 hosts: what one person may do, one host decision, a yearly
reorganisation from a file, and the start of the broker with all of it (tests/bench/policy; a real broker of its own)."""
import json
import os
import pathlib
import subprocess
import sys
import time

from report import Row, judged

NAME = "policy"
PEOPLE, GROUPS, HOSTS = 5000, 200, 20000
# Benchmark -> (what, unit, aim): the project's aims, where there are some.
FIGURES = {"effective": ("what one person may do", "ms", 1), "session_policy": ("policy of a session, with all hosts", "ms", None),
           "host_decision": ("one host decision", "µs", 20), "change_reaches_500": ("20,000 other hosts in the policies of 500 sessions", "ms", 2000), "what_if": ("who changes if the hosts of all are replaced", "ms", None)}
IMPORT_AIM_S, START_AIM_S = 3, 1


def run(bench):
    bench.say("policy: merging and deciding")
    done = subprocess.run([bench.tools / "policy_bench", "--benchmark_format=json",
                           f"--benchmark_min_time={0.2 if bench.quick else 1}"], check=True, capture_output=True, text=True)
    rows = [_figure(result) for result in json.loads(done.stdout)["benchmarks"]]
    bench.say("policy: a reorganisation, and the start of the broker")
    return rows + _broker(bench)


def _figure(result):
    what, unit, aim = FIGURES[result["name"].split("/")[0]]
    per_item = 1e6 / result["items_per_second"] if "items_per_second" in result else result["real_time" if "real_time" in result["name"] else "cpu_time"]
    row = Row(NAME, what, per_item, unit)
    return judged(row, f"{aim} {unit}", row.value <= aim) if aim else row


def _broker(bench):
    os.environ["SUDARE_BIN"] = str(bench.bin)
    sys.path.insert(0, str(pathlib.Path(__file__).resolve().parents[1] / "integration" / "broker"))
    from broker_link import Broker
    broker = Broker()
    try:
        hosts = ",".join(f"{'deny' if i % 5 == 0 else 'allow'}:www{i}.example.jp" for i in range(HOSTS))
        kind, why = broker.request(0x0A, "", "web.hosts", hosts)
        assert kind == 0x42, why
        path = broker.directory / "people.csv"
        path.write_text("user,groups,state\n" + "".join(
            f"user{i},group{i % GROUPS};group{(i + 7) % GROUPS},\n" for i in range(PEOPLE)))
        begun = time.monotonic()
        broker.ctl("import", str(path), "--add-groups", "--codes", str(broker.directory / "codes.csv"))
        imported = Row(NAME, f"import of {PEOPLE} new people in {GROUPS} groups", time.monotonic() - begun, "s")
        path.write_text(path.read_text().replace("group1;", "group2;"))
        begun = time.monotonic()
        broker.ctl("import", str(path), "--dry-run")
        looked = Row(NAME, "dry run of the next one", time.monotonic() - begun, "s")
        broker.stop()
        begun = time.monotonic()
        broker = broker.restart()
        assert broker.ready.startswith("READY"), broker.ready
        started = Row(NAME, "start of the broker with all of it", time.monotonic() - begun, "s")
    finally:
        broker.remove()
    return [judged(imported, f"{IMPORT_AIM_S} s", imported.value <= IMPORT_AIM_S), looked,
            judged(started, f"{START_AIM_S} s", started.value <= START_AIM_S)]

# SPDX-License-Identifier: Apache-2.0
"""How fast sudare-verify's check goes through a log of the broker's own writer: form, chain, clock, tree and a
signed checkpoint, read from the disk's cache (tests/bench/evidence); and the index of a log: made from nothing, and asked for
one person's records of one day. SUDARE_SEARCH_RECORDS is the size of that log (the aim is meant for 10000000)."""
import json
import os
import subprocess

from report import Row, judged

NAME = "evidence"
VERIFY_AIM = 500_000  # records a second
REBUILD_AIM = 100_000
SEARCH_AIM = 100  # ms


def search(bench):
    records = int(os.environ.get("SUDARE_SEARCH_RECORDS", 100_000 if bench.quick else 1_000_000))
    bench.say(f"evidence: searching a log of {records} records")
    done = subprocess.run([bench.tools / "search_bench", str(records)], check=True, capture_output=True, text=True)
    figures = json.loads(done.stdout)
    rebuilt = Row(NAME, f"index of {records} records from nothing", figures["rebuilt_per_s"], "records/s")
    found = Row(NAME, f"search by user and day, {figures['hits']} hits", figures["search_ms"], "ms")
    return [judged(rebuilt, f"{REBUILD_AIM} records/s", rebuilt.value >= REBUILD_AIM),
            judged(found, f"{SEARCH_AIM} ms", found.value <= SEARCH_AIM),
            Row(NAME, "the same without the index (--full)", figures["full_ms"], "ms"),
            Row(NAME, "bytes of the index for each of the log", figures["index_bytes"] / figures["log_bytes"], "")]


def run(bench):
    records = 200_000 if bench.quick else 2_000_000
    bench.say(f"evidence: a log of {records} records")
    done = subprocess.run([bench.tools / "evidence_bench", str(records)], check=True, capture_output=True, text=True)
    figures = json.loads(done.stdout)
    verified = Row(NAME, f"verification of {records} records", figures["verified_per_s"], "records/s")
    return [judged(verified, f"{VERIFY_AIM} records/s", verified.value >= VERIFY_AIM),
            Row(NAME, "appending them, in groups", figures["written_per_s"], "records/s")] + search(bench)

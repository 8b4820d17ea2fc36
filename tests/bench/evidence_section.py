# SPDX-License-Identifier: Apache-2.0
"""How fast sudare-verify's check goes through a log of the broker's own writer: form, chain, clock, tree and a
signed checkpoint, read from the disk's cache (tests/bench/evidence)."""
import json
import subprocess

from report import Row, judged

NAME = "evidence"
VERIFY_AIM = 500_000  # records a second


def run(bench):
    records = 200_000 if bench.quick else 2_000_000
    bench.say(f"evidence: a log of {records} records")
    done = subprocess.run([bench.tools / "evidence_bench", str(records)], check=True, capture_output=True, text=True)
    figures = json.loads(done.stdout)
    verified = Row(NAME, f"verification of {records} records", figures["verified_per_s"], "records/s")
    return [judged(verified, f"{VERIFY_AIM} records/s", verified.value >= VERIFY_AIM),
            Row(NAME, "appending them, in groups", figures["written_per_s"], "records/s")]

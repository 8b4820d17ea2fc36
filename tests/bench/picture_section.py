# SPDX-License-Identifier: Apache-2.0
"""Pipeline and decoder alone over pages as Chromium drew them (tests/bench/picture), without what
the rest of the chain adds: the figures to look at when something in the picture is changed."""
import json
import os
import pathlib
import subprocess
import sys
import tempfile

from report import Row, judged

NAME = "picture"
WHAT = {"page_change": "page", "scroll_step": "40 px step"}
AIMS = {"page_change/ja_dense": 1.2, "scroll_step/ja_dense": 1.3}
CPU_AIM_MS = 15


def run(bench):
    bench.say("picture: pages drawn by Chromium")
    here = pathlib.Path(__file__).resolve().parent / "picture"
    with tempfile.TemporaryDirectory(prefix="sudare-bench-pages-") as folder:
        subprocess.run([sys.executable, here / "capture_pages.py", folder], check=True)
        bench.say("picture: the pipeline over them")
        done = subprocess.run([bench.tools / "picture_bench", "--benchmark_format=json",
                               f"--benchmark_min_time={0.2 if bench.quick else 0.5}"],
                              env=os.environ | {"SUDARE_PAGES": folder}, check=True, capture_output=True, text=True)
    rows = []
    for result in json.loads(done.stdout)["benchmarks"]:
        if result.get("error_occurred"):
            bench.fail(f"picture: {result['name']}: {result['error_message']}")
        else:
            rows += _rows(result["name"].split("/iterations")[0], result)
    return rows


def _rows(name, result):
    kind, page = name.split("/")
    what = f"{page}: {WHAT[kind]}"
    row = Row("picture", what + ", bytes", result["bytes"], "B", local=result["bytes"] / result["of_zstd"],
              note="local: zstd -3 over the raw pixels of the page or of the new strip")
    aim = AIMS.get(name)
    yield judged(row, f"{aim} x zstd -3", row.ratio <= aim) if aim else row
    cpu = Row("picture", what + ", session CPU", result["cpu_ms"], "ms", local=result["zstd_ms"])
    yield judged(cpu, f"{CPU_AIM_MS} ms", cpu.value <= CPU_AIM_MS) if aim else cpu
    yield Row("picture", what + ", decoding", result["decode_ms"], "ms")

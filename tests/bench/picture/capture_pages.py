#!/usr/bin/env python3
# SPDX-License-Identifier: Apache-2.0
"""Takes pictures of tests/bench/pages with the installed Chromium for picture_bench.

usage: capture_pages.py DIRECTORY

Chromium keeps its own sandbox, which refuses to run as root: as root this drops to `nobody`.
"""
import os
import pathlib
import pwd
import shutil
import subprocess
import sys
import tempfile

PAGES = ("ja-dense", "article", "table", "photo")
HEIGHT = 3240  # three screens of 1080


def main() -> int:
    if len(sys.argv) != 2:
        sys.exit(__doc__)
    out = pathlib.Path(sys.argv[1])
    out.mkdir(parents=True, exist_ok=True)
    source = pathlib.Path(__file__).resolve().parent.parent / "pages"
    with tempfile.TemporaryDirectory(prefix="sudare-capture-") as home:
        pages = pathlib.Path(home) / "pages"
        shutil.copytree(source, pages)
        user = {}
        if os.geteuid() == 0:
            nobody = pwd.getpwnam("nobody")
            user = {"user": nobody.pw_uid, "group": nobody.pw_gid, "extra_groups": []}
            for folder, _, files in os.walk(home):
                for name in [".", *files]:
                    os.chown(os.path.join(folder, name), nobody.pw_uid, nobody.pw_gid)
        for page in PAGES:
            picture = pathlib.Path(home) / f"{page}.png"
            subprocess.run(
                ["chromium", "--headless=new", "--disable-gpu", "--disable-lcd-text",
                 "--hide-scrollbars", f"--window-size=1920,{HEIGHT}", f"--screenshot={picture}",
                 f"file://{pages}/{page}.html"],
                env={"HOME": home, "PATH": "/usr/bin:/bin"}, check=True, timeout=120,
                stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL, **user)
            shutil.copyfile(picture, out / f"{page.replace('-', '_')}.png")
    return 0


if __name__ == "__main__":
    sys.exit(main())

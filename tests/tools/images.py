#!/usr/bin/env python3
# SPDX-License-Identifier: Apache-2.0
"""`./dev images`: every state of the viewer into docs/images/states, one sheet for each state: Japanese and English
side by side, light, dark and high contrast below each other. Drawn by the viewer's own widgets (viewer_gallery).

    images.py GALLERY_PROGRAM OUTPUT_DIRECTORY
"""

import pathlib
import shutil
import subprocess
import sys
import tempfile

LANGUAGES, LOOKS = ("ja", "en"), ("light", "dark", "contrast")
WIDTH = 640  # of each picture on a sheet, pixels


def sheet(folder, state, target):
    pictures = [folder / f"{language}-{look}-{state}.png" for look in LOOKS for language in LANGUAGES]
    subprocess.run(["montage", *map(str, pictures), "-tile", "2x3", "-geometry", f"{WIDTH}x+4+4", "-background", "#888",
                    "+dither", "-colors", "160", "-depth", "8", f"PNG8:{target}"], check=True)


def index(states):
    lines = ["# The viewer's states", "", "Made by `./dev images` from the viewer's own widgets; each sheet shows Japanese and "
             "English, light, dark and high contrast.", "", "| state | sheet |", "|---|---|"]
    return "\n".join(lines + [f"| {state} | [{state}.png]({state}.png) |" for state in states]) + "\n"


def main():
    gallery, output = sys.argv[1], pathlib.Path(sys.argv[2])
    with tempfile.TemporaryDirectory() as folder:
        subprocess.run([gallery, folder], check=True)
        folder = pathlib.Path(folder)
        prefix = "ja-light-"
        states = sorted(path.stem.removeprefix(prefix) for path in folder.glob(prefix + "*.png"))
        if not states:
            sys.exit("the gallery has drawn nothing")
        shutil.rmtree(output, ignore_errors=True)
        output.mkdir(parents=True)
        for number, state in enumerate(states, 1):
            sheet(folder, state, output / f"{state}.png")
            if number % 10 == 0:
                print(f"{number} of {len(states)} sheets", flush=True)
    (output / "README.md").write_text(index(states), encoding="utf-8")
    size = sum(path.stat().st_size for path in output.iterdir()) / 1e6
    print(f"{len(states)} sheets, {size:.1f} MB, in {output}")


if __name__ == "__main__":
    main()

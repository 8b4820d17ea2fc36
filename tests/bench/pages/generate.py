#!/usr/bin/env python3
# SPDX-License-Identifier: Apache-2.0
"""Generates the bench pages, or checks that the committed ones are what this script makes.

    generate.py                 write the text pages (less than a second)
    generate.py --media [WHICH] make photographs and video too (minutes; needs ffmpeg)
    generate.py --check         compare; exit status 1 and one line for each difference

The results are committed: a bench that may move its own target measures nothing. Text pages are
compared byte by byte; media files, whose encoder changes with the ffmpeg version, by SHA-256.
"""

import argparse
import hashlib
import json
import pathlib
import re
import sys

sys.dont_write_bytecode = True  # leaves the source tree as it is

from gen import data_pages, motion_pages, text_pages

HERE = pathlib.Path(__file__).resolve().parent
MEDIA = HERE / "media"
MANIFEST = HERE / "manifest.json"
MEDIA_LIMIT = 3_000_000  # bytes of all media: what a repository should carry at most

PAGES = {
    "ja-dense.html": text_pages.dense,
    "article.html": text_pages.article,
    "form.html": data_pages.form,
    "table.html": data_pages.table,
    "photo.html": motion_pages.photo,
    "video.html": motion_pages.video,
    "canvas.html": motion_pages.canvas,
    "latency.html": motion_pages.latency,
    "typing.html": motion_pages.typing,
}


def media_manifest():
    """Name to size in bytes and SHA-256, of the files that are there."""
    return {path.name: {"bytes": path.stat().st_size, "sha256": hashlib.sha256(path.read_bytes()).hexdigest()}
            for path in sorted(MEDIA.iterdir())}


def write_pages():
    for name, make in PAGES.items():
        (HERE / name).write_text(make(), encoding="utf-8", newline="\n")


def page_faults():
    """One line for each committed page that is not what the script makes, or not self-contained."""
    for name, make in PAGES.items():
        text = make()
        path = HERE / name
        if not path.exists():
            yield f"{name}: missing"
        elif path.read_bytes() != text.encode("utf-8"):
            yield f"{name}: differs from what generate.py makes"
        for reference in re.findall(r"(?:src|href)=\"([^\"#][^\"]*)\"", text):
            if reference != "data:," and not (HERE / reference).exists():
                yield f"{name}: refers to {reference}, which is not in this folder"
        if re.search(r"https?://|url\(|@import", text):
            yield f"{name}: refers to something outside"


def media_faults():
    wanted, found = json.loads(MANIFEST.read_text(encoding="utf-8")), media_manifest()
    for name in sorted(wanted.keys() | found.keys()):
        if wanted.get(name) != found.get(name):
            yield f"media/{name}: differs from manifest.json"
    total = sum(entry["bytes"] for entry in found.values())
    if total > MEDIA_LIMIT:
        yield f"media: {total} bytes, more than {MEDIA_LIMIT}"


def repetition_faults():
    """The dense page must not flatter an LZ coder: few long strings may come twice."""
    text = "".join(re.findall(r"<p>(.*?)</p>", text_pages.dense()))
    window = 16
    seen, repeated = set(), 0
    for i in range(len(text) - window):
        piece = text[i:i + window]
        repeated += piece in seen
        seen.add(piece)
    share = repeated / len(text)
    if len(text) < 30_000 or share > 0.05:
        yield f"ja-dense.html: {len(text)} characters, {share:.1%} of its strings of {window} repeat"


def main():
    parser = argparse.ArgumentParser(description=__doc__.split("\n")[0])
    parser.add_argument("--check", action="store_true")
    parser.add_argument("--media", nargs="?", const="all", choices=["all", "photos", "video"])
    arguments = parser.parse_args()
    if arguments.check:
        faults = [*page_faults(), *media_faults(), *repetition_faults()]
        print("\n".join(faults) or f"{len(PAGES)} pages and {len(media_manifest())} media files are as generated")
        return 1 if faults else 0
    if arguments.media:
        from gen import media  # slow to run, and only this path needs ffmpeg
        media.make(MEDIA, "" if arguments.media == "all" else arguments.media)
        MANIFEST.write_text(json.dumps(media_manifest(), indent=2) + "\n", encoding="utf-8")
    write_pages()
    return 0


if __name__ == "__main__":
    sys.exit(main())

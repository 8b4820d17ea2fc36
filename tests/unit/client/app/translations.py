#!/usr/bin/env python3
# SPDX-License-Identifier: Apache-2.0
"""Every text of the viewer is translated: lupdate finds none that the .ts files do not have, and
none is unfinished. With --update the files take the new texts in."""

import argparse
import pathlib
import re
import shutil
import subprocess
import sys
import tempfile
import xml.etree.ElementTree as ElementTree

ROOT = pathlib.Path(__file__).resolve().parents[4]
APP = ROOT / "client" / "app"
# English is the language of the sources: its file holds plural forms only.
FILES = {"ja": [], "en": ["-pluralonly"]}


def update(lupdate, language, target):
    sources = sorted(str(p.relative_to(ROOT)) for p in APP.iterdir() if p.suffix in (".cpp", ".h"))
    run = subprocess.run([lupdate, "-I", ".", "-no-obsolete", "-locations", "none", *FILES[language], *sources, "-ts",
                          str(target), "-source-language", "en", "-target-language", language],
                         cwd=ROOT, capture_output=True, text=True, check=True)
    unknown = [line for line in run.stderr.splitlines() if "Qualifying with unknown" in line]
    if unknown:
        sys.exit("lupdate does not know the class of some texts:\n" + "\n".join(unknown))


def complaints(language, path):
    placeholder = re.compile(r"%(?:n|\d)")
    for context in ElementTree.parse(path).getroot().iter("context"):
        for message in context.iter("message"):
            source = message.findtext("source")
            where = f"{path.name}: {context.findtext('name')}: {source!r}"
            translation = message.find("translation")
            if translation.get("type"):
                yield f"{where} is {translation.get('type')}"
            forms = [form.text or "" for form in translation.iter("numerusform")] or [translation.text or ""]
            for form in forms:
                missing = set(placeholder.findall(source)) - set(placeholder.findall(form))
                if not form:
                    yield f"{where} is empty"
                elif missing - {"%n"} or (missing and language == "ja"):
                    yield f"{where} lacks {missing}"


def self_test(folder):
    broken = folder / "broken.ts"
    broken.write_text("<TS><context><name>C</name><message><source>a %1</source><translation type='unfinished'/>"
                      "</message><message><source>b %1</source><translation>c</translation></message></context></TS>")
    if len(list(complaints("ja", broken))) != 3:
        sys.exit("self-test: broken translations were not found")


def main():
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--lupdate", required=True)
    parser.add_argument("--update", action="store_true", help="write into client/app/i18n")
    arguments = parser.parse_args()
    found = []
    with tempfile.TemporaryDirectory() as folder:
        self_test(pathlib.Path(folder))
        for language in FILES:
            original = APP / "i18n" / f"sudare_{language}.ts"
            target = original
            if not arguments.update:
                target = pathlib.Path(shutil.copy(original, folder))
            update(arguments.lupdate, language, target)
            found += complaints(language, target)
    print("\n".join(found) if found else "all texts are translated")
    sys.exit(1 if found and not arguments.update else 0)


if __name__ == "__main__":
    main()

# SPDX-License-Identifier: Apache-2.0
"""What sudarectl says of itself: completion in a real bash, the manual page, the help of every command."""
import json
import os
import pathlib
import re
import shutil
import subprocess
import unittest

ROOT = pathlib.Path(__file__).resolve().parents[3]
CTL = pathlib.Path(os.environ["SUDARE_BIN"]) / "sudarectl"
COMPLETE = """source <({ctl} completion)
COMP_WORDS=({words}); COMP_CWORD=$((${{#COMP_WORDS[@]}} - 1)); _sudarectl; printf '%s\\n' "${{COMPREPLY[@]}}" """


def run(*arguments):
    return subprocess.run([CTL, *arguments], capture_output=True, text=True, check=True).stdout


def complete(*words):
    quoted = " ".join(f"'{word}'" for word in ("sudarectl", *words))
    done = subprocess.run(["bash", "--norc", "-c", COMPLETE.format(ctl=CTL, words=quoted)], capture_output=True, text=True,
                          check=True)
    return set(done.stdout.split())


def leaves(*path):
    """Every command that runs, as words."""
    below = [word for word in complete(*path, "") if not word.startswith("-")]
    commands = [word for word in below if not path or re.search(rf"^  {re.escape(word)}\b", run(*path, "--help"), re.M)]
    if not path or "Subcommands" in run(*path, "--help") or "SUBCOMMANDS" in run(*path, "--help"):
        return [leaf for word in commands for leaf in leaves(*path, word)]
    return [path]


class Manual(unittest.TestCase):
    def test_completion(self):
        self.assertEqual(complete("pol"), {"policy"})
        self.assertEqual(complete("policy", "ex"), {"explain"})
        self.assertEqual(complete("--json", "policy", "set", "sakura", "access.h"), {"access.hours"})
        self.assertEqual(complete("policy", "set", "sakura", "input."),
                         {f"input.{name}" for name in ("keyboard", "pointer", "text", "characters_per_minute", "blocked_combinations", "profile")})
        self.assertEqual(complete("role", "give", "sakura", "rev"), {"reviewer"})
        self.assertEqual(complete("exception", "add", "--un"), {"--until"})
        self.assertEqual(complete("nothing", "x"), set())

    def test_every_command_is_in_the_manual_in_both_languages(self):
        everything = leaves()
        self.assertGreater(len(everything), 40)
        for language, heading in (("en", "EXIT STATUS"), ("ja", "終了コード")):
            page = run("--lang", language, "manual")
            sections = re.findall(r"^\.SS (.*)$", page, re.M)
            self.assertEqual(sorted(sections), sorted(" ".join(path).replace("-", r"\-") for path in everything))
            self.assertIn(f".SH {heading}", page)
            for path in everything:
                self.assertIn(".B sudarectl " + " ".join(path).replace("-", r"\-") + "\n", page)

    def test_the_budget_is_published_as_it_is(self):
        """docs/policy.md holds what the command prints, and the command what the rates make."""
        self.assertIn(f"```\n{run('policy', 'budget')}```\n", (ROOT / "docs" / "policy.md").read_text(encoding="utf-8"))
        rows = [json.loads(line) for line in run("--json", "policy", "budget", "--characters-per-minute", "60000").splitlines()]
        for row in rows:
            if row["kind"] != "total":
                self.assertAlmostEqual(row["bits_per_second"], row["per_second"] * row["bits_each"] + row["timing_bits_per_second"])
        strict, normal = (sum(row["bits_per_second"] for row in rows if (row["profile"], row["kind"] != "total") == (name, True))
                          for name in ("strict", "normal"))
        self.assertEqual([row["bits_per_second"] for row in rows if row["kind"] == "total"], [strict, normal])

    def test_japanese_help_is_japanese(self):
        for path in leaves():
            text = run("--lang", "ja", *path, "--help")
            self.assertRegex(text, "[ぁ-んァ-ヶ一-龠]", path)
            self.assertNotEqual(text, run("--lang", "en", *path, "--help"))

    @unittest.skipUnless(shutil.which("groff"), "groff is not here")
    def test_man_reads_it(self):
        for language in ("en", "ja"):
            done = subprocess.run(["groff", "-man", "-Tutf8", "-Kutf8", "-ww"], input=run("--lang", language, "manual"),
                                  capture_output=True, text=True, check=True)
            self.assertNotIn("warning: macro", done.stderr)
            shown = re.sub(r"\x1b\[[0-9;]*m|.\x08", "", done.stdout)
            self.assertEqual(len(re.findall("sudarectl policy rollback", shown)), 1)


if __name__ == "__main__":
    unittest.main(verbosity=2)

# SPDX-License-Identifier: Apache-2.0
"""The same host rule means the same to the egress process and to Chromium.

Rules are put into Chromium's own words (URLBlocklist, URLAllowlist), a real Chromium opens every address under that
policy, and what it asks its proxy for is compared with what the code of the egress process decides about the
address as Chromium parsed it. Hosts are enforced by the egress process alone (docs/policy.md): this shows that whoever
writes the same rule for both, or knows one of them, is not misled."""
import json
import os
import pathlib
import subprocess
import sys
import unittest

sys.path.insert(0, str(pathlib.Path(__file__).parent))
from navigator import DRIVER, navigate, place_of  # noqa: E402
from same_rules_cases import exceptions, rule_sets  # noqa: E402

DECIDE = pathlib.Path(os.environ.get("SUDARE_TESTS", "build/dev/tests")).resolve() / "egress_decide"
DEADLINE = 300  # of a browser that never ends; nothing here asserts a time
ENTRIES_MAX = 1000  # Chromium ignores what follows in a list, its documentation says
# Nothing but the lists decides: no guessing of https, no connections ahead of time.
ALL_ELSE = {"HttpsUpgradesEnabled": False, "HttpsOnlyMode": "disallowed", "NetworkPredictionOptions": 2}


def pattern_lists(pattern, entries):
    """One pattern of ours as (blocked, allowed) of Chromium. The dot means the opposite there: "host" is the domain and
    everything below it, ".host" the host only. Chromium's lists know ports, but a permission wins over a denial of
    the same host whatever its port, so nothing may be in both: entries are sorted out here."""
    host = pattern[1:] if pattern.startswith(".") else "." + pattern
    denied = {port for allow, port in entries if not allow}
    if 0 in denied:
        return [host], []
    named = {port for allow, port in entries if allow and port} - denied
    standard = [f"{scheme}://{host}:{port}" for scheme, port in (("https", 443), ("http", 80))
                if (True, 0) in entries and port not in denied | named]
    return [f"{host}:{port}" for port in sorted(denied)], [f"{host}:{port}" for port in sorted(named)] + standard


def chromium_lists(sets, allow_by_default):
    patterns = {}
    for allow, pattern, port in (row for one in sets for row in one.hosts):
        patterns.setdefault(pattern, []).append((allow, port))
    blocked, allowed = ["*"], [f".{DRIVER}"]
    if allow_by_default:  # standard ports only
        allowed += ["https://*:443", "http://*:80"]
    for pattern, entries in patterns.items():
        more_blocked, more_allowed = pattern_lists(pattern, entries)
        blocked += more_blocked
        allowed += more_allowed
    return {"URLBlocklist": blocked, "URLAllowlist": allowed}


def egress_decisions(sets, parsed, allow_by_default):
    """Address -> allowed, by the real code."""
    lines = "".join(json.dumps({"hosts": one.hosts, "allow_by_default": allow_by_default,
                                "urls": [parsed[url] for url in one.urls]}) + "\n" for one in sets)
    done = subprocess.run([DECIDE], input=lines, capture_output=True, text=True, timeout=60, check=True)
    out = {}
    for one, line in zip(sets, done.stdout.splitlines(), strict=True):
        answer = json.loads(line)
        assert isinstance(answer, list), (one, answer)
        out |= zip(one.urls, answer, strict=True)
    return out


class SameRules(unittest.TestCase):
    maxDiff = None

    def compare(self, allow_by_default):
        sets = rule_sets(allow_by_default)
        urls = [url for one in sets for url in one.urls]
        self.assertEqual(len(urls), len(set(urls)))
        lists = chromium_lists(sets, allow_by_default)
        self.assertLess(max(map(len, lists.values())), ENTRIES_MAX)
        parsed, asked = navigate(urls, ALL_ELSE | lists, DEADLINE)
        egress = egress_decisions(sets, parsed, allow_by_default)
        browser = {url: place_of(parsed[url]) in asked for url in urls}
        self.assertGreater(sum(browser.values()), len(urls) // 10)
        self.assertGreater(len(urls) - sum(browser.values()), len(urls) // 10)
        excepted = exceptions(allow_by_default)
        self.assertEqual({url: (False, True) for url in excepted}, {url: (egress[url], browser[url]) for url in excepted})
        rules = {url: one.hosts for one in sets for url in one.urls}
        differ = [(url, f"egress {egress[url]}, Chromium {browser[url]}", rules[url]) for url in urls
                  if egress[url] != browser[url] and url not in excepted]
        self.assertEqual([], differ)

    def test_hosts_are_denied_by_default(self):
        self.compare(False)

    def test_hosts_are_allowed_by_default(self):
        self.compare(True)

    def test_control_without_lists_everything_is_asked_for(self):
        urls = [url for default in (False, True) for one in rule_sets(default) for url in one.urls]
        parsed, asked = navigate(urls, ALL_ELSE, DEADLINE)
        self.assertEqual([], [url for url in urls if place_of(parsed[url]) not in asked])


if __name__ == "__main__":
    unittest.main(verbosity=2)

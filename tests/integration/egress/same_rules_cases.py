# SPDX-License-Identifier: Apache-2.0
"""Host rules and addresses for same_rules_test.py: by hand, and random ones with a fixed seed.

Each set has names of its own ({s} in what follows), so that one browser can be given all of them at once."""
import dataclasses
import random

SEED = 20261126
RANDOM_SETS, RANDOM_URLS = 30, 9


@dataclasses.dataclass
class RuleSet:
    hosts: list  # (allow, pattern, port), as in docs/policy.md; port 0: none written
    urls: list


# "allow PATTERN[:PORT]" or "deny …", then addresses. {s}: the set's own domain, {ip}: the set's own address.
BY_HAND = [
    # A plain name is that host only, a leading dot the domain and everything below it.
    (["allow www.{s}"], ["https://www.{s}/", "https://{s}/", "https://a.www.{s}/", "https://wwww.{s}/", "http://www.{s}/"]),
    (["allow .{s}"], ["https://{s}/", "https://www.{s}/", "https://a.b.c.{s}/", "https://x{s}/"]),
    (["deny www.{s}"], ["https://www.{s}/", "https://{s}/", "https://a.www.{s}/"]),
    (["deny .{s}"], ["https://{s}/", "https://www.{s}/", "http://www.{s}/", "https://x{s}/"]),
    # The longest pattern decides, whatever their order.
    (["allow .{s}", "deny .blog.{s}"], ["https://{s}/", "https://blog.{s}/", "https://a.blog.{s}/", "https://xblog.{s}/"]),
    (["deny .{s}", "allow www.{s}"], ["https://www.{s}/", "https://{s}/", "https://a.www.{s}/"]),
    (["deny .{s}", "allow .ok.{s}", "deny bad.ok.{s}"],
     ["https://ok.{s}/", "https://bad.ok.{s}/", "https://a.bad.ok.{s}/", "https://{s}/"]),
    (["allow .a.b.{s}", "deny .b.{s}", "allow .{s}"],
     ["https://a.b.{s}/", "https://x.a.b.{s}/", "https://b.{s}/", "https://x.b.{s}/", "https://c.{s}/"]),
    # The same pattern twice: a denial wins. The host itself is longer than its domain.
    (["allow www.{s}", "deny www.{s}"], ["https://www.{s}/"]),
    (["deny .{s}", "allow .{s}"], ["https://{s}/", "https://a.{s}/"]),
    (["deny .{s}", "allow {s}"], ["https://{s}/", "https://a.{s}/"]),
    (["allow .{s}", "deny {s}"], ["https://{s}/", "https://a.{s}/"]),
    # Ports: none written permits the standard one of the scheme only, and denies all.
    (["allow www.{s}"], ["https://www.{s}:443/", "http://www.{s}:80/", "https://www.{s}:8443/", "http://www.{s}:8080/",
                         "http://www.{s}:443/", "https://www.{s}:80/"]),
    (["deny .{s}"], ["https://www.{s}:8443/", "http://www.{s}:8080/", "https://{s}:443/"]),
    (["allow www.{s}:8443"], ["https://www.{s}:8443/", "https://www.{s}/", "http://www.{s}:8443/", "https://a.www.{s}:8443/"]),
    (["allow .{s}:8443"], ["https://www.{s}:8443/", "https://www.{s}/", "https://{s}:8443/", "https://{s}:8444/"]),
    (["allow www.{s}", "deny www.{s}:443"], ["https://www.{s}/", "http://www.{s}/", "http://www.{s}:443/"]),
    (["allow www.{s}:443", "deny www.{s}:80"], ["https://www.{s}/", "http://www.{s}/", "http://www.{s}:443/"]),
    (["allow www.{s}:8443", "deny www.{s}"], ["https://www.{s}:8443/", "https://www.{s}/"]),
    # The longest pattern *with a rule for that port*.
    (["deny www.{s}:8443", "allow .{s}", "allow .{s}:8443"],
     ["https://www.{s}/", "https://www.{s}:8443/", "https://a.{s}:8443/", "http://www.{s}/"]),
    (["allow www.{s}", "allow .{s}:8443"], ["https://www.{s}:8443/", "https://www.{s}/", "https://a.{s}/"]),
    (["allow www.{s}:8443", "deny .{s}"], ["https://www.{s}/", "https://www.{s}:8443/"]),
    # Spelling.
    (["allow www.{s}"], ["https://WWW.{S}/", "HTTPS://Www.{s}:8443/", "https://Www.{s}:0443/"]),
    (["deny .{s}"], ["https://WWW.{S}/", "https://%77ww1.{s}/"]),
    (["allow www.{s}", "deny .bad.{s}"], ["https://www.{s}./", "https://www.bad.{s}./", "https://www.{s}.:8443/"]),
    (["allow 1.2.3.4.{s}"], ["https://1.2.3.4.{s}/", "https://0x1.2.3.4.{s}/"]),
    (["allow xn--wgv71a119e.{s}"], ["https://日本語.{s}/", "https://xn--wgv71a119e.{s}:8443/", "https://日本.{s}/"]),
    (["deny .xn--wgv71a119e.{s}"], ["https://www.日本語.{s}/", "https://日本語.{s}/", "https://日本.{s}/"]),
    (["allow a_b.{s}", "allow a--b.{s}"], ["https://a_b.{s}/", "https://a--b.{s}/", "https://ab.{s}/"]),
    # Addresses. There is no pattern for IPv6.
    (["allow {ip}"], ["https://{ip}/", "https://{ip}:8443/", "http://{ip}/"]),
    (["deny {ip}"], ["https://{ip}/", "https://{ip}:8443/", "http://{ip}/"]),
    (["allow {ip}:8443"], ["https://{ip}:8443/", "https://{ip}/"]),
    (["deny {ip}"], ["https://{number}/", "http://{hex}/", "https://x{ip}.{s}/"]),
    ([], ["https://{ip}/", "https://[2001:db8::{n}]/", "https://[2001:db8::{n}]:8443/"]),
    # Names of one label, and all of a domain of one label.
    (["allow intra{n}"], ["https://intra{n}/", "https://a.intra{n}/", "https://xintra{n}/"]),
    (["deny intra{n}"], ["https://intra{n}/", "https://a.intra{n}/"]),
    (["allow .tld{n}", "deny .a.tld{n}"], ["https://tld{n}/", "https://b.tld{n}/", "https://b.a.tld{n}/"]),
    (["deny .tld{n}", "allow b.tld{n}"], ["https://tld{n}/", "https://b.tld{n}/", "https://c.b.tld{n}/"]),
    # Nothing is said.
    ([], ["https://www.{s}/", "http://www.{s}/", "https://www.{s}:8443/", "http://www.{s}:8080/"]),
]

# What Chromium's lists allow and the egress process refuses before it looks at any rule (server/egress/target.h), so
# there is nothing to be reached by these: rules, and addresses with the reason. There are none the other way round.
EXCEPTIONS = [
    (["allow .{s}"], {
        "https://-a.{s}/": "a label of a host name does not begin with a hyphen (RFC 1123)",
        "https://a-.{s}/": "nor end with one",
        "https://" + 64 * "l" + ".{s}/": "a label has 63 bytes at most (RFC 1035)",
        "https://a..{s}/": "a label is not empty",
        "https://a!.{s}/": "a label is made of letters, digits, hyphens and underscores",
    }),
]


def fill(text, number, allow_by_default):
    domain = f"k{number}{'a' if allow_by_default else 'd'}.test"
    block = 51 if allow_by_default else 113  # 198.51.100.0/24 and 203.0.113.0/24 are for documentation
    address = (198, 51, 100, number) if allow_by_default else (203, 0, block, number)
    whole = int.from_bytes(bytes(address), "big")
    tag = f"{number}{'a' if allow_by_default else 'd'}"
    return text.format(s=domain, S=domain.upper(), ip=".".join(map(str, address)), number=whole, hex=hex(whole), n=tag)


def rule(text):
    verb, pattern = text.split(" ")
    host, _, port = pattern.partition(":")
    return verb == "allow", host, int(port or 0)


def random_sets(chance):
    """Few names, so that rules meet: three labels deep below the set's domain."""
    names = ["{s}"] + [f"{a}.{{s}}" for a in "abc"] + [f"{b}.{a}.{{s}}" for a in "ab" for b in "ab"]
    ports = [0, 0, 0, 443, 80, 8443]
    for _ in range(RANDOM_SETS):
        rules = [f"{chance.choice(('allow', 'deny'))} {chance.choice(('', '.'))}{chance.choice(names)}"
                 + (f":{port}" if (port := chance.choice(ports)) else "") for _ in range(chance.randint(1, 7))]
        urls = [f"{chance.choice(('https', 'https', 'http'))}://{chance.choice(('', '', 'z.'))}{chance.choice(names)}"
                f"{chance.choice(('', '', ':443', ':80', ':8443'))}/" for _ in range(RANDOM_URLS)]
        yield rules, urls


def rule_sets(allow_by_default):
    """The same for both defaults, with other names."""
    sets = [*BY_HAND, *((rules, list(urls)) for rules, urls in EXCEPTIONS), *random_sets(random.Random(SEED))]
    return [RuleSet([rule(fill(r, n, allow_by_default)) for r in rules],
                    [fill(u, n, allow_by_default) for u in dict.fromkeys(urls)])
            for n, (rules, urls) in enumerate(sets, 1)]


def exceptions(allow_by_default):
    """Address -> reason."""
    return {fill(url, n, allow_by_default): reason
            for n, (_, urls) in enumerate(EXCEPTIONS, len(BY_HAND) + 1) for url, reason in urls.items()}

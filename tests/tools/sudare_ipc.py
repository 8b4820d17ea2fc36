# SPDX-License-Identifier: Apache-2.0
"""Inner-border messages for tests that play sudare-host (protocol/ipc/host_egress.h, policy.h)."""
import dataclasses
import ipaddress
import socket
import struct

CONFIG = 0x01
DESTINATION = 0xA3
VERDICTS = ("allowed", "denied_by_rule", "denied_by_default", "denied_address", "denied_port",
            "denied_plain_http", "bad_name", "not_resolved", "connect_failed", "quota")


def address_bytes(text):
    """16 bytes; IPv4 in mapped form; empty: none."""
    if not text:
        return bytes(16)
    address = ipaddress.ip_address(text)
    if address.version == 4:
        return bytes(10) + b"\xff\xff" + address.packed
    return address.packed


def text(value):
    raw = value.encode() if isinstance(value, str) else value
    return struct.pack(">H", len(raw)) + raw


def host_rule(number, allow, port, pattern):
    """As in protocol/ipc/host_rules.h."""
    raw = pattern.encode()
    return (struct.pack(">BI", (1 if allow else 0) | (2 if port else 0), number) +
            (struct.pack(">H", port) if port else b"") + bytes([len(raw)]) + raw)


@dataclasses.dataclass
class EgressConfig:
    allow_by_default: bool = False
    plain_http: bool = False
    connections_max: int = 200
    megabytes_per_day: int = 0
    start_page: str = "about:blank"
    hosts: list = dataclasses.field(default_factory=list)          # (number, allow, port, pattern)
    resolvers: list = dataclasses.field(default_factory=list)      # (address, port)
    upstream: tuple = ("", 0)
    private_sites: list = dataclasses.field(default_factory=list)  # (host, port, address)
    refused_blocks: list = dataclasses.field(default_factory=list)  # "network/prefix"

    def payload(self):
        out = struct.pack(">IIIHB", 0, 30, 600, 0, 0)
        out += struct.pack(">BBBII", self.allow_by_default, self.plain_http, 0,
                           self.connections_max, self.megabytes_per_day)
        hosts = b"".join(host_rule(*rule) for rule in self.hosts)
        out += text(self.start_page) + struct.pack(">II", len(self.hosts), len(hosts)) + hosts
        out += struct.pack(">HH", 0, 0)                              # denied_urls, bookmarks
        out += struct.pack(">BBBHIB", 1, 1, 1, 1200, 0, 1)           # input
        out += struct.pack(">HHBIB", 3840, 2160, 60, 0, 0)           # display
        out += struct.pack(">H", len(self.resolvers))
        for address, port in self.resolvers:
            out += address_bytes(address) + struct.pack(">H", port)
        out += address_bytes(self.upstream[0]) + struct.pack(">H", self.upstream[1])
        out += struct.pack(">H", len(self.private_sites))
        for host, port, address in self.private_sites:
            out += text(host) + struct.pack(">H", port) + address_bytes(address)
        out += struct.pack(">H", len(self.refused_blocks))
        for block in self.refused_blocks:
            network = ipaddress.ip_network(block)
            extra = 96 if network.version == 4 else 0
            out += address_bytes(str(network.network_address))
            out += struct.pack(">B", network.prefixlen + extra)
        return out


@dataclasses.dataclass
class Destination:
    verdict: str
    rule: int
    port: int
    address: str
    requests: int
    bytes_up: int
    bytes_down: int
    host: str


def parse_destination(payload):
    verdict, rule, port = struct.unpack(">BIH", payload[:7])
    raw = payload[7:23]
    requests, up, down, length = struct.unpack(">IQQH", payload[23:45])
    host = payload[45:]
    assert len(host) == length, "Destination has a wrong length"
    if raw[:12] == bytes(10) + b"\xff\xff":
        address = socket.inet_ntop(socket.AF_INET, raw[12:])
    else:
        address = "" if raw == bytes(16) else socket.inet_ntop(socket.AF_INET6, raw)
    return Destination(VERDICTS[verdict], rule, port, address, requests, up, down, host.decode())


def frame(kind, payload):
    return struct.pack(">B", kind) + len(payload).to_bytes(3, "big") + payload

# SPDX-License-Identifier: Apache-2.0
"""One-time codes of RFC 6238, as the authenticator of a phone makes them."""
import hashlib
import hmac
import struct
import time


def code(secret, step):
    digest = hmac.new(secret, struct.pack(">Q", step), hashlib.sha1).digest()
    at = digest[-1] & 15
    return f"{(struct.unpack('>I', digest[at:at + 4])[0] & 0x7fffffff) % 1000000:06d}"


def now():
    """The present step, at a moment when it will last a while: codes of its neighbours are good too."""
    while time.time() % 30 > 24:
        time.sleep(0.2)
    return int(time.time()) // 30

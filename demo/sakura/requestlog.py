# SPDX-License-Identifier: Apache-2.0
"""One JSON line per finished request.

Fields: method, host (without port), path (with query), status, sent (body bytes that the socket
took), complete (all of the body was sent), received (body bytes of the request); for uploads
`files` [{name, bytes, sha256}]; for reports of check.js `report` {what, outcome, detail}.
"""

import json
import threading


class RequestLog:
    """Safe from several threads. Without a path it drops everything."""

    def __init__(self, path=None):
        self._file = open(path, "a", encoding="utf-8") if path else None
        self._lock = threading.Lock()

    def __enter__(self):
        return self

    def __exit__(self, *_):
        with self._lock:
            if self._file:
                self._file.close()
                self._file = None

    def write(self, record):
        line = json.dumps(record, ensure_ascii=False)
        with self._lock:
            if self._file:  # None after the end: a late handler thread must not fail
                self._file.write(line + "\n")
                self._file.flush()

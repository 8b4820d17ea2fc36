# SPDX-License-Identifier: Apache-2.0
"""Chromium's program with another date, for one sudare-host only: a copy that lies over the real one in a mount
namespace of its own. Production code has no way to be told another time or another file. Needs root."""
import os
import pathlib
import shutil
import tempfile
import time

PROGRAM = "/usr/lib/chromium/chromium"


class DatedBrowser:
    def __init__(self, days=0):
        self.directory = pathlib.Path(tempfile.mkdtemp(prefix="sudare-dated-"))
        self.directory.chmod(0o755)
        self.copy = self.directory / "chromium"
        shutil.copy(PROGRAM, self.copy)
        # What is started behind this sees the copy as PROGRAM, whose date may change meanwhile.
        self.prefix = ["/usr/bin/unshare", "--mount", "--propagation", "private", "/bin/sh", "-c",
                       f'/bin/mount --bind "$0" {PROGRAM} && exec "$@"', str(self.copy)]
        self.built(days)

    def built(self, days):
        """So many whole days ago, and an hour, so that no day ends during a test."""
        date = time.time() - days * 86400 - 3600
        os.utime(self.copy, (date, date))

    def remove(self):
        shutil.rmtree(self.directory)

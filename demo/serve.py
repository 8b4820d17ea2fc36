#!/usr/bin/env python3
# SPDX-License-Identifier: Apache-2.0
"""The demo web site: a portal of an invented city, over HTTPS, for `./dev demo` and for tests.

    serve.py --cert CERT.pem --key KEY.pem [--bind 127.0.0.1] [--port 0] [--log FILE]

Prints `READY https://ADDRESS:PORT/` when it accepts connections, and ends on SIGTERM or SIGINT.
Every host name reaches the portal, except the one given by --denied-host, which shows a page that
says that it should not have been reached. With --log each request becomes one JSON line (see
sakura/requestlog.py): from it a test sees whether an upload or a download really happened.
"""

import argparse
import pathlib
import signal
import sys
import threading

sys.dont_write_bytecode = True  # leaves the source tree as it is

from sakura.requestlog import RequestLog
from sakura.server import Site, make_server

ROOT = pathlib.Path(__file__).resolve().parent


def parse_arguments():
    parser = argparse.ArgumentParser(description=__doc__.split("\n")[0])
    parser.add_argument("--cert", help="certificate chain, PEM")
    parser.add_argument("--key", help="private key of the certificate, PEM")
    parser.add_argument("--plain", action="store_true", help="HTTP instead of HTTPS, for tests of plain HTTP")
    parser.add_argument("--bind", default="127.0.0.1", metavar="ADDRESS")
    parser.add_argument("--port", type=int, default=0, help="0: any free port")
    parser.add_argument("--denied-host", default="denied.sakura.test", metavar="NAME",
                        help="host name that a policy is meant to deny")
    parser.add_argument("--log", metavar="FILE", help="request log, JSON Lines, appended")
    arguments = parser.parse_args()
    if not arguments.plain and not (arguments.cert and arguments.key):
        parser.error("--cert and --key are needed (or --plain)")
    return arguments


def main():
    arguments = parse_arguments()
    site = Site(ROOT / "site", ROOT.parent / "tests" / "bench" / "pages", arguments.denied_host)
    with RequestLog(arguments.log) as log:
        tls = None if arguments.plain else (arguments.cert, arguments.key)
        server = make_server((arguments.bind, arguments.port), tls, site, log)
        # shutdown() waits for serve_forever() to return and must not be called on its thread.
        def stop(*_):
            threading.Thread(target=server.shutdown, daemon=True).start()
        signal.signal(signal.SIGTERM, stop)
        signal.signal(signal.SIGINT, stop)
        address, port = server.server_address[:2]
        print(f"READY {'http' if arguments.plain else 'https'}://{address}:{port}/", flush=True)
        server.serve_forever(poll_interval=0.1)
        server.server_close()
    return 0


if __name__ == "__main__":
    sys.exit(main())

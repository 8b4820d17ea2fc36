# SPDX-License-Identifier: Apache-2.0
"""Bodies of POST requests: HTML forms and file uploads."""

import hashlib
import re
import urllib.parse

BODY_LIMIT = 16 << 20  # bytes; a demo keeps nothing, a larger upload proves no more
FIELD_LIMIT = 100      # fields or files of one form


class BadBody(Exception):
    """The request's body is not what its header promises."""


def parse_form(body):
    """An urlencoded body as a list of (name, value)."""
    try:
        return urllib.parse.parse_qsl(body.decode("ascii"), keep_blank_values=True, max_num_fields=FIELD_LIMIT)
    except ValueError as error:  # not ASCII, or too many fields
        raise BadBody(str(error)) from error


def parse_multipart(content_type, body):
    """Files of a multipart/form-data body (RFC 7578) as a list of {name, bytes, sha256}.

    Parts without a file name are ignored; browsers send an empty name for "no file chosen".
    """
    boundary = re.search(r'boundary="?([^";]{1,70})', content_type)
    if not boundary:
        raise BadBody("no boundary")
    parts = body.split(b"--" + boundary[1].encode("latin-1"))[1:-1]
    if len(parts) > FIELD_LIMIT:
        raise BadBody("too many parts")
    return [file for file in map(_file_of, parts) if file]


def _file_of(part):
    head, separator, content = part.partition(b"\r\n\r\n")
    name = re.search(rb'filename="([^"\r\n]*)"', head)
    if not separator or not name or not name[1]:
        return None
    content = content.removesuffix(b"\r\n")
    return {"name": name[1].decode("utf-8", "replace"), "bytes": len(content),
            "sha256": hashlib.sha256(content).hexdigest()}

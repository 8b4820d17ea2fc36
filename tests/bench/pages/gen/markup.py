# SPDX-License-Identifier: Apache-2.0
"""The frame that all bench pages share."""

# Only a font of a Debian package (fonts-noto-cjk), so that two machines draw the same glyphs.
FONT = '"Noto Sans CJK JP", sans-serif'
SERIF = '"Noto Serif CJK JP", serif'

_PAGE = """\
<!DOCTYPE html>
<html lang="ja">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<link rel="icon" href="data:,">
<title>{title}</title>
<style>
{style}</style>
</head>
<body>
{body}</body>
</html>
"""


def page(title, style, body):
    """One complete document. `title` is plain text without markup."""
    return _PAGE.format(title=title, style=style.lstrip("\n"), body=body.lstrip("\n"))


def table(caption, head, rows):
    """A table of plain cells; cells hold no markup characters."""
    lines = [f"<table><caption>{caption}</caption>", "<thead><tr>"]
    lines += [f"<th scope=\"col\">{cell}</th>" for cell in head]
    lines.append("</tr></thead><tbody>")
    lines += ["<tr>" + "".join(f"<td>{cell}</td>" for cell in row) + "</tr>" for row in rows]
    lines.append("</tbody></table>")
    return "\n".join(lines) + "\n"

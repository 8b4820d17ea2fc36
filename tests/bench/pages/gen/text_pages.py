# SPDX-License-Identifier: Apache-2.0
"""Pages whose matter is text: the dense page and the illustrated article."""

from . import markup, prose
from .rng import Rng

_DENSE_STYLE = """
body { margin: 0; font: 15px/1.5 %(font)s; color: #1c1c1c; background: #fff; }
header { padding: 14px 28px; border-bottom: 3px solid #274060; }
header h1 { font-size: 26px; margin: 0; }
header p { margin: 4px 0 0; color: #444; }
.columns { display: grid; grid-template-columns: 1fr 400px; }
main { padding: 8px 28px 40px; }
aside { padding: 8px 20px; background: #f3f5f7; border-left: 1px solid #c8ced4; font-size: 13px; }
h2 { font-size: 21px; margin: 26px 0 6px; border-bottom: 1px solid #274060; }
h3 { font-size: 17px; margin: 16px 0 2px; color: #274060; }
p { margin: 0 0 8px; text-indent: 1em; }
ul, ol { margin: 4px 0 10px; }
aside p { text-indent: 0; margin: 0 0 6px; border-bottom: 1px dotted #9aa4ae; }
table { border-collapse: collapse; margin: 8px 0 12px; width: 100%%; font-size: 14px; }
caption { text-align: left; font-weight: bold; }
th, td { border: 1px solid #8b96a1; padding: 2px 8px; text-align: left; }
th { background: #e4e9ee; }
a { color: #0b4f9e; }
""" % {"font": markup.FONT}

_ARTICLE_STYLE = """
body { margin: 0; font: 17px/1.9 %(font)s; color: #222; background: #fcfbf8; }
article { max-width: 820px; margin: 0 auto; padding: 48px 24px 96px; }
h1 { font: 600 38px/1.4 %(serif)s; margin: 0 0 8px; }
h2 { font: 600 25px/1.5 %(serif)s; margin: 48px 0 8px; }
.byline { color: #6a6258; font-size: 14px; margin: 0 0 32px; }
figure { margin: 32px -80px; }
figure img { display: block; width: 100%%; height: auto; }
figure.small { float: right; width: 360px; margin: 8px -80px 16px 28px; }
figcaption { font-size: 13px; color: #6a6258; padding-top: 6px; }
blockquote { margin: 24px 0; padding-left: 20px; border-left: 4px solid #b98a9a; font-family: %(serif)s; }
@media (max-width: 1000px) { figure, figure.small { float: none; width: auto; margin: 24px 0; } }
""" % {"font": markup.FONT, "serif": markup.SERIF}


def _section(writer):
    """A heading, paragraphs and, by turns of chance, a list."""
    parts = [f"<h3>{writer.heading()}</h3>\n"]
    parts += [f"<p>{writer.paragraph(4, 7)}</p>\n" for _ in range(2)]
    return "".join(parts)


def _list(writer, tag):
    items = "".join(f"<li>{writer.item()}</li>\n" for _ in range(6))
    return f"<{tag}>\n{items}</{tag}>\n"


def _plan_table(writer):
    head = ["事業", "担当", "主な内容", "期日", "予算（千円）"]
    rows = []
    for _ in range(7):
        fields = [writer.draw(key)[key] for key in ("o", "agent")]
        amount = f"{int(writer.draw('num')['num']) * 37 + 115:,}"
        rows.append([fields[0], fields[1], writer.item(), writer.draw("date")["date"], amount])
    return markup.table(f"{writer.title}　主要な事業", head, rows)


def _chapter(number, writer):
    """One subject: some 3,500 characters with two sections, a list and a table."""
    parts = [f"<h2 id=\"c{number}\">第{number}章　{writer.title}</h2>\n", f"<p>{writer.paragraph(5, 7)}</p>\n"]
    parts += [_section(writer), _list(writer, "ul"), _section(writer), _plan_table(writer), _section(writer),
              _section(writer), _list(writer, "ol"), _section(writer)]
    return "".join(parts)


def dense():
    """ja-dense.html: more than eight screens of 1920x1080, set close."""
    chapters = list(enumerate(prose.writers("ja-dense"), 1))
    aside = []
    for _, writer in chapters:
        aside.append(f"<h3>{writer.title}</h3>\n")
        aside += [f"<p>{writer.notice()}</p>\n" for _ in range(30)]
    contents = "　".join(f"<a href=\"#c{number}\">{writer.title}</a>" for number, writer in chapters)
    body = (f"<header><h1>さくら市　市政の歩みと計画</h1>\n<p>{contents}</p></header>\n"
            "<div class=\"columns\">\n<main>\n" + "".join(_chapter(number, writer) for number, writer in chapters)
            + "</main>\n<aside>\n" + "".join(aside) + "</aside>\n</div>\n")
    return markup.page("さくら市　市政の歩みと計画", _DENSE_STYLE, body)


def _figure(image, caption, kind=""):
    name, width, height = image
    return (f"<figure class=\"{kind}\"><img src=\"media/{name}\" width=\"{width}\" height=\"{height}\" "
            f"alt=\"{caption}\"><figcaption>{caption}</figcaption></figure>\n")


_FIGURES = [
    (("mountains.jpg", 1280, 800), "北の峰から市街を望む。夏でも残雪がある", ""),
    (("coast.webp", 960, 600), "入り江の朝。釣舟はもう沖に出ている", "small"),
    (("dusk.jpg", 1280, 800), "夕映えの稜線。郷土資料館の屋上から", ""),
    (("stone.png", 360, 270), "城跡の石垣に残る苔", "small"),
]


def article():
    """article.html: one column of prose with four pictures."""
    all_writers = prose.writers("article")
    # The subjects that belong in a feature story: culture, farming, water, disaster prevention.
    chosen = [all_writers[i] for i in (10, 9, 7, 4)]
    author = chosen[0].person_name()
    parts = ["<article>\n<h1>水と石垣の町を歩く</h1>\n", f"<p class=\"byline\">文・写真　{author}　広報さくら　特集</p>\n"]
    for writer, (image, caption, kind) in zip(chosen, _FIGURES):
        parts.append(f"<h2>{writer.heading()}</h2>\n<p>{writer.paragraph()}</p>\n")
        parts.append(_figure(image, caption, kind))
        parts += [f"<p>{writer.paragraph()}</p>\n" for _ in range(3)]
        parts.append(f"<blockquote>{writer.sentence()}</blockquote>\n<p>{writer.paragraph()}</p>\n")
    return markup.page("水と石垣の町を歩く", _ARTICLE_STYLE, "".join(parts) + "</article>\n")


def screenful(seed, characters):
    """Plain prose of exactly `characters` characters, for pages that lay out their own text."""
    rng = Rng(seed)
    all_writers = prose.writers(seed)
    text = ""
    while len(text) < characters:
        text += rng.pick(all_writers).sentence()
    return text[:characters]

# SPDX-License-Identifier: Apache-2.0
"""Writes municipal prose from vocab.py and patterns.py."""

import re

from . import patterns, vocab
from .rng import Deck, Rng

_ALTERNATIVES = re.compile(r"\[([^\[\]]*)\]")
_WEEKDAYS = ["月曜日", "火曜日", "水曜日", "木曜日", "金曜日", "土曜日", "日曜日", "祝日", "第三日曜日", "月末の平日"]
_WHENS = ["昨年度", "今年度の上半期", "来年度", "年度末", "この夏", "大型連休の前", "年の瀬", "春の異動期", "秋口",
          "四半期ごと", "台風の時期", "月初め", "梅雨明け", "二学期の初め", "繁忙期", "お盆の前後"]


class _Fields(dict):
    """Fields of one sentence, drawn when first used so that decks are not spent for nothing."""

    def __init__(self, writer):
        super().__init__()
        self._writer = writer

    def __missing__(self, key):
        self.update(self._writer.draw(key))
        return self[key]


class Writer:
    """Sentences about one subject. Equal seeds give equal text."""

    def __init__(self, subject, rng):
        self.title = subject["title"]
        self._rng = rng
        self._decks = {key: Deck(rng, value) for key, value in subject.items() if key != "title"}
        self._kinds = {name: Deck(rng, getattr(patterns, name))
                       for name in ("SENTENCES", "OPENERS", "HEADINGS", "ITEMS", "NOTICES")}

    def sentence(self):
        text = self._fill("SENTENCES")
        if self._rng.below(6) == 0 and not text.startswith(("なお", "ただし", "これまで", "単に")):
            text = self._kinds["OPENERS"].deal() + text
        return text

    def paragraph(self, low=3, high=6):
        """`low` to `high` sentences without a separator, as Japanese is set."""
        return "".join(self.sentence() for _ in range(self._rng.between(low, high)))

    def heading(self):
        return self._fill("HEADINGS")

    def item(self):
        return self._fill("ITEMS")

    def notice(self):
        return self._fill("NOTICES")

    def person_name(self):
        return self._rng.pick(vocab.SURNAMES) + "　" + self._rng.pick(vocab.GIVEN)

    def town(self):
        return self._rng.pick(vocab.TOWN_HEADS) + self._rng.pick(vocab.TOWN_TAILS)

    def draw(self, key):
        """Values for the field `key` and for those that belong with it."""
        rng = self._rng
        if key in ("o", "v", "o2", "v2"):
            thing, verbs = self._decks["things"].deal()
            suffix = "2" if key.endswith("2") else ""
            return {"o" + suffix: thing, "v" + suffix: rng.pick(verbs)}
        if key in ("countname", "count", "unit"):
            name, unit, typical = self._decks["counts"].deal()
            value = max(2, int(typical) * rng.between(71, 138) // 100)
            return {"countname": name, "count": f"{value:,}", "unit": unit}
        simple = {"agent": "agents", "person": "people", "place": "places", "way": "ways", "way2": "ways",
                  "cause": "causes", "aim": "aims", "aim2": "aims"}
        if key in ("more", "fewer"):
            return {"more": str(rng.between(31, 120)), "fewer": str(rng.between(2, 30))}
        if key in simple:
            return {key: self._decks[simple[key]].deal()}
        return {key: self._number_or_name(key)}

    def _number_or_name(self, key):
        rng = self._rng
        if key in ("town", "town2"):
            return self.town()
        if key == "month":
            return f"{rng.between(1, 12)}月"
        if key in ("years", "times"):
            return str(rng.between(2, 19))
        if key == "name":
            return rng.pick(vocab.SURNAMES)
        if key in ("when", "when2"):
            return rng.pick(_WHENS) if rng.below(2) else f"令和{rng.between(4, 9)}年{rng.between(1, 12)}月"
        if key == "date":
            return f"{rng.between(1, 12)}月{rng.between(1, 28)}日"
        if key == "clock":
            hour = rng.pick(["午前八", "午前九", "午前十", "午前十一", "正午", "午後一", "午後三", "午後五", "午後七"])
            return hour if hour == "正午" else hour + "時" + rng.pick(["", "十五分", "半", "四十五分"])
        if key == "weekday":
            return rng.pick(_WEEKDAYS)
        if key == "money":
            return f"{rng.between(12, 980)}万{rng.between(1, 9)}千"
        if key == "pct":
            return f"{rng.between(3, 96)}.{rng.below(10)}"
        if key == "updown":
            return rng.pick(["上回り", "下回り"])
        return str(rng.between(3, 260))  # num, num2

    def _fill(self, kind):
        pattern = self._kinds[kind].deal()
        chosen = _ALTERNATIVES.sub(lambda m: self._rng.pick(m[1].split("|")), pattern)
        return chosen.format_map(_Fields(self))


def writers(seed):
    """One Writer per subject, in the order of vocab.SUBJECTS."""
    return [Writer(subject, Rng(f"{seed}/{subject['title']}")) for subject in vocab.SUBJECTS]

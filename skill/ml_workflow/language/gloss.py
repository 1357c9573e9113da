"""German, Spanish, French and Chinese put into the English words the reader and the verifier know.

This is no translation for people: known words and phrases are replaced one by one, numbers and dates take their
English spelling, everything else stays. Every replaced stretch remembers where it came from, so that facts can quote the
brief's own words. The words stand in `words.tsv`, one row for each English term.
"""

import re
from bisect import bisect_right
from collections import Counter
from collections.abc import Callable
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Literal

from briefwright.skill.ml_workflow.language.counting import in_digits, written_out

Language = Literal["en", "de", "es", "fr", "zh", "other"]

FUNCTION_WORDS: dict[Language, str] = {
    "en": r"the|of|and|to|in|is|are|we|our|for|with|that|it|on|which|how|by|or|not|from|at|this|should",
    "de": r"der|die|das|und|ist|nicht|wir|mit|für|ein|eine|einen|werden|auf|von|zu|den|dem|im|sind|bei|oder|wird",
    "es": r"el|la|los|las|que|y|del|una|un|con|por|para|se|su|en|es|no|de|al|como",
    "fr": r"le|la|les|des|et|est|nous|pour|avec|du|une|un|dans|que|qui|sur|par|en|de|au|sont|ne",
    "other": r"il|che|di|non|per|het|een|van|wij|voor|och|att|som|på|nie|się|na|do|jest|dla|ja|det|é|uma|não|os|com|ao|della|sono",
}  # fmt: skip
"""The commonest small words; a text is in the language that owns most of its small words."""

SAMPLE = 6000
"""Letters of a text that settle its language."""
MONTHS = {
    "de": "januar februar märz april mai juni juli august september oktober november dezember",
    "es": "enero febrero marzo abril mayo junio julio agosto septiembre octubre noviembre diciembre",
    "fr": "janvier février mars avril mai juin juillet août septembre octobre novembre décembre",
}
ENGLISH_MONTHS = [
    "January",
    "February",
    "March",
    "April",
    "May",
    "June",
    "July",
    "August",
    "September",
    "October",
    "November",
    "December",
]
CHINESE_DIGITS = dict(zip("一二两三四五六七八九", (1, 2, 2, 3, 4, 5, 6, 7, 8, 9), strict=True))
CHINESE_SCALES = {"亿": 1e8, "千万": 1e7, "百万": 1e6, "万": 1e4}
CHINESE_PUNCTUATION = str.maketrans({"，": ",", "、": ",", "；": ";", "：": ":", "（": "(", "）": ")", "％": "%", "～": "-", "“": '"', "”": '"', "＞": ">", "＜": "<", "＝": "="})  # fmt: skip
MEASURE_WORDS = "片|个|次|条|张|台|名|位|件|笔|家|户|辆|套|款|篇|份|颗|块|人次|单"
PERIODS = {"天": "day", "日": "day", "周": "week", "星期": "week", "月": "month", "年": "year", "小时": "hour", "秒": "second", "秒钟": "second", "分钟": "minute"}  # fmt: skip
LEVELS = {
    "de": {"Low": "niedrig niedriges gering geringes", "Med": "mittel mittleres", "High": "hoch hohes"},
    "es": {"Low": "bajo baja", "Med": "medio media", "High": "alto alta"},
    "fr": {"Low": "faible bas", "Med": "moyen moyenne", "High": "élevé élevée haut fort"},
}
"""Levels of risk, where they open a cell; elsewhere the same words are means, halves and heights."""
DAY = {"de": "[Tt]", "es": "d", "fr": "j"}
AHEAD = {
    "de": {"nächsten": "next", "letzten": "last", "kommenden": "next"},
    "es": {"próximos": "next", "próximas": "next", "últimos": "last", "últimas": "last"},
    "fr": {"prochains": "next", "prochaines": "next", "derniers": "last", "dernières": "last"},
}
"""`les 14 prochains jours` is `the next 14 days`."""
FROM = {"de": "von", "es": "del|de|desde el", "fr": "de|du"}
TO = {"de": "auf|bis", "es": "al|a|hasta el", "fr": "à|au"}
AT = {"de": "bei", "es": "al|a", "fr": "à"}
"""Around two percentages these words are `from … to …`, whatever they mean elsewhere."""
PERIOD_FIRST = {
    "de": {"täglich": "day", "jeden tag": "day", "wöchentlich": "week", "monatlich": "month", "jährlich": "year"},
    "es": {"cada día": "day", "diariamente": "day", "cada semana": "week", "cada mes": "month", "al mes": "month"},
    "fr": {"chaque jour": "day", "chaque semaine": "week", "chaque mois": "month", "chaque nuit": "night"},
}  # fmt: skip


@dataclass(frozen=True)
class Gloss:
    """A text in the reader's words. `starts` and `sources` say where each replaced stretch stood in the original."""

    text: str
    language: Language
    starts: tuple[int, ...]
    sources: tuple[int, ...]
    copied: tuple[bool, ...]

    def source(self, at: int) -> int:
        """The place in the original of the character at `at`; for a replaced stretch, where the stretch begins."""
        n = bisect_right(self.starts, at) - 1
        if n < 0:
            return at
        return self.sources[n] + (at - self.starts[n] if self.copied[n] else 0)


def language(text: str) -> Language:
    """The language of a text by its script and its small words; English when too little speaks for another."""
    text = text[:SAMPLE]
    words = re.findall(r"[^\W\d_]+", text)
    letters, strange = sum(map(len, words)), "".join(word for word in words if not word.isascii())
    chinese = len(re.findall(r"[\u4e00-\u9fff]", strange))
    latin = letters - len(strange) + len(re.findall(r"[A-Za-z\u00c0-\u024f]", strange))
    if chinese > letters * 0.2:
        return "zh"
    if latin < letters / 2:
        return "other"
    often = Counter(map(str.lower, words))
    count = {name: sum(often[word] for word in known.split("|")) for name, known in FUNCTION_WORDS.items()}
    best = max(count, key=lambda name: count[name])
    return best if count[best] >= 3 and count[best] > count["en"] else "en"


def gloss(text: str, tongue: Language | None = None) -> Gloss:
    """The text in English words; line breaks stay where they are. English and unknown languages come back unchanged."""
    tongue = tongue or language(text)
    if tongue in ("en", "other"):
        return Gloss(_in_english_numbers(text), tongue, (), (), ())
    out: list[str] = []
    starts: list[int] = []
    sources: list[int] = []
    copied: list[bool] = []
    length = at = 0

    def put(piece: str, source: int, copy: bool) -> None:
        nonlocal length
        if piece.startswith(" ") and (not out or out[-1].endswith((" ", "\n"))):
            piece = piece.lstrip(" ")  # Chinese words are set off by one blank, not by two
        run = copy and copied and copied[-1] and source - sources[-1] == length - starts[-1]
        if not run:  # a run of copied characters is one stretch
            starts.append(length)
            sources.append(source)
            copied.append(copy)
        out.append(piece)
        length += len(piece)

    while at < len(text):
        found = _number_at(text, at, tongue) or _phrase_at(text, at, tongue)
        if found:
            put(re.sub(r" {2,}", " ", found[0]), at, False)
            at = found[1]
        elif tongue == "zh" and text[at] == " " and out and out[-1].endswith(" "):
            at += 1
        else:
            end = _word_end(text, at) if tongue != "zh" else at + 1
            if tongue == "zh" and out and _meets(out[-1][-1:], text[at]):
                put(" ", at, False)  # so that `走Kafka` names Kafka
            put(text[at:end].translate(CHINESE_PUNCTUATION) if tongue == "zh" else text[at:end], at, True)
            at = end
    return Gloss("".join(out), tongue, tuple(starts), tuple(sources), tuple(copied))


def _in_english_numbers(text: str) -> str:
    """English words with numbers as on the Continent, `3.963 loads` and `12,4 %`, in English spelling; other texts unchanged.

    Three decimals with a comma, and hardly any with a point, tell which spelling a text has. Numbers keep their length, and so
    the text its places.
    """
    marked = re.findall(r",\d{1,2}(?!\d|,\d)", text)  # most texts have few: they need no closer look
    commas = len(re.findall(r"(?<![\d.,])\d+,\d{1,2}(?!\d|,\d)", text)) if len(marked) > 2 else 0
    points = len(re.findall(r"(?<![\d.,@v])\d+\.\d{1,2}(?![\d.])", text)) if commas > 2 else 0
    if commas < 3 or commas <= 3 * points:
        return text
    swapped = str.maketrans(",.", ".,")
    return re.sub(
        r"(?<![\d.,])(?:\d{1,3}(?:\.\d{3})+(?:,\d+)?|\d+,\d+)(?![\d]|[.,]\d)",
        lambda m: m[0].translate(swapped),
        text,
    )


def _meets(before: str, after: str) -> bool:
    """Whether Chinese writing and Latin letters stand side by side here."""
    return ("\u4e00" <= before <= "\u9fff" and after.isascii() and after.isalpha()) or (before.isascii() and before.isalpha() and "\u4e00" <= after <= "\u9fff")  # fmt: skip


def _word_end(text: str, at: int) -> int:
    """To the end of the word at this place, so that no entry is found inside it; one character outside words."""
    match = _WORD.match(text, at)
    return match.end() if match else at + 1


_WORD = re.compile(r"[^\W\d_]+")
Found = tuple[str, int]


def _phrase_at(text: str, at: int, tongue: Language) -> Found | None:
    """The longest known phrase that begins here."""
    for pattern, english in _phrases(tongue).get(text[at : at + _KEY[tongue]].lower(), ()):
        if match := pattern.match(text, at):
            if tongue == "zh":
                return f" {english} ", match.end()
            elided = " " if match[0].endswith(("'", "’")) else ""
            return _cased(english, text[at]) + elided, match.end()
    return _compound_at(text, at) if tongue == "de" else None


def _compound_at(text: str, at: int) -> Found | None:
    """A German compound by its last part: `Fehlmengenkosten` → `Fehlmengen-costs`."""
    match = _WORD.match(text, at)
    if match is None or len(match[0]) < 9 or (at and text[at - 1].isalnum()):
        return None
    word = match[0].lower()
    for size in range(len(word) - 3, 4, -1):
        if english := _last_parts().get(word[-size:]):
            return f"{match[0][:-size]}-{english}", match.end()
    return None


@cache
def _last_parts() -> dict[str, str]:
    """German words of the table that stand alone, by which compounds end."""
    found: dict[str, str] = {}
    for word, english in _entries("de"):
        if re.fullmatch(r"[^\W\d_]{5,}", word):
            found.setdefault(word.lower(), english)
    return found


@cache
def _entries(tongue: Language) -> tuple[tuple[str, str], ...]:
    """(phrase, English term) of one language, in the order of the table."""
    header, *rows = (Path(__file__).parent / "words.tsv").read_text(encoding="utf-8").splitlines()
    column = header.split("\t").index(tongue)
    split = [row.split("\t") for row in rows if not row.startswith("#")]
    return tuple(
        (word.strip(), cells[0]) for cells in split for word in cells[column].split(";") if word.strip()
    )


def _cased(english: str, first: str) -> str:
    return english[0].upper() + english[1:] if first.isupper() and not english.startswith("A/B") else english


_KEY: dict[Language, int] = {"de": 2, "es": 2, "fr": 2, "zh": 1}
Phrases = dict[str, tuple[tuple[re.Pattern[str], str], ...]]


@cache
def _phrases(tongue: Language) -> Phrases:
    """Entries of one language by their first letters, the longest first. A trailing `*` stands for any ending."""
    found: dict[str, str] = {}
    for phrase, english in _entries(tongue):
        found.setdefault(phrase, english)
    index: dict[str, list[tuple[re.Pattern[str], str]]] = {}
    for phrase, english in sorted(found.items(), key=lambda item: -len(item[0])):
        for key in _keys(phrase, _KEY[tongue]):
            index.setdefault(key, []).append((_compiled(phrase, tongue), english))
    return {key: tuple(entries) for key, entries in index.items()}


def _keys(phrase: str, size: int) -> set[str]:
    """The letters an entry is looked up by; a word shorter than that is followed by whatever may end it."""
    bare = phrase.rstrip("*").lower()
    if len(bare) >= size:
        return {bare[:size]}
    return {bare, *(bare + end for end in " .,;:!?)\n-/’'·|")}


def _compiled(phrase: str, tongue: Language) -> re.Pattern[str]:
    bare = re.escape(phrase.rstrip("*")).replace(r"\ ", r"[ \t\u00a0\u202f]+")
    if tongue == "zh":
        return re.compile(bare)
    before = r"(?<![^\W_])" if phrase[0].isalnum() else ""
    after = r"[^\W\d_]*" if phrase.endswith("*") else "" if phrase[-1] in "'’." else r"(?![^\W_])"
    return re.compile(before + bare + after, re.IGNORECASE)


def _number_at(text: str, at: int, tongue: Language) -> Found | None:
    """A number, date or rhythm that begins here, in English spelling."""
    for pattern, spelled in _spellings(tongue):
        match = pattern.match(text, at)
        if match and match.end() > at and (english := spelled(match)) is not None:
            return english, match.end()
    return None


Spelling = tuple[re.Pattern[str], Callable[[re.Match[str]], str | None]]


@cache
def _spellings(tongue: Language) -> tuple[Spelling, ...]:
    return _chinese_spellings() if tongue == "zh" else _european_spellings(tongue)


_EUROPEAN = r"\d{1,3}(?:[.\u00a0\u202f ]\d{3})+(?!\d)(?:,\d+)?|\d+,\d+|\d+"


def _european_spellings(tongue: Language) -> tuple[Spelling, ...]:
    months = {name: n + 1 for n, name in enumerate(MONTHS[tongue].split())}
    rhythm = "|".join(PERIOD_FIRST[tongue])
    levels = {word: level for level, words in LEVELS[tongue].items() for word in words.split()}
    return (
        (written_out(tongue), lambda m: in_digits(m[0], tongue)),
        (re.compile(r"(?<=\d )pesos(?![^\W_])"), lambda m: "MXN"),  # without an amount they are a model's weights
        (re.compile(rf"(?<=(?:\| |\*\*))({'|'.join(levels)})(?![^\W_])", re.IGNORECASE), lambda m: levels[m[1].lower()]),
        (
            re.compile(rf"(?<![\d.,])(\d+) ({'|'.join(AHEAD[tongue])}) ([^\W\d_]+)", re.IGNORECASE),
            lambda m: f"{AHEAD[tongue][m[2].lower()]} {m[1]} {gloss(m[3], tongue).text}",
        ),
        (re.compile(rf"(?<=\d)( ?){DAY[tongue]}(?![^\W])"), lambda m: f"{m[1]}d"),
        (re.compile(r"(?<!\d)(\d{1,2})[./](\d{1,2})[./]((?:19|20)\d\d)(?!\d)"), lambda m: _date(m[3], m[2], m[1])),
        (
            re.compile(rf"(?<!\d)(\d{{1,2}})(?:\.|er)? (?:de )?({'|'.join(months)}) (?:de )?((?:19|20)\d\d)", re.IGNORECASE),
            lambda m: _date(m[3], str(months[m[2].lower()]), m[1]),
        ),
        (
            re.compile(rf"(?<![^\W_])({rhythm}) (?:\w+ )?({_EUROPEAN})((?: (?:Mio\.|Tsd\.|millones(?: de)?|millions? de|mil))?(?: [^\W\d_]+)?)", re.IGNORECASE),
            lambda m: f"{_plain(m[2])}{gloss(m[3], tongue).text} per {PERIOD_FIRST[tongue][m[1].lower()]}",
        ),
        (
            re.compile(rf"(?<![^\W_])(?:{FROM[tongue]}) (?=(?:{_EUROPEAN}) ?%? (?:{TO[tongue]}) (?:{_EUROPEAN}) ?%)", re.IGNORECASE),
            lambda m: "from ",
        ),
        (
            re.compile(rf"(?<=[\d%] )(?:{TO[tongue]}) (?=(?:{_EUROPEAN}) ?%)", re.IGNORECASE),
            lambda m: "to ",
        ),
        (re.compile(rf"(?<![^\W_])(?:{AT[tongue]}) (?=(?:{_EUROPEAN}) ?%)", re.IGNORECASE), lambda m: "at "),
        (re.compile(r"(?<![\d.,])(?!0)\d{1,3}(?:\.\d{3})+(?![\d])(?:,\d+)?"), lambda m: _plain(m[0])),
        (re.compile(r"(?<![\d.,])(?!0)\d{1,3}(?:[ \u00a0\u202f]\d{3})+(?!\d)(?:,\d+)?"), lambda m: _plain(m[0])),
        (re.compile(r"(?<![\d.,])\d+,\d+(?![\d,])"), lambda m: _decimal(m)),
    )  # fmt: skip


def _plain(written: str) -> str:
    """`1.234.567,8` and `1 234 567,8` in English spelling."""
    whole, _, rest = re.sub(r"[.\u00a0\u202f ]", "", written).partition(",")
    return f"{int(whole):,}" + (f".{rest}" if rest else "") if whole else written


def _decimal(match: re.Match[str]) -> str:
    """`1,9` is a decimal; `3,500` is one only where the text writes no decimal points."""
    whole, _, rest = match[0].partition(",")
    point = re.search(r"(?<![\d.,])\d+\.\d{1,2}(?![\d.])", match.string) is not None
    return match[0] if len(rest) == 3 and whole != "0" and point else f"{whole}.{rest}"


def _date(year: str, month: str, day: str) -> str | None:
    return (
        f"{year}-{int(month):02d}-{int(day):02d}" if 1 <= int(month) <= 12 and 1 <= int(day) <= 31 else None
    )


def _chinese_spellings() -> tuple[Spelling, ...]:
    amount = r"\d[\d,.]*[ \u3000]*(?:亿|千万|百万|万)?"
    period = "|".join(sorted(PERIODS, key=len, reverse=True))
    digits = "".join(CHINESE_DIGITS) + "十"
    return (
        (re.compile(r"(?<!\d)20\d\d-\d\d-\d\d"), lambda m: m[0]),
        (re.compile(r"(?<!\d)(1[0-2]|[1-9])[ \u3000]*月(?![ \u3000]*\d|份?个)"), lambda m: f" {ENGLISH_MONTHS[int(m[1]) - 1]} "),
        (re.compile(r"(?<!\d)((?:19|20)\d\d)[ \u3000]*年[ \u3000]*(\d{1,2})[ \u3000]*月[ \u3000]*(\d{1,2})[ \u3000]*日"), lambda m: _date(m[1], m[2], m[3])),
        (re.compile(rf"日活(?:跃?用户)?(?:约|大约|为)?[ \u3000]*({amount})"), lambda m: f" {_chinese(m[1])} users per day "),
        (
            re.compile(rf"(?:每({period})|日均|月均)([\u4e00-\u9fff]{{0,6}}?)[ \u3000]*(?:约|大约)?[ \u3000]*({amount})[ \u3000]*(?:{MEASURE_WORDS})?([\u4e00-\u9fff]{{0,2}})"),
            lambda m: f" {gloss(m[2], 'zh').text} {_chinese(m[3])} {gloss(m[4], 'zh').text} per {PERIODS.get(m[1] or '', 'month' if m[0].startswith('月') else 'day')} ",
        ),
        (re.compile(rf"(\d+|[{digits}]{{1,3}}) *(?:个)?({period}|月)(?:以|之)?后"), lambda m: f" after {m[1] if m[1].isdigit() else _chinese_numeral(m[1])} {PERIODS[m[2]]}s "),
        (re.compile(rf"([万千])分之(\d+(?:\.\d+)?|[{digits}]{{1,3}})"), lambda m: f" {float(m[2] if m[2][0].isdigit() else _chinese_numeral(m[2])) / (100 if m[1] == '万' else 10):g} % "),
        (re.compile(rf"百分之({amount})"), lambda m: f" {_chinese(m[1])} % "),
        (re.compile(rf"(?<![A-Za-z\d.,])({amount})[ \u3000]*(?:(?:{MEASURE_WORDS})(?!月|小时|星期))?"), lambda m: f" {_chinese(m[1])} "),
        (re.compile(r"(?<![\u4e00-\u9fff])(低|中|高)(?:风险)?(?![\u4e00-\u9fff])"), lambda m: {"低": "Low", "中": "Med", "高": "High"}[m[1]]),
        (
            re.compile(rf"([{digits}]{{1,3}})(?=(?:{MEASURE_WORDS}|{period}|个月|人|倍))(?:个(?=月|小时|星期)|{MEASURE_WORDS})?"),
            lambda m: f" {_chinese_numeral(m[1])} ",
        ),
    )  # fmt: skip


def _chinese(written: str) -> str:
    match = re.fullmatch(r"(\d[\d,.]*?)[.,]?\s*(亿|千万|百万|万)?", written.strip())
    if match is None or not match[2]:
        return written.strip()
    value = float(match[1].replace(",", "")) * CHINESE_SCALES[match[2]] if match[1].count(".") < 2 else 0.0
    return f"{value:,.0f}"


def _chinese_numeral(written: str) -> int:
    """`三` 3, `十二` 12, `三十` 30, `二十五` 25."""
    tens, ten, ones = written.rpartition("十")
    if not ten:
        return CHINESE_DIGITS.get(written[-1], 1)
    return CHINESE_DIGITS.get(tens, 1) * 10 + CHINESE_DIGITS.get(ones, 0)

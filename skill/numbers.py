"""Numbers as people write them: `14,751`, `14.7k`, `1.2 M/day`, `4 %`, `+1 pp`, `p99 ≤ 80 ms`, `two weeks`.

One scanner serves the reader of briefs and the verifier of documents. It finds where a number stands,
what it is worth, in which unit, per which time, and how finely it was written (for comparing roundings).
"""

import re
from collections.abc import Iterator
from dataclasses import dataclass
from functools import cache, lru_cache

_WORDS = {
    "one": 1, "two": 2, "three": 3, "four": 4, "five": 5, "six": 6, "seven": 7, "eight": 8, "nine": 9, "ten": 10,
    "eleven": 11, "twelve": 12, "thirteen": 13, "fourteen": 14, "fifteen": 15, "sixteen": 16, "seventeen": 17, "eighteen": 18, "nineteen": 19, "twenty": 20,
    "thirty": 30, "forty": 40, "fifty": 50, "sixty": 60, "seventy": 70, "eighty": 80, "ninety": 90,
}  # fmt: skip
_SCALES = {
    "k": 1e3, "thousand": 1e3, "m": 1e6, "mn": 1e6, "million": 1e6, "millions": 1e6, "bn": 1e9, "billion": 1e9,
    "hundred thousand": 1e5, "hundred million": 1e8, "hundred": 100,
}  # fmt: skip
_CODES = (
    "NOK", "SEK", "DKK", "PLN", "CZK", "HUF", "JPY", "INR", "AUD", "NZD", "BRL", "MXN", "ZAR", "KRW", "SGD", "HKD",
)  # fmt: skip
_UNITS = {
    "%": r"%|percent\b|per cent\b",
    "pp": r"percentage points?\b|pp\b|p\.p\.|points? of\b",
    "ms": r"ms\b|milliseconds?\b|msec\b",
    "s": r"s\b|secs?\b|seconds?\b",
    "min": r"min\b|mins\b|minutes?\b",
    "h": r"h\b|hrs?\b|hours?\b",
    "day": r"d\b|(?:(?:working|business|calendar|clear|free|empty|full|whole|final|settled|consecutive|closed|graded|mature|matured|complete|completed|delivery|drop|trading|production|service|school|opening) ){0,2}days?\b",
    "week": r"(?:(?:full|whole|calendar|final|labelled|settled|consecutive) )?weeks?\b|wks?\b",
    "month": r"months?\b",
    "year": r"years?\b|yrs?\b",
    "rps": r"rps\b|qps\b|req/s\b",
    "EUR": r"EUR\b|euros?\b|€",
    "USD": r"USD\b|dollars?\b|US\$|\$",
    "GBP": r"GBP\b|pounds?\b|£",
    "CAD": r"CAD\b",
    "CNY": r"CNY\b|yuan\b|RMB\b|¥",
    "CHF": r"CHF\b",
    **{code: rf"{code}\b" for code in _CODES},
    "GB": r"GB\b",
}
_CURRENCY = {
    "R$": "BRL",
    "€": "EUR",
    "$": "USD",
    "£": "GBP",
    "EUR": "EUR",
    "USD": "USD",
    "GBP": "GBP",
    "CAD": "CAD",
    "CNY": "CNY",
    "¥": "CNY",
    "CHF": "CHF",
    **{code: code for code in _CODES},
}
_PER = {
    "second": r"s\b|sec\b|seconds?\b", "minute": r"min\b|minutes?\b", "hour": r"h\b|hours?\b",
    "day": r"d\b|days?\b|working days?\b|business days?\b|nights?\b|weekdays?\b", "week": r"wk\b|weeks?\b",
    "month": r"mo\b|months?\b", "quarter": r"quarters?\b", "year": r"yr\b|years?\b|annum\b",
}  # fmt: skip
TIME_IN_DAYS = {"ms": 1 / 86_400_000, "s": 1 / 86_400, "min": 1 / 1440, "h": 1 / 24, "day": 1.0, "week": 7.0,
                "month": 30.4, "year": 365.0}  # fmt: skip
PER_IN_DAYS = {"second": 1 / 86_400, "minute": 1 / 1440, "hour": 1 / 24, "day": 1.0, "week": 7.0, "month": 30.4,
               "quarter": 91.0, "year": 365.0}  # fmt: skip
CURRENCIES = frozenset(_CURRENCY.values())


@dataclass(frozen=True)
class Number:
    """One number in a text. `value` is scaled (3.1 million = 3,100,000); `ulp` is one step of its last digit."""

    value: float
    unit: str
    per: str
    start: int
    end: int
    text: str
    ulp: float

    @property
    def days(self) -> float:
        """A length of time in days; 0 for anything else."""
        return self.value * TIME_IN_DAYS.get(self.unit, 0.0)

    @property
    def seconds(self) -> float:
        return self.days * 86_400

    @property
    def share(self) -> float:
        """A percentage or percentage points as a share of one; other numbers unchanged."""
        return self.value / 100 if self.unit in ("%", "pp") else self.value


@cache
def _pattern() -> re.Pattern[str]:
    tens = "|".join(word for word, value in _WORDS.items() if value >= 20)
    ones = "|".join(word for word, value in _WORDS.items() if value < 10)
    teens = "|".join(word for word, value in _WORDS.items() if 10 <= value < 20)
    words = (
        f"(?:{ones}|a) hundred and (?:(?:{tens})(?:[ -](?:{ones}))?|{teens}|{ones})(?![\\w-])|(?:{tens})[ -](?:{ones})(?![\\w-])|"
        + "|".join(sorted(_WORDS, key=len, reverse=True))
    )
    digits = r"\d{1,3}(?:[,\u202f\u00a0 '’]\d{3})+(?:\.\d+)?(?!\d)|\d+(?:[.,]\d+)?"
    scales = "|".join(sorted(_SCALES, key=len, reverse=True))
    units = "|".join(f"(?P<u{n}>{pattern})" for n, pattern in enumerate(_UNITS.values()))
    codes = "|".join(code for code in _CURRENCY if code.isalpha())
    per = "|".join(f"(?P<p{n}>{pattern})" for n, pattern in enumerate(_PER.values()))
    return re.compile(
        rf"(?P<cur>R\$ ?|€|\$|£|(?:{codes}) )?(?<![\w.])(?P<sign>[+−-](?=\d))?"
        rf"(?:(?P<num>{digits})|\b(?P<word>{words})\b(?P<half> and a half\b)?)"
        rf"(?:[ \u00a0-]?(?P<scale>{scales})\b)?"
        rf"(?:[ \u00a0\u202f-]?(?P<unit>{units}))?"
        rf"(?:(?P<noun>(?:[ ](?!and\b|or\b)[a-zA-Z'’-]+){{0,4}}?(?:[ ]and [a-z]+s)?)[ ]?(?:per |a |an |each |every |/[ ]?)(?P<per>{per}))?",
        re.IGNORECASE,
    )


_METRES = re.compile(
    r"(?:/| per )\s?(?:s|sec|second|min|minute|h)\b|²|³|2\b|[.,;:)]?$|[.,;:)]\s|\s(?:after|before|behind|beyond|from|away|long|wide|high|tall|deep|above|below|under|apart|in (?:length|width|height|depth)|up|down|x|×|by|and|or|to|of (?:pipe|cable|belt|track|wall|water|rope|fabric|depth|height))\b"
)
"""What follows `1.2 m` where it is a length: `0.8 m/s`, `1.2 m after the cameras`. `1.2 m requests` is a count."""
_PHYSICAL = re.compile(
    r"\s?(mm|cm|km|µm|nm|m|ml|l|kg|g|t|kWh|MWh|kW|MW|W|kV|V|A|kN|N|Nm|bar|[kM]?Pa|°C|°F|lux|dB|rad|deg)\s?(?:/|per )\s?(?:s|sec|min|h|hour|second|minute|m|m2|m²|m3|m³|km|kg|l|ha|hectare)\b"
)
_NO_RATE = re.compile(r"^\s*of |\b(?:within|in|over|on|for|by|at|after|before)\s*$", re.IGNORECASE)
"""Between a percentage and `a week`: `23 % of customers call a second time`, `18 % write again within a week` are no rates."""
CELL = 2_000
"""The longest text whose numbers are remembered: rules ask for those of one cell again and again, and a server must not keep every brief."""


def numbers(text: str) -> tuple[Number, ...]:
    """Every number in the text, in order. Version numbers, dates and identifiers are left out."""
    return _remembered(text) if len(text) <= CELL else _numbers(text)


@lru_cache(maxsize=4096)
def _remembered(text: str) -> tuple[Number, ...]:
    return _numbers(text)


def _matches(text: str) -> Iterator[re.Match[str]]:
    """Every match of the pattern, from left to right. Digits and number words are few, so each begins at one of them, or at the sign or currency before it."""
    over = 0
    for anchor in _anchor().finditer(text):
        if anchor.start() < over:
            continue
        lead = _lead().search(text, max(over, anchor.start() - 5), anchor.start())
        match = _pattern().match(text, lead.start()) if lead else None
        match = match or _pattern().match(text, anchor.start())
        if match:
            over = match.end()
            yield match


@cache
def _anchor() -> re.Pattern[str]:
    return re.compile(rf"(?<![\w.])(?:\d|(?:a hundred|{'|'.join(_WORDS)})\b)", re.IGNORECASE)


@cache
def _lead() -> re.Pattern[str]:
    """What may stand right before the digits: a currency, a sign, or both."""
    codes = "|".join(code for code in _CURRENCY if code.isalpha())
    return re.compile(rf"(?:R\$ ?|€|\$|£|(?:{codes}) )[+−-]?$|[+−-]$", re.IGNORECASE)


def _numbers(text: str) -> tuple[Number, ...]:
    found = []
    for match in _matches(text):
        if _is_name(text, match):
            continue
        raw = match["num"] or match["word"]
        value, ulp = _value(raw)
        if match["half"]:  # `one and a half percent`
            value, ulp = value + 0.5, 0.5
        scale = _SCALES.get((match["scale"] or "").lower(), 1.0)
        if match["word"] and match["scale"] and match["scale"].lower() in ("k", "m"):
            scale = 1.0
        if match["sign"] in ("-", "−"):
            value = -value
        unit = _named(match, "u", tuple(_UNITS)) if match["unit"] else ""
        if match["scale"] == "m" and not match["cur"] and _METRES.match(text, match.end("scale")):
            scale, unit = 1.0, "m"
        unit = _CURRENCY.get((match["cur"] or "").strip().upper(), unit) if match["cur"] else unit
        per = _named(match, "p", tuple(_PER)) if match["per"] else ""
        if match["num"] and (physical := _PHYSICAL.match(text, match.end("num"))):
            unit, per, scale = physical[1], "", 1.0  # `7.1 mm/s` is a speed, nothing comes 7.1 times a second
        end = match.end()
        if unit == "%" and per and (per == "second" or _NO_RATE.search(match["noun"] or "")):
            per, end = "", match.end("unit")  # `23 % of customers call a second time` is no rate
        words = text[match.start() : end].strip()
        found.append(Number(value * scale, unit, per, match.start(), end, words, ulp * scale))
    return tuple(found)


def _named(match: re.Match[str], prefix: str, names: tuple[str, ...]) -> str:
    return next(name for n, name in enumerate(names) if match[f"{prefix}{n}"] is not None)


_BLANKS = re.compile(r"[\u202f\u00a0 '’]")
_IN_THOUSANDS = re.compile(r"\d{1,3}(,\d{3})+(\.\d+)?")


def _value(raw: str) -> tuple[float, float]:
    if raw[0].isalpha():  # `twenty-six` is 20 + 6
        hundreds, and_, rest = raw.lower().rpartition(" hundred and ")
        small = sum(_WORDS[word] for word in re.split(r"[ -]", rest))
        return float(small + (100 * _WORDS.get(hundreds, 1) if and_ else 0)), 1.0
    if raw.isdigit():
        return float(raw), 1.0
    bare = _BLANKS.sub("", raw)
    if _IN_THOUSANDS.fullmatch(bare):
        bare = bare.replace(",", "")
    bare = bare.replace(",", ".")
    decimals = len(bare.partition(".")[2])
    return float(bare), 10.0**-decimals


_DATED = re.compile(r"[-/]\d{1,2}[-/.]\d|:\d\d\b")
_IN_A_NAME = re.compile(r"-D\b|\.\d|[A-Za-z]*\d|_|(?:st|nd|rd|th)\b")


def _is_name(text: str, match: re.Match[str]) -> bool:
    """Dates (2026-11-23), clock times (04:30), versions and ids (v2, FR-01, 3-D, F1) are not quantities."""
    if not match["num"]:
        return False
    start, end = match.span("num")
    before, one_more = text[max(0, start - 1) : start], text[max(0, start - 2) : max(0, start - 1)]
    if _DATED.match(text, end, end + 6) or (before in ("-", ":", "/") and one_more.isdecimal()):
        return True
    in_word = (before.isascii() and before.isalpha()) or (before in ("-", "_") and one_more.isascii() and one_more.isalpha())  # fmt: skip
    return (in_word and not match["cur"]) or _IN_A_NAME.match(text, end, end + 6) is not None or before == "."


def same(a: float, b: float, ulp: float = 0.0) -> bool:
    """Whether b may be the rounding of a that somebody wrote with last digit `ulp`."""
    return abs(a - b) <= max(ulp / 2, 1e-9 * max(abs(a), abs(b))) * (1 + 1e-9) + 1e-12

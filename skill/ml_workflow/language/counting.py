"""Numbers written out in German, Spanish and French: `neuntausend`, `catorce mil`, `sept cents`, `zweitausendfünfhundert`."""

import re
from functools import cache

_SMALL = {
    "de": "ein:1 eins:1 eine:1 zwei:2 drei:3 vier:4 fünf:5 sechs:6 sieben:7 acht:8 neun:9 zehn:10 elf:11 zwölf:12 dreizehn:13 vierzehn:14 fünfzehn:15 sechzehn:16 siebzehn:17 achtzehn:18 neunzehn:19 "
    "zwanzig:20 dreißig:30 dreissig:30 vierzig:40 fünfzig:50 sechzig:60 siebzig:70 achtzig:80 neunzig:90",
    "es": "dos:2 tres:3 cuatro:4 cinco:5 seis:6 siete:7 ocho:8 nueve:9 diez:10 once:11 doce:12 trece:13 catorce:14 quince:15 dieciséis:16 diecisiete:17 dieciocho:18 diecinueve:19 veinte:20 veintiún:21 veintidós:22 veintitrés:23 veinticuatro:24 "
    "veinticinco:25 veintiséis:26 veintisiete:27 veintiocho:28 veintinueve:29 treinta:30 cuarenta:40 cincuenta:50 sesenta:60 setenta:70 ochenta:80 noventa:90 cien:100 ciento:100 doscientos:200 doscientas:200 trescientos:300 trescientas:300 "
    "cuatrocientos:400 cuatrocientas:400 quinientos:500 quinientas:500 seiscientos:600 seiscientas:600 setecientos:700 setecientas:700 ochocientos:800 ochocientas:800 novecientos:900 novecientas:900",
    "fr": "deux:2 trois:3 quatre:4 cinq:5 six:6 sept:7 huit:8 neuf:9 dix:10 onze:11 douze:12 treize:13 quatorze:14 quinze:15 seize:16 dix-sept:17 dix-huit:18 dix-neuf:19 vingt:20 trente:30 quarante:40 cinquante:50 soixante:60 soixante-dix:70 "
    "quatre-vingts:80 quatre-vingt:80 quatre-vingt-dix:90 vingt-cinq:25 trente-cinq:35",
}  # fmt: skip
_SCALES = {
    "de": {"hundert": 100, "tausend": 1000},
    "es": {"mil": 1000},
    "fr": {"cents": 100, "cent": 100, "mille": 1000},
}
_AND = {"de": "und", "es": "y", "fr": "et"}
LEAST = 13
"""Up to twelve the table of words knows them; `once` and `six` mean too much else to be numbers alone."""


@cache
def _small(tongue: str) -> dict[str, int]:
    return {word: int(value) for word, _, value in (pair.partition(":") for pair in _SMALL[tongue].split())}


@cache
def written_out(tongue: str) -> re.Pattern[str]:
    """Number words one after another that begin with a small one; in German within one word."""
    small = "|".join(sorted(_small(tongue), key=len, reverse=True))
    every = f"{small}|{'|'.join(_SCALES[tongue])}|{_AND[tongue]}"
    between = "" if tongue == "de" else r"[ \u00a0]"
    return re.compile(rf"(?<![^\W_])(?:{small})(?:{between}(?:{every}))*(?![^\W_])", re.IGNORECASE)


def in_digits(words: str, tongue: str) -> str | None:
    """`neuntausend` → 9,000. None where it is too small, or no number that ends there."""
    small, scales = _small(tongue), _SCALES[tongue]
    every = "|".join(sorted([*small, *scales, _AND[tongue]], key=len, reverse=True))
    total = current = 0
    parts = re.findall(every, words.lower())
    if parts[-1] == _AND[tongue]:
        return None
    for part in parts:
        if part in small:
            current += small[part]
        elif part in scales and scales[part] == 100:
            current = max(current, 1) * 100
        elif part in scales:
            total, current = total + max(current, 1) * scales[part], 0
    value = total + current
    return f"{value:,}" if value >= LEAST else None

"""Equations a document writes down: `260 × 0.022 = 5.7`, `2 × €35 + €120 = €190`. Does the left side give the right one?

Only what can be computed as it stands is computed: numbers joined by ×, ÷ and +, each with at most a few words of its unit.
Parentheses, powers, roots, ranges and minus signs are left alone, and a result that differs by a known conversion of units
(seconds to minutes, percent, thousands) or by rounding is taken as right.
"""

import math
import re
from collections.abc import Iterator
from dataclasses import dataclass

from briefwright.skill.ml_workflow.sizing.classification import wilson_interval
from briefwright.skill.ml_workflow.verify.claims import Said, bare
from briefwright.skill.ml_workflow.verify.verdicts import Document, fail
from briefwright.skill.numbers import same
from briefwright.skill.spec import Finding

_CURRENCY = r"(?:[€$£]|EUR|USD|GBP|CHF)"
_FIGURE = rf"(?:{_CURRENCY} ?)?(?:\d{{1,3}}(?:[,\u202f\u00a0 ]\d{{3}})+(?:\.\d+)?|\d+(?:\.\d+)?)(?![\d.])"
_LETTERS, _BETWEEN = r"(?!x )[^\W\d_][^\W\d_.,;:()|=×*÷+/<>≤≥→²³]*", r"(?: ?/ ?|[ -])"
_UNIT = rf"(?: ?(?:%|[kM]\b)|{_BETWEEN}?{_LETTERS}(?:{_BETWEEN}{_LETTERS}){{0,3}}| ?[€$£])?"
"""Words of a unit stand apart: were they allowed to touch, one long word could be cut into four in a million ways."""
_WORDS = r"(?:[^\W\d_][\w-]* ){0,2}"
_TERM = rf"{_WORDS}{_FIGURE}{_UNIT}"
_OPERATOR = r"\s*(?:×|\*|÷|\+|(?<=\d) ?/ ?(?=\d)|(?<=[\w%)]) / (?=\d)|(?<=\d) x (?=\d))\s*"
_WHOLE_TERM, _LAST_TERM, _OPERATES = re.compile(_TERM), re.compile(rf"{_TERM}\s*$"), re.compile(_OPERATOR)
_RIGHT = re.compile(rf"[=≈]\s*(?:about |roughly |≈ ?|~ ?)?\**(?P<right>{_FIGURE})(?P<unit>{_UNIT})")
TERMS = 7
"""The most an equation's left side may have."""
_SPOILT_BEFORE = re.compile(
    r"(?:%|percent|share|half|third|quarter) $|[(\[√^−–×*÷/+·=]\s*$|(?<=\d)\s?-\s*$|\d[\d.,]*\s*$|[−-]$"
)
_SPOILT = re.compile(r"[²³^√()]|\bper\b.*\bper\b")
_SIGN = re.compile("[=≈]")
_STOP = re.compile(r".*(?:[;:()|=≈<>≤≥]|[.,](?!\d))")
LONGEST = 400
"""Letters of an equation on either side of its sign."""
CONVERSIONS = (60, 3600, 86_400, 24, 7, 100, 1000, 1e6, 1e9, 1024)
"""Of time, percent, thousands and bytes: factors by which a right result may differ where units are written."""


@dataclass(frozen=True)
class Equation:
    """An equation as written: what the left side gives, what the right side says, and the step of its last digit."""

    value: float
    stated: float
    ulp: float
    has_units: bool
    text: str

    @property
    def is_right(self) -> bool:
        if self.stated == 0 or self.value == 0:
            return abs(self.value - self.stated) <= self.ulp
        if self._close(self.value):
            return True
        factors = CONVERSIONS if self.has_units else (100,)
        return any(self._close(self.value * factor) or self._close(self.value / factor) for factor in factors)

    def _close(self, value: float) -> bool:
        """Equal to rounding: the last digit written, two in a hundred, or the next whole number of something counted."""
        near = abs(value - self.stated) <= 0.02 * abs(self.stated)
        return near or same(value, self.stated, self.ulp) or math.ceil(value) == self.stated


def equations(text: str) -> Iterator[Equation]:
    """Every equation of a text that can be computed as it stands."""
    for line in re.split(r"[\n|]", text):
        over = 0
        for sign in _SIGN.finditer(line):
            start = _left(line, _begin(line, over, sign.start()), sign.start())
            right = _RIGHT.match(line, sign.start(), sign.end() + LONGEST) if start is not None else None
            if start is None or right is None:
                continue
            over = right.end()
            before, whole, after = line[:start], line[start:over], line[over : over + 2]
            if _SPOILT_BEFORE.search(before) or _SPOILT.search(whole) or re.match(r" ?[²³^)×*÷/+]", after):
                continue
            if (found := _equation(line[start : sign.start()].strip(), right, whole)) is not None:
                yield found


def _begin(line: str, over: int, sign: int) -> int:
    """Where the left side of this sign may begin: behind the last mark that no term can hold."""
    at = max(over, sign - LONGEST)
    stop = _STOP.match(line, at, sign)
    return stop.end() if stop else at


def _left(line: str, start: int, sign: int) -> int | None:
    """Where the terms joined by operators begin that end at this sign; None where there are not two.

    From the sign backwards, term by term: a term may hold words, and looking for the beginning from the left would try each of them.
    """
    end, first, terms = sign, None, 0
    for operator in reversed(list(_OPERATES.finditer(line, start, sign))):
        piece = line[operator.end() : end]
        if not _WHOLE_TERM.fullmatch(piece.rstrip()):
            last = _LAST_TERM.search(piece) if terms else None
            return operator.end() + last.start() if last else first if terms > 1 else None
        first, terms, end = operator.end(), terms + 1, operator.start()
        if terms == TERMS:
            return first
    last = _LAST_TERM.search(line, start, end) if terms else None
    return last.start() if last else first if terms > 1 else None


def _equation(left: str, right: re.Match[str], whole: str) -> Equation | None:
    pieces = re.split(rf"({_OPERATOR})", left)
    terms = [_figure(piece) for piece in pieces[::2]]
    signs = [piece.strip() for piece in pieces[1::2]]
    if any(term is None for term in terms):
        return None
    if set(signs) == {"+"}:
        return None  # plain sums are checked with their units, in `sums.py`
    values = [term for term in terms if term is not None]
    total, product = 0.0, values[0]
    for sign, value in zip(signs, values[1:], strict=True):
        if sign == "+":
            total, product = total + product, value
        elif sign in ("÷", "/"):
            if value == 0:
                return None
            product /= value
        else:
            product *= value
    unit = right["unit"]
    stated = _figure(right["right"] + (unit if re.match(r" ?(?:%|[kM]\b)", unit) else ""))
    if stated is None:
        return None
    if re.search(r"/ ?(?:s|min|h|day|week)\b|per (?:second|hour|day)", left) and re.match(r" ?(?:ms|s|min|h|hours?|minutes?|seconds?|days?|weeks?)\b", unit):  # fmt: skip
        return None  # a rate gives no time by multiplying: the amount it is divided into stands elsewhere
    digits = re.sub(r"[^\d.]", "", right["right"])
    ulp = 10.0 ** -len(digits.partition(".")[2]) * (0.01 if "%" in unit else 1.0)
    units = re.search(r"[A-Za-z/€$£]", left + unit) is not None
    return Equation(total + product, stated, ulp, units, whole.strip())


def _figure(piece: str) -> float | None:
    found = re.search(_FIGURE, piece)
    if not found:
        return None
    value = float(re.sub(r"[^\d.]", "", found[0]))
    rest = piece[found.end() :]
    if re.match(r" ?%", rest):
        return value / 100
    scale = re.match(r" ?([kM])\b|(?: (million|thousand))", rest)
    return (
        value * {"k": 1e3, "M": 1e6, "million": 1e6, "thousand": 1e3}[scale[1] or scale[2]]
        if scale
        else value
    )


def computed(d: Document) -> Iterator[Finding]:
    """An equation whose two sides differ."""
    for name, said in d.claims.parts.items():
        for each in equations(said.text):
            if not each.is_right:
                yield fail("X.arithmetic", name.replace("_", " "), _placed(d, said, each.text), f"“{each.text[-90:]}”: the left side gives {each.value:,.4g}", "Correct the result or its terms.")  # fmt: skip


def _placed(d: Document, part: Said, words: str) -> Said:
    """The words with the line they stand on; the part's line where they run over several cells."""
    lines = d.claims.text.splitlines()
    return Said(
        words, next((n for n in range(part.line, len(lines) + 1) if words in bare(lines[n - 1])), part.line)
    )


WILSON = re.compile(r"(?P<k>\d[\d, ]*\d|\d+) ?(?:/|of|out of) ?(?P<n>\d[\d, ]*\d|\d+)(?P<between>[^|\n]{0,120}?)\bWilson\b[^|\n\d]{0,30}(?P<low>0?\.\d+|\d+(?:\.\d+)? ?%)\s*(?:[-–—]|to|,)\s*(?P<high>0?\.\d+|\d+(?:\.\d+)? ?%)", re.IGNORECASE)  # fmt: skip


def intervals(d: Document) -> Iterator[Finding]:
    """A Wilson interval that does not belong to its count."""
    for name, said in d.claims.parts.items():
        for match in WILSON.finditer(said.text) if "wilson" in said.text.lower() else ():
            k, n = (float(re.sub(r"[, ]", "", match[group])) for group in ("k", "n"))
            if not 0 <= k <= n or n < 5:
                continue
            low, high = wilson_interval(k, n)
            told = [_figure(match[group].strip()) or 0.0 for group in ("low", "high")]
            if max(abs(told[0] - low), abs(told[1] - high)) > max(0.006, 0.12 * (high - low)):
                yield fail("X.arithmetic", name.replace("_", " "), _placed(d, said, match[0]), f"the Wilson interval of {k:,.0f} of {n:,.0f} is {low:.3f} to {high:.3f}, not {told[0]:g} to {told[1]:g}", "Correct the interval.")  # fmt: skip

"""Over which time a number is counted: a flow, a capacity, money."""

import re

from briefwright.skill.ml_workflow.reader.passages import Sentence
from briefwright.skill.ml_workflow.reader.vocabulary import PEOPLE
from briefwright.skill.numbers import PER_IN_DAYS, Number, numbers


def period(sentence: Sentence, number: Number) -> str:
    """The time a flow is counted over: at the number, or a few words behind it in the same clause."""
    if number.per or number.unit:
        return number.per if not number.unit else ""
    if re.match(
        r"(?: or so)? (?:at|in|during|on) (?:the |our )?(?:peak|rush|busiest|worst|high)",
        sentence.after(number, 30),
        re.IGNORECASE,
    ):
        return _period_before(sentence, number)  # `85 calls a second at dinner, 210 at peak`
    after = re.split(r"[.,;(]|\band\b|\d", sentence.after(number, 80))[0]
    if any(word.start < len(after) for word in numbers(after)):
        return ""
    said = re.search(r"\b(?:per|an?|each|every|on an?|on each|on every|in an?|in each|in every) (?:(?:normal|typical|average|usual|busy|working|week|business|single|given|good|ordinary|quiet) ?){0,2}(second|minute|hour|day|night|shift|week|month|quarter(?! of)|year)\b|(?:/ ?)(s|sec|min|h|d|day|wk|week|mo|month|yr|year)\b", after)  # fmt: skip
    adverb = re.match(r"(?: [\w-]+){0,3} (daily|weekly|monthly|hourly|yearly|annually|nightly)\b", after)
    if adverb:
        return {"daily": "day", "nightly": "day", "weekly": "week", "monthly": "month", "hourly": "hour", "yearly": "year", "annually": "year"}[adverb[1]]  # fmt: skip
    if not said:
        return ""
    name = said[1] or {"s": "second", "sec": "second", "min": "minute", "h": "hour", "d": "day", "wk": "week", "mo": "month", "yr": "year"}.get(said[2], said[2])  # fmt: skip
    return {"night": "day", "shift": "day"}.get(name, name)


def _period_before(sentence: Sentence, number: Number) -> str:
    earlier = [n for n in sentence.numbers if n.start < number.start and n.per]
    return earlier[-1].per if earlier else ""


def period_of_money(sentence: Sentence, number: Number) -> str:
    """`EUR 400 monthly`, `every month we can spend at most 2,000`: the period behind or before the amount."""
    after = re.match(r"\s*(?:in total |all-?in |net |max |or so |tops )?(?:(?:per|an?|each|every|/|p\.|for the)\s?(month|year|annum|quarter|week|day|hour|mo\b|m\b|a\b)|(month|year|annual|week|dai|hour|quarter)ly\b)", sentence.after(number, 30), re.IGNORECASE)  # fmt: skip
    if after:
        said = (after[1] or after[2]).lower()
        return {
            "annum": "year",
            "annual": "year",
            "mo": "month",
            "m": "month",
            "a": "year",
            "dai": "day",
        }.get(said, said)
    spread = re.match(r"\s*(?:in total |total )?(?:over|for|across) (?:the )?(?:first |next |coming )?(?:(\w+) )?(year|month)s?\b", sentence.after(number, 40), re.IGNORECASE)  # fmt: skip
    if spread and not after:
        return (
            "year"
            if spread[2].lower() == "year" and (spread[1] or "one").lower() in ("one", "1", "this", "first")
            else ""
        )
    before = re.search(r"(?:every|per|each|a) (month|year)\b[^.;]{0,40}$|(month|year|annual)(?:ly)?\b (?:\w+ )?(?:budget|spend|cost|bill|ceiling|cap)[^.;]{0,30}$", sentence.before(number, 60), re.IGNORECASE)  # fmt: skip
    said = (before[1] or before[2]).lower() if before else ""
    return "year" if said == "annual" else said


def rhythm(sentence: Sentence) -> str:
    """The period a capacity is meant for when the sentence does not say it at the number itself."""
    if sentence.has(r"week|monday|tuesday|wednesday|thursday|friday|saturday|sunday"):
        return "week"
    if sentence.has(r"\bdaily|each day|every day|night|a day|per day|morning"):
        return "day"
    return "month" if sentence.has("month") else "week"


def weekly(sentence: Sentence, number: Number) -> float:
    """A capacity in cases per week; a day's counts five times where working days are meant, else seven."""
    per = period(sentence, number) or rhythm(sentence)
    days = 5 if per == "day" and sentence.has(r"working day|business day|weekday") else 7
    return number.value * days / PER_IN_DAYS.get(per, 7.0)


_ANYBODY = rf"{PEOPLE}|(?!users|letters)\w+(?:[clnstv]ers|[cst]ors|cians|ists|ysts)"


def heads(sentence: Sentence, number: Number, who: str = _ANYBODY) -> Number | None:
    """How many each do it: the 12 of `12 inspectors, and each of them manages four visits a day`. None where the number is everybody's."""
    after = re.split(r"[.,;]", sentence.after(number, 60))[0]
    each = _EACH_BEFORE.search(sentence.before(number, 60)) or _EACH_AFTER.search(after)
    per = {word.lower() for word in _PER.findall(after)}
    if not (each or per):
        return None
    everybody = each or per & {"head", "person"}
    found = []
    for other in sentence.numbers:
        if other.start == number.start or other.unit or other.per:
            continue
        named = re.match(rf" (?:[\w-]+ ){{0,2}}?({who})\b", sentence.after(other, 50), re.IGNORECASE)
        if named and (everybody or any(named[1].lower().startswith(word[:4]) for word in per)):
            found.append(other)
    return min(found, key=lambda other: abs(other.start - number.start), default=None)


_NO_TIME = r"(?! (?:\w+ )?(?:day|week|month|quarter|year|night|morning|evening|shift|hour|minute|second)\b)"
_EACH_BEFORE = re.compile(rf"\b(?:each|apiece)\b{_NO_TIME}[^.;]{{0,50}}$", re.IGNORECASE)
_EACH_AFTER = re.compile(rf"\b(?:in|at|for|from|by) each\b{_NO_TIME}|\beach\b(?! of\b){_NO_TIME}|\bapiece\b", re.IGNORECASE)  # fmt: skip
_PER = re.compile(r"(?:\bper |/ ?)([a-z]{4,})", re.IGNORECASE)

"""Over which time a number is counted: a flow, a capacity, money."""

import re

from briefwright.skill.ml_workflow.reader.passages import Sentence
from briefwright.skill.numbers import Number, numbers


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
    said = re.search(r"\b(?:per|an?|each|every|on an?|on each|on every|in an?) (?:(?:normal|typical|average|usual|busy|working|week|business|single|given|good|ordinary|quiet) ?){0,2}(second|minute|hour|day|night|shift|week|month|quarter|year)\b|(?:/ ?)(s|sec|min|h|d|day|wk|week|mo|month|yr|year)\b", after)  # fmt: skip
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

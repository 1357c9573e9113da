"""Facts about the experiment: the effect worth having, its spread, the terms of the test, who takes part."""

import re

from briefwright.skill.ml_workflow.facts import Given
from briefwright.skill.ml_workflow.reader.amounts import each_number, given_number
from briefwright.skill.ml_workflow.reader.passages import Sentence
from briefwright.skill.ml_workflow.reader.stakes import TARGETS, is_relative
from briefwright.skill.numbers import TIME_IN_DAYS, Number, numbers

LIMITS = r"will not accept|may not|must not|cannot accept|not more than|no more than|at most|at least|stay (?:at|below|above)|without (?:raising|hurting|increasing)"


def effect(passages: tuple[Sentence, ...]) -> tuple[Given[float] | None, Given[float] | None]:
    """(relative, absolute) smallest effect worth having. Limits on a guardrail are not effects."""
    relative = absolute = None
    for sentence, number in each_number(passages, ("%", "pp")):
        if sentence.near(number, LIMITS, 45) and not sentence.near(number, "relative", 14):
            continue
        if number.unit == "%" and relative is None and is_relative(sentence, number):
            relative = given_number(sentence, number, number.share, "share")
        elif number.unit == "pp" and sentence.has(TARGETS) and absolute is None:
            absolute = given_number(sentence, number, number.share, "pp")
    for sentence in passages:
        if absolute is None and (half := re.search(r"half a percentage point", sentence.text, re.IGNORECASE)):
            absolute = Given(0.005, sentence.text[:160], sentence.start + half.start(), "pp")
    return relative, absolute


def mean_effect(
    passages: tuple[Sentence, ...],
) -> tuple[Given[float] | None, Given[float] | None, Given[float] | None]:
    """(difference worth having, standard deviation, today's mean) of a metric that is an amount, in one unit."""
    sd = delta = mean = None
    for sentence in passages:
        for number in sentence.numbers:
            before = sentence.before(number, 60)
            if sd is None and (
                re.search(r"(?:standard deviation|\bsd|\bstd)\b[^.\d]{0,40}$", before, re.IGNORECASE)
                or re.match(
                    r"\W{0,3}(?:standard deviation|sd|std)\b", sentence.after(number, 24), re.IGNORECASE
                )
            ):
                sd = given_number(sentence, number, number.value, number.unit)
                earlier = [
                    n
                    for n in sentence.numbers
                    if n.start < number.start
                    and n.unit in (number.unit, "")
                    and not re.search(r"\b(?:for|per|of|every|each|in|to)\s$", sentence.before(n, 8))
                ]
                mean = (
                    given_number(sentence, earlier[-1], earlier[-1].value, number.unit) if earlier else None
                )
    worth = r"(?:lift|gain|improv\w*|increas\w*|rais\w*|ris\w*|reduc\w*|drop\w*|cut\w*|shorten\w*|lower\w*)(?: [a-z]+){0,4}? (?:of|by) (?:about |at least )?(?:[€$£])?$"
    for sentence, number in each_number(passages):
        if (
            number.unit not in ("%", "pp")
            and (re.search(worth, sentence.before(number, 60), re.IGNORECASE) or _would_do(sentence, number))
            and delta is None
        ):
            delta = given_number(
                sentence,
                number,
                _in_unit(number, sd.unit if sd else number.unit),
                sd.unit if sd else number.unit,
            )
    return (delta, sd, mean) if sd else (delta if delta and delta.unit else None, None, None)


def _would_do(sentence: Sentence, number: Number) -> bool:
    """`I would be proud of 0.5 fewer`: a difference, and a wish before it."""
    return re.match(r"\s(?:fewer|less|more|lower|higher)\b(?! than)", sentence.after(number, 12), re.IGNORECASE) is not None and re.search(r"\b(?:would|['’]d|want|worth|proud|happy|glad|enough|convince)\b[^.;]{0,40}$", sentence.before(number, 60), re.IGNORECASE) is not None  # fmt: skip


def _in_unit(number: Number, unit: str) -> float:
    """The number in another unit of time (12 s in min is 0.2); anything else unchanged."""
    if number.unit in TIME_IN_DAYS and unit in TIME_IN_DAYS:
        return number.days / TIME_IN_DAYS[unit]
    return number.value


def test_terms(
    passages: tuple[Sentence, ...],
) -> tuple[Given[float] | None, Given[float] | None, Given[float] | None]:
    """(alpha, power, longest duration in days) of the experiment, where the brief states them."""
    alpha = power = longest = None
    for sentence, number in each_number(passages):
        value = number.share
        if (
            power is None
            and 0.5 < value < 1
            and (
                re.match(r"\s*(?:statistical )?power", sentence.after(number, 20), re.IGNORECASE)
                or re.search(r"power (?:of |is |at )?$", sentence.before(number, 14), re.IGNORECASE)
            )
        ):
            power = given_number(sentence, number, value, "")
        elif (
            alpha is None
            and 0 < value < 0.2
            and (
                re.search(
                    r"(?:alpha|significance(?: level)?)(?: of| is| at|:)?\s*$",
                    sentence.before(number, 26),
                    re.IGNORECASE,
                )
                or re.match(r"\s*(?:significance|alpha)", sentence.after(number, 16), re.IGNORECASE)
            )
        ):
            alpha = given_number(sentence, number, value, "")
        elif (
            longest is None
            and number.unit in ("day", "week", "month")
            and sentence.has(r"test|experiment|trial|pilot")
            and re.search(
                r"(?:no longer than|at most|max(?:imum)?(?: of)?|stop after|within|not more than|up to|for)\s+$",
                sentence.before(number, 22),
                re.IGNORECASE,
            )
        ):
            longest = given_number(sentence, number, number.days, "days")
    return alpha, power, longest


_ARM_COUNT = r"(three|four|five|six|seven|eight|[3-8])"


def test_arms(passages: tuple[Sentence, ...]) -> Given[float] | None:
    """Groups that are compared, control included: `four equal groups`, `three variants against the control`."""
    for pattern, more in (
        (rf"\b{_ARM_COUNT} (?:equal(?:ly (?:large|sized))? |test |random )?(?:groups|arms|cells)\b", 0),
        (rf"\b{_ARM_COUNT} (?:test )?(?:variants|treatments|challengers)\b(?! of (?:the )?(?:product|item|article))", 1),
    ):  # fmt: skip
        for sentence in passages:
            match = re.search(pattern, sentence.text, re.IGNORECASE)
            if match and (sentence.has(_TRIAL) or "equal" in match[0].lower()):
                count = numbers(match[1])[0].value + more
                return Given(count, sentence.text[:160], sentence.start + match.start(), "arms")
    return None


def exposed_share(passages: tuple[Sentence, ...]) -> Given[float] | None:
    for sentence, number in each_number(passages, ("%",)):
        if (
            sentence.has(
                r"expose|traffic|experiment|pilot|test group|\btrial\b|\bessai\b|\bensayo\b|\bversuch\b"
            )
            and re.search(
                r"expose|at most|only|pilot|of (?:the |our )?(?:them|traffic|users|applications|orders|visitors|customers|requests|sessions|calls)|(?:give|put|offer|spare|mettre|poner) $|du trafic|del tr[aá]fico",
                sentence.before(number, 30) + sentence.after(number, 25),
                re.IGNORECASE,
            )
            and not sentence.near(number, r"relative|power|alpha|accuracy", 20)
        ):
            return given_number(sentence, number, number.share, "share")
    return None


_TAKEN_IN = r"50 ?/ ?50|\bhalf (?:and|of|with|with and)\b|moiti[ée]|mitad|\bexperiment|\btrial\b|\ba/b\b|\bpilot\b|you can have|(?:on|in) some \w+ and [\w ]{2,16} (?:on|in) others|split evenly|randomi[sz]"


def test_flow(passages: tuple[Sentence, ...]) -> Given[float] | None:
    """How many units a day the brief gives to the test: `2,900 sign-ups a day, you can have all of them, 50/50`."""
    for sentence in passages:
        if not sentence.has(_TAKEN_IN):
            continue
        for number in sentence.numbers:
            if number.per in ("day", "week") and not number.unit and number.value >= 2:
                noun = re.match(
                    r"\s*(?:new |different |eligible )?([a-z][a-z-]{3,})s\b",
                    sentence.text[number.start :].lstrip("~0123456789., "),
                )
                return given_number(
                    sentence,
                    number,
                    number.value / (7 if number.per == "week" else 1),
                    noun[1] if noun else "unit",
                )
    return None


_TRIAL = r"randomi[sz]|a/?b\b|experiment|\btest(?:s|ed|ing)?\b|\bpilot|\btrial|try it|switchback|stepped|compar(?:e|ing|ison)|control group|matched|roll(?: it|-)?out|versus|\bvs\b|half of|holdout|treatment"
_BY = r"(?:randomi[sz]ed?|randomi[sz]ation|split|test|chosen|experiment|traffic|trial|pilot|unit|compar\w+|switchback|roll-?out|try it|assign\w*|stepped[- ]wedge)[^.;]{0,60}?(?:\bby|\bper|\bon|\bacross|\bat the level of|=)\s+(?:the |each |whole |individual )?(?:[a-z]+ )?(UNIT)s?\b"
_GROUPS = r"\b(?:half (?:of )?(?:the |our )?|the |in |on |across )?(?:\d+|one|two|three|four|five|six|seven|eight|nine|ten|a dozen|twelve|some|half)(?: of (?:the |our )?(?:\d+ )?)?(?: \w+)? (UNIT)s\b"
_UNIT = r"candidate|holder|locker|tenancy|applicant|depot|rack|listener|application|policy|pupil|practice|household|plot|district|zone|village|courier|seller|publisher|advertiser|card|user|customer account|account|customer|store|ticket|visitor|department|site|ward|hotel|region|session|patient|device|claim|driver|school|city|cities|machine|line|farm|warehouse|shop|branch|branches|route|vehicle|restaurant|clinic|class|team|patch|patches|canteen|hospital|centre|center|block|field|vineyard|donor|room|truck|turbine|substation|member|area|municipality|office|agent|postcode|market|country|parcel|order|repair shop|query|plant|ship|bus|tram|building|ferry|sailing|flight|cohort|street|lane|tenant|borrower|supplier|merchant"


_NAMED_UNIT = r"\b(?:randomi[sz]ed?|randomi[sz]ation|assigned|assignment)(?: is| should be| to be| must be)? (?:by|per|at the level of) (?:the |each |whole |individual )?([a-z][a-z-]{3,})\b(?<!hand)(?<!time)(?<!chance)(?<!date)|\bby (?:the )?([a-z][a-z-]{3,}),? (?:half and half|half/half|50 ?/ ?50|fifty-fifty)"
"""A unit nobody thought of: whatever stands where a unit has to stand."""


def experiment_unit(passages: tuple[Sentence, ...]) -> Given[str] | None:
    """What is randomised, or compared as a group: `by patch`, `pilot in 30 districts`, `four cities versus five`."""
    for (
        sentence
    ) in passages:  # `everyone in the same city feels it`: what units share is what has to be assigned
        if shared := re.search(rf"\b(?:everyone|everybody|everything|all (?:\w+ )?|they|(?:couriers|drivers|buyers|sellers|riders|shoppers|customers)) (?:in|of|from|at|within) the same ({_UNIT})\b[^.;]{{0,30}}\b(?:feels?|is affected|are affected|notices?|shares?|compete|react|interact)", sentence.text, re.IGNORECASE):  # fmt: skip
            return Given(_singular_unit(shared[1]), sentence.text[:160], sentence.start + shared.start())
    for pattern in (_BY, r"\b(?:split|randomi[sz]e) (?:the |our )?(UNIT)s\b", _NAMED_UNIT, _GROUPS):
        for sentence in passages:
            if not sentence.has(_TRIAL):
                continue
            match = re.search(pattern.replace("UNIT", _UNIT), sentence.text, re.IGNORECASE)
            if match and not re.search(r"\b(?:not|cannot|can't|never) (?:be )?(?:randomi|split|test)|\b(?:tests?|split|randomi\w+|experiment)\b[^.;]{0,40}\b(?:is|are|would be) (?:wrong|invalid|misleading|biased|useless|not (?:possible|valid|fair|clean))", sentence.text, re.IGNORECASE):  # fmt: skip
                unit = _singular_unit(match[1] or match[2])
                return Given(unit, sentence.text[:160], sentence.start + match.start())
    return None


def _singular_unit(noun: str) -> str:
    noun = re.sub(r"^(cit|compan|polic|quer)ie$", r"\1y", noun.lower())
    return noun.replace("patches", "patch").replace("branches", "branch").replace("cities", "city")

"""Facts that are numbers: each rule says which words around a number make it that fact."""

import itertools
import re
from collections.abc import Callable, Iterable, Iterator
from datetime import date

from briefwright.skill.ml_workflow.facts import Given
from briefwright.skill.ml_workflow.reader.passages import Sentence
from briefwright.skill.numbers import CURRENCIES, PER_IN_DAYS, TIME_IN_DAYS, Number

TARGETS = (
    r"\b(?:would like|we want|want(?:s)? to|would be (?:great|glad|happy)|glad about|goal|target\b|aim|success|raise|bring|"
    r"reduce|cut|lower|increase|lift|improve|below|at least|down to|up to|worth shipping|would pay)"
)
ROLES = (
    r"(?:data |ml |machine[- ]learning |platform |back-?end |software |reliability |senior |junior |working )*"
    r"(?:scientists?|engineers?|analysts?|developers?|people|persons?|of us|programmers?|researchers?|students?)"
)
LIMITS = r"will not accept|may not|must not|cannot accept|not more than|no more than|at most|at least|stay (?:at|below|above)|without (?:raising|hurting|increasing)"


def _given(sentence: Sentence, number: Number, value: float, unit: str) -> Given[float]:
    return Given(value, _quote(sentence, number), sentence.start + number.start, unit)


def _quote(sentence: Sentence, number: Number) -> str:
    """The words around the number: the clause it stands in, never more than 160 characters."""
    start = max(
        (
            sentence.text.rfind(mark, 0, number.start) + len(mark)
            for mark in (", ", "; ", ": ", " (")
            if mark in sentence.text[: number.start]
        ),
        default=0,
    )
    ends = [at for mark in (", ", "; ", ": ", ")", ". ") if (at := sentence.text.find(mark, number.end)) > 0]
    end = min(ends, default=len(sentence.text))
    if end - start < 25:
        start, end = max(0, number.start - 60), min(len(sentence.text), number.end + 60)
        start = sentence.text.find(" ", start) + 1 if start else 0
        end = sentence.text.rfind(" ", start, end) if end < len(sentence.text) else end
    return sentence.text[start : max(end, number.end)][:160].strip(" ,;")


Candidates = Iterator[tuple[Sentence, Number]]


def _all(passages: Iterable[Sentence], units: Iterable[str] | None = None) -> Candidates:
    wanted = None if units is None else set(units)
    for sentence in passages:
        for number in sentence.numbers:
            if wanted is None or number.unit in wanted:
                yield sentence, number


def latency(passages: tuple[Sentence, ...], label: str) -> Given[float] | None:
    """The time nearest to a percentile's name, in ms; a bare number after `SLA of` counts when others are in ms."""
    best: tuple[int, Given[float]] | None = None
    for sentence, number in _all(passages, ("ms", "s", "min")):
        if number.per:
            continue
        for match in re.finditer(label, sentence.text, re.IGNORECASE):
            gap = max(number.start - match.end(), match.start() - number.end)
            between = sentence.text[min(match.end(), number.end) : max(match.start(), number.start)]
            if (
                0 <= gap < 60
                and not re.search(r"\bp\d\d|median|[.;]", between)
                and (best is None or gap < best[0])
            ):
                best = gap, _given(sentence, number, number.seconds * 1000, "ms")
    return best[1] if best else None


def service_level(passages: tuple[Sentence, ...]) -> Given[float] | None:
    """`against an SLA of 150`: the promised latency outranks the measured one."""
    for sentence, number in _all(passages):
        if re.search(r"\bSLA (?:of|is|:)?\s*$", sentence.before(number, 12)) and sentence.has(
            r"\bms\b|p99|latency"
        ):
            value = number.seconds * 1000 if number.unit in TIME_IN_DAYS else number.value
            return _given(sentence, number, value, "ms")
    return None


def deadline_s(passages: tuple[Sentence, ...]) -> Given[float] | None:
    """How long somebody or something waits for one answer, when no percentile is named."""
    cue = r"(?:within|in|under|older than|less than|answer|after|at most|maximum|max\.?|up to)\s+(?:about |under )?$"
    useful = r"wait|answer|result|respon[ds]|score[ds]?\b|verdict|classif|load|stream|arriv|fine|back in|created|done|propose|useless|decision|request"
    for sentence, number in _all(passages, ("ms", "s", "min")):
        if number.per or not sentence.has(useful) or sentence.has(r"\blabels?\b|every \d+ min"):
            continue
        if re.search(cue, sentence.before(number, 20), re.IGNORECASE):
            return _given(sentence, number, number.seconds, "s")
    return None


def rate_per_second(passages: tuple[Sentence, ...]) -> Given[float] | None:
    found = [
        _given(sentence, number, number.value, "requests/s")
        for sentence, number in _all(passages)
        if (number.per == "second" or number.unit == "rps")
        and number.unit not in ("%", "pp")
        and not sentence.near(number, r"tokens?\b|MB|GB|rows", 15)
    ]
    return max(found, key=lambda given: given.value, default=None)


def volume_per_day(passages: tuple[Sentence, ...]) -> Given[float] | None:
    """The largest flow of units in the brief, per day; flows of money, people's work and new items are not it."""
    found = []
    for sentence, number in _all(passages):
        per = number.per or _loose_period(sentence, number)
        if per in ("day", "week", "month", "year", "quarter", "hour") and number.unit == "":
            if sentence.near(
                number,
                r"\bnew\b|reviews?\b|inspections? per|calls? per|tokens|\bhires?\b|manage\b|every \d+ minutes|spectra",
                22,
            ):
                continue
            found.append(_given(sentence, number, number.value / PER_IN_DAYS[per], "per day"))
    return max(found, key=lambda given: given.value, default=None)


def _loose_period(sentence: Sentence, number: Number) -> str:
    """`1,900 leads a month` is caught by the scanner; `11,000 visitors see product pages each day` by this."""
    match = re.match(
        r"[^.,;]{0,60}?\b(?:per|a|each|every) (?:working )?(day|week|month|hour)\b",
        sentence.after(number, 80),
    )
    return match[1] if match and not number.unit else ""


def population(passages: tuple[Sentence, ...]) -> Given[float] | None:
    nouns = (
        r"(?:\w+ ){0,2}(?:users?|customers?|subscribers?|members?|clients?|accounts?|households?|meters?|turbines?|machines?|"
        r"devices?|stores?|supermarkets?|shops?|hotels?|students?|patients?|articles?|products?|items?|listings?|"
        r"part numbers?|substations?|employees?|addresses|properties|vehicles?|drivers?|merchants?|sensors?|claims|"
        r"contracts|documents|studies|letters|policies|pages|wells|routes|rooms|SKUs?|loans|leads|records|sites|pumps|"
        r"elevators|lifts|trucks|trains|aircraft|assets|parcels|orders|tickets|images|photos|beds|farms|fields|schools)\b"
    )
    found = []
    for sentence, number in _all(passages):
        if number.unit or number.per or _loose_period(sentence, number):
            continue
        match = re.match(rf"[ -]{nouns}", sentence.after(number, 50), re.IGNORECASE)
        if match and number.value >= 20:
            found.append(_given(sentence, number, number.value, _last_noun(match[0])))
    return max(found, key=lambda given: given.value, default=None)


def _last_noun(words: str) -> str:
    """`loyalty members` → members; `part numbers` stays whole, its last word alone says nothing."""
    parts = words.replace("-", " ").split()
    return " ".join(parts[-2:] if parts[-1] == "numbers" else parts[-1:]).lower()


def positive_rate(passages: tuple[Sentence, ...], event: str) -> Given[float] | None:
    """The share of cases that are positive: a percentage beside the event or beside `base rate` and its kin."""
    plain = r"% (?:of them )?(?:buy|cancel|churn|convert|default|fail|return|donate|lapse|leave|are fraud)|base rate|prevalence|positives?\b|positive class|class balance|imbalanc|present in|of (?:all )?(?:the )?(?:transactions|studies|sessions|cases|parts|meters|claims|orders|parcels|applications|images|events|records|loans|patients|visits|machines|calls)"
    avoid = r"relative|accuracy|confidence|availability|precision|recall|discount|relativ|overlap|market|waste|receive|too high|too low"
    for strict in (True, False):
        for sentence, number in _all(passages, ("%",)):
            if number.share >= 0.5 or sentence.near(number, avoid, 25):
                continue
            if not strict and sentence.near(
                number, r"today|now\b|currently|presently|at the moment|from|target", 30
            ):
                continue
            if sentence.near(number, plain if strict else event, 45) and not _is_target(sentence, number):
                return _given(sentence, number, number.share, "share")
    return None


def _is_target(sentence: Sentence, number: Number) -> bool:
    return re.search(TARGETS + r"[^.,;]{0,40}$", sentence.before(number, 60), re.IGNORECASE) is not None


def metric_change(passages: tuple[Sentence, ...]) -> tuple[Given[float] | None, Given[float] | None]:
    """(baseline, target) of the business metric: `from 22 % to 18 %`, or `now 1.8 %` … `would like 2.3 %`."""
    for sentence in passages:
        shares = [number for number in sentence.numbers if number.unit == "%"]
        for low, high in itertools.pairwise(shares):
            between = sentence.text[low.end : high.start]
            if re.search(r"from\s*$", sentence.before(low, 12)) and re.match(
                r"\s*(?:today |now )?to\b", between
            ):
                return _given(sentence, low, low.share, "share"), _given(sentence, high, high.share, "share")
    baseline = target = None
    now = r"today|\bnow\b|presently|currently|at the moment|at present|present (?:list|selection)|right now|so far|we lose"
    for sentence, number in _all(passages, ("%",)):
        if sentence.near(
            number, r"relative|accuracy|confidence|of our|availability|\bcores?\b|drop of more|expose", 25
        ):
            continue
        if re.search(r"without (?:hurting|raising|lowering)[^.;]*$", sentence.before(number, 90)):
            continue
        if sentence.has(r"may not (?:increase|rise|drop|fall)|must not (?:increase|rise|drop|fall)"):
            continue
        if baseline is None and sentence.near(number, now, 85) and not _is_target(sentence, number):
            baseline = _given(sentence, number, number.share, "share")
        elif _is_target(sentence, number) and target is None and not sentence.has(r"accuracy|relative"):
            target = _given(sentence, number, number.share, "share")
    return baseline, target


def effect(passages: tuple[Sentence, ...]) -> tuple[Given[float] | None, Given[float] | None]:
    """(relative, absolute) smallest effect worth having. Limits on a guardrail are not effects."""
    relative = absolute = None
    for sentence, number in _all(passages, ("%", "pp")):
        if sentence.near(number, LIMITS, 45) and not sentence.near(number, "relative", 14):
            continue
        if (
            number.unit == "%"
            and sentence.near(number, r"\brelative\b|\brelatively\b", 30)
            and relative is None
        ):
            relative = _given(sentence, number, number.share, "share")
        elif number.unit == "pp" and sentence.has(TARGETS) and absolute is None:
            absolute = _given(sentence, number, number.share, "pp")
    for sentence in passages:
        if absolute is None and (half := re.search(r"half a percentage point", sentence.text, re.IGNORECASE)):
            absolute = Given(0.005, sentence.text[:160], sentence.start + half.start(), "pp")
    return relative, absolute


def mean_effect(passages: tuple[Sentence, ...]) -> tuple[Given[float] | None, Given[float] | None]:
    """(difference worth having, standard deviation) when the metric is an amount, such as 2 EUR on 19 EUR."""
    sd = delta = None
    for sentence, number in _all(passages):
        if sentence.near(number, r"standard deviation|\bsd\b|std\b", 45) and re.search(
            r"(?:deviation|sd|std)[^.]{0,40}$", sentence.before(number, 60), re.IGNORECASE
        ):
            sd = sd or _given(sentence, number, number.value, number.unit)
        elif re.search(
            r"(?:lift|gain|improvement|increase|rise|reduction|drop) of (?:about )?$",
            sentence.before(number, 25),
            re.IGNORECASE,
        ) and number.unit not in ("%", "pp"):
            delta = delta or _given(sentence, number, number.value, number.unit)
    return delta, sd


def horizon_days(passages: tuple[Sentence, ...]) -> Given[float] | None:
    """Over how many days the outcome is counted, or how far ahead the forecast reaches."""
    rules = (
        r"(?:next|coming|following) (?:about )?$",
        r"(?:within|in|over) (?:the |any |their )?(?:next |first |coming )?$",
        r"(?:horizon of|days 1 to|for|up to) (?:the next )?$",
    )
    wanted = r"predict|forecast|cancel|churn|buy|fail|leave|will\b|purchas|default|drop|warning|ahead|any \d|return|convert|visit|no-?show"
    for pattern in rules:
        for sentence, number in _all(passages, ("day", "week", "month", "h", "year")):
            if number.per or sentence.has(
                r"\blabels?\b|history|arrive|report|later|retention period|contract ending"
            ):
                continue
            ahead = re.match(r"\s*(?:ahead|horizon|in advance)", sentence.after(number, 14), re.IGNORECASE)
            if ahead or (
                sentence.has(wanted) and re.search(pattern, sentence.before(number, 30), re.IGNORECASE)
            ):
                return _given(sentence, number, number.days, "days")
    for sentence, number in _all(passages, ("day", "week", "month")):
        if re.match(
            r"[ -](?:churn|cancel|default|readmission|retention|purchase|conversion|horizon|no-?show)",
            sentence.after(number, 20),
            re.IGNORECASE,
        ):
            return _given(sentence, number, number.days, "days")
    for sentence in passages:
        if monthly := re.search(
            r"\b(monthly|weekly|daily|annual|yearly) (?:churn|cancellation|attrition|default)",
            sentence.text,
            re.IGNORECASE,
        ):
            days = {"monthly": 30.0, "weekly": 7.0, "daily": 1.0, "annual": 365.0, "yearly": 365.0}[
                monthly[1].lower()
            ]
            return Given(days, sentence.text[:160], sentence.start + monthly.start(), "days")
    return None


def label_delay_days(passages: tuple[Sentence, ...]) -> Given[float] | None:
    """How long after the case its true outcome is known."""
    cue = r"\blabels?\b|chargeback|outcome|ground truth|damage reports?|confirmed|feedback|settle|clos(?:e|es|ed)\b|known (?:only )?after|arrive"
    place = r"(?:up to|within|after|in|takes?|about|arrives?|average of|on average|later than)\s+(?:about |up to |on average |another )?$"
    for sentence, number in _all(passages, ("day", "week", "month", "h")):
        if number.per or not sentence.has(cue) or sentence.has(r"history|next \d|within \d+ (?:ms|s)\b"):
            continue
        late = re.match(
            r"\s*(?:later|after|on average|late\b|delay)", sentence.after(number, 14), re.IGNORECASE
        )
        if late or re.search(place, sentence.before(number, 30), re.IGNORECASE):
            return _given(sentence, number, number.days, "days")
    return None


def history_days(passages: tuple[Sentence, ...], as_of: date) -> Given[float] | None:
    cue = r"history|of (?:daily|weekly|hourly|monthly)?\s*(?:\w+ ){0,3}(?:data|sales|tickets|records|logs|measurements|readings)|data\b|since|records|documented|years?,"
    found: list[Given[float]] = []
    for sentence, number in _all(passages, ("month", "year", "week")):
        if number.per or number.days < 28 or not sentence.has(cue):
            continue
        if re.search(
            r"\bold\b|ago\b|next|ahead|contract|every|budget",
            sentence.after(number, 12) + sentence.before(number, 12),
            re.IGNORECASE,
        ):
            continue
        found.append(_given(sentence, number, number.days, "days"))
    for sentence in passages:
        for match in re.finditer(r"\b(?:since|from)\s+((?:19|20)\d\d)\b(?: on)?", sentence.text):
            days = (as_of - date(int(match[1]), 7, 1)).days
            if 28 < days < 36500 and sentence.has(
                r"data|history|sales|studies|records|reports|documents|since"
            ):
                found.append(Given(float(days), sentence.text[:160], sentence.start + match.start(), "days"))
    return max(found, key=lambda given: given.value, default=None)


def team_size(passages: tuple[Sentence, ...]) -> Given[float] | None:
    total, first = 0.0, None
    for sentence in passages:
        lone = re.search(
            r"\b(?:the )?(?:only|lone|sole) (?:data |ml )?(?:person|analyst|engineer|scientist|developer)|i am alone|on my own",
            sentence.text,
            re.IGNORECASE,
        )
        if lone and first is None:
            return Given(1.0, sentence.text[:160], sentence.start + lone.start(), "people")
        if of := re.search(r"team of (\w+)", sentence.text, re.IGNORECASE):
            for number in sentence.numbers:
                if number.start == of.start(1):
                    return _given(sentence, number, number.value, "people")
        if sentence.has(
            r"sales ?people|handlers|agents|inspectors|librarians|students per|customers|doctors|at once|\busers\b"
        ):
            continue
        for number in sentence.numbers:
            if (
                not number.unit
                and not number.per
                and number.value < 200
                and re.match(rf" {ROLES}\b", sentence.after(number, 40), re.IGNORECASE)
            ):
                if first is not None and re.search(
                    r"of (?:which|whom|them)|including", sentence.before(number, 25)
                ):
                    continue
                if re.search(r"two of us|of us", sentence.after(number, 8)) and total:
                    continue
                total += number.value
                first = first or _given(sentence, number, 0, "people")
                first = Given(
                    total,
                    first.quote if len(first.quote) > 30 else sentence.text[:160],
                    first.start,
                    "people",
                )
    return first


def budget_per_month(passages: tuple[Sentence, ...]) -> Given[float] | None:
    for sentence, number in _all(passages, CURRENCIES):
        per = number.per or _budget_period(sentence, number)
        if per in ("month", "year") and sentence.has(
            r"budget|all-?in|everything|at most|machine|cost|per month|a month|have\b"
        ):
            if sentence.near(number, r"quoted|saves?|pays?\b|paid|cost us|costing us|revenue|loss|stock", 40):
                continue
            return _given(sentence, number, number.value / (12 if per == "year" else 1), number.unit)
    for sentence in passages:
        if none := re.search(r"no (?:licen[cs]e )?budget|zero budget", sentence.text, re.IGNORECASE):
            return Given(0.0, sentence.text[:160], sentence.start + none.start(), "EUR")
    return None


def _budget_period(sentence: Sentence, number: Number) -> str:
    match = re.match(
        r"\s*(?:in total |all-?in )?(?:per|a|each|/)\s?(month|year)",
        sentence.after(number, 24),
        re.IGNORECASE,
    )
    return match[1].lower() if match else ""


def capacity_per_week(passages: tuple[Sentence, ...]) -> Given[float] | None:
    """How many cases people can act on, per week: calls, inspections, reviews, cards, places on a list."""
    cue = r"\bcalls?\b|call-?outs?|inspections?|reviews?|numbers\b|\blist of\b|cards?\b|cases|visits|contacts?|places|letters|manual checks|investigations"
    for sentence, number in _all(passages):
        if (
            number.unit
            or number.value < 2
            or not sentence.has(
                r"\bcan\b|manage|list|capacity|at most|handle|every|each|afford|not more than|only\b|desk"
            )
        ):
            continue
        words = number.text + sentence.after(number, 24)
        people = re.match(
            r" (?:\w+ ){0,2}(?:people|persons|agents|inspectors|handlers|reps|managers|clerks)\b",
            sentence.after(number, 30),
        )
        acted_on = re.search(
            r"(?:call|inspect|review|contact|visit|handle|check)s? (?:about |up to |at most )?$",
            sentence.before(number, 24),
        )
        listed = sentence.near(number, r"\blist of|ranked list|the \d", 20)
        if people or not (acted_on or listed or re.search(cue, words, re.IGNORECASE)):
            continue
        per = number.per or _loose_period(sentence, number) or _rhythm(sentence)
        if per not in PER_IN_DAYS or per == "second":
            continue
        working = 5 if per == "day" and sentence.has(r"working day|business day") else 7
        value = number.value * (working if per == "day" else 7 / PER_IN_DAYS[per])
        return _given(sentence, number, value, "cases/week")
    return None


def _rhythm(sentence: Sentence) -> str:
    """The period a capacity is meant for when the sentence does not say it at the number itself."""
    if sentence.has(r"week|monday|tuesday|wednesday|thursday|friday|saturday|sunday"):
        return "week"
    if sentence.has(r"\bdaily|each day|every day|night"):
        return "day"
    return "month" if sentence.has("month") else "week"


def error_costs(passages: tuple[Sentence, ...]) -> tuple[Given[float] | None, Given[float] | None]:
    """(cost of acting wrongly, cost of missing): amounts of money beside the act and beside the miss, or a ratio."""
    act = r"inspection costs?|postcard|letter costs?|call costs?|false (?:alarm|positive)|wrong(?:ly)? (?:flag|alarm|block|investigat)|call-?out costs?|review costs?|each (?:call|inspection|review)|card costs?|planned|when we plan"
    miss = r"recovers?|detected case|fail(?:ure|s)|missed?|surpris|loss per|average deal|wrong fast|let through|chargeback costs?|false negative|undetected"
    false_positive = false_negative = None
    for sentence, number in _all(passages, CURRENCIES):
        if number.per:
            continue
        if re.search(act, sentence.before(number, 40), re.IGNORECASE) or re.search(
            r"^[^,;]{0,20}when we plan", sentence.after(number, 40)
        ):
            false_positive = false_positive or _given(sentence, number, number.value, number.unit)
        elif re.search(miss, sentence.before(number, 50), re.IGNORECASE):
            false_negative = false_negative or _given(sentence, number, number.value, number.unit)
    for sentence, number in _all(passages):
        if re.match(r" times (?:a|an|the|as|more|what)\b", sentence.after(number, 16)) and sentence.has(
            r"false positive|blocked|wrong|worth|cost"
        ):
            ratio = _given(sentence, number, number.value, "×")
            return ratio, Given(1.0, ratio.quote, ratio.start, "×")
    return false_positive, false_negative


def batch_window_h(passages: tuple[Sentence, ...]) -> Given[float] | None:
    for sentence, number in _all(passages, ("h", "min")):
        if (
            sentence.has(r"\bwindow\b|must finish|has to finish|must be (?:done|ready)")
            and number.days < 2
            and not number.per
        ):
            under = re.search(r"bit under|under|less than|almost", sentence.before(number, 14))
            hours = number.days * 24
            return _given(sentence, number, hours - 0.25 if under and hours > 1 else hours, "hours")
    return None


def exposed_share(passages: tuple[Sentence, ...]) -> Given[float] | None:
    for sentence, number in _all(passages, ("%",)):
        if (
            sentence.has(r"expose|traffic|experiment|pilot|test group")
            and re.search(
                r"expose|at most|only|pilot|of (?:them|traffic|users)",
                sentence.before(number, 30) + sentence.after(number, 25),
                re.IGNORECASE,
            )
            and not sentence.near(number, r"relative|power|alpha|accuracy", 20)
        ):
            return _given(sentence, number, number.share, "share")
    return None


Rule = Callable[[tuple[Sentence, ...]], Given[float] | None]

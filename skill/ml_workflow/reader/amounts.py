"""Facts that are numbers: each rule says which words around a number make it that fact."""

import re
from collections.abc import Iterable, Iterator
from datetime import date

from briefwright.skill.ml_workflow.facts import Given
from briefwright.skill.ml_workflow.reader.passages import Sentence
from briefwright.skill.ml_workflow.reader.periods import heads, period
from briefwright.skill.ml_workflow.reader.vocabulary import THINGS
from briefwright.skill.numbers import PER_IN_DAYS, TIME_IN_DAYS, Number


def given_number(
    sentence: Sentence, number: Number, value: float, unit: str, each: Number | None = None
) -> Given[float]:
    """A fact read from a number. With `each`, the count of those who each have it, all of them together, and the quote holds both."""
    start = sentence.start + number.start
    if each is None:
        return Given(value, quote_around(sentence, number), start, unit)
    first, last = sorted((each, number), key=lambda n: n.start)
    quote = sentence.text[first.start : last.end + 30].strip()
    return Given(value * each.value, quote, start, unit, f"{value:g} {unit} each × {each.value:g}")


def quote_around(sentence: Sentence, number: Number) -> str:
    """The words around the number: the clause it stands in, never more than 160 characters."""
    start = max(
        (
            sentence.text.rfind(mark, 0, number.start) + len(mark)
            for mark in (", ", "; ", ": ", " (")
            if mark in sentence.text[: number.start]
        ),
        default=0,
    )
    if re.match(r"(?:and |who |where )?(?:can )?each\b", sentence.text[start:], re.IGNORECASE):
        start = max(0, number.start - 110)  # the people stand in the clause before
    ends = [at for mark in (", ", "; ", ": ", ")", ". ") if (at := sentence.text.find(mark, number.end)) > 0]
    end = min(ends, default=len(sentence.text))
    if end - start < 25:
        start, end = max(0, number.start - 60), min(len(sentence.text), number.end + 60)
        start = sentence.text.find(" ", start) + 1 if start else 0
        end = sentence.text.rfind(" ", start, end) if end < len(sentence.text) else end
    return sentence.text[start : max(end, number.end)][:160].strip(" ,;")


Candidates = Iterator[tuple[Sentence, Number]]


def each_number(passages: Iterable[Sentence], units: Iterable[str] | None = None) -> Candidates:
    wanted = None if units is None else set(units)
    for sentence in passages:
        for number in sentence.numbers:
            if wanted is None or number.unit in wanted:
                yield sentence, number


def latency(passages: tuple[Sentence, ...], label: str) -> Given[float] | None:
    """The time nearest to a percentile's name, in ms; a bare number after `SLA of` counts when others are in ms."""
    best: tuple[int, Given[float]] | None = None
    for sentence, number in each_number(passages, ("ms", "s", "min")):
        if number.per or sentence.near(
            number, r"\berror|\bMAE\b|deviation|\bqueue\b|\bwait(?:s|ing)?\b|backlog", 24
        ):
            continue
        if (
            re.match(r"\s?(?:today|now\b|at present|currently|at the moment)", sentence.after(number, 16))
            and len(sentence.numbers) > 1
        ):
            continue  # `180 ms today and must stay under 250 ms`: the limit is the other one
        for match in re.finditer(label, sentence.text, re.IGNORECASE):
            between = sentence.text[min(match.end(), number.end) : max(match.start(), number.start)]
            gap = max(number.start - match.end(), match.start() - number.end) + 30 * len(re.findall(r",|\band\b", between))  # fmt: skip
            if (
                0 <= gap < 60
                and not re.search(r"\bp\d\d|median|percentile|[.;]", between)
                and (best is None or gap < best[0])
            ):
                best = gap, given_number(sentence, number, number.seconds * 1000, "ms")
    return _own_part(passages, best[1]) if best else None


def _own_part(passages: tuple[Sentence, ...], whole: Given[float]) -> Given[float]:
    """`under 200 ms at p99, and we get at most 80 ms of that`: what is left for the model is its limit."""
    for sentence, number in each_number(passages, ("ms", "s")):
        behind = 0 <= sentence.start + number.start - whole.start < 160
        if behind and number.seconds * 1000 < whole.value and re.match(r" of (?:that|it|this|which)\b", sentence.after(number, 14)):  # fmt: skip
            return given_number(sentence, number, number.seconds * 1000, "ms")
    return whole


def service_level(passages: tuple[Sentence, ...]) -> Given[float] | None:
    """`against an SLA of 150`: the promised latency outranks the measured one."""
    for sentence, number in each_number(passages):
        if re.search(r"\bSLA (?:of|is|:)?\s*$", sentence.before(number, 12)) and sentence.has(
            r"\bms\b|p99|latency"
        ):
            value = number.seconds * 1000 if number.unit in TIME_IN_DAYS else number.value
            return given_number(sentence, number, value, "ms")
    return None


def deadline_s(passages: tuple[Sentence, ...]) -> Given[float] | None:
    """How long somebody or something waits for one answer, when no percentile is named."""
    cue = r"(?:within|w/in|inside|in|under|older than|less than|answer|after|at most|maximum|max\.?|up to)\s+(?:about |under )?$"
    useful = r"wait|answer|result|respon[ds]|score[ds]?\b|verdict|classif|load|stream|arriv|fine|back in|back while|appear|issued|at the driver|form|come back|created|done|propose|useless|decision|request"
    for sentence, number in each_number(passages, ("ms", "s", "min")):
        useless = number.unit != "ms" and not sentence.has(useful)
        if number.per or useless or sentence.has(r"\blabels?\b|every \d+ min|\bhotline|\bcallers?\b|service level|\d ?% (?:of \w+ )?answered"):  # fmt: skip
            continue
        if sentence.near(
            number, r"\b(?:time )?(?:window|interval|slot|horizon)\b|\b(?:stale|old|ahead|delay)\b", 22
        ):
            continue
        if re.search(cue, sentence.before(number, 20), re.IGNORECASE):
            return given_number(sentence, number, number.seconds, "s")
    return None


def rate_per_second(passages: tuple[Sentence, ...]) -> Given[float] | None:
    found = [
        given_number(sentence, number, number.value, "requests/s")
        for sentence, number in each_number(passages)
        if (number.per == "second" or number.unit == "rps")
        and number.unit in ("", "rps")
        and not sentence.near(number, r"tokens?\b|MB|GB|rows", 15)
    ]
    return max([*found, *_one_every(passages)], key=lambda given: given.value, default=None)


def _one_every(passages: tuple[Sentence, ...]) -> Iterator[Given[float]]:
    """`a tile comes past every 0.6 seconds`: one case per interval. Sensors that are read every ten seconds are no cases."""
    passes = r"\b(?:an?|one|each|the next|a new) [a-z-]+(?: [a-z-]+)? (?:comes?(?: past| by| along)?|passes|arrives?|leaves?|lands?|is (?:made|produced|pressed|scanned|weighed|finished)|runs (?:past|through)|drops?)[^.;]{0,30}\bevery $"
    for sentence, number in each_number(passages, ("s", "ms", "min")):
        if re.search(passes, sentence.before(number, 90), re.IGNORECASE) and number.seconds > 0:
            yield given_number(sentence, number, 1 / number.seconds, "requests/s")


STOCK = r"open|labelled|labeled|annotated|archived?|sorted|collected|past|historic\w*|closed|stored|documented|in total|so far|since (?:19|20)\d\d"
WORK = r"reviews?\b|inspections? (?:per|a|each)\b|calls? per|(?:can|could|able to) (?:[a-z]+ ){1,2}(?:about |up to )?\d|(?:can|could) (?:phone|examine|audit|investigate|visit|contact|make)\b|tokens|\bhires?\b|manage\b|every \d+ minutes|spectra|capacity|can (?:call|check|handle|read|review)"


NOT_A_FLOW = r"^\s*(?:times|shifts?|rounds?|meetings?|lists?|runs?|batches|updates?|retrainings?|(?:false )?al(?:arm|ert)s|releases?|sentences)\b"
RAW = r"^\s*(?:\w+ )?(?:events?|readings?|measurements?|log (?:lines|records)|clicks|views|messages|samples|data points|rows)\b"


def volume_per_day(passages: tuple[Sentence, ...]) -> Given[float] | None:
    """The largest flow of units in the brief, per day. People's work, limits and frequencies (`four times a year`) are not
    it; new items and raw events count only when nothing else flows."""
    flows: list[Given[float]] = []
    new: list[Given[float]] = []
    for sentence, number in each_number(passages):
        per = period(sentence, number)
        if (
            per not in ("day", "week", "month", "year", "quarter", "hour")
            or number.unit
            or sentence.near(number, WORK, 22)
        ):
            continue
        noun = re.sub(r"^(?:[\d.,'\s]+(?:k|m|bn|million|thousand|billion)?\b|[a-z]+\b)", "", number.text, flags=re.IGNORECASE) + sentence.after(number, 30)  # fmt: skip
        most = r"\b(?:max\.?|at most|no more than|not more than|more than|fewer than|up to|as many as) (?:about )?$"
        limit = re.search(most, sentence.before(number, 22), re.IGNORECASE)
        raw = re.search(RAW, noun, re.IGNORECASE) or re.search(r"\b(?:events|readings|clicks|views) (?:are|is)\b[^.;]{0,20}$", sentence.before(number, 40), re.IGNORECASE)  # fmt: skip
        can = re.search(
            r"\b(?:can|could|able to|manages? to) (?:[a-z]+ ){1,2}(?:about |up to |some )?$",
            sentence.before(number, 34),
        )
        if re.search(NOT_A_FLOW, noun, re.IGNORECASE) or limit or can:
            continue
        value = number.value / PER_IN_DAYS[per]
        found = given_number(sentence, number, value, "per day", heads(sentence, number, THINGS))
        (new if raw or sentence.near(number, r"\bnew\b", 22) else flows).append(found)
    return max(flows or new, key=lambda given: given.value, default=None)


def population(passages: tuple[Sentence, ...]) -> Given[float] | None:
    nouns = (
        r"(?:\w+ ){0,2}(?:users?|customers?|subscribers?|members?|clients?|accounts?|households?|meters?|turbines?|machines?|"
        r"devices?|stores?|supermarkets?|shops?|hotels?|students?|patients?|articles?|products?|items?|listings?|"
        r"part numbers?|substations?|employees?|addresses|properties|vehicles?|drivers?|merchants?|sensors?|claims|"
        r"contracts|documents|studies|letters|policies|pages|wells|routes|rooms|SKUs?|loans|leads|records|sites|pumps|"
        r"elevators|lifts|trucks|trains|aircraft|assets|parcels|orders|tickets|images|photos|beds|farms|fields|schools)\b"
    )
    found = []
    for sentence, number in each_number(passages):
        if number.unit or period(sentence, number):
            continue
        match = re.match(rf"[ -]{nouns}", sentence.after(number, 50), re.IGNORECASE)
        if (
            match
            and number.value >= 20
            and not re.search(
                STOCK, match[0] + sentence.after(number, 60)[len(match[0]) :][:25], re.IGNORECASE
            )
        ):
            found.append(given_number(sentence, number, number.value, _last_noun(match[0])))
    return max(found, key=lambda given: given.value, default=None)


def _last_noun(words: str) -> str:
    """`loyalty members` → members; `part numbers` stays whole, its last word alone says nothing."""
    parts = words.replace("-", " ").split()
    return " ".join(parts[-2:] if parts[-1] == "numbers" else parts[-1:]).lower()


def horizon_days(passages: tuple[Sentence, ...]) -> Given[float] | None:
    """Over how many days the outcome is counted, or how far ahead the forecast reaches."""
    rules = (
        r"(?:next|coming|following) (?:about )?$",
        r"(?:within|in|over) (?:the |any |their )?(?:next |first |coming )?$",
        r"(?:horizon of|days 1 to|for|up to) (?:the next )?$",
    )
    wanted = r"predict|forecast|cancel|churn|buy|fail|leave|will\b|purchas|default|drop|warning|ahead|any \d|return|convert|visit|no-?show"
    for pattern in rules:
        for sentence, number in each_number(passages, ("day", "week", "month", "h", "year")):
            if number.per or sentence.has(
                r"\blabels?\b|history|arrive|report|later|retention period|contract ending"
            ):
                continue
            ahead = re.match(r"\s*(?:ahead|horizon|in advance)", sentence.after(number, 14), re.IGNORECASE)
            if ahead or (
                sentence.has(wanted) and re.search(pattern, sentence.before(number, 30), re.IGNORECASE)
            ):
                return given_number(sentence, number, number.days, "days")
    for sentence, number in each_number(passages, ("day", "week", "month")):
        if re.match(
            r"[ -](?:churn|cancel|default|readmission|retention|purchase|conversion|horizon|no-?show)",
            sentence.after(number, 20),
            re.IGNORECASE,
        ):
            return given_number(sentence, number, number.days, "days")
    for sentence, number in each_number(passages, ("day", "week", "month")):
        if re.match(r" (?:past (?:the )?due|past|overdue|late\b|after (?:the )?due|in arrears|delinquent)", sentence.after(number, 20), re.IGNORECASE):  # fmt: skip
            return given_number(sentence, number, number.days, "days")
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
    cue = r"\blabels?\b|attribut\w+|confirm\w*|case closed|chargeback|outcome|ground truth|damage reports?|confirmed|feedback|settle|\bknown?\b|verdict|clos(?:e|es|ed)\b|known (?:only )?after|arrive"
    place = r"(?:up to|within|after|in|takes?|about|arrives?|average of|on average|mean|later than|delay(?:ed)?(?: (?:of|by|is|are|was))?:?|lag(?:ged)?(?: (?:of|by|is))?:?)\s*(?:about |up to |on average |another |now )?$"
    for sentence, number in each_number(passages, ("day", "week", "month", "h")):
        if number.per or not sentence.has(cue) or sentence.has(r"history|next \d|within \d+ (?:ms|s)\b"):
            continue
        late = re.match(
            r"\s*(?:later|after|on average|late\b|delay)", sentence.after(number, 14), re.IGNORECASE
        )
        if late or re.search(place, sentence.before(number, 30), re.IGNORECASE):
            return given_number(sentence, number, number.days, "days")
    return None


_MONTHS = ("jan", "feb", "mar", "apr", "may", "jun", "jul", "aug", "sep", "oct", "nov", "dec")


_USABLE = r"\b(?:usable|reliable|clean|trustworthy|consistent|comparable|complete|trusted|good)\b(?: only| data| \w+)? ?$"
"""`Data since 2018, usable from January 2020`: what can be learned from begins with the second."""


_NO_DATA = r"(?:age|experience|operations?|service|warranty|guarantee|contract|testing|trial|work\b|effort|funding|notice|delay|time|validity|life|training|study|most|least|max\w*|our|my|waiting|leave|rent|prison|school|growth|project|development|the (?:project|contract|pilot|trial|delivery|order|birth|purchase))"
"""What years are of that are no data: `ten years of experience`."""


def history_days(passages: tuple[Sentence, ...], as_of: date) -> Given[float] | None:
    reach = r"(?:going|goes|go|reach\w*|back) (?:about |some )?$|\b(?:from|for|over|of|covers?|covering) (?:the )?(?:past|last)(?: about)? $|(?:daten|data|histor\w*|records?) (?:of|for|over|from) (?:about )?$"
    data = r"data|label|record|log|histor|letter|image|photo|picture|order|invoice|claim|pair|trip|scan|ticket|reading|sensor|collected|kept|keep|stored|have|since|episode|drive|message"
    cue = r"history|of (?:daily|weekly|hourly|monthly)?\s*(?:\w+ ){0,3}(?:data|sales|tickets|records|logs|measurements|readings|events|claims|telemetry|transactions|orders|images)|\blogs?\b|telemetry|we keep|data\b|since|records|documented|years?,"
    found: list[Given[float]] = []
    usable: list[Given[float]] = []
    for sentence, number in each_number(passages, ("month", "year", "week")):
        said = re.search(reach, sentence.before(number, 30), re.IGNORECASE) and (sentence.has(data) or re.search(r"\bgo back $", sentence.before(number, 30), re.IGNORECASE))  # fmt: skip
        said = said or re.match(rf"\s?(?:complete |full |whole )?(?:of|from|out of|at|worth of|['’] worth of) (?!{_NO_DATA})", sentence.after(number, 40), re.IGNORECASE)  # fmt: skip
        if number.per or number.days < 28 or not (sentence.has(cue) or said):
            continue
        if re.search(
            r"\bold\b|\bunder\b|\bover\b|\baged?\b|\bage of\b|ago\b|next|ahead|contract|every|budget|horizon|grant|pension",
            sentence.after(number, 12) + sentence.before(number, 12),
            re.IGNORECASE,
        ):
            continue
        found.append(given_number(sentence, number, number.days, "days"))
    for sentence in passages:
        for match in re.finditer(
            r"\b(?:since|from|back to|\(|history to)\s*(?:(?:early|late|mid|spring|summer|autumn|fall|winter|the \w+ of|[A-Z][a-z]+)[ -])?((?:19|20)\d\d)\b(?! ?(?:EUR|USD|GBP|€))(?: on)?",
            sentence.text,
        ):
            named = re.search(rf"({'|'.join(_MONTHS)})[a-z]* {match[1]}", match[0], re.IGNORECASE)
            month = _MONTHS.index(named[1].lower()) + 1 if named else 7
            days = (as_of - date(int(match[1]), month, 1)).days
            if 28 < days < 36500 and sentence.has(
                r"data|history|sales|studies|records|reports|documents|since|back to|harvests|seasons|from"
            ) and not re.search(r"(?:scorecard|model|rules?|system|contract|tool|version|formula|plan|list|policy|calculator)\W+(?:which |that )?(?:is |was |dates )?$", sentence.text[: match.start()], re.IGNORECASE):  # fmt: skip
                since = Given(float(days), sentence.text[:160], sentence.start + match.start(), "days")
                (usable if re.search(_USABLE, sentence.text[: match.start()], re.IGNORECASE) else found).append(since)  # fmt: skip
    return max(usable or found, key=lambda given: given.value, default=None)


def batch_window_h(passages: tuple[Sentence, ...]) -> Given[float] | None:
    for sentence, number in each_number(passages, ("h", "min")):
        if (
            sentence.has(
                r"(?:batch|night|run|process|load|maintenance|compute|finish)[^.;]{0,50}\bwindow\b|\bwindow (?:of|from|between)\b|must finish|has to finish|must be (?:done|ready)"
            )
            and number.days < 2
            and not number.per
        ):
            under = re.search(r"bit under|under|less than|almost", sentence.before(number, 14))
            hours = number.days * 24
            return given_number(sentence, number, hours - 0.25 if under and hours > 1 else hours, "hours")
    return None


def feature_count(passages: tuple[Sentence, ...]) -> Given[float] | None:
    """How many inputs the present model has: `47 features`."""
    for sentence, number in each_number(passages, ("",)):
        if (
            re.match(r" (?:\w+ )?(?:features|inputs|columns|variables)\b", sentence.after(number, 24))
            and 2 < number.value < 5000
        ):
            return given_number(sentence, number, number.value, "features")
    return None

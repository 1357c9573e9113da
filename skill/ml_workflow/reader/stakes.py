"""Facts about what is at stake: the metric and its change, limits, costs, capacity, money, exposure."""

import itertools
import re

from briefwright.skill.ml_workflow.facts import Given
from briefwright.skill.ml_workflow.reader.amounts import each_number, given_number
from briefwright.skill.ml_workflow.reader.passages import Sentence
from briefwright.skill.ml_workflow.reader.periods import heads, period, period_of_money, rhythm, weekly
from briefwright.skill.ml_workflow.reader.vocabulary import PEOPLE
from briefwright.skill.numbers import CURRENCIES, PER_IN_DAYS, Number

TARGETS = (
    r"\b(?:would like|we want|want(?:s)? to|would be (?:great|glad|happy)|glad about|goal|target\b|aim|success|raise|bring|"
    r"reduce|cut|lower|increase|lift|improve|below|at least|down to|up to|worth shipping|would pay)"
)


def is_target(sentence: Sentence, number: Number) -> bool:
    before = sentence.before(number, 60)
    if re.match(r"\s*of [^.;,]{3,60}\b(?:must|ha(?:s|ve) to|should|shall|needs? to)\b", sentence.after(number, 80), re.IGNORECASE):  # fmt: skip
        return False  # `at least 20 % of the tiles must be information` is a rule
    return re.search(TARGETS + r"[^.,;]{0,40}$", before, re.IGNORECASE) is not None and not re.search(
        r"\bwithin $", before
    )


def positive_rate(passages: tuple[Sentence, ...], event: str) -> Given[float] | None:
    """The share of cases that are positive: a percentage beside the event or beside `base rate` and its kin."""
    plain = r"% of (?:all |the |our )?[a-z-]+ (?:are|is|were|get|have|has|need|show|contain|break|turn|end|fail|leave)\b|% (?:of them )?(?:(?:end up|turn out|prove)|buy|cancel|churn|convert|default|fail|return|donate|lapse|leave|are fraud|are lost|are missed|do not (?:show|attend|come))|(?:response|default|failure|readmission|fraud|churn|no-?show|cancellation|return|attrition) rate|base rate|prevalence|positives?\b|positive class|class balance|imbalanc|present in|of (?:all )?(?:the )?(?:transactions|studies|sessions|cases|parts|meters|claims|orders|parcels|applications|images|events|records|loans|patients|visits|machines|calls)"
    avoid = r"\bn?rmse|\bmae\b|\berror\b|\bwape\b|relative|accuracy|confidence|availability|precision|recall|discount|relativ|overlap|market|waste|receive|too high|too low"
    for strict in (True, False):
        for sentence, number in each_number(passages, ("%",)):
            if number.share >= 0.5 or sentence.near(number, avoid, 25):
                continue
            if re.search(r"\b(?:by|um) (?:about |some |at least )?$", sentence.before(number, 14)):
                continue  # a change, not a level
            if not strict and sentence.near(
                number, r"today|now\b|currently|presently|at the moment|from|target", 30
            ):
                continue
            if sentence.near(number, plain if strict else event, 45) and not is_target(sentence, number):
                return given_number(sentence, number, number.share, "share")
    return None


def metric_change(passages: tuple[Sentence, ...]) -> tuple[Given[float] | None, Given[float] | None]:
    """(baseline, target) of the business metric: `from 22 % to 18 %`, or `now 1.8 %` … `would like 2.3 %`."""
    for sentence in passages:
        if bare := re.search(r"\bfrom (\d+(?:[.,]\d+)?) to (\d+(?:[.,]\d+)?) ?%", sentence.text):
            at = sentence.start + bare.start()
            before, after = (float(bare[group].replace(",", ".")) / 100 for group in (1, 2))
            return Given(before, bare[0], at, "share"), Given(after, bare[0], at, "share")
        shares = [number for number in sentence.numbers if number.unit == "%"]
        for low, high in itertools.pairwise(shares):
            between = sentence.text[low.end : high.start]
            if re.search(
                r"(?:from|falls? below|drops?) (?:(?:today|now|currently)(?:'s)? )?(?:of )?(?:about )?$",
                sentence.before(low, 26),
            ) and re.match(
                r"\s*(?:\([^()]*\) ?)?(?:today |now )?(?:increase |reduce )?(?:down |up )?to\b", between
            ):
                return given_number(sentence, low, low.share, "share"), given_number(
                    sentence, high, high.share, "share"
                )
    baseline = target = None
    for sentence, number in each_number(passages, ("%",)):
        if re.search(
            r"baseline(?: rate)?(?: of| is|:)?\s*(?:about )?$", sentence.before(number, 26), re.IGNORECASE
        ):
            baseline = given_number(sentence, number, number.share, "share")
            break
    now = r"today|\bnow\b|presently|currently|at the moment|at present|present (?:list|selection)|right now|so far|we lose"
    for sentence, number in each_number(passages, ("%",)):
        if sentence.near(
            number, r"relative|accuracy|confidence|of our|availability|\bcores?\b|drop of more|expose", 25
        ):
            continue
        if re.search(r"without (?:hurting|raising|lowering)[^.;]*$", sentence.before(number, 90)):
            continue
        if sentence.has(r"may not (?:increase|rise|drop|fall)|must not (?:increase|rise|drop|fall)"):
            continue
        foretold = re.match(r" of [^.;]{3,60}\b(?:will|going to)\b", sentence.after(number, 80))
        if (
            baseline is None
            and sentence.near(number, now, 85)
            and not foretold
            and not is_target(sentence, number)
        ):
            baseline = given_number(sentence, number, number.share, "share")
        elif (
            is_target(sentence, number)
            and target is None
            and not sentence.has(r"accuracy|relative")
            and not (baseline and baseline.start == sentence.start + number.start)
        ):
            target = given_number(sentence, number, number.share, "share")
    baseline = baseline or _level_before_change(passages)
    return baseline, target if target is None or baseline is None or _of_one_metric(
        passages, baseline, target
    ) else None


def _of_one_metric(passages: tuple[Sentence, ...], today: Given[float], wanted: Given[float]) -> bool:
    """Whether two percentages can be one metric's: in neighbouring sentences, or about the same thing, and not ten times apart."""
    at = {given: next((n for n, s in enumerate(passages) if s.start <= given.start < s.start + len(s.text)), 0) for given in (today, wanted)}  # fmt: skip
    first, second = passages[at[today]], passages[at[wanted]]
    words = [set(re.findall(r"[a-z]{5,}", s.text.lower())) - _COMMON for s in (first, second)]
    kin = first is second or abs(at[today] - at[wanted]) == 1 or bool(words[0] & words[1])
    return kin and (first is second or 0.1 < wanted.value / today.value < 10)


_COMMON = frozenset(
    [
        "about",
        "should",
        "would",
        "could",
        "within",
        "least",
        "their",
        "there",
        "which",
        "today",
        "currently",
        "present",
        "percent",
        "below",
        "above",
        "model",
    ]
)


def _level_before_change(passages: tuple[Sentence, ...]) -> Given[float] | None:
    """`order rate 3.6 %, we want +3 % relative`: the percentage a relative change is said of."""
    for sentence in passages:
        shares = [number for number in sentence.numbers if number.unit == "%"]
        for level, change in itertools.pairwise(shares):
            if is_relative(sentence, change) and not is_target(sentence, level):
                return given_number(sentence, level, level.share, "share")
    return None


def is_relative(sentence: Sentence, number: Number) -> bool:
    """Whether `relative` stands near this percentage, and no other percentage of the sentence stands nearer."""
    words = [
        match.span() for match in re.finditer(r"\brelative(?:ly)?\b(?! to\b)", sentence.text, re.IGNORECASE)
    ]
    gaps = {
        each.start: min(_gap(sentence.text, each, start, end) for start, end in words)
        for each in sentence.numbers
        if words and each.unit == "%"
    }
    return bool(gaps) and gaps[number.start] <= 30 and gaps[number.start] == min(gaps.values())


def _gap(text: str, number: Number, start: int, end: int) -> int:
    """Letters between a number and a word; a comma between them counts as twenty."""
    between = text[end : number.start] if end <= number.start else text[number.end : start].removesuffix(", ")
    return len(between) + 20 * len(re.findall(r"[,;:]", between))


def ratio_share(passages: tuple[Sentence, ...], event: str) -> Given[float] | None:
    """A share said as a ratio beside the event: `one in eight`, `3 in 100,000`, `22 out of every 100`, `8 per 100 stays`."""
    for sentence in passages:
        if not sentence.has(event):
            continue
        for low, high in itertools.pairwise(sentence.numbers):
            between = sentence.text[low.start + len(low.text) : high.start] if low.text else ""
            if (
                re.fullmatch(r"\s*(?:[a-z]+ )?(?:in|out of(?: every)?|per|of every)\s*", between)
                and 0 < low.value < high.value
                and not low.unit
            ):
                return given_number(sentence, low, low.value / high.value, "share")
    return None


def budget_per_month(passages: tuple[Sentence, ...]) -> Given[float] | None:
    for sentence, number in each_number(passages, CURRENCIES):
        per = number.per or period_of_money(sentence, number)
        if per in ("month", "year"):
            if sentence.near(
                number,
                r"quoted|saves?|\bpays? (?:us|them|him|her)\b|we paid|paid (?:us|out)|costs? us|costing us|revenue|loss|\blost\b|overtime|wages|stock|penalt|fine\b|earn|salary|fee\b|income|turnover|budget of the|waste|fraud|imbalance",
                40,
            ):
                continue
            return given_number(sentence, number, number.value / (12 if per == "year" else 1), number.unit)
    for sentence in passages:
        if none := re.search(
            r"no (?:licen[cs]e )?budget|zero budget|spending is zero|\bno money\b|nothing to spend|costs? must be zero",
            sentence.text,
            re.IGNORECASE,
        ):
            return Given(0.0, sentence.text[:160], sentence.start + none.start(), "EUR")
    return None


def capacity_per_week(passages: tuple[Sentence, ...]) -> Given[float] | None:
    """How many cases people can act on, per week: calls, inspections, reviews, cards, places on a list."""
    cue = r"^\S+\s+(?:thousand )?(?:[a-z-]+ ){0,2}?(?:calls|call-?outs|inspections?|reviews?|audits|numbers|cards|cases|visits|contacts|places|names|slots|letters|manual checks|checks|investigations|appointments|interventions|(?:false )?al(?:arm|ert)s)\b"
    for sentence, number in each_number(passages):
        if (
            number.unit
            or number.value < 2
            or not sentence.has(
                r"\bcan\b|manage|list|capacity|at most|\bmax\b|handle|every|each|afford|not more than|no more than|only\b|desk|\btop \d"
            )
        ):
            continue
        words = number.text + sentence.after(number, 24)
        people = _PEOPLE.match(sentence.after(number, 30))
        acted_on = re.search(
            r"\bcan (?:(?!cost|take|spend|pay|be|have|reach|get|lose|last|go|amount)[a-z]+ ){1,2}(?:about |up to |some )?$|\b(?:swap|replace|process|treat|repair|cover|do|call|phone|ring|inspect|review|contact|visit|handle|check|examine|audit|investigate|work through)s? (?:about |up to |at most |some |around |~)*$",
            sentence.before(number, 30),
        )
        inventory = re.search(r"\b(?:our|existing|fixed|whole|full|a) list of (?:the )?$", sentence.before(number, 26)) and not sentence.has(r"week|month|day|night|morning")  # fmt: skip
        listed = re.search(r"\b(?:list of (?:the )?|ranked list of (?:the )?|top |the )$", sentence.before(number, 22)) and sentence.has(r"\blist\b|\btop \d|likely|riskiest|highest|most at risk") and not inventory  # fmt: skip
        incoming = sentence.has(r"\b(?:reach|arriv|receiv|come in|incoming|get about|land)\w*") and bool(
            number.per
        )
        shift = re.match(r"[^.,;]{0,24}\bper (?:shift|tour|van|round|trip)\b", sentence.after(number, 50))
        if people or incoming or shift or not (acted_on or listed or re.search(cue, words, re.IGNORECASE)):
            continue
        per = period(sentence, number) or rhythm(sentence)
        if per not in PER_IN_DAYS or per == "second":
            continue
        return given_number(sentence, number, weekly(sentence, number), "cases/week", heads(sentence, number))
    return None


_PEOPLE = re.compile(rf" (?:\w+ ){{0,2}}(?:{PEOPLE})\b")


def error_costs(passages: tuple[Sentence, ...]) -> tuple[Given[float] | None, Given[float] | None]:
    """(cost of acting wrongly, cost of missing): amounts of money beside the act and beside the miss, or a ratio."""
    act = r"turned away|healthy|good (?:customer|loan|part)|superfluous|unneeded|wasted|replacing|\bplanned (?:one|visit|stop)|brought forward|for nothing|an audit|a check|false alarm|wrongly (?:refus|reject|declin|flag|block|stopp|discard|scrapp)\w*|unnecessary|needless|inspection costs?|postcard|letter costs?|call costs?|false (?:alarm|positive)|wrong(?:ly)? (?:flag|alarm|block|investigat)|call-?out costs?|review costs?|each (?:call|inspection|review)|card costs?|\bplanned|when we plan"
    miss = r"wrongly (?:grant|approv|accept|pass)\w*|escapes?|slips? through|recovers?|detected case|fail(?:ure|s)|missed?|surpris|loss per|average deal|missing (?:it|an?|one)|unanticipated|bad (?:loan|debt|customer|payer)|loses us|overlooked|\bbreak\b|unplanned|abusive|shortage|lost (?:loan|sale|customer)|avg claim|average claim|an? undetected|wrong fast|let through|chargeback costs?|false negative|undetected"
    false_positive = false_negative = None
    for sentence, number in each_number(passages, CURRENCIES):
        if number.per:
            continue
        if re.search(act, sentence.before(number, 40), re.IGNORECASE) or re.search(
            r"^[^,;]{0,20}when we plan", sentence.after(number, 40)
        ):
            false_positive = false_positive or given_number(sentence, number, number.value, number.unit)
        elif re.search(miss, sentence.before(number, 50), re.IGNORECASE):
            false_negative = false_negative or given_number(sentence, number, number.value, number.unit)
    false_positive, false_negative = _both(passages, false_positive, false_negative)
    for sentence, number in each_number(passages):
        if re.match(r" times (?:a|an|the|as|more|what)\b", sentence.after(number, 16)) and sentence.has(
            r"false positive|blocked|wrong|worth|cost"
        ):
            ratio = given_number(sentence, number, number.value, "×")
            if re.match(
                r" times (?:an?|the|as \w+ as an?) (?:wrong|false|needless|unnecessary|good|superfluous)",
                sentence.after(number, 40),
            ):
                return Given(1.0, ratio.quote, ratio.start, "×"), ratio  # the other error is the dear one
            if re.search(_TOO_LITTLE, sentence.before(number, 90), re.IGNORECASE):
                return Given(1.0, ratio.quote, ratio.start, "×"), ratio
            return ratio, Given(1.0, ratio.quote, ratio.start, "×")
        if re.match(r" (?:to|:) ?(?:1|one)\b", sentence.after(number, 8)) and sentence.has(r"costs? more|worse|dearer|costl|expensive|weigh"):  # fmt: skip
            ratio = given_number(sentence, number, number.value, "×")
            little = re.search(_TOO_LITTLE, sentence.text[: len(sentence.text) // 2], re.IGNORECASE)
            return (Given(1.0, ratio.quote, ratio.start, "×"), ratio) if little else (ratio, Given(1.0, ratio.quote, ratio.start, "×"))  # fmt: skip
    return false_positive, false_negative


_TOO_LITTLE = r"\bunder-?\w+|\bshort\b|too (?:few|little|low)|shortage|missing|missed|\bmiss\b|stock-?outs?|empty|run(?:ning)? out"
"""The error of having too little, or of missing a case."""


def _both(
    passages: tuple[Sentence, ...], wrong: Given[float] | None, missed: Given[float] | None
) -> tuple[Given[float] | None, Given[float] | None]:
    """`A wrong payment costs us 8,000 dollars, a needless review 6 dollars`: of two amounts in one sentence, the one that
    is not the needless act's is the miss's, and the other way round."""
    known = wrong or missed
    if known is None or (wrong and missed):
        return wrong, missed
    for sentence, number in each_number(passages, {known.unit}):
        inside = sentence.start <= known.start < sentence.start + len(sentence.text)
        amounts = [n for n in sentence.numbers if n.unit == known.unit and not n.per]
        if inside and len(amounts) == 2 and sentence.start + number.start != known.start and not number.per:
            other = given_number(sentence, number, number.value, number.unit)
            return (wrong, other) if wrong else (other, missed)
    return wrong, missed


def worse_error(passages: tuple[Sentence, ...]) -> Given[str] | None:
    """Which error the brief fears more: `Wrong liability caps are worse than missing ones.`"""
    for sentence in passages:
        if match := re.search(
            r"([A-Z]?[\w -]{4,60}?) (?:are|is) (?:much |far |a lot )?worse than ([\w -]{3,50})", sentence.text
        ):
            return Given(
                f"{match[1].strip()} before {match[2].strip()}",
                sentence.text[:160],
                sentence.start + match.start(),
            )
    return None

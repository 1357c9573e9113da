"""Check 7: what a document states of its test, in numbers. Recomputing them is `power.py`."""

import re
from dataclasses import dataclass
from functools import lru_cache

from briefwright.skill.ml_workflow.verify.claims import Said
from briefwright.skill.ml_workflow.verify.verdicts import Document
from briefwright.skill.numbers import CURRENCIES, Number, numbers

PART = "a_b_testing"
COUNTS = {"two": 2, "three": 3, "four": 4, "five": 5, "six": 6}
CORRECTED = (
    r"bonferroni|holm\b|dunnett|[sš]id[aá]k|corrected (?:alpha|level)|adjusted (?:alpha|level)|alpha ?/ ?\d"
)
NAMES = r"(?:baseline|\bbase|from|today|control(?: rate)?|currently|now|base rate)\W{0,3}(?:of|is|rate|at|about)?\W{0,3}"
FALLS = r"\b(?:cut|reduc|lower|drop|fewer|decreas|less|fall|down)\w*|→ ?≤"


@dataclass(frozen=True)
class Plan:
    """What the document states of its test; None for what it does not state.

    `treated` holds every rate the effect may mean: one, or two when the document does not say up or down; `sds` every
    standard deviation it gives, as it may give one before and one after an adjustment.
    `alpha` is the level of one comparison as stated; `comparisons` counts treatments against control.
    """

    baseline: float | None
    treated: tuple[float, ...]
    sds: tuple[float, ...]
    delta: float | None
    alpha: float
    alpha_corrected: bool
    power: float | None
    n: float | None
    n_words: str
    sided: int
    comparisons: int


@lru_cache(maxsize=2)
def read_plan(d: Document) -> Plan:
    """The plan from the row of the primary metric; arms also from the row of the split and the rest of the part."""
    said = d.claims.row(PART, "primary_metric")
    text = plan_text(d)
    baseline, treated = _rates(text)
    sds, delta = _spread(text)
    row = next((line for line in text.split(" · ") if _n(line)[0]), "")
    if sds and baseline and treated and not _spread(row)[0] and not _spread(said.text)[0]:
        sds, delta = (), None  # a deviation said of something else than the rates the size is for
    alpha, corrected = _alpha(text)
    power = re.search(
        r"(?:power|1 ?[−–-] ?(?:β|beta))\W{0,5}(?:of|=|is|at)?\W{0,3}?(0?[.,]\d+|\d{2}(?:\.\d+)? ?%)|(\d{2}(?:\.\d+)?) ?% (?:(?:statistical )?power|(?:chance|probability|likelihood) of (?:detect\w+|seeing|finding|noticing))|(0[.,]\d+) power",
        text,
        re.IGNORECASE,
    )
    n, words = _n(text)
    one = re.search(r"one-?sided", said.text, re.IGNORECASE) and not re.search(
        r"two-?sided", said.text, re.IGNORECASE
    )
    return Plan(
        baseline,
        treated,
        sds,
        delta,
        alpha,
        corrected,
        _value(power[1] or power[3] or power[2] + " %") if power else None,
        n,
        words,
        1 if one else 2,
        _comparisons(d.claims.part(PART).text),
    )


def plan_text(d: Document) -> str:
    """Where a document states its calculation: in the rows of metric and duration, and in rows or sentences of its own about it."""
    primary, duration = (d.claims.row(PART, row).text for row in ("primary_metric", "min_duration"))
    others = [
        d.claims.row(PART, row).text for row in ("traffic_split", "guardrail_metrics", "rollback_criteria")
    ]
    lines = [line for line in d.claims.part(PART).text.splitlines() if re.search(r"\bpower\b|sample size|per (?:arm|group)\b|α|\balpha\b|^\W*(?:baseline|mde\b|effect|error rates)", line, re.IGNORECASE)]  # fmt: skip
    own = [
        line for line in lines if not any(text and text[:40] in line for text in (primary, duration, *others))
    ]
    told = " · ".join([primary, *own, duration])
    return told if re.search(r"\bpower\b", told, re.IGNORECASE) else " · ".join([told, *others])


def _rates(text: str) -> tuple[float | None, tuple[float, ...]]:
    """(baseline, rates under treatment) as shares of one."""
    text = _in_percent(text)
    arrow = re.search(
        r"(\d+(?:[.,]\d+)?) ?%? ?(?:→|->|to|vs\.?|against) ?(?:[≤≥<>]=? ?)?(\d+(?:[.,]\d+)?) ?%", text
    )
    if arrow:
        return _share(arrow[1]), (_share(arrow[2]),)
    bare = re.search(r"\b(0[.,]\d+)\s*(?:→|->|to)\s*(0[.,]\d+)", text) or re.search(r"\b(0[.,]\d+) (?:today|now|currently)\b[^.|·\d]{0,50}\b(?:see|reach|detect|show)\s+(0[.,]\d+)", text)  # fmt: skip
    if bare:  # rates as shares of one
        return _number(bare[1]), (_number(bare[2]),)
    shared = re.search(rf"{NAMES}(0[.,]\d+)(?! ?%)", text, re.IGNORECASE)
    reached = re.search(r"\(\s*(?:→|->|=|to)?\s*(0[.,]\d+)\b(?! ?%)", text)
    if shared and reached:
        return _number(shared[1]), (_number(reached[1]),)
    points = re.search(r"([+−-]?)\s?(\d+(?:[.,]\d+)?) ?(?:pp|percentage points?)\b", text)
    if shared and points:
        base, step = _number(shared[1]), _share(points[2])
        more = points[1] == "+" or re.match(r"\W*(?:more|higher|up)\b", text[points.end() :], re.IGNORECASE)
        return base, (base + step,) if more else (base - step, base + step)
    named = re.search(rf"{NAMES}(\d+(?:[.,]\d+)?) ?%", text, re.IGNORECASE) or re.search(
        r"(\d+(?:[.,]\d+)?) ?% (?:baseline|base rate|today|currently|now\b|(?:in|for|under) (?:the )?control)",
        text,
        re.IGNORECASE,
    )
    if named is None and re.search(
        r"\d ?(?:pp|percentage points?)\b|\d ?% rel", text
    ):  # `11.0 % under the profiles, … 1.5 percentage points`
        named = re.search(
            r"(\d+(?:[.,]\d+)?) ?%(?! ?(?:rel|power|chance|prob|two|one-|level|conf|of (?:the )?traffic))",
            text,
        )
    if named is None:
        return None, ()
    baseline = _share(named[1])
    reached = re.search(r"(?:→|->|\bto|i\.e\.|that is|=)\s*(\d+(?:[.,]\d+)?) ?%", text[named.end() :])
    effect = re.search(
        r"([+−-]?)\s?(\d+(?:[.,]\d+)?) ?(%|pp|percentage points?)\s*(relative|rel\b|absolute)?", _effect(text)
    )
    if effect is None:
        return baseline, (_share(reached[1]),) if reached else ()
    size = _share(effect[2])
    relative = effect[3] == "%" and (effect[4] or "").startswith("rel")
    step = baseline * size if relative else size
    if reached and abs(abs(_share(reached[1]) - baseline) - step) <= 0.06 * step:
        return baseline, (_share(reached[1]),)
    if effect[1] in ("-", "−") or re.search(FALLS, text, re.IGNORECASE):
        return baseline, (baseline - step,)
    return baseline, (baseline + step,) if effect[1] == "+" else (baseline + step, baseline - step)


def _in_percent(text: str) -> str:
    """`12.0 … 0.6 per 1,000` of a rate per thousand as `1.2 % … 0.06 %`: the numbers before its first such word, and beside it."""
    said = re.search(r"(?:per|of|in every|out of) (100|1[,. ]?000|10[,. ]?000|100[,. ]?000)\b(?! (?:requests|users) (?:a|per) (?:second|day))", text)  # fmt: skip
    if not said:
        return text
    base = float(re.sub(r"\D", "", said[1])) / 100

    def percent(match: re.Match[str]) -> str:
        return f"{float(match[2]) / base:.6g} %" if not match[1] else match[0]

    return re.sub(r"(\d[\d.,]*,)?(?<![\d.,])(\d{1,3}(?:\.\d+)?)(?![\d.,]*\d)(?= (?:in (?:the )?control|in (?:the )?treatment|today|now|at present|per 1|→|to \d))", percent, text)  # fmt: skip


def _effect(text: str) -> str:
    """Where the smallest effect stands: after its name, else where `relative` or percentage points are."""
    if said := re.search(r"\brelative\b[^\d%;,(→>=]{0,16}([+−-]?\d+(?:[.,]\d+)?) ?%", text, re.IGNORECASE):
        return f"{said[1]} % relative"
    named = re.search(
        r"(?:smallest (?:effect|gain|difference|change)(?: of interest| worth having| that matters)?|mde|minimum detectable(?: effect)?|effect(?: size)?|lift|uplift|reduction|cut|drop|improvement|rise|change|difference)[^\w+−-]{0,5}(?:of|is|=|:|worth having)?[^\w+−-]{0,3}(.{0,60})",
        text,
        re.IGNORECASE,
    )
    if named and re.match(r"[+−-]?\s?\d", named[1]):
        return named[1]
    other = re.search(
        r"([+−-]?\s?\d+(?:[.,]\d+)? ?% ?(?:relative|rel\b)|[+−-]?\s?\d+(?:[.,]\d+)? ?(?:pp|percentage points?))",
        text,
        re.IGNORECASE,
    )
    return other[1] if other else ""


def _spread(text: str) -> tuple[tuple[float, ...], float | None]:
    """(standard deviations, difference in the mean) in the metric's own unit."""
    amount = r"(?:[€$£]|EUR|USD|GBP|CHF)? ?(\d+(?:[.,]\d+)?)"
    named = re.search(
        r"(?:standard deviation|\bs\.?d\.?\b|σ|\bstd\b)(?P<rest>(?:[^.;]|\.(?=\d))*)",
        text,
        re.IGNORECASE,
    )
    if named is None:
        return (), _delta(text, amount)
    clause = re.split(r",? (?:two-sided|one-sided|α|alpha|power|significance|smallest|MDE|minimum detectable|to detect|delta|Δ|difference|effect)|→", named["rest"], flags=re.IGNORECASE)[0]  # fmt: skip
    sds = tuple(n.value for n in numbers(clause) if n.unit in ("", "%", "pp", "ms", "s", "min", "h", "day", "week", *CURRENCIES) and n.value > 0 and not re.match(r"-\w", clause[n.end :]) and not re.search(r"(?:correlation|ρ|\br)\W*$", clause[: n.start]))  # fmt: skip
    return sds, _delta(text, amount)


def _delta(text: str, amount: str) -> float | None:
    found = re.search(
        rf"(?:delta|Δ|smallest (?:effect|gain|difference|change)(?: of interest| worth having| that matters)?|mde|difference(?: of interest)?|lift|uplift|improvement|reduction|change|effect)\W{{0,3}}(?:of|is|=|:|worth having)?\W{{0,3}}{amount}(?! ?% ?(?:rel|\d))",
        text,
        re.IGNORECASE,
    )
    if found:  # `340,000 EUR` and `0.34 million EUR` as well as `0,5 pp`
        whole = numbers(text[found.start(1) : found.start(1) + 24])
        return abs(whole[0].value) if whole and whole[0].value >= 1000 else _number(found[1])
    if signed := re.search(r"[+−-]\s?(\d+(?:[.,]\d+)?) ?(?:pp|percentage points?|[^\W\d_]+)? ?(?:absolute|abs\b)", text):  # fmt: skip
        return _number(signed[1])
    arrow = re.search(
        r"(?<![\d.,])(\d+(?:[.,]\d+)?)[^\d\n.;%]{0,12}?(?:→|->|\bto\b)\s*[€$£]?(\d+(?:[.,]\d+)?)(?! ?(?:%|days|weeks))",
        text,
    )
    return abs(_number(arrow[1]) - _number(arrow[2])) if arrow else None


def _alpha(text: str) -> tuple[float, bool]:
    """(level of one comparison, whether it is stated as corrected): `alpha 0.05 / 2 = 0.025` gives 0.025."""
    level = r"(0?[.,]\d+|\d+(?:\.\d+)? ?%)"
    match = re.search(
        rf"(?:alpha|α|significance(?: level)?)(?: level)?\W{{0,5}}(?:of|=|is|at)?\W{{0,3}}{level}(?:\s*/\s*\d+\s*(?:=|→|is|,)\s*{level})?",
        text,
        re.IGNORECASE,
    )
    if match is None:
        return 0.05, False
    return _value(match[2] or match[1]), bool(match[2])


def _comparisons(text: str) -> int:
    """Treatments against control: from their number, or from the number of arms."""
    count = rf"(\d|{'|'.join(COUNTS)})"
    if said := re.search(rf"{count} comparisons", text, re.IGNORECASE):
        return _count(said[1])
    arms = re.search(
        rf"\b{count}[- ](?:arms?|variants|groups)\b|\barms\b[^\w\n]{{1,4}}{count}\b", text, re.IGNORECASE
    )
    if arms:
        return max(1, _count(arms[1] or arms[2]) - 1)
    return (
        2 if re.search(r"one third (?:each|per)|a third each|33 ?/ ?33 ?/ ?3[34]", text, re.IGNORECASE) else 1
    )


def _count(word: str) -> int:
    return COUNTS.get(word.lower(), int(word) if word.isdigit() else 2)


def _n(text: str) -> tuple[float | None, str]:
    """(units per arm, the words): `14,751 per arm`, `n = 14 751 users/arm`, `29,502 in total` halved; first where power is spoken of."""
    clauses = re.split(r" · |\n|(?<=[;.])\s+(?=[A-Z(])", text)
    telling = [clause for clause in clauses if re.search(r"\bpower\b|\bn ?=|sample size|α|\balpha\b", clause, re.IGNORECASE)]  # fmt: skip
    return next((size for clause in [*telling, text] if (size := _size(clause))[0]), (None, ""))


def _size(text: str) -> tuple[float | None, str]:
    for found in numbers(text):
        after, before = text[found.end : found.end + 40], text[max(0, found.start - 24) : found.start]
        days_per_arm = found.unit in ("day", "week", "h") and re.match(r"\W*(?:per|in each|each) ?(?:arm|group)\b", after, re.IGNORECASE)  # fmt: skip
        if days_per_arm:  # days themselves are the units of a switchback
            return found.value, found.text
        if (
            found.unit
            or found.value < 2
            or re.match(r"[^.;,]{0,24}\bper (?:arm|group) (?:per|a|each) (?:day|week)", after, re.IGNORECASE)
        ):
            continue  # `6,000 per arm per day` is traffic
        if re.match(
            r"\W*(?:[\w-]+ ){0,3}?(?:per|/|each|in each|in either|for each|on each|a) ?(?:arm|group|variant|side|cell|branch|of)\b|\W*(?:[\w-]+ ){0,2}?each\b",
            after,
            re.IGNORECASE,
        ):
            return found.value, found.text
        if found.value < 20:
            continue
        if re.match(
            r"\W*(?:[\w-]+ ){0,2}?(?:in total|in sum|in all|overall|altogether)", after, re.IGNORECASE
        ) or re.search(r"(?:total|together|in sum|in all)(?: of)?\W{0,3}$", before, re.IGNORECASE):
            return found.value / 2, found.text
        if re.search(
            r"\bn\s*(?:=|≈|~|of)\s*$|sample size(?: of| is|:)?\s*$|(?:→|->)\s*\W{0,2}$|per (?:arm|group|variant|side)\W{0,3}$|(?:each|either|every|per) (?:arm|group|variant|side) (?:\w+ ){0,2}$",
            before,
            re.IGNORECASE,
        ):
            return found.value, found.text
    return None, ""


def planned_days(said: Said) -> float | None:
    """How long units are assigned: `5.6 days → 14 days + 46 days for labels` is 14.

    What is added for outcomes to ripen is left out; of a raw and a rounded figure the longer one counts.
    """
    plain = re.sub(r"(?<=\w) (?:whole|full|complete|calendar) (?=(?:weeks|days)\b)", " ", said.text)
    said = Said(re.sub(r"(\d) nights\b", r"\1 days", plain), said.line)
    if summed := said.find(r"[+][^.;]*=\s*(\d+) (?:d|days) \(\d+ (?:\w+ )?weeks"):
        return float(summed[1])  # `14 days of burn-in + 28 days measured = 42 days (6 weeks)`
    head = re.split(
        r"; (?:claims|labels|outcomes|results)|\+(?= ?\d+(?:\.\d+)? ?(?:d\b|days?|weeks?|months?))|\bplus\b|read-?out|\bread (?:on|at|once)|(?:for|until) (?:the )?(?:labels?|outcomes?)|outcome delay|maturation|ripen|\blet\b|\bfor another\b|\bthen\b",
        said.text,
        maxsplit=1,
        flags=re.IGNORECASE,
    )[0]
    spans = [n for n in numbers(head) if n.unit in ("day", "week", "month") and not _is_wait(head, n)]
    if not spans:
        spans = [n for n in said.numbers if n.unit in ("day", "week", "month")][:1]
    if not spans:
        return None
    if rounded := re.search(
        r"\d ?(?:d|days?)\b[^\d.;]{0,6}(?:→|->)[^\d.;]{0,10}(\d+) ?(d|days?|weeks?)\b", head
    ):
        return round(
            float(rounded[1]) * (7 if rounded[2].startswith("w") else 1)
        )  # `10.9 d → 14 d`: what is planned
    bare = [float(m[1]) for m in re.finditer(r"\brun (?:for )?(\d+)(?= \(| ?$|,)", head)]
    return round(max([*(n.days for n in spans), *bare]))


def _is_wait(head: str, n: Number) -> bool:
    """Whether days are a wait or a limit, not the time units are assigned."""
    before, after = head[max(0, n.start - 20) : n.start], head[n.end : n.end + 22]
    return (
        re.search(r"(?:(?<!rounded )(?<!round )up to|\bday|after|older than|within|every|waits?(?: of)?|last|label)\W*$", before, re.IGNORECASE) is not None
        or re.match(r"[^.;,:]{0,36}\bfollow\b", head[n.end : n.end + 48]) is not None
        or re.match(r"\s*(?:of )?(?:later|coding|processing|loading|booking|maturation|delay|until|after|old\b|label|outcome|for (?:the )?(?:label|outcome|claim|visit|result|posting|last|final)|to (?:settle|mature|ripen|arrive))", after, re.IGNORECASE) is not None
    )  # fmt: skip


def assigned_noun(split: str) -> str:
    """What is assigned to arms, by `unit = substation` or `hash of the station id`; "" where the words do not say."""
    match = re.search(r"\bunit\s*(?:=|is|:|of assignment is)\s*(?:the |an? )?([a-z]{4,})|\bhash of (?:the |an? )?([a-z]{4,})", split, re.IGNORECASE)  # fmt: skip
    return (match[1] or match[2]).lower() if match else ""


def units_per_day(d: Document) -> tuple[float, bool] | None:
    """(units that can enter a day, whether that is per arm): the document's own words first, then the brief's facts."""
    split = d.claims.row(PART, "traffic_split")
    exposed = re.search(
        r"(\d+(?:\.\d+)?) ?% (?:of (?:the )?(?:eligible|traffic|users|all)|exposed)", split.text
    )
    share = float(exposed[1]) / 100 if exposed else None
    unit = re.search(r"\d ([a-z]{4})[a-z]* (?:per|in each|/) ?(?:arm|group|variant)", d.claims.row(PART, "primary_metric").text)  # fmt: skip
    flows = [(n, split.text) for n in numbers(split.text)]
    named = d.claims.row(PART, "min_duration").text
    noun = assigned_noun(split.text)
    if noun:  # of several flows, the one that counts what is assigned
        counted = [(n, t) for t in (split.text, named) for n in numbers(t) if n.per in ("day", "week") and any(noun.endswith(word.rstrip("s")) for word in re.findall(r"[a-z]{4,}", n.text.lower()))]  # fmt: skip
        flows = [*counted, *flows]
    if unit:  # the row of the duration may name them too: `2,600 new stays a day, 1,300 per arm`
        flows = [*((n, t) for n, t in flows if unit[1] in n.text or unit[1] in t[n.start : n.end + 16]), *((n, named) for n in numbers(named) if unit[1] in n.text), *flows]  # fmt: skip
    if said := _divided(d):
        return said
    for number, text in flows:
        if number.per in ("day", "week") and not number.unit and number.value >= 1:
            daily = number.value / (7 if number.per == "week" else 1)
            after = text[number.end : number.end + 40]
            if re.match(
                r"\W*(?:in|on|per|for|to) (?:each|every|either|one|the) ?(?:arm|group|side|new|treatment|variant)|\W*(?:on|with) the new|\W*(?:per|each) arm",
                after,
                re.IGNORECASE,
            ):
                return daily, True
            return daily * (share or 1.0), False
    duration = d.claims.row(PART, "min_duration").text
    for number in numbers(duration):  # the row of the duration says how many come
        if number.per in ("day", "week") and not number.unit and number.value >= 10:
            whole = re.match(r"\W*(?:per|in each|each) ?(?:arm|group)", duration[number.end : number.end + 20], re.IGNORECASE) or re.search(r"per (?:arm|group)", number.text)  # fmt: skip
            return number.value / (7 if number.per == "week" else 1), whole is not None
    divided = re.search(
        r"/ ?(?!\d\s*[=≈→-])(\d[\d,\u202f\u00a0 ]*(?:\.\d+)?)\s*(?:=|≈|→|->)",
        d.claims.row(PART, "min_duration").text,
    )  # by ten and more: `/ 2` halves a flow
    if divided:  # `n × 2 / 9,800 = 5.6 days`: whole or per arm, by whether n is multiplied
        per_arm = not re.search(
            r"(?:[×x*] ?[2-9]|[2-9] ?[×x*]) ?[\d,. ]*",
            d.claims.row(PART, "min_duration").text[: divided.start()],
        )
        return float(re.sub(r"[^\d.]", "", divided[1])), per_arm
    if d.facts and (given := d.facts.capacity_per_week):
        return given.value / 7 * (share or 1.0), False
    if d.facts and (given := d.facts.volume_per_day):
        fact = d.facts.exposed_share
        return given.value * (share or (fact.value if fact else 1.0)), False
    return None


def _divided(d: Document) -> tuple[float, bool] | None:
    """`1,109 ÷ 200 per week`: the flow the document divides its own sample size by, and whether that is the size of one arm."""
    said = d.claims.row(PART, "min_duration")
    match = said.find(r"(?P<size>\d[\d,]*\d) ?(?:[a-z]+ )?(?:÷|/|at) ?(?P<flow>\d[\d,]*) (?:a|per|each) (?P<per>day|week)") or said.find(r"\bat (?P<flow>\d[\d,]*) (?:[a-z]+ )?(?:a|per|each) (?P<per>day|week),? (?:the )?(?P<size>\d[\d,]*\d)")  # fmt: skip
    if not match:
        return None
    size, flow = (float(match[name].replace(",", "")) for name in ("size", "flow"))
    planned = _n(plan_text(d))[0]
    if planned and size > planned * 1.01 and match["size"] in d.claims.row(PART, "primary_metric").text:
        planned = size  # inflated there: by a design effect, for those who drop out
    daily = flow / (7 if match["per"] == "week" else 1)
    if planned and abs(size - planned) <= 0.01 * planned:
        return daily, True
    return (daily, False) if planned and abs(size - 2 * planned) <= 0.01 * size else None


def _share(text: str) -> float:
    return _number(text) / 100


def _number(text: str) -> float:
    return float(text.replace(",", "."))


def _value(text: str) -> float:
    bare = _number(text.replace("%", "").strip())
    return bare / 100 if "%" in text else bare

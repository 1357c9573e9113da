"""Check 1 over text: the business metric, the evaluation metric, baseline and threshold, the label."""

import re
from collections.abc import Iterator
from functools import lru_cache

from briefwright.skill.ml_workflow.rules.c01_business_metric import (
    BUSINESS_WORDS,
    HIGHER_IS_BETTER,
    LOWER_IS_BETTER,
    ML_WORDS,
)
from briefwright.skill.ml_workflow.verify.claims import Said
from briefwright.skill.ml_workflow.verify.metrics import (
    METRIC,
    Value,
    metric_names,
    metric_values,
    primary_metric,
    spelled_out,
)
from briefwright.skill.ml_workflow.verify.verdicts import Document, TextCheck, fail
from briefwright.skill.numbers import TIME_IN_DAYS, Number, numbers
from briefwright.skill.spec import Finding

PART = "problem_definition"
# A head that names the model's own quality, whatever business noun follows it (`recall of the grading network`).
MODEL_QUALITY = (
    rf"^\W*(?:the |our |overall |mean |median |average )?(?:{METRIC}|silhouette|mean (?:absolute|squared|percentage)[a-z ]* error)\b"
    r"|\b(?:forecast|prediction|detection|classification|recognition|extraction|model|classifier|ranking|network|system)(?:'s)?[ -](?:quality|accuracy|error|performance|score)\b"
    r"|^\W*lift (?:of|over)\b|^\W*relevance of (?:the |our )?(?:lists?|results?|rankings?|recommendations?)\b"
    r"|\b(?:accuracy|quality|error|precision) of (?:the |our )?(?:forecasts?|predictions?|models?|classifier|scores?|quotes?|announced|estimates?)\b"
    r"|confidence score|^\W*(?:the )?(?:mean |average )?(?:token|span|field|entity|word|pixel|class)-level |(?:score|confidence|accuracy|recall|precision) of (?:the |our )?(?:\w+ )?(?:classifier|network|model|extracts?|detector)|ability (?:of the \w+ )?to (?:tell|distinguish|separate)|capacity of (?:the )?system"
    r"|measured (?:by|on|with|as) (?:the )?(?:mean|average)[a-z ]*(?:error|deviation)"
)
DOWN = r"cost|loss|churn|complain|waste|late\b|error|fail|delay|return|reject|fraud|abuse|shrink|no-show|defect|downtime|false|missed|penalt|dropout|attrition|claims? paid|damage|spoil|write-?off|stock-?out|time to|empty|idle|waiting|handling time|minutes per|hours per|queue"
GAINED = r"recover|caught|saved|collected|avoided|prevent|earned"
UP = r"\b(?:increas|rais|grow|(?<!start-)(?<!start )up\b|(?<!or )more\b|(?<!or )higher|improv|rises?|climb)"
NOW, WANTED = (
    r"today|now\b|currently|current\b|at present|presently|last year|as is|status quo",
    r"target\w*|wanted|goal|aim\w*|or (?:more|less|fewer)|at (?:least|most)|[≥≤<>]=?|by (?:the )?(?:end|20\d\d|next|this)|within|planned|to be reached|want to",
)
RECORDED = r"\d|confirm|record|booked|posted|signed|measur|invoice|report|labelled|labeled|register|accord|within|until|by the|log\b|scan|inspect|graded|verified|counted|defined as|equals|diagnos|ledger|contract|code\b|graders?\b|adjudicat|panel\b|reviewers?\b"


def business_metric(d: Document) -> Iterator[Finding]:
    said = d.claims.row(PART, "business_metric")
    if not said.text:
        return
    head = re.split(r"[:;]|, (?:from|now|today|currently)", said.text)[0]
    bare = spelled_out(re.sub(r"\([^)]*\)?", " ", head))
    ml, business = (re.search(words, bare, re.IGNORECASE) for words in (ML_WORDS, BUSINESS_WORDS))
    head = spelled_out(head)
    if (
        (ml and not business)
        or re.search(MODEL_QUALITY, head, re.IGNORECASE)
        or re.search(r"\bauc\b", head, re.IGNORECASE)
    ):
        yield fail("C1.ml_in_disguise", "Business metric", said, f"“{bare.strip()[:60]}” is a quality of the model", "Name what the business counts: money, time, customers, cases.")  # fmt: skip
    elif said.has(
        r"\bscore\b[^.;]{0,30}\b(?:from|of|on a scale|between) \d|\d+ points\b|\(score\b|\bin points\b"
    ) and not said.has(r"[€$%]|EUR|USD|\bNPS\b"):
        yield fail("C1.unit", "Business metric", said, "counted in points of a score", "Use a unit of the business: money, time, customers, cases.")  # fmt: skip
    said = Said(
        re.sub(
            r"\b(?:by|until|before|from|since)? ?(?:the )?(?:end of |mid-?|Q[1-4] |H[12] )?20\d\d(?:-\d\d-\d\d)?\b",
            "",
            said.text,
        ),
        said.line,
    )
    stated = [n for n in said.numbers if n.unit not in ("day", "week", "month", "year", "h", "min")]
    goal = said.has(rf"(?:{WANTED.replace('within|', '')})[^.;\d]{{0,30}}\d|\d[^.;]{{0,24}}(?:{WANTED})|\bto (?:\w+ )?\W{{0,3}}\d|\bby \d|(?:above|below|under)\b[^.;\d]{{0,12}}\d")  # fmt: skip
    hoped = not goal and said.has(r"\b(?:reduction|improvement|increase|decrease|rise|fall|drop|growth|saving|gain)s?\b[^.;\d]{0,16}\b(?:is|are) (?:sought|wanted|desired|hoped for|intended|aimed at|expected|the aim)\b(?! (?:of|to))")  # fmt: skip
    unsaid = said.has(r"\b(?:target|goal|aim|ambition|objective)\b[^.;\d]{0,60}\b(?:lower|higher|fewer|less|more|better|reduc\w+|improv\w+|as (?:low|high) as)\b[^.;\d]{0,40}(?:$|[.;])")  # fmt: skip
    if (
        not (stated or said.numbers)
        or (len({n.value for n in stated}) == 1 and not goal)
        or (
            said.has(
                r"\b(?:should|must|will|is to|to) (?:have )?(?:rise|risen|fall|fallen|improve\w*|increase\w*|grow\w*|grown|decrease\w*|drop\w*) (?:noticeabl\w+|clearly|markedly|significantly|visibl\w+|considerabl\w+|further|substantially)\b(?![^.;]{0,24}\d+(?:\.\d+)? ?(?:%|pp|€))"
            )
            and not goal
        )
        or hoped
        or (unsaid and not said.has(r"\b(?:target|goal|aim|ambition|objective)\b[^.;]{0,60}\d"))
    ):
        yield fail(
            "C1.target", "Business metric", said, "no numeric target", "Say from which value to which."
        )


def direction(d: Document) -> Iterator[Finding]:
    """`reduce … from 9.0 to 9.8`, `65 today, at least 60 wanted`: the target lies on the wrong side of today's value."""
    said = d.claims.row(PART, "business_metric")
    pair = _today_and_target(said)
    if pair is None:
        return
    today, target, op = pair
    head = Said(re.split(r"\bowner\b", said.text, flags=re.IGNORECASE)[0], said.line)
    if op:
        wrong = target.value < today.value if op == ">=" else target.value > today.value
        fewer = (
            op == ">="
            and head.has(rf"{DOWN}|stops?\b|incidents?|accidents?|breakdowns?")
            and not head.has(
                rf"{UP}|prevent|caught|catch|detect|avoid|saved|found|recover|recall|share .*(?:on time|without)"
            )
        )
        if not wrong and fewer and target.value > today.value:
            yield fail("C1.target_direction", "Business metric", said, f"it should fall, and the target {op} {target.text} lies above today's {today.text}", "Turn the target round.")  # fmt: skip
        if wrong:
            yield fail("C1.target_direction", "Business metric", said, f"{today.text} today already meets {op} {target.text}", "Ask for more than today's value.")  # fmt: skip
        return
    down = said.has(r"\b(?:reduc|cut|lower|decreas|down\b|fewer|less\b|falls?|fell|drop|shrink|sink)") or (
        head.has(DOWN) and not head.has(GAINED)
    )
    up = head.has(UP)
    if bool(down) != bool(up) and target.value != today.value and (target.value > today.value) == bool(down):
        yield fail("C1.target_direction", "Business metric", said, f"the words say {'down' if down else 'up'}, the numbers go from {today.text} to {target.text}", "Turn the words or the numbers round.")  # fmt: skip


def _today_and_target(said: Said) -> tuple[Number, Number, str] | None:
    """(today's value, the target, its operator as `>=`, `<=` or "") in one unit."""
    text = said.text
    today: Number | None = None
    wanted: list[tuple[Number, str]] = []
    amounts = [n for n in said.numbers if n.unit not in ("day", "week", "month", "year", "h") and not re.search(r"\d (?:of|in|out of|per)\s*$", text[: n.start])]  # fmt: skip
    spans = {n.start: n for n in amounts}
    for number in amounts:
        before, after = text[max(0, number.start - 24) : number.start], text[number.end : number.end + 26]
        before = re.split(r"[,;:]", before)[-1]
        after = re.split(r"[,;:]|\.\s|\band\b", after)[0]
        followed = any(number.end < start < number.end + 26 for start in spans)
        limit = re.search(
            r"([≥>]=?|at least|not below|no less than)\s*[€$£]?\W{0,3}$|([≤<]=?|at most|not above|no more than|below|under)\s*[€$£]?\W{0,3}$",
            before,
            re.IGNORECASE,
        )
        if limit and re.search(r"\b(?:stays?|remains?|kept|held|holds?)\b", before, re.IGNORECASE):
            continue  # `stays ≤ 1.1 %`: what may not get worse, no aim
        tail = re.match(
            r"\s*(?:or|and) (more|higher|above)|\s*(?:or|and) (less|fewer|lower|below)",
            text[number.end : number.end + 20],
            re.IGNORECASE,
        )
        is_target = (
            limit
            or tail
            or re.search(rf"(?:{WANTED}|\bto)\W*(?:about |of )?\W*$", before, re.IGNORECASE)
            or (re.search(rf"^\W*(?:{WANTED})", after, re.IGNORECASE) and not followed)
        )
        if (
            today is None
            and not limit
            and (
                re.search(rf"(?:{NOW}|\bfrom)\W*(?:is |at |of |about )?\W*$", before, re.IGNORECASE)
                or re.match(rf"\W*[^\d]{{0,14}}(?:{NOW})", after, re.IGNORECASE)
            )
        ):
            today = number
        elif is_target:
            sign = ">=" if (limit and limit[1]) or (tail and tail[1]) else "<=" if limit or tail else ""
            wanted.append((number, sign))
    if today is None and not wanted and (arrow := re.search(r"(?<![\d.,])(\d+(?:[.,]\d+)?) ?% ?(?:→|->) ?(\d+(?:[.,]\d+)?) ?%", text)):  # fmt: skip
        first, second = numbers(arrow[0])[:1], numbers(arrow[0])[-1:]
        return (first[0], second[0], "") if first and second else None
    if today is None or not wanted:
        return None
    target, op = next((each for each in wanted if each[0].unit == today.unit), wanted[0])
    of_things = (
        re.match(r"\s?[a-z]{3,}", text[target.end :]) is not None and not target.unit
    )  # `≥ 1 signed contract`
    apart = re.search(r"\.\s", text[min(target.end, today.end) : max(target.start, today.start)]) is not None
    alike = today.unit == target.unit or (
        not (today.unit and target.unit) and target.unit not in TIME_IN_DAYS and not of_things and not apart
    )
    return (today, target, op) if alike else None


COMPUTABLE = r"\d|%|share|rate|ratio|number|count|mean|median|average|percent|error|deviation|distance|score|loss|agreement|kappa|match|\bhits?\b|lift|gain|cost|\bper\b|within|coverage|accura|correct|right|found|missed|caught|length|time|index|correlation|sensitiv|specific|dice|overlap|regret|reward|likelihood|perplex|entropy|calibrat|tau|rho"


def evaluation_metric(d: Document) -> Iterator[Finding]:
    said = d.claims.row(PART, "evaluation_metric")
    if not said.text:
        return
    rate = positives(d)
    names = metric_names(said.text)
    name = primary_metric(said) or (names[0] if names else "")
    judged = rf"(?:not|never|no guide|avoid|instead of|rather than)[^.;]{{0,40}}{re.escape(name)}|{re.escape(name)}[^.;]{{0,40}}(?:not|no guide|useless|misleading)" if name else "$^"  # fmt: skip
    if rate and rate < 0.05 and re.match(r"accuracy|roc-?auc|auc$", name) and not said.has(judged):
        yield fail("C1.imbalance", "Evaluation metric", said, f"{name} is primary at {rate * 100:g} % positives", "Use PR-AUC, precision at capacity or recall at a fixed alert rate.")  # fmt: skip
    if not names and not re.search(COMPUTABLE, said.text, re.IGNORECASE):
        yield fail("C1.metric", "Evaluation metric", said, f"“{said.text.strip()[:60]}” is nothing a program can compute", "Name a metric, what it is computed on, and its cut-off.")  # fmt: skip
    equal = said.has(
        r"same weight|(?:two|three) (?:metrics|measures|numbers)\b[^.;]{0,24}\bprimary|rank(?:s|ed|ing)? equally|equal(?:ly)? (?:rank|import|weight)|equally rank|same rank|both primary|looked at together|jointly|side by side|\bboth\b[^.;]{0,24}(?:count|decide|primary)|no single|\bwhichever\b|\bwhat(?:ever)? (?:looks|fits|suits|works|comes out) best|as (?:it )?suits"
    )
    if len(re.findall(r"\bprimary\b", said.text, re.IGNORECASE)) > 1 or (
        equal
        and (
            len(names) > 1
            or said.has(r"\b(?:two|three|both) (?:metrics|measures|numbers|figures)\b")
            or said.has(r"\bor\b[^.;]{0,60}whichever")
        )
    ):
        yield fail("C1.one_primary", "Evaluation metric", said, "more than one primary metric", "Keep exactly one.")  # fmt: skip
    business = d.claims.row(PART, "business_metric")
    if business.text and said.text.strip().lower() == business.text.strip().lower():
        yield fail("C1.distinct", "Evaluation metric", said, "the same words as the business metric", "Keep what the business counts apart from how the model is scored.")  # fmt: skip
    zeros = re.search(r"(?:through|around|below|near|at) 0 ?(?:°|K\b|degrees)|\bzeros?\b(?! ?%)|intermittent", re.sub(r"zero(?: to| downtime|-shot|es)", "", d.claims.part(PART).text + said.text), re.IGNORECASE)  # fmt: skip
    mape = said.find(r"\bs?mape\b")
    if (
        mape
        and (zeros or re.search(r"\bzeros?\b|intermittent", d.claims.text, re.IGNORECASE))
        and not said.has(
            r"mape[^.;]{0,40}(?:not|undefined|no use)|(?:\bno\b|not|instead of|rather than|without)[^.;]{0,20}mape"
        )
    ):
        yield fail("C1.mape_zero", "Evaluation metric", said, "MAPE is undefined where the actual value is zero", "Use WAPE, MASE or pinball loss.")  # fmt: skip


def positives(d: Document) -> float | None:
    """Share of positives: from the brief, else from the document's own words."""
    if d.facts and d.facts.positive_rate:
        return d.facts.positive_rate.value
    return _positives_stated(d.claims.part(PART).text, d.claims.text[:3000])


@lru_cache(maxsize=4)
def _positives_stated(problem: str, head: str) -> float | None:
    """Several rules ask of one document."""
    rate = re.search(
        r"\b(?:failure|fraud|abuse|default|churn|defect|error|positive|incident|event|no-?show) rate(?: is| of|:)? (\d+(?:\.\d+)?) ?%(?! ?(?:lower|higher|relative|less|more|points|below|above))",
        problem,
        re.IGNORECASE,
    )
    if rate:
        return float(rate[1]) / 100
    text = f"{problem}\n{head}".replace("**", "")
    patterns = (
        r"(?:positives?|prevalence|base rate|fraud rate|churn rate|positive rate|share of positives|defect rate)[^.;|\n\d]{0,30}?(\d+(?:[.,]\d+)?) ?%(?! ?(?:lower|higher|relative|less|more|of))",
        r"(?<![\d.])(\d+(?:[.,]\d+)?) ?%\W{0,4} (?:of (?:the |all )?[\w-]+ )?(?:are|is|end|turn out) (?:\w+ ){0,2}?(?:abus|fraud|defect|bruis|positive|churn|sick|bad\b|late\b|fail)",
        r"(?<![\d.])(\d+(?:[.,]\d+)?) ?%\W{0,4} (?:positives|positive cases|of (?:the |all )?(?:trips|orders|rows|cases|transactions|payments|pieces|parts)\b[^.;|\n]{0,40}(?:excursion|fraud|defect|positiv|chargeback))",
    )
    for pattern in patterns:
        if match := re.search(pattern, text, re.IGNORECASE):
            return float(match[1].replace(",", ".")) / 100
    return None


def threshold(d: Document) -> Iterator[Finding]:
    said = d.claims.row(PART, "success_threshold")
    if not said.text:
        return
    values = metric_values(said)
    asked = re.split(r"\b(?:kill|stop|give up|abandon)\b", said.text, flags=re.IGNORECASE)[0]
    if not re.search(r"\d", re.sub(r"@ ?\d[\d,.]*k?|\b(?:at|in the|top|for the|of the) (?:top |highest |first )?\d[\d,.]* ?%?|\bF1\b|R2|\bv\d", "", asked, flags=re.IGNORECASE)):  # fmt: skip
        yield fail("C1.threshold", "Success threshold", said, "no number", "Give metric, operator and value.")
    for value in values[:1]:
        higher = re.search(HIGHER_IS_BETTER, value.metric) and not value.is_error
        if higher and value.op == "<=":
            yield fail("C1.threshold_op", "Success threshold", said, f"{value.metric} should be high, but is asked to stay below {value.value:g}", "Use ≥.")  # fmt: skip
        if (
            re.search(LOWER_IS_BETTER, value.metric)
            and not higher
            and value.op == ">="
            and said.has(r"[≥>]|at least|above")
        ):
            yield fail("C1.threshold_op", "Success threshold", said, f"{value.metric} should be low, but is asked to stay above {value.value:g}", "Use ≤.")  # fmt: skip
        if higher and value.value > 1:
            yield fail("C1.range", "Success threshold", said, f"{value.metric} of {value.value:g} is impossible", "Give a share between 0 and 1.")  # fmt: skip
        rate = positives(d)
        if rate and re.match(r"pr-?auc|precision", value.metric) and value.op == ">=" and value.value <= rate:
            yield fail("C1.prevalence", "Success threshold", said, f"{value.metric} {value.value:g} is not above the share of positives {rate:g}", "A random order already reaches that.")  # fmt: skip
        yield from _declared(d, said, value)
        yield from _against_baseline(d, said, value)


def _declared(d: Document, said: Said, value: Value) -> Iterator[Finding]:
    """The threshold is on a metric the document evaluates."""
    declared = metric_names(d.claims.row(PART, "evaluation_metric").text)
    if declared and value.metric not in declared and not set(metric_names(said.text)) & set(declared):
        yield fail("C1.threshold_metric", "Success threshold", said, f"{value.metric} is no evaluation metric of this document", f"Set it on {declared[0]}.")  # fmt: skip


def _against_baseline(d: Document, said: Said, value: Value) -> Iterator[Finding]:
    said_of = d.claims.row(PART, "baseline_performance")
    levels = [each for each in metric_values(said_of) if each.metric == value.metric]
    bare = said_of.find(r"(?<![\d.,])0[.,]\d+(?! ?%)")
    if not levels and bare and not metric_values(said_of) and 0 < value.value < 1 and not value.is_error:
        levels = [
            Value(value.metric, ">=", float(bare[0].replace(",", ".")))
        ]  # `the rule finds 0.46 of bursts`
    if not levels and value.is_error and (plain := said_of.find(rf"\b{re.escape(value.metric)}\b(?: of| is| at|:)? (\d+(?:\.\d+)?)(?! ?(?:%|days?|d\b|weeks?))")):  # fmt: skip
        levels = [Value(value.metric, "<=", float(plain[1]))]
    levels += [Value(value.metric, value.op, level) for level in _further_levels(said_of, value.metric)]
    if not levels:
        return
    best = (min if value.is_error else max)(levels, key=lambda each: each.value)
    if value.value >= best.value if value.is_error else value.value <= best.value:
        yield fail("C1.vs_baseline", "Success threshold", said, f"{value.metric} {value.value:g} is no better than the baseline {best.value:g}", "Ask for more than the baseline gives.")  # fmt: skip


def _further_levels(said: Said, metric: str) -> list[float]:
    """`recall 0.31. Logistic regression: 0.39`: what a clause with a bare share says of the metric named before it."""
    found: list[float] = []
    current = ""
    for clause in re.split(r"(?<=[a-z\d)])[.;]\s+|;|\n", said.text):
        names = metric_names(clause)
        if (
            not names
            and current == metric
            and (bare := re.search(r"(?<![\d.,±])0\.\d+(?![\d.]* ?(?:%|-|–|to\b))", clause))
        ):
            found.append(float(bare[0]))
        current = names[-1] if names else current
    return found


RESULT = re.compile(
    r"\b(?:reach(?:es|ed)|on (?:the )?test|current (?:test|model|result)|achiev\w+|attain\w*|obtain\w*|scored?|results?(?: so far)?|now at)\b(?:[^.;\d]|\d(?=\D)){0,24}?(?<![\d.,])(?P<value>0\.\d+)(?!\d| ?%)"
)


def result(d: Document) -> Iterator[Finding]:
    """What the model is reported to reach, against the best baseline beside it: a baseline that wins is the better model."""
    said, base = d.claims.row(PART, "success_threshold"), d.claims.row(PART, "baseline_performance")
    yield from _percent_baseline(said, base)
    match = RESULT.search(said.text)
    wanted = re.search(r"(?P<op>[≥≤<>]=?|at least|at most)\s*(?P<value>0\.\d+)", said.text)
    if not match or not wanted or match.start() < wanted.start():
        return
    levels = [float(n) for n in re.findall(r"(?<![\d.,±+-])0\.\d+(?![\d.]* ?(?:%|–|-\d))", base.text)]
    reached, lower = float(match["value"]), wanted["op"][0] in "≤<" or wanted["op"] == "at most"
    near = [level for level in levels if 0.3 < level / max(reached, 1e-9) < 3]
    if near and (min(near) <= reached if lower else max(near) >= reached):
        best = min(near) if lower else max(near)
        yield fail("C1.vs_baseline", "Baseline performance", base, f"the baseline reaches {best:g}, the model {reached:g}", "Use the baseline, or find out why the model loses to it.")  # fmt: skip


def _percent_baseline(said: Said, base: Said) -> Iterator[Finding]:
    """A threshold in percent, and a baseline of one percentage that already lies above it."""
    asked = re.match(r"[^;.]*?(?:[≥>]=?|[Aa]t least) ?(\d+(?:\.\d+)?) ?%", said.text)
    levels = [n.value for n in base.numbers if n.unit == "%"]
    named = metric_names(said.text) or metric_names(base.text)
    if asked and len(levels) == 1 and levels[0] >= float(asked[1]) and not (named and re.match(LOWER_IS_BETTER, named[0])):  # fmt: skip
        yield fail("C1.vs_baseline", "Baseline performance", base, f"the baseline reaches {levels[0]:g} %, success is {asked[1]} %", "Ask for more than the baseline gives.")  # fmt: skip


def baseline(d: Document) -> Iterator[Finding]:
    said = d.claims.row(PART, "baseline_performance")
    if (
        said.text
        and not said.numbers
        and not said.has(
            r"(?:will be|to be|is being|gets) (?:measured|replayed|computed)|measured (?:by|before|in)|measure (?:it|by)|replay"
        )
    ):
        yield fail("C1.baseline", "Baseline performance", said, "no value and no way to get one", "Give the baseline's value, or say by when and how it is measured.")  # fmt: skip


def label(d: Document) -> Iterator[Finding]:
    said = d.claims.row(PART, "target_variable")
    by_feel = said.has(r"\bknows? (?:it|one|them) when|would call|gut feeling|considers? (?:it |the case )?(?:to be )?(?:bad|good)|judges? (?:it|the case|a case) (?:to be|as) |turns? out to be|was a good idea|according to (?:experience|feeling)|\bis (?:un)?happy\b|\bseems?\b|\blooks?\b(?! (?:at|into|through))|(?:in|of) (?:bad|good|poor) condition|dissatisfied|discontent|(?:does not )?looks? (?:nice|good|bad)")  # fmt: skip
    bare = re.sub(
        r"`[^`]*`|\b\w*\d\w*_\w+|\w+_\d+\w*|= ?[01]\b|\b[01] (?:if|for|when|else|otherwise)|,? ?(?:else|otherwise|and)? ?0\b(?: for \w+ \w+)?|\b1\b",
        " ",
        said.text,
    )
    if said.text and (len(said.text.split()) < 6 or (by_feel and not re.search(r"\d", re.split(r"[.;]\s", bare)[0])) or not re.search(RECORDED, bare, re.IGNORECASE)):  # fmt: skip
        yield fail("C1.label", "Target variable", said, f"“{said.text[:50]}” is no operational definition", "Say who, what and by when: when it is 1, 0 and undefined.")  # fmt: skip


CHECK = TextCheck(
    (business_metric, direction, evaluation_metric, threshold, result, baseline, label),
    ((PART, "business_metric"), (PART, "evaluation_metric"), (PART, "success_threshold"), (PART, "target_variable")),
)  # fmt: skip

"""Check 7 over text, beside the power calculation: days, guardrails, peeking, rollback, the unit of assignment."""

import re
from collections.abc import Iterator
from datetime import date

from briefwright.skill.ml_workflow.verify.claims import Said
from briefwright.skill.ml_workflow.verify.metrics import METRIC
from briefwright.skill.ml_workflow.verify.power import NOT_POSSIBLE, power
from briefwright.skill.ml_workflow.verify.test_plan import PART, planned_days, read_plan, units_per_day
from briefwright.skill.ml_workflow.verify.verdicts import Document, TextCheck, fail
from briefwright.skill.numbers import numbers
from briefwright.skill.spec import Finding

LONG_TEST = r"infeasible|long\b|instead|alternative|leading indicator|hold-?out|futility|cuped|stepped|matched|larger list"


def duration(d: Document) -> Iterator[Finding]:
    said = d.claims.row(PART, "min_duration")
    if not said.text:
        return
    runs = planned_days(said)
    part = d.claims.part(PART)
    if runs is None:
        if not part.has(NOT_POSSIBLE):
            yield fail("C7.duration", "Min duration", said, "no duration", "Give days, in whole weeks.")
        return
    whole = said.has(r"week|season|cohort|semester|months?|quarter|cycle") and not said.has(r"\d ?days?\b")
    if 0 < runs < 7:
        yield fail("C7.whole_weeks", "Min duration", said, f"{runs:g} days see only part of a week", "Run at least one whole week.")  # fmt: skip
    elif runs % 7 and runs < 400 and not whole and not said.has(r"season|cohort|semester|months?|weeks each"):
        yield fail("C7.whole_weeks", "Min duration", said, f"{runs:g} days is not whole weeks", "Round up to whole weeks.")  # fmt: skip
    yield from _long_enough(d, said, runs)
    if runs > 90 and not part.has(LONG_TEST):
        yield fail("C7.infeasible", "Min duration", said, f"{runs:g} days and no alternative", "Change metric, effect or design, and say so.")  # fmt: skip


def _long_enough(d: Document, said: Said, runs: float) -> Iterator[Finding]:
    """Units over arms against the days: n per arm × arms ÷ units a day."""
    plan, daily = read_plan(d), units_per_day(d)
    if not (plan.n and daily) or (
        said.has(r"infeasible|weeks each|alternative|\ball\b[^.;]{0,24}\benter\b")
        or d.claims.part(PART).has(r"available at once")
        or d.claims.part(PART).has(r"stepped[- ]wedge")
    ):
        return
    per_day, per_arm = daily
    divided = said.find(r"(\d[\d., \u202f]*\d)\s*[÷/]\s*(\d[\d., \u202f]*\d)\s*(?:per day|a day)?\s*=")
    size, flow = (float(re.sub(r"\D", "", divided[n])) for n in (1, 2)) if divided else (0.0, 0.0)
    whole_flow = divided and re.search(rf"×[^;|]*= ?{re.escape(divided[2].strip())}(?![^;|]{{0,24}}per arm)", said.text) and not said.has(r"[/÷] ?2\b|× ?0\.5|50 ?%|per arm|each arm|per group|1/2")  # fmt: skip
    if (
        not whole_flow
        and 0.98 <= size / plan.n <= 1.8
        and any(abs(flow - per_day * days) <= 0.02 * flow for days in (1, 7))
    ):
        per_arm = True  # the document divides the size of one arm by it
    needed = plan.n / per_day if per_arm else plan.n * (plan.comparisons + 1) / per_day
    if needed > runs * 1.05:
        yield fail("C7.duration", "Min duration", said, f"{runs:g} days, but {plan.n:,.0f} per arm at {per_day:,.0f} a day take {needed:.1f}", "Run longer, or test a larger effect.")  # fmt: skip


def assignment(d: Document) -> Iterator[Finding]:
    """What spoils the comparison by its own words: arm counts nobody checks, a share that changes, clusters taken for single units, a ramp nothing stops."""
    part, split = d.claims.part(PART), d.claims.row(PART, "traffic_split")
    for rule, pattern, message, mend in SPOILED:
        match = part.find(pattern)
        if match and not re.search(r"\bnever\b|\bnot (?:accepted|normal)", match[0]):
            yield fail(rule, "Traffic split", split if split.text else part, f"“{match[0].strip()[:60]}”: {message}", mend)  # fmt: skip


SPOILED = (
    ("C7.unit", r"\b(?:one row|a row|every|each) (?:per )?[\w-]+(?:[ -][\w-]+){0,2} (?:counts?|is (?:counted|taken|treated)|are (?:counted|treated)) as (?:an? )?(?:independent|own|single|separate)|\brows? (?:are|is) (?:the unit of analysis|independent)|one row per (?:scan|event|click|impression|view|request|message|day|call|page)[^.;|]{0,30}(?:more data|larger|bigger|more rows)", "rows of one unit are counted as independent", "Analyse per unit of assignment."),
    ("C7.interference", r"\b(?:(?:both|all) (?:plans|arms|groups|variants|versions|sides) (?:see|meet|share|draw on|compete for|serve|use) the same|so that [^.;|\n]{2,50} (?:meet|see|share|draw on|compete for) the same [^.;|\n]{0,24}(?:and the same )?)\s*(?:[\w-]+ ){0,3}(?:pool|stock|supply|fleet|streets|inventory|drivers|couriers|freelancers|vans|crews|beds|budget)\b", "units of both arms share what is scarce, so one arm changes the other", "Assign clusters, markets or blocks of time."),
    ("C7.srm", r"(?:arm counts?|counts per arm|sample[- ]ratio|\bSRM\b|size of the arms|differences? (?:in|between) (?:the )?(?:arm|group)s?)\W?[^.;\n]{0,60}?(?:accepted|normal|not (?:checked|tested|looked)|ignored|no check|unimportant)", "a broken assignment would not be seen", "Test the arm counts before the read-out (chi-square, p < 0.001)."),
    ("C7.allocation", r"\b\d\d ?/ ?\d\d\b[^.;\n]{0,40}\b(?:first|initially|at first|then|until)\b[^.;\n]{0,60}\d\d ?/ ?\d\d\b[^.;\n]{0,60}\b(?:pooled|together|one rate|combined)", "pooled rates over a share that changed mislead (Simpson)", "Keep the share, or compare within each period."),
    ("C7.cluster", r"(?:cluster\w*|design effect|intra-?class)\b[^.;\n]{0,40}(?:no correction|not corrected|ignored|needs no|can be neglected without)", "clusters carry fewer independent units than they have rows", "Multiply by the design effect 1 + (m − 1) × ICC."),
    ("C7.ramp", r"(?:\bramp\w*|canary|roll-?out)\b[^.\n]{0,90}(?:in any case|regardless|whatever happens|always (?:goes|opens|continues|opened))|(?:\bramp\w*|canary)\b[^.\n|]{0,60}(?:,|;|→|->|\bthen\b|\bafter\w*) (?:then )?(?:always )?(?:opened?s? (?:to )?100 ?%|(?:the )?full (?:test|traffic|roll-?out)|everyone|all users)(?![^\n|]{0,80}(?:abort|stop|halt|roll|guardrail|if\b|unless))", "nothing stops the ramp", "Say which guardrail at which value stops it."),
)  # fmt: skip


def arms(d: Document) -> Iterator[Finding]:
    """Arms counted out in the split hold what the calculation asks for: `60 receive the advice, 60 continue`."""
    split, plan = d.claims.row(PART, "traffic_split"), read_plan(d)
    told = re.search(r"(?<![\d.,:])(\d[\d,]*) (?:[a-z]+ ){0,2}?(?:receive|get|use|see|work with|are treated)\b[^.;]{0,40}?(?<![\d.,])(\d[\d,]*) (?:[a-z]+ ){0,2}?(?:continue|keep|remain|stay|do not|serve as|are control)", split.text)  # fmt: skip
    if told and plan.n and (smallest := min(float(told[n].replace(",", "")) for n in (1, 2))) < plan.n * 0.95:
        yield fail("C7.n_low", "Traffic split", split, f"{smallest:,.0f} in an arm, {plan.n:,.0f} per arm are needed", "Assign as many as the calculation asks for.")  # fmt: skip


def guardrails(d: Document) -> Iterator[Finding]:
    said = d.claims.row(PART, "guardrail_metrics")
    if not said.text:
        return
    rails = [
        part
        for part in re.split(r"[;\n·•]|\.\s(?=[A-Z])|(?<!\d),(?!\d{3})| and (?=[a-z])", said.text)
        if len(part.split()) >= 1 and part.strip()
    ]
    numeric = [part for part in rails if re.search(r"\d", part)]
    if len(rails) < 2:
        yield fail(
            "C7.guardrails",
            "Guardrail metrics",
            said,
            "fewer than two guardrails",
            "Give at least two, with numbers.",
        )
    elif len(numeric) < 2:
        yield fail("C7.guard_num", "Guardrail metrics", said, "fewer than two guardrails have a number", "Give each its limit.")  # fmt: skip
    listed = said.text.split(";")
    for rail in listed if len(listed) > 1 else ():
        if len(rail.split()) > 1 and not re.search(r"\d|\b(?:no|not|none|never|zero|unchanged|must stay|at least|at most|non-inferior\w*|one|two|three|five|half)\b", rail, re.IGNORECASE):  # fmt: skip
            yield fail("C7.guard_num", "Guardrail metrics", said, f"“{rail.strip()[:50]}” has no bound", "Give each guardrail its limit.")  # fmt: skip
            break
    words = _telling(re.split(r"[:;(,]|\bbaseline\b", d.claims.row(PART, "primary_metric").text)[0])
    for rail in rails:
        own = _telling(re.split(r"[≤≥<>:(]|\bnot (?:below|above)\b|at (?:least|most)", rail)[0])
        if len(words) >= 2 and own and len(words & own) >= max(2, 0.6 * len(words)) and len(own - words) <= 1:
            yield fail("C7.guard_is_primary", "Guardrail metrics", said, f"“{rail.strip()[:50]}” is the primary metric itself", "A guardrail protects something else.")  # fmt: skip


def _telling(text: str) -> set[str]:
    return {word[:6] for word in re.findall(r"[^\W\d_]{4,}", text.lower())} - {"share", "rate", "number", "within", "days", "weeks", "mean"}  # fmt: skip


def _counts_labels(d: Document, primary: Said) -> bool:
    """Whether the primary metric is the business metric, and that is made of labels."""
    head = _telling(re.split(r"[:;.,]|\bbaseline\b", primary.text, flags=re.IGNORECASE)[0])
    target, business = (_telling(d.claims.row("problem_definition", row).text) for row in ("target_variable", "business_metric"))  # fmt: skip
    return bool(head & business) and bool((head | business) & target)


def outcome_delay(d: Document) -> Iterator[Finding]:
    """The read-out waits until the outcomes of the last units are known."""
    said, primary = d.claims.row(PART, "min_duration"), d.claims.row(PART, "primary_metric")
    runs = planned_days(said)
    waits = [n.days for n in numbers(re.split(r"baseline|\balpha\b", primary.text)[0]) if n.unit in ("day", "week", "month") and re.search(r"(?:at|within|after|in|für|to) $", primary.text[max(0, n.start - 8) : n.start])]  # fmt: skip
    needs = said.find(r"\boutcomes? (?:needs?|takes?|is known after|matures? (?:in|after)) (\d+) days")
    own = said.find(r"\b(?:final|complete|closes?|closed|booked|mature\w*|known|in|settled|posted|posts|due)\b (?:only )?(?:about )?(\d+) days? (?:later|after)|\b(\d+) days? (?:later|after)[^.;]{0,30}\b(?:final|complete|close|booked|mature|known|settled)")  # fmt: skip
    read_on = said.find(
        r"(?:\bread(?:-?out|ing)?|\banalys[ie]s|\bevaluat\w+|\bresults?)\b[^.;]{0,24}\bday (\d+)|\bday (\d+)\b[^.;]{0,20}\bread"
    )
    if runs and own and read_on and float(read_on[1] or read_on[2]) < runs + float(own[1] or own[2]) - 0.5:
        yield fail("C7.delay", "Min duration", said, f"read on day {read_on[1] or read_on[2]}, {runs:g} days and {own[1] or own[2]} days until outcomes are final come first", "Read after the last outcome.")  # fmt: skip
        return
    wait = max([*waits, float(needs[1]) if needs else 0.0])
    label = d.stated.label_min or 0.0
    one_cohort = said.has(
        r"\b(?:all|every)\b[^.;]{0,30}\b(?:enter|start)\w*\b|\boutcomes? (?:needs?|takes?)\b"
    )
    if runs and read_on and label >= 5 and not one_cohort and float(read_on[1] or read_on[2]) < runs + label / 2 and _counts_labels(d, primary):  # fmt: skip
        yield fail("C7.delay", "Min duration", said, f"read on day {read_on[1] or read_on[2]}, {runs:g} days and {label:g} days until a label is final come first", "Read after the last outcome.")  # fmt: skip
        return
    at_once = said.find(
        r"(?:the (?:day|morning|evening) after|immediately (?:after|when)|as soon as|on) the (?:last|final|trial|test)\b[^.;]{0,30}"
    )
    if (
        runs
        and not wait
        and at_once
        and (d.stated.label_min or 0.0) >= 2
        and not said.has(r"final|settle|matur|correct|complete")
    ):
        yield fail("C7.delay", "Min duration", said, f"“{at_once[0]}”: outcomes take {d.stated.label_min:g} days", f"Read {d.stated.label_min:g} days after the last assignment.")  # fmt: skip
    if not runs or wait < 5 or not said.has(r"read|evaluat|analys|day \d+"):
        return
    if said.has(
        r"\b(?:all|every)\b[^.;]{0,30}\b(?:enter|start)\w*\b[^.;]{0,16}(?:day [01]\b|first day|at once|same day)"
    ):
        runs = 0.0  # one cohort: the days it runs are the days of the outcome
    figures = [n.days for n in said.numbers if n.unit in ("day", "week", "month")]
    last_day = [float(m[1]) for m in re.finditer(r"\bday (\d+)", said.text)]
    dates = [date.fromisoformat(m[0]) for m in re.finditer(r"20\d\d-(?:0\d|1[0-2])-(?:[0-2]\d|3[01])", said.text) if _is_date(m[0])]  # fmt: skip
    reach = max([*last_day, float((max(dates) - min(dates)).days) if len(dates) > 1 else 0.0, 0.0])
    added = max([days for days in figures if days != runs], default=0.0)
    if (reach and reach < runs + wait * 0.9) or (runs and not reach and added < wait * 0.9):
        yield fail("C7.delay", "Min duration", said, f"read before outcomes of {wait:g} days are known", f"Read {wait:g} days after the last assignment.")  # fmt: skip


def _is_date(written: str) -> bool:
    try:
        date.fromisoformat(written)
    except ValueError:
        return False
    return True


def primary(d: Document) -> Iterator[Finding]:
    said = d.claims.row(PART, "primary_metric")
    head = re.split(r"[:;(·]", said.text)[0]
    if (
        re.fullmatch(rf"\W*(?:offline )?{METRIC}[\w ]*\W*", head, re.IGNORECASE)
        and not said.has(r"drives|business|link|revenue|linked|leads to")
        and not re.match(r"\W*hit rate of \w+", head, re.IGNORECASE)
    ):  # of examinations, of visits: a number of the business
        yield fail(
            "C7.primary_ml",
            "Primary metric",
            said,
            f"“{head.strip()}” is an ML metric",
            "Test what the business counts, or state the link.",
        )


LOOKS = r"daily|every (?:day|morning|evening|week|hour|shift|night|monday)|(?:each|every|on) (?:day|morning|evening|week|shift|(?:mon|tues|wednes|thurs|fri|satur|sun)days?)\b|hourly|per shift|continuously|constantly|refresh\w*|dashboard|regularly|any time"
STOPS = r"stop|end|close|conclude|declare|ship|roll(?:ed)? out|abort|finish|wins?\b|winner|switch|early"
SIGNIFICANT = r"significan|\bp (?:is |drops? |falls? |goes )?(?:under|below)|p ?[<≤] ?0|p-?values?|0[.,]05\b|0[.,]025\b|clearly (?:ahead|better)|ahead"
PLANNED = r"sequential|o'?brien|pocock|alpha[- ]spending|always[- ]valid|msprt|can only stop|group-sequential"


_WHO = r"\b(?:daily|weekly|monthly) (?:active )?(?:users?|customers?|listeners?|readers?|visitors?|members?|shoppers?|orders?)\b"
"""`share of daily users` looks at nothing daily."""


def peeking(d: Document) -> Iterator[Finding]:
    """Stopping on significance, or looking at it again and again, without a method that allows it."""
    part = d.claims.part(PART)
    if told := part.find(r"\b(?:read|looked at|checked) (?:after|at|in) (?:weeks?|days?) \d+(?:, \d+)*,? and \d+\b[^.;|\n]{0,60}\b(?:as soon as|once|when) (?:the )?p\b[^.;|\n]{0,20}|\b(?:looked at|checked|read) (?:each|every) \w+[.,;] ?(?:and )?(?:closed|stopped|ended) (?:early )?(?:if|when|once|as soon as)[^.|\n]{0,60}\bp\b"):  # fmt: skip
        yield fail("C7.peeking", "A/B Testing", part, f"“{told[0][:70]}” spends alpha at every look", "Read once, or use a sequential method.")  # fmt: skip
        return
    for clause in re.split(r"(?<=[.;|])\s+|\n", part.text):
        if not re.search(SIGNIFICANT, clause, re.IGNORECASE) or re.search(PLANNED, clause, re.IGNORECASE):
            continue
        until = re.search(r"until[^.;|]{0,40}(?:significan|ahead|clear)|(?:as soon as|once|when(?:ever)?|the first|below|under|drops)[^.;|]{0,60}", clause, re.IGNORECASE)  # fmt: skip
        stops = re.search(rf"\b(?:{STOPS})", clause, re.IGNORECASE)
        looks = re.search(LOOKS, re.sub(_WHO, "", clause, flags=re.IGNORECASE), re.IGNORECASE)
        srm = re.search(r"\bsrm\b|sample[- ]ratio|chi-?square|balance of", clause, re.IGNORECASE)
        negated = re.search(r"\bnot\b|never|\bno\b|nobody|only for", clause, re.IGNORECASE)
        if not srm and not negated and ((until and stops) or (looks and (stops or re.search(r"p-?value|significan|ahead", clause, re.IGNORECASE)))) and not d.claims.row(PART, "min_duration").has(PLANNED):  # fmt: skip
            yield fail("C7.peeking", "A/B Testing", part, f"“{clause.strip()[:70]}” spends alpha at every look", "Read once, or use a sequential method.")  # fmt: skip
            return


def rollback(d: Document) -> Iterator[Finding]:
    said = d.claims.row(PART, "rollback_criteria")
    if said.text and not said.numbers and not said.has(r"\d"):
        yield fail("C7.rollback", "Rollback criteria", said, "no number", "Give metric, limit and window.")
    elif (
        said.text
        and not any(n.unit in ("min", "h", "day", "week") for n in said.numbers)
        and not said.has(
            r"\d+ ?(?:min|h|hours?|d|days?|nights?|mornings?|weeks?|minutes|runs?)\b|(?:\d+|two|three|four|five|seven|ten) (?:\w+ )?(?:days|nights|mornings|weeks|hours|minutes)\b|per (?:day|week|hour)|one week|in a week|a week|rolling|(?:in|over|per|within) (?:one|a|any|\d+) (?:\w+ )?(?:day|week|shift|hour|run|night|season)\b|\d (?:\w+ )?(?:days|runs|weeks)\b|shift|daily|weekly|hourly|consecutive"
        )
    ):
        yield fail(
            "C7.rollback", "Rollback criteria", said, "no window over which it is read", "Give the window."
        )


SHARED = r"(?:serve|see|work for|visit) both (?:arms|groups)|(?:one|a|the same) shared \w+|contaminat|spill|interfer|\bshares? (?:the (?:same )?|one |a )?(?:couriers?|drivers?|stock|ovens?|shelf|shelves|inventory|budget|capacity|staff|pool|vehicles?)"
SINGLE = r"\b(?:by|per) single \w+|\bby (?:customer|user|order|article|product|item|subscriber|visitor|session|ticket|request)s?\b|customer[- ](?:number|level|id)|user[- ]id|\bsticky\b|per (?:customer|user|order|article)|(?:half|50 ?%) of (?:the |all |them )?\w*(?:customers|users|articles|orders|items)|\d+ (?:articles|products|items), half"
CLUSTERED = r"switch-?back|alternat|cluster|whole (?:shop|store|region|zone|depot|site|city|line)|by (?:shop|store|zone|region|depot|site|city|line|market|team)s?\b|matched|would contaminate"


def interference(d: Document) -> Iterator[Finding]:
    said = d.claims.row(PART, "traffic_split")
    part = d.claims.part(PART)
    if part.has(
        r"interfer|spill|cannot be randomi[sz]ed one by one|move between|compete for the same|shared? couriers"
    ) and part.has(r"unit is (?:nevertheless |still )?(?:the |a )?(?:single|individual)"):
        yield fail("C7.interference", "Traffic split", said, "units interfere, and single units are assigned", "Assign clusters, or switch back and forth in time.")  # fmt: skip
    elif said.has(SHARED) and said.has(SINGLE) and not said.has(CLUSTERED):
        yield fail("C7.interference", "Traffic split", said, "the row says what its units share, and assigns them one by one", "Assign clusters, or switch back and forth in time.")  # fmt: skip
    if d.facts and d.facts.experiment_unit and said.text:
        unit = d.facts.experiment_unit.value
        if not said.has(unit[:5]) and not d.claims.part(PART).has(unit[:5]):
            yield fail(
                "C7.interference",
                "Traffic split",
                said,
                f"the brief asks for a split by {unit}",
                f"Assign by {unit}.",
            )


CHECK = TextCheck(
    (power, duration, arms, assignment, guardrails, outcome_delay, primary, peeking, rollback, interference),
    (
        (PART, "traffic_split"),
        (PART, "primary_metric"),
        (PART, "guardrail_metrics"),
        (PART, "min_duration"),
        (PART, "rollback_criteria"),
    ),
)

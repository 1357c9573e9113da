"""What must agree between the parts of a document: promises, triggers, gates, traffic, criteria. Tools are `tools.py`."""

import re
from collections.abc import Iterator

from briefwright.skill.ml_workflow.verify import order, reckoned, said_again, stack, twice, volumes
from briefwright.skill.ml_workflow.verify.claims import FeatureClaim, Said
from briefwright.skill.ml_workflow.verify.equations import computed, intervals
from briefwright.skill.ml_workflow.verify.latency import latency_ms, longest_ms
from briefwright.skill.ml_workflow.verify.levels import far_beyond, gates_agree, triggers_agree
from briefwright.skill.ml_workflow.verify.metrics import (
    METRIC,
    Value,
    metric_names,
    metric_values,
    primary_metric,
)
from briefwright.skill.ml_workflow.verify.monitoring import joined, measured
from briefwright.skill.ml_workflow.verify.registry import promotions
from briefwright.skill.ml_workflow.verify.stated import lag_days
from briefwright.skill.ml_workflow.verify.sums import against, arithmetic, cost, listed_money
from briefwright.skill.ml_workflow.verify.test_plan import assigned_noun, units_per_day
from briefwright.skill.ml_workflow.verify.tools import rationale, tools
from briefwright.skill.ml_workflow.verify.unfinished import operations
from briefwright.skill.ml_workflow.verify.unused import unused
from briefwright.skill.ml_workflow.verify.verdicts import Document, fail, warn
from briefwright.skill.numbers import numbers
from briefwright.skill.spec import Finding

WATCH = "monitoring_and_drift"
MONITORS = ("data_drift", "model_drift", "concept_drift", "operational")
COMMON = frozenset(["above", "below", "control", "treatment", "treated", "within", "minutes", "hours", "automatic", "automatically", "rollback", "share", "against", "after", "before", "relative", "window", "consecutive", "greater", "least", "either", "under", "whole", "metric", "value", "again", "every", "weeks", "during", "primary", "version", "previous", "first", "mailing", "everybody", "edition", "rules", "average", "model", "trigger", "triggered", "retraining", "scheduled", "monday", "whenever", "falls", "drops", "rises", "exceeds", "month", "matured", "labels", "completed", "final", "quarter", "period", "million", "thousand", "reach", "reached", "default", "latest", "challenger", "champion", "human", "approved", "automatically", "signs", "signed", "release", "released", "percent", "points", "leaves", "leave", "passes", "shifts", "outside", "inside", "weekly", "daily", "running", "exceed", "reaches", "stays", "requests", "request", "traffic", "users", "nights"])  # fmt: skip


def latency(d: Document) -> Iterator[Finding]:
    p99 = latency_ms(d.claims.row("model_serving", "latency_sla"), "p99")
    rails = d.claims.row("a_b_testing", "guardrail_metrics")
    guard = latency_ms(rails, "p99")
    promised = longest_ms(d.claims.row("model_serving", "latency_sla"))
    if p99 and guard and guard > max(p99, promised) * 1.001:
        yield fail("X.guardrail_sla", "Guardrail metrics", rails, f"guards p99 at {guard:g} ms, the promise is {p99:g} ms", "Guard the promised latency.")  # fmt: skip


def guardrails_agree(d: Document) -> Iterator[Finding]:
    """A guardrail bounds what success bounds, and no looser."""
    rails = d.claims.row("a_b_testing", "guardrail_metrics")
    for finding in gates_agree(d.claims.row("problem_definition", "success_threshold"), rails, rails.text):
        yield fail("X.guardrail_vs_success", "Guardrail metrics", rails, finding.message.replace("gate", "guardrail", 1), "Guard what success asks for.")  # fmt: skip


def alarm(d: Document) -> Iterator[Finding]:
    """The alarm on latency goes off near the promise, not at ten times it."""
    sla = d.claims.row("model_serving", "latency_sla")
    promised = latency_ms(sla, "p99") or longest_ms(sla)
    rows = d.claims.each(WATCH, "operational")
    said = next((told for row in rows if latency_ms(told := Said(joined(row), row.line), "p99")), Said("", 0))
    fires = latency_ms(said, "p99")
    if fires and promised and (fires > promised * 3 or fires > max(promised, longest_ms(sla)) * 1.25):
        yield fail("X.alarm_sla", "Operational", said, f"fires at p99 {fires:g} ms, the promise is {promised:g} ms", "Alarm at the promise.")  # fmt: skip


def alarm_on_time(d: Document) -> Iterator[Finding]:
    """An alarm that nothing came goes off when it is due, not hours later."""
    sla = d.claims.row("model_serving", "latency_sla")
    due = sla.find(r"\b(?:by|before|until|at|no later than)\s+(?:\w+ )?(\d{1,2}):(\d\d)\b")
    for said in d.claims.each(WATCH, "operational"):
        missing = said.find(
            r"\b(?:no|not|absent|missing|without)\b[^.;·]{0,30}?\b(?:at|by|until)\s+(\d{1,2}):(\d\d)\b"
        )
        if due and missing:
            late = (int(missing[1]) * 60 + int(missing[2]) - int(due[1]) * 60 - int(due[2])) % 1440
            if 60 < late < 720:
                yield fail("X.alarm_sla", "Operational", said, f"“{missing[0]}”: it was due at {due[1]}:{due[2]}", "Alarm at the promise.")  # fmt: skip


BACK = r"\broll(?:s|ed|ing)?[ -]?back\b|\bback to (?:the )?(?:rule|control|former|previous|old|list)"


def rollback_agrees(d: Document) -> Iterator[Finding]:
    """A monitor whose action is the rollback, and the rollback's own criterion, hold one p99."""
    said = d.claims.row("a_b_testing", "rollback_criteria")
    p99 = latency_ms(said, "p99")
    for row in (row for name in MONITORS for row in d.claims.each(WATCH, name)):
        if not re.search(BACK, row.cell("action") or "", re.IGNORECASE):
            continue
        fires = latency_ms(Said(joined(row), row.line), "p99")
        if fires and p99 and p99 > fires * 1.001:
            yield fail("X.rollback_guardrail", "Rollback criteria", said, f"rolls back at p99 {p99:g} ms, the monitor that rolls back fires at {fires:g} ms", "Use one number in both places.")  # fmt: skip


def rollback_near_guardrail(d: Document) -> Iterator[Finding]:
    """What rolls the test back lies near what the guardrail holds: at three times the limit much harm is done."""
    rails, said = (
        d.claims.row("a_b_testing", "guardrail_metrics"),
        d.claims.row("a_b_testing", "rollback_criteria"),
    )
    guard, back = latency_ms(rails, "p99") or latency_ms(d.claims.row("model_serving", "latency_sla"), "p99"), latency_ms(said, "p99")  # fmt: skip
    if guard and back and back > guard * 3:
        yield fail("X.rollback_guardrail", "Rollback criteria", said, f"rolls back at p99 {back:g} ms, the guardrail holds {guard:g} ms", "Roll back near the guardrail.")  # fmt: skip
    for held, left in far_beyond(rails.text, said.text):
        yield fail("X.rollback_guardrail", "Rollback criteria", said, f"“{left.text[-50:]}”, the guardrail holds “{held.text[-50:]}”", "Roll back near the guardrail.")  # fmt: skip


def metric_is_watched(d: Document) -> Iterator[Finding]:
    name = primary_metric(d.claims.row("problem_definition", "evaluation_metric"))
    watch = d.claims.part(WATCH)
    rows = " ".join(measured(said) for row in MONITORS for said in d.claims.each(WATCH, row))
    watched = metric_names(rows)
    if rows.strip() and len(name) > 2 and name not in watched and name not in rows.lower():
        yield fail("X.metric_not_monitored", "Monitoring and Drift", watch, f"nothing watches {name}, the primary evaluation metric", "Add it, on matured labels.")  # fmt: skip


SLICES = r"\b(?:no|any|every|each|per) (?:\w+ )?(?:kind|class|category|group|slice|region|type|origin|segment|label|site|store|bearing|turbine)s?\b[^.;·,]*"
"""What is asked of every part of the data, and is less than what is asked of the whole."""


def gate(d: Document) -> Iterator[Finding]:
    """The gate to production asks for no less than success means."""
    success = metric_values(d.claims.row("problem_definition", "success_threshold"))[:1]
    registry = d.claims.row("training_pipeline", "registry")
    told = [(name, re.sub(SLICES, " ", words, flags=re.IGNORECASE)) for name, words in promotions(d) if not re.search(r" [−–] ?[`\w-]+ ?[≥>]", words)]  # fmt: skip
    gates = [value for name, words in told if name == "production" for value in metric_values(Said(words, 0))]  # fmt: skip
    if not gates:
        named = [line for line in d.claims.part("training_pipeline").text.splitlines() if re.match(r"\W*[A-Z]{1,2}\d+\b", line) and not re.search(r"\b(?:dev|staging)\b(?![^\n]*production)", line)]  # fmt: skip
        gates = metric_values(Said("\n".join([registry.text, *named]), registry.line))
    earlier = [value for _, words in told for value in metric_values(Said(words, 0))]
    production = " ; ".join(words for name, words in promotions(d) if name == "production") or registry.text
    yield from gates_agree(d.claims.row("problem_definition", "success_threshold"), registry, production)
    yield from _challenger(d, success)
    for wanted in success:
        on_test = [value for _, words in told for clause in re.split(r"[;,·]", words) if re.search(r"\btest\b", clause) for value in metric_values(Said(clause, 0)) if value.metric == wanted.metric][:1]  # fmt: skip
        same = on_test + [value for value in gates if value.metric == wanted.metric] or [value for value in earlier if value.metric == wanted.metric]  # fmt: skip
        if looser := [value for value in same if value.looser_than(wanted)]:
            yield fail("X.gate_vs_success", "Registry", registry, f"gate {looser[0].value:g}, success means {wanted.value:g}", "A gate on the way to production is at least the success threshold.")  # fmt: skip


def _challenger(d: Document, success: list[Value]) -> Iterator[Finding]:
    """What a challenger has to reach before it replaces the champion is no less than success."""
    policy = d.claims.row(WATCH, "retraining_policy")
    gates = [clause for clause in re.split(r"(?<=[.;])\s+", policy.text) if re.search(r"challenger|candidate|new (?:model|version)", clause, re.IGNORECASE)]  # fmt: skip
    told = re.findall(rf"{METRIC}[^.;,≤≥<>]{{0,24}}[≤≥<>]=? ?\d[\d.]* ?%?", " ; ".join(gates), re.IGNORECASE)
    asked = [value for words in told for value in metric_values(Said(words, policy.line))]
    for wanted in success:
        same = [value for value in asked if value.metric == wanted.metric]
        if same and all(value.looser_than(wanted) for value in same) and not re.search(r"\bbelow\b[^.;]{0,30}\b(?:re|trigger)", " ".join(gates)):  # fmt: skip
            yield fail("X.gate_vs_success", "Retraining policy", policy, f"a challenger passes at {same[0].value:g}, success means {wanted.value:g}", "Ask of a challenger what success asks.")  # fmt: skip


def trigger(d: Document) -> Iterator[Finding]:
    """A retraining trigger is a monitored metric, at the monitor's number."""
    policy = d.claims.row(WATCH, "retraining_policy")
    rows = Said(" ; ".join(joined(said) for row in MONITORS for said in d.claims.each(WATCH, row)), 0)
    watched = metric_values(rows)
    signals = " ; ".join(measured(said) for row in MONITORS for said in d.claims.each(WATCH, row))
    bare = _without_gate(policy)
    yield from triggers_agree(bare, rows.text)
    for value in metric_values(bare):
        same = [each for each in watched if each.metric == value.metric]
        if same and all(abs(each.value - value.value) > 1e-9 for each in same):
            yield fail("X.trigger_threshold", "Retraining policy", policy, f"{value.metric} triggers at {value.value:g}, the monitor fires at {same[0].value:g}", "Use one number in both places.")  # fmt: skip
    for sentence in re.split(r"[.;]\s", bare.text):
        start = re.search(r"trigger\w*|as soon as|\bwhen\b|\bif\b", sentence, re.IGNORECASE)
        told = (
            re.split(r":\s", sentence[start.end() :])[-1] if start else ""
        )  # `all taken from the table above: …`
        for clause in re.split(r",|\bor\b|\band\b", told):
            condition = re.search(r"[<>≤≥] ?\S{0,4}\d|\b(?:pass(?:es)?|falls?|rises?|drops?|exceeds?|shifts?|leaves?|above|below|more than)\b[^.;]{0,24}\d|\d ?%", clause)  # fmt: skip
            if condition and rows.text.strip(" ;") and _unmeasured(clause, signals):
                yield fail("X.trigger_unmonitored", "Retraining policy", policy, f"no monitor watches “{clause.strip()[:60]}”", "Add the monitor, or trigger on one there is.")  # fmt: skip


def psi_trigger(d: Document) -> Iterator[Finding]:
    """The PSI that starts retraining is the PSI some monitor fires at."""
    policy = d.claims.row(WATCH, "retraining_policy")
    told = policy.find(r"\bPSI\b[^.;,\d<>]{0,30}(?:>|≥|>=|above|over|exceeds)\s*(0?\.\d+)")
    rows = [said for name in MONITORS for said in d.claims.each(WATCH, name) if said.has(r"\bPSI\b")]
    levels = {float(level) for said in rows for level in re.findall(r"(?<![\d.])0?\.\d+", said.text)}
    if told and levels and float(told[1]) not in levels:
        yield fail("X.trigger_threshold", "Retraining policy", policy, f"PSI triggers at {told[1]}, the monitors fire at {', '.join(f'{level:g}' for level in sorted(levels))}", "Use one number in both places.")  # fmt: skip


def _unmeasured(clause: str, measured: str) -> bool:
    """Whether a condition with a number shares no telling word with what is measured."""
    words = [word for word in re.findall(r"[^\W\d_][^\W\d_-]{3,}", clause.lower()) if word not in COMMON]
    names = [word for word in words if len(word) > 4 or word.isupper()]
    if names and any(re.search(rf"\b{word}\b", measured.lower()) for word in re.findall(r"\b[a-z]{3,4}\b(?= ?[<>≤≥])", clause.lower()) if word not in COMMON):  # fmt: skip
        return False  # `calibration gap > 2 pp`, and a monitor of a gap
    return bool(names) and re.search(r"\d", clause) is not None and not any(word[:6] in measured.lower() for word in names) and not (set(metric_names(clause)) & set(metric_names(measured)))  # fmt: skip


def _without_gate(policy: Said) -> Said:
    """The policy without the clauses that say what a challenger must reach: those numbers trigger nothing."""
    clauses = re.split(r"(?<=[.;:])\s+", policy.text)
    gate = r"\bgates?\b|champion|challenger|\bbeats?\b|must (?:reach|pass|be)|has to (?:reach|beat)|not worse|promot|accepted|released|goes live|replaces|\blatest\b|only if|new version|needs (?:prec|recall|wape|mae|f1|ndcg)"
    kept = [
        clause
        for n, clause in enumerate(clauses)
        if not re.search(gate, clause, re.IGNORECASE)
        and not (n and re.search(r"\bgates?\W*:$", clauses[n - 1], re.IGNORECASE))
    ]
    return Said(" ".join(kept), policy.line)


def rollback_is_measured(d: Document) -> Iterator[Finding]:
    """Every condition of the rollback is a metric some monitor, guardrail or the test itself measures."""
    said = d.claims.row("a_b_testing", "rollback_criteria")
    rows = " ".join(said.text for row in MONITORS for said in d.claims.each(WATCH, row))
    others = " ".join(line for line in d.claims.part(WATCH).text.splitlines() if line.count(" · ") >= 2)
    measured_elsewhere = (
        d.claims.row("a_b_testing", row).text for row in ("primary_metric", "guardrail_metrics")
    )
    said_first = (
        d.claims.row("problem_definition", row).text for row in ("target_variable", "business_metric")
    )
    rest = " ".join([rows, others, *measured_elsewhere, *said_first])
    if not rows.strip():
        return
    for clause in re.split(r";|, or |, (?=[a-z][^,]{3,60}[<>≥≤] ?\d)|\bor\b", said.text):
        when = re.sub(r"\([^)]*\)", "", re.split(r"\b(?:if|when|once|whenever)\b|:\s(?=[^:]*\d)", clause)[-1])
        head = re.split(r"[<>≤≥]|\b(?:in|of|per|on|over|for|is|are|falls?|drops?|rises?|exceeds?|stays?|goes|below|above|among)\b", when.strip())[0]  # fmt: skip
        words = [w for w in re.findall(r"[^\W\d_][^\W\d_]*(?:-[^\W\d_]+)*", (head if len(head) > 4 else when).lower()) if len(w) > 4 and w not in COMMON]  # fmt: skip
        if re.search(r"\bp\d\d\b", clause) and re.search(r"\bp\d\d\b", rest):
            continue
        if "primary metric" in clause.lower() or re.search(
            r"\bSRM\b|sample[- ]ratio|χ|chi-?squared?|\bp ?[<≤] ?0", clause
        ):
            continue
        condition = next((piece for piece in re.split(r":|→|->", clause)[:2] if re.search(r"\d", piece)), "")
        plain = rest.lower().replace("-", " ")
        told = [any(part[:6] in plain for part in word.split("-") if len(part) > 2) for word in words]
        if re.search(r"\d", condition) and words and not told[0] and sum(told) < 0.67 * len(told):
            yield fail("X.rollback_metric", "Rollback criteria", Said(clause, said.line), f"no monitor measures “{clause.strip()[:60]}”", "Roll back on a monitored metric.")  # fmt: skip


def traffic(d: Document) -> Iterator[Finding]:
    """No more units enter the test than the document says there are."""
    daily = units_per_day(d)
    split = d.claims.row("a_b_testing", "traffic_split")
    if daily is None or not any(n.per in ("day", "week") for n in split.numbers):
        return
    unit = re.search(r"\d[\d,. \u202f]*(?:k |million )?(?:eligible |new |mailed )?([a-z]{4,})", split.text)
    unit = unit or re.search(r"\d ?% of (?:the |all |our )?(?:new |eligible )?([a-z]{4,})", split.text)
    assigned = assigned_noun(split.text)
    noun = assigned[-6:] if assigned else unit[1][:6] if unit else ""
    elsewhere = d.claims.text.replace(split.text, "")
    volumes = [
        n.value / (7 if n.per == "week" else 1)
        for line in elsewhere.splitlines()
        for n in (numbers(line) if re.search(r"\bper (?:day|week)|a day|each day|every day|/day|daily", line, re.IGNORECASE) else ())
        if n.per in ("day", "week") and not n.unit and n.value >= 20 and (noun and noun in line[n.start : n.end + 10].lower())
    ]  # fmt: skip
    if any(n.value > daily[0] * (2 if daily[1] else 1) for n in split.numbers if not n.unit):
        return  # the row itself says of how many: `1,075 a day of 4,300`
    duration = d.claims.row("a_b_testing", "min_duration")
    if divided := duration.find(
        r"\d ?/ ?(\d[\d, ]*(?:\.\d+)?)(?: per arm)?(?: (?:and|per|a) day)?\s*(?:=|≈|→)"
    ):
        by, parts = float(re.sub(r"[^\d.]", "", divided[1])), (1.0, 2.0) if daily[1] else (1.0, 0.5)
        if not any(abs(by - daily[0] * part) <= 0.06 * by for part in parts):
            yield fail("X.traffic", "Traffic split", split, f"{daily[0]:,.0f} a day enter here, the duration divides by {by:,.0f}", "Use one number in both places.")  # fmt: skip
            return
    share = re.search(r"(\d+(?:\.\d+)?) ?% (?:of|exposed)\b(?! (?:the |our |its |their )?(?:\w+ )?(?:desk|capacity|team|slots?|calls?|budget|seats?|staff))", split.text, re.IGNORECASE)  # fmt: skip
    arms = 2 if daily[1] else 1
    if not volumes:  # named otherwise there: the one volume the opening lines and the problem give
        opening = f"{d.claims.text.split('## ')[0]} {d.claims.part('problem_definition').text}"
        flows = {n.value for n in numbers(opening) if n.per == "day" and not n.unit and n.value >= 100}
        volumes = list(flows) if len(flows) == 1 else []
    most = max(volumes, default=0.0) * (float(share[1]) / 100 if share else 1.0)
    stated = daily[0] * arms
    if share and not daily[1]:  # `20 % of the documents take part (9,000 a day)` states the product itself
        stated = next((n.value for n in split.numbers if n.per == "day" and not n.unit), stated)
    if most and stated > most * 1.05:
        yield fail("X.traffic", "Traffic split", split, f"{stated:,.0f} a day enter, there are {most:,.0f}", "Use the traffic there is.")  # fmt: skip


def online_features(d: Document) -> Iterator[Finding]:
    """Features marked as online, or windows that end seconds before t0, and a store that denies real-time needs."""
    store = d.claims.row("feature_engineering", "feature_store")
    denied = store.find(r"(?:real-?time|look-?up|online)[^.:;]{0,30}: ?\**\s*(?:no|none)\b") or store.find(
        r"(?:nothing|no feature|none)\b[^.;()]{0,40}\b(?:real[- ]time|fresh|live|at request time)\b"
    )
    live = d.claims.row("model_serving", "serving_mode").has(r"^\W*(?:real-?time|online|streaming)")
    if denied and live and (online := next((f for f in d.claims.features if _is_online(f)), None)):
        yield fail("X.fs_online", "Feature store", store, f"`{online.name}` is needed online, the criterion is denied", "Answer the real-time criterion from the features.")  # fmt: skip


def _is_online(f: FeatureClaim) -> bool:
    """Whether a feature has to be computed while a request waits: it says so, or counts events until seconds before t0."""
    if f.is_excluded:
        return False
    marked = re.search(r"\bonline\b(?! (?:orders?|sales?|shop|purchas\w+|store|channel))|^\W*real-?time", f.dtype, re.IGNORECASE) or re.match(r"\W*(?:yes|y\b|✓|online)", f.online, re.IGNORECASE)  # fmt: skip
    lag = lag_days(f.transform)
    return marked is not None or re.match(r"\W*(?:low|med(?:ium)?|high)\W+real-?time\b", f.risk, re.IGNORECASE) is not None or (lag is not None and 0 < lag <= 5 / 1440)  # fmt: skip


def primary_is_business(d: Document) -> Iterator[Finding]:
    """The test's primary metric is the business metric, or says how it leads there."""
    said, business = (
        d.claims.row("a_b_testing", "primary_metric"),
        d.claims.row("problem_definition", "business_metric"),
    )
    if not (said.text and business.text) or said.has(
        r"drives|leads to|feeds|enters|adds up to|translates|moves (?:with|the)|link|business metric|finance|revenue|cost|margin|proxy|instead|because|proportional|multipl\w+|same (?:count|number|figure)|reports?|correlat\w*|passes through|step (?:to|that|towards)|depend\w*|connected"
    ):
        return
    head = re.split(r"[:;(·.,]", said.text)[0].lower()
    bare = re.sub(
        r"^\W*(?:the )?(?:share|rate|number|mean|average|proportion|percentage|total|count|part) of (?:the |all )?",
        "",
        head,
    )
    name = re.split(
        r"\b(?:per|from|over|in|for|with|within|by|at|of (?:each|every|an?|all|new|any))\b", bare
    )[0]
    mine = {word[:5] for word in re.findall(r"[a-z]{4,}", name)} - NO_METRIC
    shared = sum(word in business.text.lower() for word in mine)
    theirs = {word[:5] for word in re.findall(r"[a-z]{4,}", re.split(r"[:;(·.,]|\bper\b", business.text)[0].lower())} - NO_METRIC  # fmt: skip
    if len([word for word in theirs if word in said.text.lower()]) >= 2:
        return  # the row goes on to say what its metric means for the business metric
    if mine and shared < len(mine) / 2:
        yield fail("X.primary_vs_business", "Primary metric", said, f"“{head.strip()[:50]}” is not the business metric, and no link is stated", "Test the business metric, or say how this one leads to it.")  # fmt: skip


NO_METRIC = frozenset(["share", "rate", "numbe", "mean", "avera", "per", "avg", "total", "count", "with", "from", "within", "each", "days", "weeks", "primary", "metric", "same", "over", "part", "that"])  # fmt: skip


def baseline_is_level(d: Document) -> Iterator[Finding]:
    """The named baseline is there when the model is not."""
    base, fallback = (
        d.claims.row("problem_definition", "baseline_performance"),
        d.claims.row("model_serving", "fallback"),
    )
    words = [
        w[:6] for w in re.findall(r"[a-z]{4,}", re.split(r"[:;(]", base.text)[0].lower()) if w not in COMMON
    ]
    part = d.claims.part("model_serving").text.lower()
    if base.text and fallback.text and words and not any(word in part for word in words):
        yield warn("X.baseline_fallback", "Fallback", fallback, "the baseline of the problem definition is no level of the fallback", "Keep it as a level, it is measured already.")  # fmt: skip


RULES = (tools, rationale, latency, metric_is_watched, gate, trigger, psi_trigger, cost, against, arithmetic, listed_money, computed, intervals, rollback_is_measured, traffic, online_features, primary_is_business, guardrails_agree, alarm, alarm_on_time, rollback_agrees, rollback_near_guardrail, *order.RULES, *reckoned.RULES, *said_again.RULES, *volumes.RULES, *twice.RULES, *stack.RULES, unused, operations, baseline_is_level)  # fmt: skip

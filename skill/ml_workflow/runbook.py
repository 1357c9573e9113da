"""The runbook: one incident card for every alert the monitoring section names, and none without an alert.

A card is for somebody half asleep: what is seen, what to look at first, what it usually is, what to do, how to
go back, whom to wake, and when it is over.
"""

import re
from collections.abc import Mapping
from dataclasses import dataclass

from briefwright.skill.markdown import Block, Fence, Heading, Prose, Table
from briefwright.skill.ml_workflow.decide.decisions import Decisions
from briefwright.skill.ml_workflow.facts import Facts
from briefwright.skill.ml_workflow.quantity import SIGN
from briefwright.skill.ml_workflow.sections import Monitor, Monitoring, Section, Serving, Training


@dataclass(frozen=True)
class Card:
    first_check: str
    command: str
    causes: str
    rollback: str
    escalate: str
    close: str


def runbook(facts: Facts, d: Decisions, sections: Mapping[str, Section]) -> list[Block]:
    watch, serving, training = sections["monitoring"], sections["serving"], sections["training"]
    assert isinstance(watch, Monitoring) and isinstance(serving, Serving) and isinstance(training, Training)
    blocks: list[Block] = [
        Heading(1, f"Runbook: {d.framing.name}"),
        Prose(f"One card per alert of the design ({watch.monitors[0].id} to {watch.monitors[-1].id}), then the routine. Rule for all cards: **{_first_rule(d)}**"),
        Heading(2, "Names used"),
        Table(("Name", "What"), _names(d, serving)),
        Heading(2, "Switches"),
        Fence(_switches(d), "bash"),
        Heading(2, "Incident cards"),
    ]  # fmt: skip
    for monitor in watch.monitors:
        blocks += _card(monitor, _kind(monitor), d, serving, training)
    return [*blocks, *_routine(d, watch, training, serving)]


def _first_rule(d: Decisions) -> str:
    entities = d.framing.entities
    if d.mode.mode == "Batch":
        return "readers get a complete result on time, even yesterday's; when in doubt serve the fallback, then search."
    return f"{entities} first: without a cause after 10 minutes, take the model out of the path (switch P1) and search afterwards."


def _names(d: Decisions, serving: Serving) -> tuple[tuple[str, ...], ...]:
    slug = d.framing.slug
    table = slug.replace("-", "_")
    return (
        (f"`{slug}`", f"registered model in {d.tools.tracking}; aliases `@dev`, `@staging`, `@production`"),
        (
            f"`{table}_scores`",
            "every score with id, time, model version, feature-set name and level (model or fallback)",
        ),
        (f"`{table}_drift`", "one line per input and window: PSI, null share, rows, reference"),
        (f"`{table}_matured`", "one line per window of complete labels: the metrics by model version"),
        (
            f"`{slug}-run`",
            f"the {d.tools.orchestration} job that scores or trains; `make` targets of the same names call it by hand",
        ),
        ("`MODE`", "switch the service reads: `model`, `fallback`"),
    )


def _switches(d: Decisions) -> str:
    slug = d.framing.slug
    way_back = (
        "# P2  previous version back: move the alias, then restart or re-run\n"
        "python - <<'PY'\nfrom mlflow import MlflowClient\n"
        f'c, name = MlflowClient(), "{slug}"\n'
        'previous = c.get_registered_model(name).tags["previous"]\n'
        'c.set_registered_model_alias(name, "production", previous)\nPY'
    )
    rerun = f"make {slug}-run" if d.mode.mode == "Batch" else f"make {slug}-reload"
    return f"# P1  model out of the path, the fallback answers (back: MODE=model)\nmake {slug}-mode MODE=fallback\n{way_back}\n# P3  take the change\n{rerun}"


def _kind(m: Monitor) -> str:
    """Which card an alert needs, from what it measures."""
    patterns = (
        ("latency", r"latency"), ("fallback", r"fallback share"), ("result", r"complete result"), ("window", r"time window"),
        ("feed", r"null share|rows"), ("labels", r"labels later"), ("inputs", r"psi of the top"), ("score", r"psi of the score"),
    )  # fmt: skip
    for name, pattern in patterns:
        if re.search(pattern, m.metric, re.IGNORECASE):
            return name
    return {"concept": "concept", "model": "quality", "data": "inputs"}.get(m.kind, "latency")


def _card(m: Monitor, kind: str, d: Decisions, serving: Serving, training: Training) -> list[Block]:
    card = _content(kind, m, d, serving, training)
    lines = [
        f"- **Symptom:** {m.metric} {SIGN[m.op]} {m.threshold} ({m.window})"
        + (f", {m.window_rows}" if m.window_rows else ""),
        f"- **First check:** {card.first_check}",
    ]
    after = [
        f"- **Likely causes:** {card.causes}",
        f"- **Action:** {m.action}",
        f"- **Rollback:** {card.rollback}",
        f"- **Escalate:** {card.escalate}",
        f"- **Close when:** {card.close}",
    ]
    title = f"{m.id} {m.metric[0].upper()}{m.metric[1:]}"
    return [Heading(3, title), Prose("\n".join(lines)), Fence(card.command, "bash"), Prose("\n".join(after))]


def _content(kind: str, m: Monitor, d: Decisions, serving: Serving, training: Training) -> Card:
    slug, table = d.framing.slug, d.framing.slug.replace("-", "_")
    owner, entities = d.framing.owner, d.framing.entities
    back = f"P2, then P3; done in {training.registry.rollback_min}"
    ladder = " → ".join(f"L{n}" for n in range(1, len(serving.fallback) + 1))
    by = "feature, segment"
    match kind:
        case "latency" if serving.batch:
            return Card(
                "which step of the run is late: extract, score or write?",
                _sql(
                    f"select run_id, step, rows_in, rows_out, started_at, ended_at from {table}_runs order by started_at desc limit 12"
                ),
                "an input that came late or half; a full disk; a changed schema; a release since the last run",
                f"release since the last run: {back}; otherwise P1",
                f"{m.owner} at once, {owner} when the list is due",
                f"rows written = rows due ({serving.batch.rows}) and the next run ends in time",
            )
        case "latency":
            return Card(
                "which part left its budget?",
                _prometheus(
                    f"histogram_quantile(0.99, sum by (le, step) (rate({table}_seconds_bucket[5m])))"
                ),
                "a release in the last hour; a burst above the planned peak; a slow lookup; a hot node",
                f"release in the last 24 h: {back}; otherwise P1",
                f"{m.owner} at once, {owner} after 15 min",
                f"p99 ≤ {m.threshold} for 30 min with MODE=model",
            )
        case "fallback":
            return Card(
                f"which level answers ({ladder}), and why?",
                _prometheus(f"sum by (level, reason) (rate({table}_decisions_total[10m]))"),
                "`timeout`: slow lookup or lost node; `errors`: bad release; `stale`: a feed behind",
                f"release in the last 24 h: {back}",
                f"{m.owner} at once; {owner} when the last level answers for 15 min",
                f"share ≤ {m.threshold} for 60 min, cause written down",
            )
        case "result":
            return Card(
                "how far did the run get?",
                _sql(
                    f"select run, count(*) as rows_done, max(model_version) from {table}_scores group by run order by run desc limit 3"
                )
                + f"\ntail -20 log/{slug}-run.log",
                "a source late; credentials expired; disk full; more rows than the window allows",
                "a wrong result already read: mark the run void, serve the last good one, tell the readers",
                f"{m.owner} before readers start; {owner} with the name of the result used",
                "one complete run, and readers confirmed which result they have",
            )
        case "window":
            return Card(
                "which step grew?",
                f"grep -E 'step|seconds' log/{slug}-run.log | tail -20",
                f"more {entities}; a slower query plan; two jobs at the same time",
                "none; nothing is wrong yet",
                f"{m.owner} in the weekly review",
                f"share below {m.threshold} for four runs",
            )
        case "feed":
            return Card(
                "which source, since when?",
                _sql(
                    f"select source, segment, rows, ref_rows, null_share, ref_null_share from {table}_drift order by at desc, null_share desc limit 10"
                ),
                f"late load of one of {', '.join(s.name for s in d.sources[:3])}; renamed field; a segment missing",
                "wrong result already read: as in the result card",
                f"{m.owner} the same day; the source's team when it is late twice in a week",
                "rows and nulls back inside the limits, the gap backfilled",
            )
        case "inputs":
            return Card(
                "broken feed or changed world? A feed breaks everywhere at once, a world by segment.",
                _sql(
                    f"select {by}, psi, null_share, ref_null_share from {table}_drift where psi > {m.threshold.value:g} order by psi desc limit 10"
                ),
                "unit or code change at the source; season; a campaign or new segment; our own promotion",
                "none for the model; nulls above 20 % in a main input: P1",
                f"{m.owner}; {owner} when open for two days",
                f"PSI ≤ {m.threshold} for three windows, or the new level accepted in writing as reference",
            )
        case "score":
            return Card(
                "did only our model move? Score the same rows with the previous version.",
                f"make {slug}-shadow VERSIONS=production,previous DAY=yesterday",
                "wrong version loaded; library changed; several inputs moved a little together",
                f"only the new version moved: {back}",
                f"{m.owner}; {owner} when decisions change by more than 5 %",
                f"PSI ≤ {m.threshold} for three windows, or a promotion explains it",
            )
        case "labels":
            return Card(
                "which part of the label source is missing?",
                _sql(
                    f"select source, max(loaded_on), count(*) from {table}_labels group by source order by 2"
                ),
                "delivery failed; format changed; job paused",
                "a training run that read the incomplete load: reject its version in staging",
                f"{m.owner} the same day",
                "all labels loaded, missed quality reads run again",
            )
        case "concept":
            return Card(
                "which segment, and since which month?",
                _sql(
                    f"select month, segment, expected, observed from {table}_matured order by month desc, segment limit 12"
                ),
                "a competitor, price, rule or product changed; the label's definition changed (then all segments move together)",
                f"previous version better on the same window: {back}; otherwise none, a new fit is needed",
                f"{owner} in the same week",
                "two reads inside the limit in every segment",
            )
        case _:
            return Card(
                "is it the label or the model? Read the present practice on the same window.",
                _sql(
                    f"select window_start, positives, value, value_baseline, model_version from {table}_matured order by window_start desc limit 8"
                ),
                "labels incomplete (see the label card); a changed world; the model aged; people act on the score and change the outcome",
                f"worse than “{d.evaluation.baseline_name}”: P1 until a version passes; previous version better: {back}",
                f"{m.owner} the same day, {owner} when below the baseline",
                f"a version with {d.evaluation.metric} {SIGN[d.evaluation.success.op]} {d.evaluation.success.value} on the newest complete window is in production",
            )


def _prometheus(query: str) -> str:
    return f"promtool query instant $PROM '{query}'"


def _sql(query: str) -> str:
    return f'sql "{query}"   # sql: the client of the warehouse, read only'


def _routine(d: Decisions, watch: Monitoring, training: Training, serving: Serving) -> list[Block]:
    r = watch.retraining
    first, last = training.registry.promotions[0], training.registry.promotions[-1]
    blockers = [m.id for m in watch.monitors if m.kind == "data"]
    rows = (
        (
            "each run" if d.mode.mode == "Batch" else "daily",
            "look at open alerts; each has an owner",
            "no alert older than two days",
        ),
        ("weekly", training_line(d), "table read by two people"),
        (r.schedule, "retraining, steps below", "a challenger, or a written “the champion stays”"),
        (serving.fallback[0].drill, "fallback drill, P1 and back", "readers or callers notice nothing"),
        ("at each promotion", "way back, P2 and P3", f"done in {training.registry.rollback_min}"),
    )
    steps = [
        f"1. {', '.join(blockers)} closed? If not, stop here: {r.not_when}.",
        f"2. Train on rows up to {d.framing.label_wait_days} before today: `make {d.framing.slug}-train AS_OF=$(date +%F)`.",
        f"3. Gates {', '.join(g.id for g in first.gates)}: {first.source} → {first.target}, approved by {first.approver}.",
        f"4. Gates {', '.join(g.id for g in last.gates)}: {last.source} → {last.target}, approved by {last.approver}. Tag the old version `previous` before the alias moves.",
        f"5. {r.gate}. No gain: the champion stays.",
    ]
    return [
        Heading(2, "Routine"),
        Table(("When", "What", "Good result"), rows),
        Heading(3, "Retraining and promotion"),
        Prose("\n".join(steps)),
    ]


def training_line(d: Decisions) -> str:
    return f"comparison table: champion, last challengers and {d.evaluation.baseline_name} on the same window"

"""What must agree between the parts of a document: tools, promises, triggers, gates, traffic, money."""

import re
from collections.abc import Iterator

from briefwright.skill.ml_workflow.register import named_in
from briefwright.skill.ml_workflow.verify.claims import Said
from briefwright.skill.ml_workflow.verify.problem import metric_values, primary_metric
from briefwright.skill.ml_workflow.verify.serving import latency_ms
from briefwright.skill.ml_workflow.verify.verdicts import Document, fail, warn
from briefwright.skill.spec import Finding

CHOICES = (
    ("experiment_tracking", "tool"), ("feature_engineering", "feature_store"), ("training_pipeline", "training"),
    ("training_pipeline", "tuning"), ("training_pipeline", "registry"), ("model_serving", "serving_mode"),
    ("monitoring_and_drift", "data_drift"), ("monitoring_and_drift", "model_drift"),
    ("monitoring_and_drift", "concept_drift"), ("monitoring_and_drift", "operational"),
)  # fmt: skip
DENIED = r"\bnot\b|\bno\b|rejected|instead|discontinued|shut down|ended|never|avoid|rather than|blocked|closed|archived|maintenance|replaces?|replaced|deprecated|former"


def tools(d: Document) -> Iterator[Finding]:
    """A tool a cell chooses that is gone, refused by the brief, or hosted where data may not leave."""
    refused = {given.value.lower() for given in d.facts.tools_refused} if d.facts else set()
    inside = (d.facts.air_gapped or d.facts.on_premises) if d.facts else None
    for part, label in CHOICES:
        said = d.claims.row(part, label)
        for tool, at in named_in(said.text):
            around = said.text[max(0, at - 50) : at + len(tool.name) + 60]
            if re.search(DENIED, around, re.IGNORECASE):
                continue
            if tool.flag == "blocked":
                yield fail(
                    "X.discontinued",
                    label,
                    said,
                    f"{tool.name}: {tool.status}",
                    f"Choose {tool.substitute or 'another tool'}.",
                )
            elif tool.flag == "caution":
                yield warn(
                    "X.caution", label, said, f"{tool.name}: {tool.status}", "Say why it is worth the risk."
                )
            if tool.name.lower() in refused:
                yield fail(
                    "X.forbidden", label, said, f"the brief refuses {tool.name}", "Choose another tool."
                )
            if inside and "self" not in tool.hosting_kinds:
                yield fail(
                    "X.saas",
                    label,
                    said,
                    f"{tool.name} is hosted; the brief: “{inside.quote[:70]}”",
                    "Choose a self-hosted tool.",
                )


def latency(d: Document) -> Iterator[Finding]:
    p99 = latency_ms(d.claims.row("model_serving", "latency_sla"), "p99")
    rails = d.claims.row("a_b_testing", "guardrail_metrics")
    guard = latency_ms(rails, "p99")
    if p99 and guard and guard > p99 * 1.001:
        yield fail(
            "X.guardrail_sla",
            "Guardrail metrics",
            rails,
            f"guards p99 at {guard:g} ms, the promise is {p99:g} ms",
            "Guard the promised latency.",
        )


def metric_is_watched(d: Document) -> Iterator[Finding]:
    evaluation = d.claims.row("problem_definition", "evaluation_metric")
    watch = d.claims.part("monitoring_and_drift")
    name = primary_metric(evaluation)
    if (
        watch.text
        and len(name) > 3
        and re.match(r"pr-?auc|precision|recall|wape|ndcg|macro-?f1|rmse|mae|f1|auc|mase", name)
    ):
        stem = re.split(r" at ", name)[0]
        if stem not in watch.text.lower():
            yield fail(
                "X.metric_not_monitored",
                "Monitoring and Drift",
                watch,
                f"nothing watches {name}, the primary evaluation metric",
                "Add it, on matured labels.",
            )


def gate(d: Document) -> Iterator[Finding]:
    success = metric_values(d.claims.row("problem_definition", "success_threshold"))
    registry = d.claims.row("training_pipeline", "registry")
    gates = Said(
        re.sub(r"[^\n]*(?:dev|staging)\b(?![^\n]*production)[^\n]*", "", _gate_rows(d)), registry.line
    )
    for name, op, value in success[:1]:
        for other, _, level in (*metric_values(registry), *metric_values(gates)):
            looser = level < value if op in (">=", ">") else level > value
            if other == name and looser:
                yield fail(
                    "X.gate_vs_success",
                    "Registry",
                    registry,
                    f"gate {level:g}, success means {value:g}",
                    "The gate to production is at least the success threshold.",
                )


def _gate_rows(d: Document) -> str:
    """Rows of the training part that are gates by their name: `G3 · …`, `T6 · …`."""
    lines = d.claims.part("training_pipeline").text.splitlines()
    return "\n".join(line for line in lines if re.match(r"\W*[GT]\d+\b", line))


def trigger(d: Document) -> Iterator[Finding]:
    """A retraining trigger and the monitor of the same metric, with two different numbers."""
    policy = d.claims.row("monitoring_and_drift", "retraining_policy")
    watched = metric_values(d.claims.row("monitoring_and_drift", "model_drift"))
    for name, _, value in metric_values(_without_gate(policy)):
        same = [level for other, _, level in watched if other == name]
        if same and all(abs(level - value) > 1e-9 for level in same):
            yield fail(
                "X.trigger_threshold",
                "Retraining policy",
                policy,
                f"{name} triggers at {value:g}, the monitor fires at {same[0]:g}",
                "Use one number in both places.",
            )


def _without_gate(policy: Said) -> Said:
    """The policy without the clauses that say what a challenger must reach: those numbers trigger nothing."""
    clauses = re.split(r"(?<=[.;:])\s+", policy.text)
    gate = r"\bgates?\b|champion|challenger|\bbeats?\b|must (?:reach|pass|be)|not worse|promot|accepted|released|goes live|replaces|latest"
    kept = [
        clause
        for n, clause in enumerate(clauses)
        if not re.search(gate, clause, re.IGNORECASE)
        and not (n and re.search(r"\bgates?\W*:$", clauses[n - 1], re.IGNORECASE))
    ]
    return Said(" ".join(kept), policy.line)


def cost(d: Document) -> Iterator[Finding]:
    if not d.facts or not d.facts.budget_per_month or d.facts.budget_per_month.value <= 0:
        return
    part = d.claims.part("model_serving")
    match = re.search(
        r"(?:monthly cost|cost|total)[^\n]{0,60}?(?:€|\$|EUR|USD)? ?(?<![\d.,])(\d[\d,]*(?:\.\d+)?)(?: ?(?:€|EUR|USD|\$))?(?: ?(?:a|per|/) ?month)",
        part.text,
        re.IGNORECASE,
    )
    if match and float(match[1].replace(",", "")) > d.facts.budget_per_month.value:
        yield fail(
            "X.cost_budget",
            "Model Serving",
            part,
            f"{match[1]} a month against a budget of {d.facts.budget_per_month.value:,.0f}",
            "Make it cheaper or say that the budget does not hold.",
        )


def names(d: Document) -> Iterator[Finding]:
    """A fallback or rollback on a metric that appears nowhere else is a promise nobody keeps."""
    said = d.claims.row("a_b_testing", "rollback_criteria")
    rest = f"{d.claims.part('monitoring_and_drift').text} {d.claims.row('a_b_testing', 'guardrail_metrics').text} {d.claims.row('a_b_testing', 'primary_metric').text}".lower()
    for clause in re.split(r";|, or |\bor\b", said.text):
        words = [word for word in re.findall(r"[a-z][a-z-]{4,}", clause.lower()) if word not in COMMON]
        if re.search(r"\d", clause) and words and not any(word[:6] in rest for word in words):
            yield fail(
                "X.rollback_metric",
                "Rollback criteria",
                Said(clause, said.line),
                f"nothing measures “{clause.strip()[:60]}”",
                "Roll back on a guardrail or a monitored metric.",
            )


COMMON = frozenset(
    [
        "above",
        "below",
        "control",
        "treatment",
        "within",
        "minutes",
        "hours",
        "automatic",
        "automatically",
        "rollback",
        "share",
        "against",
        "after",
        "before",
        "relative",
        "window",
        "consecutive",
        "greater",
        "least",
    ]
)
RULES = (tools, latency, metric_is_watched, gate, trigger, cost, names)

"""Ways to break a section's data, each named for the rule that has to find it.

Applied to the planner's sections for two sample briefs (one answered live, one a list), before and after rendering: the
rules of the data must find it, and the verifier must find it again in the Markdown it renders to, where Markdown shows it.
"""

from collections.abc import Mapping
from datetime import date
from pathlib import Path
from typing import Any

from briefwright.skill.kit import Brief
from briefwright.skill.markdown import Heading, render
from briefwright.skill.ml_workflow.kit import KIT
from briefwright.skill.ml_workflow.sections import SECTIONS, Section
from briefwright.skill.ml_workflow.verify.check import verify
from briefwright.skill.spec import Skill

LIVE, LIST = "card-fraud-realtime", "telco-churn-first-model"


def q(value: float, unit: str = "", source: str = "assumed", basis: str = "for the test") -> dict[str, Any]:
    return {"value": value, "unit": unit, "source": source, "basis": basis, "confirm": ""}


# (rule, brief, step, path in the section's data → value)
DATA_DEFECTS: list[tuple[str, str, str, dict[str, Any]]] = [
    ("C1.ml_in_disguise", LIST, "problem", {"business_metric.name": "validation AUC"}),
    ("C1.unit", LIST, "problem", {"business_metric.unit": "score"}),
    ("C1.one_primary", LIST, "problem", {"metrics.1.primary": True}),
    ("C1.imbalance", LIVE, "problem", {"metrics.0.name": "accuracy"}),
    ("C1.vs_baseline", LIST, "problem", {"success.value": q(0.01, "share")}),
    ("C1.threshold_op", LIST, "problem", {"success.op": "<="}),
    ("C1.threshold_metric", LIST, "problem", {"success.metric": "ROC area"}),
    (
        "C1.target_direction",
        LIST,
        "problem",
        {"business_metric.current": q(0.01, "share"), "business_metric.direction": "down"},
    ),
    ("C1.label", LIST, "problem", {"target.definition": "has churned"}),
    ("C2.window_len", LIVE, "features", {"features.2.window": None}),
    ("C2.future_window", LIVE, "features", {"features.1.window.lag_min": q(-60, "min")}),
    ("C2.freshness", LIST, "features", {"features.1.window.lag_min": q(0, "min")}),
    ("C2.reason", LIST, "features", {"features.0.leakage_reason": "none"}),
    ("C2.after", LIST, "features", {"features.0.available": "after"}),
    ("C2.source", LIST, "features", {"features.0.source": "somewhere"}),
    ("C2.fs_logic", LIST, "features", {"feature_store.decision": "yes"}),
    ("C2.target_enc", LIST, "features", {"features.0.transform": "target encoding of the tariff"}),
    (
        "C2.fit_full",
        LIST,
        "features",
        {"features.0.transform": "standardised, computed over the whole table"},
    ),
    ("C2.undeclared_temporal", LIST, "features", {"features.0.name": "calls_last_7d"}),
    ("C3.seed", LIST, "tracking", {"tracked.6.item": "artifacts"}),
    ("C3.mutable", LIST, "tracking", {"tracked.1.how": "the latest table in the warehouse"}),
    ("C3.branch", LIST, "tracking", {"tracked.0.how": "name of the git branch"}),
    ("C3.naming", LIST, "tracking", {"run_name_pattern": "run_42"}),
    ("C3.compare", LIST, "tracking", {"comparison": "by eye"}),
    ("X.discontinued", LIST, "tracking", {"tool": "Neptune"}),
    ("X.saas", LIST, "tracking", {"tool": "Neptune"}),
    ("C4.kind", LIST, "training", {"split.kind": "stratified"}),
    ("C4.gap", LIST, "training", {"split.gap_days": q(3, "days")}),
    ("C4.order", LIST, "training", {"split.windows.2.first_day": "2024-01-01"}),
    ("C4.maturity", LIST, "training", {"split.windows.2.last_day": "2026-11-20"}),
    ("C4.history", LIST, "training", {"split.windows.0.first_day": "2010-01-01"}),
    (
        "C4.polite_random",
        LIST,
        "training",
        {"split.why": "rows are held out at random so that each month is represented"},
    ),
    ("C4.kfold", LIST, "training", {"validation.detail": "five runs of 5-fold cross-validation on all rows"}),
    ("C4.resample", LIST, "training", {"resampling": "SMOTE on the whole table before the split"}),
    ("C5.stages", LIST, "training", {"registry.stages": ["dev", "test", "production"]}),
    ("C5.skip_staging", LIST, "training", {"registry.promotions.1.source": "dev"}),
    ("C5.self", LIST, "training", {"registry.promotions.1.approver": "the author"}),
    ("C5.rollback", LIST, "training", {"registry.rollback": "possible"}),
    (
        "C5.mlflow_stages",
        LIST,
        "training",
        {"registry.mechanism": "transition_model_version_stage to Production"},
    ),
    ("X.gate_vs_success", LIST, "training", {"registry.promotions.1.gates.0.value": q(0.03, "share")}),
    ("C6.mode_facts", LIST, "serving", {"mode": "Real-time"}),
    ("C6.window", LIST, "serving", {"batch.rows_per_s": q(1, "rows/s")}),
    ("C6.sla", LIVE, "serving", {"real_time.p99_ms": q(200, "ms")}),
    ("C6.p50_p99", LIVE, "serving", {"real_time.p50_ms": q(90, "ms")}),
    ("C6.mean", LIVE, "serving", {"real_time.mean_latency_ms": q(95, "ms")}),
    ("C6.budget", LIVE, "serving", {"real_time.budget.0.p99_ms": q(70, "ms")}),
    ("C6.little", LIVE, "serving", {"real_time.replicas": q(2, "replicas")}),
    ("C6.headroom", LIVE, "serving", {"real_time.replicas": q(4, "replicas")}),
    ("C6.peak", LIVE, "serving", {"real_time.peak_rps": q(36, "requests/s")}),
    ("C7.n_low", LIST, "ab_test", {"n_per_arm": q(30_000, "subscribers per arm")}),
    ("C7.duration", LIST, "ab_test", {"days": q(56, "days")}),
    ("C7.whole_weeks", LIST, "ab_test", {"days": q(115, "days"), "read_out_day": q(145, "days")}),
    ("C7.delay", LIST, "ab_test", {"read_out_day": q(112, "days")}),
    ("C7.power", LIST, "ab_test", {"power": q(0.5)}),
    ("C7.infeasible", LIST, "ab_test", {"alternative": ""}),
    ("C7.baseline_facts", LIST, "ab_test", {"baseline": q(0.08, "share")}),
    (
        "C7.guard_is_primary",
        LIVE,
        "ab_test",
        {"guardrails.0.name": "net fraud loss in basis points of volume"},
    ),
    ("X.traffic", LIST, "ab_test", {"daily_units": q(9000, "subscribers a day")}),
    (
        "X.guardrail_sla",
        LIVE,
        "ab_test",
        {"guardrails.0.threshold": q(500, "ms"), "guardrails.0.name": "p99 latency"},
    ),
    ("C8.psi_range", LIST, "monitoring", {"monitors.4.threshold": q(0.9)}),
    ("C8.psi_window", LIST, "monitoring", {"monitors.4.window_rows": q(60, "rows")}),
    ("C8.action", LIST, "monitoring", {"monitors.4.action": "look"}),
    ("C8.concept", LIST, "monitoring", {"monitors.6.kind": "data"}),
    (
        "C8.concept_is_data",
        LIST,
        "monitoring",
        {
            "monitors.6.uses_matured_labels": False,
            "monitors.6.proxy": "",
            "monitors.6.metric": "mean of the inputs",
        },
    ),
    ("C8.below_baseline", LIST, "monitoring", {"monitors.5.threshold": q(0.02, "share")}),
    ("C8.label_delay", LIST, "monitoring", {"monitors.5.sees_after_days": q(2, "days")}),
    ("X.metric_not_monitored", LIST, "monitoring", {"monitors.5.metric": "something else on labels"}),
    ("C9.vague", LIST, "monitoring", {"retraining.schedule": "as needed"}),
    ("C9.gate", LIST, "monitoring", {"retraining.gate": "looks good"}),
    ("X.trigger_unmonitored", LIST, "monitoring", {"retraining.triggers.0.monitor": "ZZ-99"}),
    ("X.trigger_threshold", LIST, "monitoring", {"retraining.triggers.0.value": q(0.5, "share")}),
    ("C9.wrong_cure", LIST, "monitoring", {"retraining.triggers.0.monitor": "C3-03"}),
    ("C10.no_floor", LIST, "serving", {"fallback.1.uses_model": "an older model"}),
    ("C10.same_model", LIST, "serving", {"fallback.0.uses_model": "churn-30d"}),
    ("C10.retry_only", LIST, "serving", {"fallback.0.action": "retry three times"}),
    ("C10.error", LIST, "serving", {"fallback.1.action": "return an error to the caller"}),
    (
        "C10.timeout",
        LIVE,
        "serving",
        {"fallback.0.trigger_value": q(79, "ms"), "fallback.0.trigger": "no answer after 79 ms"},
    ),
    ("C10.trigger", LIVE, "serving", {"fallback.0.trigger": "when it is slow"}),
    (
        "X.provenance",
        LIST,
        "problem",
        {"business_metric.target": q(0.4, "share", "given", "we want forty percent")},
    ),
    (
        "C1.target_direction",
        LIVE,
        "problem",
        {
            "business_metric.current": q(5, "points"),
            "business_metric.target": q(9, "points"),
            "business_metric.direction": "down",
        },
    ),
    ("C3.code_commit", LIST, "tracking", {"tracked.0.item": "artifacts"}),
    ("C3.data_version", LIST, "tracking", {"tracked.1.item": "artifacts"}),
    ("C3.parameters", LIST, "tracking", {"tracked.2.item": "artifacts"}),
    ("C3.mutable", LIVE, "tracking", {"tracked.1.how": "image:latest and the current table"}),
    ("C3.branch", LIVE, "tracking", {"tracked.0.how": "the main branch of the repository"}),
    ("C5.self", LIST, "training", {"registry.promotions.0.approver": "author of the run"}),
    ("C5.self", LIVE, "training", {"registry.promotions.1.approver": "the engineer who trained it"}),
    ("C5.stages", LIVE, "training", {"registry.stages": ["candidate", "test", "done"]}),
    ("C7.n_low", LIVE, "ab_test", {"n_per_arm": q(500, "transactions per arm")}),
    ("C8.psi_range", LIVE, "monitoring", {"monitors.3.threshold": q(0.01)}),
    ("C8.action", LIVE, "monitoring", {"monitors.3.action": "check"}),
    ("C9.vague", LIVE, "monitoring", {"retraining.schedule": "regularly"}),
    ("C9.gate", LIVE, "monitoring", {"retraining.gate": "the team is content"}),
    ("C9.schedule", LIST, "monitoring", {"retraining.cadence_days": q(0, "days")}),
    ("C9.continuous", LIST, "monitoring", {"retraining.kind": "Continuous", "retraining.rollback": "none"}),
    ("C10.no_floor", LIVE, "serving", {"fallback.1.uses_model": "an older network"}),
    ("C10.stale", LIST, "serving", {"fallback.0.max_age_h": None, "fallback.1.max_age_h": None}),
    ("C10.error", LIVE, "serving", {"fallback.1.action": "answer with HTTP 503"}),
]


class Planned:
    """The planner's sections for one sample brief, to be broken one field at a time."""

    def __init__(self, name: str, skill: Skill) -> None:
        path = Path(__file__).parents[1] / "briefs" / f"{name}.md"
        brief = Brief(path.read_text(encoding="utf-8"), date(2026, 11, 23))
        self.name, self.skill = name, skill
        self.facts = KIT.read(brief)
        self.decisions = KIT.decide(self.facts, brief)
        self.sections = {step: KIT.plan(step, self.facts, self.decisions) for step in KIT.step_ids}

    def rules_found(self, step: str, change: Mapping[str, Any]) -> set[str]:
        """Rule ids that fail on the data once `change` (path → value) is made to one section, checks and review together."""
        section = self._broken(step, change)
        verdicts = [
            KIT.check(check, section, self.facts, self.decisions) for check in self.skill.checks_of(step)
        ]
        across = KIT.review({**self.sections, step: section}, self.facts, self.decisions)
        found = [finding for verdict in verdicts for finding in verdict.findings] + list(across)
        return {finding.rule for finding in found if finding.severity == "fail"}

    def rules_found_in_text(self, step: str, change: Mapping[str, Any]) -> set[str]:
        """Rule ids that fail on the Markdown the broken sections render to, with the brief at hand."""
        sections = {**self.sections, step: self._broken(step, change)}
        blocks = [block for each in self.skill.steps for block in KIT.blocks(each, sections[each.id])]  # fmt: skip
        text = render([Heading(1, self.skill.template.titled(self.name)), *blocks])
        verdicts, between, _ = verify(text, self.skill, self.facts)
        found = [finding for verdict in verdicts for finding in verdict.findings] + list(between)
        return {finding.rule for finding in found if finding.severity == "fail"}

    def _broken(self, step: str, change: Mapping[str, Any]) -> Section:
        data = self.sections[step].model_dump(mode="json")
        for path, value in change.items():
            _set(data, path.split("."), value)
        return SECTIONS[step].model_validate(data)


def _set(data: Any, path: list[str], value: Any) -> None:
    key: Any = int(path[0]) if isinstance(data, list) else path[0]
    if len(path) == 1:
        data[key] = value
    else:
        _set(data[key], path[1:], value)

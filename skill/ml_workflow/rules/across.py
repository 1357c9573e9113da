"""What must agree between sections. Each finding names the step whose section has to change."""

from collections.abc import Iterator, Mapping

from briefwright.skill.markdown import clip
from briefwright.skill.ml_workflow.provenance import false_quotes
from briefwright.skill.ml_workflow.register import named_in
from briefwright.skill.ml_workflow.rules.finding import Ground, fail, warn
from briefwright.skill.ml_workflow.sections import (
    ABTest,
    Features,
    Monitoring,
    Problem,
    Section,
    Serving,
    Training,
)
from briefwright.skill.spec import Finding

Sections = Mapping[str, Section]
HOSTED_ONLY = ("saas",)


def review(sections: Sections, ground: Ground) -> tuple[Finding, ...]:
    """Findings of every rule whose sections exist; a missing section is reported by its own step."""
    return tuple(finding for rule in RULES for finding in rule(sections, ground))


def tools(sections: Sections, ground: Ground) -> Iterator[Finding]:
    """Blocked, refused by the brief, or hosted where data may not leave."""
    facts = ground.facts
    refused = {given.value.lower(): given for given in facts.tools_refused}
    inside = facts.air_gapped or facts.on_premises
    for step, section in sections.items():
        for name in chosen_tools(section):
            for tool, _ in named_in(name):
                path = f"tools[{name}]"
                if tool.flag == "blocked":
                    yield fail(
                        "X.discontinued",
                        step,
                        path,
                        f"{tool.name}: {tool.status}",
                        f"Choose {tool.substitute or 'another tool'}.",
                    )
                elif tool.flag == "caution":
                    yield warn(
                        "X.caution",
                        step,
                        path,
                        f"{tool.name}: {tool.status}",
                        "Say why it is worth the risk.",
                    )
                if tool.name.lower() in refused:
                    yield fail(
                        "X.forbidden",
                        step,
                        path,
                        f"the brief refuses {tool.name}: “{clip(refused[tool.name.lower()].quote, 80)}”",
                        "Choose another tool.",
                    )
                if inside and tool.hosting_kinds == HOSTED_ONLY:
                    yield fail(
                        "X.saas",
                        step,
                        path,
                        f"{tool.name} is a hosted service; the brief: “{clip(inside.quote, 80)}”",
                        "Choose a self-hosted tool.",
                    )
                if tool.is_stale(ground.decisions.as_of):
                    yield warn(
                        "X.stale_row",
                        step,
                        path,
                        f"the register's row of {tool.name} was last verified on {tool.verified_on}",
                        "Verify the row.",
                    )


def chosen_tools(section: Section) -> tuple[str, ...]:
    """Every tool a section chooses, not those it rejects."""
    named = [choice.tool for choice in section.tools]
    if isinstance(section, Training):
        named += [section.orchestration, section.registry.tool, section.tuning.method]
    if isinstance(section, Monitoring):
        named += [monitor.tool for monitor in section.monitors]
    if isinstance(section, Features):
        named.append(section.feature_store.tool)
    tool = getattr(section, "tool", None)
    return tuple(dict.fromkeys([*named, *([tool] if isinstance(tool, str) else [])]))


def latency_guardrail(sections: Sections, ground: Ground) -> Iterator[Finding]:
    serving, test = sections.get("serving"), sections.get("ab_test")
    if isinstance(serving, Serving) and isinstance(test, ABTest) and serving.real_time:
        for r in test.rollback:
            if (
                "latency" in r.metric.lower()
                and r.value.unit == "ms"
                and r.value.value < serving.real_time.p99_ms.value
            ):
                yield fail(
                    "X.guardrail_sla",
                    "ab_test",
                    "rollback",
                    f"rolls back above {r.value}, the promise is {serving.real_time.p99_ms}",
                    "Roll back beyond the promise, not inside it.",
                )
        for g in test.guardrails:
            if (
                "latency" in g.name.lower()
                and g.threshold.unit == "ms"
                and g.threshold.value > serving.real_time.p99_ms.value
            ):
                yield fail(
                    "X.guardrail_sla",
                    "ab_test",
                    "guardrails",
                    f"guardrail {g.threshold}, the promise is {serving.real_time.p99_ms}",
                    "Guard the promised latency.",
                )


def metric_is_monitored(sections: Sections, ground: Ground) -> Iterator[Finding]:
    problem, watch = sections.get("problem"), sections.get("monitoring")
    if isinstance(problem, Problem) and isinstance(watch, Monitoring):
        primary = next((m.name for m in problem.metrics if m.primary), "")
        if primary and not any(primary.lower() in m.metric.lower() for m in watch.monitors):
            yield fail(
                "X.metric_not_monitored",
                "monitoring",
                "monitors",
                f"nothing watches {primary}, the primary evaluation metric",
                "Add a monitor on matured labels.",
            )


def gate_not_looser(sections: Sections, ground: Ground) -> Iterator[Finding]:
    problem, training = sections.get("problem"), sections.get("training")
    if isinstance(problem, Problem) and isinstance(training, Training):
        success = problem.success
        for p in training.registry.promotions:
            for g in p.gates:
                if g.metric == success.metric and p.target.startswith("prod"):
                    looser = (
                        g.value.value < success.value.value
                        if success.op in (">=", ">")
                        else g.value.value > success.value.value
                    )
                    if looser:
                        yield fail(
                            "X.gate_vs_success",
                            "training",
                            f"registry.promotions[{p.target}]",
                            f"gate {g.value}, success means {success.value}",
                            "The gate to production is at least the success threshold.",
                        )


def online_features(sections: Sections, ground: Ground) -> Iterator[Finding]:
    features = sections.get("features")
    if isinstance(features, Features) and not features.feature_store.real_time.holds:
        for f in features.features:
            if f.online and not f.excluded:
                yield fail(
                    "X.fs_online",
                    "features",
                    f"features[{f.name}]",
                    f"`{f.name}` is looked up online, but the real-time criterion is denied",
                    "Change the feature or the criterion.",
                )


def baseline_is_fallback(sections: Sections, ground: Ground) -> Iterator[Finding]:
    problem, serving = sections.get("problem"), sections.get("serving")
    system = ground.facts.current_system
    if isinstance(problem, Problem) and isinstance(serving, Serving) and system:
        words = [word for word in system.value.lower().split() if len(word) > 3][:3]
        if words and not any(word in level.action.lower() for level in serving.fallback for word in words):
            yield warn(
                "X.baseline_fallback",
                "serving",
                "fallback",
                f"“{system.value}” decides today and is no fallback level",
                "Keep it as a level; it is trusted.",
            )


def rollback_is_measured(sections: Sections, ground: Ground) -> Iterator[Finding]:
    test, watch = sections.get("ab_test"), sections.get("monitoring")
    if isinstance(test, ABTest) and isinstance(watch, Monitoring):
        measured = " ".join(
            [
                test.primary,
                *(g.name for g in test.guardrails),
                *(m.metric for m in watch.monitors),
                "primary metric",
            ]
        ).lower()
        for r in test.rollback:
            words = [word for word in r.metric.lower().replace(",", "").split() if len(word) > 3]
            if not any(word in measured for word in words):
                yield fail(
                    "X.rollback_metric",
                    "ab_test",
                    "rollback",
                    f"nothing measures “{r.metric}”",
                    "Roll back on a guardrail or a monitored metric.",
                )


def one_name_one_alert(sections: Sections, ground: Ground) -> Iterator[Finding]:
    watch = sections.get("monitoring")
    if isinstance(watch, Monitoring):
        ids = [m.id for m in watch.monitors]
        for id in {id for id in ids if ids.count(id) > 1}:
            yield fail(
                "X.alert_id",
                "monitoring",
                f"monitors[{id}]",
                f"{id} names two alerts",
                "Give each alert its own id.",
            )


def given_is_said(sections: Sections, ground: Ground) -> Iterator[Finding]:
    """A number marked as given must stand in the brief, with its quote."""
    for step, section in sections.items():
        for path, quantity in false_quotes(section, ground.facts):
            yield fail(
                "X.provenance",
                step,
                path,
                f"{quantity} is called given, but “{quantity.basis[:70]}” is not in the brief or holds another number",
                "Quote the brief's exact words, or mark it as assumed with a reason.",
            )


RULES = (
    tools, latency_guardrail, metric_is_monitored, gate_not_looser, online_features, baseline_is_fallback,
    rollback_is_measured, one_name_one_alert, given_is_said,
)  # fmt: skip

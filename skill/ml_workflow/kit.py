"""The ML Workflow skill as the runtime sees it: one object with everything the protocol `SkillKit` asks for."""

import dataclasses
from collections.abc import Mapping
from datetime import date
from typing import Any

from pydantic import BaseModel

from briefwright.skill.kit import Brief, Figure, Pages, Plot, Stop
from briefwright.skill.markdown import Block, clip, slug
from briefwright.skill.ml_workflow import replies
from briefwright.skill.ml_workflow.annexes import annexes
from briefwright.skill.ml_workflow.concise import concise
from briefwright.skill.ml_workflow.decide.decisions import Decisions, decide
from briefwright.skill.ml_workflow.decide.questions import open_questions
from briefwright.skill.ml_workflow.facts import Facts, Given
from briefwright.skill.ml_workflow.later import with_words
from briefwright.skill.ml_workflow.planner import (
    ab_test,
    features,
    monitoring,
    problem,
    serving,
    tracking,
    training,
)
from briefwright.skill.ml_workflow.plots import plots
from briefwright.skill.ml_workflow.provenance import owned, quantities
from briefwright.skill.ml_workflow.reader.read import read
from briefwright.skill.ml_workflow.render import LABELS, fill_section
from briefwright.skill.ml_workflow.rules.across import review
from briefwright.skill.ml_workflow.rules.catalogue import judge_by_rules, rules_for
from briefwright.skill.ml_workflow.rules.examples import EXAMPLES
from briefwright.skill.ml_workflow.rules.finding import Ground
from briefwright.skill.ml_workflow.runbook import runbook
from briefwright.skill.ml_workflow.sections import Section
from briefwright.skill.spec import Check, Finding, Skill, Step, Verdict, fill, labels_to_fill

PLANNERS = {
    "problem": problem.plan,
    "features": features.plan,
    "tracking": tracking.plan,
    "training": training.plan,
    "serving": serving.plan,
    "ab_test": ab_test.plan,
    "monitoring": monitoring.plan,
}


class MLWorkflow:
    """Reads briefs about machine learning, decides by rule and arithmetic, and verifies its own sections."""

    plans = True
    step_ids = ("problem", "features", "tracking", "training", "serving", "ab_test", "monitoring")
    # Which section a step must see before it is written. Numbers and tools come from the decisions, so only
    # words have to wait: the target and the metric names. Drift monitors watch the top inputs by number, so
    # monitoring does not wait for features, the longest reply of all.
    needs: Mapping[str, tuple[str, ...]] = {
        "problem": (),
        "features": (),
        "tracking": (),
        "training": ("problem",),
        "serving": ("problem",),
        "ab_test": ("problem",),
        "monitoring": ("problem",),
    }

    def read(self, brief: Brief) -> Facts:
        return read(brief.text, brief.as_of)

    def say(self, brief: Brief, words: str) -> str:
        return with_words(brief, words)

    def decide(self, facts: Facts, brief: Brief) -> Decisions:
        return decide(facts, brief.as_of)

    def refuse(self, facts: Facts) -> Stop | None:
        """Not ML and forbidden uses are declined before anything is decided about them."""
        if facts.forbidden:
            return Stop(
                "declined",
                f"{facts.forbidden.value} is prohibited (EU AI Act, Art. 5); the brief: “{clip(facts.forbidden.quote, 120)}”",
            )
        if facts.not_ml:
            return Stop(
                "declined",
                "this does not look like a machine-learning task: nothing in the brief is to be predicted or learned from data, so it is outside this skill",
            )
        return None

    def ask(self, facts: Facts, decisions: Decisions) -> Stop | None:
        """The questions whose answers would change the design, if there are any."""
        decisive = tuple(q.text for q in open_questions(facts, decisions) if q.decisive)
        return (
            Stop("needs_answers", f"{len(decisive)} answers would change the design", decisive)
            if decisive
            else None
        )

    def misfits(self, skill: Skill) -> tuple[str, ...]:
        """Labels of the skill's template this kit has no cell for, and cells without a label."""
        return tuple(
            f"'{step.part.heading}': {', '.join(sorted(odd))}"
            for step in skill.steps
            if (odd := {slug(label) for label in labels_to_fill(step.part)} ^ LABELS[step.id])
        )

    def plan(self, step: str, facts: Facts, decisions: Decisions) -> Section:
        return PLANNERS[step](facts, decisions)

    def reply_schema(self, step: str) -> dict[str, Any]:
        return replies.reply_schema(step)

    def context(
        self, step: str, facts: Facts, decisions: Decisions, sections: Mapping[str, Section]
    ) -> dict[str, str]:
        asked = set(self.reply_schema(step)["properties"])
        fixed = concise(self.plan(step, facts, decisions), without=asked)
        needed = [
            f"{id}: {concise(sections[id], without={'workings', 'tools'})}"
            for id in self.step_ids  # one order for all steps, so that their prompts begin alike
            if id in self.needs[step] and id in sections
        ]
        return {
            "facts": self.facts_in_words(facts),
            "decisions": "\n".join(f"- {d.topic}: {d.choice} — {d.reason}" for d in decisions.log),
            "sources": "\n".join(
                f"- {s.name}: readable after {s.delay_min.value:g} min; {s.gives}" for s in decisions.sources
            ),
            "fixed": fixed,
            "needed": "\n\n".join(needed) or "none",
        }

    def accept(self, step: str, reply: dict[str, Any], facts: Facts, decisions: Decisions) -> Section:
        return replies.accept(step, reply, self.plan(step, facts, decisions))

    def check(self, check: Check, section: Section, facts: Facts, decisions: Decisions) -> Verdict:
        return judge_by_rules(check, section, Ground(facts, decisions))

    def review(
        self, sections: Mapping[str, Section], facts: Facts, decisions: Decisions
    ) -> tuple[Finding, ...]:
        return review(sections, Ground(facts, decisions))

    def owned(self, section: Section, facts: Facts) -> Section:
        return owned(section, facts)

    def blocks(self, step: Step, section: Section) -> tuple[Block, ...]:
        return fill(step.part, fill_section(step.id, section))

    def facts_in_words(self, facts: Facts) -> str:
        return "\n".join(
            f"- {name}: {given.value} (“{given.quote}”)"
            for name, given in facts.found()
            if name != "instructions"
        )

    def examples(self, check: Check) -> tuple[str, str] | None:
        return next((pair for words, pair in EXAMPLES.items() if words in check.statement.lower()), None)

    def question(self, check: Check) -> str:
        rules = rules_for(check)
        return rules.question if rules else check.statement

    def pages(
        self, skill: Skill, facts: Facts, decisions: Decisions, sections: Mapping[str, Section]
    ) -> Pages:
        name = decisions.framing.name
        return Pages(
            title=skill.template.titled(name),
            note=f"Written {decisions.as_of} from the brief alone.",
            annexes=tuple(annexes(facts, decisions, sections)),
            runbook=tuple(runbook(facts, decisions, sections)),
        )

    def figures(self, section: Section) -> tuple[Figure, ...]:
        return tuple(
            Figure(
                str(q),
                q.source,
                (f"“{q.basis}”" if q.source == "given" else q.basis)
                + (f" (confirms: {q.confirm})" if q.confirm else ""),
            )
            for _, q in quantities(section)
        )

    def plots(self, sections: Mapping[str, Section]) -> tuple[Plot, ...]:
        return plots(sections)

    def as_data(self, value: Any) -> Any:
        return as_data(value)


def as_data(value: Any) -> Any:
    """Dataclasses, models and dates as plain JSON data; the brief's whole text is not repeated."""
    if isinstance(value, Facts):
        found = {}
        for each in dataclasses.fields(value):
            item = getattr(value, each.name)
            if each.name != "text" and item not in (None, (), ""):
                found[each.name] = as_data(item)
        return found
    if isinstance(value, Given):
        return {
            "value": as_data(value.value),
            "quote": value.quote,
            "at": value.start,
            **({"unit": value.unit} if value.unit else {}),
        }
    if isinstance(value, BaseModel):
        return value.model_dump(mode="json")
    if dataclasses.is_dataclass(value) and not isinstance(value, type):
        skipped = ("signals", "cues")
        return {
            f.name: as_data(getattr(value, f.name))
            for f in dataclasses.fields(value)
            if f.name not in skipped
        }
    if isinstance(value, date):
        return value.isoformat()
    if isinstance(value, Mapping):
        return {str(key): as_data(item) for key, item in value.items()}
    return [as_data(item) for item in value] if isinstance(value, list | tuple) else value


KIT = MLWorkflow()

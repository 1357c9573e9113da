"""The kit of a skill that brings none: all it knows is the skill's own template, and a model fills it.

Tables come back as data, free parts as text; headings, columns and labels are the template's and no model's. Such a kit
has no planner and no rules about content: its quality checks are questions for a judge.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from typing import Any

from briefwright.skill.kit import Brief, Figure, Pages, Plot, ReplyError, Stop
from briefwright.skill.markdown import Block, Heading, Prose, clip, plain, render
from briefwright.skill.slots import Slot, blocks_of, object_schema, schema_of, slots_of, taken
from briefwright.skill.spec import Check, Finding, Skill, Step, Verdict, has_placeholder

NOTES = "notes"
NOTE = Slot(NOTES, Prose(""))


@dataclass(frozen=True)
class Request:
    """The brief as it stands; nothing is read out of it by rule."""

    text: str
    as_of: date


class FromTemplate:
    """Carries out any skill with the words of a model and the shape of the skill's Output Format."""

    plans = False

    def __init__(self, skill: Skill) -> None:
        self.skill = skill
        self.step_ids = tuple(step.id for step in skill.steps)
        self.needs: Mapping[str, tuple[str, ...]] = {
            id: self.step_ids[:n] for n, id in enumerate(self.step_ids)
        }

    def read(self, brief: Brief) -> Request:
        return Request(brief.text, brief.as_of)

    def say(self, brief: Brief, words: str) -> str:
        return f"{brief.text.strip()}\n\n{words.strip()}\n"

    def misfits(self, skill: Skill) -> tuple[str, ...]:
        return ()

    def refuse(self, facts: Request) -> Stop | None:
        return None

    def ask(self, facts: Request, decisions: None) -> Stop | None:
        return None

    def decide(self, facts: Request, brief: Brief) -> None:
        return None

    def plan(self, step: str, facts: Request, decisions: None) -> Any:
        raise NotImplementedError("this kit has no planner, and `plans` says so")

    def reply_schema(self, step: str) -> dict[str, Any]:
        slots = slots_of(self.skill.step(step).part)
        said = "What this step finds out, in short sentences, for the steps after it."
        return object_schema(
            {slot.key: schema_of(slot) for slot in slots} or {NOTES: {"type": "string", "description": said}}
        )

    def context(
        self, step: str, facts: Request, decisions: None, sections: Mapping[str, Any]
    ) -> dict[str, str]:
        """Every earlier section as it will be read, in the order of the steps."""
        before = [f"{id}:\n{self._shown(id, sections[id])}" for id in self.step_ids if id in sections]
        return {
            "facts": f"Nothing is read by rule for this skill; the brief itself counts. Today is {facts.as_of}.",
            "decisions": "None.",
            "sources": "Only what the brief names.",
            "fixed": "The headings, columns and labels of the template.",
            "needed": "\n\n".join(before) or "None.",
        }

    def accept(self, step: str, reply: dict[str, Any], facts: Request, decisions: None) -> dict[str, Any]:
        """The reply with every cell as clean text. Raises ReplyError with everything missing or out of shape."""
        slots = slots_of(self.skill.step(step).part) or (NOTE,)
        faults: list[str] = []
        section = {slot.key: taken(slot, reply.get(slot.key), slot.key, faults) for slot in slots}
        if faults:
            raise ReplyError("; ".join(faults))
        return section

    def check(self, check: Check, section: Any, facts: Request, decisions: None) -> Verdict:
        return Verdict(
            check.id, "not judged", "nobody", "the skill brings no rules for this check; it needs a judge"
        )

    def review(self, sections: Mapping[str, Any], facts: Request, decisions: None) -> tuple[Finding, ...]:
        return ()

    def blocks(self, step: Step, section: Mapping[str, Any]) -> tuple[Block, ...]:
        """The step's part of the template with the section in its slots; nothing for a step without a part."""
        return blocks_of(step.part, section) if step.part.heading else ()

    def facts_in_words(self, facts: Request) -> str:
        return facts.text

    def examples(self, check: Check) -> tuple[str, str] | None:
        return None

    def question(self, check: Check) -> str:
        return f"Is this true of the part: {check.statement}"

    def pages(self, skill: Skill, facts: Request, decisions: None, sections: Mapping[str, Any]) -> Pages:
        """What steps without a part of their own found out follows as working notes."""
        silent = [step for step in skill.steps if _silent(step)]
        notes: list[Block] = [Heading(2, "Working Notes")] if silent else []
        for step in silent:
            notes += [Heading(3, step.title), Prose(sections[step.id][NOTES])]
        note = f"Written {facts.as_of} from the brief alone; no number was computed by code."
        return Pages(_title(skill, facts.text), note, tuple(notes), ())

    def owned(self, section: Any, facts: Any) -> Any:
        return section

    def figures(self, section: Any) -> tuple[Figure, ...]:
        return ()

    def plots(self, sections: Mapping[str, Any]) -> tuple[Plot, ...]:
        return ()

    def as_data(self, value: Any) -> Any:
        return {"as_of": value.as_of.isoformat()} if isinstance(value, Request) else value

    def _shown(self, step: str, section: Mapping[str, Any]) -> str:
        blocks = self.blocks(self.skill.step(step), section)
        return str(section[NOTES]) if _silent(self.skill.step(step)) else render(blocks)


def _silent(step: Step) -> bool:
    """Whether a step fills nothing of the template and leaves notes for the others instead."""
    return not slots_of(step.part)


def _title(skill: Skill, brief: str) -> str:
    """The template's title with its one placeholder filled by the brief's first line, else the skill's name with it."""
    first = next((line.lstrip("# ").strip() for line in brief.splitlines() if line.strip(" #")), "brief")
    name = clip(plain(first), 80)
    return skill.template.titled(name) if has_placeholder(skill.template.title) else f"{skill.name}: {name}"

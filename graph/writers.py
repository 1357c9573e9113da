"""Who fills a section: the embedded planner, or a model. One protocol for both."""

import json
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, Protocol

from briefwright.graph.errors import PromptTooLong, UnusableReply
from briefwright.graph.model import Model
from briefwright.graph.reply import object_in
from briefwright.graph.tokens import Tokens
from briefwright.prompts.fill import fill
from briefwright.skill.kit import ReplyError, SkillKit
from briefwright.skill.markdown import plain, render
from briefwright.skill.references import called_for, references
from briefwright.skill.spec import Check, Finding, Skill, Step


@dataclass(frozen=True)
class Task:
    """What a writer is given for one attempt. `previous` and `findings` are set when it is a revision."""

    step: Step
    brief: str
    facts: Any
    decisions: Any
    sections: Mapping[str, Any]
    attempt: int
    previous: Any = None
    findings: tuple[Finding, ...] = ()
    fault: str = ""


class Writer(Protocol):
    @property
    def name(self) -> str: ...

    @property
    def revises(self) -> bool:
        """Whether asking again, with what failed, can give something else."""

    async def write(self, task: Task) -> Any:
        """A section. Raises UnusableReply when nothing usable came, EndpointError when nobody can be asked."""

    def forget(self, step: str) -> None:
        """Let go of what was kept of a step that came to nothing, so that a resumed run asks anew."""


@dataclass(frozen=True)
class Planner:
    """The embedded writer: deterministic, so it has nothing to say twice."""

    kit: SkillKit
    name: str = "planner"
    revises: bool = False

    async def write(self, task: Task) -> Any:
        return self.kit.plan(task.step.id, task.facts, task.decisions)

    def forget(self, step: str) -> None:
        return None


@dataclass(frozen=True)
class ModelWriter:
    """Asks a model for the fields that need words; the kit lays the reply over what code computed."""

    skill: Skill
    kit: SkillKit
    model: Model
    room: int = 24_000
    tokens: Tokens = field(default_factory=Tokens)
    notes: tuple[str, ...] = ()
    revises: bool = True

    @property
    def name(self) -> str:
        return self.model.name

    async def write(self, task: Task) -> Any:
        schema = self.kit.reply_schema(task.step.id)
        try:
            reply = await self.model.ask(self.messages(task, schema), schema, task.step.id, task.attempt)
        except PromptTooLong:
            lean = self.messages(task, schema, lean=True)
            reply = await self.model.ask(lean, schema, task.step.id, task.attempt)
        try:
            return self.kit.accept(task.step.id, object_in(reply), task.facts, task.decisions)
        except ReplyError as fault:
            raise UnusableReply(plain(f"the reply is no section: {fault}")) from None

    def forget(self, step: str) -> None:
        self.model.journal.forget(step)

    def messages(self, task: Task, schema: dict[str, Any], lean: bool = False) -> list[tuple[str, str]]:
        """System text first and the same for every step and attempt; what differs comes last.

        References fill what is left of `room` tokens, the most wanted first; everything else is always there. A lean prompt, for
        models that read little at once, does without references, notes and the other steps of the skill.
        """
        context = self.kit.context(task.step.id, task.facts, task.decisions, task.sections)
        checks = self.skill.checks_of(task.step.id)
        always = sum(
            self.tokens.count(text)
            for text in (self.skill.text, task.brief, *context.values(), json.dumps(schema))
        )
        wanted = called_for(references(Path(self.skill.path)), task.step.id, task.brief)
        room = 0 if lean else self.room - always
        packed, _ = self.tokens.pack([(each.name, each.text) for each in wanted], room)
        messages = [
            ("system", fill("system", skill=self.skill.description if lean else self.skill.text)),
            (
                "user",
                fill(
                    "step",
                    brief=task.brief,
                    number=str(task.step.number),
                    title=task.step.title,
                    instruction=task.step.instruction,
                    template=render(task.step.part.blocks),
                    checks="\n".join(self._check(check) for check in checks),
                    references="\n\n".join(text for _, text in packed) or "nothing in particular",
                    notes="\n".join(f"- {note}" for note in self.notes if not lean) or "nothing yet",
                    schema=json.dumps(schema, ensure_ascii=False),
                    **context,
                ),
            ),
        ]
        if task.attempt > 1:
            messages.append(
                ("user", fill("revise", findings=_findings(task), section=self._previous(task, schema)))
            )
        return messages

    def _check(self, check: Check) -> str:
        examples = self.kit.examples(check)
        shown = f"\n  passes: {examples[0]}\n  fails: {examples[1]}" if examples else ""
        return f"- {check.id}: {check.statement}{shown}"

    def _previous(self, task: Task, schema: dict[str, Any]) -> str:
        if task.previous is None:
            return "{}"
        data = self.kit.as_data(task.previous)
        return json.dumps({key: data[key] for key in schema["properties"] if key in data}, ensure_ascii=False)


def _findings(task: Task) -> str:
    lines = [f"- {f.rule} at {f.path}: {f.message}. {f.mend}" for f in task.findings]
    return (
        "\n".join(lines + ([f"- {plain(task.fault)}"] if task.fault else [])) or "- nothing usable came back"
    )

"""What a skill that brings its own knowledge offers to the runtime. The runtime knows nothing else of it."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from typing import Any, Literal, Protocol

from briefwright.skill.markdown import Block
from briefwright.skill.spec import Check, Finding, Skill, Step, Verdict


@dataclass(frozen=True)
class Brief:
    """What someone wants, in their words, and the day it is read on."""

    text: str
    as_of: date


@dataclass(frozen=True)
class Stop:
    """Why no document is written: questions that need answers first, or work this skill must not or cannot do."""

    outcome: Literal["needs_answers", "declined"]
    reason: str
    questions: tuple[str, ...] = ()


@dataclass(frozen=True)
class Pages:
    """What a kit adds around the template: the document's title, its annexes and the runbook."""

    title: str
    note: str
    annexes: tuple[Block, ...]
    runbook: tuple[Block, ...]


@dataclass(frozen=True)
class Figure:
    """A number as the document writes it, and where it comes from: given with its quote, computed with its formula, assumed with its reason."""

    text: str
    source: Literal["given", "computed", "assumed"]
    how: str


@dataclass(frozen=True)
class Mark:
    """A point of a plot that is named."""

    x: float
    y: float
    label: str


@dataclass(frozen=True)
class Plot:
    """What people would rather look at than read: a line, bars or steps, the point that was chosen, a limit, and the same in words."""

    step: str
    kind: Literal["line", "bars", "steps"]
    title: str
    x_label: str
    y_label: str
    points: tuple[tuple[float, float], ...]
    names: tuple[str, ...] = ()
    mark: Mark | None = None
    limit: Mark | None = None
    words: str = ""


class SkillKit(Protocol):
    """Facts, decisions and sections are the kit's own types; the runtime passes them on without looking inside."""

    @property
    def step_ids(self) -> tuple[str, ...]:
        """Short names of the steps, in the order of SKILL.md."""

    @property
    def plans(self) -> bool:
        """Whether the kit can write every section itself; without, a run needs a model."""

    @property
    def needs(self) -> Mapping[str, tuple[str, ...]]:
        """Which sections each step must see before it is written."""

    def read(self, brief: Brief) -> Any:
        """Brief → Facts."""

    def say(self, brief: Brief, words: str) -> str:
        """The text of the brief with words said later in it, which win over what it said before."""

    def misfits(self, skill: Skill) -> tuple[str, ...]:
        """Where a skill's template and this kit disagree; empty when the kit can fill it."""

    def refuse(self, facts: Any) -> Stop | None:
        """Work this skill must not or cannot do."""

    def ask(self, facts: Any, decisions: Any) -> Stop | None:
        """Questions whose answers would change the design; used when the caller prefers them over assumptions."""

    def decide(self, facts: Any, brief: Brief) -> Any:
        """Facts → Decisions."""

    def plan(self, step: str, facts: Any, decisions: Any) -> Any:
        """The planner's section: complete, deterministic, no network."""

    def reply_schema(self, step: str) -> dict[str, Any]:
        """JSON schema of what a model is asked to fill in for this step; computed fields are not in it."""

    def context(self, step: str, facts: Any, decisions: Any, sections: Mapping[str, Any]) -> dict[str, str]:
        """Named texts for the step's prompt: facts, decisions, sections it needs."""

    def accept(self, step: str, reply: dict[str, Any], facts: Any, decisions: Any) -> Any:
        """A model's reply laid over the planner's section. Raises ReplyError with every fault."""

    def check(self, check: Check, section: Any, facts: Any, decisions: Any) -> Verdict:
        """One quality check by rules."""

    def review(self, sections: Mapping[str, Any], facts: Any, decisions: Any) -> tuple[Finding, ...]:
        """What must agree between sections."""

    def owned(self, section: Any, facts: Any) -> Any:
        """The section as it may be published: a number whose quote the brief does not hold is no longer called given."""

    def blocks(self, step: Step, section: Any) -> tuple[Block, ...]:
        """The step's part of the template with the section in it; empty for a step without a part."""

    def facts_in_words(self, facts: Any) -> str:
        """Facts as a list, each with its quote, for a reader who has not seen the brief."""

    def examples(self, check: Check) -> tuple[str, str] | None:
        """Words that pass the check and words that fail it; None where nobody wrote any."""

    def question(self, check: Check) -> str:
        """What only a judge can answer for this check."""

    def pages(self, skill: Skill, facts: Any, decisions: Any, sections: Mapping[str, Any]) -> Pages:
        """Title, annexes and runbook."""

    def figures(self, section: Any) -> tuple[Figure, ...]:
        """Every number of a section as the document writes it, to be found again in the rendered Markdown."""

    def plots(self, sections: Mapping[str, Any]) -> tuple[Plot, ...]:
        """What is worth drawing."""

    def as_data(self, value: Any) -> Any:
        """Facts, decisions or a section as plain JSON data for run.json."""


class ReplyError(ValueError):
    """A model's reply that is no section: what is wrong, field by field, in words that tell how to mend it."""

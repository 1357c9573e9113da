"""What a run knows. `Run` is what you would save; `Deps` is what you would not."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import Annotated, Any, Literal, TypedDict

from briefwright.graph.budget import Budget
from briefwright.graph.judge import Judge, Opinion
from briefwright.graph.model import Usage
from briefwright.graph.writers import Writer
from briefwright.skill.kit import Brief, SkillKit
from briefwright.skill.spec import Finding, Skill, Verdict

OutcomeName = Literal["passed", "unverified", "needs_answers", "declined", "failed", "cancelled"]


@dataclass(frozen=True)
class Section:
    """One step's typed content, who wrote it, in which attempt, and what the checks found."""

    step: str
    data: Any
    writer: str
    attempt: int
    verdicts: tuple[Verdict, ...]
    note: str = ""
    attempts: tuple["Attempt", ...] = ()

    @property
    def failures(self) -> int:
        """How many findings block; the fewer, the better the attempt."""
        return sum(f.severity == "fail" for verdict in self.verdicts for f in verdict.findings)


@dataclass(frozen=True)
class Attempt:
    """One try at a section: what it failed on, or why nothing usable came back."""

    number: int
    writer: str
    failed: tuple[str, ...]
    fault: str = ""


@dataclass(frozen=True)
class Outcome:
    name: OutcomeName
    reason: str
    questions: tuple[str, ...] = ()


@dataclass(frozen=True)
class Document:
    """What leaves the building: two Markdown texts, and the verdict of every check."""

    text: str
    runbook: str
    verdicts: tuple[Verdict, ...]


@dataclass(frozen=True)
class Event:
    """Something worth showing while a run goes on. A `section` carries the step's part as Markdown, as it stands now."""

    kind: Literal[
        "read",
        "decided",
        "stopped",
        "writing",
        "checked",
        "section",
        "reviewed",
        "judging",
        "amending",
        "assembled",
    ]
    step: str = ""
    attempt: int = 0
    text: str = ""


def merge(old: Mapping[str, Any], new: Mapping[str, Any]) -> dict[str, Any]:
    """Steps run at once, each adds its own keys."""
    return {**old, **new}


@dataclass(frozen=True)
class Wish:
    """What a reader wants changed in one step's section, in their words. Without a step nobody can carry it out; such wishes come last."""

    step: str
    text: str


class Run(TypedDict, total=False):
    """State of the whole graph. `due` are the steps that have to be written in this round, `sent_back` those a judge refused.

    `wishes` are what a reader wants changed in sections that are written; `asked` holds each section's attempt before, `heard` what became of it.
    """

    brief: Brief
    wishes: tuple[Wish, ...]
    asked: tuple[int, ...]
    heard: tuple[str, ...]
    facts: Any
    decisions: Any
    due: frozenset[str]
    round: int
    sections: Annotated[dict[str, Section], merge]
    faults: Annotated[dict[str, str], merge]
    findings: tuple[Finding, ...]
    opinions: dict[str, Opinion]
    sent_back: frozenset[str]
    outcome: Outcome | None
    document: Document | None


class StepRun(TypedDict, total=False):
    """State of one step's own small graph."""

    facts: Any
    decisions: Any
    sections: dict[str, Any]
    findings: tuple[Finding, ...]
    attempt: int
    draft: Any
    fault: str
    latest: Section | None
    best: Section | None
    tries: tuple[Attempt, ...]
    next: Literal["revise", "fall_back", "done"]


@dataclass(frozen=True)
class Deps:
    """What nodes use and no run saves: the skill and its kit, the writer, limits, where events and usage go."""

    skill: Skill
    kit: SkillKit
    writer: Writer
    planner: Writer
    judge: Judge | None = None
    budget: Budget = field(default_factory=Budget)
    max_attempts: int = 3
    ask: bool = False
    emit: Callable[[Event], None] = lambda event: None
    usage: list[Usage] = field(default_factory=list)

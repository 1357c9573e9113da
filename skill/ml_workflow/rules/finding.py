"""What every rule is given, and the words it answers with."""

from collections.abc import Callable, Iterator
from dataclasses import dataclass

from briefwright.skill.ml_workflow.decide.decisions import Decisions
from briefwright.skill.ml_workflow.facts import Facts
from briefwright.skill.spec import Finding


@dataclass(frozen=True)
class Ground:
    """What the sections stand on. Rules compare against it; they never change it."""

    facts: Facts
    decisions: Decisions


Rule = Callable[..., Iterator[Finding]]


@dataclass(frozen=True)
class CheckRules:
    """A check's rules, the words of the section that show it passed, and what only a judge can answer."""

    step: str
    rules: tuple[Rule, ...]
    evidence: Callable[..., tuple[str, ...]]
    question: str


def fail(rule: str, step: str, path: str, message: str, mend: str) -> Finding:
    return Finding(rule, "fail", step, path, message, mend)


def warn(rule: str, step: str, path: str, message: str, mend: str) -> Finding:
    return Finding(rule, "warn", step, path, message, mend)


def to_judge(rule: str, step: str, path: str, message: str) -> Finding:
    return Finding(rule, "judge", step, path, message, "ask a judge or a person")

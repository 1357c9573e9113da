"""What the verifier's rules share: findings with lines, the facts they may use, and when a check can be judged at all."""

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from functools import cached_property

from briefwright.skill.ml_workflow.facts import Facts
from briefwright.skill.ml_workflow.verify.claims import Claims, Said
from briefwright.skill.ml_workflow.verify.stated import Stated, read_stated
from briefwright.skill.spec import Finding, Severity


@dataclass(frozen=True, eq=False)
class Document:
    """A document's claims, and the brief's facts when the brief is at hand.

    It equals nothing but itself, so that what several rules read of it can be remembered by it.
    """

    claims: Claims
    facts: Facts | None = None

    @cached_property
    def stated(self) -> Stated:
        """What the document says of itself: its date, its delays, its windows."""
        return read_stated(self.claims, self.facts)


Rule = Callable[[Document], Iterator[Finding]]


@dataclass(frozen=True)
class TextCheck:
    """A check's rules over text, and the rows without which it cannot be judged."""

    rules: tuple[Rule, ...]
    needs: tuple[tuple[str, str], ...]


def fail(rule: str, where: str, said: Said, message: str, mend: str) -> Finding:
    return _found("fail", rule, where, said, message, mend)


def warn(rule: str, where: str, said: Said, message: str, mend: str) -> Finding:
    return _found("warn", rule, where, said, message, mend)


def _found(severity: Severity, rule: str, where: str, said: Said, message: str, mend: str) -> Finding:
    return Finding(rule, severity, "document", where, message, mend, said.line)

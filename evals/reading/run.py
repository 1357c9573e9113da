"""`make reading`: what the reader makes of briefs it was not written for.

The briefs were written, and the facts in them listed, without a look at the reader; it was mended on them since, so look at
which facts it is bad at and expect less of yours. A fact is right, wrong (read as something else) or missed. What is
listed is a number, or ways to say it: one of them has to stand in the words that were read. The lists are not exhaustive.
"""

import sys
from collections import Counter
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, replace
from datetime import date
from pathlib import Path
from typing import Any

import yaml

from briefwright.skill.ml_workflow.facts import Facts, Given
from briefwright.skill.ml_workflow.reader.read import read

BRIEFS = Path(__file__).parent / "briefs"
STRICT = Path(__file__).parent / "strict"
"""Briefs whose lists leave nothing out that the reader has a fact for, also what it is bad at; twenty are in other languages."""
AS_OF = date(2026, 11, 24)
TOLERANCE = {
    "history_days": 0.1,
    "volume_per_day": 0.05,
    "label_horizon_days": 0.05,
    "label_delay_days": 0.05,
}
"""How far a number may be off, as a share: a month has 30 days or 30.4."""
LISTS = ("clouds", "tools", "tools_refused", "regulations", "guardrails", "features", "known_later", "barred", "sources", "regime_changes")  # fmt: skip


@dataclass(frozen=True)
class Verdict:
    """How one fact of one brief was read: right, wrong or missed."""

    brief: str
    fact: str
    kind: str
    listed: Any
    read: Any


def verdicts(name: str, text: str, says: Mapping[str, Any]) -> Iterator[Verdict]:
    """The brief's facts held against what is listed for it."""
    facts = read(text, AS_OF)
    for fact, listed in says.items():
        given = _read(facts, fact)
        if fact in LISTS:
            yield from _of_list(name, fact, listed, given)
        elif not given:
            yield Verdict(name, fact, "missed", listed, None)
        else:
            kind = "right" if _same(fact, listed, given[0]) else "wrong"
            yield Verdict(name, fact, kind, listed, given[0].value)


def _read(facts: Facts, fact: str) -> tuple[Given[Any], ...]:
    """What was read; levels of a metric that is no share are kept under other names."""
    value = getattr(facts, fact, None)
    if value is None and fact == "latency_p99_ms" and facts.deadline_s:
        value = replace(facts.deadline_s, value=facts.deadline_s.value * 1000)
    if value is None and fact in ("metric_baseline", "metric_target"):
        value = facts.metric_mean if fact == "metric_baseline" else facts.metric_goal
    if fact == "tools":
        refused = {given.value for given in facts.tools_refused}
        return tuple(given for given in facts.tools if given.value not in refused)
    return value if isinstance(value, tuple) else (value,) if value is not None else ()


def _of_list(name: str, fact: str, listed: list[Any], given: tuple[Given[Any], ...]) -> Iterator[Verdict]:
    left = list(given)
    for item in listed:
        hit = next((g for g in left if _says(item, g)), None)
        if hit:
            left.remove(hit)
        yield Verdict(name, fact, "right" if hit else "missed", item, hit.value if hit else None)


def _same(fact: str, listed: Any, given: Given[Any]) -> bool:
    if isinstance(listed, list) and all(isinstance(way, int | float) for way in listed):
        return any(_same(fact, way, given) for way in listed)
    if not isinstance(listed, int | float):
        return _says(listed, given)
    if not isinstance(given.value, int | float):
        return False
    most = TOLERANCE.get(fact, 0.02) * max(abs(listed), 1e-9)
    return abs(abs(given.value) - abs(listed)) <= most


def _says(listed: Any, given: Given[Any]) -> bool:
    ways = listed if isinstance(listed, list) else [listed]
    words = _plain(str(given.value))
    return any(_plain(str(way)) in words or (len(words) > 3 and words in _plain(str(way))) for way in ways)


def _plain(text: str) -> str:
    return " ".join(text.lower().replace("-", " ").replace("'", "’").split())


def load(folder: Path = BRIEFS) -> Iterator[tuple[str, str, dict[str, Any]]]:
    """(name, brief, what it says) of every brief in the folder."""
    for path in sorted(folder.glob("*.md")):
        _, front, text = path.read_text(encoding="utf-8").split("---\n", 2)
        yield path.stem, text.strip(), yaml.safe_load(front)


def table(found: list[Verdict]) -> str:
    """Right, wrong and missed by fact, the most frequent first; facts listed fewer than ten times stand together."""
    counts = {fact: Counter(v.kind for v in found if v.fact == fact) for fact in {v.fact for v in found}}
    often = sorted(((c.total(), f) for f, c in counts.items() if c.total() >= FEW), key=lambda row: (-row[0], row[1]))  # fmt: skip
    few = sum((c for c in counts.values() if c.total() < FEW), Counter[str]())
    rows = [*((f"`{fact}`", counts[fact]) for _, fact in often), ("others", few)]
    lines = ["| Fact | Listed | Right | Wrong | Missed |", "|---|---|---|---|---|"]
    lines += [_row(name, count) for name, count in [*rows, ("all", Counter(v.kind for v in found))]]
    return "\n".join(lines)


FEW = 10


def _row(name: str, count: Counter[str]) -> str:
    return f"| {name} | {count.total()} | {count['right']} ({count['right'] / count.total():.0%}) | {count['wrong']} | {count['missed']} |"


def measured(folder: Path = BRIEFS) -> list[Verdict]:
    """Every listed fact of every brief in the folder."""
    return [verdict for name, text, says in load(folder) for verdict in verdicts(name, text, says)]


def main() -> None:
    if len(sys.argv) > 1:
        print(table(measured(Path(sys.argv[1]))))
        return
    print(table(measured()))
    print(f"\n{strictly()}\n\n{table(measured(STRICT))}")


def strictly() -> str:
    """The briefs with the stricter lists in one sentence."""
    found = measured(STRICT)
    count = Counter(verdict.kind for verdict in found)
    share = {kind: count[kind] / count.total() for kind in ("right", "wrong", "missed")}
    return f"{len({v.brief for v in found})} more briefs, listed more strictly, {count.total()} facts: {share['right']:.0%} right, {share['wrong']:.0%} wrong, {share['missed']:.0%} missed."


if __name__ == "__main__":
    main()

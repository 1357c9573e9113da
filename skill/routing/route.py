"""A message → run one skill, ask which of up to three, or none. Deterministic, offline, and every decision explains itself."""

import re
from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Literal

from briefwright.skill.routing.index import Index
from briefwright.skill.routing.text import EVERYDAY, folded, stem, words

Action = Literal["run", "ask", "none"]
RUN, ASK, NAMED = 15.0, 8.5, 6.0
"""Evidence from which one skill runs, from which it is worth a question, and the latter where a trigger of its own names it."""
MARGIN, LED_BY_TRIGGER = 1.25, 1.1
"""How much the best has to lead the second to run without a question; less when a trigger of its own names it."""
OWN_TRIGGER = 2.5
"""Weight from which a trigger names its skill: no generic word, not shared by many."""
EARLIER_TURN = 0.35
LONGEST = 4000
MOST_CANDIDATES = 3
_EXPLICIT = re.compile(r"(?:^|\s)/([a-z0-9][a-z0-9-]{1,60})\b|\b(?:use|run|start|invoke|apply|with) (?:the |your )?[\"“']?([a-z0-9][\w &/-]{1,60}?)[\"”']? skill\b")  # fmt: skip


@dataclass(frozen=True)
class Hit:
    """A trigger found in the message, and where."""

    trigger: str
    start: int
    weight: float


@dataclass(frozen=True)
class Candidate:
    skill: str
    score: float
    triggers: tuple[Hit, ...] = ()
    words: tuple[str, ...] = ()


@dataclass(frozen=True)
class Decision:
    """What to do with a message, for whom, and why; `question` is what to put when the answer is `ask`."""

    action: Action
    candidates: tuple[Candidate, ...] = ()
    reason: str = ""
    question: str = ""

    @property
    def skill(self) -> str:
        return self.candidates[0].skill if self.action == "run" else ""


@dataclass
class _Tally:
    """What the words of a message add up to, by skill."""

    scores: dict[int, float] = field(default_factory=dict)
    hits: dict[int, list[Hit]] = field(default_factory=dict)
    said: list[tuple[str, tuple[tuple[int, float], ...]]] = field(default_factory=list)


def route(index: Index, message: str, earlier: Sequence[str] = ()) -> Decision:
    """Decide about a message; `earlier` turns of the user count less, and never alone."""
    text = folded(message[:LONGEST])
    if called := _explicit(index, text):
        return Decision("run", (Candidate(called, 100.0),), "called by name")
    tally = _Tally()
    telling = _add(index, text, 1.0, tally)
    if not tally.scores:
        return Decision("none", (), "no word of the message speaks for any skill")
    for turn in earlier[-3:]:
        _add(index, folded(turn[-LONGEST:]), EARLIER_TURN, tally)
    return _decide(index, tally, telling)


def _explicit(index: Index, text: str) -> str:
    for match in _EXPLICIT.finditer(text):
        name = (match[1] or match[2] or "").strip()
        number = index.names.get(name, index.names.get(re.sub(r"[^a-z0-9]+", "-", name).strip("-")))
        if number is not None:
            return index.slugs[number]
    return ""


def _add(index: Index, text: str, share: float, tally: _Tally) -> int:
    """Count words and triggers of a text; returns how many different telling words it has."""
    scores, postings, openers = tally.scores, index.postings, index.openers
    seen: set[str] = set()
    found = words(text)
    stems = [stem(word) for word, _ in found]
    for at, root in enumerate(stems):
        if root in openers:
            _count_trigger(index, found, stems, at, share, tally)
        if root in seen or root not in postings or found[at][0] in EVERYDAY:
            continue
        seen.add(root)
        speaks = postings[root]
        tally.said.append((found[at][0], speaks))
        for number, weight in speaks:
            scores[number] = scores.get(number, 0.0) + weight * share
    return len(seen)


def _count_trigger(
    index: Index, found: list[tuple[str, int]], stems: list[str], at: int, share: float, tally: _Tally
) -> None:
    """The longest trigger that begins at this word."""
    for size in range(index.openers[stems[at]], 0, -1):
        if trigger := index.triggers.get(tuple(stems[at : at + size])):
            for number in trigger.skills:
                tally.scores[number] = tally.scores.get(number, 0.0) + trigger.weight * share
                tally.hits.setdefault(number, []).append(Hit(trigger.phrase, found[at][1], trigger.weight))
            return


def _decide(index: Index, tally: _Tally, telling: int) -> Decision:
    least = max(tally.scores.values()) / 3  # who has less than a third of the best is no candidate
    close_by = [(-score, number) for number, score in tally.scores.items() if score >= least]
    ranked = [(number, -score) for score, number in sorted(close_by)[:MOST_CANDIDATES]]
    candidates = tuple(_candidate(index, tally, number, score) for number, score in ranked)
    best = candidates[0]
    second = candidates[1].score if len(candidates) > 1 else 0.0
    strong = any(hit.weight >= OWN_TRIGGER for hit in best.triggers)
    if best.score < (NAMED if strong else ASK) or (telling < 2 and not strong):
        return Decision("none", candidates, f"the best, {best.skill}, has too little: {best.score:.1f}")
    if best.score >= RUN and best.score >= (LED_BY_TRIGGER if strong else MARGIN) * second:
        return Decision("run", candidates, f"{best.skill} leads with {best.score:.1f} against {second:.1f}")
    close = tuple(c for c in candidates if c.score >= best.score / 2)
    names = ", ".join(c.skill for c in close)
    question = (
        f"Which one do you mean: {names}, or none of them?" if len(close) > 1 else f"Shall I use {names}?"
    )
    return Decision("ask", close, "no clear lead", question)


def _candidate(index: Index, tally: _Tally, number: int, score: float) -> Candidate:
    said = tuple(word for word, speaks in tally.said if any(n == number for n, _ in speaks))[:8]
    return Candidate(index.slugs[number], round(score, 2), tuple(tally.hits.get(number, ())), said)

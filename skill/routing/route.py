"""A message → run one skill, ask which of up to three, or none. Deterministic, offline, and every decision explains itself."""

import re
from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Literal

from briefwright.skill.routing.index import Index, Said, Trigger
from briefwright.skill.routing.text import EVERYDAY, WORK, folded, stem, words

Action = Literal["run", "ask", "none"]
RUN, ASK, NAMED = 15.0, 9.0, 6.0
"""Evidence from which one skill runs, from which it is worth a question, and the latter where a trigger of its own names it."""
AT_WORK = 5.0
"""Evidence that is worth a question in a message about somebody's work: everyday talk has no users, releases or suppliers."""
MARGIN, LED_BY_TRIGGER = 1.25, 1.1
"""How much the best has to lead the second to run without a question; less when a trigger of its own names it."""
OWN_TRIGGER = 2.5
"""Weight from which a trigger names its skill: no generic word, not shared by many."""
EARLIER_TURN = 0.35
LONGEST = 4000
MOST_CANDIDATES, MOST_IN_QUESTION = 3, 5
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
    """What to do with a message, for whom, and why; `question` is what to put when the answer is `ask`.

    `called` says of a message that calls a skill, at its beginning or in a sentence, whether it says more than the name.
    """

    action: Action
    candidates: tuple[Candidate, ...] = ()
    reason: str = ""
    question: str = ""
    called: Literal["", "alone", "with words"] = ""

    @property
    def skill(self) -> str:
        return self.candidates[0].skill if self.action == "run" else ""


@dataclass
class _Heard:
    """What a message says: its telling words and its triggers, each with the share it counts for."""

    terms: list[tuple[str, Said, float]] = field(default_factory=list)
    at_work: bool = False
    hits: list[tuple[Trigger, int, float]] = field(default_factory=list)

    def add(self, index: Index, text: str, share: float) -> int:
        """Hear a folded text; returns how many different telling words it has."""
        seen: set[str] = set()
        found = words(text)
        stems = [stem(word) for word, _ in found]
        self.at_work = self.at_work or not WORK.isdisjoint(stems)
        for at, root in enumerate(stems):
            if root in index.openers:
                self._add_trigger(index, stems, at, found[at][1], share)
            if root in seen or root not in index.terms or found[at][0] in EVERYDAY:
                continue
            seen.add(root)
            self.terms.append((found[at][0], index.terms[root], share))
        return len(seen)

    def _add_trigger(self, index: Index, stems: list[str], at: int, start: int, share: float) -> None:
        """The longest trigger that begins at this word."""
        for size in range(index.openers[stems[at]], 0, -1):
            if trigger := index.triggers.get(tuple(stems[at : at + size])):
                self.hits.append((trigger, start, share))
                return

    def in_question(self) -> list[int]:
        """The skills its words and triggers say most for, by the leaders of each word: few, so that all else is about few."""
        rough: dict[int, float] = defaultdict(float)
        for _, term, share in self.terms:
            for number, weight in term.leaders:
                rough[number] += weight * share
        for trigger, _, share in self.hits:
            for number in trigger.skills:
                rough[number] += trigger.weight * share
        return sorted(rough, key=rough.__getitem__, reverse=True)[:MOST_IN_QUESTION]

    def score(self, number: int) -> float:
        """All it says for one skill."""
        said = sum([term.weights.get(number, 0.0) * share for _, term, share in self.terms])
        return said + sum([t.weight * share for t, _, share in self.hits if number in t.skills])


def route(index: Index, message: str, earlier: Sequence[str] = ()) -> Decision:
    """Decide about a message; `earlier` turns of the user count less, and never alone."""
    text = folded(message[:LONGEST])
    if call := _explicit(index, text):
        named, match = call
        more = re.search(r"\w", text[: match.start()] + text[match.end() :]) is not None
        first = match.start() == 0 or match[2] is not None
        called: Literal["", "alone", "with words"] = "alone" if not more else "with words" if first else ""
        return Decision("run", (Candidate(named, 100.0),), "called by name", called=called)
    heard = _Heard()
    telling = heard.add(index, text, 1.0)
    if not heard.terms and not heard.hits:
        return Decision("none", (), "no word of the message speaks for any skill")
    for turn in earlier[-3:]:
        heard.add(index, folded(turn[-LONGEST:]), EARLIER_TURN)
    return _decide(index, heard, telling)


def _explicit(index: Index, text: str) -> tuple[str, re.Match[str]] | None:
    """The skill that is called by name, and where."""
    if "/" not in text and " skill" not in text:  # most messages; the pattern costs as much as all else
        return None
    for match in _EXPLICIT.finditer(text):
        name = (match[1] or match[2] or "").strip()
        number = index.names.get(name, index.names.get(re.sub(r"[^a-z0-9]+", "-", name).strip("-")))
        if number is not None:
            return index.slugs[number], match
    return None


def _decide(index: Index, heard: _Heard, telling: int) -> Decision:
    scored = sorted([(-heard.score(number), number) for number in heard.in_question()])[:MOST_CANDIDATES]
    far = scored[0][0] / 3  # who has less than a third of the best is no candidate
    candidates = tuple(_candidate(index, heard, number, -score) for score, number in scored if score <= far)
    best = candidates[0]
    second = candidates[1].score if len(candidates) > 1 else 0.0
    strong = any(hit.weight >= OWN_TRIGGER for hit in best.triggers)
    least = AT_WORK if heard.at_work else NAMED if strong else ASK
    if best.score < least:
        return Decision("none", candidates, f"the best, {best.skill}, has too little: {best.score:.1f}")
    if telling < 2 and not strong:
        return Decision("none", candidates, f"a single word speaks for the best, {best.skill}, however often")
    if best.score >= RUN and best.score >= (LED_BY_TRIGGER if strong else MARGIN) * second:
        return Decision("run", candidates, f"{best.skill} leads with {best.score:.1f} against {second:.1f}")
    close = tuple(c for c in candidates if c.score >= best.score / 2)
    names = ", ".join(c.skill for c in close)
    question = (
        f"Which one do you mean: {names}, or none of them?" if len(close) > 1 else f"Shall I use {names}?"
    )
    return Decision("ask", close, "no clear lead", question)


def _candidate(index: Index, heard: _Heard, number: int, score: float) -> Candidate:
    said = tuple([word for word, term, _ in heard.terms if number in term.weights][:8])
    hits = tuple([Hit(t.phrase, start, t.weight) for t, start, _ in heard.hits if number in t.skills])
    return Candidate(index.slugs[number], round(score, 2), hits, said)

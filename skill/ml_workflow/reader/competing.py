"""Numbers compete for facts: every number of the brief is weighed for every role it could play, and gets the one that fits best.

A rule that looks for its fact alone takes the first number it likes: a capacity becomes a volume, a guardrail's bound a target. Here the
words around a number speak for and against each role, the number goes where most speaks for it, and a role takes the number that
most speaks for. `roles.py` holds the words; this file only counts.
"""

import itertools
import re
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field
from functools import cached_property
from typing import Literal

from briefwright.skill.ml_workflow.facts import Given
from briefwright.skill.ml_workflow.reader.amounts import given_number
from briefwright.skill.ml_workflow.reader.passages import Sentence
from briefwright.skill.ml_workflow.reader.periods import period
from briefwright.skill.numbers import Number

Where = Literal["before", "after", "own", "clause", "sentence", "lead"]
_EDGE = re.compile(r"[;:|()\n]|[.!?]\s|,\s|\s[–—]\s|\b(?:but|while|whereas|although|without|unless)\b|\band\b(?=\s(?:we|it|the|our|they|a|an|is|are|must|if|no|nothing|only)\b|\s\d)")  # fmt: skip
SHORT = 14
"""A clause part shorter than this says too little; the one beside it is heard too."""
_DIGITS = re.compile(r"(?:[€$£]|[A-Z]{3} )?[+−-]?\d[\d.,\u202f\u00a0'’]*(?: \d{3}\b)*(?: ?(?:k|thousand|mn?|million|bn|billion|hundred)\b)?(?: ?%| percent\b| per cent\b)?|\w+", re.IGNORECASE)  # fmt: skip
FAR = 70
"""Letters to each side that are heard at most."""


@dataclass(frozen=True)
class Place:
    """A number with what stands around it."""

    sentence: Sentence
    number: Number
    heard: dict[str, bool] = field(default_factory=dict, repr=False, compare=False)
    """What was already looked for in this sentence; its numbers share it."""

    @cached_property
    def period(self) -> str:
        """Over which time it is counted, if any."""
        return period(self.sentence, self.number)

    @property
    def start(self) -> int:
        """Where the number stands in the brief."""
        return self.sentence.start + self.number.start

    @property
    def end(self) -> int:
        """Where its digits end in the sentence: `one list per week` is one number, and `list` stands after it."""
        digits = _DIGITS.match(self.number.text) if self.number.per else None
        return self.number.start + digits.end() if digits else self.number.end

    @cached_property
    def own(self) -> str:
        """The number's own clause, however short."""
        left = self.sentence.text[max(0, self.number.start - FAR) : self.number.start]
        right = self.sentence.text[self.number.end : self.number.end + FAR]
        start = max((match.end() for match in _EDGE.finditer(left)), default=0)
        end = min((match.start() for match in _EDGE.finditer(right)), default=len(right))
        return left[start:] + self.sentence.text[self.number.start : self.number.end] + right[:end]

    @cached_property
    def before(self) -> str:
        """The words before the number, back to the edge of its clause."""
        text = self.sentence.text[max(0, self.number.start - FAR) : self.number.start]
        edges = [match.end() for match in _EDGE.finditer(text)]
        while edges and len(text) - edges[-1] < SHORT:
            edges.pop()
        return text[edges[-1] :] if edges else text

    @cached_property
    def after(self) -> str:
        """The words after the number, up to the edge of its clause."""
        text = self.sentence.text[self.end : self.end + FAR]
        return text[: next((m.start() for m in _EDGE.finditer(text) if m.start() >= SHORT), FAR)]

    @cached_property
    def lead(self) -> str:
        """Everything before the number in its sentence, across the edges of clauses; in a bracket it is said of what stands before."""
        return self.sentence.text[max(0, self.number.start - 2 * FAR) : self.number.start]

    @cached_property
    def clause(self) -> str:
        return f"{self.before}{self.sentence.text[self.number.start : self.end]}{self.after}"

    def has(self, cue: "Cue") -> bool:
        """Whether a cue is heard. Words against a role have to stand in the number's own clause; words for it may stand in the next."""
        if cue.where == "sentence":
            if cue.pattern not in self.heard:
                self.heard[cue.pattern] = cue.compiled.search(self.sentence.text) is not None
            return self.heard[cue.pattern]
        where = "own" if cue.where == "clause" and cue.weight < 0 else cue.where
        return cue.compiled.search(getattr(self, where)) is not None


@dataclass(frozen=True)
class Cue:
    """Words that speak for (or, with a negative weight, against) a role, and where they have to stand."""

    weight: int
    where: Where
    pattern: str
    compiled: re.Pattern[str] = field(init=False, repr=False, compare=False)

    def __post_init__(self) -> None:
        object.__setattr__(self, "compiled", re.compile(self.pattern, re.IGNORECASE))


@dataclass(frozen=True)
class Role:
    """What makes a number one fact: kinds of numbers that can be it, cues, and the value in the fact's unit."""

    fact: str
    can_be: Callable[[Place], bool]
    cues: tuple[Cue, ...]
    value: Callable[[Place], float]
    unit: Callable[[Place], str]
    enough: int = 4
    largest: bool = False
    """Whether of several numbers that fit, the largest is meant (a peak) rather than the one that fits best."""

    each: Callable[[Place], Number | None] = lambda place: None
    """The count of those who each have it, where the brief gives it for one of them."""

    def given(self, place: Place) -> Given[float]:
        return given_number(
            place.sentence, place.number, self.value(place), self.unit(place), self.each(place)
        )

    def denied(self, place: Place) -> bool:
        """Whether words around the number rule the role out, whatever else speaks for it."""
        return any(cue.weight <= DENIED and place.has(cue) for cue in self.cues)

    def weight(self, place: Place) -> int:
        return sum(cue.weight for cue in self.cues if place.has(cue))


def of_unit(*units: str) -> Callable[[Place], bool]:
    """Numbers in one of these units, and not per anything."""
    wanted = frozenset(units)
    return lambda place: place.number.unit in wanted and not place.number.per


def always(unit: str) -> Callable[[Place], str]:
    return lambda place: unit


MOST_NUMBERS = 1_000
"""Numbers of a brief that are weighed; a brief made of numbers must not hold a server. Phrases are read beyond them."""
SAID = 5
"""What a phrase that names its fact outright (`p99 of 80 ms`, `base rate 2 %`) adds to its number's weight."""
DENIED = -8
"""A cue of this weight or less denies the role, also to a phrase."""
DOUBT = -2
"""The most the words around such a phrase can speak against it; a better reading of the number still wins."""


def assigned(
    passages: tuple[Sentence, ...],
    roles: tuple[Role, ...],
    shared: frozenset[frozenset[str]],
    said: Mapping[str, Given[float] | None],
) -> dict[str, Given[float] | None]:
    """The number for each role, where one fits. Two roles that may share a number (`shared`) do not compete for it.

    `said` are facts read from phrases: they count at their number's place, and stand where no number does (`since 2019`, `one in eight`).
    """
    bids: dict[str, list[tuple[int, Place]]] = {role.fact: [] for role in roles}
    places = list(itertools.islice(_places(passages), MOST_NUMBERS))
    for place in places:
        offers = {role.fact: _offer(role, place, said.get(role.fact)) for role in roles}
        best = max(offers.values(), default=-1)
        winners = [fact for fact, offer in offers.items() if offer == best]
        for fact, offer in offers.items():
            beside = all(fact == winner or frozenset((fact, winner)) in shared for winner in winners)
            if offer >= 0 and (fact in winners or beside):
                bids[fact].append((offer, place))
    taken = {place.start for place in places}
    return {role.fact: _given(role, bids[role.fact], said.get(role.fact), taken) for role in roles}


def _places(passages: tuple[Sentence, ...]) -> Iterator[Place]:
    for sentence in passages:
        heard: dict[str, bool] = {}
        yield from (Place(sentence, number, heard) for number in sentence.numbers)


def _offer(role: Role, place: Place, said: Given[float] | None) -> int:
    phrase = said is not None and said.start == place.start
    if role.denied(place) or (not phrase and not role.can_be(place)):
        return -1
    offer = role.weight(place) - role.enough
    return max(offer, DOUBT) + SAID if phrase else offer


def _given(role: Role, bids: list[tuple[int, Place]], said: Given[float] | None, taken: set[int]) -> Given[float] | None:  # fmt: skip
    if said and said.start not in taken:
        return said
    if not bids:
        return None
    place = max(bids, key=(lambda bid: role.given(bid[1]).value) if role.largest else (lambda bid: bid[0]))[1]
    if said and said.start == place.start:
        return said
    return role.given(place)

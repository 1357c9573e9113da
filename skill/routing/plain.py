"""What people call the things a skill speaks of: `plain_words.txt`, a thesaurus of working life, one concept a line.

It was written for no skill in particular, by people who had seen neither the skills nor the requests they are measured on
(one line, attacks by their names, came after a look): `the terms of those who do it : what others say`. A skill whose name, triggers or steps use a concept's terms also
answers, more softly, to the concept's plain words.
"""

from collections import Counter, defaultdict
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from functools import cache
from pathlib import Path

from briefwright.skill.routing.text import EVERYDAY, folded, stem, words

Term = tuple[str, ...]
LONGEST_TERM = 3
MEANT = 1.6
"""Evidence from which a skill is about a concept: a term in its purpose that few other skills use, or one in its name that some do."""
SURELY = 3.0
"""Evidence from which it is about nothing but that."""


@dataclass(frozen=True)
class Concept:
    """`terms` are how those who do the work speak, stem by stem; `plain` the stems of what others say, as often as they say them."""

    terms: tuple[Term, ...]
    plain: tuple[str, ...]


@cache
def concepts() -> tuple[Concept, ...]:
    lines = (Path(__file__).parent / "plain_words.txt").read_text(encoding="utf-8").splitlines()
    return tuple(_concept(*line.split(" : ")) for line in lines)


def _concept(terms: str, plain: str) -> Concept:
    phrases = [telling(phrase) for phrase in plain.split(", ")]
    return Concept(
        tuple(dict.fromkeys(term for each in terms.split(", ") if (term := telling(each)))),
        tuple(word for phrase in phrases for word in dict.fromkeys(phrase)),
    )


def telling(text: str) -> Term:
    """The stems of a text without its everyday words."""
    return tuple(stem(word) for word, _ in words(folded(text)) if word not in EVERYDAY and len(word) > 1)


@cache
def _by_term() -> Mapping[Term, tuple[int, ...]]:
    found: dict[Term, list[int]] = defaultdict(list)
    for number, concept in enumerate(concepts()):
        for term in concept.terms:
            found[term].append(number)
    return {term: tuple(numbers) for term, numbers in found.items()}


def terms_in(text: str) -> set[Term]:
    """The terms of the thesaurus a text uses."""
    stems, known = telling(text), _by_term()
    return {
        term
        for size in range(1, LONGEST_TERM + 1)
        for at in range(len(stems) - size + 1)
        if (term := stems[at : at + size]) in known
    }


def meant(terms: Mapping[Term, float], holders: Counter[Term]) -> Iterator[tuple[Concept, float]]:
    """Concepts a skill is about, each with how surely (0 to 1): from its terms with their weight, and how many skills use each.

    A term of several words says more than one word, a term of many skills less.
    """
    evidence: dict[int, float] = defaultdict(float)
    for term, weight in terms.items():
        for number in _by_term()[term]:
            evidence[number] += weight * len(term) / holders[term] ** 0.5
    for number, weight in evidence.items():
        if weight >= MEANT:
            yield concepts()[number], min(1.0, weight / SURELY)

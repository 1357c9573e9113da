"""Skills → an index: what each word and each trigger says about which skill is meant.

A skill speaks through its name, description, triggers, purpose, inputs, step titles and body, in falling weight (BM25
with fields). A word many skills use says little; each word brings only the skills it speaks for most into question, so
that a decision costs the same however many skills there are.
"""

import math
import re
from collections import Counter, defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass

from briefwright.skill.routing.plain import Term, meant, terms_in
from briefwright.skill.routing.text import EVERYDAY, folded, stem, words
from briefwright.skill.spec import Skill

FIELDS = (
    ("name", 4.0),
    ("description", 3.0),
    ("triggers", 3.0),
    ("purpose", 2.0),
    ("inputs", 1.5),
    ("steps", 1.5),
    ("body", 1.0),
)
PLAIN, KINDRED = 2.0, 1.0
"""Weight of what others call a concept the skill is about, and of the concept's own other terms."""
K1, B = 1.2, 0.6
LEADERS, HOLDERS = 5, 64
"""Skills a word brings into question, and skills it may speak for once they are."""
LONGEST_TRIGGER = 5
GENERIC = frozenset(["model", "models", "training", "train", "serving", "serve", "experiment", "experiments", "ml", "data", "test", "testing", "design", "system", "plan", "review", "pipeline", "inference", "drift", "performance", "strategy", "analysis", "metric", "metrics", "schema", "cache", "security"])  # fmt: skip
"""Triggers of one such word prove little alone."""


@dataclass(frozen=True)
class Trigger:
    """A trigger's words, its weight, and the skills that have it."""

    phrase: str
    weight: float
    skills: tuple[int, ...]


@dataclass(frozen=True)
class Said:
    """What a stemmed word says: its weight for each skill it speaks for, and for whom it says most."""

    leaders: tuple[tuple[int, float], ...]
    weights: Mapping[int, float]


@dataclass(frozen=True)
class Index:
    """`terms` by stemmed word, `triggers` by the tuple of their stems, `openers` how long a trigger that begins so may be."""

    slugs: tuple[str, ...]
    names: Mapping[str, int]
    terms: Mapping[str, Said]
    triggers: Mapping[tuple[str, ...], Trigger]
    openers: Mapping[str, int]

    @property
    def size(self) -> int:
        return len(self.slugs)


def build_index(skills: Iterable[Skill], extra: Mapping[str, Iterable[str]] | None = None) -> Index:
    """Index skills by their own words; `extra` adds words a skill's references answer to, by the skill's slug."""
    listed = list(skills)
    texts = [_fields(skill, (extra or {}).get(skill.slug, ())) for skill in listed]
    counted = [_weighted_words(each) for each in texts]
    for counts, plain in zip(counted, _in_plain_words(texts), strict=True):
        for word, weight in plain.items():
            counts[word] += weight  # type: ignore[assignment]
    holders = Counter(word for counts in counted for word in counts)
    mean = sum(sum(counts.values()) for counts in counted) / max(1, len(counted))
    total = max(len(listed), 40)  # with few skills, a word that one of them uses is not therefore rare
    postings: dict[str, list[tuple[int, float]]] = defaultdict(list)
    for number, counts in enumerate(counted):
        length = sum(counts.values())
        for word, count in counts.items():
            idf = math.log(1 + (total - holders[word] + 0.5) / (holders[word] + 0.5))
            weight = idf * count * (K1 + 1) / (count + K1 * (1 - B + B * length / mean))
            postings[word].append((number, weight))
    terms = {word: _term(found) for word, found in postings.items()}
    triggers = _triggers(listed, extra or {})
    openers: dict[str, int] = {}
    for stems in triggers:
        openers[stems[0]] = max(openers.get(stems[0], 0), len(stems))
    names = {name: n for n, skill in enumerate(listed) for name in (skill.slug, folded(skill.name))}
    return Index(tuple(skill.slug for skill in listed), names, terms, triggers, openers)


def _term(found: list[tuple[int, float]]) -> Said:
    strongest = sorted(found, key=lambda pair: -pair[1])[:HOLDERS]
    return Said(tuple(strongest[:LEADERS]), dict(strongest))


def _fields(skill: Skill, extra: Iterable[str]) -> dict[str, str]:
    return {
        "name": skill.name,
        "description": skill.description,
        "triggers": " . ".join(skill.triggers),
        "purpose": skill.purpose,
        "inputs": " . ".join((*skill.inputs, *extra)),
        "steps": " . ".join(step.title for step in skill.steps),
        "body": re.sub(r"`{3}.*?\n|\|", " ", skill.text),
    }


def _in_plain_words(texts: Sequence[Mapping[str, str]]) -> Iterator[Mapping[str, float]]:
    """For each skill the words that others use for what it is about, with their weight."""
    used: list[dict[Term, float]] = []
    for fields in texts:
        terms: dict[Term, float] = {}
        for field, weight in reversed(FIELDS[:-1]):  # the body speaks of too much
            terms.update(dict.fromkeys(terms_in(fields[field]), weight))
        used.append(terms)
    holders = Counter(term for terms in used for term in terms)
    for terms in used:
        found: dict[str, float] = defaultdict(float)
        for concept, surely in meant(terms, holders):
            for word in concept.plain:
                found[word] += PLAIN * surely
            for word in (word for term in concept.terms for word in term):
                found[word] += KINDRED * surely
        yield found


def _weighted_words(text: Mapping[str, str]) -> Counter[str]:
    found: Counter[str] = Counter()
    for field, weight in FIELDS:
        for word, _ in words(folded(text[field])):
            if word not in EVERYDAY and len(word) > 1 and not word.isdecimal():
                found[stem(word)] += weight  # type: ignore[assignment]
    return found


def _triggers(skills: list[Skill], extra: Mapping[str, Iterable[str]]) -> dict[tuple[str, ...], Trigger]:
    holders: dict[tuple[str, ...], list[int]] = defaultdict(list)
    phrases: dict[tuple[str, ...], str] = {}
    for number, skill in enumerate(skills):
        for phrase in (*skill.triggers, *extra.get(skill.slug, ())):
            stems = tuple(stem(word) for word, _ in words(folded(phrase)))[:LONGEST_TRIGGER]
            if stems and number not in holders[stems]:
                holders[stems].append(number)
                phrases.setdefault(stems, phrase)
    return {stems: Trigger(phrases[stems], _weight(phrases[stems], stems, len(held)), tuple(held)) for stems, held in holders.items()}  # fmt: skip


def _weight(phrase: str, stems: tuple[str, ...], shared: int) -> float:
    """Longer phrases say more, shared and generic ones less."""
    plain = folded(phrase)
    if len(stems) == 1 and (plain in GENERIC or plain in EVERYDAY):
        return 1.0 / shared
    proper = phrase != plain  # `MLflow`, `GDPR`: a name of its own, where `slow` may be anybody's word
    first = 3.0 if proper or len(stems) > 1 else 2.0
    return float((first + 2.5 * (len(stems) - 1)) / shared**0.7)

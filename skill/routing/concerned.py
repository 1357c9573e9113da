"""Which section a reader's wish is about: the step whose own words the wish uses."""

from collections import Counter

from briefwright.skill.routing.text import EVERYDAY, folded, stem, words
from briefwright.skill.spec import Skill, Step

CLEAR_LEAD = 1.25
"""How much the best step has to lead the second before nobody is asked."""


def concerned(skill: Skill, wish: str) -> tuple[str, ...]:
    """Step ids the wish may be about, the likeliest first: one when it is clear, several to ask about, none when no word says."""
    terms = {each.id: _terms(each) for each in skill.steps}
    shared = Counter(term for found in terms.values() for term in found)
    scores = {
        id: sum(weight / shared[term] for term, weight in found.items() if term in _stems(wish))
        for id, found in terms.items()
    }
    ranked = sorted((id for id in scores if scores[id] > 0), key=lambda id: -scores[id])
    if len(ranked) > 1 and scores[ranked[0]] >= CLEAR_LEAD * scores[ranked[1]]:
        return (ranked[0],)
    return tuple(ranked[:3])


def _terms(step: Step) -> Counter[str]:
    """Words of a step with their weight: its name and the labels a reader sees count most, its instruction least."""
    found: Counter[str] = Counter()
    for weight, texts in ((1, [step.instruction]), (3, step.part.labels), (4, [f"{step.title} {step.part.heading} {step.id}"])):  # fmt: skip
        for text in texts:
            found.update({term: weight for term in _stems(text)})
    return found


def _stems(text: str) -> set[str]:
    spaced = folded(text).replace("_", " ").replace("/", " ").replace("-", " ")
    return {stem(word) for word, _ in words(spaced) if word not in EVERYDAY}

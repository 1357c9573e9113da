"""What a writer of skills should know before somebody runs into it."""

from collections import Counter
from collections.abc import Iterator, Sequence

from briefwright.skill.load import kinship
from briefwright.skill.routing.index import GENERIC
from briefwright.skill.routing.text import EVERYDAY, folded
from briefwright.skill.spec import Skill

FEW_TRIGGERS = 3


def lint_skills(skill: Skill, others: Sequence[Skill]) -> Iterator[str]:
    """One line per finding: `path:line: what, and how to mend it`."""
    where = f"{skill.path}/SKILL.md" if not skill.path.endswith(".md") else skill.path
    for fault in skill.faults:
        yield f"{where}:{fault.line}: {'would not run: ' if fault.fatal else ''}{fault.message}"
    for trigger in skill.triggers:
        plain = folded(trigger)
        if plain in GENERIC or plain in EVERYDAY:
            yield f"{where}:1: trigger “{trigger}” is too common to mean anything alone. Say it in two words."
        sharing = [
            other.slug
            for other in others
            if other.slug != skill.slug and plain in map(folded, other.triggers)
        ]
        if sharing:
            yield f"{where}:1: trigger “{trigger}” is shared with {', '.join(sharing[:3])}. Narrow one of them."
    if 0 < len(skill.triggers) < FEW_TRIGGERS:
        yield f"{where}:1: only {len(skill.triggers)} triggers. Name the words people use for this work."
    yield from (f"{where}:1: {guess}" for guess in _guesses(skill))
    empty = [step.title for step in skill.steps if not step.part.blocks]
    if empty and len(skill.template.parts) > 1:  # one part for all steps is written by the last
        yield f"{where}:1: no part of the Output Format belongs to {', '.join(empty[:4])}. Share words between step and heading."


def _guesses(skill: Skill) -> Iterator[str]:
    """Parts of the Output Format whose step is a guess: where steps and parts are not as many, shared words decide."""
    parts = skill.template.parts
    for heading, count in Counter(part.heading for part in parts).items():
        if count > 1:
            yield f"{count} parts of the Output Format are called “{heading}”. Give each a name of its own."
    if len(parts) in (1, len(skill.steps)):
        return
    titles, bodies = [s.title for s in skill.steps], [s.instruction for s in skill.steps]
    for part in parts:
        scores = kinship(part, titles, bodies)
        first, second, *_ = [*sorted(range(len(scores)), key=lambda n: -scores[n]), 0]
        if not scores[first]:
            yield f"no step speaks of “{part.heading}”; it is written by the last one, “{titles[-1]}”. Name it in the step that fills it."
        elif first != second and scores[second] >= 0.8 * scores[first]:
            yield f"“{part.heading}” is written by step “{titles[first]}”, though “{titles[second]}” speaks of it as much. Name it in the title of the step that fills it."

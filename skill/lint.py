"""What a writer of skills should know before somebody runs into it."""

from collections.abc import Iterator, Sequence

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
    empty = [step.title for step in skill.steps if not step.part.blocks]
    if empty and len(skill.template.parts) > 1:  # one part for all steps is written by the last
        yield f"{where}:1: no part of the Output Format belongs to {', '.join(empty[:4])}. Share words between step and heading."

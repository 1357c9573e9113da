"""Short texts that a step gets only when the brief's words call for them: `references/*.md` beside a SKILL.md."""

import re
from collections.abc import Iterable
from dataclasses import dataclass
from functools import cache, lru_cache
from pathlib import Path

import yaml

from briefwright.skill.errors import SkillError
from briefwright.skill.spec import Skill


@dataclass(frozen=True)
class Reference:
    """A text, the words that call for it, and the steps it serves."""

    name: str
    triggers: tuple[str, ...]
    steps: tuple[str, ...]
    text: str

    def hits(self, brief: str) -> int:
        """How many different triggers the brief holds, as whole words with simple endings."""
        return _hits(self.triggers, brief)


@lru_cache(maxsize=64)  # briefs are long
def _hits(triggers: tuple[str, ...], brief: str) -> int:
    """Every step of a run asks, with the same brief."""
    return sum(re.search(rf"(?<!\w){re.escape(trigger)}(?:s|es|ed|ing|ings)?(?!\w)", brief, re.IGNORECASE) is not None for trigger in triggers)  # fmt: skip


@cache
def references(skill: Path) -> tuple[Reference, ...]:
    """Every reference beside a skill, given its folder or its SKILL.md, by name. Raises SkillError for one that says neither when nor where it serves."""
    return tuple(
        _read(path)
        for path in sorted(((skill if skill.is_dir() else skill.parent) / "references").glob("*.md"))
    )


def _read(path: Path) -> Reference:
    head, _, text = path.read_text(encoding="utf-8").removeprefix("---\n").partition("\n---\n")
    front = yaml.safe_load(head) or {}
    if not isinstance(front, dict) or not front.get("triggers") or not front.get("steps"):
        raise SkillError(f"{path}: front matter needs 'triggers' and 'steps'. Say when the text is wanted, and in which steps.")  # fmt: skip
    return Reference(
        path.stem, tuple(map(str, front["triggers"])), tuple(map(str, front["steps"])), text.strip()
    )


def called_for(found: tuple[Reference, ...], step: str, brief: str) -> list[Reference]:
    """References of a step whose triggers the brief holds, the most wanted first."""
    wanted = [(reference.hits(brief), reference) for reference in found if step in reference.steps]
    return [
        reference for hits, reference in sorted(wanted, key=lambda pair: (-pair[0], pair[1].name)) if hits
    ]


def framing(skills: Iterable[Skill]) -> dict[str, list[str]]:
    """By skill, the words that call for a reference of one step alone: they say what kind of work the skill is for."""
    return {
        skill.slug: [
            trigger
            for found in references(Path(skill.path))
            if len(found.steps) == 1
            for trigger in found.triggers
        ]
        for skill in skills
    }

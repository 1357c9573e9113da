"""A skill as a folder valid under the Agent Skills specification, and nothing lost on the way back.

The specification knows name, description and metadata with words as values; what this format has beside them goes into
metadata, lists as JSON. The body stays as it is. A script beside it calls the command line.
"""

import json
import re
from pathlib import Path

from briefwright.skill.errors import SkillError
from briefwright.skill.spec import Skill

MOST_DESCRIPTION = 1024
SCRIPT = """#!/bin/sh
# Runs this skill on a brief: scripts/run.sh BRIEF [options of `briefwright design`]
exec briefwright design "$@" --skill "$(dirname "$0")/.."
"""


def export(skill: Skill, folder: Path) -> Path:
    """Write `folder/<name>/SKILL.md` and its script; returns the skill's folder. Raises SkillError for what is there already."""
    target = folder / skill.slug
    if target.exists():
        raise SkillError(f"'{target}' exists already. Choose another folder, or remove it.")
    try:
        (target / "scripts").mkdir(parents=True)
    except OSError as fault:
        raise SkillError(
            f"'{folder}' cannot be written: {fault.strerror}. Choose another folder with -o."
        ) from None
    (target / "SKILL.md").write_text(front_matter(skill) + body(skill.text), encoding="utf-8")
    script = target / "scripts" / "run.sh"
    script.write_text(SCRIPT, encoding="utf-8")
    script.chmod(0o755)
    return target


def front_matter(skill: Skill) -> str:
    """The keys the specification allows, each value quoted."""
    words = " ".join(skill.description.split())
    named = f" Triggers: {', '.join(skill.triggers)}." if skill.triggers else ""
    described = words + named if len(words + named) <= MOST_DESCRIPTION else words[:MOST_DESCRIPTION]
    metadata = {
        "title": skill.name, "department": skill.department, "version": skill.version,
        "description": skill.description, "triggers": json.dumps(skill.triggers, ensure_ascii=False),
    }  # fmt: skip
    lines = ["---", f"name: {skill.slug}", f"description: {_quoted(described)}", "metadata:"]
    return "\n".join([*lines, *(f"  {key}: {_quoted(value)}" for key, value in metadata.items()), "---", ""])


def body(text: str) -> str:
    """Everything after the front matter, untouched."""
    plain = text.replace("\r\n", "\n")
    match = re.match(r"---[ \t]*\n.*?\n---[ \t]*\n", plain, re.DOTALL)
    return plain[match.end() :] if match else plain


def _quoted(value: str) -> str:
    """A YAML string in double quotes on one line; JSON's strings are YAML's."""
    return json.dumps(" ".join(value.split()) if "\n" in value else value, ensure_ascii=False)

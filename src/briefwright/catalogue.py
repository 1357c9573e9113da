"""Which skills there are, and the kit each one brings."""

from pathlib import Path

import briefwright.skill
from briefwright.errors import UsageError
from briefwright.skill.kit import SkillKit
from briefwright.skill.load import load, parse_skill, read_skill_text
from briefwright.skill.spec import Skill

DEFAULT = "ml-workflow"
PACKAGED = {DEFAULT: "ml_workflow"}


def find_skill(name_or_path: str) -> tuple[Skill, SkillKit]:
    """A packaged skill by its name, or a SKILL.md by its path, with the kit that carries it out."""
    if folder := PACKAGED.get(name_or_path.lower().replace("_", "-").replace(" ", "-")):
        from briefwright.skill.ml_workflow.kit import KIT

        return _fitting(Path(briefwright.skill.__path__[0]) / folder, KIT), KIT
    path = Path(name_or_path)
    if not path.exists():
        raise UsageError(
            f"skill '{name_or_path}' is unknown. Known: {', '.join(PACKAGED)}; or give the path of a SKILL.md."
        )
    slug = parse_skill(read_skill_text(path)).slug
    if slug in PACKAGED:
        from briefwright.skill.ml_workflow.kit import KIT

        return _fitting(path, KIT), KIT
    skill = load(path)
    raise UsageError(
        f"skill '{skill.name}' brings no kit, and only skills with one can run so far. Known: {', '.join(PACKAGED)}."
    )


def _fitting(path: Path, kit: SkillKit) -> Skill:
    skill = load(path, kit.step_ids)
    if misfits := kit.misfits(skill):
        raise UsageError(
            f"skill '{path}': its Output Format and its kit differ in {'; '.join(misfits)}. Keep the labels the kit fills."
        )
    return skill

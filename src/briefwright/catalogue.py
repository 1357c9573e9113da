"""Which skills there are, and the kit each one brings."""

from pathlib import Path
from typing import Any

import briefwright.skill
from briefwright.errors import UsageError
from briefwright.skill.errors import SkillError
from briefwright.skill.kit import SkillKit
from briefwright.skill.load import load, parse_skill, read_skill_text
from briefwright.skill.spec import Skill

DEFAULT = "ml-workflow"
PACKAGED = {DEFAULT: "ml_workflow"}


def find_skill(name_or_path: str) -> tuple[Skill, SkillKit]:
    """A skill by its name or by the path of its SKILL.md, with the kit that carries it out: its own, or one made from its template."""
    if folder := PACKAGED.get(name_or_path.lower().replace("_", "-").replace(" ", "-")):
        from briefwright.skill.ml_workflow.kit import KIT

        return _fitting(Path(briefwright.skill.__path__[0]) / folder, KIT), KIT
    path = Path(name_or_path)
    if not path.exists():
        known = {skill.slug: skill for skill in found_skills()[0]}
        if name_or_path not in known:
            raise UsageError(
                f"skill '{name_or_path}' is unknown. Known: {', '.join(known)}; or give the path of a SKILL.md."
            )
        path = Path(known[name_or_path].path)
    slug = parse_skill(read_skill_text(path)).slug
    if slug in PACKAGED:
        from briefwright.skill.ml_workflow.kit import KIT

        return _fitting(path, KIT), KIT
    from briefwright.skill.from_template import FromTemplate

    skill = load(path)
    return skill, FromTemplate(skill)


def found_skills() -> tuple[list[Skill], list[str]]:
    """(skills, warnings): the package's own, then ./skills, then the user's folder. The first of a name wins, and it is said."""
    folders = [
        Path(briefwright.skill.__path__[0]),
        Path("skills"),
        Path.home() / ".briefwright" / "skills",
    ]
    kept: dict[str, Skill] = {}
    warnings: list[str] = []
    for folder in folders:
        for path in sorted(folder.glob("**/SKILL.md")) if folder.is_dir() else ():
            try:
                skill = parse_skill(read_skill_text(path), str(path.parent))
            except SkillError as fault:  # one unreadable file must not hide the others
                warnings.append(str(fault))
                continue
            unreadable = [fault for fault in skill.faults if fault.fatal and ("front matter" in fault.message or "description" in fault.message)]  # fmt: skip
            if unreadable:
                warnings.append(f"{path}: {unreadable[0].message}")
            elif skill.slug in kept:
                warnings.append(
                    f"{path}: '{skill.slug}' is taken by {kept[skill.slug].path}; this one is not used"
                )
            else:
                kept[skill.slug] = skill
    return list(kept.values()), warnings


def read_one(path: Path) -> Skill:
    """A skill as it stands, faults and all. Raises SkillError when there is no such file."""
    return parse_skill(read_skill_text(path), str(path))


def router() -> Any:
    """The index of every skill there is."""
    from briefwright.skill.references import framing
    from briefwright.skill.routing.index import build_index

    skills, _ = found_skills()
    return build_index(skills, framing(skills))


def _fitting(path: Path, kit: SkillKit) -> Skill:
    skill = load(path, kit.step_ids)
    if misfits := kit.misfits(skill):
        raise UsageError(
            f"skill '{path}': its Output Format and its kit differ in {'; '.join(misfits)}. Keep the labels the kit fills."
        )
    return skill

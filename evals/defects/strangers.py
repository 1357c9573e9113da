"""The verifier on documents and defects of other hands: `strangers/*.md`, each with what breaks it in a `.jsonl` beside it.

The documents, the defects and the sound rephrasings were written by people and models who had not seen the verifier. Each
line of a `.jsonl` replaces one passage (`find` by `replace`) of its sound document. A defect counts as found when a finding
appears that the sound document does not have, or a check no longer passes; a sound rephrasing is an alarm when it does.
"""

import json
import sys
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import yaml

from briefwright.skill.load import load
from briefwright.skill.ml_workflow.kit import KIT
from briefwright.skill.ml_workflow.verify.check import verify
from briefwright.skill.spec import Skill

HERE = Path(__file__).parent / "strangers"
SKILL = Path(__file__).parents[2] / "skill" / "ml_workflow"

Said = frozenset[tuple[str, str]]


@dataclass(frozen=True)
class Change:
    """One passage of a document replaced; `check` is what it breaks, or `sound`."""

    document: str
    id: str
    check: str
    find: str
    replace: str
    what: str = ""
    decidable: bool = True


@dataclass(frozen=True)
class Set:
    """Documents that came together, and how the verifier met them: before anybody had looked at what it missed."""

    name: str
    documents: tuple[str, ...]
    first_contact: str
    first_alarms: str


@dataclass(frozen=True)
class Verdict:
    """What the verifier said of one change: the failing rules and unpassed checks that are new."""

    change: Change
    new: Said


def load_bed(folder: Path) -> Iterator[tuple[str, str, list[Change]]]:
    """(name, sound document, its changes) of every document in the folder."""
    for path in sorted(folder.glob("*.md")):
        lines = path.with_suffix(".jsonl").read_text(encoding="utf-8").splitlines()
        yield path.stem, path.read_text(encoding="utf-8"), [Change(path.stem, **json.loads(line)) for line in lines]  # fmt: skip


def sets() -> list[Set]:
    """In the order in which they came."""
    listed = yaml.safe_load((HERE / "sets.yaml").read_text(encoding="utf-8"))
    return [Set(each["name"], tuple(each["documents"]), each["first_contact"], each["first_alarms"]) for each in listed]  # fmt: skip


def said(skill: Skill, text: str) -> Said:
    """Every failing finding, by rule and words, and every check that does not pass."""
    verdicts, between, _ = verify(text, skill)
    found = [f for verdict in verdicts for f in verdict.findings] + list(between)
    unpassed = {(verdict.check, verdict.outcome) for verdict in verdicts if verdict.outcome != "passed"}
    return frozenset({(f.rule, f.message) for f in found if f.severity == "fail"} | unpassed)


def measured(skill: Skill, folder: Path = HERE) -> tuple[list[Verdict], dict[str, Said]]:
    """A verdict for each change, and what was said against each sound document."""
    verdicts, alarms = [], {}
    for name, text, changes in load_bed(folder):
        alarms[name] = said(skill, text)
        for change in changes:
            new = said(skill, text.replace(change.find, change.replace, 1)) - alarms[name]
            verdicts.append(Verdict(change, new))
    return verdicts, alarms


def _decidable(verdicts: list[Verdict]) -> list[Verdict]:
    """Defects where a rule can decide."""
    return [v for v in verdicts if v.change.check != "sound" and v.change.decidable]


def table(verdicts: list[Verdict], alarms: dict[str, Said]) -> str:
    """Found and missed per check where a rule can decide, then alarms on what is sound."""
    decidable = _decidable(verdicts)
    order = sorted({v.change.check for v in decidable}, key=lambda c: (c == "between", len(c), c))
    rows = []
    for name in [*order, "all"]:
        asked = [v for v in decidable if name in (v.change.check, "all")]
        found = sum(bool(v.new) for v in asked)
        rows.append(f"| {name} | {len(asked)} | {found} | {found / len(asked):.0%} |")
    sound = [v for v in verdicts if v.change.check == "sound"]
    lines = ["| Check | Defects | Found | Share |", "|---|---|---|---|", *rows, ""]
    lines.append(f"Alarms on {len(sound)} sound rephrasings: {sum(bool(v.new) for v in sound)}; sound documents with an alarm: {sum(map(bool, alarms.values()))} of {len(alarms)}")  # fmt: skip
    return "\n".join(lines)


def by_set(verdicts: list[Verdict], alarms: dict[str, Said]) -> str:
    """What a stranger's document meets: found at first contact, and now that what was missed has been mended."""
    rows = ["| Set | Documents | Defects | Found at first contact | Found now | Sound documents with an alarm at first | now |", "|---|---|---|---|---|---|---|"]  # fmt: skip
    for each in sets():
        count = counts([v for v in verdicts if v.change.document in each.documents])
        now = sum(bool(alarms[name]) for name in each.documents)
        rows.append(f"| {each.name} | {len(each.documents)} | {count['defects']} | {each.first_contact} | {count['found'] / count['defects']:.0%} | {each.first_alarms} | {now} |")  # fmt: skip
    return "\n".join(rows)


def misses(verdicts: list[Verdict], alarms: dict[str, Said]) -> Iterator[str]:
    """What to look at, a line each."""
    for name, found in alarms.items():
        yield from (f"{name} sound, yet {rule}: {message}" for rule, message in sorted(found))
    for v in verdicts:
        if v.change.check == "sound" and v.new:
            yield f"{v.change.document} {v.change.id} sound, yet {sorted(v.new)}: {v.change.replace}"
    for v in _decidable(verdicts):
        if not v.new:
            yield f"{v.change.document} {v.change.id} {v.change.check} missed: {v.change.what}\n    {v.change.find}\n    → {v.change.replace}"


def counts(verdicts: list[Verdict]) -> Counter[str]:
    """Defects where a rule can decide, and how many of them were found."""
    decidable = _decidable(verdicts)
    return Counter(defects=len(decidable), found=sum(bool(v.new) for v in decidable))


def main() -> None:
    """`python -m briefwright.evals.defects.strangers [FOLDER]`: the table, then every miss."""
    skill = load(SKILL, KIT.step_ids)
    found = measured(skill, Path(sys.argv[1]) if len(sys.argv) > 1 else HERE)
    print(table(*found))
    if len(sys.argv) == 1:
        print(f"\n{by_set(*found)}")
    print("\n".join(misses(*found)))


if __name__ == "__main__":
    main()

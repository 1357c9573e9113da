"""`make defects`: how many ways to break a document the verifier finds, per check, and how often it cries wolf.

The sound documents are the planner's own for the sample briefs; each defect replaces one row in each of them. A hit is a
failing finding of the check the defect breaks (for `between`, of any rule that names an X). Documents of other hands
are where this has to hold as well; this bed shows only what it shows.
"""

import re
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date
from pathlib import Path

from briefwright.evals.defects import strangers
from briefwright.evals.defects.catalogue import DEFECTS, Defect
from briefwright.evals.defects.data import DATA_DEFECTS, LIST, LIVE, Planned
from briefwright.skill.kit import Brief
from briefwright.skill.load import load
from briefwright.skill.markdown import Heading, render
from briefwright.skill.ml_workflow.facts import Facts
from briefwright.skill.ml_workflow.kit import KIT
from briefwright.skill.ml_workflow.verify.check import verify
from briefwright.skill.spec import Skill

HERE = Path(__file__).parents[1]
AS_OF = date(2026, 11, 23)


@dataclass(frozen=True)
class Sound:
    name: str
    text: str
    live: bool


def main() -> None:
    skill = load(HERE.parent / "skill" / "ml_workflow", KIT.step_ids)
    documents = list(sound_documents(skill))
    print(table(skill, documents))
    print()
    print(data_table(skill))
    print()
    print(strangers.table(*strangers.measured(skill)))


def sound_documents(skill: Skill) -> Iterator[Sound]:
    """The planner's document for each sample brief, without annexes."""
    for path in sorted((HERE / "briefs").glob("*.md")):
        brief = Brief(path.read_text(encoding="utf-8"), AS_OF)
        facts = KIT.read(brief)
        decisions = KIT.decide(facts, brief)
        parts = [b for step in skill.steps for b in KIT.blocks(step, KIT.plan(step.id, facts, decisions))]
        title = Heading(1, skill.template.titled(path.stem))
        yield Sound(path.stem, render([title, *parts]), decisions.mode.mode != "Batch")


def table(skill: Skill, documents: list[Sound]) -> str:
    """Per check: defects in the catalogue, times applied, times found; then false alarms and every miss."""
    applied: Counter[str] = Counter()
    found: Counter[str] = Counter()
    missed: Counter[tuple[str, str]] = Counter()
    for defect in DEFECTS:
        for document in documents:
            if defect.only and (defect.only == "live") != document.live:
                continue
            applied[defect.check] += 1
            if detected(skill, broken(document.text, defect), defect):
                found[defect.check] += 1
            else:
                missed[defect.check, f"{defect.row}: {' | '.join(defect.cells)}"] += 1
    rows = [f"| {check} | {sum(d.check == check for d in DEFECTS)} | {applied[check]} | {found[check]} | {found[check] / applied[check]:.0%} |" for check in dict.fromkeys(d.check for d in DEFECTS)]  # fmt: skip
    alarms = sum(len(fails(skill, document.text)) for document in documents)
    lines = ["| Check | Defects | Applied | Found | Share |", "|---|---|---|---|---|", *rows]
    lines += ["", f"False alarms on {len(documents)} sound documents: {alarms}"]
    lines += [f"Missed {count} times: {check} {words}" for (check, words), count in missed.most_common()]
    return "\n".join(lines)


def data_table(skill: Skill) -> str:
    """Per check: defects of the data, found by the rules of the data, and found again in the Markdown rendered from it."""
    planned = {name: Planned(name, skill) for name in (LIVE, LIST)}
    applied: Counter[str] = Counter()
    in_data: Counter[str] = Counter()
    in_text: Counter[str] = Counter()
    hidden: list[str] = []
    for rule, name, step, change in DATA_DEFECTS:
        check = rule.split(".")[0] if rule.startswith("C") else "between"
        applied[check] += 1
        in_data[check] += rule in planned[name].rules_found(step, change)
        before = planned[name].rules_found_in_text(step, {})
        seen = planned[name].rules_found_in_text(step, change) - before
        in_text[check] += bool(seen)
        hidden += [] if seen else [rule]
    order = sorted(
        applied, key=lambda check: (check == "between", int(check[1:]) if check[1:].isdigit() else 99)
    )
    rows = [f"| {check} | {applied[check]} | {in_data[check]} | {in_text[check]} |" for check in order]
    lines = [
        "| Check | Defects of the data | Found in the data | Found in its Markdown |",
        "|---|---|---|---|",
        *rows,
    ]
    return "\n".join([*lines, "", f"Not visible in the Markdown: {', '.join(hidden) or 'none'}"])


def fails(skill: Skill, text: str, facts: Facts | None = None) -> list[str]:
    """Rule ids that fail, with the brief's facts when they are given."""
    verdicts, between, _ = verify(text, skill, facts)
    return [f.rule for v in verdicts for f in v.findings if f.severity == "fail"] + [
        f.rule for f in between if f.severity == "fail"
    ]


def detected(skill: Skill, text: str, defect: Defect) -> bool:
    rules = fails(skill, text)
    if defect.check == "between":
        return any(rule.startswith("X.") for rule in rules)
    family = (f"{defect.check}.", "X.discontinued") if defect.check == "C8" else (f"{defect.check}.",)
    return any(rule.startswith(family) for rule in rules)


def broken(text: str, defect: Defect) -> str:
    """The document with one row replaced, a feature row added, or a bold line rewritten."""
    cells = " | ".join(cell.replace("|", "\\|") for cell in defect.cells)
    if defect.row == "feature":
        return re.sub(r"(\| Feature \|[^\n]*\n\|[-|]+\|\n)", lambda m: f"{m[1]}| {cells} |\n", text, count=1)
    if defect.row.startswith("line:"):
        label = defect.row.removeprefix("line:")
        return re.sub(rf"\*\*{label}:\*\*[^\n]*", lambda m: f"**{label}:** {cells}", text, count=1)
    return re.sub(
        rf"\| {re.escape(defect.row)} \|[^\n]*", lambda m: f"| {defect.row} | {cells} |", text, count=1
    )


if __name__ == "__main__":
    main()

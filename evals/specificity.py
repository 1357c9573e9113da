"""`make specificity`: how much of each part could be pasted into another product's document.

Two shares per part of the Output Format, over the planner's documents for all sample briefs: cells that name something of
their own brief (a word or number that few other briefs hold), and cells that stand word for word in another brief's document.
"""

import re
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date
from itertools import combinations
from pathlib import Path

from briefwright.skill.kit import Brief
from briefwright.skill.load import load
from briefwright.skill.markdown import Labelled, Table
from briefwright.skill.ml_workflow.kit import KIT
from briefwright.skill.spec import Skill, is_placeholder

HERE = Path(__file__).parent
AS_OF = date(2026, 11, 23)
RARE = 0.3
"""A word is a brief's own when at most this share of all briefs holds it."""


@dataclass(frozen=True)
class Written:
    """One brief and the cells of the document written for it, by part."""

    name: str
    brief: str
    cells: dict[str, frozenset[str]]


def main() -> None:
    skill = load(HERE.parent / "skill" / "ml_workflow", KIT.step_ids)
    print(table(list(written(skill))))


def written(skill: Skill) -> Iterator[Written]:
    """The planner's cells for each sample brief; labels of the template are not cells."""
    for path in sorted((HERE / "briefs").glob("*.md")):
        brief = Brief(path.read_text(encoding="utf-8"), AS_OF)
        facts = KIT.read(brief)
        decisions = KIT.decide(facts, brief)
        cells = {}
        for step in skill.steps:
            blocks = KIT.blocks(step, KIT.plan(step.id, facts, decisions))
            found = [cell for block in blocks for cell in _cells(block)]
            cells[step.part.heading] = frozenset(
                " ".join(cell.split()) for cell in found if len(cell.split()) > 2
            )
        yield Written(path.stem, brief.text, cells)


def _cells(block: object) -> list[str]:
    if isinstance(block, Table):
        return [cell for row in block.rows for cell in row[1:] if not is_placeholder(cell)]
    return [block.text] if isinstance(block, Labelled) else []


def table(documents: list[Written]) -> str:
    """Per part: cells, share naming something of the brief, share found word for word in another document."""
    own = _own_words(documents)
    lines = [
        "| Part | Cells | Name something of the brief | Stand in another document too |",
        "|---|---|---|---|",
    ]
    totals = [0, 0, 0]
    for part in documents[0].cells:
        cells = sum(len(d.cells[part]) for d in documents)
        named = sum(bool(_words(cell) & own[d.name]) for d in documents for cell in d.cells[part])
        shared = Counter(
            cell for a, b in combinations(documents, 2) for cell in a.cells[part] & b.cells[part]
        )
        repeated = sum(cell in shared for d in documents for cell in d.cells[part])
        totals = [total + value for total, value in zip(totals, (cells, named, repeated), strict=True)]
        lines.append(f"| {part} | {cells} | {named / cells:.0%} | {repeated / cells:.0%} |")
    cells, named, repeated = totals
    lines.append(
        f"| all {len(documents)} documents | {cells} | {named / cells:.0%} | {repeated / cells:.0%} |"
    )
    return "\n".join(lines)


def _own_words(documents: list[Written]) -> dict[str, set[str]]:
    """What each brief says that few others say: words of five letters and more, and numbers of two digits and more."""
    counted = Counter(word for document in documents for word in _words(document.brief))
    most = max(1, round(RARE * len(documents)))
    return {
        document.name: {word for word in _words(document.brief) if counted[word] <= most}
        for document in documents
    }


def _words(text: str) -> set[str]:
    plain = re.sub(r"(?<=\d),(?=\d{3})", "", text.lower()).replace("_", " ")
    return {word[:7] for word in re.findall(r"[^\W\d_]{5,}", plain)} | set(re.findall(r"\d[\d.]*\d", plain))


if __name__ == "__main__":
    main()

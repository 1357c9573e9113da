"""The generated parts of README.md: the picture of the state machine and an excerpt of a real document.

`python tests/readme.py --write` writes them again; `test_readme.py` fails while they are old.
"""

import asyncio
import re
import sys
import tempfile
from collections.abc import Callable
from datetime import date
from pathlib import Path

from briefwright.catalogue import find_skill
from briefwright.evals import router, specificity
from briefwright.evals.cases import load_cases
from briefwright.evals.defects import strangers
from briefwright.evals.defects.run import data_table, sound_documents, table
from briefwright.evals.produce import producer
from briefwright.evals.reading import run as reading
from briefwright.evals.run import run_cases
from briefwright.evals.run import table as table_of_scores
from briefwright.graph.picture import mermaid
from briefwright.records import Request, prepare
from briefwright.runs import drive
from briefwright.settings import Settings
from briefwright.skill.load import load
from briefwright.skill.ml_workflow.kit import KIT

ROOT = Path(__file__).parents[1]
README = ROOT / "README.md"
BRIEF = ROOT / "evals" / "briefs" / "gym-cancellations.md"
AS_OF = date(2026, 11, 23)


def _picture() -> str:
    whole, inside = mermaid(*find_skill("ml-workflow")).split("\n\n%%")
    return f"```mermaid\n{whole}\n```\n\nInside every step:\n\n```mermaid\n%%{inside}\n```"


def _excerpt() -> str:
    with tempfile.TemporaryDirectory() as folder:
        request = Request(
            "readme",
            BRIEF.read_text(encoding="utf-8"),
            "ml-workflow",
            "planner",
            "",
            3,
            False,
            AS_OF.isoformat(),
        )
        result = drive(Path(folder), prepare(Path(folder), request), Settings(), lambda event: None)
        assert result.document
        text = result.document.read_text(encoding="utf-8")
    rows = [line for line in text.splitlines() if line.startswith(("| Business metric |", "| Success threshold |", "| Data split |", "| Primary metric |", "| Min duration |", "| `final_invoice_flag` |"))]  # fmt: skip
    quoted = "\n".join(
        f"> {row}" for row in ["| From the document | |", "|---|---|", *(_two_cells(row) for row in rows)]
    )
    return f"Six rows of the document for [a gym chain]({BRIEF.relative_to(ROOT).as_posix()}):\n\n{quoted}"


def _reading() -> str:
    return f"{reading.table(reading.measured())}\n\n{reading.strictly()}"


def of_strangers(found: tuple[list[strangers.Verdict], dict[str, strangers.Said]]) -> str:
    return f"{strangers.by_set(*found)}\n\n{strangers.table(*found)}"


def _strangers() -> str:
    return of_strangers(strangers.measured(load(ROOT / "skill" / "ml_workflow", KIT.step_ids)))


def _defects() -> str:
    skill = load(ROOT / "skill" / "ml_workflow", KIT.step_ids)
    return f"{table(skill, list(sound_documents(skill)))}\n\n{data_table(skill)}"


def _specificity() -> str:
    return specificity.table(list(specificity.written(load(ROOT / "skill" / "ml_workflow", KIT.step_ids))))


def _evals() -> str:
    skill, kit = find_skill("ml-workflow")
    with tempfile.TemporaryDirectory() as folder:
        cases = load_cases(ROOT / "evals" / "cases")
        return table_of_scores(asyncio.run(run_cases(cases, producer(skill, kit), Path(folder))))


def _two_cells(row: str) -> str:
    cells = [cell.strip() for cell in row.strip("|").split(" | ")]
    return f"| {cells[0]} | {' · '.join(cells[1:])} |"


PARTS: dict[str, Callable[[], str]] = {
    "picture": _picture,
    "excerpt": _excerpt,
    "defects": _defects,
    "strangers": _strangers,
    "specificity": _specificity,
    "reading": _reading,
    "router": router.table,
    "evals": _evals,
}
"""What stands between `<!-- name -->` and `<!-- /name -->`, made from the product itself."""


def filled(text: str, name: str, part: str) -> str:
    """The text with one of its generated parts written again."""
    pattern = rf"(<!-- {name} -->\n).*?(<!-- /{name} -->)"
    text, count = re.subn(pattern, lambda m: f"{m[1]}{part}\n{m[2]}", text, flags=re.DOTALL)
    assert count == 1, f"README.md has no place for {name}"
    return text


if __name__ == "__main__":
    new = README.read_text(encoding="utf-8")
    for name, make in PARTS.items():
        new = filled(new, name, make())
    if "--write" in sys.argv:
        README.write_text(new, encoding="utf-8")
    else:
        print(new)

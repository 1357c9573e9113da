"""`make router`: how often the router is right, on our own requests and, where they lie beside the repository, on other people's.

Top-1 and top-3 over requests for a skill, wrong fires (a skill runs for a request that is for none) and abstentions, each
with its Wilson interval of 95 %.
"""

import json
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

from briefwright.skill.load import parse_skill, read_skill_text
from briefwright.skill.ml_workflow.sizing.classification import wilson_interval
from briefwright.skill.references import framing
from briefwright.skill.routing.index import Index, build_index
from briefwright.skill.routing.route import route
from briefwright.skill.spec import Skill

ROOT = Path(__file__).parents[1]
SHARED = ROOT.parent / "shared"
STRANGERS = (
    ("in the skills' words", ("direct", "long")),
    ("in experts' words", ("expert",)),
    ("in none of the skills' words", ("paraphrase",)),
    ("in people's own words", ("plain",)),
    ("from their situation", ("situation", "situation, for none")),
    ("for ML Workflow", ("ml",)),
    ("everyday, with the skills' words", ("neighbour",)),
    ("everyday", ("everyday",)),
)
"""Kinds of requests in `tests/router/strangers.jsonl`, written over the shared skills by four who had not seen the router."""


@dataclass(frozen=True)
class Request:
    """A message, the skill it is for, and others that would do as well."""

    query: str
    skill: str | None
    also: tuple[str, ...] = ()
    kind: str = ""

    def right(self, skill: str) -> bool:
        return skill == self.skill or skill in self.also


def main() -> None:
    print(table(SHARED))


def table(shared: Path | None = None) -> str:
    """Our own requests, and those of other people where they lie in `shared`."""
    own = read_skills(ROOT / "tests" / "router" / "skills")
    lines = [
        "| Requests | Skills | For a skill | Top-1 | Top-3 | For none | Wrong fires | Asked or ran |",
        "|---|---|---|---|---|---|---|---|",
    ]
    lines.append(_row("our own", index_of(own), requests(ROOT / "tests" / "router" / "requests.jsonl")))
    corpus = (shared or ROOT) / "skills-corpus"
    if shared and corpus.is_dir():
        others = requests(*sorted((shared / "router").glob("*.jsonl")))
        index = index_of(read_skills(corpus))
        lines.append(_row("of other people", index, others))
        strangers = requests(ROOT / "tests" / "router" / "strangers.jsonl")
        lines += [_row(f"of strangers: {name}", index, [r for r in strangers if r.kind in kinds]) for name, kinds in STRANGERS]  # fmt: skip
    return "\n".join(lines)


def read_skills(folder: Path) -> list[Skill]:
    """Every skill of a folder, and ML Workflow."""
    paths = [*sorted(folder.rglob("SKILL.md")), ROOT / "skill" / "ml_workflow" / "SKILL.md"]
    return [parse_skill(read_skill_text(path), str(path.parent)) for path in paths]


def index_of(skills: Sequence[Skill]) -> Index:
    return build_index(skills, framing(skills))


def requests(*paths: Path) -> list[Request]:
    rows = [json.loads(line) for path in paths for line in path.read_text(encoding="utf-8").splitlines()]
    return [Request(row["query"], row["expected_skill"], tuple(row.get("also", ())), row.get("kind", "")) for row in rows]  # fmt: skip


def _row(name: str, index: Index, asked: list[Request]) -> str:
    wanted = [(each, route(index, each.query)) for each in asked if each.skill]
    idle = [route(index, each.query) for each in asked if not each.skill]
    first = sum(d.action != "none" and each.right(d.candidates[0].skill) for each, d in wanted)
    three = sum(d.action != "none" and any(each.right(c.skill) for c in d.candidates) for each, d in wanted)
    fired = sum(decision.action == "run" for decision in idle)
    said = sum(decision.action != "none" for decision in idle)
    shares = [
        _share(first, len(wanted)),
        _share(three, len(wanted)),
        str(len(idle)),
        _share(fired, len(idle)),
        _share(said, len(idle)),
    ]
    return f"| {name} | {index.size} | {len(wanted)} | {' | '.join(shares)} |"


def _share(hits: int, of: int) -> str:
    if not of:
        return "–"
    low, high = wilson_interval(hits, of)
    return f"{hits / of:.1%} ({low:.0%} to {high:.0%})"


if __name__ == "__main__":
    main()

"""What a skill is: plain frozen data, read from a SKILL.md by `load.py`."""

import re
from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Literal

from briefwright.skill.markdown import Block, Fence, Heading, Labelled, Table, slug


@dataclass(frozen=True)
class Fault:
    """Something in a SKILL.md that is missing or unclear. A fatal one stops the skill from loading."""

    line: int
    message: str
    fatal: bool = False


@dataclass(frozen=True)
class Part:
    """One `##` of the Output Format: its heading and the blocks that stand under it, placeholders included."""

    heading: str
    blocks: tuple[Block, ...]

    @property
    def labels(self) -> tuple[str, ...]:
        """Every word of the template a reader sees in this part: columns, row labels, bold labels."""
        found: list[str] = []
        for block in self.blocks:
            if isinstance(block, Table):
                found += [*block.columns, *row_labels(block)]
            if isinstance(block, Labelled):
                found.append(block.label)
        return tuple(found)


@dataclass(frozen=True)
class Template:
    """The document's shape as the skill states it: a title line, then parts in order."""

    title: str
    parts: tuple[Part, ...]

    def names(self, part: "Part", heading: str) -> bool:
        """Whether a document's heading is this part's: in its own words, or in any where it holds a placeholder."""
        fixed = any(other.heading == heading for other in self.parts)
        return heading == part.heading or (not fixed and fits(part.heading, heading))

    def titled(self, name: str) -> str:
        """The title with its placeholder filled: `ML Workflow: [Project/Model Name]` → `ML Workflow: …`."""
        filled, count = re.subn(r"\[[^\]]*\]", lambda _: name, self.title, count=1)
        return filled if count else f"{self.title}: {name}"


@dataclass(frozen=True)
class Step:
    id: str
    number: int
    title: str
    instruction: str
    part: Part


@dataclass(frozen=True)
class Check:
    """One line under Quality Checks, and the ids of the steps whose sections it judges."""

    id: str
    statement: str
    steps: tuple[str, ...]


@dataclass(frozen=True)
class Skill:
    name: str
    description: str
    department: str
    version: str
    triggers: tuple[str, ...]
    purpose: str
    inputs: tuple[str, ...]
    steps: tuple[Step, ...]
    template: Template
    checks: tuple[Check, ...]
    text: str = field(repr=False)
    digest: str = ""
    path: str = ""
    faults: tuple[Fault, ...] = ()

    @property
    def slug(self) -> str:
        """The name in small letters and hyphens; a name in another script has none of these and is known by its digest."""
        return slug(self.name, "-") or f"skill-{self.digest[:8]}"

    def step(self, id: str) -> Step:
        return next(step for step in self.steps if step.id == id)

    def checks_of(self, step_id: str) -> tuple[Check, ...]:
        return tuple(check for check in self.checks if step_id in check.steps)


def row_labels(table: Table) -> tuple[str, ...]:
    """First cells of a table whose rows the template names; empty when the rows are the writer's (`...`)."""
    first = [row[0] for row in table.rows if row]
    return () if any(is_placeholder(cell) for cell in first) else tuple(first)


def labels_to_fill(part: Part) -> tuple[str, ...]:
    """The labels whose cells a section has to fill: named rows and bold lines."""
    rows = [label for block in part.blocks if isinstance(block, Table) for label in row_labels(block)]
    return (*rows, *(block.label for block in part.blocks if isinstance(block, Labelled)))


def is_placeholder(cell: str) -> bool:
    """Whether a cell still waits to be filled: empty, `...`, `…`, or all of it in square brackets."""
    bare = cell.strip()
    return bare in ("", "...", "…") or (bare.startswith("[") and bare.endswith("]"))


def has_placeholder(text: str) -> bool:
    """Whether something in square brackets waits to be filled, somewhere in the text."""
    return re.search(r"\[[^\]]+\]", text) is not None


def fits(template: str, heading: str) -> bool:
    """Whether a heading is the template's, with any words where the template has a placeholder."""
    first, *rest = re.split(r"\[[^\]]+\]", template)
    if not rest:
        return template == heading
    if not heading.startswith(first):
        return False
    at = len(first)
    for piece in rest[:-1]:
        at = heading.find(piece, at)
        if at < 0:
            return False
        at += len(piece)
    return heading.endswith(rest[-1]) and len(heading) - len(rest[-1]) >= at


def in_template_order(template: Template, blocks: Sequence[Block]) -> tuple[Block, ...]:
    """Blocks gathered by their `##` heading, in the order of the template's parts: steps may fill them in another."""
    at = [n for n, block in enumerate(blocks) if isinstance(block, Heading) and block.level == 2]
    free = dict(enumerate(template.parts))
    placed: list[tuple[int, tuple[Block, ...]]] = []
    for start, end in zip(at, [*at[1:], len(blocks)], strict=True):
        heading = blocks[start]
        assert isinstance(heading, Heading)
        fitting = (n for n, part in free.items() if template.names(part, heading.text))
        place = next(fitting, len(template.parts))
        free.pop(place, None)  # two parts may have one heading
        placed.append((place, tuple(blocks[start:end])))
    return tuple(block for _, group in sorted(placed, key=lambda each: each[0]) for block in group)


def allowed_values(cell: str) -> tuple[str, ...]:
    """The closed set a template cell spells out: `Low/Med/High`, `[Yes/No — …]`, `Batch / Real-time / …`."""
    head = re.split(r"\s[—–-]\s", cell.strip().strip("[]"))[0]
    options = [option.strip() for option in head.split("/")]
    short = all(re.fullmatch(r"[A-Za-z][A-Za-z-]*", option) for option in options)
    return tuple(options) if len(options) > 1 and short else ()


Severity = Literal["fail", "warn", "judge"]


@dataclass(frozen=True)
class Finding:
    """What one rule found: `fail` blocks its check, `warn` is shown, `judge` is beyond what rules can decide."""

    rule: str
    severity: Severity
    step: str
    path: str
    message: str
    mend: str = ""
    line: int = 0


Outcome = Literal["passed", "failed", "not judged"]


@dataclass(frozen=True)
class Verdict:
    """What was found for one check: outcome, who decided it, why, and words of the section as evidence."""

    check: str
    outcome: Outcome
    by: Literal["rules", "judge", "nobody"]
    reason: str
    evidence: tuple[str, ...] = ()
    findings: tuple[Finding, ...] = ()


@dataclass(frozen=True)
class Filling:
    """What a section puts into its part of the template, keyed by slugs of the template's own labels.

    `rows` holds the cells after a named row's label; `table` the whole rows of an open table; `lines` the
    text after a bold label; `fence` the diagram; `more` what follows as `###` under the part.
    """

    rows: dict[str, tuple[str, ...]] = field(default_factory=dict)
    table: tuple[tuple[str, ...], ...] = ()
    lines: dict[str, str] = field(default_factory=dict)
    fence: str = ""
    more: tuple[Block, ...] = ()


def fill(part: Part, filling: Filling) -> tuple[Block, ...]:
    """The part's blocks with the filling in every placeholder; KeyError when filling and template disagree."""
    used: set[str] = set()
    blocks: list[Block] = [Heading(2, part.heading)]
    for block in part.blocks:
        blocks.append(_fill_block(block, filling, used))
    if unused := {*filling.rows, *filling.lines} - used:
        raise KeyError(f"'{part.heading}' has no place for {', '.join(sorted(unused))}")
    return (*blocks, *filling.more)


def _fill_block(block: Block, filling: Filling, used: set[str]) -> Block:
    match block:
        case Table(columns, _) if labels := row_labels(block):
            used.update(map(slug, labels))
            return Table(columns, tuple((label, *filling.rows[slug(label)]) for label in labels))
        case Table(columns, _):
            return Table(columns, filling.table)
        case Labelled(label, _):
            used.add(slug(label))
            return Labelled(label, filling.lines[slug(label)])
        case Fence():
            return Fence(filling.fence)
        case _:
            return block

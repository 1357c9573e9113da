"""Does a document have the shape its skill's Output Format asks for, and does its Markdown say what its data say?"""

import re
from collections.abc import Iterator, Sequence

from briefwright.skill.markdown import Block, Fence, Heading, Labelled, Table, parse
from briefwright.skill.spec import Finding, Part, Template, allowed_values, is_placeholder, row_labels

STEP = "document"


def conform(blocks: Sequence[Block], template: Template) -> tuple[Finding, ...]:
    """Every heading in order, every table, column and row label, no placeholder left, allowed values kept."""
    return tuple(_findings(blocks, template))


def _findings(blocks: Sequence[Block], template: Template) -> Iterator[Finding]:
    places = [n for n, block in enumerate(blocks) if isinstance(block, Heading)]
    headings = [unnumbered(block.text) for block in blocks if isinstance(block, Heading)]
    at = 0
    for part in template.parts:
        found = next((n for n in range(at, len(headings)) if template.names(part, headings[n])), None)
        if found is None:
            yield _fail("T.heading", part.heading, f"heading “{part.heading}” is missing or out of order")
            continue
        at = found + 1
        yield from _part(part, _below(blocks, places[found]))


def unnumbered(heading: str) -> str:
    """A heading without its number and its marks: `3. **Model Serving**` → `Model Serving`."""
    return re.sub(r"^(?:\(?\d+(?:\.\d+)*[.)]?|[IVX]+\.)\s+", "", heading.strip("*_ ")).strip("*_ ")


def under(blocks: Sequence[Block], heading: str) -> tuple[Block, ...]:
    """The blocks of a heading, up to the next one of its level or above."""
    start = next(
        (
            n
            for n, block in enumerate(blocks)
            if isinstance(block, Heading) and heading in (block.text, unnumbered(block.text))
        ),
        None,
    )
    return () if start is None else _below(blocks, start)


def _below(blocks: Sequence[Block], start: int) -> tuple[Block, ...]:
    first = blocks[start]
    assert isinstance(first, Heading)
    end = next(
        (
            n
            for n in range(start + 1, len(blocks))
            if isinstance(b := blocks[n], Heading) and b.level <= first.level
        ),
        len(blocks),
    )
    return tuple(blocks[start + 1 : end])


def _part(part: Part, found: tuple[Block, ...]) -> Iterator[Finding]:
    tables = [block for block in found if isinstance(block, Table)]
    for block in part.blocks:
        match block:
            case Table():
                table = next((t for t in tables if t.columns == block.columns), None)
                if table is None:
                    yield _fail(
                        "T.table", part.heading, f"no table with the columns {', '.join(block.columns)}"
                    )
                else:
                    tables.remove(table)  # a template may show several tables with the same columns
                    yield from _table(part, block, table)
            case Labelled(label, hint):
                line = next((b for b in found if isinstance(b, Labelled) and b.label == label), None)
                if line is None:
                    yield _fail("T.line", part.heading, f"no line “**{label}:**”")
                else:
                    yield from _cell(part, label, hint, line.text)
            case Fence():
                if not any(
                    isinstance(b, Fence) and b.text.strip() and not is_placeholder(b.text) for b in found
                ):
                    yield _fail("T.diagram", part.heading, "no diagram")
            case _:
                pass


def _table(part: Part, wanted: Table, table: Table) -> Iterator[Finding]:
    labels = row_labels(wanted)
    rows = {row[0]: row for row in table.rows if row}
    for n, label in enumerate(labels):
        if label not in rows:
            yield _fail("T.row", part.heading, f"no row “{label}”")
            continue
        for hint, cell in zip(wanted.rows[n][1:], rows[label][1:], strict=False):
            yield from _cell(part, label, hint, cell)
    if not labels:
        if not table.rows:
            yield _fail("T.row", part.heading, "the table has no rows")
        hints = wanted.rows[0] if wanted.rows else ()
        for row in table.rows:
            for hint, cell in zip(hints, row, strict=False):
                yield from _cell(part, row[0], hint, cell)


def _cell(part: Part, label: str, hint: str, cell: str) -> Iterator[Finding]:
    if is_placeholder(cell):
        yield _fail("T.placeholder", part.heading, f"“{label}” still holds “{cell}”")
    options = allowed_values(hint)
    if options and not cell.lower().startswith(tuple(option.lower() for option in options)):
        yield _fail(
            "T.allowed", part.heading, f"“{label}” says “{cell[:40]}”, not one of {', '.join(options)}"
        )


def _fail(rule: str, heading: str, message: str) -> Finding:
    return Finding(rule, "fail", STEP, heading, message, "Follow the skill's Output Format.")


def reads_back(blocks: Sequence[Block], text: str, figures: Sequence[str]) -> tuple[Finding, ...]:
    """The rendered Markdown parsed again: the same tables and lines, cell by cell, and every number of the data.

    A difference means that some cell broke its table or that a number was written differently than it is held.
    """
    found = parse(text)
    wanted, got = [_cells(block) for block in blocks], [_cells(block) for block in found]
    missing = [cells for cells in wanted if cells and cells not in got]
    faults = [
        _fail("T.round_trip", "", f"a block is read back differently: {' | '.join(cells)[:90]}")
        for cells in missing
    ]
    lost = [figure for figure in dict.fromkeys(figures) if figure not in text]
    return (
        *faults,
        *(
            _fail("T.number", "", f"the number {figure} is in the data and not in the document")
            for figure in lost
        ),
    )


def _cells(block: Block) -> tuple[str, ...]:
    match block:
        case Table(columns, rows):
            return tuple(" ".join(cell.split()) for row in (columns, *rows) for cell in row)
        case Labelled(label, text):
            return (label, " ".join(text.split()))
        case Heading(_, text):
            return (" ".join(text.split()),)
        case _:
            return ()

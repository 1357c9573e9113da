"""What a Markdown document claims, cell by cell, with the line each claim stands on.

Documents come from people: rows in another order, more columns, bold, footnotes, other spellings of a label.
What cannot be found is absent, and an absent claim is never taken for a good one.
"""

import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from functools import cached_property, lru_cache

from briefwright.skill.conform import under
from briefwright.skill.markdown import Block, Fence, Heading, Labelled, Prose, Table, slug
from briefwright.skill.ml_workflow.verify.labels import names
from briefwright.skill.numbers import CELL, Number, numbers
from briefwright.skill.spec import Part, Template, is_placeholder, row_labels


@dataclass(frozen=True)
class Said:
    """Words of the document and the line they stand on."""

    text: str
    line: int
    columns: tuple[tuple[str, str], ...] = ()

    def cell(self, name: str) -> str | None:
        """The cell under the column whose heading holds that word; None when the row stands in no such column."""
        return next((cell for column, cell in self.columns if name in column.lower()), None)

    def has(self, pattern: str) -> bool:
        return re.search(pattern, self.text, re.IGNORECASE) is not None

    def find(self, pattern: str) -> re.Match[str] | None:
        return re.search(pattern, self.text, re.IGNORECASE)

    @property
    def numbers(self) -> tuple[Number, ...]:
        return numbers(self.text)


NOTHING = Said("", 0)
EXCLUDED = r"\bexclud|\bnope\b|only for evaluation|evaluation only|never (?:used|an input)|\bnot used\b|\bdropped\b|removed as input|\bleft out\b|not an input|deliberately out|no input|monitor(?:ing)? only|label source(?: only|\W*$)"


@dataclass(frozen=True)
class FeatureClaim:
    name: str
    source: str
    transform: str
    dtype: str
    risk: str
    line: int
    online: str = ""
    """The cell of a column that asks whether it is needed online; "" without one."""

    @cached_property
    def all(self) -> str:
        return f"{self.name} {self.transform} {self.risk}"

    @cached_property
    def is_excluded(self) -> bool:
        """Whether the row says that the model never sees it: no rule about inputs applies then."""
        return re.search(EXCLUDED, self.all, re.IGNORECASE) is not None


@dataclass(frozen=True)
class Claims:
    """`rows` holds every labelled row by part and label; `parts` the whole text of each part; `unread` what is missing."""

    rows: dict[tuple[str, str], Said]
    parts: dict[str, Said]
    features: tuple[FeatureClaim, ...]
    diagram: bool
    text: str
    unread: tuple[str, ...]
    repeated: dict[tuple[str, str], tuple[Said, ...]]
    """Further rows of one label: a document may watch data drift in three rows."""

    def each(self, part: str, label: str) -> tuple[Said, ...]:
        """Every row of that label, in order; none when the document has no such row."""
        first = self.row(part, label)
        return (first, *self.repeated.get((part, label), ())) if first.text else ()

    def row(self, part: str, label: str) -> Said:
        """The cells after a label; NOTHING when the document has no such row or it is empty."""
        return self.rows.get((part, label), NOTHING)

    def part(self, name: str) -> Said:
        return self.parts.get(name, NOTHING)


@dataclass(frozen=True)
class _Row:
    """A row of some table by the words of its label, as they are compared."""

    name: str
    words: frozenset[str]
    said: Said


def read_claims(blocks: Sequence[Block], template: Template, text: str) -> Claims:
    """Find each part of the template in the document, then each labelled row and line in it."""
    rows: dict[tuple[str, str], Said] = {}
    repeated: dict[tuple[str, str], tuple[Said, ...]] = {}
    parts: dict[str, Said] = {}
    features: tuple[FeatureClaim, ...] = ()
    unread: list[str] = []
    diagram = False
    for part in template.parts:
        name = slug(part.heading)
        heading = _heading(blocks, part.heading)
        if heading is None:
            unread.append(f"no heading “{part.heading}”")
            continue
        found = [_unnumbered(block) for block in under(blocks, heading.text)]
        parts[name] = Said("\n".join(_text(block) for block in found), heading.line)
        told = _table_rows(found)
        mine = _rows(part, name, found, told, unread)
        rows.update(mine)
        repeated.update({key: more for key, said in mine.items() if (more := _again(key[1], said, told))})
        diagram = diagram or any(isinstance(block, Fence) for block in found)
        if any(isinstance(block, Table) and not row_labels(block) for block in part.blocks):
            features = _features(part, found, unread)
    return Claims(rows, parts, features, diagram, text, tuple(unread), repeated)


def _unnumbered(block: Block) -> Block:
    """A table without its leading column of row numbers: they name nothing."""
    if not isinstance(block, Table) or len(block.columns) < 3 or slug(bare(block.columns[0])) not in ("", "no", "nr", "n", "id", "row"):  # fmt: skip
        return block
    if not all(re.fullmatch(r"\W*\w{0,3}\d{0,3}\W*", row[0]) for row in block.rows if row):
        return block
    return replace(block, columns=block.columns[1:], rows=tuple(row[1:] for row in block.rows))


def _heading(blocks: Sequence[Block], wanted: str) -> Heading | None:
    """The heading of that name, numbering and case aside; else the one that shares its first words."""
    bare = slug(wanted)
    headings = [block for block in blocks if isinstance(block, Heading)]
    for heading in headings:
        if slug(re.sub(r"^[\d.]+\s*", "", heading.text)) == bare:
            return heading
    words = set(bare.split("_")) - {"and"}
    close = [
        h
        for h in headings
        if h.level == 2 and len(words & set(slug(h.text).split("_"))) >= max(1, len(words) - 1)
    ]
    return close[0] if close else None


def _rows(part: Part, name: str, found: Sequence[Block], told: Sequence[_Row], unread: list[str]) -> dict[tuple[str, str], Said]:  # fmt: skip
    rows: dict[tuple[str, str], Said] = {}
    for block in part.blocks:
        if isinstance(block, Table):
            for label in row_labels(block):
                said = _row(label, told)
                if said is None:
                    unread.append(f"no row “{label}” under “{part.heading}”")
                elif is_placeholder(said.text):
                    unread.append(f"row “{label}” is not filled (line {said.line})")
                else:
                    rows[name, slug(label)] = said
        if isinstance(block, Labelled):
            said = _line(block.label, found, told)
            if said is None or is_placeholder(said.text):
                unread.append(f"no line “{block.label}” under “{part.heading}”")
            else:
                rows[name, slug(block.label)] = said
    return rows


def _table_rows(found: Sequence[Block]) -> list[_Row]:
    """Every row of every table in order, read once: each label of the template is looked for among them."""
    rows = []
    for block in found:
        if isinstance(block, Table):
            at = _label_column(block)
            heads = tuple(bare(column) for column in block.columns[at + 1 :])
            for n, row in enumerate(block.rows):
                if len(row) > at:
                    name = _american(slug(bare(row[at])))
                    cells = tuple(bare(cell) for cell in row[at + 1 :])
                    said = Said(" · ".join(cell for cell in cells if cell), block.line + 2 + n, tuple(zip(heads, cells, strict=False)))  # fmt: skip
                    rows.append(_Row(name, frozenset(name.split("_")), said))
    return rows


def _row(label: str, rows: Sequence[_Row]) -> Said | None:
    """The row whose first cell is the label, exactly, by its words, or by another name for it; its other cells joined."""
    wanted = _american(slug(label))
    words = set(wanted.split("_"))
    if exact := next((row for row in rows if row.name == wanted), None):
        return exact.said
    for row in rows:
        if row.name.startswith(wanted) or (wanted.startswith(row.name) and len(row.name) > 4) or words <= row.words:  # fmt: skip
            return row.said
    return next((row.said for row in rows if names(wanted, row.name)), None)


def _again(label: str, first: Said, rows: Sequence[_Row]) -> tuple[Said, ...]:
    """Rows below the first that carry its label too, alone or with something after it: `Data drift (score)`."""
    return tuple(row.said for row in rows if row.said.line > first.line and row.said.columns and row.name.startswith(_american(label)))  # fmt: skip


_SAYS, _COUNTS = re.compile(r"\w"), re.compile(r"\W*[A-Z]{0,3}[-. ]?\d+(?:[.\-]\d+)*\W*")


def _label_column(table: Table) -> int:
    """Where the labels stand: under a heading that names features, else the first column, unless that only counts the rows (`1.1`, `F01`, `R-3`)."""
    if (named := next((n for n, column in enumerate(table.columns[:3]) if slug(bare(column)).startswith("feature")), None)) is not None:  # fmt: skip
        return named
    first = [bare(row[0]) for row in table.rows if row and _SAYS.search(row[0])]
    numbered = first and all(_COUNTS.fullmatch(cell) for cell in first)
    return 1 if numbered and len(table.columns) > 2 else 0


@lru_cache(maxsize=2048)
def _american(name: str) -> str:
    """One spelling of a label: organisation is organization, behaviour is behavior."""
    return re.sub(
        r"isation", "ization", re.sub(r"(?<=[a-z]{2})ise(?=d?\b|_|$)", "ize", name.replace("our_", "or_"))
    )


def _line(label: str, found: Sequence[Block], told: Sequence[_Row]) -> Said | None:
    for n, block in enumerate(found):
        if isinstance(block, Labelled) and slug(block.label) == slug(label):
            return Said(bare(f"{block.text} {_bullets(found[n + 1 :])}".strip()), block.line)
        if isinstance(block, Prose) and (
            match := re.search(rf"\**{re.escape(label)}\**\s*:\**\s*(.+)", block.text, re.IGNORECASE)
        ):
            return Said(bare(match[1]), block.line + block.text[: match.start()].count("\n"))
    return _row(label, told)


def _bullets(after: Sequence[Block]) -> str:
    """The list that follows a labelled line and belongs to it, as sentences."""
    if not after or not isinstance(after[0], Prose) or not re.match(r"\s*(?:[-*•]|\d+[.)])\s", after[0].text):
        return ""
    items = [re.sub(r"^\s*(?:[-*•]|\d+[.)])\s+", "", line).strip() for line in after[0].text.splitlines()]
    return " ".join(item if item.endswith((".", ";")) else f"{item}." for item in items if item)


def _features(part: Part, found: Sequence[Block], unread: list[str]) -> tuple[FeatureClaim, ...]:
    table = next(
        (
            b
            for b in found
            if isinstance(b, Table)
            and len(b.columns) > _label_column(b)
            and slug(bare(b.columns[_label_column(b)])).startswith("feature")
        ),
        None,
    )
    if table is None:
        unread.append(f"no table of features under “{part.heading}”")
        return ()
    name = _label_column(table)
    source, transform = (_column(table.columns, words) for words in (("source", "origin", "table"), ("transform", "logic", "definition", "description")))  # fmt: skip
    dtype, risk = _column(table.columns, ("type", "dtype")), _column(table.columns, ("leak", "risk"))
    transform = transform if transform is not None else _longest(table, {0, source, dtype, risk})
    window = _column(table.columns, ("window", "cut-off", "cutoff", "as of", "available", "period"))
    delay = _column(table.columns, ("delay", "latency", "lag", "late by", "freshness"))
    why = _column(table.columns, ("why", "reason", "comment", "rationale", "justif", "note", "remark"))
    if risk is None:
        unread.append(f"no column of leakage risk (line {table.line})")
    return tuple(
        FeatureClaim(
            _cell(row, name),
            f"{_cell(row, source)} (delay {_cell(row, delay)})"
            if delay not in (None, source, risk) and re.match(r"\W*\d", _cell(row, delay))
            else _cell(row, source),
            " · ".join(
                filter(
                    None,
                    (
                        _cell(row, transform),
                        _before_t0(table.columns[window], _cell(row, window))
                        if window is not None and window not in (transform, source, risk)
                        else "",
                    ),
                )
            ),
            _cell(row, dtype),
            " ".join(filter(None, (_cell(row, risk), _cell(row, why) if why != risk else ""))),
            table.line + 2 + n,
            _cell(row, _column(table.columns, ("online", "real-time", "realtime"))),
        )
        for n, row in enumerate(table.rows)
        if row and _cell(row, name).strip()
    )


def _before_t0(heading: str, cell: str) -> str:
    """Under `Window (days before t0)` a cell `366 to 1` is `t0 − 366 d to t0 − 1 d`."""
    unit = re.search(r"\b(days?|hours?|h|d|minutes?|min|weeks?) before\b", heading, re.IGNORECASE)
    span = re.fullmatch(r"\W*(\d[\d.]*)\s*(?:to|–|-|…|\.\.)\s*(\d[\d.]*)\W*", cell)
    return f"t0 − {span[1]} {unit[1]} to t0 − {span[2]} {unit[1]}" if unit and span else cell


def _longest(table: Table, taken: set[int | None]) -> int | None:
    """The column that says most where none is named for it: `How it is made`, `What we do`."""
    free = [n for n in range(len(table.columns)) if n not in taken]
    return max(free, key=lambda n: sum(len(row[n]) for row in table.rows if n < len(row)), default=None)


def _column(columns: Iterable[str], words: Iterable[str]) -> int | None:
    return next(
        (n for n, column in enumerate(columns) if n and any(word in column.lower() for word in words)), None
    )


def _cell(row: Sequence[str], at: int | None) -> str:
    return bare(row[at]) if at is not None and at < len(row) else ""


def _text(block: Block) -> str:
    match block:
        case Table(columns, rows):
            return "\n".join(bare(" · ".join(row)) for row in (columns, *rows))
        case Labelled(label, text):
            return bare(f"{label}: {text}")
        case Heading(_, text) | Prose(text) | Fence(text):
            return bare(text) if not isinstance(block, Fence) else text
    return ""


def bare(text: str) -> str:
    """A cell without its markup: bold, code, footnotes, links, line breaks. Long texts are not remembered."""
    return _remembered(text) if len(text) <= CELL else _bare(text)


@lru_cache(maxsize=8192)
def _remembered(text: str) -> str:
    return _bare(text)


def _bare(text: str) -> str:
    if "[" in text or "<" in text:
        text = re.sub(r"\[\^[^\]]*\]|<br\s*/?>", " ", text)
        text = re.sub(r"\[([^\]]*)\]\([^)]*\)", r"\1", text)
    if "*" not in text and "`" not in text and "__" not in text:
        return text.strip()
    return re.sub(r"\*\*|__|`|(?<!\w)\*|\*(?!\w)", "", text).strip()

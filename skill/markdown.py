"""The little Markdown a document is made of: headings, tables, bold lines, fences, prose.

One parser serves three readers: the template inside a SKILL.md, a document we rendered (to compare it
with its data) and a document somebody else wrote. It is line-based and cannot fail: what is not one of
the other blocks is prose. Untrusted text goes in, plain frozen data comes out.
"""

import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from functools import lru_cache

_HEADING = re.compile(r"(#{1,6})[ \t]+(\S.*)")
_LABELLED = re.compile(r"\*\*([^*:\n]{1,80}):\*\*[ \t]*(.*)")
_RULE = re.compile(r"\|?[ \t]*:?-+:?[ \t]*(\|[ \t]*:?-+:?[ \t]*)*\|?[ \t]*")
_FENCE = re.compile(r"[ \t]{0,3}(`{3,}|~{3,})(.*)")


@dataclass(frozen=True)
class Heading:
    level: int
    text: str
    line: int = field(default=0, compare=False)


@dataclass(frozen=True)
class Table:
    columns: tuple[str, ...]
    rows: tuple[tuple[str, ...], ...]
    line: int = field(default=0, compare=False)


@dataclass(frozen=True)
class Labelled:
    """A bold label and the rest of its line: `**Feature store:** No, because …`."""

    label: str
    text: str
    line: int = field(default=0, compare=False)


@dataclass(frozen=True)
class Fence:
    """Text shown as it is, such as the ASCII diagram."""

    text: str
    info: str = ""
    line: int = field(default=0, compare=False)


@dataclass(frozen=True)
class Prose:
    text: str
    line: int = field(default=0, compare=False)


Block = Heading | Table | Labelled | Fence | Prose


def parse(text: str, first_line: int = 1) -> tuple[Block, ...]:
    """Read Markdown into blocks; `first_line` is the number the first line carries in its own file."""
    return tuple(_blocks(text.splitlines(), first_line))


def _blocks(lines: list[str], first_line: int) -> Iterator[Block]:
    at, prose = 0, []
    while at < len(lines):
        taken, block = _block_at(lines, at, first_line)
        if block is None:
            if lines[at].strip():
                prose.append(lines[at].rstrip())
            if prose and (not lines[at].strip() or at + 1 == len(lines)):
                yield Prose("\n".join(prose), first_line + at - len(prose) + bool(lines[at].strip()))
                prose = []
        else:
            if prose:
                yield Prose("\n".join(prose), first_line + at - len(prose))
                prose = []
            yield block
        at += taken


def _block_at(lines: list[str], at: int, first_line: int) -> tuple[int, Block | None]:
    """How many lines the block at `at` takes, and the block; one line and None for prose."""
    line, number = lines[at], first_line + at
    if fence := _FENCE.fullmatch(line):
        end = next((n for n in range(at + 1, len(lines)) if _closes(lines[n], fence[1])), len(lines))
        return end - at + 1, Fence("\n".join(lines[at + 1 : end]), fence[2].strip(), number)
    if heading := _HEADING.fullmatch(line.rstrip()):
        return 1, Heading(len(heading[1]), heading[2].rstrip("# ").strip(), number)
    if (
        "|" in line
        and at + 1 < len(lines)
        and "|" in lines[at + 1]
        and _RULE.fullmatch(lines[at + 1].strip())
    ):
        end = at + 2
        while end < len(lines) and "|" in lines[end] and lines[end].strip():
            end += 1
        rows = tuple(cells(row) for row in lines[at + 2 : end])
        return end - at, Table(cells(line), rows, number)
    if labelled := _LABELLED.fullmatch(line.strip()):
        return 1, Labelled(labelled[1].strip(), labelled[2].strip(), number)
    return 1, None


def _closes(line: str, opener: str) -> bool:
    mark = line.strip()
    return len(mark) >= len(opener) and set(mark) == {opener[0]}


def cells(row: str) -> tuple[str, ...]:
    """The cells of one table row; an escaped bar (`\\|`) stays inside its cell."""
    inner = row.strip()
    inner = inner[1:] if inner.startswith("|") else inner
    inner = inner[:-1] if inner.endswith("|") and not inner.endswith("\\|") else inner
    return tuple(part.replace("\\|", "|").strip() for part in re.split(r"(?<!\\)\|", inner))


def render(blocks: Iterable[Block]) -> str:
    """Blocks as Markdown, one blank line between two blocks, a newline at the end."""
    return "\n\n".join(_render(block) for block in blocks) + "\n"


def _render(block: Block) -> str:
    match block:
        case Heading(level, text):
            return f"{'#' * level} {_one_line(text)}"
        case Table(columns, rows):
            head = [_row(columns), "|" + "|".join("---" for _ in columns) + "|"]
            return "\n".join(head + [_row(row) for row in rows])
        case Labelled(label, text):
            return f"**{label}:** {_one_line(text)}"
        case Fence(text, info):
            return f"```{info}\n{text.replace('```', chr(39) * 3)}\n```"
        case Prose(text):
            return text


def _row(cells_: Iterable[str]) -> str:
    return "| " + " | ".join(_one_line(cell).replace("|", "\\|") for cell in cells_) + " |"


def _one_line(text: str) -> str:
    return " ".join(text.split())


def visible(line: str) -> str:
    """A line without what nobody sees: control characters, marks that turn the writing direction, half characters."""
    return re.sub(
        r"[\x00-\x1f\x7f-\x9f\u061c\u200b-\u200f\u202a-\u202e\u2060-\u2069\ufeff\ud800-\udfff]", " ", line
    )


def plain(text: str) -> str:
    """Outside text made harmless inside our Markdown: one line, no tags, no links, no fences, no markup."""
    text = re.sub(r"\]\(", "] (", visible(_one_line(text)))
    return re.sub(r"[<>`]", "'", text)


_DEFUSED = str.maketrans(
    {"<": "‹", ">": "›", "`": "'", "[": "(", "]": ")", "\u202e": " ", "\u202d": " ", "\x00": " "}
)


def defuse(text: str) -> str:
    """Outside text with every character that could open markup replaced, one for one, so that places stay true."""
    return text.translate(_DEFUSED)


def clip(text: str, most: int) -> str:
    """The text, cut at a word and marked when it is longer than `most` characters."""
    if len(text) <= most:
        return text
    at = text.rfind(" ", 0, most - 1)
    return text[: at if at > most // 2 else most - 2].rstrip(" ,;:(") + " …"


@lru_cache(maxsize=8192)
def slug(text: str, joint: str = "_") -> str:
    """`What's tracked` → `whats_tracked`: the name by which code refers to a label of the template."""
    return joint.join(re.findall(r"[a-z0-9]+", text.lower().replace("'", "").replace("’", "")))

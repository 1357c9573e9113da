"""What of a template has to be filled: a part becomes a JSON schema, and a reply becomes the part's blocks.

Named rows of a table are keyed by their labels, open tables are lists of rows, a sub-heading with a placeholder opens a
group that may repeat. Everything else is text. Words of a model are cleaned here and cannot become headings or markup.
"""

import json
import re
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from briefwright.skill.markdown import (
    Block,
    Fence,
    Heading,
    Labelled,
    Prose,
    Table,
    clip,
    plain,
    slug,
    visible,
)
from briefwright.skill.spec import Part, allowed_values, fits, has_placeholder, is_placeholder, row_labels

MOST_ROWS = 200
MOST_SHOWN = 2000


@dataclass(frozen=True)
class Group:
    """A sub-heading with a placeholder and what stands under it: once per thing of its kind."""

    heading: Heading
    blocks: tuple[Block, ...]


@dataclass(frozen=True)
class Slot:
    """Something to fill, and its name in a reply."""

    key: str
    block: Block | Group


def slots_of(part: Part) -> tuple[Slot, ...]:
    """The part's slots in its order; the heading of the part is one when it holds a placeholder."""
    head: tuple[Block, ...] = (Heading(2, part.heading),) if has_placeholder(part.heading) else ()
    return _keyed((*head, *_grouped(part.blocks)))


def object_schema(fields: Mapping[str, Any]) -> dict[str, Any]:
    """A strict object: every field wanted, no other allowed."""
    return {
        "type": "object",
        "properties": dict(fields),
        "required": list(fields),
        "additionalProperties": False,
    }


def schema_of(slot: Slot) -> dict[str, Any]:
    """The JSON schema of what belongs into the slot."""
    match slot.block:
        case Group(heading, blocks):
            inner = {each.key: schema_of(each) for each in _keyed(blocks)}
            group = object_schema({"title": _text(f"In the place of: {heading.text}"), **inner})
            return {"type": "array", "items": group, "description": "One for each thing of this kind."}
        case Table() as table if labels := row_labels(table):
            named = zip(_keys(labels, "row"), table.rows, strict=True)
            return object_schema({key: _row_schema(table.columns[1:], row[1:]) for key, row in named})
        case Table(columns, rows):
            row = _row_schema(columns, rows[0] if rows else ())
            return {
                "type": "array",
                "items": row,
                "description": "The rows of the table, as many as it needs.",
            }
        case Labelled(_, text) | Prose(text):
            return _text(_hint(text))
        case Fence(text):
            kind = "Text shown as it stands" if _json(text) is None else "JSON with the same keys"
            return _text(f"{kind}, in the place of: {clip(text.strip(), MOST_SHOWN)}")
        case Heading(_, text):
            return _text(f"A heading in the place of: {text}")


def taken(slot: Slot, value: Any, at: str, faults: list[str]) -> Any:
    """The value with every text cleaned; what is missing or out of shape is added to `faults`, with its place."""
    match slot.block:
        case Group(_, blocks):
            return [
                {"title": _line(item.get("title"), f"{at}[{n}].title", faults)}
                | {
                    each.key: taken(each, item.get(each.key), f"{at}[{n}].{each.key}", faults)
                    for each in _keyed(blocks)
                }
                for n, item in _items(value, at, faults)
            ]
        case Table() as table if labels := row_labels(table):
            held = value if isinstance(value, dict) else {}
            named = zip(_keys(labels, "row"), table.rows, strict=True)
            return {
                key: _row(table.columns[1:], row[1:], held.get(key), f"{at}.{key}", faults)
                for key, row in named
            }
        case Table(columns, rows):
            hints = rows[0] if rows else ()
            return [_row(columns, hints, item, f"{at}[{n}]", faults) for n, item in _items(value, at, faults)]
        case Labelled(_, text):
            return _line(value, at, faults, text)
        case Heading(_, text):
            return _heading(text, _line(value, at, faults), at, faults)
        case Fence(text):
            return _fenced(text, value, at, faults)
        case Prose(text):
            return _free(value, at, faults, text)


def blocks_of(part: Part, section: Mapping[str, Any]) -> tuple[Block, ...]:
    """The part with everything filled. Headings inside it stay below the part's own."""
    slots = slots_of(part)
    titled = bool(slots) and slots[0].block == Heading(2, part.heading)
    heading = Heading(2, section[slots[0].key] if titled else part.heading)
    return (heading, *_filled(_grouped(part.blocks), slots[titled:], section))


def _filled(
    blocks: Sequence[Block | Group], slots: Sequence[Slot], section: Mapping[str, Any]
) -> Iterator[Block]:
    waiting = list(slots)
    for block in blocks:
        if not _to_fill(block):
            assert isinstance(block, Heading)
            yield block
            continue
        yield from _with(block, section[waiting.pop(0).key])


def _with(block: Block | Group, value: Any) -> Iterator[Block]:
    match block:
        case Group(heading, blocks):
            for item in value:
                yield Heading(heading.level, item["title"])
                yield from _filled(blocks, _keyed(blocks), item)
        case Table(columns, rows) if labels := row_labels(block):
            cells = [tuple(value[key].values()) for key in _keys(labels, "row")]
            yield Table(columns, tuple((row[0], *rest) for row, rest in zip(rows, cells, strict=True)))
        case Table(columns, _):
            yield Table(columns, tuple(tuple(row.values()) for row in value))
        case Labelled(label, _):
            yield Labelled(label, value)
        case Heading(level, _):
            yield Heading(level, value)
        case Fence(_, info):
            yield Fence(value, info)
        case Prose():
            yield Prose(value)


def _grouped(blocks: Sequence[Block]) -> tuple[Block | Group, ...]:
    """Blocks, with a placeholder sub-heading and what follows it gathered into a group."""
    found: list[Block | Group] = []
    at = 0
    while at < len(blocks):
        block = blocks[at]
        at += 1
        if isinstance(block, Heading) and block.level > 2 and has_placeholder(block.text):
            end = next((n for n in range(at, len(blocks)) if isinstance(blocks[n], Heading)), len(blocks))
            group = Group(block, tuple(blocks[at:end]))
            found.append(group)
            at = end
            while at < len(blocks) and _repeats(
                blocks, at, group
            ):  # `[Name 1]`, `[Name 2]`: one group, shown twice
                at += 1 + len(group.blocks)
        else:
            found.append(block)
    return tuple(found)


def _repeats(blocks: Sequence[Block], at: int, group: Group) -> bool:
    """Whether the template shows the group once more, with the same labels and columns under another placeholder."""
    head, again = blocks[at], blocks[at + 1 : at + 1 + len(group.blocks)]
    if not isinstance(head, Heading) or head.level != group.heading.level or not has_placeholder(head.text):
        return False
    return [_shape(block) for block in again] == [_shape(block) for block in group.blocks]


def _shape(block: Block) -> tuple[object, ...]:
    match block:
        case Table(columns, _):
            return ("table", columns)
        case Labelled(label, _):
            return ("label", label)
        case _:
            return (type(block).__name__,)


def _to_fill(block: Block | Group) -> bool:
    return not isinstance(block, Heading) or has_placeholder(block.text)


def _keyed(blocks: Sequence[Block | Group]) -> tuple[Slot, ...]:
    wanted = [block for block in blocks if _to_fill(block)]
    return tuple(
        Slot(key, block)
        for key, block in zip(_keys([_name(b) for b in wanted], "block"), wanted, strict=True)
    )


def _name(block: Block | Group) -> str:
    match block:
        case Labelled(label, _):
            return label
        case Group():
            return "each"
        case _:
            return type(block).__name__


def _keys(labels: Sequence[str], kind: str) -> list[str]:
    """A name for each label: its slug, with a number where it has none or shares it."""
    names = [slug(label)[:48] or kind for label in labels]
    return [
        f"{name}_{n}" if names.count(name) > 1 or name in (kind, "title") else name
        for n, name in enumerate(names, 1)
    ]


def _row_schema(columns: Sequence[str], hints: Sequence[str]) -> dict[str, Any]:
    padded = [*hints, *[""] * len(columns)]
    keyed = zip(_keys(columns, "column"), columns, padded, strict=False)
    return object_schema({key: _text(f"{column}. {_hint(hint)}") for key, column, hint in keyed})


def _row(
    columns: Sequence[str], hints: Sequence[str], value: Any, at: str, faults: list[str]
) -> dict[str, str]:
    held = value if isinstance(value, dict) else {}
    padded = [*hints, *[""] * len(columns)]
    keyed = zip(_keys(columns, "column"), padded, strict=False)
    return {key: _line(held.get(key), f"{at}.{key}", faults, hint) for key, hint in keyed}


def _items(value: Any, at: str, faults: list[str]) -> list[tuple[int, Mapping[str, Any]]]:
    items = [item for item in value if isinstance(item, dict)] if isinstance(value, list) else []
    if not items or len(items) > MOST_ROWS:
        faults.append(f"{at} needs between 1 and {MOST_ROWS} rows, each an object")
    return list(enumerate(items[:MOST_ROWS]))


def _line(value: Any, at: str, faults: list[str], hint: str = "") -> str:
    """One line of clean text; a number counts as text, a placeholder or a value outside a closed set does not."""
    said = plain(str(value)) if isinstance(value, str | int | float) and not isinstance(value, bool) else ""
    if is_placeholder(said):
        faults.append(f"{at} is empty or still a placeholder")
    options = allowed_values(hint)
    if options and not said.lower().startswith(tuple(option.lower() for option in options)):
        faults.append(f"{at} begins with none of {', '.join(options)}")
    return said


def _heading(template: str, words: str, at: str, faults: list[str]) -> str:
    """The template's heading with the words in its place, whether they came as the whole heading or as what was left open."""
    if fits(template, words):
        return words
    filled, count = re.subn(r"\[[^\]]+\]", lambda _: words, template)
    if count > 1:
        faults.append(f"{at} does not follow “{template}”")
    return filled


def _fenced(template: str, value: Any, at: str, faults: list[str]) -> str:
    """Text in a fence, where arrows stay arrows; where the template holds JSON, so does the reply, with the same keys at the top."""
    wanted = _json(template)
    if wanted is None:
        return _lines(value, at, faults, visible)
    found = _json(value) if isinstance(value, str) else None
    if type(found) is not type(wanted):
        faults.append(f"{at} is not JSON of the template's kind")
    elif isinstance(wanted, dict) and (missing := [key for key in wanted if key not in (found or {})]):
        faults.append(f"{at} lacks the keys {', '.join(missing)}")
    return _lines(value, at, faults, visible)


def _json(text: str) -> Any:
    """The object or list a text holds; None for anything else."""
    try:
        found = json.loads(text)
    except (ValueError, RecursionError):
        return None
    return found if isinstance(found, dict | list) else None


def _free(value: Any, at: str, faults: list[str], template: str = "") -> str:
    """Several lines of clean text with the template's bold labels. Headings and rules are refused: the shape is the template's."""
    said = _lines(value, at, faults, _spaced)
    if re.search(r"^[ \t]*(#{1,6}[ \t]|={3,}[ \t]*$|-{3,}[ \t]*$|~~~)", said, re.MULTILINE):
        faults.append(
            f"{at} holds a heading or a rule; write paragraphs or lists, the headings are the template's"
        )
    labels = re.findall(r"\*\*([^*\[\]\n]{1,60})\*\*", template)
    if missing := [label for label in dict.fromkeys(labels) if label not in said]:
        faults.append(f"{at} lacks {', '.join(f'**{label}**' for label in missing)}")
    return said


def _lines(value: Any, at: str, faults: list[str], clean: Callable[[str], str]) -> str:
    """Every line clean, none of them lost; empty or a placeholder is a fault."""
    lines = value.splitlines() if isinstance(value, str) else []
    said = "\n".join(clean(line.expandtabs(4)).rstrip() for line in lines).strip("\n")
    if is_placeholder(said) and not (said.startswith("[") and _json(said) is not None):
        faults.append(f"{at} is empty or still a placeholder")
    return said


def _spaced(line: str) -> str:
    """Like `plain`, with runs of blanks kept: lists are indented by them."""
    return re.sub(r"[^ ]+", lambda word: plain(word[0]), line)


def _text(description: str) -> dict[str, Any]:
    return {"type": "string", "description": description}


def _hint(text: str) -> str:
    options = allowed_values(text)
    return (
        f"One of: {', '.join(options)}."
        if options
        else f"In the place of: {clip(text.strip(), MOST_SHOWN)}"
        if text.strip()
        else "Never empty."
    )

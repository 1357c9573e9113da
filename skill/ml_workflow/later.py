"""A brief and what was said about it later → one brief, in which what was said later wins. Every door comes here.

A brief in words gets them after its title, because of two numbers for one thing the reader takes the first. A brief that is data
stays data: the words stand under a key of their own, and where they speak of what a key gives, the key gives way.
"""

import json
import re
from collections.abc import Iterator, Mapping
from dataclasses import fields
from typing import Any

import yaml

from briefwright.skill.kit import Brief
from briefwright.skill.ml_workflow.facts import Facts, Given
from briefwright.skill.ml_workflow.reader.read import read
from briefwright.skill.ml_workflow.reader.structured import as_mapping, laid_over, words_only

SAID = "said_later"
A_SENTENCE = 4
"""Words from which the reader takes a value of a brief that is data for a sentence."""
GUESSED = frozenset(("problem_type", "use_case"))
"""Facts the reader makes of the whole text: words speak of them only where they name them."""

Path = tuple[str, ...]


def with_words(brief: Brief, words: str) -> str:
    """The text of the brief with the words in it."""
    said = [line if line[-1] in ".!?。！？" else f"{line}." for each in words.splitlines() if (line := " ".join(_visible(each).split()))]  # fmt: skip
    data = as_mapping(brief.text)
    if not said:
        return brief.text
    if data is None:
        return _after_the_title(brief, "\n".join(said))
    said = [line if len(line.split()) >= A_SENTENCE else f"Said since then: {line}" for line in said]
    key = next(name for n in range(1, 1000) if (name := SAID if n == 1 else f"{SAID}_{n}") not in data)
    noted = _noted(brief.text, {}, key, said)
    return _noted(brief.text, _giving_way(data, _told(brief, noted)), key, said)


def _visible(text: str) -> str:
    """Letters that are none would make data unreadable."""
    return "".join(letter if letter.isprintable() else " " for letter in text)


def _after_the_title(brief: Brief, said: str) -> str:
    text, title = brief.text.strip(), read(brief.text, brief.as_of).title
    at = text.find(title) if title else -1
    if at < 0:
        return f"{said}\n\n{text}\n"
    head, _, rest = text[at:].partition("\n")
    return f"{text[:at]}{head}\n\n{said}\n\n{rest.strip()}\n"


def _told(brief: Brief, noted: str) -> dict[str, Any]:
    """What the words say: facts in the sentences of the data that are not in them without the words."""
    before, after = (_sentences(text, brief) for text in (brief.text, noted))
    told = {name: value for name, value in after.items() if value and value != before[name]}
    return {name: value for name, value in told.items() if name not in GUESSED or str(value).lower() in noted.lower()}  # fmt: skip


def _sentences(text: str, brief: Brief) -> dict[str, Any]:
    facts = read(words_only(text, as_mapping(text) or {}), brief.as_of)
    return _values(facts)


def _values(facts: Facts) -> dict[str, Any]:
    """Each fact's value, or values, without quote and place; who asks is no fact that words could change."""
    found: dict[str, Any] = {}
    for each in fields(facts):
        value = getattr(facts, each.name)
        if isinstance(value, tuple):
            found[each.name] = tuple(given.value for given in value)
        elif (value is None or isinstance(value, Given)) and each.name != "subject":
            found[each.name] = value.value if value else None
    return found


def _giving_way(data: Mapping[str, Any], told: Mapping[str, Any]) -> dict[Path, Any]:
    """Place of a key → what stands there instead: nothing where the words give the value, a list with what they add and without what they take away."""
    refused = set(told.get("tools_refused", ()))
    gone = {"tools": refused, "tools_refused": set(told.get("tools", ())) - refused}
    instead: dict[Path, Any] = {}
    for path, value in _leaves(data):
        alone = _values(laid_over(Facts(title="", text=""), {path[-1]: value}, ""))
        name, given = next(((name, given) for name, given in alone.items() if given), ("", None))
        if isinstance(given, tuple):
            without = gone.get(name, set())
            listed = [each for each in dict.fromkeys((*given, *told.get(name, ()))) if each not in without]
            if listed != list(given):
                instead[path] = listed
        elif given != told.get(name, given):
            instead[path] = None
    return instead


def _leaves(data: Mapping[Any, Any], path: Path = ()) -> Iterator[tuple[Path, Any]]:
    for key, value in data.items():
        if isinstance(value, dict):
            yield from _leaves(value, (*path, str(key)))
        else:
            yield (*path, str(key)), value


def _noted(text: str, instead: Mapping[Path, Any], key: str, said: list[str]) -> str:
    """The data with the words first, and with other values at some places. YAML keeps its lines, for a quote is looked up in them."""
    if text.lstrip().startswith("{"):
        spoken = [line.replace('"', "”") for line in said]  # as an escape it would not be found again
        return json.dumps({key: spoken, **_replaced(json.loads(text), instead)}, ensure_ascii=False, indent=2)  # fmt: skip
    for start, end, value in sorted(_spans(text, instead), reverse=True):
        text = f"{text[:start]}: {json.dumps(value, ensure_ascii=False)}{text[end:]}"
    head = re.match(r"(?:#[^\n]*\n|---\s*\n|\s*\n)*", text)
    at = head.end() if head else 0
    lines = "".join(f"  {line}\n" for line in said)
    return f"{text[:at]}{key}: |\n{lines}{text[at:]}"


def _replaced(data: Mapping[str, Any], instead: Mapping[Path, Any], path: Path = ()) -> dict[str, Any]:
    return {
        key: instead[here] if (here := (*path, key)) in instead
        else _replaced(value, instead, here) if isinstance(value, dict) else value
        for key, value in data.items()
    }  # fmt: skip


def _spans(text: str, instead: Mapping[Path, Any]) -> list[tuple[int, int, Any]]:
    """(end of the key, end of its value, what to write) for every place of YAML that gets another value."""

    def of(node: Any, path: Path) -> Iterator[tuple[int, int, Any]]:
        for key, value in node.value if isinstance(node, yaml.MappingNode) else ():
            here = (*path, str(key.value))
            if here in instead:
                start = key.end_mark.index
                yield start, start + len(text[start : value.end_mark.index].rstrip()), instead[here]
            else:
                yield from of(value, here)

    return list(of(yaml.compose(text, Loader=yaml.SafeLoader), ()))

"""The tool register: what each tool is, whether it may be chosen for new work, and since when we know."""

import re
from dataclasses import dataclass
from datetime import date
from functools import cache, cached_property, lru_cache
from pathlib import Path
from typing import Any, Literal

import yaml


@dataclass(frozen=True)
class Tool:
    name: str
    category: str
    licence: str
    hosting: str
    choose_when: str
    avoid_when: str
    status: str
    flag: Literal["ok", "caution", "blocked"]
    hosting_kinds: tuple[str, ...]
    in_seed: bool
    verified_on: date
    aliases: tuple[str, ...]
    evidence: tuple[str, ...]
    substitute: str = ""

    @cached_property
    def pattern(self) -> str:
        """Where the tool is named: its name or an alias as whole words, in any case."""
        names = sorted({self.name, *self.aliases}, key=len, reverse=True)
        spaced = [
            re.sub(r"\\? ", r"[ -]", re.escape(re.sub(r" ?\([A-Z]{2,6}\)", "", name))) for name in names
        ]
        return "|".join(rf"(?<![\w-]){name}(?![\w-])" for name in dict.fromkeys(spaced))

    def is_stale(self, today: date) -> bool:
        """Whether nobody has verified this row for more than a year."""
        return (today - self.verified_on).days > 365


@cache
def register() -> tuple[Tool, ...]:
    """All rows of tools.yaml, in its order."""
    text = (Path(__file__).parent / "tools.yaml").read_text(encoding="utf-8")
    loader = getattr(yaml, "CSafeLoader", yaml.SafeLoader)
    rows = yaml.load(text, Loader=loader)  # a safe loader either way
    return tuple(_row(row) for row in rows)


def _row(row: dict[str, Any]) -> Tool:
    tuples = ("hosting_kinds", "aliases", "evidence")
    fields: dict[str, Any] = {key: tuple(value) if key in tuples else value for key, value in row.items()}
    return Tool(**fields)


def find(name: str) -> Tool | None:
    """The row whose name or alias is exactly `name`, in any case."""
    wanted = name.strip().lower()
    return next(
        (tool for tool in register() if wanted in {tool.name.lower(), *map(str.lower, tool.aliases)}), None
    )


@cache
def _patterns() -> tuple[tuple[Tool, re.Pattern[str]], ...]:
    return tuple((tool, re.compile(tool.pattern, re.IGNORECASE)) for tool in register())


@cache
def _by_first_word() -> dict[str, frozenset[int]]:
    """Rows of the register by the first word of their names and aliases, lower case; a text with none of them names no tool."""
    found: dict[str, set[int]] = {}
    for number, tool in enumerate(register()):
        for name in (tool.name, *tool.aliases):
            if first := _WORDS.search(name.lower()):
                found.setdefault(first[0], set()).add(number)
    return {word: frozenset(numbers) for word, numbers in found.items()}


_WORDS = re.compile(r"[^\W_]+")


def patterns_for(text: str) -> list[tuple[Tool, re.Pattern[str]]]:
    """The tools whose name may stand in the text, each with its pattern: by the first words of their names, for most texts none."""
    named = _by_first_word()
    asked = {number for word in _WORDS.findall(text.lower()) if word in named for number in named[word]}
    return [_patterns()[number] for number in sorted(asked)]


@lru_cache(maxsize=2048)
def named_in(text: str) -> tuple[tuple[Tool, int], ...]:
    """Every registered tool the text names, with the place of its first mention.

    A name that is a common word (Aim, Comet) counts only when written with a capital.
    """
    found = []
    for tool, pattern in patterns_for(text):
        for match in pattern.finditer(text):
            if match[0].islower() and tool.name in ("Aim", "Comet", "Feast", "Prefect", "Flyte"):
                continue
            found.append((tool, match.start()))
            break
    return tuple(found)

"""Eval cases: a brief and what a right document holds. One Markdown file each, expectations in its front matter; or JSONL."""

import json
import re
from collections.abc import Iterable
from pathlib import Path
from typing import Any, Literal

import yaml
from pydantic import BaseModel, ConfigDict, Field, ValidationError, field_validator

from briefwright.evals.errors import EvalError

Outcome = Literal["passed", "unverified", "needs_answers", "declined", "failed"]


class Expect(BaseModel):
    """What is expected of the document for one brief. Patterns are regular expressions, case aside."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    outcome: Outcome = "passed"
    facts: dict[str, str | float] = Field(
        default={}, description="Names of facts, or `mode`, and their values."
    )
    numbers: dict[str, tuple[float, float]] = Field(
        default={}, description="`n_per_arm`: smallest and largest right value."
    )
    mentions: list[str] = Field(
        default=[], description="Patterns the document honours outside quotes of the brief."
    )
    never: list[str] = Field(default=[], description="Patterns that no cell of a choice may hold.")

    @field_validator("mentions", "never")
    @classmethod
    def _patterns(cls, patterns: list[str]) -> list[str]:
        for pattern in patterns:
            try:
                re.compile(pattern)
            except re.error as fault:
                raise ValueError(f"“{pattern}” is no pattern: {fault}") from None
        return patterns


class Case(BaseModel):
    model_config = ConfigDict(extra="forbid", frozen=True)

    id: str = Field(pattern=r"^[a-z0-9][a-z0-9-]{0,63}$")
    brief: str = Field(min_length=1)
    language: str = "en"
    tags: list[str] = []
    expect: Expect = Expect()


def load_cases(source: Path) -> list[Case]:
    """Cases of a folder of Markdown files or of one JSONL file (`id, input, target, metadata`). Raises EvalError with every fault."""
    if not source.exists():
        raise EvalError(f"no cases at '{source}'. Give a folder of .md files or a .jsonl file.")
    rows = _folder(source) if source.is_dir() else _jsonl(source)
    cases: list[Case] = []
    faults: list[str] = []
    for where, data in rows:
        if isinstance(data, str):
            faults.append(f"{where}: {data}")
            continue
        try:
            cases.append(Case.model_validate(data))
        except ValidationError as fault:
            faults += [
                f"{where}: {'.'.join(map(str, each['loc']))}: {each['msg']}" for each in fault.errors()
            ]
    seen = [case.id for case in cases]
    faults += [f"id '{id}' is used {seen.count(id)} times" for id in sorted(set(seen)) if seen.count(id) > 1]
    if faults:
        raise EvalError("cases cannot be used:\n  " + "\n  ".join(faults))
    if not cases:
        raise EvalError(f"'{source}' holds no cases.")
    return cases


def _folder(folder: Path) -> Iterable[tuple[str, Any]]:
    """(file, fields of a case), or (file, what is wrong with it)."""
    for path in sorted(folder.glob("*.md")):
        head, _, brief = _text(path).removeprefix("---\n").partition("\n---\n")
        try:
            front = yaml.safe_load(head)
        except yaml.YAMLError:
            front = None
        if not isinstance(front, dict):
            yield (
                path.name,
                "the front matter is no YAML mapping; write `key: value` lines between two lines of ---",
            )
            continue
        own = {key: front.pop(key) for key in ("id", "language", "tags") if key in front}
        yield path.name, {"id": path.stem, **own, "brief": brief.strip(), "expect": front}


def _text(path: Path) -> str:
    try:
        return path.read_text(encoding="utf-8")
    except UnicodeDecodeError as fault:
        raise EvalError(f"'{path}' is not UTF-8 (byte {fault.start}). Save it as UTF-8.") from None


def _jsonl(path: Path) -> Iterable[tuple[str, Any]]:
    for n, line in enumerate(_text(path).splitlines(), 1):
        if not line.strip():
            continue
        try:
            row = json.loads(line)
            meta = row.get("metadata") or {}
            yield f"line {n}", {"id": row["id"], "brief": row["input"], "expect": row.get("target") or {}, **{k: meta[k] for k in ("language", "tags") if k in meta}}  # fmt: skip
        except (ValueError, KeyError, AttributeError, TypeError):
            yield f"line {n}", "is no JSON object with id and input"


def as_jsonl(cases: Iterable[Case]) -> str:
    """Cases in the fields other tools read."""
    rows = ({"id": c.id, "input": c.brief, "target": c.expect.model_dump(mode="json"), "metadata": {"language": c.language, "tags": c.tags}} for c in cases)  # fmt: skip
    return "".join(json.dumps(row, ensure_ascii=False) + "\n" for row in rows)

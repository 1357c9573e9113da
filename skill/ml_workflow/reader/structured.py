"""A brief as data, `brief.yaml` or `brief.json`: the skill's inputs by name are taken as given, whatever the words around them say.

Known keys are the skill's inputs and every field of Facts. Text under other keys is read like any brief. A value of the
wrong kind is no fact: it is listed as unread, with what was expected.
"""

import json
import re
import types
from collections.abc import Iterator, Mapping
from dataclasses import fields, replace
from functools import cache
from typing import Any, get_args, get_type_hints

import yaml

from briefwright.skill.markdown import defuse
from briefwright.skill.ml_workflow.facts import Facts, Given, ProblemType
from briefwright.skill.numbers import numbers

# The skill's inputs in other words than the facts' own names.
ALIASES = {
    "ml_problem_type": "problem_type", "problem": "problem_type", "type": "problem_type",
    "data_sources": "sources", "data": "sources", "feature_candidates": "features", "feature_list": "features",
    "serving": "serving_cue", "serving_mode": "serving_cue", "serving_requirements": "serving_cue",
    "team": "team_size", "cloud": "clouds", "cloud_provider": "clouds", "tools_forbidden": "tools_refused", "tools_in_use": "tools",
    "budget": "budget_per_month", "monthly_budget": "budget_per_month", "target": "prediction", "known_only_later": "known_later",
    "volume": "volume_per_day", "latency": "latency_p99_ms", "baseline": "metric_baseline", "regulation": "regulations",
}  # fmt: skip
FLAGS = {"on_premises": "on-premises", "air_gapped": "air-gapped", "first_model": "first model", "shared_features": "shared", "online_features": "online", "fairness": "fairness", "human_in_loop": "human decides", "no_experiment": "no experiment", "interference": "units take from one another", "newcomers": "newcomers without history", "personal_data": "personal data", "label_bias": "selective labels"}  # fmt: skip
MODES = {"batch": "batch", "real-time": "real-time", "realtime": "real-time", "online": "real-time", "streaming": "streaming", "edge": "edge", "on-device": "edge"}  # fmt: skip
UNREADABLE = (
    "title",
    "text",
    "language",
    "unread",
    "questions",
    "instructions",
    "contradictions",
    "wishes",
    "guardrails",
)


class _NoAliases(yaml.SafeLoader):
    """A safe loader without anchors: an alias of an alias of an alias fills the memory."""

    def compose_node(self, parent: Any, index: Any) -> Any:
        if self.check_event(yaml.AliasEvent):
            raise yaml.YAMLError("aliases are not read")
        return super().compose_node(parent, index)


def as_mapping(text: str) -> Mapping[str, Any] | None:
    """The brief as a mapping; None when it is prose, or data without a single known key."""
    start = text.lstrip()
    if not start.startswith("{") and not re.match(
        r"(?:#[^\n]*\n|---\s*\n|\s*\n)*[A-Za-z][\w -]{0,40}:(?:\s|$)", text
    ):
        return None
    try:
        found = json.loads(start) if start.startswith("{") else yaml.load(text, Loader=_NoAliases)
    except (ValueError, yaml.YAMLError, RecursionError):
        return None
    if not isinstance(found, dict) or not any(_field(str(key)) for key in _keys(found)):
        return None
    if not start.startswith("{") and _is_prose(found):
        return None
    return found


def _is_prose(found: Mapping[Any, Any]) -> bool:
    """A letter that opens with `Subject:` parses as YAML too; but its paragraphs run on, and its keys are halves of sentences."""
    told = [value for value in found.values() if isinstance(value, str)]
    sentences_run_on = sum(len(re.findall(r"[.!?]\s+[A-Z]", value)) >= 2 for value in told)
    long_keys = sum(len(str(key).split()) > 4 for key in found)
    return sentences_run_on * 2 >= max(2, len(told)) or (sentences_run_on > 0 and long_keys * 3 >= len(found))


def _keys(data: Mapping[Any, Any]) -> Iterator[str]:
    for key, value in data.items():
        yield str(key)
        if isinstance(value, dict):
            yield from (str(inner) for inner in value)


def words_only(text: str, data: Mapping[str, Any]) -> str:
    """The text with everything blanked but its sentences, each in its place: values of several words, whatever their key."""
    kept = [" " if letter != "\n" else "\n" for letter in text]
    for value in _sentences(data):
        for line in defuse(value).splitlines():
            at = text.find(line.strip()) if len(line.split()) > 3 else -1
            if at >= 0:
                kept[at : at + len(line.strip())] = line.strip()
    return "".join(kept)


def _sentences(value: Any) -> Iterator[str]:
    if isinstance(value, dict):
        for inner in value.values():
            yield from _sentences(inner)
    elif isinstance(value, list):
        for inner in value:
            yield from _sentences(inner)
    elif isinstance(value, str):
        yield value


def laid_over(facts: Facts, data: Mapping[str, Any], text: str) -> Facts:
    """Facts with every known key's value in place of what the words gave."""
    changes: dict[str, Any] = {"not_ml": None}  # whoever fills in the skill's inputs asks for its work
    unread: list[Given[str]] = []
    for key, value in _leaves(data):
        name = _field(key)
        if name is None or value is None:
            continue
        quote, start = _place(text, key, value)
        try:
            changes[name] = _given(name, value, quote, start)
        except ValueError as fault:
            unread.append(Given(f"{key}: {fault}", quote, start))
    title = data.get("title") or data.get("name") or facts.title
    return replace(facts, title=defuse(str(title))[:90], unread=(*facts.unread, *unread), **{k: v for k, v in changes.items() if v is not None or k == "not_ml"})  # fmt: skip


def _leaves(data: Mapping[Any, Any]) -> Iterator[tuple[str, Any]]:
    """Keys with their values; a mapping under an unknown key is opened, one level at a time."""
    for key, value in data.items():
        if isinstance(value, dict) and not (_field(str(key)) and not value):
            yield from _leaves(value)
        else:
            yield str(key), value


def _field(key: str) -> str | None:
    name = re.sub(r"[^a-z0-9]+", "_", key.lower()).strip("_")
    name = ALIASES.get(name, name)
    return name if name in _kinds() else None


@cache
def _kinds() -> dict[str, str]:
    """Field → `number`, `words`, `list` or `type`, from the types of Facts themselves."""
    hints = get_type_hints(Facts)
    return {
        each.name: _kind(each.name, hints[each.name]) for each in fields(Facts) if each.name not in UNREADABLE
    }


def _kind(name: str, hint: Any) -> str:
    inner = [arg for arg in get_args(hint) if arg is not types.NoneType]
    if str(hint).startswith("tuple"):
        return "list"
    if inner and get_args(inner[0])[:1] == (float,):
        return "number"
    return "type" if name == "problem_type" else "words"


def _place(text: str, key: str, value: Any) -> tuple[str, int]:
    """The line that gives the key, as quote and place."""
    match = re.search(rf"^[^\n]*{re.escape(key)}[^\n]*$", text, re.MULTILINE)
    return (match[0].strip()[:160], match.start()) if match else (f"{key}: {value}"[:160], 0)


def _given(name: str, value: Any, quote: str, start: int) -> Any:
    kind = _kinds()[name]
    if kind == "number":
        amount, unit = _amount(name, value)
        return Given(amount, quote, start, unit)
    if kind == "list":
        items = value if isinstance(value, list) else re.split(r"\s*[,;]\s*", str(value))
        return tuple(Given(defuse(str(item))[:80], quote, start) for item in items if str(item).strip())
    if name in FLAGS:
        if isinstance(value, bool):
            return Given(FLAGS[name], quote, start) if value else None
        return Given(defuse(str(value))[:80], quote, start)
    if kind == "type":
        known = {each.lower(): each for each in get_args(ProblemType)}
        wanted = str(value).lower()
        found = known.get(wanted) or next((known[each] for each in known if each in wanted), None)
        if found is None:
            raise ValueError(f"“{value}” is none of {', '.join(get_args(ProblemType))}")
        return Given(found, quote, start)
    if name == "serving_cue":
        mode = next((MODES[word] for word in MODES if word in str(value).lower()), None)
        if mode is None:
            raise ValueError(f"“{value}” is none of batch, real-time, streaming, edge")
        return Given(mode, quote, start)
    if isinstance(value, dict | list):
        raise ValueError("expected words")
    return Given(defuse(str(value))[:160], quote, start)


UNITS = {"_ms": "ms", "_days": "days", "_s": "s", "_h": "hours", "_per_day": "per day", "_rps": "requests/s", "_per_week": "cases/week"}  # fmt: skip
SHARES = (
    "positive_rate",
    "metric_baseline",
    "metric_target",
    "mde_relative",
    "exposed_share",
    "test_alpha",
    "test_power",
)


def _amount(name: str, value: Any) -> tuple[float, str]:
    """A number in the field's own unit: `80`, `80 ms`, `2.4 %`, `1.2 million`, `3 years`."""
    unit = next(
        (unit for end, unit in UNITS.items() if name.endswith(end)), "share" if name in SHARES else ""
    )
    unit = "people" if name == "team_size" else unit
    if isinstance(value, bool):
        raise ValueError("expected a number")
    if isinstance(value, int | float):
        return float(value), unit
    found = numbers(str(value))
    if not found:
        raise ValueError(f"“{value}” holds no number")
    number = found[0]
    if name in SHARES and number.unit in ("%", "pp"):
        return number.share, unit
    if unit == "ms" and number.days:
        return number.seconds * 1000, unit
    if unit == "s" and number.days:
        return number.seconds, unit
    if unit == "days" and number.days:
        return number.days, unit
    if unit == "hours" and number.days:
        return number.days * 24, unit
    if name == "budget_per_month":
        return number.value / (12 if number.per == "year" else 1), number.unit or "EUR"
    return number.value, unit

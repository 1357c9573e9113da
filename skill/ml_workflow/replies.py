"""What a model is asked for a section, and what is done with its answer.

The planner's section is the ground: a reply is laid over it, field by field, and validated as a whole. Fields
that code computes are neither in the schema nor taken from a reply.
"""

from collections.abc import Iterator
from functools import cache
from typing import Any

from pydantic import ValidationError

from briefwright.skill.kit import ReplyError
from briefwright.skill.markdown import clip, plain
from briefwright.skill.ml_workflow.sections import SECTIONS, Section

MOST_SAID = 500
_DROPPED = ("title", "default", "by")


@cache
def reply_schema(step: str) -> dict[str, Any]:
    """JSON schema of the fields a model fills in: strict, every field required, nothing extra, code fields left out."""
    schema = SECTIONS[step].model_json_schema()
    defs = {name: _asked(part) for name, part in schema.pop("$defs", {}).items()}
    if "Quantity" in defs:
        defs["Quantity"]["properties"]["source"] = {"type": "string", "enum": ["given", "assumed"]}
    asked: dict[str, Any] = _asked(schema)
    used = _reachable(asked, defs)
    return {**asked, "$defs": {name: defs[name] for name in sorted(used)}}


def _asked(schema: dict[str, Any]) -> dict[str, Any]:
    if "properties" not in schema:
        cleaned: dict[str, Any] = _clean(schema)
        return cleaned
    properties = {
        name: _clean(part) for name, part in schema["properties"].items() if part.get("by") != "code"
    }
    return {
        "type": "object",
        "properties": properties,
        "required": list(properties),
        "additionalProperties": False,
    }


def _clean(part: Any) -> Any:
    if isinstance(part, dict):
        return {key: _clean(value) for key, value in part.items() if key not in _DROPPED}
    return [_clean(value) for value in part] if isinstance(part, list) else part


def _reachable(schema: Any, defs: dict[str, Any]) -> set[str]:
    found: set[str] = set()
    waiting = [schema]
    while waiting:
        part = waiting.pop()
        if isinstance(part, dict):
            name = str(part.get("$ref", "")).rpartition("/")[2]
            if name and name not in found:
                found.add(name)
                waiting.append(defs[name])
            waiting += part.values()
        elif isinstance(part, list):
            waiting += part
    return found


def accept(step: str, reply: dict[str, Any], planned: Section) -> Section:
    """The reply laid over the planner's section.

    Raises ReplyError with every fault: a field nobody asked for, at any depth, a wrong type, a number that claims to be
    computed.
    """
    schema = reply_schema(step)
    harmless = _harmless(reply)
    faults = list(_strange(harmless, schema, schema["$defs"], ""))
    if faults:
        raise ReplyError(clip("; ".join(faults[:6]), MOST_SAID))
    merged = _overlay(planned.model_dump(mode="json"), harmless)
    try:
        return SECTIONS[step].model_validate(merged)
    except ValidationError as fault:
        raise ReplyError(clip("; ".join(_said(error) for error in fault.errors()[:8]), MOST_SAID)) from None


def _strange(value: Any, schema: dict[str, Any], defs: dict[str, Any], path: str) -> Iterator[str]:
    """What a reply holds that its schema does not ask for: unknown names, and numbers that claim to be computed."""
    if "$ref" in schema:
        schema = defs[schema["$ref"].rpartition("/")[2]]
    for option in schema.get("anyOf", ()):
        if option.get("type") != "null":
            yield from _strange(value, option, defs, path)
    if isinstance(value, dict) and "properties" in schema:
        for name, part in value.items():
            if name not in schema["properties"]:
                yield f"{path}{plain(str(name))[:40]}: nobody asked for this field"
            else:
                yield from _strange(part, schema["properties"][name], defs, f"{path}{name}.")
        if "basis" in schema["properties"] and value.get("source") not in ("given", "assumed"):
            yield f"{path}source: only code computes, mark the number given or assumed"
    if isinstance(value, list) and "items" in schema:
        for n, part in enumerate(value):
            yield from _strange(part, schema["items"], defs, f"{path}{n}.")


def _overlay(ground: Any, reply: Any) -> Any:
    if isinstance(ground, dict) and isinstance(reply, dict):
        return {**ground, **{key: _overlay(ground.get(key), value) for key, value in reply.items()}}
    return reply


def _harmless(value: Any) -> Any:
    """Text from a model is outside text: one line, no tags, no markup that could become more than text."""
    if isinstance(value, str):
        return plain(value)
    if isinstance(value, dict):
        return {plain(str(name)): _harmless(part) for name, part in value.items()}
    return [_harmless(part) for part in value] if isinstance(value, list) else value


def _said(error: Any) -> str:
    path = plain(".".join(str(part) for part in error["loc"]))
    return f"{path}: {error['msg'].lower()}"

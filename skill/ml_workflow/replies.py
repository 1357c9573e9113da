"""What a model is asked for a section, and what is done with its answer.

The planner's section is the ground: a reply is laid over it, field by field, and validated as a whole. Fields
that code computes are neither in the schema nor taken from a reply.
"""

from functools import cache
from typing import Any

from pydantic import ValidationError

from briefwright.skill.kit import ReplyError
from briefwright.skill.markdown import plain
from briefwright.skill.ml_workflow.sections import SECTIONS, Section

_DROPPED = ("title", "default", "by", "minLength", "minItems", "maxItems")


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

    Raises ReplyError with every fault: an unknown field, a wrong type, a number that claims to be computed.
    """
    unknown = [name for name in reply if name not in reply_schema(step)["properties"]]
    if unknown:
        raise ReplyError(f"not asked for: {', '.join(sorted(unknown)[:6])}")
    merged = _overlay(planned.model_dump(mode="json"), _harmless(reply))
    try:
        return SECTIONS[step].model_validate(merged)
    except ValidationError as fault:
        raise ReplyError("; ".join(_said(error) for error in fault.errors()[:8])) from None


def _overlay(ground: Any, reply: Any) -> Any:
    if isinstance(ground, dict) and isinstance(reply, dict):
        return {**ground, **{key: _overlay(ground.get(key), value) for key, value in reply.items()}}
    return reply


def _harmless(value: Any) -> Any:
    """Text from a model is outside text: one line, no tags, no markup that could become more than text."""
    if isinstance(value, str):
        return plain(value)
    if isinstance(value, dict):
        if value.get("source") == "computed":
            raise ReplyError("a number is marked as computed; only code computes, mark it given or assumed")
        return {key: _harmless(part) for key, part in value.items()}
    return [_harmless(part) for part in value] if isinstance(value, list) else value


def _said(error: Any) -> str:
    path = ".".join(str(part) for part in error["loc"])
    return f"{path}: {error['msg'].lower()}"

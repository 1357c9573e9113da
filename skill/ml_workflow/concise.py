"""A section as a prompt shows it: what it says, without how each number came about."""

import json
from typing import Any

from pydantic import BaseModel

from briefwright.skill.ml_workflow.quantity import Quantity

EMPTY: tuple[Any, ...] = (None, "", [], {})
"""What goes without saying; `false` and 0 do not."""


def concise(section: BaseModel, without: set[str] | frozenset[str] = frozenset()) -> str:
    """One line of JSON: numbers as the document writes them, nothing that is empty, and no field of `without`."""
    return json.dumps(
        {
            name: said
            for name, value in section
            if name not in without and (said := _said(value)) not in EMPTY
        },
        ensure_ascii=False,
        default=str,
    )


def _said(value: Any) -> Any:
    if isinstance(value, Quantity):
        return str(value)
    if isinstance(value, BaseModel):
        return {name: said for name, item in value if (said := _said(item)) not in EMPTY}
    if isinstance(value, dict):
        return {str(name): said for name, item in value.items() if (said := _said(item)) not in EMPTY}
    if isinstance(value, list | tuple):
        return [_said(item) for item in value]
    return value

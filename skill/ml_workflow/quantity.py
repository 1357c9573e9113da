"""A number and where it comes from: given in the brief, computed by a formula, or assumed for a reason.

No bare number reaches a document. A quantity knows its unit and its source, and is written the same way
wherever it appears, so the document can be read back and compared with its data.
"""

import math
from typing import Annotated, Literal

from pydantic import BaseModel, ConfigDict, Field

from briefwright.skill.numbers import CURRENCIES

Text = Annotated[str, Field(min_length=1, max_length=600)]
Short = Annotated[str, Field(min_length=1, max_length=120)]


SIGN = {">=": "≥", "<=": "≤", ">": ">", "<": "<"}


class Data(BaseModel):
    """Base of everything in a section: frozen, and closed to fields nobody declared."""

    model_config = ConfigDict(frozen=True, extra="forbid")


class Quantity(Data):
    """One number. `share` is a part of one, shown in percent; money carries its currency code as unit."""

    value: float = Field(
        allow_inf_nan=False, description="The number itself, in `unit`. 4 % is 0.04 with unit 'share'."
    )
    unit: str = Field(
        default="", max_length=40, description="ms, days, rows, share, EUR, … Empty for a bare number."
    )
    source: Literal["given", "computed", "assumed"] = Field(
        description="given: the brief says it. assumed: you chose it. computed is filled by code, never by you."
    )
    basis: str = Field(
        min_length=1,
        max_length=400,
        description="given: the brief's exact words. computed: the formula with its inputs. assumed: why this value.",
    )
    confirm: str = Field(
        default="", max_length=120, description="assumed only: who confirms it, and by when."
    )

    def __str__(self) -> str:
        return show(self.value, self.unit)


def given(value: float, unit: str, quote: str) -> Quantity:
    return Quantity(value=value, unit=unit, source="given", basis=quote[:400])


def computed(value: float, unit: str, formula: str) -> Quantity:
    return Quantity(value=value, unit=unit, source="computed", basis=formula[:400])


def assumed(value: float, unit: str, reason: str, confirm: str = "") -> Quantity:
    return Quantity(value=value, unit=unit, source="assumed", basis=reason[:400], confirm=confirm[:120])


def show(value: float, unit: str = "") -> str:
    """The number as the document writes it: `0.17 %`, `14,751`, `3.1 million`, `€192`, `75 days`."""
    if unit == "share":
        return f"{number(value * 100)} %"
    if unit == "pp":
        return f"{number(value * 100)} pp"
    if unit in CURRENCIES:
        return f"{number(value)} {unit}"
    if unit == "hours" and 0 < value < 1:
        minutes = value * 60
        return f"{number(minutes)} min" if minutes >= 0.1 else f"{number(max(minutes * 60, 0.01))} s"
    if (
        unit
        in ("days", "weeks", "months", "hours", "years", "people", "rows", "replicas", "workers", "trials")
        and value == 1
    ):
        unit = {"people": "person"}.get(unit, unit[:-1])
    return f"{number(value)} {unit}".strip()


def number(value: float) -> str:
    """Four significant digits for fractions, whole numbers with separators, millions spelled when round."""
    if value == 0:
        return "0"
    size = abs(value)
    if size >= 1e6 and float(f"{value:.3g}") == value:
        return (
            f"{float(f'{value / 1e6:.10g}'):,g} million"
            if size < 1e9
            else f"{float(f'{value / 1e9:.10g}'):,g} billion"
        )
    if size >= 1000 or value == int(value):
        return f"{round(value):,}"
    digits = max(0, 3 - math.floor(math.log10(size)) - 1)
    text = f"{value:.{min(digits, 8)}f}"
    return text.rstrip("0").rstrip(".") if "." in text else text

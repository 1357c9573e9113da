"""Where every number of the document comes from, and whether what is called given really stands in the brief."""

import re
from collections.abc import Iterator, Mapping
from typing import Any

from pydantic import BaseModel

from briefwright.skill.ml_workflow.facts import Facts, Limit
from briefwright.skill.ml_workflow.quantity import Quantity, assumed
from briefwright.skill.ml_workflow.sections import Section
from briefwright.skill.numbers import PER_IN_DAYS, TIME_IN_DAYS, Number, numbers, same

CADENCES = (
    1 / 24,
    1.0,
    7.0,
    30.0,
    91.0,
    *(n / 24 for n in range(2, 24)),
    *(n / 1440 for n in (5, 10, 15, 20, 30)),
)


def quantities(data: object, path: str = "") -> Iterator[tuple[str, Quantity]]:
    """Every Quantity inside a section, with its path: `real_time.p99_ms`, `monitors.CH-04.threshold`."""
    if isinstance(data, Quantity):
        yield path, data
    elif isinstance(data, BaseModel):
        for name in type(data).model_fields:
            yield from quantities(getattr(data, name), f"{path}.{name}" if path else name)
    elif isinstance(data, list | tuple):
        for n, item in enumerate(data):
            key = getattr(item, "id", None) or getattr(item, "name", None) or n
            yield from quantities(item, f"{path}.{key}")


def ledger(sections: Mapping[str, Section]) -> dict[tuple[str, str], list[str]]:
    """(number as shown with its source and basis) → the places that use it, in the order of the document."""
    rows: dict[tuple[str, str], list[str]] = {}
    for step, section in sections.items():
        for path, q in quantities(section):
            basis = f"{q.source}: “{q.basis}”" if q.source == "given" else f"{q.source}: {q.basis}"
            if q.confirm:
                basis += f" (confirms: {q.confirm})"
            rows.setdefault((str(q), basis), []).append(f"{step}.{path}")
    return rows


def false_quotes(section: Section, facts: Facts) -> Iterator[tuple[str, Quantity]]:
    """Given numbers that are no fact, and whose quote is not in the brief or does not hold the number."""
    words = f" {_bare(facts.text)} "
    read = _read_values(facts)
    for path, q in quantities(section):
        if q.source != "given" or any(
            same(abs(value), abs(q.value), abs(value) * 0.001) for value in read.get(_bare(q.basis), ())
        ):
            continue
        quote = _bare(q.basis)
        if len(quote.split()) < 2 or f" {quote} " not in words or not _holds(q):
            yield path, q


def owned(section: Section, facts: Facts) -> Section:
    """The section with every number that is falsely called given marked as what it is: assumed by who wrote it."""
    false = {q for _, q in false_quotes(section, facts)}
    return _disowned(section, false) if false else section


def _disowned(data: Any, false: set[Quantity]) -> Any:
    if isinstance(data, Quantity):
        claim = f"called given, but “{data.basis}” is not in the brief or holds another number"
        return assumed(data.value, data.unit, claim, data.confirm) if data in false else data
    if isinstance(data, BaseModel):
        return data.model_copy(
            update={name: _disowned(getattr(data, name), false) for name in type(data).model_fields}
        )
    return type(data)(_disowned(item, false) for item in data) if isinstance(data, list | tuple) else data


def _read_values(facts: Facts) -> dict[str, list[float]]:
    """What the reader made of each quote, in the units sections use: words such as `team of two` or `monthly` count here only."""
    found: dict[str, list[float]] = {}
    for _, given in facts.found():
        values = found.setdefault(_bare(given.quote), [])
        if isinstance(given.value, int | float):
            values += [given.value, given.value * 1000, given.value / 3600]
        if isinstance(given.value, Limit) and given.value.value is not None:
            values.append(given.value.value)
        if given is facts.schedule:
            values += [days for days in CADENCES]
    return found


def _bare(text: str) -> str:
    return re.sub(r"\W+", " ", text).lower().strip()


def _holds(q: Quantity) -> bool:
    """Whether some number in the quote is this one, in any unit it may have been turned into."""
    return any(
        same(value, abs(q.value), abs(value) * 0.02 + 1e-9)
        for number in numbers(q.basis)
        for value in _readings(number)
    )


def _readings(n: Number) -> Iterator[float]:
    yield from (abs(n.value), abs(n.share))
    for unit in (n.unit, n.per):
        days = TIME_IN_DAYS.get(unit) or PER_IN_DAYS.get(unit)
        if days:
            yield from (n.value * days * scale for scale in (1, 24, 1440, 86_400, 86_400_000))
            yield from (n.value / days, n.value / days * 7, n.value * 5, n.value / 12, n.value * 7)

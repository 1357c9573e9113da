"""Dates a document names again: the windows of its split in a diagram or a sentence, the time a result is due, the share that takes part."""

import re
from collections.abc import Iterator

from briefwright.skill.ml_workflow.verify.claims import Said
from briefwright.skill.ml_workflow.verify.stated import iso_dates, windows
from briefwright.skill.ml_workflow.verify.verdicts import Document, fail
from briefwright.skill.spec import Finding

TEST = "a_b_testing"
_OF_TODAY = re.compile(
    r"\b(?:a/?b|power|load|skew|shadow|smoke|unit|season\w*|history|chaos)[- ]test", re.IGNORECASE
)
"""Tests that are no window of the split."""


def windows_in_the_diagram(d: Document) -> Iterator[Finding]:
    """`test 2026-01-05..2026-02-15` in the pipeline's diagram, where the split says another window."""
    inside = False
    for number, line in enumerate(d.claims.text.splitlines(), 1):
        if line.lstrip().startswith(("```", "~~~")):
            inside = not inside
            continue
        if not inside or _OF_TODAY.search(line):
            continue
        for drawn in windows(iso_dates(line)):
            stated = d.stated.window(drawn.name)
            if stated and (drawn.first, drawn.last) != (stated.first, stated.last):
                yield fail("X.windows", "Data split", Said(line, number), f"the diagram's {drawn.name} window is {drawn.first} to {drawn.last}, the split's {stated.first} to {stated.last}", "Use one window in both places.")  # fmt: skip


_DUE = re.compile(r"(?<!\d)(?:by|before|until|no later than) (\d{1,2}:\d\d)\b", re.IGNORECASE)


def due_in_the_diagram(d: Document) -> Iterator[Finding]:
    """`scores.csv by 07:00` in a diagram, where the part of serving names 04:30 and never 07:00."""
    serving = d.claims.part("model_serving").text
    told = set(re.findall(r"\b\d{1,2}:\d\d\b", serving))
    inside = False
    for number, line in enumerate(d.claims.text.splitlines(), 1):
        if line.lstrip().startswith(("```", "~~~")):
            inside = not inside
        elif inside and told and (due := _DUE.search(line)) and due[1] not in told:
            yield fail("X.due", "Model Serving", Said(line, number), f"due by {due[1]} in the diagram, which the part of serving does not know", "Use one time in both places.")  # fmt: skip


def share_that_takes_part(d: Document) -> Iterator[Finding]:
    """`20 % of technicians` in the split, `41,000 × 60 % / 2` in the duration."""
    split, duration = d.claims.row(TEST, "traffic_split"), d.claims.row(TEST, "min_duration")
    stated = {float(share) for share in re.findall(r"(\d+(?:\.\d+)?) ?% (?:of (?!the (?:two|three|arms))|enter|take part|exposed)", split.text)}  # fmt: skip
    used = [
        float(share) for share in re.findall(r"[×x*] ?(\d+(?:\.\d+)?) ?%", f"{split.text} {duration.text}")
    ]
    if stated and used and not stated & set(used):
        yield fail("X.traffic", "Min duration", duration, f"reckons with {used[0]:g} %, the split says {min(stated):g} %", "Use one share in both places.")  # fmt: skip


_ARROW = re.compile(r"(?<![\d.,])(\d+(?:[.,]\d+)?) ?%? ?(?:→|->) ?(?:[≤≥] ?)?(\d+(?:[.,]\d+)?) ?%")
_STEP = re.compile(
    r"(?<![\d.,])([+−–-]) ?\d+(?:[.,]\d+)? ?(?:pp\b|percentage points?|points?\b|% (?:relative|rel\b))"
)


_BEGINS = re.compile(
    r"(?<![\d.,/×x*+÷=→] )(?<![\d.,])(?P<number>\d{1,3}(?:[,\u202f ]\d{3})+|\d{3,})(?: [a-z/-]+){0,4} ?[×*] ?\d"
)


def flow_from_nowhere(d: Document) -> Iterator[Finding]:
    """`13,200 × 50 % / 2` in the test's plan, where every other place of the document counts 11,400."""
    for row in ("traffic_split", "min_duration"):
        said = d.claims.row(TEST, row)
        for match in _BEGINS.finditer(said.text):
            value = float(re.sub(r"\D", "", match["number"]))
            worked_out = re.search(r"\b(?:leaves|makes|gives|that is)\W*$", said.text[: match.start()])
            rest = d.claims.text.replace(match["number"], "", 1)
            if not worked_out and value >= 100 and not _names(rest, value):
                yield fail("X.flow", row.replace("_", " "), said, f"“{match[0].strip()}” begins with a number the document gives nowhere else", "Take it from where the document counts.")  # fmt: skip


def _names(text: str, value: float) -> bool:
    """Whether a text holds a number, however it is written: `11,400`, `11 400`, `11.4k`."""
    plain = f"{value:,.0f}"
    ways = {plain, plain.replace(",", " "), plain.replace(",", "\u202f"), plain.replace(",", ""), f"{value / 1e3:g}k", f"{value / 1e3:g} k", f"{value / 1e6:g}M", f"{value / 1e6:g} M"}  # fmt: skip
    return any(re.search(rf"(?<![\d.,]){re.escape(way)}(?![.,]?\d)", text) for way in ways)


def one_direction(d: Document) -> Iterator[Finding]:
    """The business metric is to go from 7.5 % to 9.0 %, the test looks for −1.5 pp of it."""
    business, primary = (
        d.claims.row("problem_definition", "business_metric"),
        d.claims.row(TEST, "primary_metric"),
    )
    wanted, step, tested = (
        _ARROW.search(business.text),
        _STEP.search(primary.text),
        _ARROW.search(primary.text),
    )
    if wanted is None or not _shares_a_word(business.text, primary.text):
        return
    up = _number(wanted[2]) > _number(wanted[1])
    if tested:
        sought = _number(tested[2]) > _number(tested[1])
    elif step:
        sought = step[1] == "+"
    else:
        return
    if up != sought:
        yield fail("X.direction", "Primary metric", primary, f"the test looks for a change {'up' if sought else 'down'}, the business metric is to go {'up' if up else 'down'} (“{wanted[0]}”)", "Say one direction.")  # fmt: skip


def _number(written: str) -> float:
    return float(written.replace(",", "."))


def _shares_a_word(one: str, other: str) -> bool:
    """Whether the heads of two rows have a telling word in common."""
    first, second = ({word[:6] for word in re.findall(r"[a-z]{4,}", re.split(r"[:;(.=÷]", text.lower())[0])} for text in (one, other))  # fmt: skip
    return bool((first & second) - {"share", "rate", "number", "mean", "with", "that", "from", "each"})


RULES = (windows_in_the_diagram, due_in_the_diagram, share_that_takes_part, flow_from_nowhere, one_direction)

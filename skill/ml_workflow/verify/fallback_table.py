"""Check 10 over a ladder written as a table: one row a level, with columns for its trigger, its answer, its age, its time and whether it needs a model."""

import re
from collections.abc import Iterator
from dataclasses import dataclass

from briefwright.skill.ml_workflow.verify.claims import Said
from briefwright.skill.ml_workflow.verify.fallback_times import promised_ms
from briefwright.skill.ml_workflow.verify.verdicts import Document, fail
from briefwright.skill.numbers import TIME_IN_DAYS, numbers
from briefwright.skill.spec import Finding

PART = "model_serving"
COLUMNS = {
    "trigger": r"trigger|\bwhen\b|starts?\b|condition|\bif\b|takes over",
    "age": r"\bold(?:est)?\b|\bage\b|stale|fresh",
    "time": r"\b(?:done|ready|answers?|decision|in) (?:by|after|within|in)\b|^\W*(?:at|by|after|time|latency|within)\W*$|\bms\b",
    "model": r"\bmodel\b",
}
"""By their headings; the answer is the widest of the other columns."""
STORED = r"\b(?:last|latest|newest|previous|stored|held|cached|yesterday|night before|most recent|former|earlier|on file|saved|kept)\b[^.;|]{0,40}\b(?:list|forecast|score|ranking|ranks?|output|result|prediction|answer|table|order|value|decision|file|run)s?\b|\b(?:list|forecast|score|ranking|ranks?|output|prediction)s? (?:of|from) (?:the )?(?:night before|day before|last|previous|yesterday)|\bas printed\b"
AGAIN = r"\b(?:once more|again|asked (?:a second time|twice)|a second time|re-?run|retr(?:y|ies)|tries again|another (?:try|attempt|call)|restart\w*)\b"
COPY = r"\b(?:second|another|other|spare|further|third) (?:copy|instance|replica|pod) of (?:the|our) (?:same )?\w+|\b(?:a )?copy of the (?:same )?(?:model|ranker|scorer|network|classifier)\b"
ANOTHER = r"another|other|different|second|own|separate|former|previous|older|smaller|simpler|stored|no new"
ANY_AGE = r"\b(?:whatever (?:its|their|the) (?:age|date)|however old|no matter how old|regardless of (?:its |their )?age|of any age)\b"
NO_LIMIT = (
    r"\b(?:no limit|unlimited|any(?: age)?|as filed|as (?:it )?is|n/?a|none|open|whenever)\b|^\W*[-–—]?\W*$"
)
WITHOUT = r"\b(?:no|none|without|missing|absent|not|gone|silent|down|empty|unreachable|stopped|lost|unanswered|off)\b|[–—-]\s*$|^\W*$|normal"
BY_FEEL = r"\b(?:unusual(?:ly)?|a good many|many|too (?:slow|many|long|often)|slow for|for some time|seems?|looks?|feels?|noticeabl\w+|often|a while|overloaded|struggl\w+|not well|clearly)\b"


@dataclass(frozen=True)
class Row:
    """A level below the model's own. Cells are empty where the table has no such column."""

    trigger: str
    answer: str
    age: str
    time: str
    model: str
    text: str

    @property
    def needs_model(self) -> bool:
        return re.match(r"\W*(?:yes|y|✓|✔|true)(?!\w)", self.model, re.IGNORECASE) is not None


@dataclass(frozen=True)
class TableLadder:
    said: Said
    rows: tuple[Row, ...]
    has_model_column: bool

    @property
    def ends_without_model(self) -> bool:
        """Whether the last level says that it needs none."""
        return self.has_model_column and re.match(r"\W*(?:no|none|n|✗|without)\b|\W*$", self.rows[-1].model, re.IGNORECASE) is not None  # fmt: skip


def read_table(d: Document) -> TableLadder | None:
    """The ladder, where the part of serving holds one as a table of at least two fallbacks."""
    lines = d.claims.part(PART).text.splitlines()
    for at, line in enumerate(lines):
        heads = [cell.strip(" *_`") for cell in line.split(" · ")]
        places = {name: next((n for n, head in enumerate(heads) if n and re.search(pattern, head, re.IGNORECASE)), None) for name, pattern in COLUMNS.items()}  # fmt: skip
        if not re.match(r"(?:level|lvl|step|rung|stage|order|no\.?|#|fallback|l)\b", heads[0], re.IGNORECASE) or places["trigger"] is None or len(heads) < 3:  # fmt: skip
            continue
        body = [[cell.strip() for cell in row.split(" · ")] for row in _body(lines[at + 1 :], len(heads))]
        rows = [_row(cells, places) for cells in body]
        working = rows[0] if rows and _is_the_model(rows[0]) else None
        below = rows[1:] if working else rows
        if len(below) >= 2:
            number = d.claims.row(PART, "fallback").line
            return TableLadder(Said(" · ".join(heads), number), tuple(below), places["model"] is not None)  # fmt: skip
    return None


def _body(lines: list[str], width: int) -> Iterator[str]:
    for line in lines:
        if line.count(" · ") < width - 2 or not line.strip():
            return
        yield line


def _row(cells: list[str], places: dict[str, int | None]) -> Row:
    def cell(name: str) -> str:
        place = places[name]
        return cells[place] if place is not None and place < len(cells) else ""

    taken = {0, *(place for place in places.values() if place is not None)}
    answer = next((text for n, text in enumerate(cells) if n not in taken), "")
    return Row(cell("trigger"), answer, cell("age"), cell("time"), cell("model"), " · ".join(cells))


def _is_the_model(row: Row) -> bool:
    """Level 0 has no trigger, or says that all is well."""
    return re.fullmatch(r"\W*|\W*(?:normal\w*|default|regular|healthy|always|none|all (?:is )?well|as a rule)\b.*", row.trigger, re.IGNORECASE) is not None  # fmt: skip


def table_ladder(d: Document, ladder: TableLadder) -> Iterator[Finding]:
    """Every way a ladder in a table fails; one finding a rule."""
    for rule in (no_floor, same_model, no_trigger, too_old, too_late):
        yield from rule(d, ladder)


def no_floor(d: Document, ladder: TableLadder) -> Iterator[Finding]:
    last = ladder.rows[-1]
    if last.needs_model:
        yield _fail(
            "no_floor", ladder, "the last level needs a model", "End with a rule, a list or a person."
        )
    elif re.search(AGAIN, last.answer, re.IGNORECASE) and re.search(r"model|encoder|network|ranker|scorer|classifier|job|queue|request|inputs", last.answer, re.IGNORECASE):  # fmt: skip
        yield _fail("no_floor", ladder, f"the last level is only another try: “{last.answer[:60]}”", "End with a rule, a list or a person.")  # fmt: skip


def _without(answer: str) -> str:
    """The answer without words that only seem to name another model: `the same`, `a second time`."""
    return re.sub(r"\bsame\b|\ba (?:second|third) time\b", "", answer, flags=re.IGNORECASE)


def same_model(d: Document, ladder: TableLadder) -> Iterator[Finding]:
    for row in ladder.rows[:-1]:
        if row.needs_model and re.search(COPY, row.answer, re.IGNORECASE):
            yield _fail("same_model", ladder, f"a level asks a copy of the same model: “{row.answer[:50]}”", "Use another model or none.")  # fmt: skip
            return
        if re.search(AGAIN, row.answer, re.IGNORECASE) and (row.needs_model or re.search(r"\bsame (?:model|inputs|version)\b|`?@?(?:production|champion)`?", row.answer, re.IGNORECASE)) and not re.search(ANOTHER, f"{_without(row.answer)} {row.model}", re.IGNORECASE):  # fmt: skip
            yield _fail("same_model", ladder, f"a level asks the same model again: “{row.answer[:50]}”", "Use another model or none.")  # fmt: skip
            return


def no_trigger(d: Document, ladder: TableLadder) -> Iterator[Finding]:
    """A level that starts by feel, or on words that name neither a number nor something missing, failing or too old."""
    for row in ladder.rows:
        if not row.trigger or re.search(r"\d", row.trigger):
            continue
        told = re.sub(r"\b(?:a|an|the|one) \w+", " ", row.trigger)
        definite = re.search(WITHOUT, told, re.IGNORECASE) or re.search(r"\bfail|error|miss|stale|older", row.trigger, re.IGNORECASE)  # fmt: skip
        if re.search(BY_FEEL, row.trigger, re.IGNORECASE) or not definite:
            yield _fail("trigger", ladder, f"“{row.trigger[:60]}”: no number says when that is", "Give milliseconds, hours or a share.")  # fmt: skip
            return


def too_old(d: Document, ladder: TableLadder) -> Iterator[Finding]:
    """Stored output whose largest age stands neither in its row nor in the trigger of the next, or whose cell for the age names none."""
    for n, row in enumerate(ladder.rows):
        after = ladder.rows[n + 1].trigger if n + 1 < len(ladder.rows) else ""
        told = f"{row.answer} {row.age} {after if re.search(r'old|age|stale', after) else ''}"
        aged = any(number.unit in TIME_IN_DAYS for number in numbers(told))
        endless = row.age and re.search(NO_LIMIT, row.age, re.IGNORECASE) and not re.search(r"\d", row.age)
        stored = re.search(STORED, row.answer, re.IGNORECASE)
        any_age = re.search(ANY_AGE, f"{row.answer} {row.age}", re.IGNORECASE)
        if any_age or (stored and not aged) or (endless and stored):
            yield _fail("stale", ladder, f"old output without a largest age: “{row.answer[:50]}”", "Say how old a result may be.")  # fmt: skip
            return


def too_late(d: Document, ladder: TableLadder) -> Iterator[Finding]:
    """The time a level answers at, or what has to pass before it starts, against the p99 that is promised."""
    p99 = promised_ms(d)
    if not p99 or p99 >= 60_000:
        return
    for row in ladder.rows:
        done = [n.seconds * 1000 for n in numbers(row.time) if n.unit in ("ms", "s")]
        if told := re.search(r"(\d+(?:\.\d+)?) ?(ms|s) waited \+ (\d+(?:\.\d+)?) ?(ms|s)\b", row.text):
            done = [sum(float(told[n]) * (1000 if told[n + 1] == "s" else 1) for n in (1, 3))]
        if silent := re.search(r"\b(?:no|without an?) (?:answer|reply|score|response|result)\b (?:after|within|in|for) (\d[\d,.]*) ?(ms|s)\b", row.trigger, re.IGNORECASE):  # fmt: skip
            done.append(float(silent[1].replace(",", "")) * (1000 if silent[2] == "s" else 1))
            done = [max(done)]
        if waited := re.search(r"time-?outs? (?:of |at |after )?(\d[\d,.]*) ?(ms|s)\b|(\d[\d,.]*) ?(ms|s) time-?out", row.trigger, re.IGNORECASE):  # fmt: skip
            done = [float((waited[1] or waited[3]).replace(",", "")) * (1000 if (waited[2] or waited[4]) == "s" else 1)]  # fmt: skip
        if done and min(done) > p99 * 1.001:
            yield _fail("timeout", ladder, f"answers after {min(done):g} ms, the promise is {p99:g} ms", "Take over earlier.")  # fmt: skip
            return


def _fail(rule: str, ladder: TableLadder, message: str, mend: str) -> Finding:
    return fail(f"C10.{rule}", "Fallback", ladder.said, message, mend)

"""Check 10 over text: what answers when the model does not, and at the end without any model. Whether in time is `fallback_times.py`.

The cell is read once into its levels; each rule is one way a ladder fails.
"""

import re
from collections.abc import Iterator
from dataclasses import dataclass

from briefwright.skill.ml_workflow.rules.c10_fallback import ERROR
from briefwright.skill.ml_workflow.verify.claims import Said
from briefwright.skill.ml_workflow.verify.fallback_table import read_table, table_ladder
from briefwright.skill.ml_workflow.verify.fallback_times import in_time
from briefwright.skill.ml_workflow.verify.verdicts import Document, TextCheck, fail
from briefwright.skill.spec import Finding

PART = "model_serving"
AGAIN = r"\b(?:one more|another|a second|a further) (?:\w+ )?(?:call|try|attempt|request)\b|\bretr(?:y|ies|ied)|tr(?:y|ies|ied) again|(?:start|sent|send|run|restart|call|ask|repeat|put|submit|pos[et])\w*\b[^.;]{0,44}\b(?:again|once more|anew)|\b(?:is |gets )?restarted|re-?run\b|\brestart\w* (?:the |its )?(?:\w+ )?(?:job|service|process|run|pipeline)\b|until it (?:succeeds|works|answers)|once more"
SAME = r"\b(?:same|another replica of the|second replica of the|identical) (?:model|endpoint|service|job|api)\b|same model in (?:another|a second)|(?:second|another|spare|standby) (?:copy|instance|replica) of |\b(?:none|not defined|n/a|tbd)\b\W*$|standby (?:replica|copy) of the (?:same )?model|(?:older|previous|last) (?:version|model|network)\b[^.;]{0,40}(?:answers|takes over|serves)|(?:deep )?(?:network|model) from last"
THE_MODEL = r"same (?:\w+ )?(?:job|model|request|service|api|endpoint|call)\b|(?:to|call|ask|query|invoke|run|score|use)\w* (?:\w+ )?the (?:\w+ )?(?:ranker|model|service|scorer|classifier|detector|network|recommender|predictor|endpoint)"
FLOOR = r"rule|\bteam\b|list|manual|hand\b|default|approve|fifo|arrival order|person|human|dispatcher|form\b|static|popular|newest|average|naive|croston|heuristic|threshold alarm|previous (?:price|order)|cached|keyword|search page|query|sql|bm25|without (?:a |the |any )?model|model-free|no (?:language )?model|canned|generic|baseline|librarian|handler|clerk|analyst|operator|editor|doctor|last (?:valid|complete|known|week|monday|good)|\btable\b|\bgrid\b|edition|no (?:network )?weights|vendor (?:algorithm|limits?|thresholds?|list)|patrol|roster|rota\b|schedule|calendar|chart\b|on foot|paper|as (?:now|today|before)|phone"
FILLER = r"\b(?:retry|retries|retrying|try again|times|with|exponential|backoff|\d+|and|then|the|request|call|until it answers|wait|tries|caller|again|two|three|four|five|shows?|a|an|fault|error|message)\b|\W"
CONDITION = r"^\W*(?:if|when|whenever|should|once|in case|no|missing|late)\b[^,→:]*(?:,|→|->|:)|^[^→.;]{0,110}?(?:→|->|:(?=\s))"
NUMBERED = r"^\W*(?:\(?\d+[.)]|level \d+|[a-z]\d)\W*"
NUMERIC = r"\d ?(?:ms|s|min|h|%)|\d{1,2}:\d\d|\d+ (?:consecutive|times|failed)"


@dataclass(frozen=True)
class Level:
    """One level of the ladder: its words, what is done in it without its condition, whether that only asks the model again."""

    text: str
    done: str
    again: bool

    @property
    def needs_no_model(self) -> bool:
        return not self.again and re.search(FLOOR, self.done, re.IGNORECASE) is not None


@dataclass(frozen=True)
class Ladder:
    """The cell of the fallback, its levels, and rows of a table that goes with it."""

    said: Said
    levels: tuple[Level, ...]
    rows: str
    part: Said

    @property
    def is_elsewhere(self) -> bool:
        """Whether the cell only points to the table."""
        return _points_elsewhere(self.said)


def _points_elsewhere(said: Said) -> bool:
    first = said.text.split(" · ")[0]
    if re.search(r"\b(?:described|explained|listed|detailed|shown|see|levels?|steps?|ladder),? (?:are )?(?:below|underneath)\W*$", first, re.IGNORECASE):  # fmt: skip
        return True
    return len(first.split()) <= 6 and re.search(r"below|follow|table|see\b|above", first, re.IGNORECASE) is not None  # fmt: skip


def _told_below(part: str) -> str:
    """The ladder a cell points to, where it is a list or a paragraph: `(1) …` per item, each one sentence."""
    lines = [line for line in part.splitlines() if " · " not in line]
    for at, line in enumerate(lines):
        if (
            not re.search(r"\b(?:fallback|ladder|degradation)\b", line, re.IGNORECASE)
            or len(line.split()) > 8
        ):
            continue
        items = [item for item in lines[at + 1 : at + 9] if re.match(r"\s*(?:\d+[.)]|[-*•]|level \d|l\d\b)\s", item, re.IGNORECASE)]  # fmt: skip
        if len(items) >= 2:
            return " ".join(f"({n}) {_one_sentence(item)}." for n, item in enumerate(items, 1))
    numbered = [line for line in lines if re.match(r"\s*\d+[.)]\s", line)]
    if len(numbered) >= 2:
        return " ".join(f"({n}) {_one_sentence(item)}." for n, item in enumerate(numbered, 1))
    told = [line for line in lines if len(line.split()) > 20 and re.search(r"\b(?:fallback|ladder|rungs?|model-free|without (?:calling |using )?(?:any|a|the) model|no model|last good)\b", line, re.IGNORECASE)]  # fmt: skip
    return told[0] if told else ""


def _one_sentence(item: str) -> str:
    bare = re.sub(r"^\s*(?:\d+[.)]|[-*•])\s+", "", item).strip().rstrip(".")
    return re.sub(r"[.;]\s+", ", ", bare)


def read_ladder(d: Document) -> Ladder:
    said, part = d.claims.row(PART, "fallback"), d.claims.part(PART)
    if _points_elsewhere(said) and (told := _told_below(part.text)):
        said = Said(told, said.line)
    found = levels(said.text)
    counted = [text for text in found if re.match(NUMBERED, text, re.IGNORECASE)]
    return Ladder(
        said, tuple(_level(text) for text in (counted if len(counted) > 1 else found)), _rows(part), part
    )


def _level(text: str) -> Level:
    done = re.sub(CONDITION, "", re.sub(NUMBERED, "", text, flags=re.IGNORECASE), flags=re.IGNORECASE)
    again = re.search(AGAIN, done, re.IGNORECASE) and not re.search(FLOOR, re.sub(r"until [^.;,]*", "", done), re.IGNORECASE)  # fmt: skip
    return Level(text, done, bool(again))


def levels(text: str) -> list[str]:
    """The levels of a ladder written in one cell: sentences, numbered items or bullets."""
    pieces = re.split(r"(?<=[.;])\s+|\s(?=\(\d\)\s)|•|\bthen\b|\band after that\b", text)
    return [piece for piece in pieces if len(piece.split()) > 2 and not re.search(r"\bdrill|rehears|\bexercis|\bpractis|\bpracticed|\bback to the model|(?:return|switch)\w* (?:back )?to the model|tried (?:on|every)|tested", piece, re.IGNORECASE)]  # fmt: skip


def _rows(part: Said) -> str:
    """Rows under a heading of the part that names the fallback, or of a table with a column of triggers."""
    match = re.search(
        r"^[^\n·]*fallback[^\n·]*$\n((?:[^\n]*·[^\n]*\n?)+)", part.text, re.IGNORECASE | re.MULTILINE
    ) or re.search(r"^[^\n]*\btrigger\b[^\n]* · [^\n]*$\n((?:[^\n]*·[^\n]*\n?)+)", part.text, re.IGNORECASE | re.MULTILINE)  # fmt: skip
    return match[1] if match else ""


def fallback(d: Document) -> Iterator[Finding]:
    """Every way the ladder fails, where there is one at all."""
    ladder, table = read_ladder(d), read_table(d)
    if ladder.said.text and table:
        yield from table_ladder(d, table)
        for rule in (nothing, only_another_try, same_model, an_error, unseen):
            yield from rule(ladder, d)
        yield from in_time(d, ladder.said, levels(ladder.said.text.split(" · ")[0])[:1])
        told_here = ladder.said.has(r"\d") or len(ladder.levels) < 2 or ladder.said.has(AGAIN)
        if told_here:
            yield from (wrong_end if table.ends_without_model else no_floor)(ladder, d)
    elif ladder.said.text:
        for rule in (nothing, only_another_try, same_model, an_error, unseen, no_floor, no_trigger, too_old):
            yield from rule(ladder, d)
        told = Said(ladder.rows.splitlines()[0], ladder.said.line) if ladder.is_elsewhere and ladder.rows else ladder.said  # fmt: skip
        yield from in_time(d, told, levels(told.text)[:1])


def nothing(ladder: Ladder, d: Document) -> Iterator[Finding]:
    if ladder.said.has(
        r"^\W*(?:none|n/a|tbd|not defined)\W*$|^\W*to be (?:decided|agreed|defined|discussed)|(?:do not|don.t) expect|very reliable|(?:never|cannot|will not) (?:fail|go down|be down)"
    ):
        yield _fail("none", ladder, "no fallback", "Say what answers when the model does not.")


def only_another_try(ladder: Ladder, d: Document) -> Iterator[Finding]:
    """Retries, alone or before an error, and no level that answers without the model."""
    tries = [level for level in ladder.levels if level.again]
    others = [level for level in ladder.levels if not level.again and not re.search(rf"{ERROR}|error|mail", level.text, re.IGNORECASE)]  # fmt: skip
    bare = ladder.said.has(r"\bretr(?:y|ies)|tr(?:y|ies) again") and len(re.sub(FILLER, "", ladder.said.text.lower())) < 25  # fmt: skip
    answered = any(level.needs_no_model for level in ladder.levels) or ladder.said.has(
        "no model|without|rule"
    )
    if bare or (tries and (not others or not answered)):
        yield _fail("retry_only", ladder, "only another try", "Say what is answered when retries fail too.")


def same_model(ladder: Ladder, d: Document) -> Iterator[Finding]:
    for level in ladder.levels:
        if re.search(THE_MODEL, level.text, re.IGNORECASE) and re.search(AGAIN, level.done, re.IGNORECASE):
            yield _fail("same_model", ladder, f"a level asks the same model again: “{level.done.strip()[:50]}”", "Use another model or none.")  # fmt: skip
            return
    if ladder.said.has(SAME) and not ladder.said.has(
        r"not the same|never the same|rule|no model|model-free|without (?:a |the |any )?model"
    ):
        yield _fail("same_model", ladder, "falls back on the same model", "Use another model or none.")


def an_error(ladder: Ladder, d: Document) -> Iterator[Finding]:
    if ladder.said.has(ERROR) and not ladder.said.has(
        r"rule|default|previous|list|queue|manual|cache|heuristic|instead|baseline"
    ):
        yield _fail("error", ladder, "an error is no answer", "Give a safe default.")


def unseen(ladder: Ladder, d: Document) -> Iterator[Finding]:
    if ladder.said.has(
        r"\bno counter\b|nobody (?:sees|notices|is told)|not (?:shown|logged|recorded|counted|visible) (?:or|nor|and not|anywhere|to anybody)|\bsilently\b|\bstays? silent\b|\bin silence\b"
    ):
        yield _fail("silent", ladder, "nobody sees that it answers", "Count it, show it, and alarm on its share.")  # fmt: skip


def no_floor(ladder: Ladder, d: Document) -> Iterator[Finding]:
    """The last level is a model, or another try, or none that people or rules could carry."""
    ended = list(wrong_end(ladder, d))
    yield from ended
    spared = ladder.said.has(r"\b(?:neither|none|no|without)\b[^.;]{0,30}\bmodel")
    if not ended and not spared and not re.search(FLOOR, f"{ladder.said.text} {ladder.rows}", re.IGNORECASE):
        yield _fail("no_floor", ladder, "no level that needs no model", "End with a rule, a list or a person.")  # fmt: skip


def wrong_end(ladder: Ladder, d: Document) -> Iterator[Finding]:
    """The last level is a model or another try, by its own words."""
    last = ladder.levels[-1] if ladder.levels else None
    model = r"\b(?:model|network|lightgbm|xgboost|classifier)\b"
    spared = rf"no (?:\w+ )?model|not? |without|model-free|involves|neither|none of (?:which|them)|nor\b|never|rule|when the model|if the model|model (?:fails|is|does|should)|{FLOOR}"
    if last and not ladder.rows and re.search(model, last.text, re.IGNORECASE) and not re.search(spared, last.text, re.IGNORECASE):  # fmt: skip
        message = "the last level is a model again"
    elif last and len(ladder.levels) > 1 and last.again:
        message = f"the last level is only another try: “{last.text.strip()[:60]}”"
    elif _last_row_is_a_model(ladder):
        message = "the last level needs a model"
    else:
        return
    yield _fail("no_floor", ladder, message, "End with a rule, a list or a person.")


def _last_row_is_a_model(ladder: Ladder) -> bool:
    """Whether the last row of the table says `yes` in a column that asks whether it needs a model."""
    header = re.search(r"^[^\n]*\btrigger\b[^\n]* · [^\n]*\bmodel\b[^\n·]*$", ladder.part.text, re.IGNORECASE | re.MULTILINE)  # fmt: skip
    rows = ladder.rows.strip().splitlines()
    return bool(header and rows and re.match(r"\W*(?:yes|y|✓)\b", rows[-1].rpartition("·")[2], re.IGNORECASE))


def no_trigger(ladder: Ladder, d: Document) -> Iterator[Finding]:
    """No number says when the first level takes over."""
    if ladder.is_elsewhere or re.search(r"\d", ladder.rows):
        return
    said, first = ladder.said, ladder.levels[0].text if ladder.levels else ""
    vague = said.has(r"(?:feels? slow|seems? (?:to be )?(?:off|down|slow|broken|wrong|late)|is (?:slow|off)\b|looks? wrong|takes? too long|something is wrong|too slow|has problems|does not work|is unavailable|goes wrong|misbehaves|when it fails)[^.;:→\d]{0,24}(?:[:→,]|$)") and not re.search(NUMERIC, first)  # fmt: skip
    if vague or (not said.numbers and not said.has(NUMERIC)):
        yield _fail("trigger", ladder, "no number says when it takes over", "Give milliseconds, hours or a share.")  # fmt: skip
    elif unnumbered := _unnumbered_condition(said.text):
        yield _fail("trigger", ladder, f"“{unnumbered[:60]}”: no number says when that is", "Give milliseconds, hours or a share.")  # fmt: skip


def _unnumbered_condition(text: str) -> str:
    """The condition the first level begins with, when nothing in it or in its sentence before the answer is a number."""
    first = re.split(r"(?<=[.;])\s+", text)[0]
    condition = re.match(
        r"\W*((?:if|when|whenever|should|once|in case|as soon as)\b(?:[^,→.;:]|,(?= or\b))*)",
        first,
        re.IGNORECASE,
    )
    if condition is None or re.search(r"\d|one|two|three|half|missing|absent|not (?:there|ready|delivered)", condition[1], re.IGNORECASE):  # fmt: skip
        return ""
    later = re.search(r"(?:trigger\w*|time-?out|takes? over|switch\w*|deadline|fires)\b[^.;]{0,40}\d", text.replace(condition[0], ""), re.IGNORECASE)  # fmt: skip
    return "" if later else condition[1].strip()


def too_old(ladder: Ladder, d: Document) -> Iterator[Finding]:
    """Old output is answered with, and nothing says how old it may be."""
    said = ladder.said
    without_end = ladder.part.has(
        r"\b(?:remain|stay|are kept|is kept|kept) in (?:use|force|place) until (?:newer|new|the next|fresh)"
    ) or said.has(
        r"(?:used|served|serves|kept|shown|valid)\b[^.;]{0,24}\b(?:as long as (?:necessary|needed|it takes)|indefinitely|until (?:it is |the \w+ is )?(?:fixed|repaired|back))|however old|no matter how old|regardless of (?:its )?age|whatever (?:its|their|the) (?:age|date)|any age"
    )
    aged = re.search(r"\b(?:\d+|one|two|ten) ?(?:h|hours?|d|days?|weeks?|runs?)\b|max(?:imum)? age|older than", f"{said.text} {ladder.rows}", re.IGNORECASE)  # fmt: skip
    batch = d.claims.row(PART, "serving_mode").has(r"^\W*batch")
    if without_end or (batch and said.has(r"last|previous|yesterday|stale|old") and not aged):
        yield _fail("stale", ladder, "old output without a largest age", "Say how old a result may be.")


def _fail(rule: str, ladder: Ladder, message: str, mend: str) -> Finding:
    return fail(f"C10.{rule}", "Fallback", ladder.said, message, mend)


CHECK = TextCheck((fallback,), ((PART, "fallback"),))

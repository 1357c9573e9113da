"""Check 10 over text: what answers when the model does not, in time, and at the end without any model."""

import re
from collections.abc import Iterator

from briefwright.skill.ml_workflow.rules.c10_fallback import ERROR
from briefwright.skill.ml_workflow.verify.claims import Said
from briefwright.skill.ml_workflow.verify.latency import latency_ms, longest_ms
from briefwright.skill.ml_workflow.verify.verdicts import Document, TextCheck, fail
from briefwright.skill.numbers import numbers
from briefwright.skill.spec import Finding

PART = "model_serving"
AGAIN = r"\bretr(?:y|ies|ied)|tr(?:y|ies|ied) again|(?:start|sent|send|run|restart|call|ask|repeat)\w*\b[^.;]{0,30}\b(?:again|once more|anew)|\b(?:is |gets )?restarted|re-?run\b|until it (?:succeeds|works|answers)|once more"
SAME = r"\b(?:same|another replica of the|second replica of the|identical) (?:model|endpoint|service|job|api)\b|same model in (?:another|a second)|(?:second|another|spare|standby) (?:copy|instance|replica) of |\b(?:none|not defined|n/a|tbd)\b\W*$|standby (?:replica|copy) of the (?:same )?model|(?:older|previous|last) (?:version|model|network)\b[^.;]{0,40}(?:answers|takes over|serves)|(?:deep )?(?:network|model) from last"
FLOOR = r"rule|list|manual|hand\b|default|approve|fifo|arrival order|person|human|dispatcher|form\b|static|popular|newest|average|naive|croston|heuristic|threshold alarm|previous (?:price|order)|cached|keyword|search page|query|sql|bm25|without (?:a |the |any )?model|model-free|no (?:language )?model|canned|generic|baseline|librarian|handler|clerk|analyst|operator|editor|doctor|last (?:valid|complete|known|week|monday|good)|\btable\b|\bgrid\b|edition|no (?:network )?weights|vendor (?:algorithm|limits?|thresholds?|list)|patrol|roster|rota\b|schedule|calendar|chart\b|on foot|paper|as (?:now|today|before)|phone"


def fallback(d: Document) -> Iterator[Finding]:
    said = d.claims.row(PART, "fallback")
    if not said.text:
        return
    part = d.claims.part(PART)
    alone = re.sub(
        r"\b(?:retry|retries|retrying|try again|times|with|exponential|backoff|\d+|and|then|the|request|call|until it answers|wait|tries|caller|again|two|three|four|five|shows?|a|an|fault|error|message)\b|\W",
        "",
        said.text.lower(),
    )
    levels = _levels(said.text)
    done = [re.sub(r"^\W*(?:if|when|whenever|should|once|in case)\b[^,→:]*(?:,|→|->|:)", "", level, flags=re.IGNORECASE) for level in levels]  # fmt: skip
    again = [bool(re.search(AGAIN, level, re.IGNORECASE)) and not re.search(rf"{FLOOR}", re.sub(r"until [^.;,]*", "", level), re.IGNORECASE) for level in done]  # fmt: skip
    if levels and all(a or re.search(ERROR, level, re.IGNORECASE) or re.search(r"error|mail", level) for a, level in zip(again, levels, strict=True)) and any(again):  # fmt: skip
        yield fail("C10.retry_only", "Fallback", said, "only another try", "Say what is answered when retries fail too.")  # fmt: skip
    elif any(re.search(r"same (?:job|model|request|service)|to the (?:ranker|model|service)", level, re.IGNORECASE) and a for a, level in zip(again, levels, strict=True)):  # fmt: skip
        yield fail("C10.same_model", "Fallback", said, "a level asks the same model again", "Use another model or none.")  # fmt: skip
    elif said.has(r"\bretr(?:y|ies)|tr(?:y|ies) again") and len(alone) < 25:
        yield fail(
            "C10.retry_only", "Fallback", said, "only a retry", "Say what is answered when retries fail too."
        )
    answered = [
        level
        for level, tried in zip(done, again, strict=True)
        if not tried and re.search(FLOOR, level, re.IGNORECASE)
    ]
    if any(again) and not answered and not said.has("no model|without|rule"):
        yield fail("C10.retry_only", "Fallback", said, "only another try", "Say what is answered when retries fail too.")  # fmt: skip
    if said.has(
        r"\bno counter\b|nobody (?:sees|notices|is told)|not (?:shown|logged|recorded|counted|visible) (?:or|nor|and not|anywhere|to anybody)|\bsilently\b|\bstays? silent\b|\bin silence\b"
    ):
        yield fail("C10.silent", "Fallback", said, "nobody sees that it answers", "Count it, show it, and alarm on its share.")  # fmt: skip
    if said.has(ERROR) and not said.has(
        r"rule|default|previous|list|queue|manual|cache|heuristic|instead|baseline"
    ):
        yield fail("C10.error", "Fallback", said, "an error is no answer", "Give a safe default.")
    if said.has(SAME) and not said.has(
        r"not the same|never the same|rule|no model|model-free|without (?:a |the |any )?model"
    ):
        yield fail(
            "C10.same_model", "Fallback", said, "falls back on the same model", "Use another model or none."
        )
    if said.has(
        r"^\W*(?:none|n/a|tbd|not defined)\W*$|^\W*to be (?:decided|agreed|defined|discussed)|(?:do not|don.t) expect|very reliable|(?:never|cannot|will not) (?:fail|go down|be down)"
    ):
        yield fail("C10.none", "Fallback", said, "no fallback", "Say what answers when the model does not.")
    ladder = _ladder(part)
    if levels and not ladder and re.search(r"\b(?:model|network|lightgbm|xgboost|classifier)\b", levels[-1], re.IGNORECASE) and not re.search(r"no (?:\w+ )?model|not? |without|model-free|involves|nor\b|never|rule|when the model|if the model|model (?:fails|is|does|should)|" + FLOOR, levels[-1], re.IGNORECASE):  # fmt: skip
        yield fail(
            "C10.no_floor",
            "Fallback",
            said,
            "the last level is a model again",
            "End with a rule, a list or a person.",
        )
    if not re.search(FLOOR, f"{said.text} {ladder}", re.IGNORECASE):
        yield fail(
            "C10.no_floor",
            "Fallback",
            said,
            "no level that needs no model",
            "End with a rule, a list or a person.",
        )
    numeric = r"\d ?(?:ms|s|min|h|%)|\d{1,2}:\d\d|\d+ (?:consecutive|times|failed)"
    vague = said.has(r"(?:feels? slow|seems? (?:to be )?(?:off|down|slow|broken|wrong|late)|is (?:slow|off)\b|looks? wrong|takes? too long|something is wrong|too slow|has problems|does not work|is unavailable|goes wrong|misbehaves|when it fails)[^.;:→\d]{0,24}(?:[:→,]|$)") and not re.search(numeric, levels[0] if levels else "")  # fmt: skip
    elsewhere = len(said.text.split()) <= 6 and said.has(r"below|follow|table|see\b|above")
    if (
        not elsewhere
        and not re.search(r"\d", ladder)
        and (vague or (not said.numbers and not said.has(numeric)))
    ):
        yield fail(
            "C10.trigger",
            "Fallback",
            said,
            "no number says when it takes over",
            "Give milliseconds, hours or a share.",
        )
    if not re.search(r"\d", ladder) and (unnumbered := _unnumbered_condition(said.text)):
        yield fail("C10.trigger", "Fallback", said, f"“{unnumbered[:60]}”: no number says when that is", "Give milliseconds, hours or a share.")  # fmt: skip
    if said.has(
        r"(?:used|served|kept|shown|valid)\b[^.;]{0,24}\b(?:as long as (?:necessary|needed|it takes)|indefinitely|until (?:it is |the \w+ is )?(?:fixed|repaired|back))|however old|whatever its age|no matter how old|regardless of (?:its )?age|whatever (?:its|their|the) (?:age|date)|any age|of any age"
    ):
        yield fail("C10.stale", "Fallback", said, "old output without a largest age", "Say how old a result may be.")  # fmt: skip
    yield from _in_time(d, Said(ladder.splitlines()[0], said.line) if elsewhere and ladder else said)
    if _last_is_a_model(part):
        yield fail("C10.no_floor", "Fallback", said, "the last level needs a model", "End with a rule, a list or a person.")  # fmt: skip
    if (
        d.claims.row(PART, "serving_mode").has(r"^\W*batch")
        and said.has(r"last|previous|yesterday|stale|old")
        and not re.search(
            r"\b(?:\d+|one|two|ten) ?(?:h|hours?|d|days?|weeks?|runs?)\b|max(?:imum)? age|older than",
            f"{said.text} {ladder}",
            re.IGNORECASE,
        )
    ):
        yield fail(
            "C10.stale", "Fallback", said, "no largest age for old output", "Say how old a result may be."
        )


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


def _levels(text: str) -> list[str]:
    """The levels of a ladder written in one cell: sentences, numbered items or bullets."""
    pieces = re.split(r"(?<=[.;])\s+|\s(?=\(\d\)\s)|•|\bthen\b|\band after that\b", text)
    return [piece for piece in pieces if len(piece.split()) > 2 and not re.search(r"\bdrill|rehears|\bback to the model|(?:return|switch)\w* (?:back )?to the model|tried (?:on|every)|tested", piece, re.IGNORECASE)]  # fmt: skip


def _ladder(part: Said) -> str:
    """Rows under a heading of the part that names the fallback, or of a table with a column of triggers."""
    match = re.search(
        r"^[^\n·]*fallback[^\n·]*$\n((?:[^\n]*·[^\n]*\n?)+)", part.text, re.IGNORECASE | re.MULTILINE
    ) or re.search(r"^[^\n]*\btrigger\b[^\n]* · [^\n]*$\n((?:[^\n]*·[^\n]*\n?)+)", part.text, re.IGNORECASE | re.MULTILINE)  # fmt: skip
    return match[1] if match else ""


def _last_is_a_model(part: Said) -> bool:
    """Whether the last row of the ladder says `yes` in a column that asks whether it needs a model."""
    header = re.search(r"^[^\n]*\btrigger\b[^\n]* · [^\n]*\bmodel\b[^\n·]*$", part.text, re.IGNORECASE | re.MULTILINE)  # fmt: skip
    rows = _ladder(part).strip().splitlines()
    return bool(header and rows and re.match(r"\W*(?:yes|y|✓)\b", rows[-1].rpartition("·")[2], re.IGNORECASE))


WAITED = r"(?:after|at|timeout|time-?out|no answer|silent|deadline|within|longer than|waited|waits?|not (?:done|back|ready|finished) (?:in|within)|for|>)\W*(?:of|at|in)?\W*$"


def _in_time(d: Document, said: Said) -> Iterator[Finding]:
    """Waiting time plus the fallback's own time against the promised p99, level by level."""
    sla = d.claims.row(PART, "latency_sla")
    p99 = max(
        latency_ms(sla, "p99") or 0.0,
        longest_ms(sla)
        if sla.has("limit|contract|allow|admit|permit|tolerat|gives up|valve|deadline")
        else 0.0,
    )
    if not p99 or p99 >= 60_000:
        return
    for level in _levels(said.text)[:1]:
        whole = [n.seconds * 1000 for n in numbers(level) if n.unit in ("ms", "s") and (re.search(r"(?:total|in all|together|=)\W{0,3}$", level[max(0, n.start - 12) : n.start]) or re.match(r"\W{0,2}(?:in all|in total|altogether)", level[n.end : n.end + 14]))]  # fmt: skip
        if whole and max(whole) > p99 * 1.001:
            yield fail("C10.timeout", "Fallback", said, f"answers after {max(whole):g} ms in all, the promise is {p99:g} ms", "Take over earlier.")  # fmt: skip
            return
        spoken = [n.seconds * 1000 for n in numbers(level) if n.unit in ("ms", "s")]
        if whole and len(spoken) == 3 and abs(sum(spoken) - 2 * max(spoken)) > 0.05 * max(spoken) and max(spoken) != max(whole):  # fmt: skip
            yield fail("C10.timeout", "Fallback", said, f"its times do not add up to the {max(whole):g} ms in all", "Correct the wait, the answer or the sum.")  # fmt: skip
            return
        times = [n for n in numbers(level) if n.unit in ("ms", "s") and not re.search(r"\d ?% (?:\w+ ){0,4}(?:within|in|over|for) $", level[max(0, n.start - 26) : n.start])]  # fmt: skip
        waited = [n for n in times if _is_wait(level, n.start, n.end)]
        own = [n for n in times if n not in waited and n.start > (waited[0].end if waited else 0)]
        total = max((n.seconds for n in waited), default=0.0) * 1000
        answer = min((n.seconds for n in own), default=0.0) * 1000 if own and waited else 0.0
        if waited and total + answer > p99 * 1.001:
            yield fail("C10.timeout", "Fallback", said, f"answers after {total:g} ms{f' + {answer:g} ms' if answer else ''}, the promise is {p99:g} ms", "Take over earlier.")  # fmt: skip
            return


def _is_wait(level: str, start: int, end: int) -> bool:
    if re.match(
        r"\W*(?:for|during|over|in) (?:\d|a )", level[end : end + 14]
    ):  # `lag > 60 s for 2 min` is an alarm, nobody waits
        return False
    before = level[max(0, start - 60) : start]
    if re.search(r"watchdog|heartbeat|sensor|probe|device|process", before, re.IGNORECASE):
        return False  # somebody watches a machine; nobody waits for an answer
    if re.search(UNANSWERED, before, re.IGNORECASE):
        return True
    if re.search(
        r"(?:answers?|replies|reply|responds|ready|takes|needs) (?:with)?in\W*$", before, re.IGNORECASE
    ):
        return False
    return re.search(WAITED, before, re.IGNORECASE) is not None or re.match(r"\s*(?:after|without|with no)\b", level[end : end + 12], re.IGNORECASE) is not None  # fmt: skip


UNANSWERED = r"fails? to (?:answer|reply|respond)\W*(?:with)?in\W*$|\b(?:no|without|not)\b (?:(?:an?|the) )?(?:\w+ ){0,2}?(?:answer|reply|response|result|outcome|prediction|score)\w*(?: [\w ]{0,24})?\b(?:in|within)\W*$"


CHECK = TextCheck((fallback,), ((PART, "fallback"),))

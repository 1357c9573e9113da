"""Check 10 over text: the wait for the model plus the fallback's own time against what is promised."""

import re
from collections.abc import Iterator, Sequence

from briefwright.skill.ml_workflow.verify.claims import Said
from briefwright.skill.ml_workflow.verify.latency import latency_ms, longest_ms
from briefwright.skill.ml_workflow.verify.verdicts import Document, fail
from briefwright.skill.numbers import numbers
from briefwright.skill.spec import Finding

PART = "model_serving"
WAITED = r"(?:after|at|timeout|time-?out|no answer|silent|deadline|within|longer than|waited|waits?|not (?:done|back|ready|finished) (?:in|within)|for|>)\W*(?:of|at|in)?\W*$"
UNANSWERED = r"fails? to (?:answer|reply|respond)\W*(?:with)?in\W*$|\b(?:no|without|not)\b (?:(?:an?|the) )?(?:\w+ ){0,2}?(?:answer|reply|response|result|outcome|prediction|score)\w*(?: [\w ]{0,24})?\b(?:in|within)\W*$"


def promised_ms(d: Document) -> float:
    """The p99 that is promised, or the longer time the row says the caller allows; 0 where none is named."""
    sla = d.claims.row(PART, "latency_sla")
    longer = sla.has("promise|limit|contract|allow|admit|permit|tolerat|gives up|valve|deadline")
    return max(latency_ms(sla, "p99") or 0.0, longest_ms(sla) if longer else 0.0)


def in_time(d: Document, said: Said, levels: Sequence[str]) -> Iterator[Finding]:
    """Waiting time plus the fallback's own time against the promised p99, level by level."""
    p99 = promised_ms(d)
    if not p99 or p99 >= 60_000:
        return
    for level in levels:
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
        own = [
            n
            for n in times
            if n not in waited
            and n.seconds * 1000 not in whole
            and n.start > (waited[0].end if waited else 0)
        ]
        total = max((n.seconds for n in waited), default=0.0) * 1000
        chained = [
            n.seconds
            for n in own
            if n is own[0] or re.search(r"(?:followed by|plus|\+|and then)\b[^.;]{0,30}$", level[: n.start])
        ]
        answer = (
            max(min((n.seconds for n in own), default=0.0), sum(chained) if len(chained) > 1 else 0.0) * 1000
            if waited
            else 0.0
        )
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

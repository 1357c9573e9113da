"""What the brief demands of the answers themselves: how many of the true cases are caught, how many of the others may be disturbed."""

import re

from briefwright.skill.ml_workflow.facts import Given
from briefwright.skill.ml_workflow.reader.amounts import each_number, given_number
from briefwright.skill.ml_workflow.reader.passages import Sentence
from briefwright.skill.numbers import Number

_CAUGHT_BEFORE = re.compile(r"\b(?:catch(?:es|ing)?|detect(?:s|ing)?|find(?:s|ing)?|spot(?:s|ting)?|recogni[sz]e[sd]?|recall(?: of)?|sensitivity(?: of)?|caught|found)\s+(?:at least |about |around |more than |some |≥ ?|> ?|of )*$", re.IGNORECASE)  # fmt: skip
_CAUGHT_AFTER = re.compile(r"\s*(?:recall|sensitivity|detection rate)\b|\s*of (?:all |the |our )?(?:[\w-]+ ){1,4}(?:must|should|have to|need to) be (?:caught|found|detected|spotted|recogni[sz]ed)\b", re.IGNORECASE)  # fmt: skip
_MISSED = re.compile(r"\bmiss(?:es|ed|ing)?\s+(?:no more than |at most |fewer than |less than |under |only |max(?:imum)? )+$", re.IGNORECASE)  # fmt: skip
_MOST = r"(?:no more than|not more than|at most|max(?:imum)?\.?(?: of)?|under|below|less than|fewer than|with|only|≤|<|up to)\s+(?:about )?$"
_DISTURBED = re.compile(r"\s*(?:of (?:the )?(?:good|healthy|normal|honest|intact|sound|genuine|legitimate|correct|fine|clean|perfect|true)\b[^.;,]{0,30}|false (?:alarms?|positives?|rejects?|alerts?)|wrong(?:ly)? (?:reject|flag|alarm|block|stopp)\w*|false-?(?:alarm|positive) rate|rejected wrongly)", re.IGNORECASE)  # fmt: skip
_WISH = re.compile(r"\b(?:need|want|must|should|would like|['’]d like|glad|happy|require|goal|target|aim|at least|promise|expect|accept|we['’]d)\b", re.IGNORECASE)  # fmt: skip


def recall_wanted(passages: tuple[Sentence, ...]) -> Given[float] | None:
    """The share of true cases the brief wants caught: `catch at least 98 % of cracks`, `miss at most 2 %`."""
    for sentence, number in each_number(passages, ("%",)):
        before, after = sentence.before(number, 44), sentence.after(number, 70)
        if not _WISH.search(sentence.text) or not 0 < number.share < 1:
            continue
        if _MISSED.search(before):
            return given_number(sentence, number, round(1 - number.share, 6), "share")
        if number.share >= 0.3 and (_CAUGHT_BEFORE.search(before) or _CAUGHT_AFTER.match(after)):
            return given_number(sentence, number, number.share, "share")
    return None


def false_alarms_most(passages: tuple[Sentence, ...]) -> Given[float] | None:
    """The share of sound cases that may be disturbed: `no more than 1.5 % of good tiles rejected`, `at most 2 % false alarms`."""
    return next((given_number(s, n, n.share, "share") for s, n in each_number(passages, ("%",)) if _bounded(s, n)), None)  # fmt: skip


def _bounded(sentence: Sentence, number: Number) -> bool:
    most = re.search(_MOST, sentence.before(number, 30), re.IGNORECASE)
    return bool(most and 0 < number.share < 0.5 and _DISTURBED.match(sentence.after(number, 60)))

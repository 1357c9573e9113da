"""What must not get worse: limits under the name of guardrails, or said as `may not fall below 61 %`, `without ever running short`."""

import re
from collections.abc import Iterator
from typing import Literal

from briefwright.skill.ml_workflow.facts import Given, Limit
from briefwright.skill.ml_workflow.reader.metric import METRIC_NOUN
from briefwright.skill.ml_workflow.reader.passages import Sentence
from briefwright.skill.numbers import CURRENCIES, Number, numbers

Side = Literal["<=", ">="]
_NOT = r"(?:may|must|should|shall|can|could|do|does|will|is|are)(?:n['’]t| not|not)(?: be allowed to| ever)?"
_RISE = r"(?:increas\w*|rise|rising|go(?:es)? up|going up|climb\w*|grow\w*|exceed\w*|get (?:slower|worse|longer|higher)|go (?:above|over)|be (?:above|over|higher|worse|longer)|rais\w*|worsen\w*)"
_FALL = r"(?:drop\w*|fall\w*|go(?:es)? down|going down|declin\w*|decreas\w*|sink\w*|shrink\w*|suffer\w*|get (?:lower|smaller)|go (?:below|under)|be (?:below|under|lower)|lower\w*|reduc\w*|hurt\w*|harm\w*|los(?:e|ing))"
_NAME = r"(?P<name>[^.;:,|()\n]{3,70}?)(?: \([^()\n]{1,30}\))?(?:, (?:now|today|currently|presently)[^,;]{1,24},)?"
_AT = r"(?:^|[.;:,|(\n]\s?|\s[–—]\s|\b(?:and|but|while|whilst|although|provided|that|if|as long as)\s)"
"""Names begin where clauses do; a rule that could begin anywhere would be tried at every letter."""
_RULES: tuple[tuple[Side | None, str], ...] = (
    ("<=", rf"{_AT}{_NAME},? {_NOT} {_RISE}(?: either)?\b"),
    (">=", rf"{_AT}{_NAME},? {_NOT} {_FALL}\b"),
    ("<=", rf"{_AT}{_NAME},? (?:must |has to |have to |should |needs to |shall )?(?:stays?|remains?|be kept|kept|keeps?|held?) (?:at or )?(?:under|below|within|at most|no (?:higher|more|longer) than)\b"),
    (">=", rf"{_AT}{_NAME},? (?:must |has to |have to |should |needs to |shall )?(?:stays?|remains?|be kept|kept|keeps?|held?) (?:at or )?(?:above|over|at least|no (?:lower|less) than)\b"),
    (None, rf"{_AT}{_NAME},? (?:must |has to |have to |should |needs to |shall )?(?:stays?|remains?|be kept|kept|keeps?) (?:where it is|where they are|unchanged|flat|stable|constant|the same|as (?:it is|they are|low|high))\b"),
    ("<=", rf"\bwithout (?:ever )?(?:rais\w+|increas\w+|adding to|worsening)\s+{_NAME}(?=$|[.;:,|(]|\s(?:and|but|so|because|from|above|over|by)\b)"),
    (">=", rf"\bwithout (?:ever )?(?:hurt\w+|harm\w+|los\w+|lower\w+|reduc\w+|damag\w+|cannibali[sz]ing|sacrificing)\s+{_NAME}(?=$|[.;:,|(]|\s(?:and|but|so|because|from|below|under|by)\b)"),
    ("<=", r"\bwithout (?:ever )?(?P<name>running (?:short|out)(?: of [a-z ]{3,24})?)"),
    (">=", rf"\b(?:must|may|should|shall)(?:n['’]t| not) (?:cost(?: us)?|hurt|harm|eat into|come at the expense of)\s+(?:any )?{_NAME}(?=$|[.;:,|(]|\s(?:and|but|so|because|by)\b)"),
    ("<=", rf"{_AT}{_NAME} in (?:more|over) than (?=\d)"),
    ("<=", rf"\b(?:i|we) (?:don['’]t|do not|would not|wouldn['’]t) want {_NAME} to {_RISE}"),
    (">=", rf"\b(?:i|we) (?:don['’]t|do not|would not|wouldn['’]t) want {_NAME} to {_FALL}"),
    ("<=", rf"\bnor (?:should|may|must|shall|can) {_NAME} {_RISE}"),
    (">=", rf"\bnor (?:should|may|must|shall|can) {_NAME} {_FALL}"),
    (None, rf"{_AT}{_NAME} (?:is|are) (?:sacred|untouchable|sacrosanct)"),
)  # fmt: skip
_POINTS_BACK = re.compile(
    r"\b(?:may|must|can|should)(?: not|not) (?:(?P<up>increase|raise|worsen)|lower|reduce|hurt|harm) (?:it|this|that)\b",
    re.IGNORECASE,
)
_LEVEL = re.compile(
    r"(?P<name>(?:[\w-]+ ){0,3}(?:rate|share|level|time|cost|volume|number|quality)s?)\b[^.;\d]{0,40}$",
    re.IGNORECASE,
)
_CHANGE = re.compile(
    r"\b(?:drop|fall|loss|decline|rise|increase|worsening) (?:of |by )?(?:more|greater|larger) than $",
    re.IGNORECASE,
)
_TODAY = re.compile(
    r"^\W{0,3}(?:\([^)]*\)\W*)?(?:which (?:is|stands at)|now|today|currently|presently|at present)(?: at)? (?:about )?$",
    re.IGNORECASE,
)
_LISTED = re.compile(
    r"(?:\bguard ?-?rails?(?: metrics?)?(?: are| is)?|\bmust (?:stay put|not (?:get worse|move|suffer))|\bmay not get worse)\s*[:=–-]\s*([^.\n;]+(?:\.\d[^.\n;]*)*)"
    r"|\bkeep an eye on ([^.\n;]{4,90}?), (?:neither|none)(?: of (?:them|these))? (?:may|must|should|can) (?:go up|rise|increase|go down|fall|drop)",
    re.IGNORECASE,
)
_LEAD = re.compile(
    r"^(?:(?:and|but|so|also|that|while|whilst|although|provided|as long as|if|then|the|our|a|an|any|both|of|however|in addition|obviously|please|keep|at the same|same|with|for us)\s+)+|^\W+|^\(?[ivx\d]+\)\s+",
    re.IGNORECASE,
)
_TAIL = re.compile(
    r"[\s,]+(?:currently|today|now|which|that|at present|also|either|of course|obviously|it|they)$",
    re.IGNORECASE,
)
_NO_METRIC = re.compile(
    r"\b(?:we|i|you|they|it|he|she|this|that|these|those|who|which|model|models|data|predictions?|answers?|latency|p99|p95|p50|budget|spend(?:ing)?|memory|response|requests?|system|service|platform|team|nobody|nothing|everything|features?|columns?|version|tool|licen[cs]e|prices?|records?|images?|recordings?|gender|names?|history|split|training|test set|rows|decision|median|files?|bundle|alarms|rules|screens?|devices?|applications?|people|customers?|patients?|users?|drivers?)$|\b(?:p99|p95|p50|uptime|must|should|because|if|will|means?)\b|(?<!top )\b\d+(?!\d|-(?:day|week|month|hour))",
    re.IGNORECASE,
)
_BAD = re.compile(r"time|latency|costs?\b|complaint|cancel|churn|error|waste|wait|return|refund|fraud|loss|miss|short|bounce|unsub|readmission|incident|accident|overtime|turnover|block|escalat|wrong|alarm|delay|queue", re.IGNORECASE)  # fmt: skip
_DIRECTION: tuple[tuple[Side, str], ...] = (("<=", rf"no (?:higher|more|longer|worse) than|at most|below|under|not? up\b|{_NOT} {_RISE}|max"), (">=", rf"no (?:lower|less|fewer) than|at least|above|over|not? down\b|{_NOT} {_FALL}|min"))  # fmt: skip
_HINT = re.compile(
    r"\bnor\b|sacred|sacrosanct|untouchable|\bnot\b|cannot|n['’]t\b|\b(?:stay|remain|keep|kept|held|hold|without)|in (?:more|over) than",
    re.IGNORECASE,
)
"""What every rule needs somewhere in the sentence."""
MOST = 6


def guardrails(passages: tuple[Sentence, ...]) -> tuple[Given[Limit], ...]:
    """Every limit of the brief, each once; one that is said without a bound is a change against control that may not be seen."""
    found: dict[str, Given[Limit]] = {}
    for sentence in passages:
        for at, limit in (*_of_list(sentence), *_of_rules(sentence), *_of_losses(sentence)):
            found.setdefault(limit.name.lower(), Given(limit, sentence.text[:200], sentence.start + at))
    return tuple(found.values())[:MOST]


def _of_list(sentence: Sentence) -> Iterator[tuple[int, Limit]]:
    match = _LISTED.search(sentence.text)
    for item in re.split(r",\s*(?:and )?|\s+and\s+(?=[a-z])", match[1] or match[2]) if match else ():
        op = next((op for op, words in _DIRECTION if re.search(words, item, re.IGNORECASE)), None)
        name = re.split(rf"\s(?:is |are |stays? |remains? )?(?:no (?:higher|more|longer|lower|less|worse|fewer)|not? (?:up|down)|at (?:most|least)|unchanged|flat|stable|below|under|above|over|max|min|from|≤|≥|<|>|{_NOT})", item, flags=re.IGNORECASE)[0]  # fmt: skip
        if limit := _limit(
            name, op, next((n for n in numbers(item) if not re.search(r"\btop $", item[: n.start])), None)
        ):
            yield (match.start() if match else 0), limit


def _of_rules(sentence: Sentence) -> Iterator[tuple[int, Limit]]:
    if _LISTED.search(sentence.text) or not _HINT.search(sentence.text):
        return
    for op, pattern in _RULES:
        for match in re.finditer(pattern, sentence.text, re.IGNORECASE):
            aside = re.match(r"\s*(\([a-z][\w ]{2,24}\))", sentence.text[match.end("name") :])
            name = f"{match['name'].strip()} {aside[1]}" if aside else match["name"]
            if limit := _limit(name, op, _bound(sentence, match.end())):
                yield match.start("name"), limit
    for match in _POINTS_BACK.finditer(sentence.text):
        for number in reversed([n for n in sentence.numbers if n.end <= match.start()]):
            level = _LEVEL.search(sentence.text[: number.start])
            if level and (limit := _limit(level["name"], "<=" if match["up"] else ">=", number)):
                yield level.start(), limit
                break


_MAY_LOSE = re.compile(
    r"(?P<name>[A-Za-z][\w -]{3,40}?) (?:is|stands at|at|of) (?:about )?\d[\d.]* ?%[^.;,]{0,12},? (?:and )?(?:it )?(?:may|can|could|is allowed to) (?:only )?(?:lose|drop|fall|give up)(?: by)?(?: at most| up to)? (?=\d)",
    re.IGNORECASE,
)


def _of_losses(sentence: Sentence) -> Iterator[tuple[int, Limit]]:
    """`Checkout conversion is 61.4 %, may lose 0.5 pp, no more`."""
    for match in _MAY_LOSE.finditer(sentence.text):
        change = next((n for n in sentence.numbers if n.start >= match.end()), None)
        if change and (limit := _limit(match["name"], ">=", change)):
            yield match.start("name"), limit


def _bound(sentence: Sentence, end: int) -> Number | None:
    """The change that is not accepted (`a drop of more than 0.2 points`), else the number beside the limit, else today's level."""
    later = [n for n in sentence.numbers if n.start >= end - 1]
    change = next((n for n in later if _CHANGE.search(sentence.before(n, 40))), None)
    stop = re.search(r"[.;](?:\s|$)|,\s", sentence.text[end:])
    reach = end + min(stop.start() if stop else 40, 40)
    beside = next((n for n in later if n.start < reach), None)
    return change or beside or next((n for n in later if _TODAY.match(sentence.text[end : n.start])), None)


def _limit(name: str, op: Side | None, bound: Number | None) -> Limit | None:
    name = re.split(r"\b(?:and|but|while|whilst|although|provided|as long as)\s", name)[-1]
    name = _TAIL.sub("", _LEAD.sub("", name.strip())).strip(" \"'“”*")
    if not 3 < len(name) <= 60 or not name[0].isalnum() or len(name.split()) > 11 or _NO_METRIC.search(name):
        return None
    if len(name.split()) == 1 and not re.search(METRIC_NOUN, name, re.IGNORECASE):
        return None
    side = op or ("<=" if _BAD.search(name) else ">=")
    if bound is None or bound.unit in ("ms", "rps") or (bound.unit in CURRENCIES and bound.per):
        return Limit(name, side, None, "", True)
    if bound.unit == "pp":
        return Limit(name, side, bound.share if side == "<=" else -bound.share, "pp", True)
    value, unit = (bound.share, "share") if bound.unit == "%" else (bound.value, bound.unit or "units")
    return Limit(name, side, value, unit, False)

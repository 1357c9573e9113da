"""How good the present method is and how good a model has to be, in the brief's own measure: `NDCG@10 is 0.41; below 0.44 is not worth shipping`.

A level keeps its measure: 0.52 of micro-F1 is never printed as a level of something else.
"""

import re
from collections.abc import Iterator

from briefwright.skill.ml_workflow.facts import Given, Level
from briefwright.skill.ml_workflow.reader.passages import Sentence, clip_around
from briefwright.skill.numbers import Number

_AT_K = r"(?: ?@ ?\d+| at \d+(?! ?%)(?![.,]\d))?"
NAMES = (
    r"(?:mean average precision|\bmAP\b)(?: ?@ ?(?:0?\.\d+|iou[ =]?0?\.\d+)| at iou[ =](?:0?\.\d+)| at 0?\.5)?",
    r"\b(?:(?:macro|micro|span|token|field|entity|weighted)[- ]?(?:averaged? |level )?)?F1(?:[- ]score)?\b",
    r"\b(?:pr-?auc|roc-?auc|auc-?pr|auc|average precision|auprc|auroc)\b", rf"\bndcg\b{_AT_K}", rf"\b(?:recall|precision|hit rate)\b{_AT_K}", r"\bmrr\b",
    r"\bword error rate\b|\bWER\b", r"\bcharacter error rate\b|\bCER\b", r"\bs?mape\b|\bwape\b|\bmase\b|\bmedian (?:absolute )?(?:percentage )?error\b",
    r"\bR ?[2²](?= ?(?:=|of|is|:)| \()|\bR-squared\b", r"\bmean absolute (?:percentage )?error\b|\bmae\b|\brmse\b", r"\bm(?:ean )?IoU\b|\bIoU\b|\bDice(?: (?:score|coefficient))?\b", r"\bsensitivity\b|\bspecificity\b|\bgroundedness\b",
)  # fmt: skip
_NAME = re.compile("|".join(f"(?:{name})" for name in NAMES), re.IGNORECASE)
_LOWER = re.compile(r"error|\b[wc]er\b|map?e\b|wape|mase|\bmae\b|rmse", re.IGNORECASE)
_WANTED = re.compile(
    r"\b(?:at least|at most|must|should|wants?|wish|needs?|required?|requires|target(?:ed|s)?|aim(?:ing)?|goal|minimum|maximum|would be (?:enough|sufficient|fine|acceptable)|is enough|would do|not worth|no use|no point|useless|"
    r"worth (?:having|shipping|it)|to beat|hope|expects?|happy|trust|upwards?|or (?:better|more|less|higher|lower)|no (?:worse|less|more) than|acceptable|bring|get (?:it|this|that) (?:to|down|up|below|above)|reduce|raise|improve)\b|≥|≤|>=|<=",
    re.IGNORECASE,
)
_NOW = re.compile(r"\b(?:today|currently|current|now|at present|presently|right now|so far|reach(?:es|ed)?|achieves?|has|had|last (?:year|quarter|month|season)|in use|of today|present|measured|is at|stands at|sits at|we see|delivers?|manages?|from)\b", re.IGNORECASE)  # fmt: skip
_CLAIMED = re.compile(r"\b(?:notebook|trainee|intern|students?|werkstudent\w*|prototype|promis\w+|tried|proudly|boasts?|brags?|advertis\w+|brochure|paper|kaggle|demo|proof of concept|off-the-shelf|poc|pilot model|first model|shuffl\w+|random(?:ly)? (?:split|sample|80)|at random)\b", re.IGNORECASE)  # fmt: skip
_LATER = re.compile(r"\b(?:last|this|later|newer|following) (?:quarter|month|year|season|weeks?|data)", re.IGNORECASE)  # fmt: skip
_CLAUSE = re.compile(r"[;:]|\.\s|,\s|\bbut\b|\band\b|\bwhile\b")


def quality_levels(passages: tuple[Sentence, ...]) -> tuple[Given[Level], ...]:
    """Every level of a quality measure, with its role: reached today, wanted, or claimed by somebody who tried something.

    A level without a measure beside it (`Target is 12 % daily`) is one of the measure named last, where that stands in this sentence
    or in the one before and the words say that something is wanted.
    """
    found: list[Given[Level]] = []
    last: str = ""
    for sentence in passages:
        names = list(_NAME.finditer(sentence.text))
        for number in _levels_in(sentence, names):
            metric = _measure(sentence, names, number)
            role = _role(sentence, number)
            inherited = next(
                (_clean(name[0]) for name in reversed(names) if name.end() <= number.start), last
            )
            if not metric and inherited and role == "wanted" and _alone(sentence, number):
                metric = inherited
            if metric:
                value, unit = (number.share, "share") if number.unit == "%" else (number.value, number.unit)
                found.append(Given(Level(metric, value, unit, role, _kind(sentence, number)), clip_around(sentence.text, number.start), sentence.start + number.start))  # fmt: skip
        last = _clean(names[-1][0]) if names else ""
    return tuple(found[:8])


def lower_is_better(metric: str) -> bool:
    return _LOWER.search(metric) is not None


def _levels_in(sentence: Sentence, names: list[re.Match[str]]) -> Iterator[Number]:
    """The numbers that may be levels: shares and percentages, and amounts with a unit beside an error measure; never the k of `recall at 10`."""
    absolute = any(re.search(r"absolute error|\bmae\b|rmse", name[0], re.IGNORECASE) for name in names)
    for number in sentence.numbers:
        inside = any(name.start() <= number.start < name.end() for name in names)
        plain = number.unit == "" and 0 < number.value < 1 and re.match(r"0?[.,]\d", number.text)
        share = number.unit == "%" and 0 < number.value <= 100 and not sentence.after(number, 12).lower().startswith((" relative", " of ", " base rate", " prevalence"))  # fmt: skip
        if not inside and not number.per and (plain or share or (absolute and number.unit not in ("", "%", "year", "month", "week"))):  # fmt: skip
            yield number


def _measure(sentence: Sentence, names: list[re.Match[str]], number: Number) -> str:
    """The measure a number belongs to: right after it (`0.71 span F1`), else the last before it with no other number's business in between."""
    for name in names:
        between = sentence.text[number.end : name.start()]
        if 0 <= name.start() - number.end <= 12 and re.fullmatch(r"\s*(?:of )?", between):
            return _clean(name[0])
    before = [name for name in names if name.end() <= number.start]
    if not before:
        return ""
    between = sentence.text[before[-1].end() : number.start]
    if len(between) > 70 or re.search(r"[;]|\.\s|\b(?:share|rate|costs?|price|availability|confidence|latency|loss|budget|coverage|volume|kappa)\b", between, re.IGNORECASE):  # fmt: skip
        return ""
    return _clean(before[-1][0])


def _role(sentence: Sentence, number: Number) -> str:
    """Wanted where the clause of the number, or the words just before its clause, say so; `from 0.52 to 0.68` is one of each."""
    before = sentence.text[: number.start]
    if _CLAIMED.search(sentence.text):
        return "now" if _LATER.search(before) else "claimed"
    if re.search(r"\bfrom\s+(?:about |around |roughly )?$", before, re.IGNORECASE):
        return (
            "wanted"
            if re.match(r"\s*(?:upwards?|and up|on(?:wards)?)\b", sentence.text[number.end :])
            else "now"
        )
    if re.search(r"\bfrom\b[^.;]{0,24}\bto\s+(?:about |around |at least |at most )?$", before, re.IGNORECASE):
        return "wanted"
    pieces = _CLAUSE.split(before)
    after = _CLAUSE.split(sentence.text[number.end :])[0]
    clause = f"{pieces[-1]} {after}"
    if _WANTED.search(clause) or re.match(r"\s*(?:is|would be|are)? ?(?:the |our )?(?:target|goal|aim|minimum|what we (?:want|need))\b", after):  # fmt: skip
        return "wanted"
    if _NOW.search(clause):
        return "now"
    whole = before[-90:]
    wanted, now = (list(pattern.finditer(whole)) for pattern in (_WANTED, _NOW))
    return "wanted" if wanted and (not now or now[-1].start() < wanted[-1].start()) else "now"


_KIND = r"(?:daily|weekly|monthly|hourly|yearly|interval|aggregate\w*|per \w+|(?:at|on) (?:the )?\w+ (?:level|set|data)|test|validation)"


def _kind(sentence: Sentence, number: Number) -> str:
    """Which of several levels of one measure it is: `18 % at the daily level, 27 % at interval level`."""
    near = rf"\s?(?:\w+ )?({_KIND})\b"
    found = re.match(near, sentence.after(number, 40), re.IGNORECASE) or re.search(r"\b(daily|weekly|monthly|hourly|interval)\b[^.;,]{0,30}$", sentence.before(number, 44), re.IGNORECASE)  # fmt: skip
    words = re.findall(r"(?!(?:per|at|on|the|level|set|data)\b)[a-z]+", found[1].lower()) if found else []
    return words[0] if words else ""


def _alone(sentence: Sentence, number: Number) -> bool:
    """Whether the number is said of nothing else: what precedes it is only the wish."""
    before = _CLAUSE.split(sentence.text[: number.start])[-1]
    after = sentence.after(number, 20)
    wish = r"\W*(?:so |then |and )?(?:the |our |we |i |that |any(?:thing)? |a model |think |would |could |must |should |it |this |be |is |are |has |have |to |target|goal|aim|minimum|maximum|want|need|like|at least|at most|hope|for|of|get|reach|below|above|under|better than|more than|less than|around|about|model|least|most|from |only |\s|:)*"
    return re.fullmatch(wish, before, re.IGNORECASE) is not None and not re.match(
        r"\s*(?:of|pp|points)\b", after
    )


def _clean(name: str) -> str:
    """One spelling: `recall at 10` is recall@10, `mean average precision` mAP, `word error rate` WER."""
    name = " ".join(name.split())
    name = re.sub(r"mean average precision", "mAP", name, flags=re.IGNORECASE)
    name = re.sub(r"word error rate", "WER", name, flags=re.IGNORECASE)
    name = re.sub(r"character error rate", "CER", name, flags=re.IGNORECASE)
    name = re.sub(r"(recall|precision|hit rate|ndcg) ?(?:@ ?|at )(?=\d)", r"\1@", name, flags=re.IGNORECASE)
    name = re.sub(r"mAP (?:@ ?|at )(?:iou[ =]?)?", "mAP@", name, flags=re.IGNORECASE)
    short = r"\b(?:ndcg|mrr|wer|cer|wape|mape|smape|mase|mae|rmse|(?:pr|roc)-?auc|auc(?:-?pr)?|auprc|auroc)\b"
    return re.sub(short, lambda m: m[0].upper(), name, flags=re.IGNORECASE)

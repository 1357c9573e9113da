"""The change a brief asks for: a level now and a level wanted, found as a pair, and the name the pair is said of.

Alone, `target 8` and `we had 13 last year` could be anything. Two numbers of one kind, near one another, one beside words for the present
and one beside words for a wish, are a metric. Every such pair of the brief is weighed; the one most speaks for wins.
"""

import re
from collections.abc import Iterator
from dataclasses import dataclass, replace

from briefwright.skill.ml_workflow.facts import Given
from briefwright.skill.ml_workflow.reader.amounts import given_number
from briefwright.skill.ml_workflow.reader.metric import METRIC_NOUN, OF_A_MODEL, name_before
from briefwright.skill.ml_workflow.reader.passages import Sentence
from briefwright.skill.ml_workflow.reader.place import ABOUT, EDGE, WISH, Place, clause, headed_by, named
from briefwright.skill.ml_workflow.reader.vocabulary import SERVICE_AVAILABILITY
from briefwright.skill.numbers import Number

_MOVE = r"\b(?:got|came|went|fell|dropped|rais|increas|improv|lift|lower|reduc|cutt?|bring|gett?|push|mov|tak|driv|shrink|dropp?|fall|sink|ris|com|go)(?:e|es|s|ing|)?\b[^.;,()\d]{0,40}\b(?:to|below|under|above|towards?|at)\s"
_WISH_BEFORE = re.compile(
    rf"(?:{WISH}[^.;,()\d]{{0,34}}?|{WISH}[^.;]{{0,60}}?\b(?:and|with) (?:that|the|this|its) \w+ (?:at|to|below|under) |{_MOVE}|(?:→|-+[>›])\s*|{WISH}[^.;,()\d]{{0,20}}, )"
    + ABOUT
    + r"\Z",
    re.IGNORECASE,
)
_WISH_AFTER = re.compile(
    r"\A,? (?:is|are|would be) worth\b|\A\W{0,3}(?:the|our) (?:aim|goal|target|plan)\b|\A (?:in a hundred |of a hundred |in 100 )?(?:would|['’]d) be (?:a |an )?(?:very |really )?(?:good|great|fine|excellent)\b|\A,? (?:everyone|everybody|all|we)(?:['’]d| is| are| would) (?:be )?(?:happy|content|glad|satisfied)|\A (?:a|as a) success\b|\A[^.;,()\d]{0,16}\b(?:as the (?:figure|target|goal|mark|aim)|(?:and )?that(?:['’]s| is) where|is (?:the|our|what) (?:target|goal|aim|ambition|plan|promise)|(?:is|are) (?:wanted|hoped|planned|expected|promised)|wanted|(?:would )?(?:justif\w+|pays? (?:for|us)|be worth|convince|please\b|satisfy\b|delight\b|make (?:us|them|the \w+) happy)|and (?:i|we|they)(?:['’]?m| am| are|['’]re|['’]d be| would be) (?:happy|glad|fine|satisfied|content)|(?:i |we |they )?would (?:roll|ship|launch|switch|deploy|be (?:great|good|fine|nice|enough|a success|success)|make|satisfy|pay|do\b|count)|(?:up|upwards?|or (?:more|better|less|lower|fewer))\b[^.;]{0,20}\b(?:pays?|bonus|wants?|happy|target))",
    re.IGNORECASE,
)
_NOW_BEFORE = re.compile(
    r"(?:\bwe(?:['’]ve| have) been (?:making|getting|at|reaching)|\bwe (?:make|manage|reach|sit at|achieve)|\btoday(?:['’]s)?|\bnow|\bcurrent(?:ly)?|\bpresent(?:ly)?|at the moment|\blast (?:year|month|quarter|season|summer|winter|week)|\bso far|\bthese days|\bin 20\d\d|\bstands? at|\bruns? at|\bsits? at|\bhovers? (?:at|around)|\bamounts? to|\baverages?|\bis|\bare|\bwas|\bwere|\bhad|\bhave|\bhas|\blose|\blost|\bbaseline(?: of)?|\bneeds?|\btakes?|\bcosts?|\bspends?|\brating of|\bget|\b(?:those|these|they|that group|this group|the group|of them) (?:miss|fail|cancel|lose|drop|leave|stay|come|hover|run|sit)s?|\bin (?:that|this) group\b[^.;%\d]{0,24})"
    r"[\s:,=]*(?:(?:is|are|was|were|at|of|on average|we|it|they|us|had|have|about|around|roughly|some|only|just|still|an?|the|spend|lose)\s+)*" + ABOUT + r"\Z",
    re.IGNORECASE,
)  # fmt: skip
_NOW_AFTER = re.compile(r"\A\s*of (?:the time|(?:that|this) group|those|these)\b|\A[^.;:\d]{0,44}?\b(?:today|now|rn|currently|presently|at the moment|at present|right now|so far|on average|last (?:year|month|quarter|season|summer|winter|week)|these days|(?:a|per|each|every) (?:year|month|week|day))\b", re.IGNORECASE)  # fmt: skip
_HAPPENS = re.compile(
    r"\s*(?:of (?:the |our |all )?(?:[\w-]+ ){1,3}?)?(?:are|is|were|was|lead|led|ends?|turn|goes?|went|comes?|came|gets?|got|have|fails?|finds?|results?|do(?:n['’]t)?|need|miss|leave|return|expire)\b",
    re.IGNORECASE,
)
_FROM = re.compile(r"\bfrom\s+(?:(?:the )?(?:current|present|today['’]s)\s+)?" + ABOUT + r"\Z", re.IGNORECASE)
_TO = re.compile(r"\A\s*(?:%|percent|per cent)?\s*(?:(?:per|out of|in|of|an?) [a-z ]{3,24}?\s)?(?:\([^)]{0,30}\)\s*)?(?:(?:today|now|currently)\s*)?(?:down |up )?(?:to|towards|→|-+[>›])\s+(?:the )?" + ABOUT + r"\Z", re.IGNORECASE)  # fmt: skip
_LIMIT = re.compile(
    r"(?:may|must|should|shall|can|do(?:es)?)(?: not|n['’]t)\b|mustn|\bguard ?rails?|\bwithout\b|no (?:worse|higher|lower|more|less) than|\bfall below|\bdrop below|\bexceed|at any time|\bmaximum|\bmax\.?\b|\blimit",
    re.IGNORECASE,
)
_OTHER = re.compile(
    r"latenc|p9\d|\bp50\b|budget|\bquota|history|window|retention|uptime|"
    + SERVICE_AVAILABILITY
    + r"|per second|rps\b|cores?\b|\bGB\b|\bTB\b|\bteam\b|engineers?|scientists?|standard deviation|\bsd\b|prevalence|base rate|positives|confiden|significan|alpha|power\b|\bsplit\b|\bsample size|\bsamples? of \d|pilot|o['’]clock|\bage[ds]?\b|years? old|labels?\b|label delay|horizon",
    re.IGNORECASE,
)
_PAST = re.compile(r"\bsince then\b|\b(?:in|since|last) (?:january|february|march|april|may|june|july|august|september|october|november|december|spring|summer|autumn|winter|20\d\d)\b", re.IGNORECASE)  # fmt: skip
"""`Two lines cut the free days from 7 to 5 in January`: a change that has happened is no wish."""
_CHANGE = re.compile(r"\bby (?:about |at least |around )?\Z", re.IGNORECASE)
_CHANGE_AFTER = re.compile(
    r"\s*(?:relative|rel\b|more\b|fewer\b|less\b|lower\b|higher\b|better\b|reduction|increase|uplift|improvement)",
    re.IGNORECASE,
)
"""A change (`raise it by 5 % relative`) is no level."""
_ENDS = re.compile(
    r"\s*(?:[.,;:!?)–-]|\Z|(?:by|or|and|but|without|in|next|this|on|at|from|is|would|if|as|per|again|instead|max|at most|tops|ever|next|(?:the|our) (?:aim|goal|target|plan))\b)",
    re.IGNORECASE,
)
"""What follows a level written without its unit: `we want 38.` is one, `the 42 recipes` is none."""
_BACK = re.compile(r"\b(?:this|that|it)\b", re.IGNORECASE)
FAR = 240
"""Letters between the two numbers of a pair, at most."""
ENOUGH = 8
"""What a pair must weigh: words for the present, words for the wish and a name, or two of them outright."""


@dataclass(frozen=True)
class Change:
    """A metric with its level now and the level wanted, both in `unit` (`share` for percentages)."""

    name: str
    now: Given[float]
    wanted: Given[float]
    weight: int
    named_at: int = 0
    """Where in the brief the name stands; the level's place when it is made of several words of it."""


def change(passages: tuple[Sentence, ...]) -> Change | None:
    """The pair of levels the brief speaks most for, or nothing. Levels far apart count when the wish names what is already there."""
    found = [pair for pair in _pairs(passages) if pair.weight >= ENOUGH] or [pair for pair in _far(passages) if pair.weight >= ENOUGH]  # fmt: skip
    return max(found, key=lambda pair: pair.weight, default=None)


def _far(passages: tuple[Sentence, ...]) -> Iterator[Change]:
    """`handling time falls to 15 minutes`, three paragraphs after `it takes 55 minutes per lease`."""
    places = [Place(sentence, number) for sentence in passages for number in sentence.numbers[:MOST]][
        :MOST_FAR
    ]
    wishes = [(place, name) for place in places if _wish(place) and (name := _far_name(passages, place))]
    for wanted, name in wishes:
        for now in places:
            shared = _words(name) & _words(clause(now)) or (now.unit in _TIMES and "time" in name.lower())
            if now.sentence is wanted.sentence or not _present(now) or not shared:
                continue
            if pair := _weighed(now, wanted, reach=len(passages[-1].text) + passages[-1].start):
                said_of = name if len(name.split()) <= 8 else named(now) or pair.name
                yield replace(pair, name=said_of, weight=pair.weight + 2 + 4 * (not pair.name))


def _far_name(passages: tuple[Sentence, ...], wanted: Place) -> str:
    """What a wish far from its level is said of: its own noun, what it counts, or, of a bare number, the sentence before it."""
    if name := name_before(wanted.sentence, wanted.number) or (named(wanted) if wanted.whole else ""):
        return name
    at = next((n for n, sentence in enumerate(passages) if sentence is wanted.sentence), 0)
    bare = not wanted.number.unit and not wanted.number.per and wanted.sentence.text[: wanted.number.start].strip(" *-•") == ""  # fmt: skip
    return passages[at - 1].text if at and bare else ""


MOST_FAR = 120
_TIMES = ("min", "h", "s", "day", "week")


def _words(text: str) -> set[str]:
    return set(re.findall(r"[a-z]{5,}", text.lower())) - {"about", "today", "average", "their", "which", "there", "would", "every"}  # fmt: skip


def _pairs(passages: tuple[Sentence, ...]) -> Iterator[Change]:
    for at, sentence in enumerate(passages):
        places = [Place(sentence, number) for number in sentence.numbers[:MOST]]
        following = passages[at + 1] if at + 1 < len(passages) else None
        then = [Place(following, number) for number in following.numbers[:4]] if following else []
        beyond = passages[at + 2] if at + 2 < len(passages) else None
        then += (
            [place for number in beyond.numbers[:2] if _BACK.search((place := Place(beyond, number)).before)]
            if beyond
            else []
        )
        for n, first in enumerate(places):
            for second in [*places[n + 1 : n + 5], *then]:
                for now, wanted in ((first, second), (second, first)):
                    if pair := _weighed(now, wanted, passages[at - 1].text if at else ""):
                        yield pair


MOST = 40
"""Numbers of a sentence that are paired; a sentence that holds more is a table."""


def _weighed(now: Place, wanted: Place, heading: str = "", reach: int = FAR) -> Change | None:
    unit = now.unit or (wanted.unit if _joined(now, wanted) else "")
    if not _alike(now, wanted) or _year(now.number) or _year(wanted.number):
        return None
    if any(place.unit == "%" and _TAKES_PART.search(_around(place)) for place in (now, wanted)):
        return None
    if now.is_to_be_left_alone or wanted.is_to_be_left_alone:
        return None
    level = now.number.value / 100 if unit == "%" and not now.unit else now.value
    goal = (
        wanted.value
        if wanted.unit == unit
        else wanted.number.value / 100
        if unit == "%" and not now.whole
        else wanted.number.value / (now.whole or 1.0)
    )
    goal *= _scale(now.number, wanted.number)
    if level <= 0 or goal <= 0 or level == goal or not 0.2 <= goal / level <= 5:
        return None
    if wanted.sentence is now.sentence and _joined(now, wanted):
        weight = 9
    else:
        weight = _wish(wanted) + _present(now)
        if not _wish(wanted) or (wanted.sentence is now.sentence and wanted.number.start < now.number.start and not _present(now)):  # fmt: skip
            return None
    if abs(wanted.start - now.start) > reach:
        return None
    name = (
        named(now)
        or name_before(wanted.sentence, wanted.number)
        or headed_by(now, heading)
        or _before_colon(now)
    )
    weight += 2 if name and re.search(METRIC_NOUN, name, re.IGNORECASE) else 1 if name else -4
    weight += 1 if wanted.sentence is now.sentence or _BACK.search(clause(wanted)) else 0
    weight -= 6 if _PAST.search(now.sentence.text) and not _wish(wanted) else 0
    weight -= 6 if any(_LIMIT.search(_without_bound(place)) for place in (now, wanted)) else 0
    weight -= 5 if any(_OTHER.search(clause(place)) or (unit != "%" and "within" in clause(place)) for place in (now, wanted)) else 0  # fmt: skip
    weight -= 3 if re.search(OF_A_MODEL, f"{name} {clause(now)} {clause(wanted)}", re.IGNORECASE) else 0
    weight -= 2 if unit in ("day", "week", "month", "h", "s") and not re.search(METRIC_NOUN, name, re.IGNORECASE) else 0  # fmt: skip
    shown = "share" if unit == "%" else unit or "units"
    return Change(
        name,
        given_number(now.sentence, now.number, level, shown),
        given_number(wanted.sentence, wanted.number, goal, shown),
        weight,
        now.sentence.start + max(now.sentence.text.find(name), 0) if name in now.sentence.text else now.start,
    )


_HEAD = r"(?:the |our )?([a-z][^:;.|\n]{3,60}?)(?: across [\w ]{3,24}| overall)?\s*[:=]\s*(?:about |around |now |today )?$"


def _before_colon(place: Place) -> str:
    """`The yardstick is litres per nautical mile: 118 at present`: what stands between the verb and the colon."""
    said = re.search(rf"\b(?:is|are) {_HEAD}", place.before, re.IGNORECASE) or re.search(rf"(?:^|[.;|*•-])\s*{_HEAD}", place.before, re.IGNORECASE)  # fmt: skip
    return said[1].strip() if said and re.search(METRIC_NOUN, said[1], re.IGNORECASE) else ""


_TAKES_PART = re.compile(
    r"\b(?:give|put|offer|spare|use|expose|have|take|mettre|poner|invertir)\b[^.;]{0,16}\d+ ?%[^.;]{0,30}\b(?:experiment|test|trial|traffic|pilot|essai|ensayo|prueba|versuch)",
    re.IGNORECASE,
)
"""How much of what comes takes part in a test is no level of anything."""


def _around(place: Place) -> str:
    return place.sentence.text[max(0, place.number.start - 30) : place.number.end + 44]


def _alike(now: Place, wanted: Place) -> bool:
    """Whether both can be levels of one thing: the same unit, or the second written without it."""
    if _CHANGE.search(wanted.before) or _CHANGE_AFTER.match(wanted.after):
        return False
    if {now.unit, wanted.unit} & {"ms", "rps", "pp"} or now.number.per in ("second", "minute"):
        return False
    bare = not wanted.unit and not wanted.number.per and _ENDS.match(wanted.after) is not None
    return (
        (wanted.unit == now.unit and bool(wanted.unit))
        or bare
        or _counted_alike(now, wanted)
        or (not now.unit and wanted.unit == "%" and _joined(now, wanted))
    )


def _counted_alike(now: Place, wanted: Place) -> bool:
    """`27 breaks a year … 22 breaks`: two counts of the same noun."""
    nouns = [
        re.match(r"\s?([a-z]{4,})", p.sentence.text[p.digits_end :], re.IGNORECASE) for p in (now, wanted)
    ]
    return not now.unit and not wanted.unit and all(nouns) and nouns[0][1].lower() == nouns[1][1].lower()  # type: ignore[index]


_SCALED = re.compile(r"\d\s?(?:k|m|bn|million|thousand|billion)\b", re.IGNORECASE)


def _scale(now: Number, wanted: Number) -> float:
    """`5.4 million EUR; we want 4.6`: the second number takes the scale of the first."""
    if not _SCALED.search(now.text) or _SCALED.search(wanted.text) or now.value < 500 * wanted.value:
        return 1.0
    return float(10.0 ** (3 * round((len(str(int(now.value))) - 1) // 3)))


def _year(number: Number) -> bool:
    return not number.unit and re.fullmatch(r"(?:19|20)\d\d", number.text.strip()) is not None


_GOAL = re.compile(
    r"(?:^|[.;\n•*-]\s*)\W*(?:targets?|goals?|aim|objective|kpi)\b[^.;\d]{0,60}$", re.IGNORECASE
)
"""`Target: out-of-range samples 23 % to 18 %`: what stands behind such a label is a pair."""


def _joined(now: Place, wanted: Place) -> bool:
    """`from 22 to 18`, `1.42 → 1.49`."""
    between = now.sentence.text[now.number.end : wanted.number.start]
    if now.sentence is not wanted.sentence or now.number.start >= wanted.number.start or len(between) > 50:
        return False
    if _GOAL.search(now.before) and re.fullmatch(r"\s*(?:to|down to|up to)\s+" + ABOUT, between):
        return True
    arrow = re.fullmatch(r"\s*(?:→|-+[>›])\s*" + ABOUT, between) is not None
    return arrow or (_TO.search(between) is not None and _FROM.search(now.before) is not None)


def _without_bound(place: Place) -> str:
    """The words of the clause before a number; `wants it no higher than` is a wish with a bound, and no limit."""
    words = EDGE.split(place.before)[-1]
    return (
        re.sub(rf"{ABOUT}\Z", "", words, flags=re.IGNORECASE)
        if re.search(WISH, words, re.IGNORECASE)
        else words
    )


_WOULD_DO = re.compile(r"[^.;]{0,100}\bwould (?:regard|consider|call|see|find|count) (?:this|that|it) (?:as )?(?:worth\w*|a success|enough|good)", re.IGNORECASE)  # fmt: skip
"""`If 11 in 100 visits found something, the Committee would regard this as worthwhile`."""


def _wish(place: Place) -> int:
    said = _WISH_BEFORE.search(place.before) or _WISH_AFTER.search(place.after)
    return 4 if said or _WOULD_DO.match(place.sentence.after(place.number, 140)) else 0


def _present(place: Place) -> int:
    ratio = place.whole and not re.search(r"\b(?:if|were|would|could|should)\b", place.before, re.IGNORECASE)
    told = _NOW_AFTER.search(place.after) or _HAPPENS.match(place.after) or _stated(place) or ratio
    return 3 * bool(_NOW_BEFORE.search(place.before)) + 2 * bool(told)


def _stated(place: Place) -> bool:
    """A percentage said of something, with no wish, limit or change about it, is how things are."""
    done = re.search(r"\b(?!is|was|has|does|needs|wants|costs|reaches\b)[a-z]{3,}s (?:or [a-z]+s )?(?:about |some |roughly )?$", place.before) and re.match(r"\s*(?:[,.;]|of\b|$)", place.after)  # `approves 34 %, the others wait`  # fmt: skip
    said = place.unit == "%" and (
        done is not None
        or re.match(r"\s*(?:of\s|(?:gets?|places?|prove|files?|waits?|[a-z]+s)\s)", place.after) is not None
    )
    return said and not re.search(rf"{WISH}|\b(?:by|least|most|than|to|until|up|down|under|below|above|another)\s+{ABOUT}$", place.before, re.IGNORECASE)  # fmt: skip


def levels(found: Change) -> dict[str, Given[float] | Given[str] | None]:
    """The facts a change gives: shares as baseline and target, amounts as mean and goal, and the metric's name unless it is a model's."""
    at = found.now
    name = found.name if not re.search(OF_A_MODEL, found.name, re.IGNORECASE) and found.name.count("(") == found.name.count(")") else ""  # fmt: skip
    named = {"business_metric": Given(name, at.quote, found.named_at)} if name else {}
    if at.unit == "share":
        return {**named, "metric_baseline": at, "metric_target": found.wanted}  # fmt: skip
    return {**named, "metric_baseline": None, "metric_target": None, "metric_mean": at, "metric_goal": found.wanted}  # fmt: skip

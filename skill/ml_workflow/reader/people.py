"""Who works on it, and how it is done today: the brief's own words. Who signs is `signing.py`."""

import re
from collections.abc import Sequence
from dataclasses import replace

from briefwright.skill.markdown import clip
from briefwright.skill.ml_workflow.facts import Given
from briefwright.skill.ml_workflow.reader import words
from briefwright.skill.ml_workflow.reader.amounts import given_number
from briefwright.skill.ml_workflow.reader.passages import Sentence
from briefwright.skill.numbers import numbers


def team_size(passages: tuple[Sentence, ...]) -> Given[float] | None:
    for sentence in passages:
        if part := re.search(
            r"\bof (?:which|whom|them),? (\w+) (?:would|will|can|could) (?:work|be|help)",
            sentence.text,
            re.IGNORECASE,
        ):
            for number in sentence.numbers:
                if number.start == part.start(1):
                    return given_number(sentence, number, number.value, "people")
    if listed := roster(passages):
        return listed
    for sentence in passages:
        if of := re.search(r"team of (\w+)", sentence.text, re.IGNORECASE):
            for number in sentence.numbers:
                if number.start == of.start(1):
                    return given_number(sentence, number, number.value, "people")
        if own := _own_people(sentence):
            return own
    return _counted(passages)


_TECHNICAL = r"scientists?|engineers?|analysts?|developers?|devs?|programmers?|researchers?|statisticians?|actuar(?:y|ies)|quants?|DBAs?|administrators?|admins?|informaticians?|agronomists?|MLEs?|architects?|mathematicians?|econometricians?|data people|of us|ppl|maintainers?|physicists?"
_BESIDE = rf"{_TECHNICAL}|persons?|people|students?|interns?|apprentices?|owners?|leads?|managers?|pharmacists?|nurses?|doctors?|physicians?|controllers?|clerks?|designers?|consultants?|specialists?|technicians?|guys?|colleagues?|staff|freelancers?|heads?|volunteers?|librarians?|planners?"
_NOT_OURS = r"sales ?people|handlers|agents|inspectors|librarians|students per|customers|\bat once\b|\busers\b|other teams?|platform team of|run by|runs it|on[- ]call|rotation"


def _counted(passages: tuple[Sentence, ...]) -> Given[float] | None:
    """People named by their trade, added up over sentences: `Three quants, one IT person`, `2 ML engineers plus a clinical informatician`."""
    total, first = 0.0, None
    for sentence in passages:
        plain = re.fullmatch(
            r"(?:we are |there are |team of |a team of )?(\w+) (?:people|persons|of us|ppl)\W*",
            sentence.text,
            re.IGNORECASE,
        )
        if plain and sentence.numbers and not total:
            return given_number(sentence, sentence.numbers[0], sentence.numbers[0].value, "people")
        alone = re.search(r"\b(?:the |just )?(?:only|lone|sole|one) (?:\w+ ){0,2}?(?:person|analyst|engineer|scientist|developer|statistician|programmer)\b(?= here| we have| on|[.,;]| plus)|i am alone|on my own|\bjust me\b", sentence.text, re.IGNORECASE)  # fmt: skip
        if sentence.has(_NOT_OURS) and not alone:
            continue
        counted = _trades(sentence)
        if alone and counted < 1:
            counted += 1.0
        if counted and not (first and re.search(r"of (?:which|whom|them)|including", sentence.text)):
            total += counted
            first = first or Given(0.0, sentence.text[:160], sentence.start, "people")
            first = replace(first, value=total)
    return first


def _trades(sentence: Sentence) -> float:
    """How many people of a technical trade a sentence counts, and who stands beside them."""
    whole = next((n for n in sentence.numbers if re.match(rf" (?:{_BESIDE})[^,.;(:]{{0,24}}[(:]", sentence.after(n, 60), re.IGNORECASE)), None)  # fmt: skip
    if whole and not whole.unit:
        return whole.value  # `6 people on the squad (3 MLE, 2 backend, 1 DS)`
    technical = beside = 0.0
    for number in sentence.numbers:
        if number.unit or number.per or number.value >= 200:
            continue
        after = re.split(r"[,;:.(]|\b(?:and|plus|with|who|that|from|for|will|can|are|is|run)\b", sentence.after(number, 60))[0]  # fmt: skip
        named_before = re.search(rf"(?:{_TECHNICAL})\s*$", sentence.before(number, 24), re.IGNORECASE)
        if (named_before and re.match(r" (?:people|persons)\b", after)) or re.search(
            rf"^ (?:[\w/&-]+ ){{0,4}}?(?:{_TECHNICAL})\b", after, re.IGNORECASE
        ):  # `data scientists 4 people`
            technical += number.value
        elif (
            re.search(rf"^ (?:[\w/&-]+ ){{0,3}}?(?:{_BESIDE})\b", after, re.IGNORECASE) and number.value <= 20
        ):
            beside += number.value
    for match in re.finditer(rf"(?:(?:\band|\bplus|,|\+|&|\bwith) |^(?=half ))(half )?an? (?:[\w/&-]+ ){{0,3}}?(?:{_BESIDE})\b", sentence.text, re.IGNORECASE):  # fmt: skip
        beside += 0.5 if match[1] else 1.0
    beside += len(re.findall(r"\(me\)|\b(?:me|myself)(?=,| and| \+|$)", sentence.text)) if not re.search(r"\(me\)", sentence.text) else 0  # fmt: skip
    team = sentence.has(r"\bteam\b|\bstaff\b|\bcrew\b|who (?:works|builds)")
    return technical + beside if technical or (team and beside) else 0.0


_ROSTER = re.compile(
    r"(?:^|[\n|*-] ?|[.;] )\W*(?:our )?(?:team|staff|people|crew|personnel|who we are|it)\W{0,3}\s*(?:[:=|]|(?:is|are)\b|(?=\d+ (?:people|persons)))\s*([^\n|;]+)|"
    r"(?:^|[.;] )(?:(?:it['’]s|we['’]re|we are|that['’]s) (?:just )?(?=me\b)|there(?:['’]s| is| are) (?=my \w+ and (?:an?|one|two|three|me)\b)|we have (?=(?:one|a|two|half|\d)\b[^.]*\b(?:me|half)\b))([^\n|;]+)",
    re.IGNORECASE,
)


_MEMBER = re.compile(
    r"^(?:(?P<me>me|myself|i|my (?:nephew|niece|son|daughter|brother|sister|wife|husband|partner|cousin|colleague|co-?founder))\b|(?:(?P<half>half (?:an?)?)|(?P<n>\d+|one|two|three|four|five|six|seven|eight|nine|ten|eleven|twelve|an?))\s+(?P<who>(?:[\w/&-]+ ){0,4}[\w/&-]+))",
    re.IGNORECASE,
)


_ROLE = r"(?:ers?|ors?|ists?|ants?|ians?|iens?|ysts?|aries|ary|men|man)\b|\b(?:people|persons?|DS|MLE|DE|QA|owners?|leads?|quants?|students?|IT|volunteers?|admins?|devs?|backend|heads?|interns?|nurses?|doctors?|chefs?|chief)\b"


_WORD = {"one": 1, "two": 2, "three": 3, "four": 4, "five": 5, "six": 6, "seven": 7, "eight": 8, "nine": 9, "ten": 10, "eleven": 11, "twelve": 12, "a": 1, "an": 1}  # fmt: skip


def roster(passages: tuple[Sentence, ...]) -> Given[float] | None:
    """A list of the people on it: `Team = me (data scientist) + 1 analytics engineer`, `one statistician (me) and half an IT person`."""
    for sentence in passages:
        match = _ROSTER.search(sentence.text)
        if not match:
            continue
        members = re.split(
            r",\s*(?:and )?|\s\+\s|\sand\s|\splus\s|\s&\s|\. ", re.sub(r"\([^)]*\)", "", match[1] or match[2])
        )
        total = counted = 0.0
        whole = re.match(
            r"\s*(\w+) (?:people|persons|ppl|heads|FTEs?)\b", match[1] or match[2], re.IGNORECASE
        )
        told = next(iter(numbers(whole[1])), None) if whole else None
        if told:
            return Given(told.value, sentence.text[:160], sentence.start + match.start(), "people")
        for member in members:
            found = _MEMBER.match(member.strip())
            if not found and re.match(r"[A-Z][a-z]+(?: \(|$|\.$)", member.strip()):
                total, counted = total + 1, counted + 1
            if found and (found["me"] or re.search(_ROLE, found["who"], re.IGNORECASE)):
                total += 1 if found["me"] else 0.5 if found["half"] else float(_WORD.get(found["n"].lower(), 0) or found["n"])  # fmt: skip
                counted += 1
        if counted >= 2 and total <= 200:
            return Given(total, sentence.text[:160], sentence.start + match.start(), "people")
    return None


ORGANISATIONS = r"\b(?:bank|company|hospital|clinic|store|shop|firm|plant|university|insurer|retailer|operator|chain|city|ministry|team)\b|hospitals|clinics|centros|cent(?:re|er)s|practices|parks|trams|stores|shops|sites|companies|firms|plants|factories|universities|branches|countries|hotels|museums|schools|banks|years|months|lines|brands|farms|users|customers|products|supermarkets|locations|turbines"


_COUNTED = (
    r"\bwe(?:['’]re| are) (\w+)(?= (?:incl\w*\.?|including|in all|altogether|in total)\b)",
    r"(\w+) (?:persons|people|staff|engineers|colleagues) (?:are|will be|would be|stand) (?:available|free|assigned|at your disposal)",
    r"(?:^|[.;] )(\w+) of you\b",
    r"\b(?:crew|team|staff)(?: (?:for|on) [\w ]{2,20})?\s*[:=]\s*(\w+)(?=\s*[.;]|\s*$)",
)
"""`we're 7 incl. me`, `six persons are available`, `Nine of you`, `Crew for the project: three`."""


def _own_people(sentence: Sentence) -> Given[float] | None:
    """`We are four: two maintainers …` is four; `We are two pharmacists and one administrator` is three."""
    counted = re.search(r"\b(?:team|staff|unit|squad|crew)\b[^.;\d]{0,24}?\b(?:numbers?|has|counts|comprises|consists of|is made up of)\s+(\w+)(?: (?:members|people|persons|staff|of us))?(?=\W*$|[.,;(]| members| people| persons)", sentence.text, re.IGNORECASE)  # fmt: skip
    if counted and (
        said := next((n for n in sentence.numbers if n.start == counted.start(1) and n.value <= 60), None)
    ):
        return given_number(sentence, said, said.value, "people")
    if own := re.search(r"(?:^|[:.;] )(\w+) of us\b", sentence.text, re.IGNORECASE):
        of_us = next((n for n in sentence.numbers if n.start == own.start(1)), None)
        return given_number(sentence, of_us, of_us.value, "people") if of_us else None
    for pattern in _COUNTED:
        match = re.search(pattern, sentence.text, re.IGNORECASE)
        of_ours = next(
            (n for n in sentence.numbers if match and n.start == match.start(1) and n.value <= 60), None
        )
        if of_ours:
            return given_number(sentence, of_ours, of_ours.value, "people")
    opening = re.match(r"(?:we are|we're|the two of us|team\b\W)", sentence.text, re.IGNORECASE)
    counts = [n for n in sentence.numbers if not n.unit and not n.per and 0 < n.value <= 30]
    if not opening or not counts or counts[0].start > 24 or sentence.has(ORGANISATIONS):
        return None
    if re.match(r"\s*(?:people)?\s*[:(]", sentence.after(counts[0], 12)):
        return given_number(sentence, counts[0], counts[0].value, "people")
    named = [n for n in counts if re.match(r" [a-z]", sentence.after(n, 2))]
    return given_number(sentence, named[0], sum(n.value for n in named), "people") if named else None


_PERIOD = r"\b(?:today(?:['’]s)?|right now|currently|at present|presently|at the moment|until now|so far|nowadays|as of now|up to now|these days|bislang|bisher|now(?! and (?:then|again)))\b"
_LABEL = r"(?:^|[|*•-] ?|\n)\W{0,3}(?:today|now|current(?:ly)?(?: \w+)?|status quo|as is|at present|(?:present|existing) (?:system|process|practice|method|rules?|approach)|baseline(?: to beat)?|what we (?:do|show|use|have)[\w ]{0,20})\W{0,3}\s*[:|]\s*([^.;|\n]{4,90})"
_BASELINE = r"\bthe (?:current|present|existing) ((?:[a-z-]+ ){0,2}(?:matcher|rules?|process|list|table|heuristic|scorecard|tool|script|formula|plan|curve))\b|\bbaseline(?: to beat)? (?:is|would be)\s+(?:the |our |a )?([^.;|\n]{6,80})|\b(?:to beat|compared? (?:with|to|against)) (?:the |our )([^.;,|\n]{6,60})"


_OUTRIGHT = (
    rf"{_PERIOD},? (?:there(?:['’]s| is| are) |it(?:['’]s| is) )?(?:the |an? |our )?((?:[\w/’'-]+ ){{0,4}}[\w/’'-]+) (?:does|do|makes?|handles?|decides?|takes care of|is doing) (?:this|that|it|so)\b",
    rf"{_PERIOD} there(?:['’]s| is| are) (?:the |an? |our )?([^.;,:(\n]{{6,80}})",
    r"\b(?:shown|used|served|done) (?:now|today|at present)\s*[:=]\s*([^.;\n]{4,80})",
    r"\b(?:is|are|gets?) (?:decided|determined|chosen|set|picked|selected) (?:today |now |at present )?by (?!the (?:model|customer|user|team|court|law))((?:the )?(?:date|order|age|rule|table|list|rota|hand|index|postcode|seniority|turn|number|time) [^.;,\n]{4,60})",
    r"\b(?:choose|chooses|pick|picks|take|takes|read|reads) (?:their|his|her|its|the) [\w ]{3,24} from (?:an? |the )([^.;,\n]{4,60}?(?:table|list|chart|sheet|card|book|curve|matrix))\b",
)
"""How it is done today, said outright: `At present a keyword table does this`, `shown now: people also bought`."""


def current_system(passages: tuple[Sentence, ...]) -> Given[str] | None:
    """What decides today: said under a label, as a known kind of system in a sentence about today, as a clause about today, or anywhere."""
    for sentence in passages:
        if match := re.search(_LABEL, sentence.text, re.IGNORECASE):
            return Given(
                clip(match[1].strip(" ,*"), 80), sentence.text[:160], sentence.start + match.start(1)
            )
    for sentence in passages:
        if match := re.search(r"\b(?:[Tt]oday|[Rr]ight now|[Cc]urrently|[Aa]t present),? (?:it|this|that) is (?!\d|[^.;,]*%)([^.;\n]{4,80})", sentence.text):  # fmt: skip
            return Given(
                clip(match[1].strip(" ,*"), 80), sentence.text[:160], sentence.start + match.start(1)
            )
    for pattern in _OUTRIGHT:
        for sentence in passages:
            if match := re.search(pattern, sentence.text, re.IGNORECASE):
                return Given(clip(match[1].strip(" ,*"), 80), sentence.text[:160], sentence.start + match.start(1))  # fmt: skip
    today = [s for s in passages if s.has(rf"{_PERIOD}|current |existing|already")]
    return _system(today) or _practice(passages) or _system(passages) or _baseline(passages)


def _system(passages: Sequence[Sentence]) -> Given[str] | None:
    found = words.first(passages, words.SYSTEMS)
    if not found:
        return None
    name = found.value if found.value[-1:] in ".,;" or found.quote.endswith(found.value) else found.value.rsplit(" plus ", 1)[0]  # fmt: skip
    whole = name if re.search(re.escape(name) + r"(?!\w)", found.quote) else name.rsplit(" ", 1)[0]
    whole = re.split(
        r"\s(?:today|now|and (?:\d|fall|then)|running|gives|that|which|(?:is|are) (?:in|used|there|still))\b",
        whole,
    )[0]
    whole = whole if whole.count("(") >= whole.count(")") else whole.partition(")")[0]
    return replace(found, value=whole.strip())


def _practice(passages: tuple[Sentence, ...]) -> Given[str] | None:
    """How it is done today, in the brief's own clause: `Right now they ring everybody over 75.`"""
    for sentence in passages:
        for match in re.finditer(_PERIOD, sentence.text, re.IGNORECASE):
            start = max((m.end() for m in re.finditer(r"[;:.(|]\s?|,\s|\b(?:but|while)\b", sentence.text[: match.start()])), default=0)  # fmt: skip
            rest = sentence.text[match.end() :]
            end = re.search(r"[;:.)|]|,\s|\s(?:and|but|because|which|so that)\s", rest.lstrip(" ,"))
            after = rest.lstrip(" ,")[: end.start()] if end else rest.lstrip(" ,")
            clause = f"{sentence.text[start : match.start()].strip()} {after.strip()}".strip(" ,*|-")
            clause = clause[: clause.rfind("(")].rstrip() if clause.count("(") > clause.count(")") else clause
            clause = re.sub(
                r"^(?:and|but|so|because|since|as|then)\s+(?:that\s+)?", "", clause, flags=re.IGNORECASE
            )
            if 3 <= len(clause.split()) <= 24 and not re.search(r"\bas(?: they do| we do)?$|^as\b", clause) and re.search(_DOES, clause, re.IGNORECASE) and not re.search(_STATE, clause, re.IGNORECASE):  # fmt: skip
                return Given(clip(clause, 80), sentence.text[:160], sentence.start + start)
    return None


_DOES = r"\b(?:is|are|gets?|was)\s+(?:\w+ly )?\w+(?:ed|en|ne|de|ld|ept|ut)\b|\b(?:we|they|i|everyone|everybody|staff|[a-z]+s) (?:just |simply |\w+ly )?(?!have|want|lose|need|see|get|had|are|is)[a-z]+\b|\bby\b|\bwith\b|\bfrom\b|\bby hand\b|rule|list|spreadsheet|average|index|threshold"
_STATE = r"^\d|\bon-prem\b|\ballowed to\b|\binfluence\b|\b[Ii] (?:own|am|have|work)\b|\d ?%|[€$£]|\b(?:it|that|this) (?:is(?! \w+(?:ed|en)\b)|costs?|takes?)\b|^(?:which|that is what)\b|\bhas an?\b|\bwe (?:have|lose|want|need)\b|\bup to date\b|\bstands? at\b|\bamounts? to\b|\bcustomers? (?:are|have)\b|\bwould\b|\bright now\b|requests per|\bnot\b|\bp9\d\b|\d ?ms\b|must stay"


def _baseline(passages: tuple[Sentence, ...]) -> Given[str] | None:
    for sentence in passages:
        if match := re.search(_BASELINE, sentence.text, re.IGNORECASE):
            group = match.lastindex or 1
            return Given(match[group].strip(" ,"), sentence.text[:160], sentence.start + match.start(group))
    return None

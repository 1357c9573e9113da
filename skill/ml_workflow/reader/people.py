"""Who works on it, who signs, how it is done today and without the model: the brief's own words."""

import re
from dataclasses import replace

from briefwright.skill.markdown import clip
from briefwright.skill.ml_workflow.facts import Given
from briefwright.skill.ml_workflow.reader import words
from briefwright.skill.ml_workflow.reader.amounts import given_number
from briefwright.skill.ml_workflow.reader.passages import Sentence
from briefwright.skill.numbers import numbers

_GIVES_THE_WORD = r"(?:(?:must|has to|have to|needs? to|will|wants? to|should|shall) (?:sign(?: \w+)?(?: off)?|approve|release|validate|agree|clear)\b|gives? the (?:final )?(?:go|ok|green light|nod)|has the (?:last|final) (?:word|say)|decides? (?:on|about) (?:the )?(?:launch|go-live|release|roll-?out)|signs? (?:off|(?:it|them|each|every|this)\b(?: \w+)?(?: off)?)|signs?\s*(?:[.;,]|$)|approves? (?:it|each|every|any|all|the|new)\b|will approve)"
_SIGNS = (
    r"(?i:approved|signed[- ]off|released|sign-?off|approval|authori[sz]ed|cleared|freigegeben)(?: \w+){0,4}? (?:by|from|with|through) (?:the |our |an? )?((?:[A-Z][\w&-]*|[a-z-]+)(?: (?:[A-Z][\w&-]*|of|and|for|manager|committee|board|officer|lead|owner|director|management|team|head|department|council|engineer|pharmacist|physician|leitung)){0,5})",
    r"\b((?:QA|quality|risk|compliance|legal|security|safety|model risk|credit risk|clinical safety|ethics) (?:manager|committee|board|officer|team|department|director))\b[^.;]{0,40}\b(?:sign|approv|releas)",
    r"(?i:sign-?off|approval|go/?no-?go|freigabe|acceptance|released by)\s*(?:[:=|]|rests with|lies with|is with|comes from|by)\s*(?:the |our )?([^.;,\n|]{3,60}(?:, [a-z][\w ]{2,30}(?:director|manager|lead|head|officer|owner))?)",
    r"(?i:until|before|unless|once) (?:the |our )?([A-Z][^.;,\n]{2,50}?) (?:has|have) (?:validated|approved|signed|released|cleared|accepted)",
    rf"(?:^|[.;:,]\s|\band |\bthat )(?:the |our |der |die |la |le )?((?:[A-Z][\w.&'’-]*|[a-z-]+)(?: (?:\([^)]{{2,30}}\)|[A-Z][\w.&'’-]*|of|and|&|for|[a-z-]+)){{0,5}}),? {_GIVES_THE_WORD}",
    r"only with ((?:QA|quality|legal|security|compliance)\b[\w ]{0,12}?) ?sign-?off",
)
_NOBODY = r"^(?:anyone|anybody|nobody|hand|the author|author|default|law|email|mail|phone|a person|people|us|me|him|her|them|it|then|now|every|each|customers?|users?|doctors? and|we|you|i|they|he|she|it|this|that|which|who|nothing|every\w*|each|any|some\w*|no one|model|data|please)\b"


def approver(passages: tuple[Sentence, ...]) -> Given[str] | None:
    """Who has to sign a change before it goes live, as the brief names them."""
    for pattern in _SIGNS:
        for sentence in passages:
            if re.search(r"without[^.;]{0,40}approval|no approval", sentence.text, re.IGNORECASE):
                continue
            if match := re.search(pattern, sentence.text):
                name = re.sub(
                    r"(?:\s(?:and|of|for|wants?|will|has|have|must|should|shall|needs?|to))+$",
                    "",
                    match[1].strip(),
                )
                name = re.sub(r"^(?:the|our|a|an)\s", "", name, flags=re.IGNORECASE)
                if 2 < len(name) <= 60 and not re.match(_NOBODY, name, re.IGNORECASE):
                    return Given(name, sentence.text[:160], sentence.start + match.start(1))
    return None


_DOWN = (
    r"(?:if|when|should|in case|in the event|on)\b[^.;:\n]{0,50}?\b(?:down|fails?|failure|failing|unavailable|outage|time-?outs?|crash\w*|not (?:reachable|available|there)|no (?:new )?(?:forecast|score|answer|result)[\w ]{0,12}|out of order|dead|goes away|is late|(?:is|are) ?n[o'’]t (?:available|there|ready)|does ?n[o'’]t (?:work|run|answer|arrive)|breaks?|stops?)\b"
    r"(?:\s+(?:that|it|is there|there|at all))?\s*[,:–|-]?\s*(?:then |we |just |simply |the system |they |it |please )*"
)
_FALLBACK = (
    rf"{_DOWN}([^.;\n|]{{6,110}})",
    r"([^.;,\n|]{10,90}) (?:if|when|as they do when) (?:the |our )?(?:model|job|system|service|run|script)(?:'s)? (?:fails?|is down|is not available|isn[’']t available|does ?n[o'’]t run|breaks?)",
    r"\bfall-?back(?: is| would be| to| on)?\s*[:|–-]?\s*([^.;\n|]{6,110})",
    r"\bfalls? back (?:to|on) ([^.;\n|]{4,110})",
)


def fallback(passages: tuple[Sentence, ...]) -> Given[str] | None:
    """What the brief wants to happen without the model: `If it's down just show most popular.`"""
    for pattern in _FALLBACK:
        for sentence in passages:
            if match := re.search(pattern, sentence.text, re.IGNORECASE):
                words = re.split(r", (?:with|and then|which|but|like|as) ", match[1])[0].strip(" ,.\"'“”*|")
                if len(words.split()) >= 2 and not re.match(r"(?:level|ladder|section|for|plan|if|is|the same model|which|what|that|as)\b", words, re.IGNORECASE):  # fmt: skip
                    return Given(words, sentence.text[:160], sentence.start + match.start(1))
    return None


ROLES = (
    r"(?:data |ml |machine[- ]learning |platform |back-?end |software |reliability |senior |junior |working )*"
    r"(?:scientists?|engineers?|analysts?|developers?|people|persons?|of us|programmers?|researchers?|students?|statisticians?|actuaries|agronomists?|informaticians?|quants|ppl|staff|DBAs?)"
)


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
    total, first = 0.0, None
    for sentence in passages:
        lone = re.search(
            r"\b(?:the )?(?:only|lone|sole) (?:\w+ ){0,2}?(?:person|analyst|engineer|scientist|developer)|i am alone|on my own",
            sentence.text,
            re.IGNORECASE,
        )
        if lone and first is None:
            return Given(1.0, sentence.text[:160], sentence.start + lone.start(), "people")
        if of := re.search(r"team of (\w+)", sentence.text, re.IGNORECASE):
            for number in sentence.numbers:
                if number.start == of.start(1):
                    return given_number(sentence, number, number.value, "people")
        if own := _own_people(sentence):
            return own
        if sentence.has(
            r"sales ?people|handlers|agents|inspectors|librarians|students per|customers|doctors|at once|\busers\b"
        ):
            continue
        for number in sentence.numbers:
            if (
                not number.unit
                and not number.per
                and number.value < 200
                and re.match(rf" {ROLES}\b", sentence.after(number, 40), re.IGNORECASE)
            ):
                if first is not None and re.search(
                    r"of (?:which|whom|them)|including", sentence.before(number, 25)
                ):
                    continue
                if re.search(r"two of us|of us", sentence.after(number, 8)) and total:
                    continue
                total += number.value
                first = first or given_number(sentence, number, 0, "people")
                first = Given(
                    total,
                    first.quote if len(first.quote) > 30 else sentence.text[:160],
                    first.start,
                    "people",
                )
    return first


_ROSTER = re.compile(
    r"(?:^|[\n|*-] ?|[.;] )\W*(?:our )?(?:team|staff|people|crew|personnel|who we are|it)\W{0,3}\s*(?:[:=|]|(?:is|are)\b|(?=\d+ (?:people|persons)))\s*([^\n|;]+)|"
    r"(?:^|[.;] )(?:it's (?:just )?(?=me\b)|we have (?=(?:one|a|two|half|\d)\b[^.]*\b(?:me|half)\b))([^\n|;]+)",
    re.IGNORECASE,
)


_MEMBER = re.compile(
    r"^(?:(?P<me>me|myself|i)\b|(?:(?P<half>half (?:an?)?)|(?P<n>\d+|one|two|three|four|five|six|seven|eight|nine|ten|eleven|twelve|an?))\s+(?P<who>(?:[\w/&-]+ ){0,4}[\w/&-]+))",
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
            if found and (found["me"] or re.search(_ROLE, found["who"], re.IGNORECASE)):
                total += 1 if found["me"] else 0.5 if found["half"] else float(_WORD.get(found["n"].lower(), 0) or found["n"])  # fmt: skip
                counted += 1
        if counted >= 2 and total <= 200:
            return Given(total, sentence.text[:160], sentence.start + match.start(), "people")
    return None


ORGANISATIONS = r"\b(?:bank|company|hospital|clinic|store|shop|firm|plant|university|insurer|retailer|operator|chain|city|ministry|team)\b|hospitals|clinics|centros|cent(?:re|er)s|practices|parks|trams|stores|shops|sites|companies|firms|plants|factories|universities|branches|countries|hotels|museums|schools|banks|years|months|lines|brands|farms|users|customers|products|supermarkets|locations|turbines"


def _own_people(sentence: Sentence) -> Given[float] | None:
    """`We are four: two maintainers …` is four; `We are two pharmacists and one administrator` is three."""
    if own := re.match(r"(\w+) of us\b", sentence.text, re.IGNORECASE):
        of_us = next((n for n in sentence.numbers if n.start == own.start(1)), None)
        return given_number(sentence, of_us, of_us.value, "people") if of_us else None
    opening = re.match(r"(?:we are|we're|the two of us|team\b\W)", sentence.text, re.IGNORECASE)
    counts = [n for n in sentence.numbers if not n.unit and not n.per and 0 < n.value <= 30]
    if not opening or not counts or counts[0].start > 24 or sentence.has(ORGANISATIONS):
        return None
    if re.match(r"\s*(?:people)?\s*[:(]", sentence.after(counts[0], 12)):
        return given_number(sentence, counts[0], counts[0].value, "people")
    named = [n for n in counts if re.match(r" [a-z]", sentence.after(n, 2))]
    return given_number(sentence, named[0], sum(n.value for n in named), "people") if named else None


def current_system(passages: tuple[Sentence, ...]) -> Given[str] | None:
    """What decides today: a known kind of system, first in sentences about today, then anywhere."""
    today = [
        s
        for s in passages
        if s.has(
            r"\btoday\b|right now|currently|at present|presently|current |existing|until (?:now|this)|so far|\bnow\b|already|bislang"
        )
    ]
    for group in (today, passages):
        if found := words.first(group, words.SYSTEMS):
            name = (
                found.value
                if found.value[-1:] in ".,;" or found.quote.endswith(found.value)
                else found.value.rsplit(" plus ", 1)[0]
            )
            whole = name if re.search(re.escape(name) + r"(?!\w)", found.quote) else name.rsplit(" ", 1)[0]
            return replace(found, value=whole.strip())
    return _practice(passages)


_TODAY = (
    r"(?:^|[.;|(] ?|\n)(?:today|right now|currently|at present|presently|at the moment|until now|so far|now)\b\s*[:,|]?\s*(?:we just |we simply )?([^.;|\n]{8,90})",
    r"\b(?:currently|presently|today|until now) (?:is |are )?((?:decided|prioriti[sz]ed|sorted|planned|done|picked|chosen|ordered|handled|set|checked) (?:by|with|on|from|according to) [^.;,|\n]{4,60})",
    r"\b(?:moderation|triage|selection|planning|the list|prioriti[sz]ation|it) (?:currently|today|presently|now) (?:is|are|comes from|happens by) ([^.;,|\n]{4,60})",
)


def _practice(passages: tuple[Sentence, ...]) -> Given[str] | None:
    """How it is done today, in the brief's own clause: `Right now they ring everybody over 75.`"""
    for pattern in _TODAY:
        for sentence in passages:
            match = re.search(pattern, sentence.text, re.IGNORECASE)
            if match and not re.search(r"\d ?%|[€$£]|\b(?:it|that|this) (?:is|costs?|takes?)\b|\bhas an?\b|\bwe (?:have|lose|want|need)\b", match[1], re.IGNORECASE):  # fmt: skip
                phrase = re.split(r", (?:and|but|which|so)\b| because ", match[1])[0]
                return Given(
                    clip(phrase.strip(" ,"), 80), sentence.text[:160], sentence.start + match.start(1)
                )
    return None

"""Columns the brief itself takes out of play: written after the outcome, or forbidden by law, policy or decency."""

import itertools
import re
from collections.abc import Iterator

from briefwright.skill.ml_workflow.facts import Given
from briefwright.skill.ml_workflow.reader import words
from briefwright.skill.ml_workflow.reader.passages import Sentence
from briefwright.skill.ml_workflow.register import named_in

# Subject … cue: the columns stand before these words.
_AFTERWARDS = (
    r"\b(?:(?:are|is|gets?|got|become|will be|were|only)\s+)*"
    r"(?:(?:only\s+)?(?:known|available|exists?|filled(?: in| out)?|written|entered|set|coded|booked|recorded|added|shows? up|determined|flagged|created)\s+"
    r"(?:(?:in|out|up|only|by [\w ]{2,30}|obviously)\s+)*(?:some |about |around |\d+[\w-]* ?(?:days?|weeks?|wks?|hours?)?\s*)*(?:after|afterwards?|later|once|when|at the end)\b|"
    r"(?:come|comes|arise|arises|arrive|arrives|appear|appears|computed|calculated|added|determined|written|filled|set|known|available|entered)\s+(?:in |out |up )?(?:only )?(?:afterwards?|later\b|(?:a|an|one|two|three|some|\d+)[\w -]{0,12} later|at (?:the )?end of\b|only after\b|by the \w+ itself)|"
    r"only after\b|"
    r"(?:obviously )?only (?:show|come|appear|exist)s? (?:up )?(?:after|once|when)\b)"
)
_UNUSABLE = r"\b(?:so (?:they|it) |that )?(?:can(?:no|')t|must not|may not|should not|do(?:es)? ?n[o']t|dont|not to be) (?:be )?use[d]?(?: (?:it|them))?(?: (?:as|for) (?:an? )?(?:inputs?|features?|columns?|predict\w+))"
_DECIDED = r"\b(?:are|is) (?:set|written|filled(?: in)?|entered|assigned|coded|maintained) (?:out |in )?by (?:the |our |an? )?(?:\w+ )?(?:auditor|adjuster|handler|reviewer|agent|clerk|investigator|inspector|analyst|operator|technician|regulator|dispatcher|controller)s?\b"
# A quantity of the very period that is predicted, or counted after the event that is the time of the decision.
_SAME_TIME = (
    r"\b((?:measured|actual|observed|realised|realized|true) [\w-]+(?: [\w-]+)?) (?:of|in|at|for|from) the same (?:quarter-hour|hour|day|week|month|period|interval|trip|order)",
    r"\b((?:number|count|sum|share) of [\w -]{3,40} (?:with)?in \w+ (?:days|weeks|months|hours) after \w+)",
)
# A column by its look, in a sentence that says it comes late: `boarded_at`, "final_disposition".
_IDENTIFIER = re.compile(
    r"`([A-Za-z][\w. -]{2,40})`|\b([a-z][a-z0-9]*(?:_[a-z0-9]+)+)\b|[\"“„«]\s?([A-Za-z][\w -]{2,30})\s?[\"”“»]"
)
_FIELD = (
    r"\b(?:fields?|columns?|features?|variables?|inputs?|attributes?|flags?|feld(?:er)?|campos?|champs?)\b"
)
_LATE = r"\bafter(?:wards)?\b|\blater\b|\bonce\b|\bonly\b[^.;]{0,30}\b(?:when|after|at|once|then)\b|n[o'’]t (?:there|known|available|yet)|\bnot (?:to )?be used|hindsight|retrospect\w*|overwritten|\bthe end of\b"
# Cue … object: the columns stand after these words.
_BARRED = r"\b(?:we |models? |it |you )?(?:can(?:no|')t|cannot|must not|may not|are not allowed to|is not allowed to|not allowed to|shall not|never|don['’]t|do not|dont|nor|neither|without|no) (?:use|using|select (?:on|by)|consider|rely on|look at|discriminate (?:by|on))\s+(?:the )?"
_KEPT_OUT = r"\b(?:(?:must|may|shall|should|can|will|do|does|are|is) ?(?:not|never|n[o'’]t) (?:be )?(?:(?:a |an )?(?:model )?(?:inputs?|features?)|used|influence|considered|enter|play|to be used)|stays? out|(?:are|is) (?:off[- ]limits|forbidden|prohibited|barred|excluded|taboo)|(?:should|must|have to|has to) be (?:stripped|removed|left out|excluded))"
_NO = r"\bno (age|gender|sex|race|religion|nationality|ethnicity|zip codes?|post ?codes?|home address(?:es)?|(?:first |family )?names?|surnames?|income)(?: (?:or|and|nor) (?:no )?((?:first |family )?[a-z]+))?\b(?! (?:limit|group|restriction|needed|given|change))"
_REFUSED = r"off[- ]limits|\b(?:leave|leaving|keep|kept|stays?) out\b|\bleft out\b|must(?: not|n['’]t)|may not|can(?:no|['’])t|shall not|don['’]t use|do not use|not (?:be |to be )?used|forbidden|taboo|neither may|no-go|exclud\w+|not allowed|prohibit\w*|remove[sd]?\b"
_SMALL = r"and|or|nor|not|no|the|a|an|use|using|like|on|by|of|with|out|our|any|be|is|are|may|neither|without|as|to|for|some|also|plus|so"
_PROTECTED = r"\b(?:age|sex|gender|race|ethnic\w*|religio\w*|nationalit\w+|zip code|post(?:al)? ?code|health|disabilit\w*|marital status|union|political\w*|origin|colou?r|pregnan\w+|orientation|birth|birthplace|surname|family names?|first names?|driver id|recipient|names?|country|insurance|income|household|prescriptions?|medical|party|membership|skin)\b"
_NOT_A_COLUMN = r"^(?:what|which|the (?:first|last|latter|other) \w+|(?:first|last|latter|other) (?:two|three|four|five|six)|careful|beware|attention|caution|[\w ]*\b(?:officers|people|clerks?)\b[\w ]*|we|he|she|they|it|that|this|these|those|which|data|labels?|outcome|the (?:true )?(?:outcome|label|result)s?|results?|everything|model|answer|features?|columns?|fields?)$|(?<![\w-])(?:we|they|i|you|delay|percent|EUR|USD|will|would|should)(?![\w-])|[.!?]"


_FILLED_LATER = r"\b(?:populated|completed|filled|written|entered|set|added|updated|get|gets|got|come|comes|appear|appears|exist|exists|known|available|recorded|calculated|computed)\b[^.;]{0,40}\b(?:after|afterwards|later|only|once|when|evening|end of|in consequence of|as a (?:result|consequence) of|because of the|following the)\b|\bfrom the (?:very )?same (?:\w+ )?(?:sample|specimen|measurement|analysis|test|visit|report|examination)\b|\((?:both|all|each|these)?\s?(?:since|after|post)[- ](?:the )?\w+\)|\boverwrit\w+\b|\b(?:none|not one|neither) (?:of (?:them|these) )?(?:exists?|is known|are known|is available|are available)\b|\b(?:do(?:es)? not|don['’]t|doesn['’]t) exist (?:yet )?(?:at|when|before)|\b(?:don['’]t|do not|must not|never|may not) (?:use|train on|be trained on|learn from|feed)|come with the|come from the (?:\w+ )?(?:job|settlement|closing|billing)"
_POINTS_BACK = r"^\W*(?:these|they|those|both|all (?:of (?:these|them)|three|four|\w+ of them)|none|it|this one|the (?:first|last|latter|other) (?:two|three|four|five|six|\d)|the latter)\b"


def _named_late(passages: tuple[Sentence, ...]) -> dict[str, Given[str]]:
    """Columns by their look, whose own sentence or the next one says they are filled afterwards: `The extract has a_b and c_d. These are populated after funding.`"""
    found: dict[str, Given[str]] = {}
    for sentence, after in itertools.zip_longest(passages, passages[1:]):
        names = [match for match in _IDENTIFIER.finditer(sentence.text) if match[2]]
        late = sentence.has(_FILLED_LATER) or (
            after is not None and after.has(_POINTS_BACK) and after.has(_FILLED_LATER)
        )
        if late:
            found.update({match[2].lower(): Given(match[2], sentence.text[:160], sentence.start + match.start()) for match in names})  # fmt: skip
    return found


_BY_ITS_NAME = frozenset(["reason", "refund", "refunded", "final", "outcome", "resolution", "resolved", "closure", "closed", "chargeback", "cancelled", "canceled", "actual", "verdict", "settlement", "settled", "writeoff", "recovery", "discharge", "motif", "motivo", "remboursement", "reembolso", "grund", "entlassung", "endgültig", "definitif", "definitivo"])  # fmt: skip
"""Parts of a column's name that only the end of a case can fill: out of the inputs until its owner shows that it is there at t0."""


def _named_by_the_end(passages: tuple[Sentence, ...]) -> dict[str, Given[str]]:
    """`return_reason`, `date_remboursement`, `ops_code_final`: columns whose name says that the case is over."""
    return {
        match[2].lower(): Given(match[2], sentence.text[:160], sentence.start + match.start())
        for sentence in passages
        for match in _IDENTIFIER.finditer(sentence.text)
        if match[2] and _BY_ITS_NAME & set(match[2].split("_"))
    }


def known_later(passages: tuple[Sentence, ...]) -> tuple[Given[str], ...]:
    """Columns that say they are written after the outcome, by name or by the brief's words for them."""
    found = {**_named_late(passages), **_named_by_the_end(passages)}
    for sentence in passages:
        for match in re.finditer(words.LATER, sentence.text, re.IGNORECASE):
            name = re.split(r"\s(?:and|was|were|where|in|by|after)\b", match[0].strip())[0]
            if len(name.split()) > 1:
                found.setdefault(
                    name.lower(), Given(name, sentence.text[:160], sentence.start + match.start())
                )
        for pattern in _SAME_TIME:
            same = re.search(pattern, sentence.text, re.IGNORECASE)
            if same and sentence.has(r"feature|input|include|used?\b|AUC|correlat"):
                found.setdefault(
                    same[1].lower(), Given(same[1], sentence.text[:160], sentence.start + same.start(1))
                )
        if re.search(_LATE, sentence.text, re.IGNORECASE):
            for match in _IDENTIFIER.finditer(sentence.text):
                name = match[1] or match[2] or match[3]
                if match[3] and not (
                    sentence.has(_FIELD) or sentence.has(_AFTERWARDS) or sentence.has(_UNUSABLE)
                ):
                    continue  # somebody's words, not a column
                found.setdefault(
                    name.lower(), Given(name, sentence.text[:160], sentence.start + match.start())
                )
        for pattern in (_AFTERWARDS, _UNUSABLE, _DECIDED):
            if cue := re.search(pattern, sentence.text, re.IGNORECASE):
                for name in _subjects(sentence.text[: cue.start()]):
                    if not any(known in name.lower() for known in found):
                        found[name.lower()] = Given(name, sentence.text[:160], sentence.start)
    return tuple(found.values())[:8]


def barred(passages: tuple[Sentence, ...]) -> tuple[Given[str], ...]:
    """Attributes the brief forbids as inputs: `we can't use age, sex, race, or ZIP code`."""
    found: dict[str, Given[str]] = {}
    for sentence in passages:
        if (cue := re.search(_KEPT_OUT, sentence.text, re.IGNORECASE)) and re.search(
            _PROTECTED, sentence.text, re.IGNORECASE
        ):
            for name in _subjects(sentence.text[: cue.start()]):
                found.setdefault(name.lower(), Given(name, sentence.text[:160], sentence.start))
        for match in re.finditer(_NO, sentence.text, re.IGNORECASE):
            name = f"{match[1]}"
            found.setdefault(name.lower(), Given(name, sentence.text[:160], sentence.start + match.start(1)))
            if match[2]:
                found.setdefault(
                    match[2].lower(), Given(match[2], sentence.text[:160], sentence.start + match.start(2))
                )
        for match in re.finditer(_BARRED, sentence.text, re.IGNORECASE):
            rest = re.split(
                r"[.;:]|\bbut\b|\bbecause\b|\bsince\b|, (?:we|which|that)\b",
                re.sub(r"\s*\([^()]*\)", "", sentence.text[match.end() :]),
            )[0]
            names = [_bare(piece) for piece in re.split(r",\s*(?:or |and |nor )?|\s(?:or|and|nor)\s", rest)]
            if any(re.search(rf"{_PROTECTED}|^\w+_\w+$", name, re.IGNORECASE) for name in names):
                for name in names:
                    if name and len(name.split()) <= 4 and not re.search(_NOT_A_COLUMN, name, re.IGNORECASE):
                        found.setdefault(
                            name.lower(), Given(name, sentence.text[:160], sentence.start + match.start())
                        )
        if re.search(_REFUSED, sentence.text, re.IGNORECASE):
            for match in re.finditer(rf"(?<![\w’'-])(?:(?!(?:{_SMALL})\b)[\w’'-]+ )?{_PROTECTED}", sentence.text, re.IGNORECASE):  # fmt: skip
                if not any(match[0].lower() in name or name in match[0].lower() for name in found) and re.search(_REFUSED, _part(sentence.text, match), re.IGNORECASE):  # fmt: skip
                    found[match[0].lower()] = Given(match[0], sentence.text[:160], sentence.start + match.start())  # fmt: skip
    for name, at, sentence in _said_out(passages):
        if not any(name.lower() in known or known in name.lower() for known in found):
            found[name.lower()] = Given(name, sentence.text[:160], at)
    return tuple(found.values())[:8]


_OUT_AFTER = re.compile(
    r"\b(?:(?:is|are) ?(?:not|n['’]t) to be used|(?:is|are) (?:off[- ]limits|out (?:too|as well)|out of bounds)|(?:has|have|needs?) to (?:stay|be left|be kept|be stripped|be taken) out|"
    r"(?:must|may|shall|should|can) ?not (?:be used\b(?! (?:for|as a (?:reason|substitute)))|influence|serve as)|i don['’]t want (?:it |them )?used)",
    re.IGNORECASE,
)
_OUT_BEFORE = re.compile(
    r"\b(?:(?:won['’]t|will not|would not|wouldn['’]t) have|do(?: not|n['’]t) (?:read|touch|look at|feed it)|(?:^|[.\n•*-]\s*)not to be used\W{0,2}[.:]\W{0,2}|neither (?=[^.;]{3,80} (?:may|must|shall|should|can) (?:serve|be (?:an? )?(?:used|input|feature)))|"
    r"do not use|don['’]t use)\s*(?P<rest>[^.;:\n]{3,110})",
    re.IGNORECASE,
)
_NO_ATTRIBUTE = re.compile(
    r"\b(?:models?|systems?|services?|cloud|servers?|vendors?|software|tools?|platforms?|librar(?:y|ies)|gpus?|internet|network|api|llms?|kubernetes|docker|saas|it|them|this|that|these|those|you|us|we|random|shuffl\w+|split|test|training|results?|predictions?|forecasts?|alarms?|budget|money|data)\b|\d{2,}",
    re.IGNORECASE,
)
"""What is kept out of a project without being an input: software, hosting, ways of testing."""


def _said_out(passages: tuple[Sentence, ...]) -> Iterator[tuple[str, int, Sentence]]:
    """`Rain gauge G4 … must not be used`, `Legal won't have salary figures anywhere near this, nor their sick notes`: names with their places."""
    for sentence in passages:
        for match in _OUT_AFTER.finditer(sentence.text):
            for name in _heads(sentence.text[: match.start()]):
                if _is_attribute(name):
                    yield name, sentence.start + max(0, sentence.text.find(name)), sentence
        for match in _OUT_BEFORE.finditer(sentence.text):
            rest = re.split(r",? (?:because|since|as|so|to|for|in|we|which|that|may|must|shall|should|can|anywhere|near)\b|,? either\b", match["rest"])[0]  # fmt: skip
            more = re.search(r"\bnor (?P<more>[^.;,]{3,50})", match["rest"][len(rest) :])
            for piece in [
                *re.split(r",\s*(?:or |and |nor )?|\s(?:or|and|nor)\s", rest),
                more["more"] if more else "",
            ]:
                if _is_attribute(name := re.sub(r"^(?:their|his|her|its) ", "", _bare(piece))):
                    yield name, sentence.start + match.start(), sentence


def _heads(before: str) -> list[str]:
    """What a clause is about, without what it says of it: `Rain gauge G4 was installed under a conveyor and` is the rain gauge G4."""
    clause = re.split(r"[;:(–]|[.!?]\W*\s|\bbut\b|(?<=\w)- ", before)[-1]
    clause = re.sub(r"^\W*(?:for (?:this|that) reason|therefore|hence|so|because of (?:this|that)|that is why)\b,?", "", clause, flags=re.IGNORECASE)  # fmt: skip
    pieces = [re.split(r"\s(?:was|were|is|are|has|have|had|comes?|came|get|gets|that|which|who)\s", piece.strip())[0] for piece in re.split(r",\s*(?:and )?|\sand\s|\sor\s", clause)]  # fmt: skip
    return [
        name for piece in pieces if (name := _bare(piece)) and not re.match(_POINTS_BACK, name, re.IGNORECASE)
    ][:5]


def _is_attribute(name: str) -> bool:
    """Whether words can name an input: few, and neither software nor a way of working."""
    return (
        2 < len(name) <= 48
        and len(name.split()) <= 6
        and not _NO_ATTRIBUTE.search(name)
        and not re.search(_NOT_A_COLUMN, name, re.IGNORECASE)
        and not re.match(
            r"(?:agreed|note|remember|as|since|and|so|because|due|by|which|not|never|after|before|during|while|donc|no|die|der|das|le|la|el|if|when)\b",
            name,
            re.IGNORECASE,
        )
        and not re.search(r"\b(?:asked|said|agreed|told|wants?|insists?)$", name)
        and not named_in(name)
    )


def _part(text: str, match: re.Match[str]) -> str:
    """The part of a sentence a word stands in, between semicolons and `but`."""
    edges = [0, *(m.end() for m in re.finditer(r";|\bbut\b|\.\s", text)), len(text)]
    return next(text[a:b] for a, b in itertools.pairwise(edges) if a <= match.start() <= b)


def _subjects(before: str) -> list[str]:
    """The enumeration a sentence ends on, before its verb: `The claim file, the field visit and the weight exist only …`."""
    before = re.sub(r", (?:which|that|who) [^,]*,", ",", before)
    clause = re.split(r"[;:(–]|\bthat\b|\.\s|\bbut\b|\bnote\b|\bwhile\b|(?<=\w)- ", before)[-1]
    pieces = [_bare(piece) for piece in re.split(r",\s*(?:and )?|\sand\s|\sor\s|\splus\s|\s\+\s", clause)]
    return [
        piece
        for piece in pieces
        if 2 < len(piece) <= 60
        and len(piece.split()) <= 6
        and not re.search(_NOT_A_COLUMN, piece, re.IGNORECASE)
    ][-5:]


def _bare(piece: str) -> str:
    piece = re.sub(r"[«»„“”\"]", "", re.sub(r"^\W*(?:feld|felder|campos?|champs?|fields?|columns?) (?=[«„“\"])", "", piece.strip(), flags=re.IGNORECASE))  # fmt: skip
    piece = re.sub(r"^(?:(?:the|a|an|our|both|also|any|fields?(?= [\"“„«])|columns?|important|note|data)\b[\s:]*)+", "", piece.strip(" \"'“”„«»*|-"), flags=re.IGNORECASE)  # fmt: skip
    piece = re.sub(r"\s(?:in|of) the [\w ]{2,24} (?:table|file|system)$", "", piece)
    return re.sub(r"\s+(?:is|are|was|were|get|gets|not|only|fields?|columns?|obviously|both|all|too)$", "", piece, flags=re.IGNORECASE).strip(" \"'“”„«»*")  # fmt: skip

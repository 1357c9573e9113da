"""What must not be split: the thing whose rows have to stay on one side, as the brief names it, and what is assigned in an experiment."""

import re

from briefwright.skill.ml_workflow.facts import Given
from briefwright.skill.ml_workflow.reader.passages import Sentence

_NOUN = r"(?P<noun>(?:[a-z][\w-]* )?[a-z][\w-]+?)"
_THE = r"(?:the |an? |one |any |each |every |our |same |the same |whole |entire |individual )*"
_SIDES = r"(?:both sides|both (?:the )?(?:training|train|sets|parts)|train(?:ing)?\b[^.;]{0,24}\b(?:test|evaluat|validat|measur)\w*|(?:test|evaluat|validat)\w*[^.;]{0,24}\btrain(?:ing)?|(?:fitting|training|learning)[^.;]{0,40}(?:evaluation|testing|measuring)|two sides|the split)"
_STRONG = (
    rf"\b(?:split|grouped?|group the split|hold out|held out|separate[sd]?|cut|divide[sd]?|cross-?validat\w+|evaluat\w+|validat\w+|test(?:ed)?|measure)(?: it| them| the data| rows)? (?:by|per|along|on|at the level of) {_THE}{_NOUN}(?:s\b|es\b|\b)(?=[.,;:!?)]|\s(?:and|or|as|so|because|not|then|held|out|in|for|when|from)\b|$)",
    rf"\b(?:(?:do not|don['’]t|never|must not|shall not|may not|not) (?:\w+ ){{0,2}}?(?:put|split|separate|distribute|spread|have|mix|appear)\w*) {_THE}{_NOUN}(?:s\b|\b)[^.;]{{0,40}}\b{_SIDES}",
    rf"\b(?:several|all|two|many|the|both) [\w-]+(?: [\w-]+)? (?:of|from|by) (?:one|the same|a single|an?) {_NOUN}\b[^.;]{{0,60}}\b(?:not|never|both|same side|together|apart|distributed)",
    rf"\ban? {_NOUN} (?:appearing|that appears|seen|which appears|used)\b[^.;]{{0,60}}\b(?:not|never)\b",
    rf"\bkeep(?:s|ing)? (?:all of |all )?{_THE}{_NOUN}s?(?:['’]s? [\w-]+)? (?:together|on one side|in one (?:set|part|fold))",
    rf"\b(?:same|one) {_NOUN} (?:must|may|should|shall|can|does) ?(?:not|n['’]t) (?:be|appear|stand|sit|fall|occur)[^.;]{{0,40}}\b(?:both|{_SIDES})",
    rf"\b(?:an?|one|the same) {_NOUN} (?:(?:should|must|may|can|shall)(?: not|n['’]t)|never) (?:be|end up|appear|sit|land) in (?:both )?{_SIDES}",
    rf"\b(?:don['’]t|do not|never) let an? {_NOUN} (?:end up|appear|be|sit|land) (?:in|on) both",
    rf"\b(?:train|fit|learn) on (?:\w+ ){{1,2}}?{_NOUN}s? and (?:then )?(?:test|evaluate|validate|measure) on (?:the|an?)(?:other| third| last| fourth| fifth)?",
    rf"\b(?:hold|leave|keep|set) (?:out |aside )?(?:whole|entire|complete) {_NOUN}s\b",
    rf"\b{_NOUN}s? (?:held|kept|left) out (?:in full|whole|entirely|completely)",
    rf"\b(?:carry|carries|share|have|has) the same {_NOUN}\b(?=[^.;]{{0,80}}\b(?:word for word|near-?identical|copies|copy|identical|duplicate))",
)
_NEVER_SEEN = (
    rf"\b(?:for|with|on|at|to|in) an? {_NOUN} (?:it(?:['’]s| has)? |that (?:it )?(?:has |was )?|we(?:['’]ve| have)? |the model (?:has )?|with )?(?:never (?:been )?(?:seen|met)|not (?:yet )?seen|no (?:past|history)|unseen)",
    rf"\b(?:unseen|never[- ]seen|brand[- ]new|entirely new) {_NOUN}s?\b",
    rf"\bonly works? (?:at|for|on|with|in) an? {_NOUN} (?:it|that|we)",
    rf"\b(?:an?|the) {_NOUN} (?:with no past|without (?:a )?(?:past|history)|it(?:['’]s| has) never seen|the model has (?:never|not) seen)",
)
_ALIKE = (
    rf"\b(?:[\w-]+s?) (?:of|from|by|in) (?:the|one|an?) (?:same |one |single )?{_NOUN} (?:look|are|is|all look|share|resemble|contain|get|behave|write)[^.;]{{0,40}}\b(?:alike|same|similar|identical|copies|copy|pressure|history|each other)",
    rf"\bneighbou?ring {_NOUN}s? share\b",
    rf"\bfrom the same {_NOUN}\b",
    rf"\bnear-?(?:identical|duplicates?)[^.;]{{0,30}}\b(?:from|of|within) (?:the same |one |an? ){_NOUN}\b",
    rf"\bsame {_NOUN} (?:writes|appears|behaves|shows up|comes back|looks|sounds|occurs)\b",
)
_NO_UNIT = frozenset(
    [
        "it",
        "here",
        "there",
        "anything",
        "something",
        "everything",
        "nothing",
        "anybody",
        "nobody",
        "second",
        "third",
        "fourth",
        "fifth",
        "rest",
        "remainder",
        "them",
        "this",
        "that",
        "way",
        "time",
        "day",
        "date",
        "hand",
        "chance",
        "random",
        "place",
        "thing",
        "side",
        "data",
        "model",
        "row",
        "rows",
        "set",
        "split",
        "train",
        "test",
        "label",
        "labels",
        "new",
        "old",
        "us",
        "one",
        "ones",
        "self",
        "lot",
        "bit",
        "hour",
        "week",
        "month",
        "year",
        "moment",
        "case",
        "kind",
        "sort",
        "past",
        "future",
        "whole",
        "other",
        "same",
        "people",
        "somebody",
        "person",
        "someone",
        "everyone",
        "text",
        "words",
        "file",
        "level",
        "part",
        "first",
        "last",
        "list",
        "over",
        "before",
        "between",
        "during",
        "against",
        "within",
        "among",
        "across",
        "under",
        "above",
        "held",
        "kept",
        "left",
        "out",
        "both",
        "none",
        "full",
        "shadow",
        "score",
        "result",
        "results",
        "period",
        "problem",
        "end",
    ]
)
_RANDOMISED = (
    rf"\b(?:randomi[sz]e[sd]?|randomi[sz]ation|assign(?:ed|ment)?|allocat\w+|drawn?|split|repartimos|group(?:s|ed)?|a/?b(?: test)?|trial|pilot|experiment|compar\w+|roll(?:ed)? out|lots|tirage au sort|half and half)\W{{1,3}}(?:it |them |the (?:trial|pilot|test) |should be |is |are |must be |done )?(?:by|per|at the level of|por|par|across) {_THE}{_NOUN}(?:s\b|es\b|\b)(?=[.,;:!?)]|\s(?:and|or|as|so|since|because|not|then|rather|for|in|from|instead)\b|$)",
    rf"\brandomi[sz]e {_THE}{_NOUN}s?\b(?=[.,;:!?)]|\s(?:and|or|not|rather|instead|over|for)\b|$)",
    rf"\b{_NOUN}s with the (?:score|map|model|new|tool|list)[^.;]{{0,30}} (?:to|and|against|versus|vs) {_NOUN.replace('noun', 'other')}s without",
    rf"\bbetween {_NOUN}s with and without",
    rf"\b(?:toss|flip|throw|spin)(?:ing)? (?:a|the) coin (?:per|for (?:each|every)|before (?:each|every)) {_NOUN}(?=[.,;:!?)]|\s(?:and|or|so|since|because|to|in|for)\b|$)",
    rf"\bin some (?:of (?:the|our) )?(?:\w+ )?{_NOUN}s and not in (?:the )?others",
    rf"\bcompar\w+ {_NOUN} with (?P=noun)\b",
    r"\b(?P<noun>[a-z]+-split)\b",
)


def group_key(passages: tuple[Sentence, ...]) -> Given[str] | None:
    """The thing the brief says must not stand on both sides of a split, or must be new to the model when it is tested."""
    of_data = tuple(s for s in passages if _OF_THE_DATA.search(s.text) or not _TRIAL.search(s.text))
    return _first(of_data, _STRONG) or _first(passages, _NEVER_SEEN) or _first(passages, _ALIKE)


_TRIAL = re.compile(
    r"\bcoin\b|of (?:the )?traffic|in others\b|significance|randomi[sz]|\ba/?b\b|experiment|trial|pilot|compar|roll(?:ed)? out|half|assign|arms?\b|agreed|tirage|repartimos|drawn|-split",
    re.IGNORECASE,
)
_OF_THE_DATA = re.compile(
    r"\btrain(?:ing)?\b|\bmeasur\w+|memori[sz]|\bunseen\b|held out|\bleak", re.IGNORECASE
)


def randomised(passages: tuple[Sentence, ...]) -> Given[str] | None:
    """What an experiment assigns, where the brief names it outright."""
    return _first(
        tuple(s for s in passages if _TRIAL.search(s.text) and not _OF_THE_DATA.search(s.text)), _RANDOMISED
    )


def _first(passages: tuple[Sentence, ...], patterns: tuple[str, ...]) -> Given[str] | None:
    for pattern in patterns:
        for sentence in passages:
            for match in re.finditer(pattern, sentence.text, re.IGNORECASE):
                if noun := _unit(match["noun"]):
                    return Given(noun, sentence.text[:160], sentence.start + match.start("noun"))
    return None


def _unit(words: str) -> str:
    """The noun in the singular, with the word before it where that belongs to it; empty for what is no thing."""
    parts = [word for word in re.sub(r"\s(?:held|kept|left|out|are|is|shall|must|should|may|can|will)$", "", words.lower()).split() if word not in ("the", "a", "an", "one", "same", "each", "every", "by", "of", "our", "any", "whole", "new", "old", "its", "their", "his", "compare", "her", "that", "this", "and", "or", "to", "all", "not", "single", "different", "complete", "entire")]  # fmt: skip
    if (
        not parts
        or any(char.isdigit() for char in parts[-1].replace("_", ""))
        or parts[-1] in _NO_UNIT
        or len(parts[-1]) < 3
        or parts[-1].endswith(("ly", "ing"))
    ):
        return ""
    last = parts[-1]
    last = last[:-2] + "y" if last.endswith("ie") else last[:-3] + "y" if last.endswith("ies") and len(last) > 4 else last[:-1] if last.endswith("s") and not last.endswith(("ss", "us", "is")) else last  # fmt: skip
    return " ".join([*parts[:-1], last][-2:])

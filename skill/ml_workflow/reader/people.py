"""Who works on it, who signs, and what happens without the model: the brief's own words."""

import re

from briefwright.skill.ml_workflow.facts import Given
from briefwright.skill.ml_workflow.reader.passages import Sentence

_SIGNS = (
    r"(?:approved|signed[- ]off|released|sign-?off|approval|authori[sz]ed|cleared|freigegeben)(?: \w+){0,4}? (?:by|from|with|through) (?:the |our |an? )?((?:[A-Z][\w&-]*|[a-z-]+)(?: (?:[A-Z][\w&-]*|of|and|for|manager|committee|board|officer|lead|owner|director|management|team|head|department|council|engineer|pharmacist|physician|leitung)){0,5})",
    r"\b((?:QA|quality|risk|compliance|legal|security|safety|model risk|credit risk|clinical safety|ethics) (?:manager|committee|board|officer|team|department|director))\b[^.;]{0,40}\b(?:sign|approv|releas)",
    r"only with ((?:QA|quality|legal|security|compliance)\b[\w ]{0,12}?) ?sign-?off",
)
_NOBODY = r"^(?:anyone|anybody|nobody|hand|the author|author|default|law|email|mail|phone|a person|people|us|me|him|her|them|it|then|now|every|each|customers?|users?|doctors? and)\b"


def approver(passages: tuple[Sentence, ...]) -> Given[str] | None:
    """Who has to sign a change before it goes live, as the brief names them."""
    for pattern in _SIGNS:
        for sentence in passages:
            if re.search(r"without[^.;]{0,40}approval|no approval", sentence.text, re.IGNORECASE):
                continue
            if match := re.search(pattern, sentence.text):
                name = re.sub(r"\s(?:and|of|for)$", "", match[1].strip())
                if 2 < len(name) <= 60 and not re.match(_NOBODY, name, re.IGNORECASE):
                    return Given(name, sentence.text[:160], sentence.start + match.start(1))
    return None


_DOWN = (
    r"(?:if|when|should|in case|in the event|on)\b[^.;:\n]{0,50}?\b(?:down|fails?|failure|failing|unavailable|outage|time-?outs?|crash\w*|not (?:reachable|available|there)|no (?:new )?(?:forecast|score|answer|result)[\w ]{0,12}|out of order|dead|goes away|is late)\b"
    r"(?:\s+(?:that|it|is there|there|at all))?\s*[,:–|-]?\s*(?:then |we |just |simply |the system |they |it |please )*"
)
_FALLBACK = (
    rf"{_DOWN}([^.;\n|]{{6,110}})",
    r"\bfall-?back(?: is| would be| to| on)?\s*[:|–-]?\s*([^.;\n|]{6,110})",
    r"\bfalls? back (?:to|on) ([^.;\n|]{4,110})",
)


def fallback(passages: tuple[Sentence, ...]) -> Given[str] | None:
    """What the brief wants to happen without the model: `If it's down just show most popular.`"""
    for pattern in _FALLBACK:
        for sentence in passages:
            if match := re.search(pattern, sentence.text, re.IGNORECASE):
                words = re.split(r", (?:with|and then|which|but|like|as) ", match[1])[0].strip(" ,.\"'“”*|")
                if len(words.split()) >= 2 and not re.match(r"(?:level|ladder|section|for|plan|if|is|the same model)\b", words, re.IGNORECASE):  # fmt: skip
                    return Given(words, sentence.text[:160], sentence.start + match.start(1))
    return None

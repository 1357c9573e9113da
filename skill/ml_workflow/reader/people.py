"""Who works on it, who signs, and what happens without the model: the brief's own words."""

import re

from briefwright.skill.ml_workflow.facts import Given
from briefwright.skill.ml_workflow.reader.passages import Sentence

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

"""What a brief asks to be predicted, in its own words. Every phrase that could say it is weighed; the best one is shown, a doubtful one is not."""

import re
from collections.abc import Iterator
from dataclasses import dataclass

from briefwright.skill.markdown import clip
from briefwright.skill.ml_workflow.facts import Given
from briefwright.skill.ml_workflow.reader.passages import Sentence

_ANYTHING = r"((?:[^.;:()|\n]|\.(?=\d)){4,110})"
_VERBS = r"predict|forecast|estimate|detect|identify|classify|categori[sz]e|recommend|rank|re-rank|score|find|flag|prioriti[sz]e|assign|extract|tag|warn|route|decide|answer|propose|sort|spot|recogni[sz]e|guess|anticipate|draft|summari[sz]e|mark|suggest"
_WHAT = r"((?:which |whether |how |when |the |a |an )?(?:[^.;:()\n]|\.(?=\d)){4,110})"
SAYS_IT = 6
"""What a phrase that can hardly mean anything else weighs; the others weigh less."""
_PHRASES: tuple[tuple[int, str], ...] = (
    (SAYS_IT, rf"\b(?:label|positives?|target (?:variable|label)|outcome|ground truth)\s?(?:=|:|is defined as|means)\s*(?:an? |the )?(?=[a-z]){_ANYTHING}"),
    (SAYS_IT, rf"(?:^|[|*•-] ?|\n)\W{{0,3}}(?:ask|goal|task|need|want(?:ed)?|what|target|objective|aim|request|idea|job|mission|output|question|to predict)\W{{0,3}}\s*[:|–]\s*(?=[a-z]){_ANYTHING}"),
    (SAYS_IT, rf"\bwhat (?:i|we|they|he|she|the [\w ]{{3,20}}?)(?:['’]d| would| really)? (?:like|love|want|need|ask(?:s|ed)? for|wish)s?(?: for| to (?:know|have|see|get))?(?: is|:)\s*{_ANYTHING}"),
    (SAYS_IT, r"\b(?:wants?|needs?|would like)\b[^.;\n]{0,12}?\b(?:for (?:each|every) \w+ )?(an? (?:class|category|score|estimate|duration|probability|number)\b[^.;:\n]{4,110})"),
    (SAYS_IT, rf"\b(?:needs?|wants?|asks? for|give us|show) (?:the |an? )?(?=(?:expected|estimated|predicted|likely|fair) ){_ANYTHING}"),
    (5, r"\b(?:needs?|wants?) (?:the |an? )?((?:[\w-]+ ){1,5}(?:for|over|of) the (?:following|next|coming) [^.;:()|\n]{4,60})"),
    (5, rf"\b(?:those|people|customers|members|users) (?=who(?:['’]ll| will) ){_ANYTHING}"),
    (SAYS_IT, rf"\b(?:probability|likelihood|chance|risk|odds) (?:of|that) {_ANYTHING}"),
    (5, rf"\b(?:most|more|how) likely (?:to|it is that|that) {_ANYTHING}"),
    (5, rf"\b(?:alarm|alert|warn(?:ing)?|tell us|flag|notify us|know)\w* (?:before|when|if|of|for|about|ahead of|(?:at least )?\d+ ?\w+ before) {_ANYTHING}"),
    (5, rf"\b(?:early warning|alarms?|alerts?) (?:for|of|on) {_ANYTHING}"),
    (5, rf"(?:want|wants|like|need|needs|wish|hoping|supposed|have) to (?:know|see|learn|understand|find out) (?=which|whether|how|when|who|if){_WHAT}"),
    (5, rf"(?:predict|forecast|estimat|classify|categori[sz]|detect)(?:e|s|es|ing)?\s+{_WHAT}"),
    (SAYS_IT, r"([^.;:()\n]{8,110}?)[,;–-]+ (?:and )?(?:that|this|which) is what (?:we|i)(?:['’]d| would)? (?:like|want|need|have) to (?:predict|forecast|know|estimate|detect)\b"),
    (5, rf"\bhow likely (?:is|are) {_ANYTHING}"),
    (5, rf"\b(?:model|assistant|system|tool|service|classifier|engine|helper|software|app)s? (?:that|which|to) (?=(?:propos|suggest|predict|forecast|estimat|classif|flag|detect|recommend|rank|rat|score|extract|draft|answer|summari|assign|tag|sort|warn|find|spot|recogni)){_ANYTHING}"),
    (4, rf"\b(?:returns?|gives?|shows?|outputs?|delivers?) (?:the |an? )?(?=(?:expected|estimated|predicted|likely|most likely) ){_ANYTHING}"),
    (4, rf"\b(?:what|all) (?:i|we|they) (?:dream of|have in mind|imagine|are after|am after|hope for) is {_ANYTHING}"),
    (2, rf"\b(?:we|i)(?:['’]d| would) (?:like|love) (?:to (?:have|get|see) )?(?:the|an?) (?!workflow|design|document|proposal|plan|system|model|tool|solution|pipeline|review|look|written|quote|large language|language){_ANYTHING}"),
    (4, rf"\b(?:sorted|classified|divided|categori[sz]ed|routed|split) (?=into ){_ANYTHING}"),
    (4, rf"\b(?:forecast|prediction|estimate)s? (?:of|for|how) {_WHAT}"),
    (3, r"(?<!,) ((?:which (?:of|[a-z-]+s?(?: [a-z-]+)? (?:will|are|is|has|have|stop|fail|pay|leave|need|can|would))|who (?:will|would|(?!is\b|was\b|has\b|runs\b)[a-z]+s)|whether (?:a|an|each|the) \w+ (?:will|is)|how (?:likely|many|much|long))\b (?:[^.;:()\n]|\.(?=\d)){6,110})"),
    (3, rf"\b(?:{_VERBS})(?:s|ing)?\s+{_WHAT}"),
)  # fmt: skip
_INTENT = re.compile(r"\b(?:want|would like|'d like|need|goal|request|idea|objective|question|aim|asks?|please|wish|looking for|what i)\b", re.IGNORECASE)  # fmt: skip
_HORIZON = re.compile(r"\b(?:within|in|over|for|during) (?:the |an? )?(?:next |following |coming |first )?(?:\d+|two|three|four|five|six|seven|eight|ten|twelve|few) ?-?(?:min|h|hours?|d|days?|weeks?|months?)\b|\bnext (?:\d+ |two |three |four |six )?(?:hours?|days?|weeks?|months?|quarter|season|year)\b|\bahead\b|\btomorrow|\b(?:per|for each|by) [a-z]+\b", re.IGNORECASE)  # fmt: skip
_ASKS = re.compile(r"(?:which|whether|who|how (?:many|much|long|likely)) (?!we\b|i\b|nobody\b|nothing\b|you\b)", re.IGNORECASE)  # fmt: skip
_ODD = re.compile(r"(?:as|than|if(?! (?:the|an?|this|each|every) [\w -]{2,30} (?:will|would|is|was|might)\b)|because|themselves|whom|while|then|either|neither|just|only|still|already|some|any|such|too|very|more|now|today|again|also|out|up|off|down|back|again|nothing|everyone|everybody|accordingly|false|random)\b|which (?:we|i|they|nothing|nobody|you|of us)\b|who (?:uses|knows|runs|owns|works|signs|has|is|was|can|could)\b|\w+ (?:themselves|ourselves)\b|[\d.,]+ ?%|(?:mae|mape|wape|rmse|auc|f1|recall|precision|accuracy)\b|(?:our|my|your|their) own\b|(?:false|wrong) (?:alarms?|positives?)", re.IGNORECASE)  # fmt: skip
_ASIDE = re.compile(r"\bfair comparison\b|\bhow long (?:a|an|the|would|will|does|must)\b[^.;]{0,40}\b(?:comparison|test|trial|experiment|pilot)\b|\ba/?b\b|randomi[sz]|experiment|guard ?rail|dashboard|\bbudget\b|sign(?:s|ed)? off|\bapprov|\btool\b|\bcurrently\b|\btoday\b|at (?:the moment|present)|\bstudent\b|\bconsultant\b|last time|\bin 20\d\d\b", re.IGNORECASE)  # fmt: skip
ENOUGH = 4


@dataclass(frozen=True)
class _Asked:
    weight: int
    given: Given[str]


def prediction(passages: tuple[Sentence, ...]) -> Given[str] | None:
    """The phrase that says best what is to be predicted; of equal ones the first."""
    found = list(_candidates(passages))
    best = max(found, key=lambda asked: asked.weight, default=None)
    return best.given if best and best.weight >= ENOUGH else None


def _candidates(passages: tuple[Sentence, ...]) -> Iterator[_Asked]:
    early = passages[: max(2, len(passages) // 2)]
    for weight, pattern in _PHRASES:
        for sentence in passages:
            for match in re.finditer(pattern, sentence.text, re.IGNORECASE):
                if phrase := _object(sentence, match):
                    given = Given(phrase, sentence.text[:160], sentence.start + match.start(1))
                    yield _Asked(weight + _speaks(sentence, phrase) + (sentence in early), given)


def _speaks(sentence: Sentence, phrase: str) -> int:
    """What speaks for a phrase, less what speaks against it."""
    return (
        2 * bool(_INTENT.search(sentence.text))
        + 2 * bool(_HORIZON.search(phrase))
        + bool(_ASKS.match(phrase))
        - 6 * bool(_ODD.match(phrase))
        - 3 * bool(_ASIDE.search(sentence.text))
        - 5
        * bool(
            re.match(
                r"(?:a |the )?(?:pilot|trial|proposal|meeting|call|offer|quote)\b|whether (?:their|our|your)\b",
                phrase,
                re.IGNORECASE,
            )
        )
        - 2 * (len(phrase.split()) < 2)
        - 3 * bool(re.search(r"\b(?:we|us|our|i|you)\b", " ".join(phrase.split()[:3]), re.IGNORECASE))
    )


def _object(sentence: Sentence, match: re.Match[str]) -> str:
    """What the verb of the phrase is said of, without its opening and its asides; empty where it is denied or no object."""
    denied = re.search(r"\b(?:not|never|\w+n['’]t)\b[^.;,]{0,24}$", sentence.text[: match.start(1)])
    phrase = re.sub(OPENING, "", match[1].strip(" *|"), flags=re.IGNORECASE)
    if denied or re.match(NO_OBJECT, phrase, re.IGNORECASE):
        return ""
    phrase = re.split(r",(?!\d)| so that | because | but |\?", phrase)[0].strip(" -–")
    return clip(phrase, 100) if len(phrase) >= 4 else ""


OPENING = r"^(?:(?:we (?:want|need) )?(?:to )?(?:(?:propos|suggest|predict|estimat|recommend|extract|assign|detect|recogni[sz])(?:es|s) |(?:catch|find|detect|spot|stop|flag)(?: at least| about)? \d[\d.]* ?(?:%|percent) of (?:the |all )?|catch|predict|forecast|estimate|detect|identify|classify|know|have|get|see|recogni[sz]e|spot|find out|decide|score|rank|extract|pull|read|mark|tag)(?: me| us)? |(?:a |the )?(?:list|ranking|forecast|prediction|estimate|score|probability) (?:of|for|with) |is |be )+"


NO_OBJECT = r"(?:means?\b|sure\b|not\b|per \w+\W*$|a sample\b|(?:mon|tues|wednes|thurs|fri|satur|sun)days?\b|[^.;]*\bdo you\b|who (?:volunteers?|writes?|decides?|answers?|calls?|handles?|checks?|reads?|reviews?|manages?)\b|available|unavailable|whether it (?:ships|goes|runs)|\d[\d.,]* ?(?:%|percent|weeks|days|months|hours|times)|two to|a complete|the full|within|about\b|random|cut\b|raise\b|reduce\b|lower\b|increase\b|bring\b|get\b (?:it|this|that|them)\b|lift\b|[^.;]*\b(?:fewer|less|more|under|below) (?:than )?\d|them|him|her|this|these|those|me|us|you|sooner|later|continuously|(?!(?:hour|dai|week|month|year|quarter|night)ly\b)[a-z]+ly\b|needs? to|plan\b|something|anything|everything|nobody|which nobody|who (?:knows|can|signs|runs|works|has|is|was|use)|ones?\b|model\b|a model|driver\b|by|in|on|of|and|or|for|to|is|are|was|were|has|have|had|should|shall|must|may|might|can|could|will|would|says?|so|looks?|every|each|from|with|at|we|they|it|what|that)\b|how (?:to|this|we|you|a|it)\b|how (?:long|many|much) (?:it|we|this|does|do|is)\b"

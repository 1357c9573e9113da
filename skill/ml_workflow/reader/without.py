"""What happens without the model, as the brief wants it: every condition that could be its failure is weighed, with what follows from it."""

import re
from collections.abc import Iterator
from dataclasses import dataclass

from briefwright.skill.ml_workflow.facts import Given
from briefwright.skill.ml_workflow.reader.passages import Sentence

_CASE = r"(?:if|when(?:ever)?|where|should|in case|in the event(?: that| of)?|once|while|as long as|on|until|unless)"
_FAILS = (
    r"(?:tim(?:es?|ing) ?out|time-?outs?|fail(?:s|ed|ure|ing)?\b|(?:is|are|was|be|goes|go|['’]s|['’]re|(?<=\bit)s)(?: ever)? (?:down|dead|out|off(?:line)?|on strike|unreachable|stuck|broken|silent|missing|late|stale|absent)\b|"
    r"breaks?(?: down)?\b|broken|dies\b|crash\w*|hangs?\b|reboots?|restarts?|outages?|out of order|unavailab\w+|falls? over|conks? out|packs? up|goes? dark|falls? out|not (?:be )?(?:delivered|ready|finished|available|reachable|there|working|sure|produced|answered)\b|"
    r"(?:is|are|was|be)(?: not|n['’]t) (?:there|available|reachable|ready|working|up|sure)|not work out\b|do(?:es)?(?: not|n['’]t) (?:work(?: out)?|run|answer|arrive|come|respond|exist|deliver)|did(?: not|n['’]t) (?:run|arrive|come|finish)|"
    r"\bnot (?:answer|reply|respond|arrive|deliver|run|finish)\w*\b|can(?:no|['’])t (?:answer|run|decide|be reached)|go(?:es)? (?:wrong|away)|stops?(?: working)?\b|"
    r"(?:nothing|none) (?:has |is |has been )?(?:come|comes|arriv|there|appear|deliver|return|produc)\w*|(?:there(?:['’]s| is| are)? )?\bno (?:new |fresh |current |valid |usable )?(?:\w+ )?(?:list|map|scores?|forecasts?|predictions?|answers?|results?|rows?|outputs?|estimates?|recommendations?|suggestions?|draft|connection|network|signal|ranking|number|file|plan)\b|breakdown|panne)"
)
_SYSTEM = re.compile(r"\b(?:models?|systems?|services?|scor\w*|forecasts?|lists?|predictions?|predictors?|recommend\w*|rank\w*|box(?:es)?|machine|device|api|endpoint|servers?|connection|network|computer|thing|software|answers?|job|run|batch|tool|engine|classifier|estimat\w*|ml|ai|algorithm|pipeline|app|drafts?|map|results?|output|suggestion|work|contraption|robot|gadget|everything|jetson|gpu)\b", re.IGNORECASE)  # fmt: skip
_PRONOUN = re.compile(r"^\W*(?:it|this|that|they|things?|all this|your thing|ours)\b", re.IGNORECASE)
_NOT_OURS = re.compile(r"\b(?:pumps?|turbines?|gearbox\w*|patients?|customers?|students?|machines|lifts?|elevators?|vehicles?|trucks?|drives?|disks?|bearings?|parts?|pipes?|nurses?|drivers?|tickets?|orders?|deliver(?:y|ies)|payments?|cards?|loans?|meters?|vendor|cables?|motors?|transformers?|valves?|engines|unit|a (?!model|list|forecast|score|box)\w+)\b", re.IGNORECASE)  # fmt: skip
_SENSIBLE = re.compile(r"\b(?:us(?:e|es|ed)|shows?|shown|displays?|renders?|falls?|back|go(?:es)?|keeps?|carry|carries|continu\w*|stays?|stands?|returns?|as (?:now|today|before|always|usual|ever|heretofore|it is|they do)|by hand|manual\w*|lists?|rules?|defaults?|last|yesterday|previous|same|roster|sent|still|without|old|people|phone|take|takes|everybody|everyone|sort\w*|by calendar|index|average|posted|draw\w*|decides?|thresholds?|schedule|first|oldest|newest|static|cached|popular|template|original|raw|let)\b", re.IGNORECASE)  # fmt: skip
_SO = r"(?:then |so |we(?:['’]d|['’]ll| would| will| just| simply)? |just |simply |the system |they |it |please |there is |there will be |must |shall |i['’]ve still got |we['’]ve still got )*"
_LABELLED = (
    r"\b(?:fall-?back|plan b|back-?up(?: plan)?|contingency|safety net)(?: is| would be| to| on|s)?\W{0,3}\s*[:|–-]\s*([^.;\n|]{4,110})",
    r"\b(?:falls?|falling|fell) back (?:to|on|onto) ([^.;\n|]{3,110})",
    r"\bfails? over to ([^.;\n|]{3,110})",
    r"\b(?:past|after|beyond) that\b[^.;\n]{0,60}?\b(?:uses?|shows?|takes?)\s+([^.;\n|]{4,80})",
    r"\d ?(?:ms|s|seconds?)\b[^.;\n]{0,60}\band then (?:simply |just )?(?:shows?|uses?|takes?)\s+([^.;,\n|]{4,80})",
    r"\d ?(?:ms|s|seconds?)\b[^.;\n]{0,40}\b(?:otherwise|or else) (?:the \w+ |it |we )?((?:shows?|uses?|takes?|renders?|displays?|falls?|serves?)\s+[^.;\n|]{4,90})",
    r"([^.;,\n|]{6,80}),? (?:which|and (?:that|it|this)) (?:stays|remains|is|will be) (?:as )?(?:our |the )?(?:plan b|fall-?back|back-?up)\b",
    r"\bfall-?back(?: is| would be| to| on)?\s+([^.;\n|]{6,110})",
    r"\b((?:the |our )?(?:hard-?wired|existing|present|old|current|today['’]s|fixed) [\w -]{3,50}? (?:stays?|remains?|keeps?) (?:as (?:it is|they are)|switched on|in place|in force|active)[^.;\n]{0,40})",
)
_TELEGRAPHIC = re.compile(
    r"(?:^|(?<=[.;\n*•]\s)|(?<=\n)|(?<=[-–] ))\W{0,4}(?:no (?:list|answer|response|reply|forecast|score|prediction|result|output)s?\b(?: from us| in time| by then| back| yet)?|nothing back(?: in time)?|miss(?:ed)? it|(?:the )?(?:box|model|service|system|thing|tool|server|line|link) (?:is )?(?:dead|down|off|gone|silent))\s*(?:,|→|-+>|:|–|=)\s*(?:and |then |so )?(?:we |they |it |the \w+ )?(?P<what>[^.;\n|]{4,110})",
    re.IGNORECASE | re.MULTILINE,
)
"""`Box dead → laminated speed table`, `No list, then they take the quantities of last week`."""
_MARK = r"(?:\s*[,:–|→]|\s*-+>)\s*"
_AFTER = re.compile(rf"(?:^|(?<=[\s(.,;:*•-]))(?P<case>{_CASE})\b(?P<who>[^.;:|\n]{{0,60}}?)(?P<fails>{_FAILS})(?P<more>[^.;:,|–\n→]{{0,50}}?){_MARK}{_SO}(?P<what>[^.;\n|]{{4,140}})", re.IGNORECASE)  # fmt: skip
_BARE = re.compile(rf"(?:^|(?<=[\s(.,;:*•-]))(?P<case>{_CASE})\b(?P<who>[^.;:,|\n]{{0,40}}?)(?P<fails>{_FAILS})(?P<more>(?: in time| at all| there| for \d+ ?(?:s|min|h|seconds?|minutes?|hours?)| (?:is|are|be) (?:returned|available|there|ready|given|produced|delivered))?)\s+(?P<what>(?:we|they|i|the|everyone|everybody|people|staff|just|use|show|fall|go|keep|let|simply|please|[a-z]+s)(?:['’]\w+)?\s+[^.;\n|]{{4,120}})", re.IGNORECASE)  # fmt: skip
_BEFORE = re.compile(rf"(?P<what>[^.;\n|]{{8,140}}?),?\s+(?P<case>{_CASE}|as they do when)\b(?P<who>[^.;,\n|]{{0,50}}?)(?P<fails>{_FAILS})(?P<more>)", re.IGNORECASE)  # fmt: skip
_POINTS_BACK = re.compile(r"(?:which|that|this|it|as|them|those|same)\b", re.IGNORECASE)
_ANY_FAILURE = re.compile(_FAILS, re.IGNORECASE)
ENOUGH = 5


@dataclass(frozen=True)
class _Way:
    weight: int
    words: str
    given: Given[str]


def fallback(passages: tuple[Sentence, ...]) -> Given[str] | None:
    """What the brief wants without the model: `If it's down just show most popular.`"""
    best = max(_ways(passages), key=lambda way: way.weight, default=None)
    return best.given if best and best.weight >= ENOUGH else None


def _ways(passages: tuple[Sentence, ...]) -> Iterator[_Way]:
    for sentence in passages:
        for n, pattern in enumerate(_LABELLED):
            for match in re.finditer(pattern, sentence.text, re.IGNORECASE):
                weight = 9 if n < 3 else 7
                yield from _way(sentence, _pointed(sentence.text[: match.start()], match[1]), match.start(1), weight)  # fmt: skip
        for match in _TELEGRAPHIC.finditer(sentence.text):
            yield from _way(sentence, _first_clause(match["what"]), match.start("what"), 8)
        if not _ANY_FAILURE.search(sentence.text):
            continue
        for condition, bonus in ((_AFTER, 1), (_BARE, 0)):
            for match in condition.finditer(sentence.text):
                yield from _way(sentence, _pointed(sentence.text[: match.start()], _first_clause(match["what"])), match.start("what"), _weight(match) + bonus)  # fmt: skip
        for match in _BEFORE.finditer(sentence.text):
            before, _, last = match["what"].rpartition(", ")
            words = re.sub(r"^(?:and|but|so|then)\s+", "", last.strip())
            yield from _way(sentence, _pointed(before, words), match.start("what"), _weight(match) - 1)


def _weight(match: re.Match[str]) -> int:
    """How surely the condition is the model's failure."""
    who = match["who"]
    names_none = re.match(r"(?:there|no |nothing|none)", match["fails"], re.IGNORECASE)
    ours = 4 if _SYSTEM.search(who) or names_none else 3 if _PRONOUN.match(who) or not who.strip() else 1
    return 2 + ours - (4 if not _SYSTEM.search(who) and _NOT_OURS.search(who) else 0)


def _way(sentence: Sentence, words: str, at: int, weight: int) -> Iterator[_Way]:
    words = words.strip(" ,.\"'“”*|")
    odd = re.match(r"(?:level|ladder|section|for|plan|if|is|the same model|which|what|as|one of|when|should|and the|but|that|not)\b", words, re.IGNORECASE)  # fmt: skip
    if odd or "so that" in words or not (len(words.split()) >= 2 or len(words) > 7):
        return
    weight += 1 if _SENSIBLE.search(words) else -2
    words = words if len(words) <= 110 else words[:110].rpartition(" ")[0]
    yield _Way(weight, words, Given(words, sentence.text[:160], sentence.start + at))


def _first_clause(what: str) -> str:
    return re.split(r", (?:with|and then|which (?!is)|but|like|as|obviously|fine|no drama|same as) ?", what)[0].strip(" ,.\"'“”*|")  # fmt: skip


def _pointed(before: str, said: str) -> str:
    """`that remains the rule`, `fall back to them`: what was said just before is meant."""
    said = said.strip(" ,.\"'“”*|")
    if not _POINTS_BACK.match(said) or re.match(r"(?:the )?same \w+ (?!as\b)", said, re.IGNORECASE):
        return said
    earlier = re.split(r"[,;:.]\s|\band (?:fall|would fall|we fall)\b", before)
    said = next((part.strip(" ,") for part in reversed(earlier) if len(part.split()) >= 3), said)
    return re.sub(r"^(?:and|but|so|they|we|please)\s+|\s+and$", "", said)

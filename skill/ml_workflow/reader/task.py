"""What the brief asks for: the type of problem, the use it is an instance of, the thing predicted."""

import re

from briefwright.skill.ml_workflow.facts import Given, ProblemType
from briefwright.skill.ml_workflow.reader import words
from briefwright.skill.ml_workflow.reader.passages import Sentence, sentences
from briefwright.skill.ml_workflow.usecases import UPLIFT, USE_CASES, UseCase

# Words that settle the type whatever else the brief talks about.
STATED_TYPES: tuple[tuple[ProblemType, str], ...] = (
    ("regression", r"\b(?:tell|quote|show|promise|predict|estimat)\w*\b[^.;]{0,40}\b(?:when|how soon|what time) (?:the|an?|our|their|his|her) [\w -]{3,30}\barriv|\b(?:arrival|waiting) times?\b[^.;]{0,30}\b(?:quote|promise|estimat|predict)"),
    ("CV", r"(?-i:\bmAP\b)|\bmean average precision\b|(?-i:\bIoU\b)|\bbounding box(?:es)?\b|\b(?:annotated|labell?ed|marked|drawn) with (?:\w+ )?boxes\b|\bobject detection\b|\b(?:instance|semantic) segmentation\b"),
    ("NLP", r"\bmulti-?label\b[^.]{0,40}\b(?:text|report|letter|document|code)|\b(?:assign|propos|suggest|predict)\w* (?:up to \w+ |the |all )?(?:[\w-]+ )?codes\b|\bmicro-?F1\b"),
    ("LLM", r"\btokens? (?:in|out|per|a)\b[^.]{0,30}|\bper million tokens|\bhosted (?:language )?models?\b|\bmodels? (?:through|over|behind|via) an? (?:\w+ )?API\b|\bprompts? (?:template|version)"),
    ("anomaly detection", r"\b(?:watch|monitor)\w*\b[^.]{0,60}\b(?:time series|signals|sensors?|metrics|counters)\b[^.]{0,140}\b(?:thresholds?|limits?|alarms?|alerts?)\b"),
    ("classification", r"\b(?:accelerometer|gyroscope|microphone|recordings?|sonograms?|spectrograms?)\b(?=.*\b(?:fall|species|gesture|sound|noise|calls?|activit\w+)\b)"),
    ("regression", r"\b(?:estimate|propose|suggest|predict|forecast|vor-?schlag\w*)\w*\b[^.]{0,24}\b(?:an? |one |the )?(?:duration|length of stay|completion time|operating time)\b|\b(?:one|an?|the) duration\b[^.]{0,30}\b(?:range|interval|propose|suggest|estimate)|\bdurations?\b[^.]{0,40}\bMAE\b"),
    ("ranking", rf"(?s)\A(?=.*\b(?:rank|order|sort|prioriti[sz]|select|choose|call|target|invite|predict|who|which|whom|score))(?=.*(?:{UPLIFT})).*"),
    ("classification", r"\b(?:put|sort\w*|assign\w*|rout\w+|filed?) (?:\w+ ){0,3}(?:in)?to one of"),
    ("ranking", r"^ranking \w+|\branker\b"),
    ("anomaly detection", r"what (?:is )?normal looks? like|\b(?:anomal\w+|odd(?:ly)?|unusual|abnormal|out of the ordinary)\b|burst detection|\b(?:alarms?|alerts?|warn(?:ed|ing)?)\b[^.]{0,40}\b(?:before|ahead)\b|ahead of (?:a|an|the) (?:breach|failure|breakdown|outage)"),
    ("classification", r"\bhow likely\b|probabilit\w+ (?:of|that)|likelihood (?:of|that)|\brisk of \w+(?:ing|ion|ure)\b"),
    ("forecasting", r"\bnumber of \w+(?: \w+)? per (?:half[- ]hour|hour|day|week|shift|interval)\b[^.]{0,60}\b(?:next|coming)\b|(?:predict|forecast) [^.]{0,40}\b(?:each|every) \w+ (?:and|per) (?:each |every )?day\b|\b(?:waiting times?|queues?|demand|arrivals|occupancy|consumption)\b[^.]{0,50}\b(?:coming|next) (?:\w+ )?(?:hours?|days?|weeks?)|day-ahead|hour-ahead|\b(?:like|want|need|looking for)\w*\b[^.]{0,30}\bforecast (?:of|for)\b"),
    ("forecasting", r"\btime[- ]series (?:transformer|model|forecast)|\b(?:orders?|plans?|amounts?|volumes?|needs?) for the (?:following|next|coming) (?:[\w-]+ ){0,2}(?:days|weeks)\b"),
    ("NLP", r"named[- ]entity|\bNER\b|keyword[- ]spotting|(?:classify|sort|tag) (?:the |our |incoming )?(?:texts?|letters?|e-?mails?|messages|tickets)"),
    ("regression", r"(?:predict|prediction of|estimate of|expected) (?:the )?(?:\w+ ){0,3}(?:costs?|price|value|amount|spend|yield|delay|arrival time|time of arrival|duration)|predict (?:the )?(?:remaining|number of (?:days|minutes|hours))|\bin (?:days|minutes|hours)\b[^.]{0,40}(?:mean absolute|error)|regression of |how (?:long|many (?:days|minutes|hours)|many [\w -]{3,40}(?:has|have|remain|left|will))|\bthe number of [\w -]{3,40} (?:for|per|on|in) each\b|remaining (?:useful )?life|predict (?:the )?(?:minutes|hours|days|weight|age|duration|temperature)|expected (?:\w+ )?(?:minutes|hours|days|rate|price|fare)"),
)  # fmt: skip


PROBLEM_WORDS: tuple[tuple[ProblemType, str], ...] = (
    ("LLM", r"\bLLM\b|language model|fine-?tun\w+|\bRAG\b|chat ?bot|support assistant|\bGPT\b|LoRA|billion-parameter"),
    ("forecasting", r"forecast\w*|demand for the next|load prediction|predict[^.]{0,40}(?:demand|sales|load|consumption|volume)"),
    ("ranking", r"learning[- ]to[- ]rank|re-?rank\w*|search rank\w*|ranking service|rank (?:the )?(?:results|candidates)"),
    ("recommendation", r"recommend(?!ation:)\w*|personali[sz]\w+|similar items|looks similar"),
    ("CV", r"\bimages?\b|photos?\b|camera|x-?ray|\bvideo\b|visual|vision\b"),
    ("NLP", r"\btext\b|tickets?\b|documents?\b|emails?\b|sentiment|multilingual|language\b"),
    ("anomaly detection", r"anomal\w+|early warning|failure|outlier|intrusion"),
    ("regression", r"valuation|price|(?<!logistic )regression|estimate (?:the )?(?:value|time|duration|cost)|how (?:many|much|long)|\beta\b"),
    ("classification", r"\b(?:bring|put|move) the (?:worst|riskiest|most \w+) [\w ]{3,20} (?:forward|first|on top)|\bordering of (?:inspections|visits|calls|cases|checks)|\bwhich (?:premises|sites|cases|parcels|meters|pumps) (?:first|to (?:visit|check|inspect))|classif\w+|categori[sz]\w+|predict which|who will|which (?:customers|members|users|patients|students|leads)|fraud|churn|score|likely to|detect"),
)  # fmt: skip


def use_case(text: str, title: str, stated: ProblemType | None, enough: int) -> UseCase | None:
    """The use whose words the brief holds most, among those of the type the brief states. The title and the sentence that says what to predict count three times,
    examples in brackets not at all. Ties go to the earlier row."""
    plain = about_the_task(re.sub(r"\([^)]*\)", " ", text))
    asked = " ".join(s.text for s in sentences(plain) if s.has(ASKED))
    scored = [
        ((said := case.matches(plain)) + 2 * case.matches(title) + (2 * case.matches(asked) if said else 0), case)
        for case in USE_CASES
        if stated in (None, case.problem)
    ]  # fmt: skip
    best = max((score for score, _ in scored), default=0)
    return next(case for score, case in scored if score == best) if best >= enough else None


ASKED = r"\bpredict|\bforecast|\bclassif|\bdetect|\bestimat|\brank\b|recommend|\bscore|\bwhich \w+ (?:will|are likely|cancel|buy|fail)|\bwe (?:want|need|would like)|'d like|\bdream|\bidea\b|\bgoal\b|looking for"


ENOUGH = 2
"""One passing word (`claims dept`, `loan`) does not make a use case; the request itself, or a second mention, does."""


ASIDE = re.compile(
    r"(?:do not|don['’]t|never|must not|may not|no) [^.;\n]{0,60}(?:OpenAI|ChatGPT|LLMs?|GPT|language models?)\b[^.;\n]{0,30}|(?:weather|seasonal|numerical) (?:\w+ )?forecasts?|forecasts? (?:of|from|by) (?:the )?(?:(?-i:[A-Z]{3,})[\w-]*|met\b\w*|weather)[\w -]{0,20}|"
    r"\bhow long (?:(?:a|an|the|would|will|does|must)\b[^.;?\n]{0,40}\b(?:comparison|test|trial|experiment|pilot|proof)\b|\?)|(?:^|\s)how long\?|"
    r"\bon the (?:phone|desk)\b|as i said|(?:if|when|should|in cases?|in the event)\b[^.,;:\n]{0,40}\b(?:fails?|failure|fall(?:s)? (?:out|over)|breakdown|outage|is down|is unavailable|breaks? down)\b",
    re.IGNORECASE,
)


def about_the_task(text: str) -> str:
    """The text without what only sounds like a task: somebody else's weather forecast, and what happens when the system fails."""
    return ASIDE.sub(lambda aside: " " * len(aside[0]), text)


def case_fact(passages: tuple[Sentence, ...], title: str, case: UseCase | None) -> Given[str] | None:
    if case is None:
        return None
    return words.first(passages, case.cues, case.id) or Given(case.id, title, 0)


def stated_type(passages: tuple[Sentence, ...]) -> Given[ProblemType] | None:
    """The type the brief says outright, in a sentence that is not about the experiment."""
    plain = tuple(s for s in passages if not s.has(r"\bsamples?\b|experiment|A/B"))
    for stated, words_of in STATED_TYPES:
        if found := words.first(plain, words_of):
            return Given(stated, found.quote, found.start)
    return None


_TASTE = r"(?:buy|like|love|watch|read|listen to|hear|play|want|open|click|order|enjoy|cook|make)s?\b"
_TASTER = r"(?:members?|users?|customers?|readers?|shoppers?|listeners?|viewers?|visitors?|subscribers?|guests?|players?|people)"
_AHEAD = r"\b(?:tomorrow|next|coming|following|upcoming|ahead|in advance)\b|\b(?:per|each|every|by) (?:hour|day|week|month|slot|shift|quarter-hour)\b|\d[- ]minute"
_BY_WHAT_IS_ASKED: tuple[tuple[ProblemType, str], ...] = (
    ("recommendation", rf"(?:which |what |the |those )?(?:\w+ )?[a-z]+s (?:that )?(?:this|each|a|an|every|the|our) (?:\w+ )?{_TASTER} (?:will|would|might|may|is (?:going|likely) to|are (?:going|likely) to)\b[^.;]{{0,20}}{_TASTE}"),
    ("forecasting", rf"(?:how (?:many|much)|(?:the )?(?:expected |hourly |daily |weekly )?(?:number|demand|sales|load|consumption|arrivals|calls|volumes?|units|pieces|quantit(?:y|ies))\b)(?=.*(?:{_AHEAD}))"),
    ("classification", r"(?:which|whether|who|if|how likely|likelihood|probability|chance|risk)\b|(?:an?|the|this|each|every) [\w-]+(?: [\w-]+)? (?:will|would|is going to)\b"),
    ("regression", r"(?:how (?:many|much|long)|(?:the )?(?:minutes|hours|days|litres|liters|price|cost|value|duration|time|amount|weight|age|size|percentage|market value|yield|consumption)\b)"),
)  # fmt: skip
ASKED_WEIGHS = 4
"""How many passing words a phrase that says what is asked for is worth."""


def asked_type(predicted: Given[str] | None) -> ProblemType | None:
    """The type of problem by the phrase that says what is to be predicted: `which accounts will …`, `how many pieces … tomorrow`."""
    phrase = predicted.value.strip() if predicted else ""
    return next((problem for problem, pattern in _BY_WHAT_IS_ASKED if re.match(pattern, phrase, re.IGNORECASE)), None)  # fmt: skip


def problem_type(passages: tuple[Sentence, ...], title: str, case: UseCase | None, predicted: Given[str] | None = None) -> Given[ProblemType] | None:  # fmt: skip
    """The use case's type; else the type whose words the brief holds most, what it asks for counting as several."""
    if case:
        found = words.first(passages, case.cues)
        return Given(case.problem, found.quote if found else title, found.start if found else 0)
    asked = asked_type(predicted)
    counted = []
    for place, (problem, pattern) in enumerate(PROBLEM_WORDS):
        hits = sum(len(re.findall(pattern, sentence.text, re.IGNORECASE)) for sentence in passages)
        counted.append((hits + ASKED_WEIGHS * (problem == asked), -place, problem, pattern))
    hits, _, problem, pattern = max(counted)
    found = words.first(passages, pattern) if hits else None
    if problem == asked and predicted:
        return Given(problem, predicted.quote, predicted.start)
    return Given(problem, found.quote, found.start) if found else None

"""The number the business watches, by name."""

import re

from briefwright.skill.ml_workflow.facts import Given
from briefwright.skill.ml_workflow.reader.passages import Sentence
from briefwright.skill.numbers import Number

# What a number of a report is called. A phrase without such a noun is a remark, not a metric.
METRIC_NOUN = (
    r"\b(?:rates?|shares?|ratios?|costs?|loss(?:es)?|revenues?|sales|profits?|incomes?|margins?|expenses?|savings?|waste|wastage|"
    r"times?|duration|hours|minutes|days|delays?|errors?|accuracy|precision|recall|levels?|numbers?|counts?|volumes?|"
    r"churn|attrition|retention|conversions?|clicks?|orders?|bookings?|deals|visits|calls|complaints?|tickets?|returns?|"
    r"cancellations?|readmissions?|no-?shows?|absences?|defects?|escapes?|rejects?|scrap|downtime|outages?|failures?|breakdowns?|"
    r"stock-?outs?|shortages?|purity|quality|coverage|backlogs?|overtime|lateness|compliance|trips|spoilage|leakage|overruns?|uptime|incidents?|deaths|infections|relapses?|contacts?|wait|timeouts?|ratings?|service level|satisfaction|nps|csat|score|dso|mae|rmse|mape|wape|revpar|ctr|cpa|roas|yield|throughput|utili[sz]ation|"
    r"availability|fraud|default|arrears|payments?|reports?|corrections?|dropouts?|accidents?|injuries|mortality|emissions|"
    r"fines|penalt(?:y|ies)|gifts?|donations?|attendance|engagement|transactions?|purchases?|enquir(?:y|ies)|leads?|per [a-z]+|listening|plays|sessions?)\b"
)
OF_A_MODEL = (
    r"\b(?:n?rmse|mae|mape|wape|auc|f1|ndcg|precision|recall|accuracy|mean absolute|perplexity|bleu|rouge)\b"
)
_LEAD = re.compile(
    r"^(?:(?:and|but|so|also|today|now|currently|presently|at present|right now|then|our|the|a|an|its|their|this|that|in|"
    r"we(?:'d|'re|'ve| would)?|i(?:'d|'m| would)?|they|he|she|it|want(?:s|ed)?|would|like|need(?:s)?|hop(?:e|ing)|are|is|was|goal|aim|target|success|to|get|bring|see|"
    r"reduce|cut|lower|raise|increase|improve|lift|shrink|have|had|measure(?: us)? by|metric|for the board|business|kpi|means?|be|about|really|cares?|watch(?:es)?|[:–-])\s+|[:–-]\s*)+",
    re.IGNORECASE,
)
_TAIL = re.compile(
    r"(?:[\s,:–-]+(?:go(?:es)?|come|falls?|drops?|rises?|moves?|lowered|raised|reduced|is|was|were|are|be|of|at|to|from|by|now|today|currently|presently|about|around|roughly|some|only|down|up|below|under|above|over|"
    r"fewer than|less than|more than|no (?:higher|lower|more|less) than|at least|at most|stands?|amounts?|amount|currently amount|costs? us|which|that|who|has been|had been|a|an|the|it's|it is|it|getting|=|≈|within))+[\s,:–-]*$",
    re.IGNORECASE,
)
_CARED = re.compile(r"^.*\b(?:(?:would|['’]d) like(?: to)?(?: see| have| get| bring)?|hopes? (?:to|for)(?: see| get| bring)?|wants?(?= (?!to\b))|wants?(?: to)?(?: see| have| get| bring)?|thinks?|says?|believes?|reckons?|expects?|cares? about|looks? at|watch(?:es)?|stares? at|judged by|measured by|interested in|(?:is|are|:)(?= (?:the )?(?:share|rate|number|percentage|cost|time)s?\b))\s", re.IGNORECASE)  # fmt: skip
_CLAUSE = re.compile(r"[;:(]|\.\s|,\s(?!which)|\bbut\b|\band\b(?= (?:we|it|the|our|they|is|was)\b)")


def name_before(sentence: Sentence, number: Number) -> str:
    """The noun phrase a number is said of: `share of time a station is empty is 11.5 %` → share of time a station is empty."""
    before = sentence.text[: number.start]
    for clause in reversed(_CLAUSE.split(before)):
        clause = re.sub(r"^\s*(?:\(?(?:[ivx]+|\d|[a-z])\)|[-*•])\s+", "", clause)
        phrase = _CARED.sub("", _TAIL.sub("", f" {clause.strip()}")).strip() + " "
        phrase = _LEAD.sub("", phrase).strip(" \"'“”*|–-")
        if phrase:
            return phrase if is_metric(phrase) else ""
    return ""


def name_after(sentence: Sentence, number: Number) -> str:
    """`2.7 % of transactions are corrected` → share of transactions corrected; `editors correct 37 % of adverts` → share of adverts editors correct."""
    after = sentence.after(number, 70)
    if match := re.match(r" of (?:the |our |all )?([a-z][\w -]{2,30}?) (?:are|is|get|end up|turn out to be|remain) ([a-z-]+(?: late| early)?)\b", after):  # fmt: skip
        return f"share of {match[1]} {match[2]}"
    if match := re.match(rf" of (?:the |our |all )?([a-z][\w -]{{2,30}}?) ({_DOES}(?:e?s|d|ed)?\b(?: (?:an?|the|something|their|our|to))*(?: (?!within|in|after|and|of)[a-z]+)?)", after):  # fmt: skip
        return f"share of {match[1]} who {match[2]}"
    if match := re.match(
        rf" of (?:the |our |all )?((?:[a-z][\w-]+ ){{1,3}}?)({_HAPPENS}[^,.;:()\d]*)", after
    ):
        return f"share of {match[1]}that {_short(match[2])}"
    whole = re.search(r"(?:^|[,;:.] ?)(?:out )?of (?:the |our |all )?((?:[a-z][\w-]+ ){1,3})(?:about |around |roughly |some |only )?$", sentence.text[: number.start], re.IGNORECASE)  # fmt: skip
    if whole and (told := re.match(rf" ({_HAPPENS}[^,.;:()\d]*)", after)):
        return f"share of {whole[1]}that {_short(told[1])}"
    counted = re.match(rf" (?:out of|in|of|per)(?: every)? (?:100|a hundred|hundred) ((?:[a-z][\w-]+ ){{1,3}}?)({_HAPPENS}[^,.;:()\d]*)", after)  # fmt: skip
    if counted:
        return f"share of {counted[1]}that {_short(counted[2])}"
    if deed := re.match(r" of (?:the |our |all )?([a-z][^,.;:()\d]{8,70})", after):
        deeds = _short(deed[1])
        if len(deeds.split()) >= 3 and re.search(
            r"\b(?:of|to|in|on|over|out|up|by|we|not|too|no|late|wrong|never)\b", deeds
        ):
            return f"share of “{deeds}”"
    actor = re.search(
        r"(?:^|[,;:|(] ?|\band )([a-z][\w-]+ [a-z]+)\s$", sentence.text[: number.start], re.IGNORECASE
    )
    if actor and (thing := re.match(r" of (?:the |our |all )?([a-z][\w-]+)\b", after)):
        return f"share of {thing[1]} {actor[1].lower()}"
    return ""


def _short(told: str) -> str:
    """What happens in a few words, up to the next aside."""
    told = re.split(
        r"\s(?:and|but|which|because|so|while|within|above|below|over|under|more than|than)\b", told
    )[0]
    return " ".join(told.split()[:8])


_HAPPENS = r"(?:went|goes|go|leads?|led|ends?|turn(?:s|ed)? out|comes?|came|finds?|found|fails?|failed|gets?|got|needs?|do(?:es)?n['’]t|did(?:n['’]t)?|miss(?:es|ed)?|left|stops?|expires?|expired|arrives?|breaks?|broke|carry|carries|results?|lapses?|lapsed|defaults?|churns?|reach(?:es)?|becomes?|proves?|cross(?:es)?)\b"
_DOES = r"(?:send|buy|make|place|book|cancel|leave|open|click|return|pay|sign|finish|complete|ask|call|convert|respond|answer|donate|give|pause|switch|attend|drop|enrol|renew|upgrade)"


def is_metric(phrase: str) -> bool:
    """Whether a phrase can head a row of a report: short, with the noun of a measure, and no clause of its own."""
    words = phrase.split()
    clause = r"\b(?:is|are|was|were|which|what|that's|because|should|shall|must|we|i|they|you|will|would|can|could|says?|chosen|refreshed|seen|never|new one|in our|mean for)\b"
    return (
        1 <= len(words) <= 12
        and re.search(METRIC_NOUN, phrase, re.IGNORECASE) is not None
        and not re.search(clause, phrase, re.IGNORECASE)
        and not re.search(r"\d(?!\d*[- ](?:days?|weeks?|months?|hours?|minutes?|min|seconds?|s|h)\b)", phrase)
        and not re.match(r"(?:the )?(?:model|data|list|file|score)\b", phrase, re.IGNORECASE)
    )


_METRIC = (
    r"(?:metric|number|measure|figure|kpi) (?:that )?(?:the |our )?[\w ]{1,24}(?:cares? about|wants?|looks at|watch(?:es)?|reports?) is\s+(?:the )?([^.;,]{4,70})",
    r"(?:outcome|success|goal|target) (?:we want |we aim for |measure |for us )?(?:is|would be|means|:)\s*(?:to |would be )?([^.;]{4,80})",
    r"success (?:is|would be|means|:)\s*([^.;]{4,80})",
    r"(?:leadership|management|the board|the director|the owner|business|finance|they|we) (?:really )?(?:wants?|would like|needs?|looks? at)(?: to)?\s+((?:more|fewer|less|lower|higher|to (?:cut|reduce|raise|increase)|cut|reduce|raise|increase|the )[^.;,]{4,70})",
    r"(?:the )?(?:target|aim)[: ]+(?:is )?(?:to )?((?:raise|reduce|cut|increase|lower)[^.;,]{4,70})",
    r"(?:should|must|to) maximi[sz]e\s+([^.;,]{4,60})",
    r"(?:we lose|lost us|costs? us|we paid?)\s+((?:about |roughly |around |nearly )?[€$£]?\d[^.;]{3,60})",
    r"would like (?:the |our )?([a-z][^.;,]{3,40}?(?:rate|share|cost|time|level|number)s?)\b",
)


_X = r"(?P<x>[^.;:|\n]{3,80}?)"
_N = r"(?:about |around |roughly |only |some |nearly )?[€$£]? ?(?:[A-Z]{3} )?\d"
_PAIRS = (
    rf"\b(?:(?:number|figure|metric|measure)\b[^.;:|\n]{{0,30}}?\b(?:judged|measured|reports?|watch\w*|looks?|okr|cares?|counts?)\b[^.;:|\n]{{0,20}}?|yardstick|what (?:we|i|they)(?:['’]ll| will| are| am)? (?:be )?(?:measured|judged) (?:by|on|against))\s*(?:is|are|:)\s*(?:the )?{_X}(?=,? (?:across|presently|currently|today|now|at present|rn\b|from|which|and|as a)\b|[,.;:|]|$|\s{_N})",
    rf"\b(?:kpi|(?:business |headline |key )?metric|business(?: goal| value| target)?|north star|success(?: metric)?|target|goal|aim|as to value|in money|value)\s*(?:is|would be|means|=|:)\s*{_X}(?=,? (?:today|now|current|at present|presently|from|down|up|is|was|which|are)\b|[,.;:|]|$|\s{_N})",
    rf"\b(?:we|they|board|director|management|leadership|cfo|ceo|coo|finance|owner|trustees|minist\w+|region|council|city|committee|boss|headquarters|investors?) (?:\w+ )?(?:measures?|watch(?:es)?|tracks?|looks? at|cares? about|reports?)(?: us by| on)?\s+{_X}(?=,? (?:today|now|current|at present|presently|which|from)\b|[,.;:|]|$|\s{_N})",
    rf"\b(?:reduce|raise|increase|cut|lower|bring|get|improve|shorten|push|lift|drop|shrink|take|reducing|cutting|lowering|raising|halve)\s+{_X}(?=\s(?:down |up )?from\s{_N})",
    rf"\b(?:want|would like|['’]d like|wish|need)s?\s+{_X}(?=\s(?:to (?:come|go|fall|drop|rise|be|get|shrink|stay)|lowered|reduced|raised|cut|increased|halved|brought|down|up)\b)",
    rf"\b(?:lift|raise|increase|improve|reduce|cut|lower|push|grow|shorten)\s+{_X}(?=\sby\s(?:at least |about |some |around )?\d)",
    rf"\b(?:see|have|get|bring|move|take|help|let)\s+{_X}(?=\s(?:to )?(?:go|move|come|rise|fall|grow|drop|climb|shrink|sink)s? (?:up |down )?from\s{_N})",
    rf"(?:^|[.;:,|]\s?|\band |\bbut ){_X}(?=,? (?:down |up )?from {_N}[^.;]{{0,24}}\bto\b)",
    rf"(?:^|[.;:|]\s?|\band |\bbut |, ){_X}(?=,? (?:is|are|was|were|stands? at|amounts? to|runs? at|sits? at|hovers? (?:at|around)|currently|now|today|of|at)(?: currently| now| today| at)? {_N})",
)
"""Where a metric stands beside its levels, or under a name for metrics; the levels themselves are weighed elsewhere."""
_BOTH_LEVELS = r"\bstands? at\b|amounts? to\b|today|now\b|current|present|last (?:year|month|quarter|season|summer)|at the moment"
_HOPE = r"\bwant|would like|['’]d like|\bgoal|target\b|promised|should|aim|happy with|hope|down to|up to|below|like to|by 20\d\d|worth|\basks? for"


def business_metric(passages: tuple[Sentence, ...]) -> Given[str] | None:
    """The metric by name: under a name for metrics, beside its level and its target, or as the wish that names it."""
    for n, pattern in enumerate(_PAIRS):
        for at, sentence in enumerate(passages):
            following = passages[at + 1].text if at + 1 < len(passages) else ""
            if n == len(_PAIRS) - 1 and not (sentence.has(_BOTH_LEVELS) and re.search(_HOPE, sentence.text + following, re.IGNORECASE)):  # fmt: skip
                continue
            for match in re.finditer(pattern, sentence.text, re.IGNORECASE):
                phrase = _as_name(match["x"])
                strict = n in (0, 1, 2, 4)
                if (is_metric(phrase) if strict else _is_phrase(phrase)) and not re.search(OF_A_MODEL, phrase, re.IGNORECASE):  # fmt: skip
                    return Given(phrase, sentence.text[:160], sentence.start + match.start("x"))
    return _wished(passages)


def _as_name(phrase: str) -> str:
    phrase = _LEAD.sub("", _TAIL.sub("", f" {phrase.strip()}").strip() + " ").strip(" \"'“”*|–-,")
    phrase = re.sub(
        r"^(?:to )?(?:raise|cut|reduce|increase|lower|improve|lift|bring down|see)\s+", "", phrase
    )
    return re.sub(r"^(?:the|our|a|an|their|its)\s+", "", re.split(r"\s(?:so that|because|without|by half|to go)\b", phrase)[0], flags=re.IGNORECASE)  # fmt: skip


def _is_phrase(phrase: str) -> bool:
    """A noun phrase that can head a row, whatever its noun: it stands between its levels."""
    clause = r"\b(?:is|are|was|were|does|do|did|has|have|takes|handles|gets|this|these|which|what|that|because|should|we|i|they|you|it|will|would|can|could|there|team|budget|latency|p99|p50|history|data|list|labels?|model|limit|volume|peak|traffic|delay|window|prevalence|base rate|if|when)\b"
    verb = r"(?:use|predict|forecast|interested|uses|in (?:19|20)\d\d|\d|of\b|(?:19|20)\d\d)"
    if re.match(verb, phrase, re.IGNORECASE) or re.search(r"\b(?:was|were|raised|uses)\b", phrase):
        return False
    return 1 <= len(phrase.split()) <= 10 and len(phrase) > 3 and not re.search(clause, phrase, re.IGNORECASE)


def _wished(passages: tuple[Sentence, ...]) -> Given[str] | None:
    for pattern in _METRIC:
        for sentence in passages:
            if match := re.search(pattern, sentence.text, re.IGNORECASE):
                phrase = re.sub(r"^(?:the|to|a|an)\s+", "", match[1].strip(), flags=re.IGNORECASE)
                phrase = re.split(
                    r", (?:pres|curr|today|now)|:|\s(?:so that|because|presently|from \d|to go|by \d|by half|without)\b",
                    phrase,
                )[0]
                phrase = re.sub(
                    r"^(?:to )?(?:raise|cut|reduce|increase|lower|improve|lift|more|bring down)\s+",
                    "",
                    phrase.strip(),
                )
                phrase = _without_amount(phrase)
                if not is_metric(phrase) or re.search(r"\bpredict|classif|\bmodel\b|design|document", phrase):
                    continue
                return Given(phrase.strip(" ,"), sentence.text[:160], sentence.start + match.start())
    return None


def named_by(name: str, level: Given[float] | None) -> Given[str] | None:
    """A quality measure of the model is no number of the business, whatever level the brief gives it."""
    if not name or level is None or re.search(OF_A_MODEL, name, re.IGNORECASE):
        return None
    return Given(name, level.quote, level.start)


def metric_of(passages: tuple[Sentence, ...], level: Given[float] | None) -> Given[str] | None:
    """What the brief's percentage is said of, when no sentence names the metric itself."""
    for sentence in passages if level else ():
        for number in sentence.numbers:
            if level and sentence.start + number.start == level.start:
                return named_by(name_before(sentence, number) or name_after(sentence, number), level)
    return None


def _without_amount(phrase: str) -> str:
    """`about 4.1 % of fresh revenue to waste` → waste; a metric's name is a noun phrase, never an amount."""
    if not re.match(r"(?:about |roughly |around |nearly )?[€$£]?\d", phrase):
        return phrase
    match = re.search(r"\b(?:to|on|in|for) ([a-z][\w -]{3,40})$", phrase)
    return match[1] if match else ""

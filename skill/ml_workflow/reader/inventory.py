"""The data a brief says it has: tables, feeds, logs and files, taken from its lists. What is no noun phrase is left out rather than shown."""

import re
from collections.abc import Iterator

from briefwright.skill.ml_workflow.facts import Given
from briefwright.skill.ml_workflow.reader.passages import Sentence

# Under these words whatever is listed is data.
_HEADED = re.compile(
    r"(?:^|[\n|*•#-]\s*|[.;:]\s+|\b)(?:\*\*|_|\*)?(?:(?:the )?(?:available )?data(?:sets?| sources?)?(?: (?:we have|available|at hand|that we have))?|stuff we(?:['’]ve| have)(?: got)?|what (?:we|i)(?:['’]ve| have)(?: got)?|what have we got|(?:is |are )?available(?: (?:is|are|data))?|(?:training )?material|sources?|inputs?(?: we have| available)?|at hand|on file)(?:\*\*|_|\*)?\s*(?:[:=–]|(?:is|are|include|includes|come from|comes from):?\s|-\s|\.(?=\s)|,\s(?=we))\s*(?P<list>[^\n;]+)",
    re.IGNORECASE,
)  # fmt: skip
_INSIDE = re.compile(r"\b(?:in|out of|from|inside) (?:the |our )?[A-Z][\w-]+(?: [A-Z][\w-]+)?(?: \([^()\n]{1,40}\))?\s*:\s*(?P<list>[^\n;]+)")  # fmt: skip
"""`It is all in Snowflake: logins, support tickets`: what a store holds."""
# After these only what names data counts: `we have 312 turbines` is no table.
_HELD = re.compile(r"\b(?:we|i|they|you)(?:['’](?:ve|ll)| have| will)?(?: also)? (?:have|hold|keep|log|store|collect|record|own|got|get|provide|receive)\s+(?P<list>[^\n;]+)|\b(?:will|can) (?:provide|supply|make available)\s+(?P<given>[^\n;]+)|\bthere(?:['’]s| is| are)(?: also)? (?P<there>[^\n;]+)|\b(?:years?|months?|weeks|seasons) of (?P<span>[^\n;]+)|\bplus (?P<plus>[^\n;]+)", re.IGNORECASE)  # fmt: skip
_PLACED = re.compile(r"(?:^|[.;:]\s+)(?P<list>[A-Z][^.;:\n]{3,160}?) (?:is|are|live|lives|sit|sits|reside|resides|come|comes|arrive|arrives|land|lands|stored|kept|all) (?:all |stored |kept )?(?:in|on|from|by|through|via|at) (?:the |our |an? )?(?P<place>[A-Z][\w-]*(?: [A-Z][\w-]*)*)", re.IGNORECASE)  # fmt: skip
_THROUGH = re.compile(r"\b(?:come|comes|arrive|arrives|reports?|reach(?:es)?|flows?|pushed|sent|lands?)(?: in| us| over)?(?: per \w+)? (?:by|from|through|via|over) (?P<list>[^.;\n]+)", re.IGNORECASE)  # fmt: skip
DATA = re.compile(
    r"\b(?:data|logs?|records?|history|histories|readings?|measurements?|images?|photos?|pictures|videos?|footage|counts?|reports?|orders?|registers?|registry|tables?|exports?|feeds?|files?|ledgers?|sensors?|forecasts?|weather|calendars?|schedules?|surveys?|transcripts?|spectra|notes|tickets?|claims?|invoices?|policies|payments?|transactions?|sales|bookings?|reservations?|visits?|sheets?|archives?|director(?:y|ies)|metadata|spreadsheets?|maps?|permits?|lists?|scanners?|cameras?|lidar|loggers?|events?|clicks?|impressions?|sessions?|listings?|messages?|e-?mails?|calls?|letters?|documents?|manuals?|contracts?|profiles?|accounts?|ratings?|reviews?|cards?|sign-?ups|subscriptions?|admissions?|discharges?|labs?|results?|plans?|inspections?|work orders?|maintenance|telemetry|positions?|gps|trips?|stops?|balances?|applications?|purchases?|returns?|refunds?|deliver(?:y|ies)|stock|prices?|promotions?|holidays?|metering|meters?|samples?|tests?|temperatures?|flows?|vibrations?|historian|scada|crm|erp|mes|gis|cms|cmms|ehr|pos|sap|lims|wms|tms|kafka|databases?|warehouse|catalogue|catalog|inventory|enquiries|complaints?|annotations?|labels?|marks|codes|diaries|questionnaires?|scores?|statistics|figures|averages|extracts?|dumps?|snapshots?|streams?|signals?|channels?|columns?|attributes?|texts?|recordings?|audio|certificates?|forms?)\b",
    re.IGNORECASE,
)
_ITEMS = re.compile(r",\s*(?:and |plus |also |then |as well as )?|\s+(?:and|plus|as well as)\s+|\s\+\s|\s/\s|、|，|\s&\s|;\s*", re.IGNORECASE)  # fmt: skip
_LEAD = re.compile(r"^(?:(?:the|our|an?|all|some|also|then|including|there(?:['’]s| is| are)?|we(?:['’]ve| have)(?: got)?|of course|obviously|from|plus|and|any|each|every|of|about|roughly|around|nearly|over|more than|almost|only|just|its|their|his|both|from the larger sites|so far|everything from|everything)\s+|(?:\d[\d.,]*|one|two|three|four|five|six|seven|eight|nine|ten|eleven|twelve|eighteen|half)(?:\s?(?:k|m|million|thousand))?\s+(?:and a half\s+)?(?:years?|yrs?|months?|weeks?|seasons?|days?)(?:['’])?\s+(?:worth\s+)?(?:of\s+)?|(?:many|several|\d[\d.,]*(?:\s?(?:k|m|million|thousand|billion))?)\s+)+", re.IGNORECASE)  # fmt: skip
_TAIL = re.compile(r"\s(?:\d|exists?\b|in|on|at|from|since|back|over|for|which|that|so|as|with|every|loaded|resid\w*|stored|kept|goes?|are|is|was|were|of (?:which|them|last)|per|by|through|via|to|until|up to|who|where|when|because|but|if|live|sit|come|arrive|all|too|booked|once|twice|named?|called|going|older|only|now|today|already|currently|out of|a (?:day|week|month|year)|we|you|i|they|it)\b.*$", re.IGNORECASE)  # fmt: skip
_NO_DATA = re.compile(
    r"^(?:(?:special categor|sensitive|personal|confidential|private|subject to|protected|encrypted|pseudonym|anonym|noisy|messy|scarce|incomplete).*|results?|answers?|(?:mon|tues|wednes|thurs|fri|satur|sun)day|models?|data(?:['’]s)?|welcome|holes|please|back|score|lists?|columns?|moderation|today|history|signals?|inputs?|system|arrives|lab|labels?|features?|[a-z]+ed|[\w-]+ [a-z]+ly|[a-z-]+ly|[a-zäöü]*gesch\w+|alles|back a .*)$|^(?:six|seven|eight|nine|ten|eleven|twelve|twenty|thirty) |:|\d/\d|\bof data$|^(?:there|after|before|them|it|this|that|these|those|here|nothing|everything|something|anything|who|which|what|when|years?|months?|weeks?|days?|time|times|one|two|three|people|persons?|team|engineers?|scientists?|analysts?|developers?|budget|money|eur|usd|no|not|none|more|less|most|others?|issues?|problems?|questions?|ideas?|rest|stuff|things?|example|lot|lots|few|couple|half|only|yes|ok|fine|also|integrator\b.*|somebody|someone|nobody|everybody|anyone|to|for|with|without|already|still|gets?|uses?|used|must|should|can|will|would)$|\b(?:we|i|you|he|she|they|us|is|are|was|were|has|have|had|do|does|did|can|must|should|would|will|want|need|isn't|don't|won't)\b|^(?:often|usually|sometimes|always|rarely|hardly|after|before|during|until|because|so|then|to|for|with|without|integrator|how|why|where|at least|up to|no|not|never|every|each|per)\b|\b(?:persons?|statisticians?|engineers?|analysts?|developers?|scientists?|budget|licen[cs]es?$|credits|experience|kubernetes|gpus?|cores?|servers?|team|colleagues?|student|deadline|idea|problem|question|time|money|eur|usd|gbp)\b|[€$£?!@<>{}\[\]]|\d{3,}",
    re.IGNORECASE,
)
MOST = 8


def sources(passages: tuple[Sentence, ...]) -> tuple[Given[str], ...]:
    """What the brief lists as its data, each once, in its own words and order."""
    found: dict[str, Given[str]] = {}
    for at, sentence in enumerate(passages):
        following = passages[at + 1] if at + 1 < len(passages) else None
        for start, item in _named(sentence, following):
            name = item.lower()
            if not any(name in other or other in name for other in found):
                found[name] = Given(item, sentence.text[:160], sentence.start + start)
    return tuple(found.values())[:MOST]


def _named(sentence: Sentence, following: Sentence | None) -> Iterator[tuple[int, str]]:
    if (
        re.fullmatch(
            r"[\W\d]*(?:the )?(?:data|sources?|material|available data|inputs)\W*",
            sentence.text,
            re.IGNORECASE,
        )
        and following
    ):
        yield from ((0, item) for item in _items(following.text, strict=False))
        return
    places = {
        match["place"].lower() for match in _PLACED.finditer(sentence.text)
    }  # `plans come from SAP`: the plans

    def is_place(item: str) -> bool:
        return any(place.startswith(item.lower()) for place in places)

    for match in _INSIDE.finditer(sentence.text):
        yield from ((match.start("list"), item) for item in _items(match["list"], strict=False) if not is_place(item))  # fmt: skip
    for match in _HEADED.finditer(sentence.text):
        yield from ((match.start("list"), item) for item in _items(match["list"], strict=False) if not is_place(item))  # fmt: skip
    if _bare(sentence.text):
        yield from ((0, item) for item in _items(sentence.text, strict=False))
    for match in _SYSTEM.finditer(sentence.text):
        yield match.start(1), match[1]
    for pattern in (_HELD, _PLACED, _THROUGH):
        for match in pattern.finditer(sentence.text):
            group = next(name for name, text in match.groupdict().items() if text and name != "place")
            yield from ((match.start(group), item) for item in _items(match[group], strict=True) if not is_place(item))  # `plans come from SAP`: the plans  # fmt: skip


_SYSTEM = re.compile(
    r"\b((?:(?!(?:the|our|an?|all|from|into|same|this|that|every|each|one)\b)[a-z-]+ )?(?:historian|logbook|ledger|(?<!to )(?<!can )(?<!must )log)\b|SCADA|CMMS|ERP|CRM|EHR|LIMS|GIS|WMS|TMS|data ?warehouse)(?=[\s.,;)]|$)"
)
"""Systems of record a sentence mentions in passing: `all written up in the maintenance log`."""


def _bare(text: str) -> bool:
    """Whether a sentence is nothing but a list of data: `Monthly readings for four years, customer register, weather.`"""
    pieces = [
        _LEAD.sub("", re.sub(r"\s*\([^)]*\)", "", piece).strip()) for piece in _ITEMS.split(text.rstrip("."))
    ]
    short = all(1 <= len(piece.split()) <= 5 and not _NO_DATA.search(piece) and not re.search(r"[~|≈]|\d{2}", piece) for piece in pieces)  # fmt: skip
    return (
        short
        and len(pieces) >= 3
        and sum(bool(DATA.search(piece)) for piece in pieces) * 5 >= len(pieces) * 3
    )


def _items(text: str, *, strict: bool) -> Iterator[str]:
    """The noun phrases of a list; with `strict` those that name data."""
    text = re.split(r"\.(?:\s|$)|[!?]", re.sub(r"\s*\([^)]*\)", "", text))[0]
    for piece in _ITEMS.split(text)[:MOST_ITEMS]:
        piece = re.sub(r"^[A-Z][\w-]* (?:has|holds|contains|keeps) ", "", piece.strip())
        item = _TAIL.sub("", _LEAD.sub("", piece.strip(" *_-–•:\"'“”"))).strip(" *_-–•:\"'“”.")
        words = item.split()
        if not 1 <= len(words) <= 5 or len(item) < 3 or len(item) > 48 or _NO_DATA.search(item):
            if strict:
                return  # the list has ended
            continue
        if strict and not DATA.search(item):
            return
        yield item


MOST_ITEMS = 14

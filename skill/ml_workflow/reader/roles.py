"""The words that make a number a fact, role by role. How they are weighed stands in `competing.py`.

Weights: 1 a hint, 2 usual company, 3 nearly says it, 5 says it; negative, the number means something else. A role needs 4.
"""

import re

from briefwright.skill.ml_workflow.reader.competing import Cue, Place, Role, always, of_unit
from briefwright.skill.ml_workflow.reader.periods import heads, period_of_money, weekly
from briefwright.skill.ml_workflow.reader.shares import SHARES
from briefwright.skill.ml_workflow.reader.vocabulary import (
    ABOUT,
    ACT,
    AGO,
    FLOW,
    MONEY_ACT,
    MONEY_MISS,
    MOST,
    PEOPLE,
    THINGS,
    UNHARMED,
)
from briefwright.skill.numbers import CURRENCIES, PER_IN_DAYS


def _bare(place: Place) -> bool:
    return not place.number.unit and not place.period


def _flow(place: Place) -> bool:
    return not place.number.unit and place.period in PER_IN_DAYS and place.number.value >= 1


def _ms(place: Place) -> float:
    return place.number.seconds * 1000


def _same_unit(place: Place) -> str:
    return place.number.unit


def _is_money(place: Place) -> bool:
    return place.number.unit in CURRENCIES


def _money_period(place: Place) -> str:
    return place.number.per or period_of_money(place.sentence, place.number)


def _one_amount(place: Place) -> bool:
    """Money, and not per month or year."""
    return _is_money(place) and not _money_period(place)


HOTLINE = r"\b(?:hotline|callers?|tele?phone line|service level|(?:phone )?calls? (?:are |is |be )?answered|\d ?% (?:of \w+ )?answered|abandon\w*|on hold|pick(?:ed)? up)\b"
"""How fast people answer the telephone is no latency of a model."""
LEAD = r"\b(?:at least|no less than|not less than|minimum(?: of)?|a minimum of|≥) (?:about )?[\w.]+ ?-?\w+ (?:ahead|before|in advance|early|beforehand|notice|lead)\b|\b[\w.]+ (?:days?|weeks?|hours?|h|months?|minutes?|min|d)['’]? ?(?:of )?(?:notice|lead time)\b"
"""How early a warning must come: what happens sooner is too late to act on."""
GROWTH = r"(?:\b(?:add(?:s|ed|ing)?|commission\w*|(?:we|to|will|they) open|open(?:ed|ing)|built|build(?:ing)?|onboard\w*|join(?:s|ed|ing)?|hir(?:e|ed|ing)|grow(?:s|n|ing)?|install(?:s|ed|ing)?)\b)[^.;]{0,30}$"
"""`We add 50 lifts a year` is growth of the stock, no flow of cases."""
DATED = r"\bby (?:\w+ ){0,3}next\b|\bbacklog|\bfinish(?:ed)?\b|\bordered\b|\brota\b|\broster\b|\bgo(?:es)?[- ]live\b|\bfunding\b|\bget back\b|\bcall(?:ed)? back\b|\breply\b|\bdeadline\b|\bdelivery\b.*\bdays before\b|\bpublished\b"
"""Plans of the project or of the trade, no span over which an outcome is counted."""
LATENCY = (
    Cue(-7, "after", r"\A\s?(?:ms|s|sec|seconds?|milliseconds?)?\s?(?:today|now\b|at present|currently|at the moment)"),
    Cue(3, "clause", r"latenc\w+|respon[ds]\w*|answer\w*|repl(?:y|ies)|round[- ]?trip|inference|end[- ]to[- ]end|time budget|turn ?around|come back|comes back|decid\w+|verdict|return(?:s|ed)?\b|\bloads?\b|render|scor(?:e|es|ed|ing)\b|lookup"),
    Cue(3, "clause", r"worst[- ]case|milliseconds? from \w+ to"),
    Cue(1, "sentence", r"latenc\w+|respon[ds]\w*|answer|checkout|request|real[- ]time|API|endpoint|waits?|waiting|user|driver|screen|page|call\b|while the|online|path|tap|click|type"),
    Cue(2, "before", MOST + ABOUT + "$"),
    Cue(-5, "before", r"\b(?:every|each|per|last|past|next)\s+" + ABOUT + "$"),
    Cue(-4, "clause", r"window|interval|stale|refresh\w*|\bold\b|delay|lag\b|label|history|timeout|retr(?:y|ies)|sampl\w+|video|shift|recording|audio|clip|batch|deviation|wrong by|hold|downtime|outage|cache|detour|lead time|late\b|ahead"),
    Cue(-4, "after", r"\A\s?-?(?:long|min(?:ute)? (?:video|steps?|intervals?|slots?)|steps?|intervals?|windows?|buckets?|of (?:audio|video|data))"),
    Cue(-4, "after", AGO),
    Cue(-8, "own", HOTLINE),
    Cue(-9, "clause", r"\b(?:passengers?|patients?|callers?|guests?|visitors?|people|cars|trucks|lorries|travell?ers?|shoppers?|ships?|pupils?|students?) (?:[\w-]+ ){0,3}(?:waits?|waited|waiting|queues?|queued|stand)\b"),
    Cue(-8, "clause", r"error|off by|\bMAE\b|start(?:s)? (?:streaming|to stream|writing|talking)|first (?:token|word|character|byte)"),
)  # fmt: skip


def _latency(fact: str, *special: Cue) -> Role:
    return Role(fact, of_unit("ms", "s", "min"), (*LATENCY, *special), _ms, always("ms"))


def _thing(place: Place) -> str:
    """`loyalty members` → members; `part numbers` stays whole, its last word alone says nothing."""
    found = re.match(
        rf"[ -]((?:[\w-]+ ){{0,3}}?(?:{THINGS}))\b", place.sentence.after(place.number, 60), re.IGNORECASE
    )
    parts = found[1].replace("-", " ").split() if found else ["cases"]
    return " ".join(parts[-2:] if parts[-1] == "numbers" else parts[-1:]).lower()


def _cost(fact: str, speaks: str, denies: str) -> Role:
    """Money beside what one kind of error does."""
    cues = (
        Cue(5, "before", rf"(?:{speaks})"),
        Cue(2, "after", rf"\A[^,.;]{{0,40}}(?:{speaks})"),
        Cue(1, "clause", r"costs?|loses?|worth|burns?|damage|average"),
        Cue(-3, "before", rf"(?:{denies})(?!.*(?:{speaks}))"),
        Cue(
            -6,
            "before",
            r"\bfrom (?:about |around |today['’]s )?$|\bfrom [^;]{2,16} to (?:about |around |at least )?$",
        ),
        Cue(
            -5,
            "clause",
            r"budget|revenue|turnover|per (?:month|year)|capex|one-?off|standard deviation|on average we|basket|for (?:example|instance)|e\.g\.",
        ),
    )
    return Role(fact, _one_amount, cues, lambda place: place.number.value, _same_unit, enough=5)


ROLES: tuple[Role, ...] = (
    _latency(
        "latency_p50_ms",
        Cue(6, "clause", r"\bp50\b|\bmedian\b|50th|typical(?:ly)?|on average|\bmean\b|average (?:latency|response)"),
        Cue(-7, "clause", r"\bp9\d|9\dth|percentile|tail|at most|max|worst"),
        Cue(-4, "sentence", r"\A(?!.*(?:p50|median|typical|50th|on average|\bmean\b|average)).*"),
    ),
    Role(
        "events_on_file",
        _bare,
        (
            Cue(5, "after", r"\A (?:[\w-]+ ){0,3}?(?:failures?|breakdowns?|bursts?|outages?|incidents?|accidents?|faults?|fires?|leaks?|recalls?|defects|trips)\b"),
            Cue(4, "before", r"\b(?:only|just|were|are|had|have|since|with|recorded|documented|confirmed|in that time)\W+(?:about |some |around )?$"),
            Cue(3, "clause", r"confirmed|documented|written up|recorded|on file|known|labell?ed"),
            Cue(-8, "clause", r"last year|per (?:year|month|week|day)|a (?:year|month|week|day)\b|each year|every year|target|at most|alarms?\b|of (?:the )?\d"),
        ),
        lambda place: place.number.value,
        always("events"),
        enough=8,
    ),
    _latency(
        "latency_p99_ms",
        Cue(6, "clause", r"\bp99\b|\bp99\.9|99th|99 ?% of"),
        Cue(5, "clause", r"\bp9[58]\b|9[58]th|percentile|tail latency|9[058] ?% of"),
        Cue(8, "after", r"\A of (?:that|it|this|which)\b"),
        Cue(2, "clause", r"\d ?ms\b|milliseconds?"),
        Cue(-2, "clause", r"\d ?min(?:utes?)?\b"),
        Cue(-6, "clause", r"\bp50\b|\bmedian\b|typical(?:ly)?|on average|\bmean\b"),
    ),
    Role(
        "deadline_s",
        of_unit("s", "min", "h"),
        (
            Cue(-8, "own", HOTLINE),
            Cue(3, "before", r"(?:within|w/in|inside|under|at most|max(?:imum)?\.?|no (?:later|more|longer) than|not more than|less than|up to|in|after at most|≤|<)\s*(?:of )?" + ABOUT + "$"),
            Cue(3, "clause", r"of (?:its |their |the |being |a |an )?(?:arriv\w+|receipt|upload\w*|creation|filing|submi\w+|reading|event|message|landing|order\w*|posting)|after (?:it|they|the|an?|its|being) ?(?:\w+ )?(?:arriv\w*|lands?|created|upload\w*|clos\w+|last|submi\w+|posted|filed|image|scan|reading|call|message)|\bturn-?around|asynchron\w+|minutes? is (?:fine|ok|enough)|(?:seconds?|minutes?|hours?) (?:are|is) (?:fine|ok|okay|enough|acceptable)"),
            Cue(2, "clause", r"answer|result|respon[ds]|score[ds]?\b|verdict|classif|draft|ready|arriv|fine|back\b|appear|issued|processed|routed|alarm|alert|warn|decision|request|report|prediction|forecast|reply|flag"),
            Cue(1, "sentence", r"wait|alarm|alert|answer|result|arriv|upload|queue|route|prediction|forecast"),
            Cue(-6, "before", r"\b(?:every|each|per|last|past|next)\s+" + ABOUT + "$"),
            Cue(-4, "clause", r"\bp9\d|9\dth|percentile|label|known|window|interval|stale|\bold\b|history|shift|lead time|ahead|training|retrain|error|off by|MAE|batch|run(?:s|ning)? time|night|video|recording|restor\w*|recover\w*|roll ?back|restart|outage|downtime|truth|a day\b|per day|pre[- ]?warn|notice|travel|drive"),
            Cue(-3, "after", AGO),
        ),
        lambda place: place.number.seconds,
        always("s"),
    ),
    Role(
        "peak_rps",
        lambda place: place.number.unit == "rps" or (not place.number.unit and place.period in ("second", "minute", "hour")),
        (
            Cue(3, "after", rf"\A[^,.;]{{0,24}}\b(?:{FLOW})\b"),
            Cue(2, "before", rf"\b(?:{FLOW})\b"),
            Cue(3, "clause", r"peaks?\b|at most|burst\w*|rush|busiest|maximum|\bmax\b|spikes?|worst|black friday|high season|prime time|dinner|lunch"),
            Cue(4, "clause", r"\b(?:rps|qps|tps|req/s)\b|(?:per|a|/ ?) ?s(?:econd)?\b"),
            Cue(1, "sentence", r"endpoint|API|traffic|load|real[- ]time|online|stream"),
            Cue(-3, "clause", r"tokens?\b|\bMB|\bGB|rows|frames per second video|each (?:sensor|machine|device)"),
            Cue(-6, "clause", r"\b(?:can|could|manage|capacity|handle)\b[^,.;]{0,30}\b(?:agents?|analysts?|reviewers?|people|we)\b"),
        ),
        lambda place: place.number.value / {"minute": 60.0, "hour": 3600.0}.get(place.period, 1.0),
        always("requests/s"),
        largest=True,
    ),
    Role(
        "volume_per_day",
        lambda place: _flow(place) and place.period not in ("second", "minute"),
        (
            Cue(4, "clause", r"."),
            Cue(-8, "before", GROWTH),
            Cue(2, "clause", r"we (?:process|handle|receive|get|see|have|ship|sell|deliver|score|serve|issue|produce|take|run|publish|make|move|carry)|come in|arriv|inflow|volume|traffic|roughly|about|around|some"),
            Cue(2, "after", rf"\A[^,.;]{{0,30}}\b(?:{FLOW}|claims|tickets|parcels|shipments|applications|visits|trips|rides|articles|photos|documents|letters|invoices|e-?mails|posts|comments|pieces|parts|products|patients|admissions|bookings|reservations|deliveries|loans|leads|listings|discharges|reports|contracts|scans|samples|tests|customers|passengers|guests|drops|rentals|jobs)\b"),
            Cue(-5, "before", r"\b(?:can|could|able to|capacity|at most|max(?:imum)?\.?|no more than|not more than|up to|fewer than|afford|manages?|top)\b[^,.;]{0,40}$"),
            Cue(-4, "clause", r"capacity|by hand|manual\w*|review(?:s|ed|ers?)?\b|inspect\w*|call-?outs|false al(?:arm|ert)s|retrain\w*|releases?|times\b|meetings?|shifts?|complaints?|accidents?|budget|work(?:s|ed)? through"),
            Cue(-8, "after", r"\A\s?(?:lists?|runs?|batch|meetings?|times|retrainings?|releases?)\b"),
            Cue(-4, "after", r"\A\s?(?:times|shifts?|rounds?|meetings?|lists?|runs?|batches|updates?|retrainings?|(?:false )?al(?:arm|ert)s|releases?|sentences|hours?|new|of (?:them|these|those|which))\b"),
            Cue(-4, "before", rf"\b(?:{PEOPLE}) (?:can |now |currently |each |\w+ly )?(?:{ACT})\s+{ABOUT}$"),
            Cue(-2, "clause", r"\bnew\b|\bpeaks?\b|worst|record|busiest|up to|black friday|rush"),
            Cue(-9, "own", r"\bpeaks?\b(?=[^.;]*\bhour)|\b(?:busiest|rush|peak) hours?\b"),
            Cue(-3, "after", r"\A\s?(?:\w+ )?(?:events?|readings?|measurements?|log (?:lines|records)|clicks|views|samples|data points|rows)\b"),
        ),
        lambda place: place.number.value / PER_IN_DAYS[place.period],
        always("per day"),
        largest=True,
        each=lambda place: heads(place.sentence, place.number, THINGS),
    ),
    Role(
        "capacity_per_week",
        lambda place: not place.number.unit and place.number.value >= 2 and place.period not in ("second", "minute"),
        (
            Cue(4, "before", r"\b(?:can|could|able to|manages?(?: to)?|capacity|afford|time for|room for|places for|slots for|handle|handles|work through|gets? through)\b[^,.;]{0,34}$"),
            Cue(3, "before", rf"\b(?:{ACT})\s+(?:of )?(?:at most |up to |the )?{ABOUT}$"),
            Cue(3, "after", rf"\A[^,.;]{{0,26}}\b(?:{ACT})\b"),
            Cue(2, "before", rf"(?:at most|max(?:imum)?\.?|no more than|not more than|up to|top|the|list of(?: the)?|only)\s+{ABOUT}$"),
            Cue(2, "clause", r"(?:per|a|each|every|/) ?(?:working |business )?(?:day|week|month|shift|night)|daily|weekly|monthly"),
            Cue(2, "sentence", r"capacity|\bcan\b|manag|afford|\blist\b|at most|agents?|team of|inspectors|nurses|analysts|callers|investigators|reviewers|moderators|collectors|planners|clerks|staff|officers|technicians|people"),
            Cue(3, "before", rf"\b(?:{PEOPLE}) (?:can |now |currently |each |\w+ly )?(?:{ACT})\s+{ABOUT}$"),
            Cue(-6, "after", rf"\A\s?(?:\w+ ){{0,2}}(?:{PEOPLE}|engineers?|developers?|scientists?|years?|times|of us)\b"),
            Cue(-9, "after", r"\A\s?(?:fewer|less|more|candidates|results|items|hits|suggestions|recommendations|percent|km|tonnes|euros)\b"),
            Cue(-9, "before", r"\b(?:in|within|into|among|over) the top\s*$"),
            Cue(-7, "before", r"\b(?:centres?|centers?|systems?|platforms?|services?|sites?|shops?|networks?|hotlines?|company|engines?|api|apps?|search|website|warehouses?|depots?)\b[^,.;]{0,24}\b(?:handles?|gets|manages?|processes)\b[^,.;]{0,24}$"),
            Cue(-8, "after", r"\A\s?(?:make|makes|made|cover|covers|account|accounts|types?|of (?:them|these) make)\b"),
            Cue(3, "clause", r"feasible|doable|there is (?:room|time)"),
            Cue(-8, "own", r"\bpin(?:s|ned|ning)?\b|\bpromot\w+|\bpick(?:s|ed)?\b"),
            Cue(-4, "clause", r"we (?:process|receive|get|see|ship|sell|deliver)|come in|arriv\w*|budget|history|since|labell?ed|training|collected|trained"),
            Cue(-3, "clause", r"requests?|queries|events|transactions|impressions"),
        ),
        lambda place: weekly(place.sentence, place.number),
        always("cases/week"),
        enough=6,
        each=lambda place: heads(place.sentence, place.number),
    ),
    Role(
        "label_delay_days",
        of_unit("min", "h", "day", "week", "month", "year"),
        (
            Cue(-9, "lead", UNHARMED),
            Cue(-8, "own", DATED),
            Cue(-3, "clause", r"\d ?min"),
            Cue(3, "clause", r"\bclicks?\b|attribut\w*|conversions?"),
            Cue(3, "clause", r"\blabels?\b|ground truth|\btruth\b|outcome|confirm\w*|chargeback|verdict|feedback|known\b|\blearn\b|find out|findings?|coded\b|correct\w*|visible\b|complain\w*|attribut\w*|\bknow\b|settle\w*|clos(?:e[sd]?|ing)\b|result\w*|come(?:s)? (?:back|in)|arriv\w*|attribut\w*|final|reported|we (?:learn|hear|find out|see)|dispute\w*|lab\b|diagnos\w*|resolved|paid|inspection report|mature\w*|clear\b|certain|verified|decided"),
            Cue(2, "sentence", r"\blabels?\b|ground truth|\btruth\b|outcome|confirm\w*|known|chargeback|feedback|we only (?:know|learn|see)"),
            Cue(3, "after", r"\A[^,.;]{0,10}\b(?:later|after|late|delay|afterwards?|behind|past|lag)\b"),
            Cue(3, "before", r"(?:up to|within|after|takes?|lags?|lag(?:ged)?(?: (?:of|by|is))?|delay(?:ed)?(?: (?:of|by|is))?|wait|only|until|later than|average of|on average|mean|need[s]?)\s*" + ABOUT + "(?:up to )?" + ABOUT + "$"),
            Cue(-6, "clause", r"history|of data|next\b|budget|\btrain(?:ing|ed)?\b|retrain\w*|experiment|\btest\b|a/b|trial|pilot|kept|keep|store[sd]?|retention|audit|contract|lookback|window|in advance|ahead|forecast|stale|answer within|respon[ds]|at the latest at"),
            Cue(-4, "after", r"\A\s?(?:ago|ahead|of (?:data|history|logs))"),
            Cue(-5, "before", r"\b(?:every|each|per|last|past|next|coming)\s+" + ABOUT + "$"),
        ),
        lambda place: place.number.days,
        always("days"),
        enough=6,
    ),
    Role(
        "label_horizon_days",
        of_unit("min", "h", "day", "week", "month", "year"),
        (
            Cue(-9, "own", LEAD),
            Cue(-8, "own", DATED),
            Cue(4, "before", r"(?:next|coming|following|upcoming)\s+" + ABOUT + "$"),
            Cue(4, "after", r"\A[^,.;]{0,6}\b(?:ahead|horizon|in advance|out\b|before (?:it|they|the|a|an|failure|breakdown)|after (?:discharge|delivery|purchase|signing|funding|admission|release|surgery|the (?:visit|first|call)))\b"),
            Cue(3, "before", r"(?:within|inside(?: of)?|in|over|during|for|horizon(?: is| of|:)?|at least|up to|days? 1 to)\s+(?:the |any |their |its |a )?(?:next |first |coming )?" + ABOUT + "$"),
            Cue(3, "clause", r"predict\w*|forecast\w*|will\b|['’]ll\b|quit\b|going to|likely|churn\w*|cancel\w*|fail\w*|leave|buy|default\w*|readmi\w*|return|convert|horizon|risk of|demand|warn\w*|early|expect\w*|drop out|lapse|renew"),
            Cue(1, "sentence", r"predict\w*|forecast\w*|want to know|likely|risk|which\b|score|warn|horizon"),
            Cue(-5, "clause", r"\blabels?\b|history|of data|budget|\btrain(?:ing|ed)?\b|retrain\w*|experiment|\btest\b|trial|pilot|known|confirm\w*|arrive[sd]?|answer|respon[ds]|ready|deliver\w*|report\w*|retention period|archiv\w*|deleted?|audit|contract|\bold\b|turnaround|go[- ]?live|deadline|project|launch|team|review"),
            Cue(-5, "before", r"\b(?:every|each|per|last|past)\s+" + ABOUT + "$"),
            Cue(-5, "after", AGO.replace("ahead|before|", "")),
        ),
        lambda place: place.number.days,
        always("days"),
        enough=6,
    ),
    Role(
        "lead_time_days",
        of_unit("min", "h", "day", "week", "month"),
        (
            Cue(8, "own", LEAD),
            Cue(-6, "own", r"\bdeliver\w*|\bbook(?:ed|ing)?\b|\borders?\b|\bpublish\w*|\brota\b|\brun\b"),
            Cue(2, "sentence", r"warn\w*|alarm|alert|fail\w*|break\w*|trip|early|drift|tells?"),
        ),
        lambda place: place.number.days,
        always("days"),
        enough=8,
    ),
    Role(
        "events_per_year",
        lambda place: _bare(place) or (not place.number.unit and place.period == "year"),
        (
            Cue(4, "clause", r"\blast year|\b(?:a|per|each|every) year|\bin 20\d\d|\bannual\w*|\byearly|past (?:year|twelve months|12 months)"),
            Cue(4, "after", r"\A (?:[\w-]+ ){0,2}?(?:failures?|breakdowns?|bursts?|stops?|stoppages?|outages?|incidents?|accidents?|trips?|leaks?|faults?|fires?|breaks?|deaths?|injuries|cases of|escapes?|recalls?|losses)\b"),
            Cue(4, "after", r"\A (?:of (?:them|the \w+) |(?:[\w-]+ ){1,2})(?:failed|broke(?: down)?|burst|stopped|tripped|leaked|crashed|caught fire|went|had an? (?:[\w-]+ ){0,2}(?:failure|breakdown|stop|outage|incident|fault|accident))\b"),
            Cue(-6, "clause", r"complain\w*|budget|alarms?\b|false|service(?:s|d)?\b|inspection|visit|target|wants?|goal|costs?"),
        ),
        lambda place: place.number.value,
        always("events/year"),
        enough=8,
        largest=True,
    ),
    Role(
        "budget_per_month",
        lambda place: _is_money(place) and bool(_money_period(place)),
        (
            Cue(4, "clause", r"."),
            Cue(3, "sentence", r"budget|spend|afford|infra\w*|cloud|hosting|running|operat\w*|compute|bill|all[- ]in|tops|cap\b|ceiling|money|cost ceiling"),
            Cue(-6, "clause", r"quoted|saves?|savings?|\bpays? (?:us|them|him|her)\b|we paid|paid (?:us|out)|costs? us|costing us|revenue|loss|losses|\blost\b|overtime|wages|stock|penalt\w*|fines?\b|earn\w*|salar\w*|\bfees?\b|income|turnover|waste|fraud|imbalance|damage|claims|premium|subscription of|worth|refunds?|margin|contribution|sales|spent on (?:ads|marketing)|donat\w*|arrears|write-?offs?"),
        ),
        lambda place: place.number.value / (12 if _money_period(place) == "year" else 1),
        _same_unit,
        enough=5,
    ),
    Role(
        "a one-off sum",
        _one_amount,
        (
            Cue(4, "clause", r"one-?off|one time|once\b|capex|up front|upfront|invest\w*|project budget|in total|altogether|total\b|all in all|for (?:the|this) (?:whole )?(?:thing|project|year|hardware|pilot)|grant|hardware|subsid\w*|purchase|lump"),
            Cue(3, "clause", r"budget|funding|funds|money"),
            Cue(-5, "clause", rf"{MONEY_ACT}|{MONEY_MISS}|revenue|costs? us|loss|average|per (?:case|item|order|unit|deal|claim)"),
        ),
        lambda place: place.number.value,
        _same_unit,
        enough=4,
    ),
    Role(
        "history_days",
        of_unit("day", "week", "month", "year"),
        (
            Cue(4, "after", r"\A[’']?\s?(?:worth )?(?:of )?(?:\w+[- ]){0,4}(?:data|history|records?|logs?|sales|tickets|measurements|readings|events|claims|telemetry|transactions|orders|images|photos|invoices|letters|scans|studies|bookings|payments|calls|samples|archives?|applications|visits|deliveries|trips|recordings|listens|clicks|patients|admissions|harvests|seasons)\b"),
            Cue(4, "clause", r"history|historical|\bhist\b|archive[sd]?\b|going back|goes back|back (?:about|some|to)|on file|recorded|logged|collected|stored|\bkept\b|we (?:have|keep|hold|got)|available|documented|data\b|reach(?:es)? back"),
            Cue(2, "before", r"(?:last|past|for|over|covers?|covering|spanning|of|have|hold|keep|for the)\s+(?:the )?(?:last |past )?" + ABOUT + "$"),
            Cue(4, "after", r"\A of (?:[a-z]+ ){0,2}[a-z]{3,}s\b"),
            Cue(4, "own", r"\A\W*(?:about |roughly |some |over )?[\w.,]+ (?:years?|yrs|months)(?: of it| back| worth)?\W*\Z"),
            Cue(-6, "after", r"\A\s?(?:ago|old|ahead|after|before|later|in advance|contract|budget|notice|grant|horizon|project|delay)\b"),
            Cue(-6, "before", r"\b(?:every|each|per|next|coming|within|in the first|up to|delete[sd]? after|after|by|until)\s+" + ABOUT + "$"),
            Cue(-5, "clause", r"predict\w*|forecast\w*|label|experiment|\btest\b|trial|pilot|audit|must be (?:kept|stored)|retention|traceab\w*|retrain\w*|contract|experience|budget|term\b"),
        ),
        lambda place: place.number.days,
        always("days"),
        largest=True,
    ),
    Role(
        "population",
        lambda place: _bare(place) and place.number.value >= 20 and not re.fullmatch(r"(?:19|20)\d\d", place.number.text.strip()),
        (
            Cue(5, "after", rf"\A[ -](?:[\w-]+ ){{0,3}}?(?:{THINGS})\b"),
            Cue(2, "before", r"\b(?:we (?:have|run|operate|serve|own|manage|cover|supply|insure|host|list|sell|stock|look after|lend|teach|treat)|our|across|for all|over|among|covers?|serv\w+|fleet of|with|total of|all|each of (?:the|our)|about|there are|base of)\s+(?:the |our |all )?" + ABOUT + "$"),
            Cue(-5, "after", r"\A[^,.;]{0,40}\b(?:labell?ed|annotated|archived?|sorted|collected|past|historic\w*|closed|stored|documented|so far|since (?:19|20)\d\d|on file|tagged|scanned|signed|confirmed|transcribed|verified)\b"),
            Cue(-5, "before", r"\b(?:labell?ed|annotated|archive of|history of|collected|trained on|confirmed|can|could|manages?|at most|up to|top|only|capacity(?: of| is)?|list of(?: the)?|of which|of them|max)\s+(?:[a-z]+ )?" + ABOUT + "$"),
            Cue(-5, "after", r"\A[ -][\w-]+ each\b"),
            Cue(-4, "clause", r"capacity|review(?:s|ed)? by|experiment|sample size|\bper arm\b|labels?\b|training (?:set|data)|pilot|matched"),
        ),
        lambda place: place.number.value,
        _thing,
        enough=5,
        largest=True,
    ),
    Role(
        "labelled examples",
        lambda place: _bare(place) and place.number.value >= 10,
        (
            Cue(6, "after", r"\A[ -](?:[\w-]+ ){0,4}?(?:labell?ed|annotated|tagged|confirmed|labels|annotations|verified|transcribed|coded|diagnosed|hand-?(?:sorted|labelled|tagged|checked))\b"),
            Cue(6, "before", r"\b(?:labell?ed|annotated|tagged|confirmed|labels|annotations|training (?:set|data|examples)|transcribed|verified|positives?)\b[^,.;]{0,20}$"),
            Cue(3, "after", r"\A[ -](?:[\w-]+ ){0,2}?(?:images?|photos?|pictures|letters|documents|recordings|clips|reports|scans|incidents|failures|examples|pairs|cases|events|breaches|bursts|accidents|x-rays|tiles|invoices)\b[^.;]{0,40}(?:since|in (?:the )?(?:last |past )?\w+ years|so far|on file|collected|archive|from)"),
        ),
        lambda place: place.number.value,
        always("labels"),
        enough=6,
        largest=True,
    ),
    _cost("cost_false_positive", MONEY_ACT, MONEY_MISS),
    _cost("cost_false_negative", MONEY_MISS, MONEY_ACT),
    *SHARES,
)  # fmt: skip


SHARED = frozenset(
    frozenset(pair)
    for pair in (
        ("positive_rate", "metric_baseline"),
        ("latency_p99_ms", "deadline_s"),
        ("labelled examples", "population"),
    )
)
"""Facts that one number can be at once: today's churn is the base rate of churn."""

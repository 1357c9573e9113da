"""Check 2 over text: each feature row, its window, its risk and its reason; the feature-store line."""

import re
from collections.abc import Iterator

from briefwright.skill.ml_workflow.reader.words import LATER
from briefwright.skill.ml_workflow.register import named_in
from briefwright.skill.ml_workflow.verify.claims import FeatureClaim, Said
from briefwright.skill.ml_workflow.verify.freshness import cut_and_reason, freshness
from briefwright.skill.ml_workflow.verify.verdicts import Document, TextCheck, fail
from briefwright.skill.numbers import TIME_IN_DAYS, numbers
from briefwright.skill.spec import Finding

PART = "feature_engineering"
TEMPORAL = r"\b(?:last \d|past \d|previous \d|prior \d|rolling|sliding|moving|trailing|(?<!train-)(?<!training )(?<!training-)(?<!train )windows?|trend|slope|lag(?:s|ged)?|recent|since the|over \[|so far|velocity|ewma|decayed)\b|_\{?\d+[a-z]*_?(?:count(?!r)|amount|sum)|_(?:avg|mean|trend|rolling)|(?:count|sum|total)_(?:of_)?(?:last|prev|past)|_\d+(?:m|min|h|d|w)\b"
ENDS = r"\bt0\b|ending|ends?\b|end[- ]of|cut[- ]?off|cut by|before|up to|as of|previous|prior to|valid at|at (?:request|prediction|scoring|list)|excluded?|closed|until|known|issued|lag|−|earlier|\bago\b|\bold\b|past only|only (?:the )?past|strictly|no later|delay|frozen|figée?|archiv|\bas above\b|\bsame (?:cut|run|rule|window|per)\b"
FUTURE = r"(?:nearest|closest) in time|around (?:the )?(?:request|prediction|decision|moment|scoring)\b|(?:measured|observed|actual|recorded|written off|booked|sold|returned|consumed|delivered|scanned)\b[^|.;]{0,40}\b(?:on|during|at) (?:the )?(?:day of (?:the )?)?(?:arrival|delivery|departure|event|service|stay|flight|visit|target|forecast|due)(?: (?:day|date|night|hour))?\b|(?:up to|until|by) (?:\d\d:\d\d )?(?:on|of) the (?:day of )?(?:arrival|target|delivery|departure|event|service|due)(?: (?:day|date))?\b|\bt0 plus \d|\b(?:next|following|coming|upcoming) \d+ ?(?:min|h|hours?|d|days?|weeks?|months?)\b|t0 ?\+ ?\d|\bstart(?:s|ing) (?:at|from|with) t0\b|\bfrom t0 (?:on|onwards?|forwards?)\b|\b(?:in|over|during) the \d+ ?(?:min|h|hours?|d|days?|weeks?|months?) (?:from|after|following|since) (?:and including )?t0\b|\b\d+ ?(?:s|sec(?:onds?)?|min|h|hours?|d|days?) (?:following|after|past) (?:the )?(?:t0|prediction|decision|request)\b|\d ?(?:min|h|d|days?|weeks?|months?) from t0\b|\bafter t0\b(?! excluded)|(?:min(?:ute)?s?|hours?|days?|weeks?|months?) after (?:the )?(?:scoring|prediction|decision|request|t0|list|cut|snapshot|cut-?off)\b(?! excluded)|centred window|centered window|full[- ]period|whole month including|(?:up to|until|at|through) the end of the (?:\w+ )?(?:day|week|month|lot|trip|session|shift|batch|order|stay)\b|days? before to (?:\w+ ){1,2}days? after|in the (?:day|week|month)s? after|around (?:the )?(?:target|t0|event)|(?:measured|observed|actual) (?:\w+ ){0,3}(?:in|at|during|on|for|of) (?:the )?(?:target|delivery|forecast|predicted|very) ?(?:slot|day|date|hour|week|time|moment)?|(?:in|of|on) the target (?:slot|day|week)\b(?=[^|]*\b(?:measured|observed|actual|realised))"
PAST_T0 = r"(?:extended|reach\w*|runs?|up) to t0 ?\+|after t0 (?:count|are (?:used|counted|included)|enter)|(?:whole|full|entire|complete) (?:call|session|trip|stay|conversation|transcript|thread)\b(?! (?:before|up to))"
AFTERWARDS = rf"{LATER}|\b(?:booked|used|billed|charged|consumed|spent) (?:on|for|in|during) (?:this|the same|the very) (?:visit|case|order|job|ticket|stay|repair|trip|call|claim)\b|\b(?:result|outcome|answer|verdict|diagnosis|reading) of the (?:\w+ )?(?:case|order|trip|visit|sample|file|ticket|call|claim|item|batch) itself\b|\b(?:set|written|entered|filled(?: in)?|recorded|assigned|maintained|noted)\b[^|.;]{{0,40}}\b(?:after|once) (?:the )?(?:file|case|ticket|claim|call|stoppage|stop|visit|order|event|stay|trip|shift|repayment|redemption|contract|sale)\b|\b(?:known|available|written|arrives|set) (?:only )?after\b|post-outcome|is the outcome|after the (?:decision|outcome|event)|(?:when|once|after) (?:the |a )?\w+ (?:is|was|has been|gets) (?:closed|resolved|settled|paid|decided|finished|cancelled|returned)\b"
# Names of things that exist only once the case is over; counted only where the row gives no window, no as-of and no history.
WRITTEN_LATER = r"(?:^|[ _])(?:actual|final|outcome|ack|acknowledg\w+|late fee|fee posted|posted|(?:case|technician|agent|nurse|clerk|\w{3,}(?:er|or|ist|ian|yst)) (?:notes?|comments?|summary|remarks?)|scout\w*|inspection result|(?:cancel|churn|exit|return|complaint|closing|termination|leaving)\w*[ _]reason|reason for (?:leaving|cancel\w+|return)|result|resolved|resolution|closed|closing|settled|settlement|cancell?ed|cancellation|complain\w*|correction|corrected|refund\w*|returned|chargeback|dispatcher note|operator note|agent note|verdict|markdown|dwell|clicked|opened|open this|this mailing|converted|churned|re-?graded|\w+ grade|end code|exit code|stop reason|amendments?|post-?mortem|days to sell|sold|paid out|payout|approved|rejected)(?:[ _]|$)"
AS_OF = r"\bt0\b|\b(?:part of|in|from|inside) the (?:event|request|message|call|payload|form)\b|\b(?:before|prior|previous|past|last|history|ago|lag(?:ged|s)?|earlier|valid at|as of|as-of|known at|at (?:request|prediction|scoring)|matur\w*|window|static|planned|published|forecast|out[- ]of[- ]fold)\b|\d+ ?(?:d|h|min|days?|hours?|weeks?|months?)\b"
EVENTS = r"cases|tickets|stops|alarms|jobs|deliveries|failures|messages|e-?mails|orders?|sales?|visits?|trips?|clicks?|events?|payments?|bookings?|calls?|purchases?|transactions?|usage|redemptions?|scans?|demand|consumption|starts?|contacts?|claims?|fraud\w*|spend\w*|days from"
AGGREGATE = rf"\b(?:rolling|recent|running|moving)\b|^(?:the )?(?:mean|median|average|count|sum|number|share|total|min|max|rate)\b[^|]{{0,30}}\b(?:{EVENTS})\b"
FITTED_ON_ALL = r"(?:fitted|learn(?:ed|t)|computed|calculated|normali[sz]\w+|standardi[sz]\w+|scal(?:ed|ing|ers?)|statistics|encod\w+|imput\w+|centred|centered|divided by|z-?score|min-?max|mean and (?:spread|deviation|sd|standard deviation))[^.;|\n]{0,110}?\b(?:all|entire|whole|full|complete|every|ever taken|including (?:the )?(?:test|validation))\b(?! training)(?! (?:LightGBM|parameters|features|numeric|inputs|of them fitted))"
LEVELS = r"^\W*(low|med(?:ium)?|high)\b"


def _each(d: Document) -> Iterator[tuple[FeatureClaim, Said]]:
    yield from ((f, Said(f.all, f.line)) for f in d.claims.features)


def risks(d: Document) -> Iterator[Finding]:
    for f, said in _each(d):
        level = re.search(LEVELS, f.risk, re.IGNORECASE)
        if not level:
            yield fail(
                "C2.risk", f.name, said, f"leakage risk “{f.risk[:30]}” is not Low, Med or High", "Rate it."
            )
        elif (
            is_temporal(f)
            and not f.is_excluded
            and len(re.sub(LEVELS, "", f.risk, flags=re.IGNORECASE).split()) < 2
        ):
            yield fail(
                "C2.reason",
                f.name,
                said,
                f"temporal feature rated “{f.risk}” without a reason",
                "Name the concrete way it could leak, or why it cannot.",
            )


def is_temporal(f: FeatureClaim) -> bool:
    words = re.sub(r"\bno (?:look-?back )?window\b", "", f"{f.name} {f.transform}", flags=re.IGNORECASE)
    return re.search(TEMPORAL, words, re.IGNORECASE) is not None


def windows(d: Document) -> Iterator[Finding]:
    for f, said in _each(d):
        if f.is_excluded:
            continue
        words = f"{f.name} {f.transform}"
        foreseen = re.search(r"(?:forecast|schedule|plan|timetable|calendar)\w*\b[^|.;]{0,30}\b(?:issued|published|known|as of|available)|issued before|\bas (?:it was )?known (?:at|by)|known at t0|on the books (?:at|by)|as of t0|forecasts?\b[^|.;]{0,40}\b(?:run|nominal time)\b", words, re.IGNORECASE)  # fmt: skip
        if re.search(FUTURE, words, re.IGNORECASE) and not foreseen:
            yield fail(
                "C2.future_window",
                f.name,
                said,
                "the window reaches past the prediction",
                "End it at or before t0.",
            )
        elif re.search(PAST_T0, f.all, re.IGNORECASE):
            yield fail("C2.future_window", f.name, said, "rows from after the prediction are counted", "End it at or before t0.")  # fmt: skip
        if not is_temporal(f):
            continue
        lengths = [n for n in numbers(words.replace("_", " ")) if n.unit in TIME_IN_DAYS] or re.findall(
            r"\d+ ?(?:m|min|h|d|w|days?|weeks?|months?)\b", words.replace("_", " ")
        )
        if not lengths and not re.search(r"since|first|tenure|age|valid at|calendar", words, re.IGNORECASE):
            yield fail(
                "C2.window_len", f.name, said, "no length of the window", "Say how far back it reaches."
            )
        if not re.search(ENDS, f"{f.transform} {f.risk}", re.IGNORECASE):
            yield fail(
                "C2.window_end",
                f.name,
                said,
                "no end of the window",
                "Say where it ends before the prediction.",
            )


def loose_aggregates(d: Document) -> Iterator[Finding]:
    """An average or count of events that gives no window at all."""
    for f, said in _each(d):
        if f.is_excluded or is_temporal(f):
            continue
        if re.search(AGGREGATE, f.transform, re.IGNORECASE) and not re.search(
            rf"{AS_OF}|snapshot|archiv", f"{f.source} {f.transform} {f.name.replace('_', ' ')}", re.IGNORECASE
        ):
            yield fail("C2.window_len", f.name, said, "an aggregate over events without a window", "Say how far back it reaches and where it ends.")  # fmt: skip


PRESENT = r"\b(?:current|present|today['’]?s|latest|actual) (?:\w+ ){0,2}?(?:row|record|state|feed|version|table|extract|master|file|profile|entry)\b|\bas (?:it|they) (?:stands?|is|are) (?:today|now)|\bon file\b"
HELD_THEN = r"\bt0\b(?! ?\W? ?$)|valid at|as[- ]of|snapshot|archiv|at (?:request|scoring|prediction|booking|order)|history|version(?:ed|s of)|frozen|never change|immutable|slowly changing|scd"


def present_state(d: Document) -> Iterator[Finding]:
    """`the current ad row`: a state of today is joined to past cases, which knows what came after them."""
    for f, said in _each(d):
        match = re.search(PRESENT, f.transform, re.IGNORECASE)
        if match and not f.is_excluded and not re.search(HELD_THEN, f"{f.transform.replace(match[0], '')} {f.risk}".replace("− t0", ""), re.IGNORECASE):  # fmt: skip
            yield fail("C2.as_of", f.name, said, f"“{match[0]}” is what stands there today, not what stood there at the prediction", "Join the version valid at t0.")  # fmt: skip


def written_later(d: Document) -> Iterator[Finding]:
    """An input whose very name says that it comes into being after the prediction, with nothing that ties it to t0."""
    for f, said in _each(d):
        spaced = f.name.replace("_", " ").lower()
        if f.is_excluded or re.search(AS_OF, f"{spaced} {f.transform} {f.risk}", re.IGNORECASE):
            continue
        if re.search(WRITTEN_LATER, spaced):
            yield fail("C2.after", f.name, said, "exists only after the outcome, and nothing ties it to t0", "Exclude it, or say as of when it is read.")  # fmt: skip


def sources(d: Document) -> Iterator[Finding]:
    """A feature from data the document never describes, where it describes its data."""
    part = d.claims.part(PART)
    outside = d.claims.text.replace(part.text, "")
    described = re.search(
        r"^\W*(?:\*\*)?(?:data )?sources?\b|^\|\s*source\s*\|\s*(?!.*leak)(?:owner|delay|what|content)",
        d.claims.text,
        re.IGNORECASE | re.MULTILINE,
    )
    rows = [f for f in d.claims.features if f.source]
    told = ""
    for f, said in _each(d):
        names = re.findall(r"[a-z][\w.]{3,}", f.source, re.IGNORECASE)
        used = [
            other
            for other in rows
            if other is not f and set(names) & set(re.findall(r"[a-z][\w.]{3,}", other.source, re.IGNORECASE))
        ]
        if not described or not names or used or f.is_excluded:
            continue
        told = told or _before_features(d, outside)
        if not any(re.search(rf"\b{re.escape(n)}\b", told, re.IGNORECASE) for n in names):
            yield fail("C2.source", f.name, said, f"comes from “{f.source}”, which the document does not describe", "Describe the source: owner, delay, history.")  # fmt: skip


def _before_features(d: Document, outside: str) -> str:
    """The document's text without its feature rows, where sources are described."""
    rows = {f"{f.name}" for f in d.claims.features}
    return "\n".join(line for line in d.claims.text.splitlines() if not any(f"`{name}`" in line or line.startswith(f"| {name} ") for name in rows)) or outside  # fmt: skip


def afterwards(d: Document) -> Iterator[Finding]:
    for f, said in _each(d):
        if f.is_excluded:
            continue
        spaced = f.name.replace("_", " ")
        level = re.search(LEVELS, f.risk, re.IGNORECASE)
        lagged = re.search(
            r"matur|lagged by|label wait|cut (?:of|by)|out[- ]of[- ]fold|history|validity|row valid|first (?:code|value)",
            f.all,
            re.IGNORECASE,
        )
        admitted = re.search(
            r"\b(?:written|recorded|known|filled in|measured|entered|assigned|set) (?:only )?(?:once|after|when) (?:the |a )?(?:prediction|scoring|decision|event|outcome|t0|case|alarm|call|stop\w*|visit|file|ticket|claim|stay|trip|order|shift|redemption|repayment|contract|sale)",
            f.risk,
            re.IGNORECASE,
        )
        if (re.search(AFTERWARDS, f"{spaced} {f.transform}", re.IGNORECASE) or admitted) and not lagged:
            yield fail(
                "C2.after",
                f.name,
                said,
                "known only after the outcome and used as an input",
                "Exclude it, or lag it by the label wait.",
            )
        elif d.facts and any(_same(given.value, spaced) for given in d.facts.known_later):
            yield fail(
                "C2.known_leak",
                f.name,
                said,
                "the brief shows that it is written afterwards",
                "Exclude it by name, risk High.",
            )
        elif (
            level
            and level[1].lower() == "low"
            and re.search(
                r"\btarget(?! (?:slot|day|date|week|hour|month|zone|period|time|store|item|interval))|label|outcome",
                re.sub(r"\b(?:no|not|without|never)\b[^,;.]*", "", f.transform, flags=re.IGNORECASE),
                re.IGNORECASE,
            )
            and not lagged
        ):
            yield fail(
                "C2.target",
                f.name,
                said,
                "built from the target and rated Low",
                "Lag it by the label wait or compute it out of fold.",
            )


def _same(a: str, b: str) -> bool:
    first, second = set(re.findall(r"[a-z]{3,}", a.lower())), set(re.findall(r"[a-z]{3,}", b.lower()))
    return bool(first) and len(first & second) >= min(2, len(first))


def encodings(d: Document) -> Iterator[Finding]:
    for f, said in _each(d):
        if re.search(
            r"(?<!no )(?<!not )(?<!without )(?:target|mean|likelihood)[- ]encod", f.all, re.IGNORECASE
        ) and not re.search(
            r"out[- ]of[- ]fold|training (?:window|fold|data|set) only|inside the (?:training )?fold|past only|as[- ]of\b|point[- ]in[- ]time",
            f.all,
            re.IGNORECASE,
        ):
            yield fail(
                "C2.target_enc",
                f.name,
                said,
                "target encoding over rows it is scored on",
                "Encode out of fold, on the training window only.",
            )
        if (fitted := re.search(FITTED_ON_ALL, f.all, re.IGNORECASE)) and not re.search(r"would|leak|hence|therefore|not over|never|(?:every|each) (?:t0|run|night|row|request|day)", f.all[max(0, fitted.start() - 30) : fitted.end() + 40], re.IGNORECASE):  # fmt: skip
            yield fail("C2.fit_full", f.name, said, "statistics of all data, the test period included", "Fit on the training window only.")  # fmt: skip
        elif re.search(r"\b(?:all|every) (?:months|weeks|years|periods|data)\b|full archive", f.source, re.IGNORECASE) and re.search(r"vector|embed|encod|scal|mean|normali|fitted|cluster|PCA", f.transform, re.IGNORECASE):  # fmt: skip
            yield fail("C2.fit_full", f.name, said, f"fitted on “{f.source}”, the test period included", "Fit on the training window only.")  # fmt: skip
    rows = {f.line for f in d.claims.features}
    part = d.claims.part(PART)
    rest = "\n".join(line for line in part.text.splitlines() if line.count(" · ") < 3)
    if (match := re.search(FITTED_ON_ALL, rest, re.IGNORECASE)) and rows and not re.search(r"\bnot\b|never|training (?:window|period|mailings|trips|data|set)", match[0], re.IGNORECASE):  # fmt: skip
        yield fail("C2.fit_full", "Feature Engineering", part, f"“{match[0][:70]}” includes the test period", "Fit on the training window only.")  # fmt: skip


def _begins_with_a_store(text: str) -> bool:
    """`Feast with a Redis online store`: the decision is made, though nobody writes yes."""
    return any(
        tool.category == "feature store" and not text[:at].strip(" *_`") for tool, at in named_in(text[:60])
    )


def store(d: Document) -> Iterator[Finding]:
    said = d.claims.row(PART, "feature_store")
    if not said.text:
        return
    yes = re.match(r"\W*yes\b", said.text, re.IGNORECASE) is not None or _begins_with_a_store(said.text)
    answers = _criteria(said.text)
    none = said.has(r"none of the (?:three )?criteria|all three (?:criteria )?(?:fail|are not)|no criterion|three times no|not shared[^.;]{0,60}no real[- ]time") or list(answers.values()) == [False] * 3  # fmt: skip
    every = said.has(r"(?:all |the )?three criteria (?:hold|are (?:all )?(?:met|fulfilled|satisfied)|apply|se cumplen)|shared[^.;]{0,40}and real[- ]time") or True in answers.values()  # fmt: skip
    if not yes and said.has(
        r"(?<!no )(?<!not )real-?time look-?ups? (?:take place|are (?:needed|required|made)|happen|run)"
    ):
        every = True
    if (yes and none) or (not yes and every and not said.has(r"three criteria (?:are )?not")):
        yield fail(
            "C2.fs_logic",
            "Feature store",
            said,
            "the decision contradicts its own criteria",
            "A store is warranted exactly when one criterion holds.",
        )
    if (
        len(answers) < 3
        and (answers or said.has(r"not (?:yet )?(?:discussed|decided|known|clear)"))
        and len(answers) != 1
    ):
        yield fail("C2.fs_criteria", "Feature store", said, "one of the three criteria is not answered", "Answer shared, real-time and skew, each with yes or no.")  # fmt: skip
    touched = sum(re.search(cue, said.text, re.IGNORECASE) is not None for cue in TOUCHED)
    if (
        not yes
        and not answers
        and not none
        and touched < 2
        and not said.has(r"\bnone of the (?:three )?(?:reasons|criteria)|no criterion")
    ):
        yield fail("C2.fs_criteria", "Feature store", said, "no, without an answer to the three criteria", "Answer shared, real-time and skew, each with yes or no.")  # fmt: skip
    if (
        yes
        and len(
            re.findall(
                r"\b(?:nothing|no|not|none)\b[^.;,]{0,24}\b(?:real[- ]?time|online|shared?|shares|other model|second model|skew)",
                said.text,
                re.IGNORECASE,
            )
        )
        >= 2
    ):
        yield fail("C2.fs_logic", "Feature store", said, "yes, though the criteria it names do not hold", "A store is warranted exactly when one criterion holds.")  # fmt: skip
    if d.facts and d.facts.shared_features and not yes:
        yield fail(
            "C2.fs_facts",
            "Feature store",
            said,
            "the brief shares features across models",
            "Answer the criteria from the brief.",
        )
    if (
        yes
        and True not in answers.values()
        and not said.has(
            r"shar|real[- ]time|online|skew|low[- ]latency|(?:all |the )three criteria|criterion \d|criteria [1-3a-c]"
        )
    ):
        yield fail(
            "C2.fs_criteria",
            "Feature store",
            said,
            "yes, without one of the three criteria",
            "Say which criterion holds.",
        )


TOUCHED = (
    r"shar|other (?:model|team|product)|second model|only (?:one|this) model|one model|reuse",
    r"real[- ]?time|online|look-?up|latency|at request|batch|nightly|live",
    r"skew|same (?:code|job|query|table|function|sql|pipeline|logic|views?|model)|one (?:\w+ )?(?:job|query|function|pipeline|code path|table)|training and (?:serving|scoring)|fitting and|criteria|criterion",
)
CRITERIA = {
    "shared": r"(?:\bshared?\b|across models|other models|second model|anybody else|anyone else|same (?:stuff|inputs|columns)|partag\w*)",
    "real-time": r"(?:real[- ]?time|look-?up|\bonline\b|\blive\b|within the request|at request time|temps réel)",
    "skew": r"(?:\bskew\b|drift(?:ing)? apart|part company|diverg\w*|écart entra)",
}
YES_NO = r"(?:[^.:;?\n]{0,60}?(?::| [-–—])\W{0,4}|[^.:;?\n]{0,60}\?[^.?]{0,30}?\b)(yes|yep|yeah|no|nope|none|low|small|tiny|little|unlikely|high|oui|non|ja|nein|sí)\b"


def _criteria(text: str) -> dict[str, bool]:
    """The answers a cell gives by name: `Shared: no. Real-time: yes. Skew: low.`, or to its own questions: `Skew a risk? A modest one`."""
    found: dict[str, bool] = {}
    for name, cue in CRITERIA.items():
        if match := re.search(cue + YES_NO, text, re.IGNORECASE):
            found[name] = match[1].lower() in ("yes", "yep", "yeah", "high", "oui", "ja", "sí")
        elif asked := re.search(rf"{cue}[^.;?]{{0,30}}\?\W*(?P<answer>\w+)", text, re.IGNORECASE):
            found[name] = asked["answer"].lower() not in ("no", "none", "not", "never", "hardly", "nothing")
    return found


CHECK = TextCheck(
    (
        risks,
        windows,
        loose_aggregates,
        freshness,
        cut_and_reason,
        present_state,
        afterwards,
        written_later,
        sources,
        encodings,
        store,
    ),
    ((PART, "feature_store"),),
)

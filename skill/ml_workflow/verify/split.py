"""Check 4 over text: the split with its dates, tuning and resampling."""

import itertools
import re
from collections.abc import Iterator
from datetime import date

from briefwright.skill.ml_workflow.rules.c04_split import RANDOM_WORDS
from briefwright.skill.ml_workflow.verify.history import begins_with_the_data
from briefwright.skill.ml_workflow.verify.stated import covers, iso_dates, months_of
from briefwright.skill.ml_workflow.verify.verdicts import Document, TextCheck, fail
from briefwright.skill.spec import Finding

PART = "training_pipeline"
TIME_WORDS = r"time[- ]based|oldest for training|periods in (?:\w+ )?order|by (?:the )?calendar|oldest first|newest last|follows? the calendar|calendar order|(?:order|sort)(?:ed)? by (?:\w+ )?(?:night|day|date|time|week|month)|by (?:publish|order|event|booking|operating) (?:date|day)|temporal|chronolog|forward(?: in time| only)?|out[- ]of[- ]time|by (?:date|time|month|week|cohort|season|period)|rolling|walk[- ]forward|(?:months|weeks|mondays|cohorts|days) in order|earlier|\d{4}-\d\d|later|expanding|past|backtest|zeit|tempor|时间"
MORE_RANDOM = rf"{RANDOM_WORDS}|drawn by lot|(?<!split )(?<!grouped )(?<!whole )by lot\b(?! (?:number|id|of))|dealt out|put in(?:to)? a hat|tossed|coin flip|random(?:ly)? (?:drawn|chosen|picked|selected)|drawn at random|every (?:\w+ )?(?:second|third|fourth|sixth|seventh|eighth|ninth)\b[^.;|]{{0,40}}(?:set aside|held|kept|reserved|for (?:the )?test)|so that (?:all|each|every|both) (?:\w+ )?(?:seasons?|sets?|months?|campaigns?|regions?)[^.;|]{{0,40}}(?:represented|sees?|contains?|covers?|included)|representative sample|every (?:\w+ )?(?:fifth|tenth|nth|\d+th) (?:row|record|case)|(?:uniform|representative|mixed|balanced) (?:random )?(?:sample|draw)|drawn (?:at random|uniformly)|(?:rows|records|cases|days|customers|examples) (?:are )?(?:mixed|drawn|assigned|allocated|interleaved|scattered)|represent(?:ed|s|ing)? (?:every|each|all) (?:month|week|season|period)s? (?:in|on) (?:both|all)|regardless of (?:date|time)|irrespective of|randomi[sz]ed (?:split|partition)|hash of the (?:row|record) (?:id|key)|(?:representative|stratified) (?:\d+/\d+(?:/\d+)? )?(?:draw|split|sample)|stratified by (?!time|date|month|week|season)|(?:allotted|assigned|distributed|divided) by (?:lottery|lot|chance|a draw)|\blottery\b|every (?:fifth|tenth|nth|\w+th|other) (?:day|week|row|record|case|order) (?:goes|is|are|belongs)|proportional(?:ly)? across (?:months|time)|drawing lots|(?:one|a single|the same) (?:bucket|pot|pool|heap)\b|(?:spread|shared? out|dealt?|deal them|deals? (?:them )?out|distribut\w+|divided|allocated|apportioned) (?:\w+ ){{0,3}}?(?:evenly|equally|over|between|among|across|to|out)\b[^.;|]{{0,50}}\b(?:train\w*|all three|three sets)\b(?![^.;|]{{0,40}}\b(?:by (?:time|date)|chronolog|in order))|so (?:that )?(?:all|each|every|both)\b[^.;|]{{0,60}}\b(?:represent\w*|sees?|contains?|covers?)\b"
IN_ORDER = r"chronolog|time[- ]based|by (?:time|date)|in (?:time )?order|oldest|newest|latest|earliest|\bfirst\b|\blast\b|forward|rolling|out[- ]of[- ]time|before|after"
DENIED = r"n['’]t\b|\bavoid|without (?:any )?(?:shuffl|random|mix)|\bnobody\b|\bno one\b|\bnot\b|\bnever\b|\bno\b|\bnothing\b|\bnone\b|refus|instead of|rather than|only as a demonstration|flatter|optimistic|wrong|leak"


def _not_denied(text: str, pattern: str) -> re.Match[str] | None:
    for match in re.finditer(pattern, text, re.IGNORECASE):
        around = text[max(0, match.start() - 60) : match.end() + 280]
        if not re.search(DENIED, around, re.IGNORECASE):
            return match
    return None


def split(d: Document) -> Iterator[Finding]:
    said = d.claims.row(PART, "data_split")
    if not said.text:
        return
    if match := _not_denied(said.text, MORE_RANDOM):
        yield fail(
            "C4.polite_random", "Data split", said, f"“{match[0]}” describes a random split", "Split by time."
        )
    elif (
        (shares := said.find(r"\b\d\d ?[/:] ?\d\d ?[/:] ?\d\d\b"))
        and len(d.stated.windows) < 2
        and not said.has(IN_ORDER)
    ):
        yield fail("C4.polite_random", "Data split", said, f"“{shares[0]}” without windows or an order in time", "Split by time, with dates.")  # fmt: skip
    if said.has(r"^\W*random(?:ly)?\b(?! (?:seed|forest))"):
        yield fail("C4.polite_random", "Data split", said, "the split is random", "Split by time.")
    temporal = is_temporal(d)
    if temporal and not re.search(TIME_WORDS, iso_dates(said.text), re.IGNORECASE):
        yield fail(
            "C4.kind",
            "Data split",
            said,
            "nothing says that test data come after training data",
            "Split by time, with dates.",
        )
    group = d.facts and (d.facts.group_key or d.facts.group_hint)
    if (
        d.facts
        and group
        and (
            group is d.facts.group_key
            or re.search(r"patient|template|batch|document family|turbine|meter", group.value)
        )
        and not said.has(re.escape(group.value.split()[-1]))
        and not said.has(
            r"group|by (?:patient|client|template|batch|mould|turbine|meter|machine|family)|per patient"
        )
    ):
        yield fail(
            "C4.group",
            "Data split",
            said,
            f"rows of one {group.value} can fall on both sides",
            "Keep each group in one window.",
        )


def is_temporal(d: Document) -> bool:
    """Nearly every design predicts later cases from earlier ones; the document itself shows it by windows and dates."""
    return (
        re.search(
            r"last \d+ days|rolling|\bt0\b|per (?:day|week|month)|weekly|daily|forecast|churn|fraud|history|season",
            d.claims.text,
            re.IGNORECASE,
        )
        is not None
    )


def dates(d: Document) -> Iterator[Finding]:
    said = d.claims.row(PART, "data_split")
    order = ["train", "validation", "test"]
    placed = sorted(
        {w.name: (w.first, w.last) for w in reversed(d.stated.windows)}.items(),
        key=lambda item: order.index(item[0]),
    )
    if (
        said.text
        and not placed
        and not said.has(r"\d|oldest|first|last|before|after|order|season|cohort|semester|walk|rolling")
    ):
        yield fail("C4.dates", "Data split", said, "no dates, shares or counts", "Give the dates of the windows, the gap between them and what is in the test.")  # fmt: skip
    for name, (first, last) in placed:
        if last < first:
            yield fail(
                "C4.order", "Data split", said, f"{name} ends before it begins", "Turn the dates round."
            )
    gap = d.stated.label_days
    for (name, (_, last)), (after, (first, _)) in itertools.pairwise(placed):
        clear = (first - last).days - 1
        if clear < 0:
            yield fail(
                "C4.order",
                "Data split",
                said,
                f"{after} begins before {name} is over",
                "Order the windows in time.",
            )
        elif gap and clear < gap:
            yield fail(
                "C4.gap",
                "Data split",
                said,
                f"{clear} clear days between {name} and {after}, a label takes {gap:g}",
                f"Leave {gap:g} days.",
            )
    own = re.search(r"\b(?:as of|frozen (?:on|at)|extract\w*(?: on| of| date)?|as at)\W{0,3}(20\d\d-\d\d-\d\d)", iso_dates(said.text), re.IGNORECASE)  # fmt: skip
    as_of, test = date.fromisoformat(own[1]) if own else d.stated.as_of, dict(placed).get("test")
    told = re.search(r"\bgaps?\b(?: of| is| are|:)?\W{0,3}(?:at least )?(\d+) ?(?:d|days?)\b|\b(\d+)[- ](?:d|days?)[- ](?:gaps?|purge|embargo)\b|\b(\d+) (?:clear )?days (?:are )?(?:left out|clear|between|free)", said.text, re.IGNORECASE)  # fmt: skip
    between = [(first - last).days - 1 for (_, (_, last)), (_, (first, _)) in itertools.pairwise(placed)]
    if (
        told
        and between
        and (days := float(next(group for group in told.groups() if group))) - min(between)
        > max(3.0, 0.15 * days)
    ):
        yield fail("C4.gap", "Data split", said, f"“{told[0]}”, by the dates {min(between)} days", "Correct the dates or the gap.")  # fmt: skip
    if as_of and test and gap and (as_of - test[1]).days < gap - 0.5:
        yield fail("C4.maturity", "Data split", said, f"labels of the test window are complete {gap:g} days after {test[1]}, later than the data of {as_of}", "End the test window earlier.")  # fmt: skip


def last_label(d: Document) -> Iterator[Finding]:
    """`The last test label closed on 21 November`: not before the test window's last day and the wait for a label."""
    said, test, wait = d.claims.row(PART, "data_split"), d.stated.window("test"), d.stated.label_min
    told = re.search(r"\blast\b[^.;|]{0,40}\b(?:label|outcome|code|grade|case|row|snapshot|impression|window)s?\b[^.;|]{0,40}?\b(?:closed?|complete|matur\w+|settled|known|due|final)\b[^.;|\d]{0,16}(20\d\d-\d\d-\d\d)", iso_dates(said.text), re.IGNORECASE)  # fmt: skip
    if told and test and wait and (date.fromisoformat(told[1]) - test.last).days < wait * 0.9 - 1:
        yield fail("C4.maturity", "Data split", said, f"“{told[0]}”, but {test.last} and {wait:g} days for a label come later", "End the test window earlier, or correct the day.")  # fmt: skip


def both_sides(d: Document) -> Iterator[Finding]:
    """Rows of one group in several sets."""
    for label in ("data_split", "validation"):
        said = d.claims.row(PART, label)
        match = said.find(
            r"(?:contribut\w+|add\w*|send\w*|bring\w*|supply|supplies) [^.;|]{0,24}\bto (?:more than one|several|both|two|all(?: three)?) (?:window|set|part|side|period|split)s?|(?:kept|shows?|show up|appear|present|found|occur|remain|stay)\b[^.;|]{0,16}\b(?:in|on|across) (?:both|several|all(?: three)?|more than one)\b(?: (?:sets|sides|windows|parts|periods|of them))?|(?:may|can|could|might|are|is|kept|keeps|appear|contribute|fall|land)\b[^.;|]{0,40}\b(?:both|several|all|either|two|different) (?:sides|sets|windows|parts|splits|halves)|(?:both|several|two) (?:sides|sets) (?:are )?kept"
        )
        if (
            match
            and not re.search(
                r"\bno\b|never|not\b|none|cannot",
                said.text[max(0, match.start() - 40) : match.end()],
                re.IGNORECASE,
            )
            and not said.has(r"represented in both")
        ):
            yield fail("C4.group", label.replace("_", " ").capitalize(), said, f"“{match[0][:60]}”: rows of one group on both sides", "Keep each group in one window.")  # fmt: skip


def tuning(d: Document) -> Iterator[Finding]:
    """Parameters chosen where the model is examined: by the word, by the test window's dates, or by its count of rows."""
    said = d.claims.row(PART, "tuning")
    text = iso_dates(said.text)
    found = next((m for m in re.finditer(r"(?<!a/b )(?<!a/b-)\btest(?:ed)?\b(?! (?:GPU|server|run\b|environment))|final (?:exam|hold-?out|report)|exam period", text, re.IGNORECASE) if not re.search(rf"{DENIED}|once|sealed|untouched|unseen|only (?:at the end|after|for)|opened|frozen|drawer|\btouch|release report|\btill\b|until|afterwards|at the (?:very )?end|left alone|stays? (?:shut|closed|locked|sealed)|kept (?:shut|back|apart)|locked|\bA/B|closed", _clause(text, m), re.IGNORECASE)), None)  # fmt: skip
    if found is None and not re.search(rf"{DENIED}|sealed|untouched|closed", text, re.IGNORECASE):
        found = _inside_test(d, text)
    if found:
        yield fail("C4.tune_on_test", "Tuning", said, f"parameters are chosen on the test window (“{found[0]}”)", "Choose on validation; open the test window once.")  # fmt: skip


def _clause(text: str, match: re.Match[str]) -> str:
    """The clause or cell a word stands in: what another cell says of the test excuses nothing here."""
    start = max(text.rfind(mark, 0, match.start()) for mark in (". ", "; ", " · ")) + 1
    ends = [at for mark in (". ", "; ", " · ") if (at := text.find(mark, match.end())) >= 0]
    return text[max(start, match.start() - 70) : min([*ends, match.end() + 60])]


def _inside_test(d: Document, text: str) -> re.Match[str] | None:
    """A date, a month or a count of rows that belongs to the test window alone."""
    test, validation = d.stated.window("test"), d.stated.window("validation")
    if test:
        for match in re.finditer(r"20\d\d-\d\d-\d\d", text):
            if test.first <= date.fromisoformat(match[0]) <= test.last:
                return match
        months = months_of(text)
        if months and all(covers(test, m) for m in months) and not (validation and any(covers(validation, m) for m in months)):  # fmt: skip
            return re.search(r"\w+", text)
    split = d.claims.row(PART, "data_split").text
    tested = {m[1] for m in re.finditer(r"\btest[^.;|]{0,40}?(\d[\d,.\u202f ]{2,}\d)", split, re.IGNORECASE)}
    return next(
        (m for m in re.finditer(r"\d[\d,.\u202f ]{2,}\d", text) if m[0] in tested and "-" not in m[0]), None
    )


MIXED_FOLDS = r"shuffled|random (?:folds|hold-?out)|stratified (?:cross|folds)"
MIXED_TUNING = r"(?:shuffled|random(?:ly drawn|i[sz]ed)?) folds?\b|folds? (?:drawn|taken|cut) at random"
FOLDS = r"(?:two|three|five|ten)-fold|\bk-?fold|\d+-fold|leave-one-(?:third|fourth|fifth|sixth|tenth|twentieth)-out|shuffled|random (?:folds|hold-?out)|stratified (?:cross|folds)|(?:five|ten|\d+) (?:equal )?(?:folds|parts)\b|equal (?:folds|parts)|(?:each|every) (?:part|fold|piece) is (?:left|held) out|dealt (?:out )?(?:in turn|evenly)|cross-validation"
IN_TIME = r"(?:respect|keep|follow)\w* (?:the )?(?:date|time)(?: order)?|date order|time[- ]series|rolling|walk|expanding|forward|grouped|by (?:turbine|patient|time|date)|leave-one-(?:turbine|patient|group)|chronolog|origin|in order|blocked|purged"


UP_TO_THE_FOLD = r"(?:train|fit)\w*\b[^.;|]{0,24}\b(?:on|with|from) (?:everything|all|the rows|data)\b[^.;|]{0,20}\bup to (?:the )?(?:evening|day|night|midnight|moment|morning|week|start|beginning)\b[^.;|]{0,24}"


def fold_gap(d: Document) -> Iterator[Finding]:
    """Folds trained up to the eve of what they are tested on, where a label takes longer."""
    said, wait = d.claims.row(PART, "validation"), d.stated.label_min or 0.0
    match = said.find(UP_TO_THE_FOLD)
    if match and wait >= 1 and not re.search(r"\d ?(?:d|days?|weeks?)\b", match[0]):
        yield fail("C4.gap", "Validation", said, f"“{match[0].strip()[:70]}”: a label takes {wait:g} days", f"Leave {wait:g} days before each fold.")  # fmt: skip


def validation(d: Document) -> Iterator[Finding]:
    """Folds that mix past and future; a clause speaks for itself, whatever another clause promises."""
    if not is_temporal(d):
        return
    tuned = d.claims.row(PART, "tuning")
    mixed = next(
        (m for clause in re.split(r"[.;]\s|\s·\s", tuned.text) if (m := _not_denied(clause, MIXED_TUNING))),
        None,
    )
    if mixed:
        yield fail("C4.kfold", "Tuning", tuned, f"“{mixed[0]}” mixes past and future", "Use rolling origins.")
    said = d.claims.row(PART, "validation")
    for clause in re.split(r"[.;]\s|\s·\s", said.text):
        match = _not_denied(clause, MIXED_FOLDS) or _not_denied(clause, FOLDS)
        if match and not re.search(IN_TIME, clause, re.IGNORECASE) and (not re.search(IN_TIME, said.text, re.IGNORECASE) or not re.fullmatch(r"cross-validation|.{0,6} (?:folds|parts)", match[0])):  # fmt: skip
            yield fail("C4.kfold", "Validation", said, f"“{match[0]}” mixes past and future", "Use rolling origins.")  # fmt: skip
            return


RESAMPLES = r"smote|(?:sampled|thinned|weighted) (?:at|to|down|up)\b|over-?sampl\w*|under-?sampl\w*|resampl\w*|down-?sampl\w*|up-?sampl\w*|thinned|balanc\w+|(?:copied|duplicated|repeated|multiplied)\b|class weights are"
OUTSIDE = r"before (?:the )?\w+ (?:are|is) (?:cut|split|divided|separated)|before (?:the |it is |they are )?(?:split|cut|divid|separat)|(?:afterwards|then|after that)\b[^.;]{0,40}(?:cut|split|separat|divid)|\bwhole\b|entire|all (?:the )?data|(?:all|every|each)(?: of the)? (?:(?:three|3|the) )?(?:windows?|periods?|blocks?|sets?|splits?|parts?)|joined table before|both (?:sets|sides)|train(?:ing)? and test|(?:validation|test)(?: set| window| data)? (?:too|as well|also|included)|including (?:the )?test|test included"


def resampling(d: Document) -> Iterator[Finding]:
    text = d.claims.part(PART)
    for match in re.finditer(rf"(?:{RESAMPLES})[^.;|\n]{{0,120}}", text.text, re.IGNORECASE):
        before = text.text[max(0, match.start() - 60) : match.start()].rsplit("\n")[-1]
        if re.search(OUTSIDE, f"{before} {match[0]}", re.IGNORECASE) and not re.search(rf"{DENIED}|inside the training|training (?:window|rows|set|data) only|only (?:inside|in) (?:the )?training", f"{before} {match[0]}", re.IGNORECASE):  # fmt: skip
            yield fail("C4.resample", "Training", text, f"“{match[0][:80]}” touches more than the training window", "Resample inside the training window only.")  # fmt: skip
            return


CHECK = TextCheck(
    (split, dates, begins_with_the_data, fold_gap, last_label, both_sides, tuning, validation, resampling),
    ((PART, "data_split"), (PART, "tuning"), (PART, "validation")),
)

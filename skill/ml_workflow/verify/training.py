"""Checks 4 and 5 over text: the split with its dates, tuning and resampling; the way to production."""

import itertools
import re
from collections.abc import Iterator
from datetime import date

from briefwright.skill.ml_workflow.rules.c04_split import RANDOM_WORDS
from briefwright.skill.ml_workflow.verify.claims import Said
from briefwright.skill.ml_workflow.verify.verdicts import Document, TextCheck, fail
from briefwright.skill.numbers import numbers
from briefwright.skill.spec import Finding

PART = "training_pipeline"
TIME_WORDS = r"time[- ]based|temporal|chronolog|forward(?: in time| only)?|out[- ]of[- ]time|by (?:date|time|month|week|cohort|season|period)|rolling|walk[- ]forward|(?:months|weeks|mondays|cohorts|days) in order|earlier|\d{4}-\d\d|later|expanding|past|backtest|zeit|tempor|时间"
MORE_RANDOM = rf"{RANDOM_WORDS}|every (?:\w+ )?(?:fifth|tenth|nth|\d+th) (?:row|record|case)|(?:uniform|representative|mixed|balanced) (?:random )?(?:sample|draw)|drawn (?:at random|uniformly)|(?:rows|records|cases|days|customers|examples) (?:are )?(?:mixed|drawn|assigned|allocated|interleaved|scattered)|represent(?:ed|s|ing)? (?:every|each|all) (?:month|week|season|period)s? (?:in|on) (?:both|all)|regardless of (?:date|time)|irrespective of|randomi[sz]ed (?:split|partition)|hash of the (?:row|record) (?:id|key)|proportional(?:ly)? across (?:months|time)"
DENIED = r"\bnot\b|\bnever\b|\bno\b|\bnothing\b|\bnone\b|refus|instead of|rather than|only as a demonstration|flatter|optimis|wrong|leak"
SPANS = r"(\d{4}-\d\d-\d\d)\s*(?:to|until|through|–|-|—|\.\.|…|→|up to)+\s*(\d{4}-\d\d-\d\d)"


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
    temporal = is_temporal(d)
    if temporal and not said.has(TIME_WORDS):
        yield fail(
            "C4.kind",
            "Data split",
            said,
            "nothing says that test data come after training data",
            "Split by time, with dates.",
        )
    if (
        d.facts
        and d.facts.group_key
        and re.search(r"patient|template|batch|document family|turbine|meter", d.facts.group_key.value)
        and not said.has(
            r"group|by (?:patient|client|template|batch|mould|turbine|meter|machine|family)|per patient"
        )
    ):
        yield fail(
            "C4.group",
            "Data split",
            said,
            f"rows of one {d.facts.group_key.value} can fall on both sides",
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


def windows(text: str) -> list[tuple[str, date, date]]:
    """(name, first, last) of the windows a cell names: `train 2025-01-01 to 2025-12-31, test …`."""
    found = []
    for match in re.finditer(SPANS, text):
        before = text[max(0, match.start() - 40) : match.start()].lower()
        names = [
            (before.rfind(word), name)
            for word, name in (
                ("train", "train"),
                ("valid", "validation"),
                ("val ", "validation"),
                ("test", "test"),
                ("hold", "test"),
            )
            if word in before
        ]
        try:
            first, last = date.fromisoformat(match[1]), date.fromisoformat(match[2])
        except ValueError:
            continue
        if names:
            found.append((max(names)[1], first, last))
    return found


def dates(d: Document) -> Iterator[Finding]:
    said = d.claims.row(PART, "data_split")
    found = windows(said.text)
    order = ["train", "validation", "test"]
    placed = sorted(
        {name: (first, last) for name, first, last in reversed(found)}.items(),
        key=lambda item: order.index(item[0]),
    )
    for name, (first, last) in placed:
        if last < first:
            yield fail(
                "C4.order", "Data split", said, f"{name} ends before it begins", "Turn the dates round."
            )
    gap = label_days(d)
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
    as_of = re.search(r"as of (\d{4}-\d\d-\d\d)", d.claims.part(PART).text)
    test = dict(placed).get("test")
    if as_of and test and gap and (date.fromisoformat(as_of[1]) - test[1]).days < gap:
        yield fail(
            "C4.maturity",
            "Data split",
            said,
            f"labels of the test window are complete {gap:g} days after {test[1]}, later than the snapshot of {as_of[1]}",
            "End the test window earlier.",
        )


def label_days(d: Document) -> float | None:
    """Days until a label is complete: the brief's delay, else the horizon in the target's definition."""
    if d.facts and (d.facts.label_delay_days or d.facts.label_horizon_days):
        return max(g.value for g in (d.facts.label_delay_days, d.facts.label_horizon_days) if g)
    said = d.claims.row("problem_definition", "target_variable")
    match = said.find(
        r"(?:within|at most|in the|over the|after|once)\s+(?:next |following |coming )?(\d+) days"
    )
    return float(match[1]) if match else None


def tuning(d: Document) -> Iterator[Finding]:
    said = d.claims.row(PART, "tuning")
    match = said.find(
        r"\b(?:on|against|using|by|over|with) (?:the )?(?:(?:held|hold)[- ]?out )?test (?:set|window|data|period|split|fold|metric|score|mondays|lists?)|best (?:on|test) (?:the )?test|on the final (?:exam|evaluation|hold-?out) (?:period|window|set|data)|test (?:score|metric) decides|selected (?:on|by) (?:the )?test"
    )
    if match and not re.search(DENIED, said.text[max(0, match.start() - 40) : match.end()], re.IGNORECASE):
        yield fail(
            "C4.tune_on_test",
            "Tuning",
            said,
            "parameters are chosen on the test window",
            "Choose on validation; open the test window once.",
        )


def validation(d: Document) -> Iterator[Finding]:
    said = d.claims.row(PART, "validation")
    if (
        is_temporal(d)
        and (
            match := _not_denied(
                said.text,
                r"\bk-?fold|\d+-fold|leave-one-out cross|shuffled|random (?:folds|hold-?out)|stratified (?:cross|folds)|(?:five|ten|\d+) (?:equal )?(?:folds|parts)|equal (?:folds|parts)|(?:each|every) (?:part|fold|piece) is (?:left|held) out",
            )
        )
        and not said.has(
            r"time[- ]series|rolling|walk|expanding|forward|grouped|by (?:turbine|patient|time)|leave-one-(?:turbine|patient|group)"
        )
    ):
        yield fail(
            "C4.kfold", "Validation", said, f"“{match[0]}” mixes past and future", "Use rolling origins."
        )


def resampling(d: Document) -> Iterator[Finding]:
    text = d.claims.part(PART)
    match = text.find(
        r"(?:smote|over-?sampl\w*|under-?sampl\w*|resampl\w*|down-?sampl\w*|balanced classes|(?:copied|duplicated|repeated|multiplied) (?:until|so that))[^.;|\n]{0,120}"
    )
    if (
        match
        and re.search(
            r"before (?:the )?split|(?:afterwards|then)[^.;]{0,24}(?:cut|split)|whole|entire|all (?:the )?data|both (?:sets|sides)|train and test|(?:validation|test)(?: set| window| data)? (?:too|as well|also)|including (?:the )?test",
            match[0],
            re.IGNORECASE,
        )
        and not re.search(DENIED, match[0], re.IGNORECASE)
    ):
        yield fail(
            "C4.resample",
            "Training",
            text,
            f"“{match[0][:80]}” touches more than the training window",
            "Resample inside the training window only.",
        )


STAGES = {
    "dev": r"\bdev\w*|candidate|experiment",
    "staging": r"stag\w*|pre-?prod|shadow|challenger",
    "production": r"prod\w*|champion|\blive\b",
}
SKIPS = r"(?:direct(?:ly)?|straight) (?:to|into|from) (?:dev\w* (?:to|→) )?prod|skip\w* staging|(?:dev\w*|experiment) ?(?:→|->) ?prod|no (?:stop|stage|step|stages|steps) in between|live (?:the same (?:day|evening)|immediately|at once)"
APPROVES = r"approv|sign(?:s|ed)?[- ]?off|\bsign(?:s|ed|ature)?\b|reviewers?\b|releases? it|consents?|authori[sz]|agrees|accepted by|veto|decides|reviewed by|four[- ]eyes|second (?:analyst|engineer|person)|automatic gate|promoted by"
AUTHOR = r"(?:author|trainer|same (?:person|engineer|data scientist|analyst)|(?:engineer|scientist|person|analyst|one) who (?:trained|built|wrote))"
SELF = rf"{AUTHOR}[^.;|]{{0,45}}\b(?:approves|promotes|signs|presses|releases|moves it)\b|(?:approved|promoted|signed off) by (?:the |its |his |her |their )?{AUTHOR}|self-?approv"
WAY_BACK = r"roll(?:ed)?[- ]?back|way back|(?:previous|prior|last|preceding|old) (?:version|champion|alias|model|adapter|image|tag|release|build|weights|artifact|file|digest)|revert|\breturn(?:s|ing)?\b|\bback(?: to|:)|restor\w+|undo|move (?:the )?alias|role swap|moving one alias|switch\w* back|version before"
NO_WAY_BACK = r"\bno (?:rollback|way back|return|reverting)\b|fix forward|(?:cannot|can not|never) be rolled back|without (?:a )?(?:rollback|way back)"
MLFLOW_STAGES = r"transition_model_version_stage|mlflow (?:registry )?stages?\b|stages? (?:staging|production) (?:in|of) (?:the )?mlflow"


def registry(d: Document) -> Iterator[Finding]:
    """The row is judged by its own words; the rest of the part speaks only for what the row leaves unsaid."""
    said = d.claims.row(PART, "registry")
    if not said.text:
        return
    row, part = said.text.lower(), d.claims.part(PART).text.lower()
    stages = row if sum(re.search(p, row) is not None for p in STAGES.values()) >= 2 else f"{row} {part}"
    if missing := [name for name, pattern in STAGES.items() if not re.search(pattern, stages)]:
        yield fail(
            "C5.stages",
            "Registry",
            said,
            f"no stage {', '.join(missing)}",
            "Name dev, staging and production.",
        )
    if re.search(SKIPS, row) and not re.search(r"never (?:direct|straight)", row):
        yield fail(
            "C5.skip_staging",
            "Registry",
            said,
            "production is reached without staging",
            "Reach production only through staging.",
        )
    approval = row if re.search(rf"{APPROVES}|{SELF}", row) else part
    if not re.search(rf"{APPROVES}|{SELF}", approval):
        yield fail("C5.approver", "Registry", said, "nobody approves", "Name a role other than the author.")
    elif re.search(SELF, approval) and not re.search(
        rf"{AUTHOR}[^.;|]{{0,30}}never|never[^.;|]{{0,20}}{AUTHOR}", approval
    ):
        yield fail(
            "C5.self",
            "Registry",
            said,
            "the author approves their own work",
            "Name a role other than the author.",
        )
    if re.search(NO_WAY_BACK, row) or not re.search(WAY_BACK, f"{row} {part}"):
        yield fail("C5.rollback", "Registry", said, "no way back", "Say how the previous version returns.")
    if re.search(MLFLOW_STAGES, f"{row} {part}") and not re.search(
        r"deprecated|not used|instead of|no longer", f"{row} {part}"
    ):
        yield fail(
            "C5.mlflow_stages",
            "Registry",
            said,
            "MLflow's registry stages are deprecated since 2.9",
            "Use aliases, or one registered model per environment.",
        )
    if not _gates(said, d.claims.part(PART).text):
        yield fail(
            "C5.gate", "Registry", said, "no numeric gate for a promotion", "Give metric, operator and value."
        )


def _gates(said: Said, part: str) -> bool:
    gate = r"(?:≥|≤|>=|<=|>|<|at least|at most|beats?|better than|above|below|not worse)\s*\S{0,24}?\d"
    return bool(
        re.search(gate, said.text)
        or re.search(rf"(?:gate|promot|accept)[^\n]*{gate}", part, re.IGNORECASE)
        or re.search(rf"(?:dev\w*|stag\w*|pre-?prod\w*|prod\w*)[^\n]*{gate}", part, re.IGNORECASE)
        or re.search(r"\bG\d\b[^\n]*\d|\bT\d\b[^\n]*\d", part)
        or any(n.value for n in numbers(said.text) if n.unit in ("%", "pp", "ms"))
    )


SPLIT = TextCheck(
    (split, dates, tuning, validation, resampling),
    ((PART, "data_split"), (PART, "tuning"), (PART, "validation")),
)
REGISTRY = TextCheck((registry,), ((PART, "registry"),))

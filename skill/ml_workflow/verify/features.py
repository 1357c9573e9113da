"""Check 2 over text: each feature row, its window, its risk and its reason; the feature-store line."""

import re
from collections.abc import Iterator

from briefwright.skill.ml_workflow.reader.words import LATER
from briefwright.skill.ml_workflow.verify.claims import FeatureClaim, Said
from briefwright.skill.ml_workflow.verify.verdicts import Document, TextCheck, fail
from briefwright.skill.numbers import TIME_IN_DAYS, numbers
from briefwright.skill.spec import Finding

PART = "feature_engineering"
TEMPORAL = r"\b(?:last \d|past \d|previous \d|prior \d|rolling|sliding|moving|trailing|windows?|trend|slope|lag(?:s|ged)?|recent|since the|over \[|so far|velocity|ewma|decayed)\b|_\{?\d*(?:count(?!r)|amount|sum|avg|mean|trend|rolling)|_\d+(?:m|min|h|d|w)\b"
ENDS = r"\bt0\b|ending|ends?\b|end[- ]of|cut[- ]?off|cut by|before|up to|as of|previous|prior to|valid at|at (?:request|prediction|scoring|list)|excluded?|closed|until|known|issued|lag|−|earlier|\bago\b|\bold\b|final|past only|only (?:the )?past|strictly|no later|delay"
FUTURE = r"\b(?:next|following|coming|upcoming) \d+ ?(?:min|h|hours?|d|days?|weeks?|months?)\b|t0 ?\+ ?\d|\bafter t0\b(?! excluded)|(?:min(?:ute)?s?|hours?|days?|weeks?|months?) after (?:the )?(?:scoring|prediction|decision|request|t0|list|cut)\b(?! excluded)|centred window|centered window|full[- ]period|whole month including"
EXCLUDED = r"\bexclud|\bnot used\b|\bdropped\b|removed as input|no input|monitor(?:ing)? only|label source"
AFTERWARDS = rf"{LATER}|\b(?:known|available|written|arrives|set) (?:only )?after\b|post-outcome|is the outcome|after the (?:decision|outcome|event)|(?:when|once|after) (?:the |a )?\w+ (?:is|was|has been|gets) (?:closed|resolved|settled|paid|decided|finished|cancelled|returned)\b"
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
            and not re.search(EXCLUDED, f.all, re.IGNORECASE)
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
    return re.search(TEMPORAL, f"{f.name} {f.transform}", re.IGNORECASE) is not None


def windows(d: Document) -> Iterator[Finding]:
    for f, said in _each(d):
        if re.search(EXCLUDED, f.all, re.IGNORECASE):
            continue
        words = f"{f.name} {f.transform}"
        if re.search(FUTURE, words, re.IGNORECASE):
            yield fail(
                "C2.future_window",
                f.name,
                said,
                "the window reaches past the prediction",
                "End it at or before t0.",
            )
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


def afterwards(d: Document) -> Iterator[Finding]:
    for f, said in _each(d):
        if re.search(EXCLUDED, f.all, re.IGNORECASE):
            continue
        spaced = f.name.replace("_", " ")
        level = re.search(LEVELS, f.risk, re.IGNORECASE)
        lagged = re.search(
            r"matur|lagged by|label wait|cut (?:of|by)|out[- ]of[- ]fold|history|validity|row valid|first (?:code|value)",
            f.all,
            re.IGNORECASE,
        )
        if re.search(AFTERWARDS, f"{spaced} {f.transform}", re.IGNORECASE) and not lagged:
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
                f.transform,
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
        if re.search(r"(?:target|mean|likelihood)[- ]encod", f.all, re.IGNORECASE) and not re.search(
            r"out[- ]of[- ]fold|training (?:window|fold|data|set) only|inside the (?:training )?fold|past only",
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
        if re.search(
            r"(?:fitted|computed|normali[sz]ed|standardi[sz]ed|scaled|statistics|imputed|centred|centered|divided by|z-?score|min-?max)[^.;]{0,90}\b(?:all|entire|whole|full|complete) (?:the )?(?:data|table|set|history|dataset|extract|sample|file|periods?)",
            f.all,
            re.IGNORECASE,
        ):
            yield fail(
                "C2.fit_full",
                f.name,
                said,
                "statistics of all data, the test period included",
                "Fit on the training window only.",
            )


def store(d: Document) -> Iterator[Finding]:
    said = d.claims.row(PART, "feature_store")
    if not said.text:
        return
    yes = re.match(r"\W*yes\b", said.text, re.IGNORECASE) is not None
    none = said.find(
        r"none of the (?:three )?criteria|all three (?:criteria )?(?:fail|are not)|no criterion|not shared[^.;]{0,60}no real[- ]time"
    )
    every = said.find(r"all three criteria (?:hold|are met)|shared[^.;]{0,40}and real[- ]time")
    if (yes and none) or (not yes and every):
        yield fail(
            "C2.fs_logic",
            "Feature store",
            said,
            "the decision contradicts its own criteria",
            "A store is warranted exactly when one criterion holds.",
        )
    if d.facts and d.facts.shared_features and not yes:
        yield fail(
            "C2.fs_facts",
            "Feature store",
            said,
            "the brief shares features across models",
            "Answer the criteria from the brief.",
        )
    if yes and not said.has(
        r"shar|real[- ]time|online|skew|low[- ]latency|(?:all |the )three criteria|criterion \d|criteria [1-3a-c]"
    ):
        yield fail(
            "C2.fs_criteria",
            "Feature store",
            said,
            "yes, without one of the three criteria",
            "Say which criterion holds.",
        )


CHECK = TextCheck((risks, windows, afterwards, encodings, store), ((PART, "feature_store"),))

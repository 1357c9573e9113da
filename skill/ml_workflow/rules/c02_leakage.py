"""Check 2: leakage risk for every temporal feature, and the feature-store decision."""

import re
from collections.abc import Iterator

from briefwright.skill.markdown import slug
from briefwright.skill.ml_workflow.rules.finding import CheckRules, Ground, fail, to_judge, warn
from briefwright.skill.ml_workflow.sections import Feature, Features
from briefwright.skill.spec import Finding

STEP = "features"
LOOKS_TEMPORAL = r"(?:(?<!since)(?:^|_)(?:last|past|prev|rolling|lag\d*|trend|recent|moving|window)(?:_|$)|_\d+(?:d|h|min|w|m)(?:_|$)|\brolling\b|\bsliding\b|moving average|over the last)"
BOILERPLATE = {"", "none", "n/a", "na", "no", "low", "-", "no leakage", "no risk", "none known"}
DAY_MIN = 1440


def _each(s: Features) -> Iterator[tuple[str, Feature]]:
    yield from ((f"features[{f.name}]", f) for f in s.features)


def undeclared_temporal(s: Features, ground: Ground) -> Iterator[Finding]:
    for path, f in _each(s):
        if (
            not f.temporal
            and not f.excluded
            and re.search(LOOKS_TEMPORAL, f"{f.name} {f.transform}", re.IGNORECASE)
        ):
            yield fail(
                "C2.undeclared_temporal",
                STEP,
                path,
                f"`{f.name}` looks back in time but is not marked temporal",
                "Mark it temporal and give its window.",
            )


def windows(s: Features, ground: Ground) -> Iterator[Finding]:
    delays = {source.name: source.delay_min.value for source in ground.decisions.sources}
    for path, f in _each(s):
        if f.excluded or not f.temporal:
            continue
        if f.window is None or f.window.length_min.value <= 0:
            yield fail(
                "C2.window_len",
                STEP,
                path,
                f"temporal feature `{f.name}` has no window length",
                "Say how far back the window reaches, in minutes.",
            )
            continue
        lag = f.window.lag_min.value
        if lag < 0:
            yield fail(
                "C2.future_window",
                STEP,
                path,
                f"`{f.name}` ends {-lag:g} min after the prediction",
                "End the window at or before t0.",
            )
        elif f.source in delays and lag < delays[f.source]:
            yield fail(
                "C2.freshness",
                STEP,
                path,
                f"`{f.name}` ends {lag:g} min before t0, but `{f.source}` is readable only after {delays[f.source]:g} min",
                f"End the window at least {delays[f.source]:g} min before t0.",
            )


def reasons(s: Features, ground: Ground) -> Iterator[Finding]:
    for path, f in _each(s):
        reason = f.leakage_reason.strip().lower().rstrip(".")
        if reason in BOILERPLATE:
            yield fail(
                "C2.reason",
                STEP,
                path,
                f"`{f.name}` has no leakage reason",
                "Name the concrete way it could leak, or why it cannot.",
            )
    told = [f.leakage_reason for f in s.features if not f.excluded]
    if len(told) >= 4 and len(set(told)) == 1:
        yield to_judge("C2.boilerplate", STEP, "features", "every feature gives the same leakage reason")


def after_the_fact(s: Features, ground: Ground) -> Iterator[Finding]:
    for path, f in _each(s):
        if f.available == "after" and not f.excluded:
            yield fail(
                "C2.after",
                STEP,
                path,
                f"`{f.name}` is known only after the prediction",
                "Exclude it, or lag it by the label wait.",
            )
        if f.available == "after" and f.leakage_risk != "High":
            yield fail(
                "C2.after_low",
                STEP,
                path,
                f"`{f.name}` is known only afterwards and rated {f.leakage_risk}",
                "Rate it High.",
            )


def target_inside(s: Features, ground: Ground) -> Iterator[Finding]:
    frame = ground.decisions.framing
    words = {w for w in frame.target.split("_") if len(w) > 3 and not w.endswith("d")} - {
        "outcome",
        "value",
        "label",
        "load",
        "demand",
        "price",
        "revenue",
        "answer",
        "fields",
        "code",
        "route",
    }
    for path, f in _each(s):
        if f.excluded or not words & set(f.name.split("_")):
            continue
        lag = f.window.lag_min.value if f.window else 0
        if lag < frame.label_wait_days.value * DAY_MIN:
            yield fail(
                "C2.target",
                STEP,
                path,
                f"`{f.name}` carries the target's name and is not lagged by the label wait",
                f"Lag it by {frame.label_wait_days} or exclude it.",
            )


def known_leaks(s: Features, ground: Ground) -> Iterator[Finding]:
    for given in ground.facts.known_later:
        wanted = set(slug(given.value).split("_"))
        enough = (
            len(wanted) if len(wanted) <= 3 else len(wanted) - 1
        )  # `bureau_score` is not `bureau_score_refreshed`
        match = [f for f in s.features if len(wanted & set(f.name.split("_"))) >= enough]
        for f in match:
            if not f.excluded:
                yield fail(
                    "C2.known_leak",
                    STEP,
                    f"features[{f.name}]",
                    f"the brief shows that “{given.value}” is written afterwards",
                    "Exclude it by name, risk High.",
                )
        if not match:
            yield warn(
                "C2.known_leak",
                STEP,
                "features",
                f"“{given.value}” is not excluded by name",
                "List it as an excluded column.",
            )


def encodings(s: Features, ground: Ground) -> Iterator[Finding]:
    for path, f in _each(s):
        if re.search(r"target[- ]encod|mean[- ]encod", f.transform, re.IGNORECASE) and not re.search(
            r"out[- ]of[- ]fold|training (?:window|fold)", f.transform, re.IGNORECASE
        ):
            yield fail(
                "C2.target_enc",
                STEP,
                path,
                f"`{f.name}` is target-encoded on rows it is scored on",
                "Encode out of fold.",
            )
        if re.search(
            r"(?:fitted|computed|standardi[sz]ed|scaled)[^.;]{0,30}(?:on|over) (?:all|the (?:whole|entire|full))",
            f.transform,
            re.IGNORECASE,
        ):
            yield fail(
                "C2.fit_full",
                STEP,
                path,
                f"`{f.name}` uses statistics of all data",
                "Fit statistics on the training window only.",
            )


def sources(s: Features, ground: Ground) -> Iterator[Finding]:
    declared = {source.name for source in ground.decisions.sources}
    for path, f in _each(s):
        if f.source not in declared:
            yield fail(
                "C2.source",
                STEP,
                path,
                f"`{f.name}` comes from `{f.source}`, which is not a declared source",
                f"Use one of: {', '.join(sorted(declared))}.",
            )


def store(s: Features, ground: Ground) -> Iterator[Finding]:
    fs = s.feature_store
    wanted = any(criterion.holds for criterion in (fs.shared, fs.real_time, fs.skew))
    if wanted != (fs.decision == "yes"):
        yield fail(
            "C2.fs_logic",
            STEP,
            "feature_store.decision",
            f"decision “{fs.decision}” against the three criteria",
            "A store is warranted exactly when one criterion holds.",
        )
    if (
        fs.shared.holds != ground.decisions.store.shared[0]
        or fs.real_time.holds != ground.decisions.store.real_time[0]
    ):
        yield fail(
            "C2.fs_facts",
            STEP,
            "feature_store",
            "the criteria disagree with the brief",
            "Answer them from the brief's words.",
        )


def evidence(s: Features, ground: Ground) -> tuple[str, ...]:
    temporal = [f for f in s.features if f.temporal and not f.excluded]
    barred = [f.name for f in s.features if f.excluded]
    shown = temporal or sorted(s.features, key=lambda f: "High Med Low".index(f.leakage_risk))
    words = [f"{shown[0].name}: {shown[0].leakage_reason}"] if shown else []
    return (*words, *([f"excluded: {', '.join(barred[:4])}"] if barred else []))


CHECK = CheckRules(
    STEP,
    (
        undeclared_temporal,
        windows,
        reasons,
        after_the_fact,
        target_inside,
        known_leaks,
        encodings,
        sources,
        store,
    ),
    evidence,
    "Is each stated leakage reason true for its source, and does any feature encode a human decision or stand for a protected attribute?",
)

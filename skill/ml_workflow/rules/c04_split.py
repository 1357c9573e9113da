"""Check 4: a split that mirrors how the model will be used."""

import itertools
import re
from collections.abc import Iterator
from datetime import timedelta

from briefwright.skill.ml_workflow.rules.finding import CheckRules, Ground, fail, to_judge, warn
from briefwright.skill.ml_workflow.sections import Training
from briefwright.skill.spec import Finding

STEP = "training"
RANDOM_WORDS = (
    r"\brandom(?:ly)? (?:split|sampl|held|hold|assign|divid|80)|shuffl|train_test_split|i\.?i\.?d\.? split|random 80/20|"
    r"held out at random|sampled without regard to date|zufällig|aleatori[ao]|aléatoire|随机(?:切分|划分)"
)
REFUSED = r"refus|never|\bnot\b|\bno\b|instead of|flatter|demonstration"


def kind(s: Training, ground: Ground) -> Iterator[Finding]:
    if ground.decisions.framing.temporal and s.split.kind not in ("time", "group+time"):
        yield fail(
            "C4.kind",
            STEP,
            "split.kind",
            f"split “{s.split.kind}” on temporal data",
            "Split by time, and by group where near-copies exist.",
        )


def dates(s: Training, ground: Ground) -> Iterator[Finding]:
    windows = {w.name: w for w in s.split.windows}
    if set(windows) != {"train", "validation", "test"}:
        yield fail(
            "C4.dates",
            STEP,
            "split.windows",
            "train, validation and test need dates",
            "Give first and last day of each window.",
        )
        return
    order = [windows["train"], windows["validation"], windows["test"]]
    for w in order:
        if w.last_day < w.first_day:
            yield fail(
                "C4.order",
                STEP,
                f"split.windows[{w.name}]",
                f"{w.name} ends before it begins",
                "Turn the dates round.",
            )
    gap = s.split.gap_days.value
    for earlier, later in itertools.pairwise(order):
        clear = (later.first_day - earlier.last_day).days - 1
        if clear < 0:
            yield fail(
                "C4.order",
                STEP,
                f"split.windows[{later.name}]",
                f"{later.name} begins {-clear} days before {earlier.name} is over",
                "Order the windows in time.",
            )
        elif clear < gap:
            yield fail(
                "C4.gap",
                STEP,
                f"split.windows[{later.name}]",
                f"{clear} clear days before {later.name}, the gap says {gap:g}",
                f"Start it on {earlier.last_day + timedelta(days=int(gap) + 1)} or later.",
            )
    wait = ground.decisions.framing.label_wait_days.value
    if gap < wait:
        yield fail(
            "C4.gap",
            STEP,
            "split.gap_days",
            f"gap of {gap:g} days, but a label is complete only after {wait:g}",
            f"Leave at least {wait:g} days.",
        )


def maturity(s: Training, ground: Ground) -> Iterator[Finding]:
    wait = int(ground.decisions.framing.label_wait_days.value)
    for w in s.split.windows:
        if w.last_day + timedelta(days=wait) > s.split.as_of:
            yield fail(
                "C4.maturity",
                STEP,
                f"split.windows[{w.name}]",
                f"labels of {w.name} are complete on {w.last_day + timedelta(days=wait)}, after the snapshot of {s.split.as_of}",
                f"End {w.name} on {s.split.as_of - timedelta(days=wait)} or earlier.",
            )


def history(s: Training, ground: Ground) -> Iterator[Finding]:
    begins = s.split.as_of - timedelta(days=int(ground.decisions.history_days.value))
    first = min(w.first_day for w in s.split.windows)
    if first < begins:
        yield fail(
            "C4.history",
            STEP,
            "split.windows[train]",
            f"training begins on {first}, the data on {begins}",
            "Shorten the windows, or say that the history is too short for this label wait.",
        )


def polite_random(s: Training, ground: Ground) -> Iterator[Finding]:
    for path, text in (
        ("split.why", s.split.why),
        ("validation.detail", s.validation.detail),
        ("resampling", s.resampling),
        ("reproducible", s.reproducible),
    ):
        for match in re.finditer(RANDOM_WORDS, text, re.IGNORECASE):
            around = text[max(0, match.start() - 60) : match.end() + 280]
            if not re.search(REFUSED, around, re.IGNORECASE):
                yield fail(
                    "C4.polite_random",
                    STEP,
                    path,
                    f"“{around.strip()[:90]}” describes a random split",
                    "Split by time.",
                )


def folds(s: Training, ground: Ground) -> Iterator[Finding]:
    if ground.decisions.framing.temporal and s.validation.kind == "grouped folds" and s.split.kind == "time":
        yield fail("C4.kfold", STEP, "validation.kind", "folds ignore time", "Use rolling origins.")
    if re.search(r"\bk-?fold|\d-fold", s.validation.detail, re.IGNORECASE) and not re.search(
        REFUSED, s.validation.detail, re.IGNORECASE
    ):
        yield fail(
            "C4.kfold",
            STEP,
            "validation.detail",
            "plain k-fold mixes past and future",
            "Use rolling origins.",
        )


def groups(s: Training, ground: Ground) -> Iterator[Finding]:
    wanted = ground.decisions.split.group_key
    if wanted and (not s.split.group_key or "group" not in s.split.kind):
        yield fail(
            "C4.group",
            STEP,
            "split.group_key",
            f"rows of one {wanted} can fall on both sides",
            f"Keep each {wanted} in one window.",
        )


def few_positives(s: Training, ground: Ground) -> Iterator[Finding]:
    test = next((w for w in s.split.windows if w.name == "test"), None)
    if test and test.positives and test.positives.value < 50:
        yield warn(
            "C4.few_pos",
            STEP,
            "split.windows[test]",
            f"{test.positives} in the test window",
            "Report intervals; judge by events over all rolling origins together.",
        )


def few_rows(s: Training, ground: Ground) -> Iterator[Finding]:
    """A window of a handful of rows measures nothing: the volume was misread, or events are the unit, not rows."""
    test = next((w for w in s.split.windows if w.name == "test"), None)
    held = [q for q in (test.rows, test.positives) if q] if test else []
    if held and (held[0].value < FEWEST_ROWS or held[-1].value < FEWEST_POSITIVES):
        yield to_judge(
            "C4.few_rows",
            STEP,
            "split.windows[test]",
            f"the test window holds {held[-1]}: too few to tell one model from another; the volume may be misread, or the test must reach further back",
        )


FEWEST_ROWS, FEWEST_POSITIVES = 30, 3


def resampling(s: Training, ground: Ground) -> Iterator[Finding]:
    if re.search(r"smote|oversampl|undersampl|thinn|resampl", s.resampling, re.IGNORECASE) and not re.search(
        r"training (?:window|fold|set|data)|train(?:ing)? only|inside the training",
        s.resampling,
        re.IGNORECASE,
    ):
        yield fail(
            "C4.resample",
            STEP,
            "resampling",
            "resampling is not limited to the training window",
            "Resample inside the training window only.",
        )


def evidence(s: Training, ground: Ground) -> tuple[str, ...]:
    test = next((w for w in s.split.windows if w.name == "test"), None)
    return (
        f"{s.split.gap_days} clear between windows",
        f"test {test.first_day} to {test.last_day}" if test else "",
    )


CHECK = CheckRules(
    STEP, (kind, dates, maturity, history, polite_random, folds, groups, few_positives, few_rows, resampling), evidence,
    "Does the split mirror how the model will be used, and is a change of regime inside the training period handled?",
)  # fmt: skip

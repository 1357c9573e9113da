"""Check 8 over text: drift of data, model and concept, with thresholds that their windows can carry."""

import re
from collections.abc import Iterator, Sequence

from briefwright.skill.ml_workflow.sizing.domain import SizingError
from briefwright.skill.ml_workflow.sizing.drift import psi_min_rows, psi_noise
from briefwright.skill.ml_workflow.verify.claims import Said
from briefwright.skill.ml_workflow.verify.metrics import metric_values
from briefwright.skill.ml_workflow.verify.verdicts import Document, TextCheck, fail, warn
from briefwright.skill.numbers import TIME_IN_DAYS, numbers
from briefwright.skill.spec import Finding

PART = "monitoring_and_drift"
ROWS = ("data_drift", "model_drift", "concept_drift", "operational")
TRUTH = r"label|residual|error|precision|recall|auc|observed|expected|actual|outcome|correct|reject|bias|wape|mase|calibration|f1|ndcg|sensitivity|performance|proxy|conversion|acceptance|deviation|miss|complain|feedback|\breal\b|predicted|settled|matured|(?:score|probabilit|predict|forecast)\w* (?:minus|less|against|vs\.?) |coverage of|empirical coverage|\bcoverage over|overrid|overrul|revers|re-?rout|misrout|confirm|audit"
INPUTS = r"\b(?:PSI|KS|Kolmogorov|Wasserstein|Jensen|stability index)\b|\bdistribution of (?:the )?(?:inputs?|features?)\b|embeddings?"
OF_INPUTS = rf"{INPUTS}|\b(?:in|of|on|among) (?:the |all |incoming )?(?:inputs?|requests?|features?)\b"
LOOK_ONLY = r"^\W*(?:(?:to be|will be) (?:seen|discussed|decided|clarified)|later|open|someone looks?|look|check|investigate|review|monitor|watch|observe|alert|notify|to be noted|noted?|take note|for information|fyi|log(?:ged)?(?: it)?|keep an eye(?: on)?|(?:shown|displayed|visible) on (?:a|the) (?:\w+ )?(?:dashboard|board|screen)|dashboard(?: only)?|n/a|none|tbd|tbc|to be (?:decided|defined|agreed|discussed)|-|—)\W*(?:it|this|the (?:issue|data))?\W*$"


def _watched(d: Document, kinds: Sequence[str]) -> Iterator[tuple[str, Said]]:
    """Every row of these kinds of monitors; a kind may have several."""
    return ((kind, said) for kind in kinds for said in d.claims.each(PART, kind))


def thresholds(d: Document) -> Iterator[Finding]:
    for name, said in _watched(d, ROWS):
        label = name.replace("_", " ")
        if not said.text:
            continue
        if not re.search(
            r"[≥≤<>]=? ?\S{0,4}\d|\d ?%|outside|\d\d:\d\d|more than|fewer than|less than|below|above|over \d|moves? by|after \d|twice|missing|exceeds?",
            signal(said),
        ):
            yield fail("C8.threshold", label, said, "no numeric threshold", "Give a number and a window.")
        listed = re.findall(
            r"\b[A-Z]{1,3}-?\d+:? ((?:[^;]|;(?! ?[A-Z]{1,3}-?\d+))+)", said.cell("threshold") or ""
        )
        if len(listed) > 1 and (bare := next((each for each in listed if not re.search(r"\d|missing|absent|none|outside|twice", each)), None)):  # fmt: skip
            yield fail("C8.threshold", label, said, f"“{bare.strip()[:60]}”: no numeric threshold", "Give a number and a window.")  # fmt: skip
        action = said.cell("action") if said.cell("action") is not None else said.text.split(" · ")[-1]
        if action is not None and (
            re.search(LOOK_ONLY, action, re.IGNORECASE) or not re.search(r"\w", action)
        ):
            yield fail("C8.action", label, said, f"“{action}” tells nobody what to do", "Write what the owner does first.")  # fmt: skip
        read = measured(said)
        if (
            said is d.claims.row(PART, name)
            and not any(n.unit in TIME_IN_DAYS or n.per for n in numbers(read))
            and not re.search(
                r"nights?\b|mornings?\b|daily|weekly|monthly|hourly|\bsame (?:closed |matured |settled )?(?:rows|charts|cases|days|weeks|windows?|episodes)\b|per (?:day|week|run|batch|list)|\band (?:day|week|month)\b|each (?:run|day|week|list)|\d+[- ]?(?:[a-z]+ )?(?:min|minutes?|h|hours?|d|days?|weeks?|reads?|runs?|lists?|windows?|months?|quarters?|s|seconds?)\b|cohort|rolling|nightly|window|consecutive|\d\d:\d\d|monday|sunday|per shift|(?:one|two|three|four|six|eight|ten|twelve) (?:whole )?(?:days|weeks|months|hours|minutes)|(?:one|each|a) shift|per season|(?:in|per|over|during) (?:an?|any|one|each) (?:day|week|hour|month|shift|night)|(?:last|past|newest|latest) \d",
                read,
                re.IGNORECASE,
            )
        ):
            yield fail("C8.window", label, said, "no window", "Say over which rows or days it is read.")


def measured(said: Said) -> str:
    """The row without what somebody does about it: an action `within two days` is no window."""
    if not said.columns:
        return said.text
    return " · ".join(cell for column, cell in said.columns if not re.search(r"action|owner|respon|who\b|runbook", column, re.IGNORECASE))  # fmt: skip


def psi(d: Document) -> Iterator[Finding]:
    for name, said in _watched(d, ("data_drift", "model_drift", "concept_drift")):
        whole = joined(said)
        for match in re.finditer(
            r"\bPSI\b[^;·\n]{0,60}?(?:>|≥|above|over|exceeds|PSI of|threshold of)\s*(\d+(?:[.,]\d+)?)",
            whole,
        ):
            level = float(match[1].replace(",", "."))
            if level > 1 and re.search(r"\bover\s*\S*$", match[0]):
                continue  # `PSI over 50 text clusters`: how many things it is taken over
            if not 0.05 <= level <= 0.5:
                yield fail(
                    "C8.psi_range",
                    name.replace("_", " "),
                    said,
                    f"PSI threshold {level:g} is outside 0.05 to 0.5",
                    "Use 0.1 to 0.25.",
                )
                continue
            clause = whole[match.start() : match.end() + 160].split(" · ")[0]
            rows, reference = _rows_of(clause)
            if rows is None:
                rows, reference = _rows_of(measured(said))
            if rows is None and (sampled := re.search(r"\bsamples? of [^·\n]{0,80}", measured(said))):
                rows, reference = _rows_of(sampled[0])
            if rows:
                binned = re.search(r"\b(\d{1,3}) (?:bins|buckets|intervals|classes)\b", whole)
                bins = int(binned[1]) if binned and 3 <= int(binned[1]) <= 100 else 10
                yield from _window(said, name, level, bins, rows, reference)


ROWS_NOUN = r"[- ]*(?!(?:kinds|categories|labels|groups|types|shares|segments|bins)\b)(?:reference |sampled |ref |audited |matured |hourly )?(?!(?:bins|intervals?|intervalos|buckets|deciles|tramos|clases|klassen|days|hours|minutes|seconds|weeks|months|years|bins|features|inputs|columns|classes|points|runs|reads|alarms|windows|of|per|times|and)\b)(?:[a-z]+ )?[a-z]{3,}s\b"


def _rows_of(clause: str) -> tuple[float | None, float | None]:
    """(rows in the window, rows in the reference): `100,000 messages against 500,000`, `window 50 pieces vs the 50 before`."""
    counts = [n for n in numbers(clause) if n.unit == "" and (n.value >= 20 or re.match(r" (?:rows|samples|cases)\b| [a-z]{4,} (?:against|vs\.?|versus)\b", clause[n.end : n.end + 24]) or (n.value >= 3 and re.search(r"\b(?:against|vs\.?|versus) (?:the )?$", clause[: n.start])))]  # fmt: skip
    against = re.search(
        r"\b(?:vs\.?|against|versus|compared (?:to|with)|reference(?: of)?(?= \d))\b", clause, re.IGNORECASE
    )
    if against:
        before = [n.value for n in counts if n.end <= against.start()]
        after = [n.value for n in counts if n.start >= against.end()]
        if before:
            return before[-1], after[0] if after and (after[0] >= 20 or before[-1] < 100) else None
    sampled = re.search(
        r"\b(?:daily|weekly|hourly|monthly|window)s? (?:on|over|of) (\d{1,3}(?: \d{3})+|\d[\d,]*\d)(?![\d ]*\d)(?! ?(?:%|days?|weeks?|h\b|min))",
        clause,
        re.IGNORECASE,
    )
    if sampled:
        return float(re.sub(r"[, ]", "", sampled[1])), None
    named = [n.value for n in counts if re.match(ROWS_NOUN, clause[n.end : n.end + 30], re.IGNORECASE)]
    return (named[0] if named else None), None


def _window(said: Said, name: str, level: float, bins: int, rows: float, reference: float | None) -> Iterator[Finding]:  # fmt: skip
    """95 of 100 windows without drift must stay below the threshold: PSI noise is chi-square (B − 1) × (1/n + 1/m)."""
    try:
        noise = psi_noise(bins, reference or max(rows * 4, 1000), rows)
        least = psi_min_rows(bins, level, max(reference or 0, rows * 4, 1000))
    except SizingError:
        return
    if noise > level:
        yield fail("C8.psi_window", name.replace("_", " "), said, f"{rows:,.0f} rows against {reference or rows * 4:,.0f} reach PSI {noise:.2f} without any drift, the alarm is at {level:g}", f"At least {least:,} rows.")  # fmt: skip


def many_tests(d: Document) -> Iterator[Finding]:
    for said in d.claims.each(PART, "data_drift"):
        yield from _many_tests(said)


def _many_tests(said: Said) -> Iterator[Finding]:
    count = next(
        (
            n.value
            for n in said.numbers
            if re.match(r" (?:\w+ )?(?:features|inputs|columns)\b", said.text[n.end : n.end + 24])
        ),
        0,
    )
    if (
        said.has(r"p ?[<≤] ?0?[.,]0\d|p-value|\bKS\b|kolmogorov|chi-?sq")
        and count > 10
        and not said.has(r"bonferroni|fdr|benjamini|correct|holm|share of")
    ):
        yield fail(
            "C8.multiplicity",
            "data drift",
            said,
            f"p-values on {count:g} inputs without correction",
            "Correct for the number of tests, or use a distance.",
        )


_COMMA = re.compile(r",(?!\d)")
_ASIDE = re.compile(r" ?\([^)]*\)| (?:over|in|for|of|on) (?:the )?(?:last |latest |past )?\d+ (?:[a-z]+ ){0,2}(?:days?|weeks?|nights?|h|hours?|months?|min)\b", re.IGNORECASE)  # fmt: skip
"""What stands between a metric's name and its limit and is neither: brackets, a window."""


def joined(said: Said) -> str:
    """The row's metrics beside their own limits: cells `MAE, 14 d` and `> 8.5` are `MAE > 8.5`, pair by pair where both list several."""
    limit = said.cell("threshold") or said.cell("limit") or ""
    metric = next((cell for column, cell in said.columns if re.search(r"metric|signal|measure|watch|what", column, re.IGNORECASE)), "")  # fmt: skip
    if not metric and len(told := re.split(r"[;:,]\s", said.cell("tool") or "", maxsplit=1)) > 1:
        metric = told[1]
    if (
        not metric
        or metric == limit
        or not re.match(r"\W*(?:[<>≤≥]|outside|above|below|over|under|more|less|after)", limit, re.IGNORECASE)
    ):
        return said.text
    limits = limit.split(";")
    names = metric.split(";")[: len(limits)] if len(limits) > 1 else [metric]
    pairs = [
        f"{_COMMA.split(_ASIDE.sub('', name))[0].strip()} {each.strip()}"
        for name, each in zip(names, limits, strict=False)
    ]
    return " ; ".join([*pairs, said.text])


def signal(said: Said) -> str:
    """What a monitor measures and when it fires: the row without its tool and its action."""
    cells = said.text.split(" · ")
    own = [cell for column, cell in said.columns if not re.search(r"tool|action|owner|respon|who\b|runbook", column, re.IGNORECASE)]  # fmt: skip
    tool = next((cell for column, cell in said.columns if re.search("tool", column, re.IGNORECASE)), "")
    own = [*(re.split(r"[;:,]", tool, maxsplit=1)[1:]), *own]  # `Evidently; PSI per feature, 7 nights`
    words = " ".join(own) if said.columns and any(own) else " · ".join(cells[1:-1] or cells)
    return re.sub(r"\b[A-Z]{2}-\d+|p\d\d\b|\d\.\d+\.\d+|Evidently \d\S*|Airflow \d\S*", "", words)


def concept(d: Document) -> Iterator[Finding]:
    said = d.claims.row(PART, "concept_drift")
    words = signal(said)
    truth = re.search(TRUTH, words, re.IGNORECASE)
    tool = "" if re.search(INPUTS, words, re.IGNORECASE) else said.cell("tool") or ""
    target = set(
        re.findall(r"[a-z]{4,}", d.claims.row("problem_definition", "target_variable").text.lower()[:160])
    )
    of_target = (
        len(target & set(re.findall(r"[a-z]{4,}", words.lower())) - {"days", "last", "each", "that"}) >= 2
    )
    limit = said.cell("threshold") or ""
    if re.search(OF_INPUTS, limit, re.IGNORECASE) and not re.search(TRUTH, limit, re.IGNORECASE):
        truth, of_target, tool = (
            None,
            False,
            "",
        )  # whatever another column says of labels, this is what is watched
    if said.text and not truth and not of_target and not re.search(TRUTH, tool, re.IGNORECASE):
        yield fail("C8.concept_is_data", "concept drift", said, "sees inputs only, not their relation to the outcome", "Use matured labels, residuals or a stated proxy.")  # fmt: skip


def before_its_labels(d: Document) -> Iterator[Finding]:
    """A metric of last night's cases, read the next morning, where a label takes days."""
    wait = d.stated.label_min or 0.0
    for name in ("model_drift", "concept_drift"):
        for said in d.claims.each(PART, name):
            soon = re.search(r"\b(?:of|on|for) (?:last night|yesterday|the (?:night|day) before|today)['’]?s?\b[^.;·|]{0,40}|\bcomputed (?:the )?(?:next|same|following) (?:morning|day|evening)\b", signal(said), re.IGNORECASE)  # fmt: skip
            truth = re.search(r"\b(?:wape|mae|mape|rmse|recall|precision|f1|accuracy|auc|error|coverage|ndcg)\b", signal(said), re.IGNORECASE)  # fmt: skip
            if soon and truth and wait >= 2:
                yield fail("C8.label_delay", name.replace("_", " "), said, f"“{soon[0].strip()[:60]}”: a label takes {wait:g} days", "Read matured cases only.")  # fmt: skip


def below_baseline(d: Document) -> Iterator[Finding]:
    """The alarm of the model's metric comes before the model is worse than the baseline."""
    said = d.claims.row(PART, "model_drift")
    bases = metric_values(d.claims.row("problem_definition", "baseline_performance"))
    for alarm in metric_values(Said(signal(said), said.line)) or metric_values(Said(joined(said).split(" ; ")[0], said.line)):  # fmt: skip
        level = next((base for base in bases if base.metric == alarm.metric), None)
        if (
            level
            and level.looser_than(alarm) is False
            and alarm.value != level.value
            and alarm.looser_than(level)
        ):
            yield fail("C8.below_baseline", "model drift", said, f"fires at {alarm.metric} {alarm.value:g}, when the model is already worse than the baseline {level.value:g}", "Alarm between success threshold and baseline.")  # fmt: skip


_AGE = re.compile(r"(?:at least|older than|≥|>|aged|not younger than|minimum)?\s*(\d+(?:\.\d+)?[ -]?(?:d|days?|weeks?|months?|h|hours?))(?: or more| and more)? (?:old\b|in the past|before (?:today|the run|now)|ago)", re.IGNORECASE)  # fmt: skip


def too_young(text: str, wait: float) -> str:
    """`alerts 30 days old`, where a label takes longer than the oldest age named; "" when rows are old enough or no age is named."""
    ages = list(_AGE.finditer(text))
    oldest = max((_days(match[1]) for match in ages), default=0.0)
    return ages[0][0].strip() if ages and wait >= 2 and 0 < oldest < wait * 0.99 else ""


def fresh_labels(d: Document) -> Iterator[Finding]:
    """A metric that needs labels, read before labels can exist."""
    wait = d.stated.label_days or 0.0
    for name, said in _watched(d, ("model_drift", "concept_drift")):
        words = signal(said)
        ended = re.search(r"\bjust ended\b|\bread the (?:next|following) (?:morning|day)|\bin the (?:\w+ ){1,2}(?:days|nights|weeks) before\b|\b(?:ending|up to|until|to) (?:yesterday|today|last night)\b", words, re.IGNORECASE)  # fmt: skip
        unready = " ".join(sentence for sentence in re.split(r"(?<=[.;])\s|(?=\b[A-Z]{1,3}-\d+:)", words) if ended and ended[0] in sentence)  # fmt: skip
        if wait >= 2 and ended and re.search(TRUTH, f"{unready} {joined(said)}", re.IGNORECASE) and not re.search(r"matur|final|complete|days? later|proxy|whose labels have", unready, re.IGNORECASE):  # fmt: skip
            yield fail("C8.label_delay", name.replace("_", " "), said, f"“{ended[0]}” has no final labels yet, they take {wait:g} days", "Read matured labels, and a proxy until then.")  # fmt: skip
            continue
        told = ". ".join(
            sentence for sentence in re.split(r"[.;]\s", words) if "proxy" not in sentence.lower()
        )
        if re.search(TRUTH, told, re.IGNORECASE) and (young := too_young(told, d.stated.label_min or 0.0)):
            yield fail("C8.label_delay", name.replace("_", " "), said, f"“{young}”: a label takes {wait:g} days", "Read matured labels, and a proxy until then.")  # fmt: skip
            continue
        recent = re.search(r"\b(?:received|arriv\w+|created|from|of|over|in|on) (?:in |during |over )?(?:the [a-z]+ (?:of|from) )?the (?:past|last|previous) (\d+ \w+)", words, re.IGNORECASE)  # fmt: skip
        if wait >= 2 and recent and (metric_values(Said(words, 0)) or re.search(r"\bresiduals?\b", words)) and 0 < _days(recent[1]) < wait and not re.search(MATURE, _clause_of(words, recent), re.IGNORECASE):  # fmt: skip
            yield fail("C8.label_delay", name.replace("_", " "), said, f"“{recent[0]}” has no final labels yet, they take {wait:g} days", "Read matured labels, and a proxy until then.")  # fmt: skip
            continue
        match = re.search(r"today['’]s|yesterday|same day|on the day|last 24 ?h|of today|previous day|immediately|at once|real[- ]time", signal(said), re.IGNORECASE)  # fmt: skip
        if wait >= 2 and match and metric_values(Said(signal(said), 0)) and not re.search(r"proxy", signal(said)[: match.end()], re.IGNORECASE) and not re.search(r"matur|final|complete", signal(said)[: match.start()], re.IGNORECASE):  # fmt: skip
            yield fail("C8.label_delay", name.replace("_", " "), said, f"“{match[0]}” has no labels yet, they take {wait:g} days", "Read matured labels, and a proxy until then.")  # fmt: skip


def _clause_of(words: str, match: re.Match[str]) -> str:
    """From the mark before a match to the mark after it: what another clause says of its rows says nothing of these."""
    start = max((at.end() for at in re.finditer(r"[;·]|, or\b|, and\b", words[: match.start()])), default=0)
    end = re.search(r"[;·]|, or\b|, and\b", words[match.end() :])
    return words[start : match.end() + end.start() if end else len(words)]


MATURE = r"matur|settled|final|complete|labelled|labeled|confirmed|ending|old by|proxy|closed|t0|t −|t -"


def _days(text: str) -> float:
    return sum(n.days for n in numbers(text))


def final_means(d: Document) -> Iterator[Finding]:
    """A document that says what it calls final: rows of yesterday are not, where a label takes days."""
    wait = d.stated.label_days or 0.0
    part = d.claims.part(PART)
    said = part.find(
        r"[“\"']?(?:final|matured|settled|labelled)[”\"']?(?: \w+)? (?:means?|are|is)\b[^.;\n]{0,60}?(?:yesterday|last night|until today|the day before)"
    )
    if wait >= 2 and said and not re.search(r"\bnot\b|except|without", said[0]):
        yield fail("C8.label_delay", "Monitoring and Drift", part, f"“{said[0][:70]}”: a label takes {wait:g} days", f"Count rows as final {wait:g} days later.")  # fmt: skip


def one_tool(d: Document) -> Iterator[Finding]:
    said = d.claims.row(PART, "data_drift")
    if said.has(r"^\W*great expectations\W*(?:·|$)"):
        yield warn(
            "C8.not_a_drift_tool",
            "data drift",
            said,
            "Great Expectations checks tables and sees no drift by itself",
            "Add a drift monitor.",
        )


CHECK = TextCheck(
    (
        thresholds,
        psi,
        many_tests,
        concept,
        before_its_labels,
        below_baseline,
        fresh_labels,
        final_means,
        one_tool,
    ),
    tuple((PART, name) for name in ROWS),
)

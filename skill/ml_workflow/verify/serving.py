"""Checks 6 and 10 over text: latency, throughput and capacity by arithmetic; what answers when the model does not."""

import re
from collections.abc import Iterator

from briefwright.skill.ml_workflow.rules.c10_fallback import ERROR
from briefwright.skill.ml_workflow.sizing import capacity
from briefwright.skill.ml_workflow.verify.claims import Said
from briefwright.skill.ml_workflow.verify.verdicts import Document, TextCheck, fail
from briefwright.skill.numbers import numbers
from briefwright.skill.spec import Finding

PART = "model_serving"
HEADROOM = 0.75
SPOKEN = {
    "p99": r"(?:p99|99th percentile|99 (?:of|in) (?:every )?100(?: \w+)?|99 ?% of (?:the |all )?\w+)",
    "p50": r"(?:p50|half of (?:the |all )?\w+(?: come back| answer)?)",
}


def latency_ms(said: Said, label: str) -> float | None:
    """The time named beside a percentile: `p99 ≤ 80 ms`, `80 ms at p99`."""
    label = SPOKEN.get(label, label)
    for pattern in (
        rf"{label}\)?\W{{0,4}}(?:is|of|at|below|under|within|in|stays?|must be|latency|target)?\W{{0,6}}(\d[\d,.]*) ?(ms|s|seconds?|min)\b",
        rf"(\d[\d,.]*) ?(ms|s|seconds?)\s*(?:at|for|\()\s*{label}",
    ):
        if match := said.find(pattern):
            value = float(match[1].replace(",", ""))
            return value * {"ms": 1, "min": 60_000}.get(match[2], 1000)
    return None


def serving_kind(said: Said) -> str:
    """`batch`, `real-time`, …: the mode a cell begins with, else the one its words describe, else ""."""
    first = re.match(
        r"\W*(batch|real-?time|streaming|edge|hybrid|online|asynchronous)", said.text, re.IGNORECASE
    )
    if first:
        return first[1].lower().replace("realtime", "real-time")
    live = said.has(r"\bREST\b|\bendpoint\b|synchronous|while the caller waits|per request")
    batch = said.has(
        r"\b(?:nightly|daily|weekly|hourly) (?:job|run)\b|\bjob (?:every|each|once)\b|every night|writes? (?:a|the) table"
    )
    return "" if live == batch else "real-time" if live else "batch"


def mode(d: Document) -> Iterator[Finding]:
    said, sla = d.claims.row(PART, "serving_mode"), d.claims.row(PART, "latency_sla")
    if not said.text:
        return
    kind = serving_kind(said)
    p99 = latency_ms(sla, "p99")
    if kind == "batch" and p99 is not None and p99 < 60_000 and not said.has(r"real-?time|look-?up|hybrid"):
        yield fail(
            "C6.batch_sla",
            "Latency SLA",
            sla,
            "a batch has no latency per request",
            "Give the time the whole result is due, or serve in real time.",
        )
    if d.facts:
        wanted = d.facts.latency_p99_ms
        if kind == "batch" and wanted and not said.has(r"real-?time|online|precomput|look-?up"):
            yield fail(
                "C6.mode_facts",
                "Serving mode",
                said,
                f"the brief needs an answer in {wanted.value:g} ms",
                "Serve in real time.",
            )
        listed = d.facts.batch_window_h or d.facts.due_time
        if kind in ("real-time", "online") and listed and not (wanted or d.facts.peak_rps):
            yield fail(
                "C6.mode_facts",
                "Serving mode",
                said,
                f"the brief wants a result by a time: “{listed.quote[:60]}”",
                "Serve in batch.",
            )
        if wanted and p99 and p99 > wanted.value * 1.001:
            yield fail(
                "C6.sla",
                "Latency SLA",
                sla,
                f"p99 {p99:g} ms, the brief allows {wanted.value:g} ms",
                "Meet the limit.",
            )
    if sla.text and not sla.has(r"\d"):
        yield fail("C6.sla", "Latency SLA", sla, "no number", "Give p50 and p99, or when a batch is due.")


def percentiles(d: Document) -> Iterator[Finding]:
    sla = d.claims.row(PART, "latency_sla")
    p50, p99 = latency_ms(sla, "p50") or latency_ms(sla, "median"), latency_ms(sla, "p99")
    if p50 and p99 and p50 >= p99:
        yield fail(
            "C6.p50_p99",
            "Latency SLA",
            sla,
            f"p50 {p50:g} ms is not below p99 {p99:g} ms",
            "The median lies below the 99th percentile.",
        )
    mean = latency_ms(d.claims.part(PART), "mean(?: latency)?")
    if mean and p99 and mean > p99:
        yield fail("C6.mean", "Latency SLA", sla, f"mean {mean:g} ms above p99 {p99:g} ms", "Check the mean.")


def load(d: Document) -> Iterator[Finding]:
    """Replicas × concurrency against rate × mean time, wherever the part states all four."""
    part, said = d.claims.part(PART), d.claims.row(PART, "throughput")
    rate = _rate(said) or _rate(part)
    if d.facts and d.facts.peak_rps and rate and rate < d.facts.peak_rps.value * 0.98:
        yield fail(
            "C6.peak",
            "Throughput",
            said,
            f"sized for {rate:g}/s, the brief's peak is {d.facts.peak_rps.value:g}/s",
            "Size for the peak.",
        )
    scaling = d.claims.row(PART, "scaling")
    replicas = _first(said, r"(\d+) (?:replicas|pods|instances|workers)") or _first(
        scaling, r"(\d+) (?:replicas|pods|instances)"
    )
    slots = (
        _first(
            part,
            r"(?:concurrency|in flight (?:each|per replica)|requests? per replica|× )\W{0,3}(\d+)(?: per replica| in flight| concurrent| each)?",
        )
        or _first(part, r"(\d+) (?:requests )?at once")
        or _first(part, r"(\d+) (?:in flight|concurrent)(?: requests?)? (?:each|per replica)")
    )
    mean = latency_ms(part, r"mean(?: (?:latency|time|service time))?") or _mean(part)
    if rate and replicas and slots and mean:
        inside = capacity.in_flight(rate, mean)
        if inside > replicas * slots:
            most = capacity.max_rps(replicas, slots, mean)
            yield fail(
                "C6.little",
                "Throughput",
                said,
                f"{rate:,.4g}/s × {mean:g} ms = {inside:,.4g} in flight, {replicas:g} × {slots:g} slots carry {most:,.4g}/s",
                f"At least {capacity.replicas_needed(rate, mean, slots)} replicas.",
            )
        elif inside > replicas * slots * HEADROOM:
            yield fail(
                "C6.headroom",
                "Throughput",
                said,
                f"{inside / (replicas * slots):.0%} load at the peak",
                "Stay at or below 75 %.",
            )
    most_replicas = _first(scaling, r"(?:at most|max(?:imum)?|up to|to at most)\W{0,6}(\d+)")
    if replicas and most_replicas and most_replicas < replicas:
        yield fail(
            "C6.max",
            "Scaling",
            scaling,
            f"at most {most_replicas:g}, but {replicas:g} are needed",
            "Raise the maximum.",
        )


def _rate(said: Said) -> float | None:
    found = [n.value for n in said.numbers if n.unit == "rps" or (n.per == "second" and n.unit == "")]
    if match := said.find(r"(\d[\d,.]*) ?(?:k )?(?:rps|qps|requests?/s|req/s|events?/s)"):
        found.append(float(match[1].replace(",", "")))
    return found[0] if found else None


def _mean(part: Said) -> float | None:
    match = part.find(r"\d[\d,.]* (?:rps|requests/s) × (0\.\d+) s\b|× (\d[\d.]*) ms")
    return (float(match[1]) * 1000 if match[1] else float(match[2])) if match else None


def _first(said: Said, pattern: str) -> float | None:
    match = said.find(pattern)
    return float(match[1].replace(",", "")) if match else None


def batch_window(d: Document) -> Iterator[Finding]:
    """`610,000 rows at 4,000/s in a window of …`: rows over rate against the window."""
    said = d.claims.row(PART, "throughput")
    rows = next(
        (n.value for n in said.numbers if n.unit == "" and n.per in ("", "week", "day") and n.value >= 100),
        None,
    )
    rate = next((n.value for n in said.numbers if n.per == "second" and n.unit == ""), None) or _first(
        said, r"(\d[\d,]*) ?(?:rows|records|items)?(?:/s| per s(?:econd)?\b)"
    )
    window = next(
        (
            n
            for n in said.numbers
            if n.unit in ("h", "min")
            and re.search(
                r"(?:window of|within)\W*(?:about |a bit under )?$",
                said.text[max(0, n.start - 28) : n.start],
                re.IGNORECASE,
            )
        ),
        None,
    )
    workers = _first(said, r"(\d+) workers?") or 1
    if rows and rate and window and rows / (rate * workers) > window.seconds * 1.02:
        yield fail(
            "C6.window",
            "Throughput",
            said,
            f"{rows / (rate * workers) / 3600:.1f} h of work in a window of {window.text}",
            "More workers, a faster job or a longer window.",
        )


def budget(d: Document) -> Iterator[Finding]:
    """Parts of a latency budget that sum past the promise; a table row of p99 parts, or `a 10 + b 30 ms`."""
    sla = d.claims.row(PART, "latency_sla")
    p99 = latency_ms(sla, "p99")
    part = d.claims.part(PART)
    match = part.find(
        r"(?:budget|network|hop)[^\n.;]{0,20}?((?:[a-z ]*\d+(?: ms)?\s*[+,]\s*){2,}[a-z ]*\d+ ?ms)"
    )
    if p99 and match:
        total = sum(float(n) for n in re.findall(r"\d+(?:\.\d+)?", match[1]))
        if total > p99 * 1.001:
            yield fail(
                "C6.budget",
                "Latency SLA",
                sla,
                f"the parts sum to {total:g} ms, more than {p99:g} ms",
                "Cut a part.",
            )
    parts = [
        float(m[1])
        for m in re.finditer(r"^(?!limit|sum|total)[\w /,&-]+ · (\d+(?:\.\d+)?) ms$", part.text, re.MULTILINE)
    ]
    if p99 and len(parts) >= 3 and sum(parts) > p99 * 1.001:
        yield fail(
            "C6.budget",
            "Latency SLA",
            sla,
            f"the parts sum to {sum(parts):g} ms, more than {p99:g} ms",
            "Cut a part.",
        )


def scaling(d: Document) -> Iterator[Finding]:
    said, kind = d.claims.row(PART, "scaling"), d.claims.row(PART, "serving_mode")
    if (
        said.text
        and kind.has(r"^\W*(?:real-?time|online|streaming|edge|hybrid)")
        and not said.has(r"\d|none|fixed|serverless|one (?:process|device)")
    ):
        yield fail(
            "C6.scale_trigger", "Scaling", said, "no numeric trigger", "Give the signal and its value."
        )


def fallback(d: Document) -> Iterator[Finding]:
    said = d.claims.row(PART, "fallback")
    if not said.text:
        return
    part = d.claims.part(PART)
    alone = re.sub(
        r"\b(?:retry|retries|retrying|try again|times|with|exponential|backoff|\d+|and|then|the|request|call|until it answers|wait|tries|caller|again|two|three|four|five|shows?|a|an|fault|error|message)\b|\W",
        "",
        said.text.lower(),
    )
    if said.has(r"\bretr(?:y|ies)|tr(?:y|ies) again") and len(alone) < 25:
        yield fail(
            "C10.retry_only", "Fallback", said, "only a retry", "Say what is answered when retries fail too."
        )
    if said.has(ERROR) and not said.has(
        r"rule|default|previous|list|queue|manual|cache|heuristic|instead|baseline"
    ):
        yield fail("C10.error", "Fallback", said, "an error is no answer", "Give a safe default.")
    if said.has(
        r"\b(?:same|another replica of the|second replica of the|identical) (?:model|endpoint|service)\b|same model in (?:another|a second)|(?:second|another|spare|standby) (?:copy|instance) of |\b(?:none|not defined|n/a|tbd)\b\W*$|standby (?:replica|copy) of the (?:same )?model"
    ) and not said.has(r"not the same|never the same|rule|no model|model-free"):
        yield fail(
            "C10.same_model", "Fallback", said, "falls back on the same model", "Use another model or none."
        )
    if said.has(
        r"^\W*(?:none|n/a|tbd|not defined)\W*$|^\W*to be (?:decided|agreed|defined|discussed)|(?:do not|don.t) expect|very reliable|(?:never|cannot|will not) (?:fail|go down|be down)"
    ):
        yield fail("C10.none", "Fallback", said, "no fallback", "Say what answers when the model does not.")
    floor = r"rule|list|manual|hand|default|approve|fifo|arrival order|person|human|dispatcher|form|static|popular|newest|average|naive|croston|heuristic|threshold alarm|previous (?:price|order)|cached|keyword|search page|query|sql|bm25|without (?:a |the )?model|model-free|no model|canned|generic|baseline|librarian|handler|last (?:valid|complete|known|week|monday|good)|regelbasiert|respaldo|兜底|人工"
    if not re.search(floor, f"{said.text} {part.text[part.text.lower().find('fallback') :]}", re.IGNORECASE):
        yield fail(
            "C10.no_floor",
            "Fallback",
            said,
            "no level that needs no model",
            "End with a rule, a list or a person.",
        )
    if (
        not said.numbers
        and not re.search(r"fallback[^\n]*\n(?:[^\n]*\d[^\n]*\n?)+", part.text, re.IGNORECASE)
        and not said.has(r"\d{1,2}:\d\d|\d ?(?:ms|s|h|min|%)")
    ):
        yield fail(
            "C10.trigger",
            "Fallback",
            said,
            "no number says when it takes over",
            "Give milliseconds, hours or a share.",
        )
    yield from _in_time(d, said)
    if (
        d.claims.row(PART, "serving_mode").has(r"^\W*batch")
        and said.has(r"last|previous|yesterday|stale|old")
        and not re.search(
            r"\b(?:\d+|one|two|ten) ?(?:h|hours?|d|days?|weeks?|runs?)\b|max(?:imum)? age|older than",
            f"{said.text} {part.text}",
            re.IGNORECASE,
        )
    ):
        yield fail(
            "C10.stale", "Fallback", said, "no largest age for old output", "Say how old a result may be."
        )


def _in_time(d: Document, said: Said) -> Iterator[Finding]:
    p99 = latency_ms(d.claims.row(PART, "latency_sla"), "p99")
    rate = re.compile(r"\d ?% (?:\w+ ){0,3}within", re.IGNORECASE)
    times = [n.seconds * 1000 for n in numbers(said.text) if n.unit in ("ms", "s")]
    after = [
        t
        for n, t in ((n, n.seconds * 1000) for n in numbers(said.text) if n.unit in ("ms", "s"))
        if re.search(
            r"(?:after|at|timeout|time-?out|no answer|silent|deadline|within)\W*(?:of|at|in)?\W*$",
            said.text[max(0, n.start - 22) : n.start],
            re.IGNORECASE,
        )
        and not rate.search(said.text[max(0, n.start - 30) : n.start])
    ]
    if p99 and p99 < 60_000 and after and times and max(after) > p99 * 1.001:
        yield fail(
            "C10.timeout",
            "Fallback",
            said,
            f"takes over after {max(after):g} ms, the promise is {p99:g} ms",
            "Take over earlier.",
        )


CHECK = TextCheck(
    (mode, percentiles, load, batch_window, budget, scaling),
    ((PART, "serving_mode"), (PART, "latency_sla"), (PART, "throughput"), (PART, "scaling")),
)
FALLBACK = TextCheck((fallback,), ((PART, "fallback"),))

"""Check 6 over text: latency, throughput and capacity, each by arithmetic."""

import re
from collections.abc import Iterator

from briefwright.skill.ml_workflow.sizing import capacity
from briefwright.skill.ml_workflow.verify.budgets import budget, table_of_parts
from briefwright.skill.ml_workflow.verify.claims import Said
from briefwright.skill.ml_workflow.verify.latency import latency_ms, longest_ms
from briefwright.skill.ml_workflow.verify.twice import SERVING_RULES
from briefwright.skill.ml_workflow.verify.verdicts import Document, TextCheck, fail
from briefwright.skill.numbers import numbers
from briefwright.skill.spec import Finding

PART = "model_serving"
HEADROOM = 0.75


def serving_kind(said: Said) -> str:
    """`batch`, `real-time`, …: the mode a cell begins with, else the one its words describe, else ""."""
    first = re.match(
        r"\W*(?:(?:nightly|daily|weekly|monthly|hourly|one|a) )?(batch|real-?time|streaming|edge|hybrid|online|asynchronous)",
        said.text,
        re.IGNORECASE,
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
    asked = sla.find(r"\b(?:callers?|users?|clerks?|agents?|who (?:opens|asks|calls)|per (?:request|record|call|row))\b[^.;\d]{0,60}\b(\d[\d,.]*) ?(?:ms|s|seconds?)\b")  # fmt: skip
    if kind == "batch" and asked and not said.has(r"real-?time|look-?up|hybrid"):
        yield fail("C6.batch_sla", "Latency SLA", sla, f"a batch answers nobody: “{asked[0][:60]}”", "Give the time the whole result is due, or serve in real time.")  # fmt: skip
    needed = d.claims.part("problem_definition").find(r"\b(?:resolv\w+|answer\w*|repl\w+|respon\w+|decid\w+|ready|back|waits?)\b[^.;|\n]{0,30}\b(?:within|in under|inside|at most)\s+\W{0,2}\d[\d.,]* ?(?:ms|milliseconds|s|seconds)\b")  # fmt: skip
    if kind == "batch" and needed and not said.has(r"real-?time|look-?up|hybrid|precomput"):
        yield fail("C6.batch_sla", "Serving mode", said, f"somebody waits: “{needed[0][:60]}”", "Serve in real time.")  # fmt: skip
    by_night = d.claims.part(PART).find(r"\bnothing is scored (?:by|during the) day\b|\branks? all of tomorrow|\bscores? (?:are )?(?:only )?(?:computed|made) (?:once )?(?:a|per) night\b")  # fmt: skip
    if kind in ("real-time", "online") and by_night:
        yield fail("C6.mode", "Serving mode", said, f"answers requests, yet “{by_night[0][:60]}”", "Score when the request comes, or call it a batch.")  # fmt: skip
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
    on_demand = said.has(
        r"when (?:the |an? )?[^.;|]{0,24}\b(?:asks?|needs?|wants?|requests?)\b|on (?:request|demand)|called by|at (?:every |each )?(?:login|checkout|request|call)\b|as needed|whenever"
    )
    whole = f"{said.text} {sla.text} {d.claims.row(PART, 'throughput').text}"
    if kind == "batch" and (on_demand or not re.search(RHYTHM, whole, re.IGNORECASE)):
        yield fail("C6.schedule", "Serving mode", said, "a batch without a schedule", "Say how often it runs and when it is due.")  # fmt: skip
    if d.stated.inside and said.has(r"over the internet|in the (?:public )?cloud\b|cloud endpoint|hosted api|external api") and not said.has(r"\bnot?\b|never|without"):  # fmt: skip
        yield fail("C6.mode_facts", "Serving mode", said, f"leaves the house, the document says “{d.stated.inside[:50]}”", "Serve inside.")  # fmt: skip
    due = sla.find(r"\b(?:by|before|until|no later than)\b[^.;]{0,24}\d{1,2}[:.]\d\d")
    if kind in ("real-time", "online") and due and not sla.has(r"\d ?(?:ms|s|sec\w*)\b|p99|p95"):
        yield fail("C6.mode", "Serving mode", said, f"answers requests, and the promise is a time of day: “{due[0]}”", "Serve in batch, or promise a latency per request.")  # fmt: skip
    limit = sla.find(r"\b(?:limit|contract\w*|allows?|allowed|admits?|permits?|leaves?|tolerates?|gives up after|waits(?: at most)?)\b[^.;\d]{0,30}(\d[\d,.]*) ?(ms|s)\b")  # fmt: skip
    if (
        p99
        and limit
        and p99 > (allowed := float(limit[1].replace(",", "")) * (1000 if limit[2] == "s" else 1)) * 1.001
    ):
        yield fail("C6.sla", "Latency SLA", sla, f"p99 {p99:g} ms, the limit beside it is {allowed:g} ms", "Meet the limit.")  # fmt: skip
    yield from _repeated_promise(d, sla, p99)
    if sla.text and not sla.has(r"\d"):
        yield fail("C6.sla", "Latency SLA", sla, "no number", "Give p50 and p99, or when a batch is due.")


RHYTHM = r"every|daily|nightly|hourly|weekly|monthly|\d{1,2}[:.]\d\d|cron|each (?:night|day|morning|hour|week|month)|mondays?|sundays?|saturdays?|fridays?|\d+ times a|once a|twice a|o'clock|\d ?(?:am|pm)\b"


def _repeated_promise(d: Document, sla: Said, p99: float | None) -> Iterator[Finding]:
    """Guardrails, gates and alarms that all hold one p99, and a promise that allows more."""
    others = [float(v) * (1000 if u == "s" else 1) for part in ("a_b_testing", "training_pipeline", "monitoring_and_drift") for v, u in re.findall(r"p99[^\d\n;|]{0,16}[≤<>]=? ?(\d+(?:\.\d+)?) ?(ms|s)\b", d.claims.part(part).text)]  # fmt: skip
    gates = [float(v) * (1000 if u == "s" else 1) for v, u in re.findall(r"p99[^\d\n;|]{0,16}[≤<]=? ?(\d+(?:\.\d+)?) ?(ms|s)\b", d.claims.part("training_pipeline").text)]  # fmt: skip
    if p99 and gates and min(gates) > max(p99, longest_ms(sla)) * 1.001:
        yield fail("X.gate_sla", "Registry", d.claims.row("training_pipeline", "registry"), f"the gate allows p99 {min(gates):g} ms, the promise is {p99:g} ms", "Gate on the promise.")  # fmt: skip
    if p99 and len(others) >= 2 and len(set(others)) == 1 and p99 > others[0] * 1.001:
        yield fail("C6.sla", "Latency SLA", sla, f"p99 {p99:g} ms is promised, gates and guardrails hold {others[0]:g} ms", "Promise one number.")  # fmt: skip


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
    mean = latency_ms(d.claims.part(PART), MEAN)
    if mean and p99 and mean > p99:
        yield fail("C6.mean", "Latency SLA", sla, f"mean {mean:g} ms above p99 {p99:g} ms", "Check the mean.")


_COUNT = r"\d+|one|two|three|four|five|six|seven|eight|nine|ten|twelve|sixteen|twenty"
EACH_AT_ONCE = rf"\b(?P<of>{_COUNT}) (?:sub)?(?:tasks|workers|consumers|threads|processes|streams|lanes|executors|scorers|pods|replicas|instances|machines|nodes|servers|containers|boxes|gateways)\b(?:,? (?:handle|take|process|run|work on|score|read)s?)?,? (?P<many>{_COUNT}|an?) (?:[a-z]+ )?[a-z]+ (?:each|apiece|per (?:task|worker|consumer|thread))\b"
"""`24 subtasks, one event each`, `seven consumers handle four parcels each`: how many at once."""


def _counted(word: str) -> float:
    """`four` is 4; `a` and `an` are 1."""
    found = numbers(word)
    return found[0].value if found else 1.0


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
    scaling = _in_digits(d.claims.row(PART, "scaling"))
    replicas = _first(said, r"(\d+) (?:replicas|pods|instances|workers)") or _first(
        scaling, r"(\d+) (?:replicas|pods|instances)"
    )
    made = part.find(
        r"\b(\d+) (?:replicas|pods|instances|workers|consumers|task ?managers|machines|nodes|servers|processes|containers|gateways|boxes)\W{1,3}(?:[×x]\W)(\d+) (?:workers?|threads?|slots?|processes)"
    )
    each = part.find(EACH_AT_ONCE)
    slots = (
        float(made[2])
        if made
        else _counted(each["many"])
        if each
        else _first(
            part,
            r"(?:concurrency|in flight (?:each|per replica)|requests? per replica|× (?=\d+ (?:per replica|in flight|concurrent|each|slots?|workers?|threads?|places?)\b))[^\w<>≤≥]{0,3}(\d+)(?: per replica| in flight| concurrent| each)?",
        )
        or _first(part, r"(\d+) (?:requests )?at once")
        or _first(part, r"(\d+) (?:in flight|concurrent)(?: requests?)? (?:each|per replica)")
    )
    replicas = replicas or (float(made[1]) if made else _counted(each["of"]) if each else None)
    mean = latency_ms(part, MEAN) or _mean(part)
    if (
        rate
        and mean
        and not slots
        and serving_kind(d.claims.row(PART, "serving_mode")) == "edge"
        and rate * mean / 1000 > 1
    ):
        yield fail("C6.little", "Throughput", said, f"{rate:,.4g}/s × {mean:g} ms keep {rate * mean / 1000:.3g} devices busy", "Fewer or faster, or more devices.")  # fmt: skip
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
    yield from _busy(said, scaling)
    stated_peak = _peak_elsewhere(d)
    if rate and stated_peak and rate < stated_peak * 0.9:
        yield fail("C6.peak", "Throughput", said, f"sized for {rate:g}/s, the document's peak is {stated_peak:g}/s", "Size for the peak.")  # fmt: skip
    standing = replicas or _first(
        scaling,
        r"(\d+) (?:\w+ )?(?:slots|boxes|devices|workers|gpus|nodes|servers|machines|tasks?managers?)\b",
    )
    replicas = standing
    if (falling := scaling.find(r"from (\d+) to (\d+)")) and int(falling[2]) < int(falling[1]):
        yield fail("C6.max", "Scaling", scaling, f"scales from {falling[1]} to {falling[2]}", "The maximum lies above the minimum.")  # fmt: skip
    most_replicas = _first(scaling, r"(\d+) at most") or _first(
        scaling, r"(?:at most|max(?:imum)?|up to|to at most)\W{0,6}(\d+)"
    )
    named = scaling.find(r"(?:at most|max(?:imum)?|up to|to at most)\W{0,6}\d+ ([a-z]{4,})")
    other_thing = named is not None and not replicas_of(scaling.text, standing, named[1])
    if replicas and most_replicas and most_replicas < replicas and not other_thing:
        yield fail(
            "C6.max",
            "Scaling",
            scaling,
            f"at most {most_replicas:g}, but {replicas:g} are needed",
            "Raise the maximum.",
        )


def _in_digits(said: Said) -> Said:
    """`Five workers … up to eight` with digits."""
    words = r"\b(one|two|three|four|five|six|seven|eight|nine|ten|twelve|sixteen|twenty)\b(?= (?:replicas|pods|instances|workers|machines|servers)\b)|(?<=up to )(two|three|four|five|six|seven|eight|nine|ten|twelve|sixteen|twenty)\b"
    return Said(re.sub(words, lambda m: f"{numbers(m[0])[0].value:g}", said.text, flags=re.IGNORECASE), said.line, said.columns)  # fmt: skip


def replicas_of(text: str, count: float | None, noun: str) -> bool:
    """Whether the number that stands is said of the noun the maximum is said of: 36 slots are no 12 consumers."""
    said = (
        re.search(rf"(?<![\d.,]){count:g} (?:[a-z-]+ )?([a-z]{{4,}})", text, re.IGNORECASE) if count else None
    )
    return said is None or said[1].lower()[:4] == noun.lower()[:4]


BUSY = r"(?<![\d.,])(\d+(?:[.,]\d+)?) (?:\w+ ){0,2}?(?:at the same time|simultaneous(?:ly)?)\b|(?<![\d.,])(\d+(?:[.,]\d+)?) (?:requests |messages )?(?:in (?:flight|progress))\b|(?<![\d.,])(\d+(?:[.,]\d+)?) (?:in flight|busy|concurrent|occupied|at once)\b|(?:in flight|concurrent|busy)(?:[^.;\n|]|\.(?=\d)){0,40}?= ?(\d+(?:[.,]\d+)?)\b|× ?0\.\d+ ?s? ?= ?(\d+(?:\.\d+)?)|= ?(\d+(?:[.,]\d+)?) (?:busy|in flight|concurrent)"
PLACES = r"(?:out of|against|of|on|for) (\d+|one)(?: ?[×x] ?(\d+))? (?:\w+ )?(?:slots?|places?|workers|threads|seats|cores)\b|= ?(\d+) (?:slots?|places?|threads)\b|(?<![\d×x] )(?<![\d.,])(\d+) (?:task )?(?:slots|places)\b"


def _busy(said: Said, scaling: Said) -> Iterator[Finding]:
    """`5.6 busy out of 12 task slots`: what is in flight against the places for it."""
    text = f"{said.text} ; {scaling.text}"
    busy = re.search(BUSY, text, re.IGNORECASE)
    places = re.search(MADE_OF, text, re.IGNORECASE) or re.search(r"()()(?:=|there are|gives?|provides?|making|so)\s*(\d+) (?:slots?|places?|threads)\b()", text) or re.search(PLACES, text, re.IGNORECASE)  # fmt: skip
    if not (busy and places):
        return
    inside = float(next(g for g in busy.groups() if g).replace(",", "."))
    first, times, total, bare = places.groups()
    slots = float(total or bare or _count(first)) * _count(times or "1")
    if inside > slots:
        yield fail("C6.little", "Throughput", said, f"{inside:g} in flight on {slots:g} places", "More places, or less time per request.")  # fmt: skip
    elif inside > slots * HEADROOM:
        yield fail("C6.headroom", "Throughput", said, f"{inside / slots:.0%} busy at the peak", "Stay at or below 75 %.")  # fmt: skip


MADE_OF = r"(?<![\d.,])(\d+|one|two|three|four|five|six|eight|ten) (?:\w+[ -]){0,3}?(?:[×x]|with|of|at) (\d+|one|two|three|four) (?:concurrent |parallel |\w+ )?(?:slots?|places?|workers?|sequences?|threads?|streams?|requests|events|messages|calls)\b()()"
"""`3 task managers × 4 slots`, `two replicas with 4 concurrent sequences`."""


def _count(word: str) -> float:
    return float(numbers(word)[0].value)


def _peak_elsewhere(d: Document) -> float | None:
    """The peak rate the document gives outside its throughput row, in its first lines or among its gates."""
    text = d.claims.text.replace(d.claims.row(PART, "throughput").text, "")
    found = [float(m[1].replace(",", "")) for m in re.finditer(r"peak[^.;|\n\d]{0,16}(\d[\d,]*) ?(?:rps|requests? (?:per|a) second|requests/s|req/s|/s\b)", re.sub(r"\*\*", "", text), re.IGNORECASE)]  # fmt: skip
    return max(found, default=None)


def _rate(said: Said) -> float | None:
    if peak := said.find(
        r"\bpeaks?\W{0,3}(?:of|is|at|load)?\W{0,3}(\d[\d,.]*\d|\d) ?(?:rps|qps|requests?/s|req/s|events?/s|/s\b)"
    ):
        return float(peak[1].replace(",", ""))
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
    """Rows over rate, and the run time a cell itself works out, against the window."""
    said = d.claims.row(PART, "throughput")
    counts = [
        n for n in said.numbers if n.unit == "" and n.per in ("", "week", "day", "run") and n.value >= 100
    ]
    whole = [n.value for n in counts if re.search(r"\bper (?:run|night|batch)\b", n.text) or (re.match(r"[^;.=]{0,24}\bper (?:run|night|batch)|\s*rows\b(?!/)", said.text[n.end :]) and "×" not in said.text[n.end : n.end + 4])]  # fmt: skip
    rows = whole[0] if whole else next((n.value for n in counts), None)
    rate = next((n.value for n in said.numbers if n.per == "second" and n.unit == ""), None) or _first(said, r"(\d[\d,]*(?:\.\d+)?) ?(?:rows|records|items)?(?:/s| per s(?:econd)?\b)")  # fmt: skip
    workers = _first(_in_digits(said), r"(\d+) workers?\b") or 1
    if rate is None and (whole_rate := _first(d.claims.row(PART, "scaling"), r"= ?(\d[\d,]*) (?:rows|records|items|files|images|pages|documents)(?:/s| (?:per|a) second)")):  # fmt: skip
        rate, workers = whole_rate, 1
    rows_of_time = Said(
        " · ".join(d.claims.row(PART, row).text for row in ("latency_sla", "serving_mode", "scaling")),
        said.line,
    )
    window_s = _window_s(said) or _window_s(rows_of_time) or _clock_window_s(d)
    if not window_s or serving_kind(d.claims.row(PART, "serving_mode")) not in ("batch", ""):
        return
    sla = d.claims.row(PART, "latency_sla")
    runs = [n.seconds for n in said.numbers if n.unit in ("s", "min", "h") and re.search(r"(?:[=≈]|\btotal)\W*(?:about |of )?$", said.text[max(0, n.start - 10) : n.start])]  # fmt: skip
    runs += [
        n.seconds
        for n in sla.numbers
        if n.unit in ("min", "h")
        and re.search(r"[=≈]\W*(?:about )?$", sla.text[max(0, n.start - 10) : n.start])
    ]
    steps = [n.seconds for n in said.numbers if n.unit in ("s", "min", "h") and n.seconds not in runs and n.seconds != window_s and not n.per and re.search(STEP, said.text[max(0, n.start - 40) : n.start], re.IGNORECASE)]  # fmt: skip
    needed = max(
        [rows / (rate * workers) if rows and rate else 0.0, *runs, sum(steps) if len(steps) > 1 else 0.0]
    )
    if needed > window_s * 1.02:
        yield fail("C6.window", "Throughput", said, f"{needed / 3600:.3g} h of work in a window of {window_s / 3600:.3g} h", "More workers, a faster job or a longer window.")  # fmt: skip


STEP = r"\b(?:takes?|needs?|lasts?|scoring|prepar\w+|features?|publi\w+|writing|loading|extract\w*|export\w*|upload\w*)\b[^.;\d]{0,30}$"


def _clock_window_s(d: Document) -> float | None:
    """From the hour a batch starts to the hour it is due, or what it has `5 minutes after each half-hour`."""
    sla = d.claims.row(PART, "latency_sla")
    start = d.claims.row(PART, "serving_mode").find(r"\b(\d{1,2}):(\d\d)\b")
    due = sla.find(r"(?:by|before|until|at)\s+(?:\w+ )?(\d{1,2}):(\d\d)\b")
    if start and due:
        return ((int(due[1]) * 60 + int(due[2]) - int(start[1]) * 60 - int(start[2])) % 1440) * 60.0 or None
    if hourly := sla.find(r"\bby minute (\d+)\b"):
        return float(hourly[1]) * 60
    after = sla.find(r"(\d+) min\w* after (?:each|every|the)")
    return float(after[1]) * 60 if after else None


def _window_s(said: Said) -> float | None:
    """`window of 4 hours`, `of the 120 min window`, `an 8-hour window`, `within 5 hours`, in seconds."""
    for n in said.numbers:
        if n.unit in ("h", "min") and (
            re.search(r"(?:window of|within|window:?)\W*(?:about |a bit under )?$", said.text[max(0, n.start - 28) : n.start], re.IGNORECASE)
            or re.match(r"[- ]?(?:\w+ )?window\b", said.text[n.end : n.end + 16], re.IGNORECASE)
        ):  # fmt: skip
            return n.seconds
    return None


MEAN = r"mean(?: (?:latency|time|duration|processing|inference|service time)(?: (?:in|of|per) (?:the )?\w+)?| in (?:the|our) (?:\w+ ){1,3}?\w+)?"
BY_FEEL = r"(?:has|have) trouble|keeping pace|falls? behind\b(?! by \d)|calls? for it|becomes? (?:tight|busy|slow|crowded)|gets? (?:tight|busy|crowded)|when (?:there is |the )?(?:\w+ ){0,3}(?:load|slow\w*|needed|high|busy|complain\w*|demand)|as needed|if (?:needed|necessary|clerks|users|people)|reports? slow|feels?\b|much load|heavy load|by hand"


def scaling(d: Document) -> Iterator[Finding]:
    said, kind = d.claims.row(PART, "scaling"), d.claims.row(PART, "serving_mode")
    if not said.text:
        return
    by_feel = next((c for c in re.split(r"[;.]\s", said.text) if re.search(BY_FEEL, c, re.IGNORECASE) and not re.search(r"[><≥≤] ?\d|\d ?%|(?:above|below|over|more than|under) \d|\d ?(?:ms|s|min)\b", c)), None)  # fmt: skip
    if (
        serving_kind(kind) == "batch"
    ):  # a job may be one process and need no signal; what is added by feel needs one
        by_feel = by_feel if by_feel and re.search(r"\b(?:add(?:ed|s)?|more|start(?:ed|s)?|second|further)\b", by_feel) else None  # fmt: skip
    unread = not said.has(r"\d|none|fixed|serverless|one (?:process|device)")
    if by_feel or (unread and kind.has(r"^\W*(?:real-?time|online|streaming|edge|hybrid)")):
        yield fail(
            "C6.scale_trigger", "Scaling", said, "no numeric trigger", "Give the signal and its value."
        )


RECOVERY = r"(?:roll(?:ed|s|ing)?[ -]?back|recover\w*|fail-?over|switch\w*|answers?|respon\w+|restor\w+|reload\w*)\b[^.;|\n]{0,40}?(?:in|within|under|≤|<|:|about|\()\s*(?P<time>\d[\d.]* ?(?:min\w*|h\b|hours?|s\b|seconds?))"


def availability(d: Document) -> Iterator[Finding]:
    """99.999 % is 26 seconds a month: nothing that takes minutes to mend keeps it."""
    part = d.claims.part(PART)
    promised = [(n, n.value) for n in part.numbers if n.unit == "%" and 99.985 <= n.value < 100]
    if not promised:
        return
    number, level = max(promised, key=lambda pair: pair[1])
    spare_s = (1 - level / 100) * 30 * 86_400
    mending = [found[0].seconds for match in re.finditer(RECOVERY, d.claims.text, re.IGNORECASE) if (found := numbers(match["time"]))]  # fmt: skip
    slowest = max(mending, default=0.0)
    by_days = re.match(
        r"\s*of (?:all )?(?:days|nights|mornings|runs)\b", part.text[number.end : number.end + 24]
    )
    if by_days:
        yield fail("C6.availability", "Latency SLA", part, f"{level:g} % of days is one miss in {1 / (1 - level / 100) / 365:,.0f} years", "Promise what a job and its operators can keep.")  # fmt: skip
    elif slowest > 2 * spare_s:
        yield fail("C6.availability", "Latency SLA", part, f"{level:g} % leaves {spare_s:,.0f} s a month, mending once takes {slowest / 60:,.0f} min", "Promise what rollback and on-call can keep.")  # fmt: skip


CHECK = TextCheck(
    (mode, percentiles, load, batch_window, budget, table_of_parts, availability, scaling, *SERVING_RULES),
    ((PART, "serving_mode"), (PART, "latency_sla"), (PART, "throughput"), (PART, "scaling")),
)

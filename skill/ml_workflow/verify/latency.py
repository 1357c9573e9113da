"""Times a promise names: beside a percentile, and the longest it allows."""

from briefwright.skill.ml_workflow.verify.claims import Said

SPOKEN = {
    "p99": r"(?:p99|99th percentile|99 (?:of|in) (?:every )?100(?: \w+)?|99 ?% of (?:the |all )?\w+|99 ?%(?= no (?:more|longer)))",
    "p50": r"(?:p50|half of (?:the |all )?\w+(?: come back| answer)?)",
}


def latency_ms(said: Said, label: str) -> float | None:
    """The time named beside a percentile: `p99 ≤ 80 ms`, `80 ms at p99`."""
    label = SPOKEN.get(label, label)
    for pattern in (
        rf"{label}\)?\W{{0,4}}(?:is|of|at|below|under|within|inside|in|stays?|must be|latency|target)?(?:\W{{0,3}}\d+ ?(?:min|h)\)?(?=\W{{1,3}}[<>≤≥]))?(?: (?:latency )?(?:stays? |remains? |is kept |must stay |has to stay |is |of )?(?:at or )?(?:no higher than|not above|no more than|at most|up to|of at most|below))?\W{{0,6}}(\d[\d,.]*) ?(ms|s|seconds?|min)\b(?!\)? ?[<>≤≥])",
        rf"(\d[\d,.]*) ?(ms|s|seconds?)\s*(?:at|for|\()?\s*{label}(?!\s*/\s*p\d)",
    ):
        if match := said.find(pattern):
            value = float(match[1].replace(",", ""))
            return value * {"ms": 1, "min": 60_000}.get(match[2], 1000)
    return None


def longest_ms(said: Said) -> float:
    """The longest time a promise allows: `p99 90 ms; app limit 120 ms` allows 120."""
    return max((n.seconds * 1000 for n in said.numbers if n.unit in ("ms", "s")), default=0.0)

"""Serving: requests in flight, replicas, waiting, availability, batch windows, cost."""

import math
from collections.abc import Sequence

from briefwright.skill.ml_workflow.sizing.domain import require, require_positive

SECONDS_PER_DAY = 86_400
HOURS_PER_MONTH = 730


def in_flight(rps: float, mean_latency_ms: float) -> float:
    """Mean requests inside the system: L = rate × mean time (Little 1961). The mean, not a percentile."""
    require_positive("rps", rps)
    require_positive("mean_latency_ms", mean_latency_ms)
    return rps * mean_latency_ms / 1000


def replicas_needed(
    rps: float, mean_latency_ms: float, concurrency: float, target_utilisation: float = 0.6, spare: int = 1
) -> int:
    """Replicas for a peak: ceil(L / (concurrency × target utilisation)) + spare."""
    require_positive("concurrency", concurrency)
    require(0 < target_utilisation <= 1, "target_utilisation", target_utilisation, "in (0, 1]")
    require(spare >= 0, "spare", spare, "at least 0")
    return math.ceil(in_flight(rps, mean_latency_ms) / (concurrency * target_utilisation) - 1e-9) + spare


def max_rps(replicas: float, concurrency: float, mean_latency_ms: float) -> float:
    """The most a fleet can carry at full load: replicas × concurrency / mean time."""
    require_positive("replicas", replicas)
    require_positive("concurrency", concurrency)
    require_positive("mean_latency_ms", mean_latency_ms)
    return replicas * concurrency / (mean_latency_ms / 1000)


def utilisation(rps: float, mean_latency_ms: float, replicas: float, concurrency: float) -> float:
    """Share of the fleet's slots in use; above 1 the fleet cannot follow."""
    return rps / max_rps(replicas, concurrency, mean_latency_ms)


def erlang_c(servers: int, load: float) -> float:
    """Probability that an arrival waits in M/M/c; `load` = arrival rate / service rate (Erlang 1917)."""
    require(servers >= 1, "servers", servers, "at least 1")
    require(0 < load < servers, "load", load, "above 0 and below the number of servers")
    blocking = 1.0
    for n in range(1, servers + 1):  # Erlang B by recursion, stable where factorials are not
        blocking = load * blocking / (n + load * blocking)
    return blocking / (1 - load / servers * (1 - blocking))


def wait_quantile_s(
    servers: int, arrivals_per_s: float, service_rate_per_s: float, quantile: float = 0.99
) -> float:
    """The wait that `quantile` of arrivals stay under in M/M/c: ln(C / (1 - q)) / (c μ - λ), at least 0."""
    require_positive("service_rate_per_s", service_rate_per_s)
    require(0 < quantile < 1, "quantile", quantile, "strictly between 0 and 1")
    waits = erlang_c(servers, arrivals_per_s / service_rate_per_s)
    spare = servers * service_rate_per_s - arrivals_per_s
    return max(0.0, math.log(waits / (1 - quantile)) / spare)


def fan_out_share(slow_share: float, reads: int) -> float:
    """Share of requests that meet at least one slow read out of `reads`: 1 - (1 - s)^n (Dean & Barroso 2013)."""
    require(0 <= slow_share <= 1, "slow_share", slow_share, "between 0 and 1")
    return 1 - (1 - slow_share) ** reads


def error_budget_min(slo: float, period_days: float = 30) -> float:
    """Minutes of failure a service level leaves in a period: (1 - SLO) × period."""
    require(0 < slo < 1, "slo", slo, "strictly between 0 and 1")
    require_positive("period_days", period_days)
    return (1 - slo) * period_days * 24 * 60


def serial_availability(components: Sequence[float]) -> float:
    """Availability of a chain in which each part must answer: the product."""
    for component in components:
        require(0 <= component <= 1, "components", component, "between 0 and 1")
    return math.prod(components)


def batch_hours(rows: float, rows_per_s: float, workers: float = 1) -> float:
    """Hours a batch takes: rows / (rate × workers)."""
    require_positive("rows", rows)
    require_positive("rows_per_s", rows_per_s)
    require_positive("workers", workers)
    return rows / (rows_per_s * workers) / 3600


def llm_gpus(
    rps: float, output_tokens: float, tokens_per_s_per_gpu: float, target_utilisation: float = 0.7
) -> int:
    """GPUs by the decode bound: rps × output tokens / (tokens per second × utilisation), rounded up."""
    require_positive("rps", rps)
    require_positive("output_tokens", output_tokens)
    require_positive("tokens_per_s_per_gpu", tokens_per_s_per_gpu)
    require(0 < target_utilisation <= 1, "target_utilisation", target_utilisation, "in (0, 1]")
    return math.ceil(rps * output_tokens / (tokens_per_s_per_gpu * target_utilisation) - 1e-9)


def weights_gb(parameters: float, bytes_per_parameter: float = 2.0) -> float:
    """Memory for the weights alone, in GB of 10^9 bytes; 2 bytes per parameter at 16 bits."""
    require_positive("parameters", parameters)
    require_positive("bytes_per_parameter", bytes_per_parameter)
    return parameters * bytes_per_parameter / 1e9


def mean_rps(requests_per_day: float) -> float:
    """Average rate over 86,400 s. Never size for it: peaks are what break."""
    require_positive("requests_per_day", requests_per_day)
    return requests_per_day / SECONDS_PER_DAY


def monthly_cost(units: float, price_per_hour: float) -> float:
    """Cost of `units` machines that run all month (730 h), in the price's currency."""
    require(units >= 0, "units", units, "at least 0")
    require(price_per_hour >= 0, "price_per_hour", price_per_hour, "at least 0")
    return units * price_per_hour * HOURS_PER_MONTH

"""Sizing: the shared vectors where they lie beside the repo, libraries as reference, properties that must hold."""

import json
from collections.abc import Callable
from datetime import date
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from scipy import stats
from scipy.spatial.distance import jensenshannon
from statsmodels.stats.proportion import (
    power_proportions_2indep,
    proportion_confint,
    samplesize_proportions_2indep_onetail,
)

from briefwright.skill.ml_workflow.sizing import capacity, classification, drift, experiments
from briefwright.skill.ml_workflow.sizing.domain import SizingError, chi2_cdf, chi2_quantile

VECTORS = Path(__file__).parents[2] / "shared" / "domain" / "vectors.json"
rates = st.floats(0.001, 0.6)
lifts = st.floats(0.02, 0.5)


def _two_proportions(i: dict[str, Any]) -> dict[str, Any]:
    p0 = i["baseline"]
    p1 = experiments.treated_rate(p0, i["mde"], i["mde_mode"])
    level = (i["alpha"] / i.get("comparisons", 1), i["power"], i["sided"])
    n = experiments.n_two_proportions(p0, p1, *level)
    return {
        "n_per_arm_pooled": n,
        "n_total_pooled": 2 * n,
        "n_per_arm_cohen_h": experiments.n_cohen_h(p0, p1, *level),
        "n_per_arm_unpooled": experiments.n_unpooled(p0, p1, *level),
        "n_per_arm_baseline_variance": experiments.n_baseline_variance(p0, p1, *level),
        "alpha_each": level[0],
    }


def _unequal(i: dict[str, Any]) -> dict[str, Any]:
    p1 = experiments.treated_rate(i["baseline"], i["mde"], i["mde_mode"])
    control, treatment = experiments.n_two_proportions_unequal(i["baseline"], p1, 10 / 90)
    even = experiments.n_two_proportions(i["baseline"], p1)
    total = control + treatment
    return {"n_control_pooled": control, "n_treatment_pooled": treatment, "n_total_pooled": total,
            "total_vs_50_50": total / (2 * even)}  # fmt: skip


def _mde(i: dict[str, Any]) -> dict[str, Any]:
    d = experiments.mde_two_proportions(i["baseline"], i["n_per_arm"])
    return {"mde_abs": d, "mde_rel": d / i["baseline"]}


def _duration(i: dict[str, Any]) -> dict[str, Any]:
    n = i.get("n_per_arm")
    if n is None:
        n = experiments.n_two_proportions(
            i["baseline"], experiments.treated_rate(i["baseline"], i["mde"], i["mde_mode"])
        )
    days = experiments.days_to_enrol(n, i["daily_units"], i["exposed_share"], i["arm_share"])
    weeks = experiments.whole_weeks(days)
    delay = i.get("outcome_delay_days", 0)
    return {
        "n_per_arm": n,
        "days_raw": days,
        "days_whole_weeks": weeks,
        "weeks": weeks // 7,
        "read_out_day": weeks + delay,
    }


def _deff(i: dict[str, Any]) -> dict[str, Any]:
    deff = experiments.design_effect(i["cluster_size"], i["icc"])
    return {"deff": deff, "n_per_arm": -(-i["n_iid"] * deff // 1)}


def _little(i: dict[str, Any]) -> dict[str, Any]:
    inside = capacity.in_flight(i["rps"], i["mean_latency_ms"])
    c = i["concurrency_per_replica"]
    if "replicas" in i:
        most = capacity.max_rps(i["replicas"], c, i["mean_latency_ms"])
        return {
            "in_flight": inside,
            "capacity_in_flight": i["replicas"] * c,
            "max_rps": most,
            "feasible": most >= i["rps"],
        }
    return {"in_flight": inside, "replicas_no_headroom": capacity.replicas_needed(i["rps"], i["mean_latency_ms"], c, 1.0, 0),
            "replicas": capacity.replicas_needed(i["rps"], i["mean_latency_ms"], c, i["target_util"], i["spare"])}  # fmt: skip


def _erlang(i: dict[str, Any]) -> dict[str, Any]:
    rate, mu, c = i["arrival_per_s"], i["service_rate_per_s"], i["servers"]
    return {"p_wait": capacity.erlang_c(c, rate / mu), "wait_p99_s": capacity.wait_quantile_s(c, rate, mu)}


def _prevalence(i: dict[str, Any]) -> dict[str, Any]:
    pi, tpr, fpr = i["prevalence"], i["tpr"], i["fpr"]
    return {"precision": classification.precision_at_prevalence(pi, tpr, fpr),
            "flagged_rate": classification.flagged_rate(pi, tpr, fpr),
            "accuracy_all_negative": 1 - pi, "pr_auc_random": pi}  # fmt: skip


def _review(i: dict[str, Any]) -> dict[str, Any]:
    alerts = i["daily"] * classification.flagged_rate(i["prevalence"], i["tpr"], i["fpr"])
    return {"alerts_per_day": alerts, "fits": alerts <= i["reviewers_per_day_cases"]}


def _js(i: dict[str, Any]) -> dict[str, Any]:
    d = drift.jensen_shannon_distance(i["p"], i["q"])
    return {"js_distance": d, "js_divergence": d**2}


def _gap(i: dict[str, Any]) -> dict[str, Any]:
    earliest = classification.earliest_next_window(
        date.fromisoformat(i["train_end"]), i["label_horizon_days"]
    )
    return {
        "leak": date.fromisoformat(i["test_start"]) < earliest,
        "earliest_test_start": earliest.isoformat(),
    }


SOLVE: dict[str, Callable[[dict[str, Any]], dict[str, Any]]] = {
    "two-proportion": _two_proportions, "two-proportion-one-sided": _two_proportions,
    "two-proportion-bonferroni": _two_proportions, "two-proportion-unequal": _unequal,
    "power-from-n": lambda i: {"power": experiments.power_two_proportions(
        i["baseline"], experiments.treated_rate(i["baseline"], i["mde"], i["mde_mode"]), i["n_per_arm"])},
    "mde-from-n": _mde,
    "non-inferiority-proportion": lambda i: {"n_per_arm": experiments.n_non_inferiority(
        i["rate"], i["margin"], i["alpha_one_sided"], i["power"])},
    "two-mean-small": lambda i: {"n_per_arm_z": experiments.n_two_means(i["sd"], i["delta"]),
                                 "n_per_arm_t": experiments.n_two_means_t(i["sd"], i["delta"])},
    "cuped": lambda i: {"factor": 1 - i["rho"] ** 2,
                        "n_per_arm": experiments.n_two_means(i["sd"], i["delta"], correlation=i["rho"])},
    "design-effect": _deff, "duration": _duration, "duration-infeasible": _duration,
    "srm": lambda i: {"p_value": experiments.srm_p_value(i["counts"], i["shares"])},
    "srm-ok": lambda i: {"p_value": experiments.srm_p_value(i["counts"], i["shares"])},
    "peeking": lambda i: {"actual_alpha": experiments.false_positive_share_when_peeking(i["looks"], i["alpha"]),
                          "pocock_z": experiments.pocock_z(i["looks"]), "obf_z_final": experiments.obrien_fleming_z(i["looks"])},
    "littles-law": _little, "littles-law-contradiction": _little, "erlang-c": _erlang, "erlang-c-hot": _erlang,
    "serial-availability": lambda i: {"availability": capacity.serial_availability(i["components"])},
    "average-vs-peak": lambda i: {"avg_rps": capacity.mean_rps(i["requests_per_day"]),
                                  "peak_rps": capacity.mean_rps(i["requests_per_day"]) * i["peak_factor"]},
    "psi": lambda i: {"psi": drift.psi(i["ref"], i["cur"])},
    "psi-null-small": lambda i: {"mean": drift.psi_mean_without_drift(i["bins"], i["n_ref"], i["n_cur"]),
                                 "crit95": drift.psi_noise(i["bins"], i["n_ref"], i["n_cur"])},
    "psi-min-window": lambda i: {"n_cur": drift.psi_min_rows(i["bins"], i["threshold"], i["n_ref"])},
    "psi-min-window-many": lambda i: {"n_cur": drift.psi_min_rows(i["bins"], i["threshold"], i["n_ref"], i["features"])},
    "ks-crit": lambda i: {"d": drift.ks_critical(i["n"], i["m"], i["alpha"])},
    "ks-crit-big": lambda i: {"d": drift.ks_critical(i["n"], i["m"], i["alpha"])},
    "jensen-shannon": _js,
    "multiple-features": lambda i: {"p_any": experiments.any_false_alarm(i["alpha"], i["features"]),
                                    "bonferroni_alpha": i["alpha"] / i["features"]},
    "precision-at-prevalence": _prevalence,
    "fpr-needed": lambda i: {"fpr": classification.false_positive_rate_for(i["prevalence"], i["tpr"], i["precision"])},
    "review-capacity": _review,
    "recall-ci": lambda i: {"recall": i["true_pos"] / i["positives"],
                            "wilson95": classification.wilson_interval(i["true_pos"], i["positives"])},
    "positives-needed": lambda i: {"positives": classification.positives_needed(i["recall"], i["halfwidth"])},
    "undersampling-correction": lambda i: {"p": classification.corrected_for_undersampling(i["p_sampled"], i["beta"])},
    "cost-threshold": lambda i: {"threshold": classification.cost_threshold(i["c_fp"], i["c_fn"])},
    "ap-vs-roc": lambda i: {"average_precision": classification.average_precision(i["y"], i["score"]),
                            "roc_auc": classification.roc_auc(i["y"], i["score"])},
    "wape-mase": lambda i: {"wape": classification.wape(i["y"], i["f"]),
                            "mase": classification.mase(i["y"], i["f"], i["history"], i["season"])},
    "skew-rule-of-three": lambda i: {"upper95": classification.skew_upper_bound(i["matched_rows"], i["mismatches"])},
    "temporal-gap": _gap, "temporal-gap-ok": _gap,
    "monthly-cost": lambda i: {"usd_month": capacity.monthly_cost(i["replicas"], i["usd_hour"])},
}  # fmt: skip
# `evidently-defaults` states facts about a library in words and holds no arithmetic.
VECTOR_LIST = (
    [v for v in json.loads(VECTORS.read_text())["vectors"] if v["topic"] != "evidently-defaults"]
    if VECTORS.exists()
    else []
)


@pytest.mark.parametrize("vector", VECTOR_LIST, ids=[vector["id"] for vector in VECTOR_LIST])
def test_every_shared_vector_holds_within_its_tolerance(vector: dict[str, Any]) -> None:
    got = SOLVE[vector["topic"]](vector["inputs"])
    numeric = {k: v for k, v in vector["expected"].items() if k in got}
    assert numeric, f"nothing of {list(vector['expected'])} is computed"
    for name, expected in numeric.items():
        if isinstance(expected, str):
            assert got[name] == expected
        else:
            assert got[name] == pytest.approx(expected, rel=max(vector.get("tol_rel", 0.01), 1e-9)), name


@given(p0=rates, lift=lifts, power=st.floats(0.6, 0.95), alpha=st.floats(0.005, 0.2))
@settings(max_examples=60)
def test_sample_size_agrees_with_statsmodels_and_power_inverts_it(
    p0: float, lift: float, power: float, alpha: float
) -> None:
    p1 = p0 * (1 + lift)
    n = experiments.n_two_proportions(p0, p1, alpha, power)
    reference = samplesize_proportions_2indep_onetail(p1 - p0, p0, power, 1, alpha)
    assert n == pytest.approx(float(reference), rel=1e-6, abs=1)
    assert experiments.power_two_proportions(p0, p1, n, alpha) >= power - 1e-9
    library = power_proportions_2indep(p1 - p0, p0, n, 1, alpha)
    assert experiments.power_two_proportions(p0, p1, n, alpha) == pytest.approx(
        float(library.power), abs=0.02
    )


@given(p0=st.floats(0.01, 0.5), small=st.floats(0.02, 0.2), more=st.floats(1.1, 3))
@settings(max_examples=60)
def test_a_larger_effect_needs_fewer_units(p0: float, small: float, more: float) -> None:
    large = min(small * more, 0.9)
    assert experiments.n_two_proportions(p0, p0 * (1 + small)) >= experiments.n_two_proportions(
        p0, p0 * (1 + large)
    )


@given(p0=st.floats(0.005, 0.5), n=st.integers(500, 10_000_000))
@settings(max_examples=60)
def test_the_detectable_effect_needs_exactly_the_units_it_was_computed_from(p0: float, n: int) -> None:
    d = experiments.mde_two_proportions(p0, n)
    assert experiments.n_two_proportions(p0, p0 + d) == pytest.approx(n, rel=0.001, abs=2)


@given(k=st.integers(1, 400), n=st.integers(1, 400))
def test_wilson_agrees_with_statsmodels(k: int, n: int) -> None:
    successes = min(k, n)
    assert classification.wilson_interval(successes, n) == pytest.approx(
        proportion_confint(successes, n, method="wilson"), abs=1e-9
    )


@given(x=st.floats(0.001, 500), df=st.integers(1, 120))
def test_chi_square_agrees_with_scipy(x: float, df: int) -> None:
    assert chi2_cdf(x, df) == pytest.approx(float(stats.chi2.cdf(x, df)), abs=1e-10)
    assert chi2_quantile(0.95, df) == pytest.approx(float(stats.chi2.ppf(0.95, df)), rel=1e-8)


@given(
    st.lists(st.floats(0.01, 1), min_size=2, max_size=12),
    st.lists(st.floats(0.01, 1), min_size=12, max_size=12),
)
def test_distances_agree_with_scipy_and_are_zero_on_equal_shares(a: list[float], b: list[float]) -> None:
    p = [x / sum(a) for x in a]
    q = [x / sum(b[: len(a)]) for x in b[: len(a)]]
    assert drift.jensen_shannon_distance(p, q) == pytest.approx(float(jensenshannon(p, q, base=2)), abs=1e-6)
    assert drift.psi(p, p) == 0
    assert drift.psi(p, q) >= 0


@given(rows=st.integers(200, 10**7), bins=st.integers(5, 20))
def test_the_smallest_psi_window_is_the_one_whose_noise_reaches_the_threshold(rows: int, bins: int) -> None:
    try:
        window = drift.psi_min_rows(bins, 0.2, rows)
    except SizingError:
        assert drift.psi_noise(bins, rows, 10**12) >= 0.2 * 0.999
        return
    assert drift.psi_noise(bins, rows, window) <= 0.2 + 1e-9
    if window > 2:
        assert drift.psi_noise(bins, rows, window - 1) > 0.2


@given(rps=st.floats(0.1, 1e5), ms=st.floats(0.5, 5000), c=st.integers(1, 64))
def test_enough_replicas_are_enough_and_one_headroom_fewer_is_not(rps: float, ms: float, c: int) -> None:
    replicas = capacity.replicas_needed(rps, ms, c, 0.6, 0)
    assert capacity.utilisation(rps, ms, replicas, c) <= 0.6 + 1e-6
    if replicas > 1:
        assert capacity.utilisation(rps, ms, replicas - 1, c) > 0.6 - 1e-6


def test_published_examples_of_capacity_are_reproduced() -> None:
    assert capacity.fan_out_share(0.01, 10) == pytest.approx(0.096, abs=5e-4)
    assert capacity.error_budget_min(0.999) == pytest.approx(43.2)
    assert capacity.batch_hours(40_000_000, 1_500, 4) == pytest.approx(1.85, abs=5e-3)
    assert capacity.llm_gpus(6, 350, 1_200) == 3
    assert capacity.weights_gb(7e9) == pytest.approx(14)


def test_deviation_of_a_ratio_agrees_with_a_simulation() -> None:
    """Clicks per view by user: the delta method against the spread of 2,000 simulated ratios of 400 users each."""
    random = np.random.default_rng(7)
    views = 1 + random.poisson(9, size=(2_000, 400))
    clicks = random.binomial(views, random.beta(2, 30, size=views.shape))
    together = np.cov(clicks.ravel(), views.ravel())
    sd = experiments.ratio_metric_sd(
        clicks.mean(), together[0, 0], views.mean(), together[1, 1], together[0, 1]
    )
    ratios = clicks.sum(axis=1) / views.sum(axis=1)
    assert sd / 400**0.5 == pytest.approx(ratios.std(), rel=0.06)


def test_sequential_boundaries_keep_alpha_and_plain_peeking_does_not() -> None:
    assert experiments.crossing_probability([experiments.pocock_z(5)] * 5) == pytest.approx(0.05, abs=1e-4)
    assert experiments.false_positive_share_when_peeking(1) == pytest.approx(0.05, abs=1e-6)
    assert experiments.false_positive_share_when_peeking(14) == pytest.approx(0.220, abs=0.002)


@pytest.mark.parametrize(
    ("call", "argument"),
    [
        (lambda: experiments.n_two_proportions(0, 0.1), "p0"),
        (lambda: experiments.n_two_proportions(0.1, 0.1), "p1"),
        (lambda: experiments.n_two_proportions(0.1, 0.2, alpha=0), "alpha"),
        (lambda: experiments.n_two_proportions(0.1, 0.2, sided=3), "sided"),
        (lambda: experiments.treated_rate(0.9, 0.2, "abs"), "baseline with mde"),
        (lambda: experiments.days_to_enrol(100, 0), "daily_units"),
        (lambda: experiments.n_two_means(0, 1), "sd"),
        (lambda: capacity.in_flight(float("nan"), 1), "rps"),
        (lambda: capacity.erlang_c(4, 4), "load"),
        (lambda: drift.psi([0.5, 0.5], [1.0]), "current"),
        (lambda: drift.psi_min_rows(10, 0.1, 50), "n_reference"),
        (lambda: classification.wilson_interval(3, 2), "successes"),
        (lambda: classification.cost_threshold(0, 1), "cost_false_positive"),
    ],
)
def test_an_argument_outside_its_domain_is_named(call: Callable[[], object], argument: str) -> None:
    with pytest.raises(SizingError, match=argument):
        call()

"""One passing and one failing example of each check, shown to a model before it writes. Keyed as the catalogue is."""

EXAMPLES: dict[str, tuple[str, str]] = {
    "business metric": (
        "Voucher loss per 1,000 redemptions, from EUR 1,620 to EUR 1,426, finance ledger",
        "AUC of the abuse model, from 0.71 to 0.80",
    ),
    "leakage": (
        "`redemptions_30d`: count over [t0 − 30 d, t0 − 5 s]; Med: the current redemption must not count itself",
        "`redemptions_30d`: count of redemptions; Low",
    ),
    "reproduce": (
        "commit SHA, snapshot id, parameters, metrics of the three sets, image digest, artifacts, seed, split dates",
        "latest table, branch name, metrics and the model file",
    ),
    "split strategy": (
        "train to 2026-04-26, test 2026-08-31 to 2026-09-27, gap 49 days for a label that takes 46",
        "every tenth record is held out so that each month is represented",
    ),
    "promotion workflow": (
        "dev → staging: PR-AUC ≥ 0.30, the lead approves, never the run's author; way back: alias, 5 min",
        "the engineer who trained it moves it to production when it looks good",
    ),
    "latency and throughput": (
        "peak 45 requests/s × 38 ms = 1.7 in flight, 3 replicas × 4 slots; p50 30 ms, p99 ≤ 120 ms",
        "nightly batch with p99 ≤ 50 ms per request",
    ),
    "power calculation": (
        "baseline 10 %, +1 pp, alpha 0.05 two-sided, power 0.80 → 14,751 per arm; two numeric guardrails",
        "we compare both groups and stop when it is significant",
    ),
    "concept drift": (
        "observed ÷ predicted outside 0.80 to 1.25 on matured labels, 28 days; find the cause, then retrain",
        "PSI of the inputs > 0.2; look",
    ),
    "retraining policy": (
        "every 8 weeks and when PR-AUC < 0.26 over 28 days; human-approved; must beat the champion on the newest matured window",
        "when performance degrades",
    ),
    "fallback": (
        "no answer after 80 ms → rules inside the caller, 15 ms, no model; then accept and queue for review",
        "a second replica of the same model",
    ),
}

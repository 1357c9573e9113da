"""Other names under which people write the rows of the Output Format: `Serving pattern`, `Rollback trigger`, `Main metric`."""

import re

OTHER_NAMES = {
    "problem_type": r"(?:ml )?(?:task|problem)(?: type)?|type of (?:problem|task)|learning task",
    "target_variable": r"targets?|labels?|label definition|(?:prediction|predicted) target|what (?:is|we) predict(?:ed)?|outcome",
    "business_metric": r"business (?:kpi|goal|target|objective|outcome)|kpi|north star(?: metric)?",
    "evaluation_metric": r"(?:offline|ml|model|primary offline|quality) metrics?|evaluation|metrics?|offline evaluation",
    "baseline_performance": r"baselines?(?: to beat)?|reference performance|current performance",
    "success_threshold": r"success (?:criteri(?:on|a)|bar|target)|acceptance (?:threshold|criteri(?:on|a))|go ?(?:/|_)? ?no_go|target threshold|minimum performance",
    "whats_tracked": r"(?:what (?:is|we) (?:tracked|logged|track|log))|tracked|logged|tracking|recorded(?: items)?|per run",
    "organization": r"(?:run )?(?:structure|naming)|naming(?: convention)?|experiment structure|run names?",
    "data_split": r"splits?|train(?:ing)?_val(?:idation)?_test|splitting|(?:data )?split strategy|split method",
    "training": r"model training|algorithm|model|learner",
    "tuning": r"hyper_?parameters?|hyper_?parameter (?:tuning|search)|hpo|search",
    "validation": r"evaluation|model validation|cross_validation",
    "registry": r"model registry|promotion|registry and promotion|versioning",
    "serving_mode": r"(?:serving|inference|deployment) (?:pattern|type|style|mode)|pattern|mode|serving|inference",
    "latency_sla": r"latency(?: target| slo| budget| goal| promise)?|response time|slas?|slo|service level|delivery time|deadline",
    "throughput": r"scaling|load|volume|peak load|peak traffic|capacity|requests?|traffic",
    "scaling": r"autoscaling|scale|replicas|capacity and scaling",
    "fallback": r"fallback (?:ladder|strategy|plan|levels?)|degradation|graceful degradation|if (?:the )?model (?:is down|fails)",
    "traffic_split": r"(?:split|assignment|allocation|randomi[sz]ation)(?: method| unit| scheme| of traffic)?|traffic(?: allocation)?|arms|design|units? and split",
    "primary_metric": r"(?:main|decision|headline|success) metric|oec|primary(?: kpi| outcome| endpoint)?",
    "guardrail_metrics": r"guardrails?|guard_?rail metric|safety metrics?|secondary and guardrail metrics",
    "min_duration": r"(?:minimum |test |planned )?(?:duration|length|run_?time)|how long|duration and read_out",
    "rollback_criteria": r"roll_?back(?: triggers?| criterion| rules?| conditions?| plan)?|(?:stop(?:ping)?|abort|kill|halt)(?: triggers?| criteri(?:on|a)| rules?| conditions?)|emergency stop",
    "data_drift": r"(?:input|feature|covariate)(?: data)? drift|inputs?|data quality and drift",
    "model_drift": r"(?:performance|prediction|score|output|model performance) (?:drift|decay|degradation)|performance|model quality",
    "concept_drift": r"(?:label|target|relationship|residual|calibration) drift|concept|calibration",
    "operational": r"(?:scoring |serving |inference )?latency(?: p99)?|p99(?: latency)?|errors?(?: rate)?|run_?time|batch run|job(?: run)?|feed|uptime|availability|heartbeat|queue|data delivery|freshness|operations?|ops|system(?: health)?|service(?: health)?|infrastructure|operational (?:health|metrics)",
    "retraining_policy": r"retraining|re_training(?: policy)?|retrain policy|model refresh|update policy",
    "feature_store": r"feature store(?: decision)?|store",
}  # fmt: skip


def names(label: str, written: str) -> bool:
    """Whether a first cell, as a slug, is another name of that row."""
    pattern = OTHER_NAMES.get(label)
    return pattern is not None and re.fullmatch(pattern.replace(" ", "_"), written) is not None

"""One line of rationale per tool: why it fits, what lost, and why."""

from briefwright.skill.markdown import clip
from briefwright.skill.ml_workflow.facts import Facts
from briefwright.skill.ml_workflow.sections import ToolChoice

REJECTED = {
    "ClearML": ("MLflow", "refused in the brief"),
    "Aim": ("MLflow", "refused in the brief"),
    "runs table in the own database": ("MLflow", "refused in the brief"),
    "SQL checks of the own database": ("Evidently", "refused in the brief"),
    "Zabbix": ("Prometheus + Grafana", "refused in the brief"),
    "own HTTP service in Python": ("FastAPI + ONNX Runtime", "refused in the brief"),
    "MLflow": ("Neptune", "its hosted service was shut down on 2026-03-05"),
    "Evidently": ("Great Expectations", "checks tables and contracts, sees no drift by itself"),
    "Optuna": ("grid search", "spends most trials on values that do not matter"),
    "random search": ("Optuna", "a good tool, but one more to run for a few draws over a few parameters"),
    "Airflow": ("cron", "no dependencies, no backfills, no history of runs"),
    "cron": ("Airflow", "scheduler, database and web server for a handful of jobs"),
    "Prefect": ("Airflow", "the team would run a second scheduler beside the one it has"),
    "Prometheus + Grafana": ("logs read by hand", "nobody is paged by a log file"),
    "Feast": ("tables joined by hand", "two copies of each window drift apart"),
    "KServe": ("TorchServe", "limited maintenance: no updates or security patches since 2024"),
    "FastAPI + ONNX Runtime": (
        "TorchServe",
        "limited maintenance: no updates or security patches since 2024",
    ),
    "vLLM": ("Text Generation Inference (TGI)", "archived, read-only since 2026-03-21"),
}
WHY = {
    "ClearML": "self-hosted, tracking and model registry in one",
    "Aim": "self-hosted tracking in one process; the registry is a table with the approver's name",
    "runs table in the own database": "one row per run with code, data and parameters, and one per version with its approver",
    "SQL checks of the own database": "PSI and null shares as two queries per feature, no further product",
    "Zabbix": "alert rules on the service's own metrics",
    "own HTTP service in Python": "one process, one port, nothing to license",
    "MLflow": "free, self-hosted, tracking and registry in one, aliases instead of the deprecated stages",
    "Evidently": "open source, runs in our own account, report as a file",
    "Optuna": "Bayesian search with pruning, one library on one machine",
    "random search": "part of the modelling library, nothing to install",
    "Airflow": "dependencies, backfills and a history of runs; version 3, version 2 ended on 2026-04-22",
    "cron": "there already, nothing to operate",
    "Prefect": "small Python scheduler that is there already",
    "Argo Workflows": "runs on the cluster the team already operates",
    "Databricks Workflows": "part of the platform the data already lie on",
    "Prometheus + Grafana": "latency histograms and alert rules next to the service",
    "Feast": "point-in-time joins for training and one lookup for serving from the same definitions",
    "KServe": "the team runs Kubernetes; pinned versions and scaling without own code",
    "FastAPI + ONNX Runtime": "one small container that a few people can run",
    "vLLM": "serves open-weight models and adapters on the own GPUs, nothing leaves the site",
}


def _same(said: str, tool: str) -> bool:
    return said.lower() in tool.lower() or tool.lower() in said.lower()


def choice(need: str, tool: str, facts: Facts) -> ToolChoice:
    """The rationale of one choice; `in use already` outranks every general reason."""
    key = next((name for name in WHY if tool.startswith(name)), tool)
    in_use = [given for given in facts.tools if not facts.refuses(given.value)]
    reason = WHY.get(key, f"fits {need} under the limits of this brief")
    if given := next((g for g in in_use if _same(g.value, tool)), None):
        reason = f"in use already (“{clip(given.quote, 70)}”); {reason}"
    rejected, why_not = REJECTED.get(
        key, ("a managed platform", "one more contract and a second control plane")
    )
    if rejected == "Airflow" and facts.uses("Airflow"):
        rejected, why_not = "a second scheduler", "one is enough"
    if facts.refuses(rejected):
        why_not = "refused in the brief"
    return ToolChoice(need=need, tool=tool, reason=reason, rejected=rejected, rejected_reason=why_not)

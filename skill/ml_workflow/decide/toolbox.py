"""Tools, from the register and the limits of the brief; and the feature store by the skill's three criteria."""

from briefwright.skill.ml_workflow.decide.decisions import Framing, Mode, Store, Toolbox
from briefwright.skill.ml_workflow.facts import Facts

SMALL_TEAM = 3
PLATFORM_TEAM = 6


def choose(facts: Facts, frame: Framing, mode: Mode) -> Toolbox:
    """What the team already runs comes first; a team of three or fewer gets nothing it would have to run itself."""
    small = bool(facts.team_size and facts.team_size.value <= SMALL_TEAM) or bool(facts.first_model)
    platform = bool(facts.team_size and facts.team_size.value >= PLATFORM_TEAM)
    kubernetes = any(facts.uses(name) for name in ("Kubernetes", "EKS", "GKE", "OpenShift"))
    return Toolbox(
        tracking=_allowed(facts, "MLflow", "ClearML", "Aim", "runs table in the own database"),
        orchestration=_orchestration(facts, small),
        tuning="random search" if small else _allowed(facts, "Optuna", "random search"),
        algorithm=_algorithm(facts, frame, small),
        serving=_serving(facts, frame, mode, kubernetes and platform),
        drift=_allowed(facts, "Evidently", "SQL checks of the own database"),
        operations=_operations(facts, mode, small),
        small_team=small,
    )


def _allowed(facts: Facts, *names: str) -> str:
    """The first of these the brief does not refuse; the last needs nobody's product."""
    return next((name for name in names if not facts.refuses(name)), names[-1])


def _operations(facts: Facts, mode: Mode, small: bool) -> str:
    if mode.mode == "Batch" and small and not facts.uses("Prometheus + Grafana"):
        return "cron and mail"
    return _allowed(facts, "Prometheus + Grafana", "Zabbix", "cron and mail")


def _orchestration(facts: Facts, small: bool) -> str:
    if facts.uses("Airflow"):
        return "Airflow"
    if facts.uses("Argo Workflows"):
        return "Argo Workflows"
    if facts.uses("Databricks"):
        return "Databricks Workflows"
    if facts.uses("Prefect") or facts.uses("Dagster"):
        return "Prefect"
    if facts.uses("SageMaker Pipelines"):
        return "SageMaker Pipelines"
    if facts.uses("Kubeflow Pipelines"):
        return "Kubeflow Pipelines"
    return "cron" if small else _allowed(facts, "Airflow", "Prefect", "cron")


def _algorithm(facts: Facts, frame: Framing, small: bool) -> str:
    if frame.case and frame.case.id == "uplift":
        return "two-model (T-learner) gradient boosting on the rows of the trial, linear first"
    match frame.problem:
        case "forecasting":
            return "LightGBM quantile regression, one global model"
        case "ranking":
            return "LambdaMART (LightGBM)"
        case "recommendation":
            return (
                "pre-trained embeddings (CLIP, SigLIP or a text encoder) with nearest neighbours, no training at first"
                if small
                else "two stages: embedding retrieval, then LightGBM ranking"
            )
        case "NLP":
            return (
                "fine-tuned multilingual encoder"
                if not small
                else "TF-IDF with logistic regression, then a small encoder"
            )
        case "CV":
            return "pre-trained image network, fine-tuned"
        case "LLM":
            if _hosted(facts):
                return "hosted model with retrieval (RAG); prompts and index versioned, no fine-tuning first"
            return (
                "open-weight model with retrieval (RAG) first; a LoRA adapter only if it beats that"
                if frame.case and frame.case.id != "extraction"
                else "open-weight model with a LoRA adapter"
            )
        case "anomaly detection":
            return "expected-behaviour residuals, then LightGBM on labelled events"
        case "regression":
            return "LightGBM with quantile loss"
        case _:
            return "logistic regression, then LightGBM" if small else "LightGBM"


def _serving(facts: Facts, frame: Framing, mode: Mode, kubernetes_team: bool) -> str:
    match mode.mode:
        case "Batch":
            return "Python batch job"
        case "Edge":
            return "ONNX Runtime on the device"
        case "Streaming":
            return (
                "ONNX Runtime inside the Flink job"
                if facts.uses("Flink")
                else "ONNX Runtime inside the stream consumer"
            )
    if frame.problem == "LLM":
        return "hosted model API inside the own tenant" if _hosted(facts) else "vLLM"
    return _allowed(
        facts,
        *(["KServe"] if kubernetes_team else []),
        "FastAPI + ONNX Runtime",
        "own HTTP service in Python",
    )


def _hosted(facts: Facts) -> bool:
    """Whether a language model may be called as a service: nothing keeps the data inside, and no own graphics card is named."""
    return not facts.on_premises and not facts.air_gapped and "GPU" not in facts.text.replace("no GPU", "")


def feature_store(facts: Facts, mode: Mode, tools: Toolbox) -> Store:
    """Yes when one of the skill's three criteria holds: shared features, real-time features, skew at risk."""
    shared = bool(facts.shared_features)
    live = mode.online_features and mode.mode in ("Real-time", "Streaming")
    # Skew is at risk when two code paths compute the same feature: one for training, one for serving.
    skew = live
    reasons = (
        (shared, _reason(shared, facts.shared_features, "other models read the same features", "one model, no other reader named")),
        (live, _reason(live, facts.online_features, "features must be fresh inside the call", "no feature has to be looked up online")),
        (skew, "Training and serving would compute the same windows in two places." if skew else "Training and scoring run the same code on the same tables, so there is no second path to drift."),
    )  # fmt: skip
    decision = "yes" if any(holds for holds, _ in reasons) else "no"
    tool = (
        "none"
        if decision == "no"
        else _allowed(facts, "Feast", "Hopsworks", "one set of functions for training and serving")
    )
    return Store(decision, tool, *reasons)


def _reason(holds: bool, fact: object, yes: str, no: str) -> str:
    quote = getattr(fact, "quote", "")
    words = f"{yes}: “{quote}”" if holds and quote else yes if holds else no
    return f"{words[0].upper()}{words[1:]}."

"""An eval as an MLflow run: parameters, the mean of every score, the files. `briefwright eval --mlflow sqlite:///mlflow.db`.

To look at it: `pip install mlflow`, `mlflow ui --backend-store-uri sqlite:///mlflow.db`, experiment `briefwright`.
"""

from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

from briefwright.evals.errors import EvalError
from briefwright.evals.run import Result, by_score

EXPERIMENT = "briefwright"
FILES = ("results.jsonl", "report.html", "junit.xml")


def log_eval(uri: str, folder: Path, results: Sequence[Result], parameters: Mapping[str, Any]) -> str:
    """Log an eval's folder; the MLflow run's id is returned. Raises EvalError where MLflow is not installed or cannot write there."""
    try:
        import mlflow
        from mlflow.exceptions import MlflowException
    except ImportError:
        raise EvalError("logging to MLflow needs it: pip install 'briefwright[mlflow]'.") from None
    try:
        mlflow.set_tracking_uri(uri)
        if mlflow.get_experiment_by_name(EXPERIMENT) is None:
            mlflow.create_experiment(
                EXPERIMENT, artifact_location=(folder / "mlflow-artifacts").resolve().as_uri()
            )
        mlflow.set_experiment(EXPERIMENT)
        with mlflow.start_run(run_name=folder.name) as run:
            mlflow.log_params({key: str(value)[:500] for key, value in parameters.items()})
            mlflow.log_metrics(_means(results))
            for name in FILES:
                if (folder / name).is_file():
                    mlflow.log_artifact(str(folder / name))
        return str(run.info.run_id)
    except MlflowException as fault:
        raise EvalError(
            f"MLflow at '{uri}' does not take the eval: {str(fault).splitlines()[0][:200]}"
        ) from None


def _means(results: Sequence[Result]) -> dict[str, float]:
    """The mean of every score, and how many cases were scored, crashed, or failed at the provider."""
    means = {
        name: sum(value for _, value in values) / len(values) for name, values in by_score(results).items()
    }
    counts = {
        f"results_{status}": float(sum(r.status == status for r in results))
        for status in ("scored", "crashed", "provider")
    }
    return {**means, **counts}

"""Step 3: what is recorded so that any run can be rebuilt."""

from briefwright.skill.markdown import clip
from briefwright.skill.ml_workflow.decide.decisions import Decisions
from briefwright.skill.ml_workflow.facts import Facts
from briefwright.skill.ml_workflow.planner.tooling import choice
from briefwright.skill.ml_workflow.sections import Tracked, Tracking


def plan(facts: Facts, decisions: Decisions) -> Tracking:
    frame, tools = decisions.framing, decisions.tools
    model = tools.algorithm.split(",")[0].split("(")[0].strip()
    short = "".join(word[0] for word in model.replace("-", " ").split()[:3]).lower()
    example = f"{decisions.as_of:%Y%m%d}-{short}-fs1-baseline"
    return Tracking(
        tool=tools.tracking,
        tool_reason=_reason(facts, decisions),
        tracked=[*_everything(facts, decisions), *(_language_model() if frame.problem == "LLM" else [])],
        hierarchy=f"Project `{frame.slug}` → experiments `backtest`, `tuning`, `champion` → one run per fit",
        run_name_pattern="{date}-{model}-{features}-{purpose}",
        run_name_example=example,
        comparison=f"one table per {'month' if tools.small_team else 'week'}: champion, last challengers and {decisions.evaluation.baseline_name} on the same test window, paired differences with intervals",
        tools=[choice("experiment tracking and registry", tools.tracking, facts)],
    )  # fmt: skip


def _reason(facts: Facts, d: Decisions) -> str:
    if facts.uses(d.tools.tracking):
        return "already in use by the team; nothing new to run"
    limit = facts.air_gapped or facts.on_premises or facts.personal_data
    where = (
        f"runs inside the own network (“{clip(limit.quote, 80)}”)" if limit else "self-hosted, free and known"
    )
    size = "one process for a small team" if d.tools.small_team else "tracking and registry in one place"
    return f"{where}; {size}"


def _everything(facts: Facts, d: Decisions) -> list[Tracked]:
    sources = [source.name for source in d.sources][:4]
    metrics = d.evaluation.metric
    windows = "; ".join(
        f"{window.name} {window.first_day} to {window.last_day}" for window in d.split.windows
    )
    return [
        Tracked(item="code commit", how="git commit SHA of a clean tree; a run from a dirty tree is refused"),
        Tracked(item="data version", how=f"snapshot id or SHA-256 of each extract: {', '.join(sources)}"),
        Tracked(item="parameters", how=f"all parameters of {d.tools.algorithm} and of the feature set fs1, as one file"),
        Tracked(item="metrics", how=f"{metrics} and its companions on train, validation and test, with intervals and by slice"),
        Tracked(item="environment", how="container image digest and hash of the lock file"),
        Tracked(item="artifacts", how="model file, calibration, thresholds, slice report, plots"),
        Tracked(item="seed", how="every seed: sampling, split of groups, model"),
        Tracked(item="split definition", how=f"the dates themselves: {windows}" + (f"; group key {d.split.group_key}" if d.split.group_key else "")),
    ]  # fmt: skip


def _language_model() -> list[Tracked]:
    return [
        Tracked(
            item="prompt version", how="hash of every prompt template and of the retrieval configuration"
        ),
        Tracked(
            item="base model revision",
            how="exact revision and hash of the weights, or the dated model name of the provider",
        ),
        Tracked(
            item="decoding parameters",
            how="temperature, maximum length, stop words, and version of the evaluation set",
        ),
    ]

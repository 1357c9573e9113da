"""What the run API takes and gives: its types, which are its documentation too."""

from datetime import UTC, datetime
from typing import Annotated, Any, Literal

from pydantic import BaseModel, BeforeValidator, ConfigDict, Field, StrictBool

from briefwright.briefs import MOST_BYTES
from briefwright.server.engine import RUN_ID, state_of
from briefwright.server.store import Row, paid_in

RunId = Annotated[str, Field(pattern=f"^{RUN_ID}$")]


def _no_words(value: Any) -> Any:
    """JSON's numbers are numbers; `"3"` and `true` are none."""
    if isinstance(value, str | bool):
        raise ValueError("it should be a number")
    return value


Attempts = Annotated[int, Field(ge=1, le=10), BeforeValidator(_no_words)]
Tokens = Annotated[int, Field(ge=1, le=10**9), BeforeValidator(_no_words)]
Seconds = Annotated[float, Field(ge=0.001, le=86_400), BeforeValidator(_no_words)]
State = Literal[
    "queued",
    "running",
    "cancelling",
    "passed",
    "unverified",
    "needs_answers",
    "declined",
    "failed",
    "cancelled",
]


class NewRun(BaseModel):
    """A brief, and how it is to be answered."""

    model_config = ConfigDict(extra="forbid")

    brief: str = Field(min_length=1, max_length=MOST_BYTES, pattern=r"\w", description="What is wanted, in the writer's own words; Markdown, YAML or JSON.")  # fmt: skip
    run_id: RunId | None = Field(default=None, description="The run's name. The same name and the same question is the same run, however often it is sent.")  # fmt: skip
    skill: str = Field(
        default="ml-workflow", max_length=100, description="The name of a skill this server has."
    )
    model: str | None = Field(default=None, max_length=200, description="Who writes: 'planner', or a model this server allows. Default: the server's.")  # fmt: skip
    judge: str | None = Field(default=None, max_length=200, description="A model this server allows, to answer what rules cannot.")  # fmt: skip
    ask: StrictBool = Field(default=False, description="Stop with questions instead of assuming.")
    max_attempts: Attempts = Field(default=3, description="Tries per section.")
    max_tokens: Tokens | None = Field(default=None, description="Tokens this run may use.")
    deadline_s: Seconds | None = Field(default=None, description="Seconds this run may take.")


class Revision(BaseModel):
    """What to change in a finished document."""

    model_config = ConfigDict(extra="forbid")

    text: str = Field(min_length=1, max_length=4000, pattern=r"\w", description="A new fact, an answer to a question, or what to change.")  # fmt: skip
    step: str = Field(
        "", max_length=100, description="The step it is about; without it, found from the words."
    )
    redo: bool = Field(False, description="Write the sections again, too, that were written from the one concerned.")  # fmt: skip
    run_id: RunId | None = Field(default=None, description="The name of the new run.")


class Usage(BaseModel):
    """What the run's finished model calls took, also before it was cancelled or cut off. A revision does not count its parent's."""

    calls: int = 0
    input_tokens: int = 0
    output_tokens: int = 0
    cached_tokens: int = 0


class RunView(BaseModel):
    """A run as it stands."""

    id: str
    state: State
    reason: str = Field(description="Why it ended as it did; empty while it goes on.")
    questions: list[str] = Field(description="What needs an answer first, where the state is needs_answers.")
    skill: str
    model: str
    parent: str = Field(description="The run this one revises; empty for a first one.")
    created_at: datetime
    updated_at: datetime
    usage: Usage
    artifacts: list[str] = Field(description="What can be fetched below this run's address.")


class RunList(BaseModel):
    runs: list[RunView]


class EventView(BaseModel):
    """One line of a run's story, as the data of a server-sent event; its id is the place to go on from."""

    kind: str
    step: str
    attempt: int
    text: str
    outcome: str | None = None


class ErrorDetail(BaseModel):
    message: str = Field(description="What, where, and how to mend it.")
    type: str
    param: str | None = None
    code: str = Field(description="Stable, for programs.")


class ErrorView(BaseModel):
    error: ErrorDetail


def run_view(row: Row, record: dict[str, Any] | None = None) -> RunView:
    record = record or {}
    state: Any = state_of(row)
    return RunView(
        id=row.id, state=state, reason=row.reason, questions=list(record.get("questions", ())),
        skill=row.request.skill, model=row.request.model, parent=row.request.parent,
        created_at=datetime.fromtimestamp(row.created_at, UTC), updated_at=datetime.fromtimestamp(row.updated_at, UTC),
        usage=usage_of(record), artifacts=artifacts_of(row),
    )  # fmt: skip


def usage_of(record: dict[str, Any]) -> Usage:
    calls = paid_in(record)
    return Usage(calls=len(calls), **{f"{kind}_tokens": sum(use[f"{kind}_tokens"] for use in calls) for kind in ("input", "output", "cached")})  # fmt: skip


def artifacts_of(row: Row) -> list[str]:
    if row.outcome in ("passed", "unverified"):
        return ["document.md", "runbook.md", "report.html", "run.json"]
    return ["run.json"] if row.outcome in ("needs_answers", "declined", "failed", "cancelled") else []

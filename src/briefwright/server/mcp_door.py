"""MCP: the skill as tools of a chat assistant, over HTTP and over stdio, for clients of both protocol eras.

Assistants cut long calls after a minute or less. So no tool owns a run: `design` follows one and reports progress, `start_run` and
`get_run` do the same in short calls, and calling again with the same words finds the same run.
"""

import asyncio
import contextlib
from hashlib import sha256
from typing import Annotated, Any

from mcp.server.auth.middleware.bearer_auth import AuthenticatedUser
from mcp.server.auth.provider import AccessToken
from mcp.server.elicitation import AcceptedElicitation, ElicitationResult
from mcp.server.mcpserver import Context, Elicit, MCPServer, Resolve
from mcp.server.mcpserver.exceptions import ResourceNotFoundError, ToolError
from mcp.server.transport_security import TransportSecuritySettings
from mcp.shared.exceptions import MCPError
from mcp_types import INVALID_PARAMS
from pydantic import BaseModel, Field, ValidationError

from briefwright import __version__
from briefwright.errors import UsageError
from briefwright.server.asking import Desk, brief
from briefwright.server.engine import Engine, state_of
from briefwright.server.errors import RequestError
from briefwright.server.keys import LOCAL, Caller
from briefwright.server.mcp_extensions import SkillsExtension, TasksExtension
from briefwright.server.store import ENDED, Row
from briefwright.server.telling import beats, progress_line
from briefwright.server.views import NewRun

WAIT_S = 25.0
BEAT_S = 8.0
INSTRUCTIONS = """Briefwright turns a brief into a verified document: an ML workflow design with its runbook, or what another skill makes.
Call `design` with the brief in the user's own words. Where calls may not take longer than a minute, call `start_run`, then `get_run` until it has ended.
The same words, or the same run_id, find the same run again: nothing is done or paid twice. `route` says whether a skill applies; `check_document`
verifies a document anybody wrote. The skill itself is skill://ml-workflow/SKILL.md."""
Brief = Annotated[str, Field(description="What is wanted, in the user's own words: a few sentences or a few paragraphs.", max_length=200_000)]  # fmt: skip
RunName = Annotated[str | None, Field(description="The run's name; the same name is the same run. Without one it is made of the brief.", pattern=r"^[A-Za-z0-9][A-Za-z0-9._-]{0,63}$")]  # fmt: skip
SkillName = Annotated[str, Field(description="The skill's name.", max_length=100)]
Writer = Annotated[str | None, Field(description="Who writes: 'planner', or a model this server allows.", max_length=200)]  # fmt: skip


class Answers(BaseModel):
    """What a person answers to the questions of a brief."""

    answers: str = Field(description="Your answers, a sentence each. Leave it empty to let the document state assumptions.")  # fmt: skip


class RunReport(BaseModel):
    """A run as it stands, and what to do next."""

    run_id: str
    state: str
    reason: str = ""
    next: str = Field(description="What to do now.")
    document: str = Field(default="", description="The document in Markdown, once there is one.")
    document_uri: str = ""
    runbook_uri: str = ""


class Checked(BaseModel):
    """What the verifier found in a document."""

    clean: bool
    verdicts: dict[str, str] = Field(description="passed, failed or not judged, by check.")
    findings: list[str] = Field(description="Line, rule, what is wrong and how to mend it.")
    unread: list[str]


class Routed(BaseModel):
    """Whether a skill applies to a message."""

    action: str = Field(description="run, ask or none")
    skill: str
    candidates: list[str]
    reason: str
    question: str


class _Server(MCPServer[Any]):
    async def get_prompt(self, name: str, arguments: dict[str, Any] | None = None, context: Any = None) -> Any:  # fmt: skip
        """A prompt that is not there is the caller's fault, and not one of the program's as the SDK takes it."""
        if name not in {prompt.name for prompt in await self.list_prompts()}:
            raise MCPError(code=INVALID_PARAMS, message=f"unknown prompt: {name[:100]}")
        return await super().get_prompt(name, arguments, context)


def create(engine: Engine, desk: Desk) -> MCPServer[Any]:
    """The server with its tools, resources, prompt and extensions."""
    tools = _Tools(engine, desk)
    extensions = [SkillsExtension(desk), TasksExtension("design", tools.begin, tools.owned, tools.stop)]
    server: MCPServer[Any] = _Server("briefwright", title="Briefwright", version=__version__, instructions=INSTRUCTIONS, extensions=extensions, log_level="WARNING")  # fmt: skip

    async def ask_first(brief: str, skill: str, ctx: Context) -> Answers | Elicit[Answers]:
        """Questions whose answers would change the design, where the client can put them to a person."""
        able = ctx.client_capabilities is not None and ctx.client_capabilities.elicitation is not None
        questions = await asyncio.to_thread(tools.questions, brief, skill) if able else ()
        if not questions:
            return Answers(answers="")
        listed = "\n".join(f"{n}. {question}" for n, question in enumerate(questions, 1))
        return Elicit(f"Some answers would change the design:\n{listed}", Answers)

    @server.tool(title="Design an ML workflow, or run another skill")
    async def design(
        brief: Brief, ctx: Context, answers: Annotated[ElicitationResult[Answers], Resolve(ask_first)], skill: SkillName = "ml-workflow",
        run_id: RunName = None, model: Writer = None,
    ) -> RunReport:  # fmt: skip
        """Turn a brief into a verified document, and wait for it with progress. A call that is cut off goes on: call again with the same words."""
        said = answers.data.answers if isinstance(answers, AcceptedElicitation) else ""
        asked = await asyncio.to_thread(tools.with_answers, brief, said, skill) if said.strip() else brief
        owner, row = await tools.started(ctx, asked, skill, run_id, model)
        await _report(engine, owner, row, ctx)
        return await tools.report(owner, row.id)

    @server.tool(title="Start a run and return at once")
    async def start_run(brief: Brief, ctx: Context, skill: SkillName = "ml-workflow", run_id: RunName = None, model: Writer = None) -> RunReport:  # fmt: skip
        """Begin, without waiting. Then call `get_run` with the run_id until the state is an end."""
        owner, row = await tools.started(ctx, brief, skill, run_id, model)
        return await tools.report(owner, row.id)

    @server.tool(title="Look at a run, waiting up to 25 seconds for its end")
    async def get_run(run_id: str, ctx: Context, wait_seconds: Annotated[float, Field(ge=0, le=WAIT_S)] = 20.0) -> RunReport:  # fmt: skip
        """The state of a run, and the document once there is one."""
        with _in_words():
            owner = caller(ctx).owner
            await engine.ended(owner, run_id, wait_seconds)
            return await tools.report(owner, run_id)

    @server.tool(title="Cancel a run")
    async def cancel_run(run_id: str, ctx: Context) -> RunReport:
        """Stop a run. What was finished is kept, and `resume_run` goes on with it."""
        with _in_words():
            owner = caller(ctx).owner
            await engine.cancel(owner, run_id)
            return await tools.report(owner, run_id)

    @server.tool(title="Go on with a failed or cancelled run")
    async def resume_run(run_id: str, ctx: Context) -> RunReport:
        """Go on where it stopped; finished model calls are not paid again."""
        with _in_words():
            owner = caller(ctx).owner
            await engine.resume(owner, run_id)
            return await tools.report(owner, run_id)

    @server.tool(title="Change something in a finished document")
    async def revise_run(
        run_id: str, text: str, ctx: Context, step: str = "", redo: bool = False
    ) -> RunReport:
        """A new run that is this one with something changed: a new fact, an answer, or a wish about one section; with redo, the sections written from it follow."""
        with _in_words():
            owner = caller(ctx).owner
            row, _ = await engine.revise(
                owner, run_id, text, step, _name(owner, run_id, step, text, str(redo)), redo
            )
            return await tools.report(owner, row.id)

    @server.tool(title="Verify a document anybody wrote")
    async def check_document(text: Annotated[str, Field(max_length=1_500_000)], brief: str = "") -> Checked:
        """Check a Markdown document in the ML Workflow format: arithmetic, leakage, splits, fallbacks, tools, and what must agree."""
        from briefwright.checking import check_text

        with _in_words():
            found = await asyncio.to_thread(check_text, text, brief)
            lines = [f"line {f.line}: {f.severity} {f.rule}: {f.message} {f.mend}" for f in found.findings]
            return Checked(clean=found.status == 0, verdicts={v.check: v.outcome for v in found.verdicts}, findings=lines, unread=list(found.unread))  # fmt: skip

    @server.tool(title="Which skill a message is for")
    async def route(
        message: Annotated[str, Field(max_length=200_000)], earlier: list[str] | None = None
    ) -> Routed:
        """run one skill, ask which, or none: decided from triggers, without a model."""
        from briefwright.skill.routing.route import route as decide

        found = await asyncio.to_thread(decide, desk.router, message, tuple(earlier or ()))
        return Routed(action=found.action, skill=found.skill, candidates=[each.skill for each in found.candidates], reason=found.reason, question=found.question)  # fmt: skip

    @server.resource(
        "briefwright://runs/{run_id}/document.md", mime_type="text/markdown", title="A run's document"
    )
    async def document(run_id: str, ctx: Context) -> str:
        """The document of a finished run."""
        with _in_words(ResourceNotFoundError):
            return await tools.text(caller(ctx).owner, run_id, "document")

    @server.resource(
        "briefwright://runs/{run_id}/runbook.md", mime_type="text/markdown", title="A run's runbook"
    )
    async def runbook(run_id: str, ctx: Context) -> str:
        """The runbook of a finished run."""
        with _in_words(ResourceNotFoundError):
            return await tools.text(caller(ctx).owner, run_id, "runbook")

    @server.prompt(title="Design an ML workflow")
    def design_ml_workflow(brief: str = "") -> str:
        """Have the brief designed, and say what the document leaves open; without one, ask for it first."""
        if not brief.strip():
            return "Ask me for my brief: what is to be predicted and for which decision, from which data, how often, under which limits. Then call the tool `design` with my words, unchanged."  # fmt: skip
        return f"Call the tool `design` with this brief, word for word. Then tell me what the document's first page says did not pass, and its three most important assumptions.\n\n{brief}"  # fmt: skip

    return server


class _Tools:
    """What several tools share."""

    def __init__(self, engine: Engine, desk: Desk) -> None:
        self.engine, self.desk = engine, desk

    async def started(self, ctx: Context, text: str, skill: str, run_id: str | None, model: str | None) -> tuple[str, Row]:  # fmt: skip
        with _in_words():
            owner = caller(ctx).owner
            return owner, await self.begin(
                owner, {"brief": text, "skill": skill, "run_id": run_id, "model": model}
            )

    async def begin(self, owner: str, asked: dict[str, Any]) -> Row:
        """The run of these arguments: begun, found again, or gone on with where it had failed or was cancelled."""
        text, skill, model = (
            brief(str(asked["brief"])),
            str(asked.get("skill") or "ml-workflow"),
            asked.get("model"),
        )
        name = asked.get("run_id") or _name(owner, skill, str(model or ""), text)
        try:
            wanted = NewRun(brief=text, skill=skill, model=model, run_id=name)
        except ValidationError as fault:
            first = fault.errors()[0]
            where = ".".join(map(str, first["loc"]))
            raise RequestError(422, "invalid_request", f"{where}: {first['msg']}") from None
        request = await asyncio.to_thread(self.desk.request, wanted)
        row, new = await self.engine.submit(owner, request, named=("model",) if model else ())
        again = not new and row.outcome in ("failed", "cancelled")
        return await self.engine.resume(owner, row.id) if again else row

    def questions(self, text: str, skill: str) -> tuple[str, ...]:
        """What the skill would ask about the brief; nothing where it does not plan, or would decline anyway."""
        from datetime import UTC, datetime

        from briefwright.catalogue import find_skill
        from briefwright.skill.kit import Brief

        try:
            _, kit = find_skill(self.desk.skill(skill).slug)
        except RequestError:
            return ()  # said by the tool itself
        if not kit.plans:
            return ()
        asked = Brief(text, datetime.now(UTC).date())
        facts = kit.read(asked)
        stop = None if kit.refuse(facts) else kit.ask(facts, kit.decide(facts, asked))
        return stop.questions if stop else ()

    def with_answers(self, text: str, said: str, skill: str) -> str:
        """The brief with answers in it, which keep its title and its data."""
        from datetime import UTC, datetime

        from briefwright.catalogue import find_skill
        from briefwright.skill.kit import Brief

        with _in_words():
            _, kit = find_skill(self.desk.skill(skill).slug)
            return kit.say(Brief(brief(text), datetime.now(UTC).date()), said)

    async def report(self, owner: str, run_id: str) -> RunReport:
        row = await self.engine.row(owner, run_id)
        state = state_of(row)
        has = state in ("passed", "unverified")
        document = (await self.engine.artifact(owner, run_id, "document") or "") if has else ""
        base = f"briefwright://runs/{run_id}"
        return RunReport(
            run_id=run_id, state=state, reason=row.reason, next=_next(state), document=document,
            document_uri=f"{base}/document.md" if has else "", runbook_uri=f"{base}/runbook.md" if has else "",
        )  # fmt: skip

    async def owned(self, owner: str, run_id: str) -> tuple[Row, dict[str, Any] | None]:
        """(the run, its report once it has ended), for a task."""
        row = await self.engine.row(owner, run_id)
        return row, (await self.report(owner, run_id)).model_dump() if row.outcome in ENDED else None

    async def stop(self, owner: str, run_id: str) -> None:
        await self.engine.cancel(owner, run_id)

    async def text(self, owner: str, run_id: str, name: str) -> str:
        text = await self.engine.artifact(owner, run_id, name)
        if not text:
            raise RequestError(409, "no_document", f"run '{run_id}' has no {name} (yet).")
        return text


async def _report(engine: Engine, owner: str, row: Row, ctx: Context) -> None:
    """Progress while the run goes on: sections done of all, a word at least every few seconds."""
    from briefwright.catalogue import find_skill

    total, done, quiet = len(find_skill(row.request.skill)[0].steps), set[str](), 0
    shown = 0.0
    async with contextlib.aclosing(beats(engine.events(owner, row.id), BEAT_S)) as story:
        async for told in story:
            words = "still at it"
            if told and told.event["kind"] == "section":
                done.add(told.event["step"])
                words = f"{told.event['step']} written, {len(done)} of {total}"
            elif told:
                words = progress_line(told.event) or told.event["text"]
            quiet += 1
            shown = max(shown + 0.001, len(done) + 0.001 * quiet)  # progress has to grow with every notice
            await ctx.report_progress(min(shown, total + 0.5), total, words)


def caller(ctx: Any) -> Caller:
    """Whose call it is: the key's owner over HTTP, the person at the machine over stdio."""
    request = ctx.request_context.request if hasattr(ctx, "request_context") else ctx.request
    if request is None:
        return LOCAL
    found: Caller | None = request.scope.get("state", {}).get("caller")
    if found is None or "runs" not in found.scopes:
        raise ToolError("this key may not use runs")
    return found


def _next(state: str) -> str:
    if state in ("passed", "unverified"):
        return "Give the document to the user; its first page says what did not pass. To change something, call revise_run."
    if state == "needs_answers":
        return "Put the questions to the user, then call revise_run with the answers."
    if state in ("failed", "cancelled"):
        return "Call resume_run to go on; what was finished is kept."
    return "Tell the user why." if state == "declined" else "Call get_run with this run_id; it waits for you."


def _name(*parts: str) -> str:
    """A run id made of what was asked, so that asking again finds the run."""
    return f"mcp-{sha256(repr(parts).encode('utf-8', 'replace')).hexdigest()[:32]}"


class _in_words:
    """Expected faults become the error's words, for whoever reads them; a bug is logged and named without its inside."""

    def __init__(self, kind: type[Exception] = ToolError) -> None:
        self._kind = kind

    def __enter__(self) -> None:
        return None

    def __exit__(self, kind: Any, fault: BaseException | None, trace: Any) -> None:
        if isinstance(fault, RequestError):
            raise self._kind(fault.message) from None
        if isinstance(fault, UsageError):
            raise self._kind(str(fault)) from None


def http_app(server: MCPServer[Any]) -> Any:
    """Both protocol eras at /mcp. Host and origin are checked by the gate before it; a session of the older era is its owner's alone."""
    app = server.streamable_http_app(streamable_http_path="/mcp", transport_security=TransportSecuritySettings(enable_dns_rebinding_protection=False))  # fmt: skip
    for route in app.routes:
        route.app = _as_their_owner(route.app)  # type: ignore[attr-defined]
    return app


def _as_their_owner(app: Any) -> Any:
    """Requests as the SDK knows whose they are: it then takes a session's id from nobody but who began the session."""

    async def owned(scope: Any, receive: Any, send: Any) -> None:
        found: Caller | None = scope.get("state", {}).get("caller")
        if found is not None:
            scope = {**scope, "user": AuthenticatedUser(AccessToken(token="", client_id=found.owner, scopes=[]))}  # fmt: skip
        await app(scope, receive, send)

    return owned

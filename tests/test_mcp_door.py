"""MCP, by the SDK's own client in both protocol eras, over HTTP and stdio, and by FastMCP's, which others wrote."""

import asyncio
import sys
import uuid
from pathlib import Path
from typing import Any

import pytest
from mcp import Client, StdioServerParameters
from mcp.shared.exceptions import MCPError
from mcp_types import INVALID_PARAMS
from openai_server import OpenAIServer, sound
from serving import Serving
from test_engine import env, slow

BRIEF = "Predict which of our 52,000 library members stop borrowing; 4 % stop each month. A weekly list goes to 3 people. 5 years of history in Postgres."  # fmt: skip
ERAS = ("auto", "legacy")
TASKS = "io.modelcontextprotocol/tasks"


def fresh() -> str:
    return f"{BRIEF} Our code name is {uuid.uuid4().hex[:8]}."


@pytest.mark.parametrize("era", ERAS)
def test_design_follows_a_run_with_progress(serving: Serving, era: Any) -> None:
    async def go() -> None:
        seen: list[tuple[float, float | None, str | None]] = []

        async def progress(progress: float, total: float | None, message: str | None) -> None:
            seen.append((progress, total, message))

        async with Client(f"{serving.url}/mcp", mode=era) as client:
            brief = fresh()
            result = await client.call_tool("design", {"brief": brief}, progress_callback=progress)
            report = result.structured_content or {}
            assert report["state"] in ("passed", "unverified") and report["document"].startswith(
                "# ML Workflow:"
            )
            assert seen and [done for done, _, _ in seen] == sorted({done for done, _, _ in seen}), (
                "progress grows"
            )
            again = await client.call_tool("design", {"brief": brief})
            assert (again.structured_content or {})["run_id"] == report["run_id"]
            for uri in (report["document_uri"], report["runbook_uri"]):
                assert "#" in (await client.read_resource(uri)).contents[0].text  # type: ignore[union-attr]

    asyncio.run(go())


@pytest.mark.parametrize("era", ERAS)
def test_short_calls_do_the_same(serving: Serving, era: Any) -> None:
    async def go() -> None:
        async with Client(f"{serving.url}/mcp", mode=era) as client:
            started = (await client.call_tool("start_run", {"brief": fresh()})).structured_content or {}
            report = (await client.call_tool("get_run", {"run_id": started["run_id"], "wait_seconds": 25})).structured_content or {}  # fmt: skip
            assert report["state"] in ("passed", "unverified")
            checked = (await client.call_tool("check_document", {"text": report["document"]})).structured_content or {}  # fmt: skip
            assert set(checked["verdicts"].values()) == {"passed"}
            routed = (await client.call_tool("route", {"message": "design an ML pipeline for churn"})).structured_content or {}  # fmt: skip
            assert (routed["action"], routed["skill"]) == ("run", "ml-workflow")
            revised = (await client.call_tool("revise_run", {"run_id": started["run_id"], "text": "Labels arrive after 45 days."})).structured_content or {}  # fmt: skip
            report = (
                await client.call_tool("get_run", {"run_id": revised["run_id"]})
            ).structured_content or {}
            assert "45 days" in report["document"]
            crooked = await client.call_tool("start_run", {"brief": BRIEF, "run_id": "../../etc"})
            assert crooked.is_error
            missing = await client.call_tool("get_run", {"run_id": "nope"})
            assert missing.is_error and "no run 'nope'" in missing.content[0].text  # type: ignore[union-attr]
            assert "GET" not in missing.content[0].text  # type: ignore[union-attr]
            with pytest.raises(MCPError) as unknown:
                await client.get_prompt("nope", {})
            assert unknown.value.error.code == INVALID_PARAMS
            prompt = await client.get_prompt("design_ml_workflow", {"brief": BRIEF})
            assert BRIEF in prompt.messages[0].content.text  # type: ignore[union-attr]
            bare = await client.get_prompt("design_ml_workflow", {})
            assert "Ask me for my brief" in bare.messages[0].content.text  # type: ignore[union-attr]

    asyncio.run(go())
    assert "Traceback" not in "".join(serving.said)


@pytest.mark.parametrize("era", ERAS)
def test_missing_inputs_are_asked_where_the_client_can(serving: Serving, era: Any) -> None:
    from mcp_types import ElicitResult

    put: list[str] = []

    async def answer(context: Any, params: Any) -> ElicitResult:
        put.append(params.message)
        return ElicitResult(action="accept", content={"answers": "Labels arrive after 45 days"})

    async def decline(context: Any, params: Any) -> ElicitResult:
        return ElicitResult(action="decline")

    async def go() -> None:
        async with Client(f"{serving.url}/mcp", mode=era, elicitation_callback=answer) as client:
            brief = f"# Who stops borrowing\n\n{fresh()}"
            report = (await client.call_tool("design", {"brief": brief})).structured_content or {}
            assert "45 days" in report["document"]
            assert "Who stops borrowing" in report["document"].split("\n")[0], "the title is the brief's"
        async with Client(f"{serving.url}/mcp", mode=era, elicitation_callback=decline) as client:
            report = (await client.call_tool("design", {"brief": fresh()})).structured_content or {}
            assert report["state"] in ("passed", "unverified"), "who does not answer gets assumptions"

    asyncio.run(go())
    assert "true outcome known" in put[0]


def test_a_cut_call_attaches_again_and_pays_once(server: OpenAIServer, tmp_path: Path) -> None:
    server.script = slow(0.4)

    async def go(url: str) -> None:
        async with Client(f"{url}/mcp") as client:
            call = asyncio.create_task(client.call_tool("design", {"brief": BRIEF}))
            await asyncio.sleep(0.9)
            call.cancel()
        async with Client(f"{url}/mcp") as client:
            report = (await client.call_tool("design", {"brief": BRIEF})).structured_content or {}
            assert report["state"] == "passed"

    with Serving(tmp_path, **env(server)) as serving:
        asyncio.run(go(serving.url))
    assert len(server.requests) == 7


def test_a_run_can_be_cancelled_and_resumed(server: OpenAIServer, tmp_path: Path) -> None:
    server.script = slow(1.0)

    async def go(url: str) -> None:
        async with Client(f"{url}/mcp") as client:
            id = ((await client.call_tool("start_run", {"brief": BRIEF})).structured_content or {})["run_id"]
            await asyncio.sleep(0.5)
            await client.call_tool("cancel_run", {"run_id": id})
            state = ((await client.call_tool("get_run", {"run_id": id, "wait_seconds": 10})).structured_content or {})["state"]  # fmt: skip
            assert state == "cancelled"
            server.script = lambda step, n, request: sound(step, request)
            await client.call_tool("resume_run", {"run_id": id})
            state = ((await client.call_tool("get_run", {"run_id": id, "wait_seconds": 25})).structured_content or {})["state"]  # fmt: skip
            assert state == "passed"

    with Serving(tmp_path, **env(server)) as serving:
        asyncio.run(go(serving.url))


def test_a_client_of_other_hands_takes_it_as_a_task(serving: Serving) -> None:
    from fastmcp import Client as Other

    async def go() -> None:
        async with Other(f"{serving.url}/mcp") as client:
            names = {tool.name for tool in await client.list_tools()}
            assert {"design", "start_run", "get_run", "cancel_run", "check_document", "route"} <= names
            result = await client.call_tool("design", {"brief": fresh()})
            assert result.structured_content["state"] in ("passed", "unverified")

    asyncio.run(go())


def test_the_skill_is_handed_out_with_true_digests(serving: Serving) -> None:
    import hashlib

    import httpx

    head = {"accept": "application/json, text/event-stream", "mcp-protocol-version": "2026-07-28", "mcp-method": "skills/list"}  # fmt: skip
    meta = {"io.modelcontextprotocol/protocolVersion": "2026-07-28", "io.modelcontextprotocol/clientCapabilities": {"extensions": {"io.modelcontextprotocol/skills": {}}}, "io.modelcontextprotocol/clientInfo": {"name": "t", "version": "1"}}  # fmt: skip
    body = {"jsonrpc": "2.0", "id": 1, "method": "skills/list", "params": {"_meta": meta}}
    answer = httpx.post(f"{serving.url}/mcp", json=body, headers=head, trust_env=False)
    text = answer.text.split("data: ", 1)[-1] if "data: " in answer.text else answer.text
    import json

    (skill,) = [
        each for each in json.loads(text)["result"]["skills"] if each["uri"] == "skill://ml-workflow/SKILL.md"
    ]
    assert skill["frontmatter"]["name"] == "ml-workflow"

    async def go() -> None:
        async with Client(f"{serving.url}/mcp") as client:
            for file in skill["resources"]:
                text = (await client.read_resource(file["uri"])).contents[0].text.encode()  # type: ignore[union-attr]
                assert (f"sha256:{hashlib.sha256(text).hexdigest()}", len(text)) == (
                    file["digest"],
                    file["size"],
                )

    asyncio.run(go())


@pytest.mark.parametrize("era", ERAS)
def test_over_stdio_nothing_but_the_protocol_is_said(tmp_path: Path, era: Any) -> None:
    async def go() -> None:
        parameters = StdioServerParameters(command=sys.executable, args=["-m", "briefwright", "mcp"], env={"BRIEFWRIGHT_DATA": str(tmp_path)})  # fmt: skip
        async with Client(parameters, mode=era) as client:
            report = (await client.call_tool("design", {"brief": BRIEF})).structured_content or {}
            assert report["state"] in ("passed", "unverified")

    asyncio.run(go())

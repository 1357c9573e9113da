"""A real small model on this machine: llama.cpp in a process of its own, asked over HTTP. Nothing is expected of its words."""

import asyncio
import json
import os
import re
import signal
import subprocess
import sys
import time
from pathlib import Path
from typing import Any

import httpx
import pytest

from briefwright.errors import UsageError
from briefwright.graph.errors import EndpointError
from briefwright.graph.journal import Journal
from briefwright.graph.model import Endpoint, Model, Usage
from briefwright.local import at_hand, model_file
from briefwright.settings import Settings

BRIEF = Path(__file__).parents[1] / "evals" / "briefs" / "telco-churn-first-model.md"


def _have_model() -> str:
    """Why there is no real model here; empty when there is one."""
    try:
        import xllamacpp  # noqa: F401

        model_file("local", Settings())
    except (ImportError, UsageError) as fault:
        return f"no real model: {fault}"
    return ""


def test_a_model_file_that_is_not_there_is_named(cli: Any, tmp_path: Path) -> None:
    done = cli("design", BRIEF, "--model", f"local:{tmp_path / 'none.gguf'}", "-o", tmp_path / "run")
    assert done.status == 2 and "there is no model file" in done.err and "none.gguf" in done.err


def test_local_and_remote_models_are_not_mixed(cli: Any, tmp_path: Path) -> None:
    done = cli("design", BRIEF, "--model", "local", "--judge", "gpt-x", "-o", tmp_path / "run")
    assert done.status == 2 and "are several" in done.err


def test_a_remote_model_starts_nothing() -> None:
    settings = Settings()
    with at_hand(("planner", "", "gpt-x"), "https://there/v1", settings) as found:
        assert found == ("https://there/v1", settings)


def test_a_file_that_is_no_model_is_refused(cli: Any, tmp_path: Path) -> None:
    pytest.importorskip("xllamacpp", reason="llama.cpp is not installed")
    file = tmp_path / "poem.gguf"
    file.write_text("roses are red")
    done = cli("design", BRIEF, "--model", f"local:{file}", "-o", tmp_path / "run")
    assert done.status == 2 and "could not load" in done.err


def test_what_is_meant_for_a_local_model_is_never_sent_elsewhere() -> None:
    model = Model(Endpoint("local", api_key="k"), Journal(None), [])
    with pytest.raises(EndpointError, match="nothing was sent"):
        asyncio.run(model.ask([("user", "secret")], {}, "problem", 1))


def test_a_recorded_eval_of_a_local_model_needs_neither_file_nor_address(cli: Any, tmp_path: Path) -> None:
    tape = tmp_path / "tape.jsonl"
    tape.write_text("")
    done = cli("eval", "--model", "local", "--replay", tape, "--only", "telco-churn", "-o", tmp_path / "out")
    assert "were not in the recording" in done.out and "nothing was sent" not in done.out + done.err


@pytest.mark.real_model
def test_the_server_ends_with_whoever_asked_for_it_even_by_kill() -> None:
    if why := _have_model():
        pytest.skip(why)
    program = "from briefwright.local import *; from briefwright.settings import Settings; import time\nwith at_hand(('local',), '', Settings()) as (url, _): print(url, flush=True); time.sleep(600)"
    process = subprocess.Popen([sys.executable, "-c", program], stdout=subprocess.PIPE, text=True)
    assert process.stdout is not None
    url = process.stdout.readline().strip()
    assert httpx.get(f"{url}/models", timeout=60).status_code == 200
    os.kill(process.pid, signal.SIGKILL)
    process.wait()
    for _ in range(200):
        try:
            httpx.get(f"{url}/models", timeout=5)
        except httpx.HTTPError:
            return
        time.sleep(0.1)
    pytest.fail("the model's server is still there")


@pytest.mark.real_model
def test_a_real_model_follows_the_schema_and_reads_a_known_beginning_once() -> None:
    if why := _have_model():
        pytest.skip(why)
    schema = {"type": "object", "properties": {"word": {"type": "string", "minLength": 1, "maxLength": 20}, "risk": {"enum": ["Low", "Med", "High"]}}, "required": ["word", "risk"], "additionalProperties": False}  # fmt: skip
    brief = BRIEF.read_text(encoding="utf-8")

    async def asked(url: str, settings: Settings) -> tuple[list[str], list[Usage]]:
        model = Model(Endpoint("local", url, timeout_s=settings.timeout_s), Journal(None), [])
        try:
            said = [await model.ask([("user", f"{brief}\n\nName a {what}.")], schema, what, 1) for what in ("column", "table")]  # fmt: skip
            return said, model.usage
        finally:
            await model.close()

    with at_hand(("local",), "", Settings()) as (url, patient):
        said, used = asyncio.run(asked(url, patient))
    for reply in map(json.loads, said):
        assert set(reply) == {"word", "risk"} and 1 <= len(reply["word"]) <= 20
        assert reply["risk"] in ("Low", "Med", "High")
    assert used[0].cached_tokens < 20 < used[1].cached_tokens


@pytest.mark.real_model
def test_the_whole_skill_runs_with_a_small_real_model(cli: Any, tmp_path: Path) -> None:
    """The document is whole and verified, what is said to be given stands in the brief, and what the model could not do is named.

    The deadline bounds what a machine without a graphics card takes; what the model does not reach by then is the planner's.
    """
    if why := _have_model():
        pytest.skip(why)
    folder = tmp_path / "run"
    done = cli("design", BRIEF, "--model", "local", "--max-attempts", "1", "--deadline", "360", "-o", folder)
    assert done.status in (0, 1), done.err
    record = json.loads((folder / "run.json").read_text(encoding="utf-8"))
    text = (folder / "document.md").read_text(encoding="utf-8")
    assert len(record["sections"]) == 7
    assert all(f"## {section['heading']}" in text for section in record["sections"].values())
    for name, section in record["sections"].items():
        assert section["writer"] == "local" or (section["writer"] == "planner" and section["note"]), name
        assert section["writer"] == "local" or f"{name}: the model delivered no usable section" in text
    brief = " ".join(BRIEF.read_text(encoding="utf-8").split())
    figures = [figure for section in record["sections"].values() for figure in section["figures"]]
    given = [figure for figure in figures if figure["source"] == "given"]
    assert given
    for figure in given:
        quoted = re.search(r"“(.+)”", figure["how"])
        assert quoted and quoted[1].rstrip("…") in brief, figure
    used = [use for use in record["usage"] if not use["replayed"]]
    assert used and all(use["input_tokens"] > 1000 and use["output_tokens"] > 0 for use in used)

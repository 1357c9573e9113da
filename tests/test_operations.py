"""What operators see: spans, logs and counters of a run, and nothing that was said in it."""

import json
import re
import time
from pathlib import Path
from typing import Any

from openai_server import OpenAIServer
from serving import Serving
from test_engine import BRIEF, env


def test_spans_lead_from_the_run_to_each_call_without_its_words(server: OpenAIServer, tmp_path: Path) -> None:
    traces = tmp_path / "traces.jsonl"
    with Serving(tmp_path / "data", **env(server, BRIEFWRIGHT_TRACES=str(traces))) as serving:
        serving.ended(serving.start(BRIEF, run_id="traced"))
        until = time.monotonic() + 20
        while time.monotonic() < until and len(ours(traces)) < 15:
            time.sleep(0.2)
    spans = ours(traces)
    by_id = {span["context"]["span_id"]: span for span in spans}
    (run,) = [span for span in spans if span["name"] == "run"]
    steps = [span for span in spans if span["name"].startswith("step ")]
    calls = [span for span in spans if span["name"] == "chat scripted"]
    assert (
        run["attributes"]["briefwright.run.id"] == "traced"
        and run["attributes"]["briefwright.outcome"] == "passed"
    )
    assert len(steps) == 7 and all(span["parent_id"] == run["context"]["span_id"] for span in steps)
    assert len(calls) == 7 and all(by_id[span["parent_id"]] in steps for span in calls)
    assert all(span["attributes"]["gen_ai.usage.input_tokens"] == 1200 for span in calls)
    assert "gym" not in traces.read_text(encoding="utf-8") and "sk-secret" not in traces.read_text(
        encoding="utf-8"
    )


def ours(traces: Path) -> list[dict[str, Any]]:
    """Spans of Briefwright; the libraries around it make some of their own."""
    if not traces.exists():
        return []
    spans = [
        json.loads(line) for line in traces.read_text(encoding="utf-8").splitlines() if line.endswith("}")
    ]
    return [span for span in spans if re.match(r"run$|step |chat ", span["name"])]


def test_logs_are_data_with_run_ids_and_no_secrets(server: OpenAIServer, tmp_path: Path) -> None:
    with Serving(tmp_path, **env(server)) as serving:
        serving.ended(serving.start(BRIEF, run_id="logged"))
        serving.http.get("/runs", headers={"authorization": "Bearer sk-looks-like-a-key"})
        said = [line for line in serving.said if line.startswith("{")]
    lines = [json.loads(line) for line in said]
    assert any(line.get("run") == "logged" and line["said"] == "run ended: passed" for line in lines)
    assert any(line["said"] == "POST /runs 201" and line["owner"] == "local" for line in lines)
    assert not re.search(r"sk-|gym chain", "".join(said))


def test_a_server_says_why_it_cannot_start(tmp_path: Path) -> None:
    from serving import Process

    for more, words in (({"BRIEFWRIGHT_DATABASE_URL": "mysql://x"}, "no Postgres address"), ({"BRIEFWRIGHT_TRACES": "/no/such/folder/t"}, "traces cannot be written"), ({"BRIEFWRIGHT_DATABASE_URL": "postgresql://postgres@127.0.0.1:9/none"}, "cannot be reached")):  # fmt: skip
        with Process("serve", "--port", "0", data=tmp_path, **more) as process:
            process.wait_for(f"error: .*{words}")

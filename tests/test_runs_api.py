"""The run API: what a program sees over HTTP. A real server, a real database, the planner."""

import json
import uuid
from pathlib import Path
from typing import Any

import httpx
import pytest
import yaml
from serving import Serving

BRIEF = "Predict which of our 40,000 gym members cancel next month; 3.4 % cancel monthly. A weekly list goes to 12 agents who can each call 300 members a week. 3 years of history in BigQuery."  # fmt: skip


def name() -> str:
    return f"t-{uuid.uuid4().hex}"


def test_a_brief_becomes_a_document_with_its_runbook_and_report(serving: Serving) -> None:
    answer = serving.http.post("/runs", json={"brief": BRIEF, "run_id": name()})
    assert answer.status_code == 201
    id = answer.json()["id"]
    assert answer.headers["location"] == f"/runs/{id}"
    view = serving.ended(id)
    assert view["state"] in ("passed", "unverified")
    texts = {file: serving.http.get(f"/runs/{id}/{file}") for file in view["artifacts"]}
    assert texts["document.md"].text.startswith("# ML Workflow:")
    assert "## " in texts["runbook.md"].text
    assert texts["run.json"].json()["outcome"] == view["state"]
    assert "<script" not in texts["report.html"].text and "3,600 cases/week" in texts["report.html"].text
    assert all("attachment" in text.headers["content-disposition"] for text in texts.values())


def test_the_same_id_and_question_is_the_same_run(serving: Serving) -> None:
    id = name()
    first = serving.http.post("/runs", json={"brief": BRIEF, "run_id": id})
    second = serving.http.post("/runs", json={"brief": BRIEF}, headers={"Idempotency-Key": id})
    assert (first.status_code, second.status_code) == (201, 200)
    assert first.json()["created_at"] == second.json()["created_at"]
    other = serving.http.post("/runs", json={"brief": BRIEF + " Use MLflow.", "run_id": id})
    assert other.status_code == 409 and other.json()["error"]["code"] == "run_id_taken"


def test_events_tell_the_whole_story_and_go_on_from_a_place(serving: Serving) -> None:
    id = serving.start(BRIEF, run_id=name())
    story = serving.events(id)
    kinds = [event["kind"] for _, event in story]
    assert kinds[0] == "queued" and kinds[-1] == "ended" and kinds.count("section") == 7
    middle = story[len(story) // 2][0]
    assert serving.events(id, after=middle) == story[len(story) // 2 + 1 :]
    assert serving.events(id, after=story[-1][0])[-1][1]["kind"] == "ended"


def test_a_new_fact_revises_what_follows_from_it(serving: Serving) -> None:
    id = serving.start(BRIEF, run_id=name())
    serving.ended(id)
    answer = serving.http.post(f"/runs/{id}/revise", json={"text": "Labels arrive after 45 days."})
    assert answer.status_code == 201 and answer.json()["parent"] == id
    after = serving.ended(answer.json()["id"])
    facts = serving.http.get(f"/runs/{after['id']}/run.json").json()["facts"]
    assert facts["label_delay_days"]["value"] == 45


DATA = """# what we know
title: Late parcels
problem_type: regression
requirements:
  label_delay_days: 30
  tools:
  - Redshift
  - Airflow
  team_size: 4
notes: |
  We deliver 60,000 parcels a day and promise a window of one hour.
"""


@pytest.mark.parametrize("brief", [DATA, json.dumps(yaml.safe_load(DATA))], ids=["yaml", "json"])
def test_what_is_said_later_wins_and_a_brief_of_data_stays_data(serving: Serving, brief: str) -> None:
    def worth(fact: Any) -> Any:
        return fact["value"] if isinstance(fact, dict) else fact

    def facts_of(id: str) -> dict[str, Any]:
        serving.ended(id)
        found: dict[str, Any] = serving.http.get(f"/runs/{id}/run.json").json()["facts"]
        return found

    id = serving.start(brief, run_id=name())
    before = facts_of(id)
    for text in ("Labels arrive after 45 days", "Use Kafka.", "Labels arrive after 60 days"):
        serving.ended(id)
        id = serving.http.post(f"/runs/{id}/revise", json={"text": text}).json()["id"]
    after = facts_of(id)
    assert after["label_delay_days"]["value"] == 60
    assert [tool["value"] for tool in after["tools"]] == ["Redshift", "Airflow", "Kafka"]
    for fact in ("title", "problem_type", "team_size", "volume_per_day"):
        assert worth(after[fact]) == worth(before[fact]) != "", fact


def test_a_revision_keeps_the_title(serving: Serving) -> None:
    for head in ("# Who leaves the gym\n", "Who leaves the gym\n\n"):
        id = serving.start(f"{head}{BRIEF} Labels arrive after 30 days.", run_id=name())
        serving.ended(id)
        id = serving.http.post(f"/runs/{id}/revise", json={"text": "Labels arrive after 45 days"}).json()["id"]  # fmt: skip
        serving.ended(id)
        facts = serving.http.get(f"/runs/{id}/run.json").json()["facts"]
        assert (facts["title"], facts["label_delay_days"]["value"]) == ("Who leaves the gym", 45)


def test_a_wish_the_planner_cannot_carry_out_is_said_on_the_first_page(serving: Serving) -> None:
    id = serving.start(BRIEF, run_id=name())
    serving.ended(id)
    revised = serving.http.post(f"/runs/{id}/revise", json={"text": "make the split stricter"}).json()["id"]
    serving.ended(revised)
    text = serving.http.get(f"/runs/{revised}/document.md").text
    assert "Asked for and not done in training: “make the split stricter”" in text.split("## ")[0]


@pytest.mark.parametrize("wish", ["Use Kafka instead.", "We use Snowflake, not Redshift."])
def test_what_changes_nothing_is_said_on_the_first_page(serving: Serving, wish: str) -> None:
    id = serving.start(BRIEF, run_id=name())
    serving.ended(id)
    revised = serving.http.post(f"/runs/{id}/revise", json={"text": wish}).json()["id"]
    serving.ended(revised)
    text = serving.http.get(f"/runs/{revised}/document.md").text
    assert f"Asked for and not done: “{wish}”" in text.split("## ")[0]
    followed = serving.http.post(f"/runs/{revised}/revise", json={"text": "Labels arrive after 45 days."}).json()["id"]  # fmt: skip
    serving.ended(followed)
    first = serving.http.get(f"/runs/{followed}/document.md").text.split("## ")[0]
    assert wish in first and "45 days" not in first, "what was not done stays said; what was done is not"


def test_an_unclear_wish_names_the_sections(serving: Serving) -> None:
    id = serving.start(BRIEF, run_id=name())
    serving.ended(id)
    answer = serving.http.post(f"/runs/{id}/revise", json={"text": "make it nicer"})
    assert answer.status_code == 422 and "ab_test" in answer.json()["error"]["message"]


def test_questions_are_asked_and_answers_go_on(serving: Serving) -> None:
    id = serving.start("Predict churn of our customers.", ask=True, run_id=name())
    view = serving.ended(id)
    assert view["state"] == "needs_answers" and view["questions"]
    answer = serving.http.post(f"/runs/{id}/revise", json={"text": "Labels arrive after 30 days. We have 50,000 customers and 2 % churn a month."})  # fmt: skip
    assert serving.ended(answer.json()["id"])["state"] in ("passed", "unverified")


@pytest.mark.parametrize(
    ("body", "status", "code"),
    [
        ({"brief": ""}, 422, "invalid_request"),
        ({"brief": "   "}, 422, "invalid_request"),
        ({"brief": "a\u0000b"}, 422, "no_brief"),
        ({"brief": "x" * 200_001}, 422, "invalid_request"),
        ({"brief": "é" * 150_000}, 413, "too_large"),
        ({"brief": BRIEF, "surprise": 1}, 422, "invalid_request"),
        ({"brief": BRIEF, "skill": "/etc/passwd"}, 404, "unknown_skill"),
        ({"brief": BRIEF, "skill": "../../SKILL.md"}, 404, "unknown_skill"),
        ({"brief": BRIEF, "model": "gpt-5"}, 404, "unknown_model"),
        ({"brief": BRIEF, "base_url": "http://169.254.169.254/"}, 422, "invalid_request"),
        ({"brief": BRIEF, "run_id": "../x"}, 422, "invalid_request"),
        ({"brief": BRIEF, "max_attempts": 0}, 422, "invalid_request"),
        ({"brief": BRIEF, "ask": 0}, 422, "invalid_request"),
    ],
)
def test_what_cannot_be_taken_is_refused_in_words(serving: Serving, body: dict[str, Any], status: int, code: str) -> None:  # fmt: skip
    answer = serving.http.post("/runs", json=body)
    assert (answer.status_code, answer.json()["error"]["code"]) == (status, code)
    assert answer.json()["error"]["message"]


def test_words_of_another_type_are_told_so(serving: Serving) -> None:
    id = serving.start(BRIEF, run_id=name())
    serving.ended(id)
    for path in ("/runs", f"/runs/{id}/revise", "/v1/chat/completions"):
        for kind in ({"content-type": "text/plain"}, {}):
            answer = serving.http.post(path, content=json.dumps({"brief": BRIEF}), headers=kind)
            assert answer.status_code == 415 and "application/json" in answer.json()["error"]["message"]
    empty = serving.http.post(f"/runs/{id}/revise", json={"text": "???"})
    assert empty.status_code == 422 and "holds no word" in empty.json()["error"]["message"]


def test_half_a_letter_in_a_brief_is_no_fault_of_the_server(serving: Serving) -> None:
    raw = json.dumps({"brief": f"\ud800 {BRIEF}", "run_id": name()})
    answer = serving.http.post("/runs", content=raw, headers={"content-type": "application/json"})
    assert answer.status_code == 422 and answer.json()["error"]["code"] == "invalid_request"


def test_a_body_too_large_is_refused_before_it_is_read(serving: Serving) -> None:
    def chunks() -> Any:
        for _ in range(40):
            yield b" " * 100_000

    assert serving.http.post("/runs", content=chunks()).status_code == 413
    assert serving.http.post("/runs", content=b"x" * 2_100_000).status_code == 413


def test_what_is_not_there_is_said_the_same_way_everywhere(serving: Serving) -> None:
    for path in ("/runs/nope", "/runs/nope/events", "/runs/nope/document.md", "/view/nope"):
        answer = serving.http.get(path)
        assert answer.status_code == 404 and answer.json()["error"]["code"] == "run_not_found", path
    assert serving.http.get("/no/such/page").status_code == 404
    refused = serving.http.delete("/runs")
    assert refused.status_code == 405 and refused.headers["allow"] == "GET, HEAD, POST"


def test_a_finished_run_cannot_be_resumed_and_cancelling_it_changes_nothing(serving: Serving) -> None:
    id = serving.start(BRIEF, run_id=name())
    state = serving.ended(id)["state"]
    assert serving.http.post(f"/runs/{id}/resume").status_code == 409
    assert serving.http.post(f"/runs/{id}/cancel").json()["state"] == state


def test_head_is_get_without_the_body(serving: Serving) -> None:
    id = serving.start(BRIEF, run_id=name())
    serving.ended(id)
    below = ("", "/document.md", "/run.json", "/report.html")
    pages = ("/", f"/view/{id}", "/healthz", "/readyz", "/runs", "/v1/models", "/metrics", "/audit", "/openapi.json", "/login", "/static/pages.css")  # fmt: skip
    for path in (*pages, *(f"/runs/{id}{each}" for each in below)):
        got, headed = serving.http.get(path), serving.http.head(path)
        assert (headed.status_code, headed.content) == (got.status_code, b""), path
        assert headed.headers.get("content-type") == got.headers.get("content-type"), path
    stream = serving.http.head(f"/runs/{id}/events")
    assert stream.status_code == 405 and stream.headers["allow"] == "GET"
    assert serving.http.head("/runs/nope").status_code == 404


def test_the_openapi_page_is_true(serving: Serving) -> None:
    """Schemathesis sends what the page allows and what it does not, and holds every answer against it."""
    import schemathesis
    from hypothesis import HealthCheck, Phase, given, settings

    schema = schemathesis.openapi.from_url(f"{serving.url}/openapi.json")
    seen: set[str] = set()

    for found in schema.get_all_operations():
        operation: Any = found.ok()  # type: ignore[union-attr]
        if "events" in operation.path or operation.path.startswith("/v1"):
            continue  # streams are held by the clients' own tests

        @settings(max_examples=12, phases=[Phase.explicit, Phase.generate], suppress_health_check=list(HealthCheck), derandomize=True)  # fmt: skip
        @given(case=operation.as_strategy())
        def holds(case: Any) -> None:
            case.call_and_validate(timeout=30)

        holds()
        seen.add(operation.path)
    assert {"/runs", "/runs/{id}", "/runs/{id}/revise", "/healthz"} <= seen


def test_docs_name_only_what_exists(serving: Serving) -> None:
    page = httpx.get(f"{serving.url}/openapi.json", trust_env=False).json()
    text = (Path(__file__).parents[1] / "src" / "briefwright" / "server" / "README.md").read_text(
        encoding="utf-8"
    )
    for path in page["paths"]:
        assert path.split("{")[0].rstrip("/") in text, f"{path} is not in the README of the server"

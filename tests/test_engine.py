"""The engine under fire: processes killed, the database gone, runs cancelled; nothing lost, nothing paid twice."""

import asyncio
import json
import time
import uuid
from collections import Counter
from pathlib import Path
from typing import Any

import pytest
from openai_server import OpenAIServer, Reply, sound
from postgres import Postgres
from serving import Process, Serving

BRIEFS = Path(__file__).parents[1] / "evals" / "briefs"
BRIEF = (BRIEFS / "gym-cancellations.md").read_text(encoding="utf-8")


def slow(seconds: float) -> Any:
    """A model that takes its time."""

    def script(step: str, n: int, request: dict[str, Any]) -> Reply:
        reply = sound(step, request)
        reply.delay_s = seconds
        return reply

    return script


def env(server: OpenAIServer, **more: str) -> dict[str, str]:
    return {"BRIEFWRIGHT_MODEL": "scripted", "OPENAI_BASE_URL": server.url, "OPENAI_API_KEY": "sk-secret-of-the-test", **more}  # fmt: skip


def asked(server: OpenAIServer) -> Counter[str]:
    """How often each question was put: the same words twice are the same call paid twice."""
    return Counter(json.dumps(request["messages"]) for request in server.requests)


def calls_of(serving: Serving, id: str) -> list[dict[str, Any]]:
    usage: list[dict[str, Any]] = serving.http.get(f"/runs/{id}/run.json").json()["usage"]
    return usage


def test_a_killed_server_goes_on_with_its_runs_when_it_is_started_again(server: OpenAIServer, tmp_path: Path) -> None:  # fmt: skip
    server.script = slow(0.5)
    with Serving(tmp_path, **env(server)) as first:
        id = first.start(BRIEF, run_id="killed")
        first.until(id, "section")
        first.kill()
    server.script = slow(0.0)
    with Serving(tmp_path, **env(server)) as second:
        assert second.ended(id)["state"] == "passed"
        uses = calls_of(second, id)
        replayed = [use for use in uses if use["replayed"]]
        kinds = [event["kind"] for _, event in second.events(id)]
    assert replayed, "what was finished before the kill is not asked again"
    # Not counted at the kill: what the dead server had sent may still wait to be read by ours.
    by_the_first = len(server.requests) - (len(uses) - len(replayed))
    doubled = sum(count - 1 for count in asked(server).values())
    assert doubled <= by_the_first - len(replayed), "only what was in flight is asked twice"
    assert kinds.count("read") == 1 and kinds[-1] == "ended", "the story is told once"


def test_another_worker_takes_over_from_a_killed_one(server: OpenAIServer, postgres: Postgres, tmp_path: Path) -> None:  # fmt: skip
    server.script = slow(1.0)
    url = postgres.database(f"a{uuid.uuid4().hex}")
    more = env(server, BRIEFWRIGHT_DATABASE_URL=url, BRIEFWRIGHT_JOBS="3")
    with Serving(tmp_path, "--no-worker", **more) as serving, Process("worker", data=tmp_path, **more) as one:
        one.wait_for("takes runs")
        with Process("worker", data=tmp_path, **more) as two:
            two.wait_for("takes runs")
            ids = [serving.start(BRIEF + f"\n\nVariant {n}.\n", run_id=f"r{n}") for n in range(6)]
            for id in ids:
                serving.until(id, "writing")
            two.kill()
            views = [serving.ended(id, 120) for id in ids]
            usage = {id: calls_of(serving, id) for id in ids}
    assert {view["state"] for view in views} == {"passed"}
    doubled = sum(count - 1 for count in asked(server).values())
    in_flight = (
        3 * 4
    )  # three runs of the killed worker; four sections follow the problem and are written side by side
    assert doubled <= in_flight
    assert all(
        len({(use["step"], use["attempt"]) for use in found}) == len(found) for found in usage.values()
    )


def test_a_database_that_was_away_loses_no_run(server: OpenAIServer, tmp_path: Path) -> None:
    from postgres import binaries

    if binaries() is None:
        pytest.skip("Postgres is not installed; .ci/run installs it with Debian's package postgresql")
    server.script = slow(0.7)
    with Postgres() as database:
        more = env(server, BRIEFWRIGHT_DATABASE_URL=database.database("away"))
        with Serving(tmp_path, **more) as serving:
            ids = [serving.start(BRIEF + f"\n\nVariant {n}.\n", run_id=f"r{n}") for n in range(3)]
            serving.until(ids[0], "section")
            database.stop("immediate")
            assert serving.http.get("/readyz").status_code == 503
            assert serving.http.get(f"/runs/{ids[0]}").status_code == 503
            time.sleep(2)
            database.start()
            assert {_patient(serving, id)["state"] for id in ids} == {"passed"}
    assert sum(count - 1 for count in asked(server).values()) == 0, (
        "nothing in flight is given up, and replies that came meanwhile are kept"
    )


def _patient(serving: Serving, id: str) -> dict[str, Any]:
    """The end of a run, asked for again while the database comes back."""
    until = time.monotonic() + 90
    while time.monotonic() < until:
        answer = serving.http.get(f"/runs/{id}")
        if answer.status_code == 200 and answer.json()["state"] not in ("queued", "running"):
            view: dict[str, Any] = answer.json()
            return view
        time.sleep(0.5)
    raise AssertionError(f"{id}: {answer.text} {''.join(serving.said)[-2000:]}")


def test_a_cancelled_run_stops_asking_and_resumes_without_paying_again(server: OpenAIServer, tmp_path: Path) -> None:  # fmt: skip
    server.script = slow(0.6)
    with Serving(tmp_path, **env(server)) as serving:
        id = serving.start(BRIEF, run_id="stopped")
        serving.until(id, "section")
        assert serving.http.post(f"/runs/{id}/cancel").json()["state"] in ("cancelling", "cancelled")
        early = serving.http.post(f"/runs/{id}/resume")
        assert early.status_code in (200, 409), "no second worker beside the one that has not let go"
        if early.status_code == 409:
            cancelled = serving.ended(id)
            assert cancelled["state"] == "cancelled" and cancelled["usage"]["input_tokens"] >= 1200
            count = len(server.requests)
            time.sleep(1.5)
            assert len(server.requests) == count, "nothing is asked for a cancelled run"
            assert serving.http.post(f"/runs/{id}/resume").json()["state"] in ("queued", "running")
        assert serving.ended(id)["state"] == "passed"
        assert any(use["replayed"] for use in calls_of(serving, id))
        assert serving.http.get(f"/runs/{id}").json()["usage"]["calls"] == 7, "what was paid before counts"
        revised = serving.http.post(f"/runs/{id}/revise", json={"text": "make the split stricter"}).json()["id"]  # fmt: skip
        serving.ended(revised)
        assert serving.http.get(f"/runs/{revised}").json()["usage"]["calls"] == 1, "its parent paid for the rest"  # fmt: skip
        turns = {place.split(".")[0] for place, _ in serving.events(id)}
        lines = [line for line in serving.said if not line.startswith("serving on")]
    assert turns == {"1", "2"}
    assert all(line.startswith("{") for line in lines), "logs are data, whoever writes them"


def test_a_failed_endpoint_fails_the_run_with_the_reason_and_it_resumes(server: OpenAIServer, tmp_path: Path) -> None:  # fmt: skip
    server.script = lambda step, n, request: Reply(status=401, content="no")
    with Serving(tmp_path, **env(server)) as serving:
        id = serving.start(BRIEF, run_id="refused")
        view = serving.ended(id)
        assert view["state"] == "failed" and "refused the key" in view["reason"]
        server.script = lambda step, n, request: sound(step, request)
        serving.http.post(f"/runs/{id}/resume")
        assert serving.ended(id)["state"] == "passed"
        assert (
            "sk-secret-of-the-test"
            not in "".join(serving.said) + serving.http.get(f"/runs/{id}/run.json").text
        )


def test_a_worker_told_to_stop_hands_its_runs_over(server: OpenAIServer, postgres: Postgres, tmp_path: Path) -> None:  # fmt: skip
    server.script = slow(1.5)
    more = env(
        server, BRIEFWRIGHT_DATABASE_URL=postgres.database(f"h{uuid.uuid4().hex}"), BRIEFWRIGHT_DRAIN="1"
    )
    with Serving(tmp_path, "--no-worker", **more) as serving:
        with Process("worker", data=tmp_path, **more) as one:
            one.wait_for("takes runs")
            id = serving.start(BRIEF, run_id="handed")
            serving.until(id, "writing")
            assert one.stop() == 0
        with Process("worker", data=tmp_path, **more) as two:
            two.wait_for("takes runs")
            assert serving.ended(id)["state"] == "passed"
            silent = any("silent workers" in line for line in two.said)
        assert not silent, "nobody waits for the silence of a worker that said goodbye"


def test_a_wish_changes_its_section_alone_and_pays_for_nothing_else(
    server: OpenAIServer, tmp_path: Path
) -> None:
    with Serving(tmp_path, **env(server)) as serving:
        id = serving.start(BRIEF, run_id="first")
        serving.ended(id)
        before, count = serving.http.get(f"/runs/{id}/run.json").json(), len(server.requests)
        revised = serving.http.post(f"/runs/{id}/revise", json={"text": "make the split stricter"}).json()[
            "id"
        ]
        assert serving.ended(revised)["state"] == "passed"
        after = serving.http.get(f"/runs/{revised}/run.json").json()
        text = serving.http.get(f"/runs/{revised}/document.md").text
    assert [
        json.dumps(r["messages"]).count("make the split stricter") > 0 for r in server.requests[count:]
    ] == [True]
    same = [
        step
        for step in before["sections"]
        if before["sections"][step]["data"] == after["sections"][step]["data"]
    ]
    assert set(before["sections"]) - set(same) <= {"training"}
    assert after["sections"]["training"]["attempt"] == 2
    assert "Revised by request in training: “make the split stricter”" in text


def test_a_wish_that_breaks_a_check_is_not_carried_out(server: OpenAIServer, tmp_path: Path) -> None:
    """The model does as it is told and breaks the section; the one that stood stays, and the first page says so."""

    def obedient(step: str, n: int, request: dict[str, Any]) -> Reply:
        told = "rotate" in json.dumps(request["messages"])
        return Reply("nothing usable") if told else sound(step, request)

    server.script = obedient
    with Serving(tmp_path, **env(server)) as serving:
        id = serving.start(BRIEF, run_id="first")
        serving.ended(id)
        revised = serving.http.post(f"/runs/{id}/revise", json={"text": "rotate the split at random", "step": "training"}).json()["id"]  # fmt: skip
        serving.ended(revised)
        text = serving.http.get(f"/runs/{revised}/document.md").text
    assert "Asked for and not done in training" in text


def test_the_pace_holds_for_the_whole_fleet(postgres: Postgres, tmp_path: Path) -> None:
    """Two processes' worth of callers share one row: together no faster than the limit, on both databases."""
    from briefwright.server.pace import FleetPace
    from briefwright.server.store import Store, sqlite_url

    for url in (sqlite_url(tmp_path, "pace.sqlite"), postgres.database(f"p{uuid.uuid4().hex}")):
        stores = [Store(url), Store(url)]
        stores[0].set_up()
        paces = [FleetPace(store, "m", requests_per_min=1200, tokens_per_min=0) for store in stores]
        at = asyncio.run(_turns(paces))
        assert max(at) - min(at) >= 19 * 0.05 * 0.8, "twenty calls at twenty a second take nearly a second"
        asked = time.monotonic()  # before it is written: however long that takes, the pause counts from here
        asyncio.run(paces[0].back_off(0.6))
        asyncio.run(paces[1].turn())
        assert time.monotonic() - asked >= 0.59, "a server's request for a pause holds for everybody"
        for store in stores:
            store.close()


async def _turns(paces: list[Any]) -> list[float]:
    """When each of ten callers got its turn, for every pace at once."""
    at: list[float] = []

    async def call(pace: Any) -> None:
        for _ in range(10):
            await pace.turn()
            at.append(time.monotonic())

    await asyncio.gather(*(call(pace) for pace in paces))
    return at


def test_old_runs_are_swept_with_everything_of_theirs(tmp_path: Path) -> None:
    from briefwright.records import Request
    from briefwright.server.store import Store, StoreJournal, sqlite_url

    store = Store(sqlite_url(tmp_path, "s.sqlite"))
    store.set_up()
    for key, ended in (("old", True), ("open", False)):
        store.add(key, "me", Request(key, "b", "ml-workflow", "planner", "", 3, False, "2026-11-23"))
        asyncio.run(StoreJournal(store, key).keep("k", "problem", 1, {"reply": {}}))
        if ended:
            store.end(key, "passed", "")
    assert store.old(time.time() - 60) == [], "what is young stays"
    assert store.old(time.time() + 60) == [("old", 1)]
    assert store.delete(["old", "open"], time.time() + 60) == 1, "what goes on stays"
    assert store.get("old") is None and store.calls("old") == {}
    assert store.get("open") is not None and store.calls("open")
    store.close()


def test_servers_and_workers_may_all_start_at_once_on_an_empty_database(
    postgres: Postgres, tmp_path: Path
) -> None:
    more = {"BRIEFWRIGHT_DATABASE_URL": postgres.database(f"e{uuid.uuid4().hex}")}
    workers = [Process("worker", data=tmp_path, **more) for _ in range(2)]
    try:
        with Serving(tmp_path, "--no-worker", **more) as serving:
            for each in workers:
                each.wait_for("takes runs")
            assert serving.ended(serving.start(BRIEF, run_id="first"))["state"] == "passed"
            for path in ("/view/%00", "/view/a%00b", "/runs/%00"):
                assert serving.http.get(path).status_code in (404, 422)
            strange = {"model": "briefwright", "input": "hi", "previous_response_id": "a\u0000b"}
            assert serving.http.post("/v1/responses", json=strange).status_code == 404
            page = serving.http.get("/login").headers["set-cookie"].split(";")[0].partition("=")[2]
            assert serving.http.post("/login", data={"token": page, "key": "bw_\x00_x"}).status_code == 401
    finally:
        for each in workers:
            each.kill()


def test_a_server_told_to_stop_lets_go_cleanly(server: OpenAIServer, tmp_path: Path) -> None:
    server.script = slow(1.0)
    with Serving(tmp_path, **env(server, BRIEFWRIGHT_DRAIN="20")) as serving:
        id = serving.start(BRIEF, run_id="drained")
        serving.until(id, "writing")
        assert serving.stop() == 0
    count = len(server.requests)
    assert count == 7, "the run was given the time to end"
    with Serving(tmp_path, **env(server)) as again:
        assert again.ended(id)["state"] == "passed"
    assert len(server.requests) == count


def test_a_draining_worker_keeps_its_runs(server: OpenAIServer, postgres: Postgres, tmp_path: Path) -> None:
    """Longer than a silent worker is waited for: who drains is alive, and nobody takes its runs."""
    server.script = slow(7.0)
    more = env(
        server, BRIEFWRIGHT_DATABASE_URL=postgres.database(f"d{uuid.uuid4().hex}"), BRIEFWRIGHT_DRAIN="40"
    )
    with Serving(tmp_path, "--no-worker", **more) as serving, Process("worker", data=tmp_path, **more) as one:
        one.wait_for("takes runs")
        id = serving.start(BRIEF, run_id="draining")
        serving.until(id, "writing")
        with Process("worker", data=tmp_path, **more) as two:
            two.wait_for("takes runs")
            assert one.stop(60) == 0
            assert serving.ended(id)["state"] == "passed"
            assert not any("silent workers" in line for line in two.said)
    assert len(server.requests) == 7


def test_a_run_that_was_kept_and_not_queued_is_queued_when_somebody_looks(tmp_path: Path) -> None:
    """What a process leaves that dies between the two."""
    from briefwright.records import Request
    from briefwright.server.engine import run_key
    from briefwright.server.store import Store, sqlite_url

    with Serving(tmp_path) as serving:
        store = Store(sqlite_url(tmp_path, "briefwright.sqlite"))
        store.add(run_key("local", "lost"), "local", Request("lost", BRIEF, "ml-workflow", "planner", "", 3, False, "2026-11-23"))  # fmt: skip
        store.close()
        assert serving.http.get("/view/lost").status_code == 200
        until = time.monotonic() + 60
        while serving.http.get("/runs/lost").json()["state"] == "queued" and time.monotonic() < until:
            time.sleep(0.5)
        assert serving.ended("lost")["state"] == "passed"
        assert serving.events("lost")[-1][1]["outcome"] == "passed"


def test_a_whole_reduction_has_no_power_to_draw_and_is_no_fault(tmp_path: Path) -> None:
    brief = "Predict which of our 9,000 members churn next month; 3 % churn monthly. A 100 % relative reduction of churn is what we would consider worth shipping. Weekly batch, 2 years of data."  # fmt: skip
    with Serving(tmp_path) as serving:
        assert serving.ended(serving.start(brief, run_id="all"))["state"] in ("passed", "unverified")


def test_what_one_run_of_a_server_ran_into_reaches_the_next(server: OpenAIServer, tmp_path: Path) -> None:
    server.script = lambda step, n, request: (
        Reply("no section") if step == "tracking" and n == 1 else sound(step, request)
    )
    with Serving(tmp_path, **env(server)) as serving:
        first = serving.ended(serving.start(BRIEF, run_id="first"))
        asked = len(server.requests)
        second = serving.ended(serving.start(BRIEF, run_id="second"))
    assert (first["state"], second["state"]) == ("passed", "passed")
    assert "tracking failed" not in str(server.requests[:asked])
    assert "tracking failed to give a section at first, passed at attempt 2" in str(server.requests[asked:])


def test_a_server_does_not_take_a_model_that_ends_with_a_command(
    cli: Any, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("BRIEFWRIGHT_MODEL", "local")
    monkeypatch.setenv("BRIEFWRIGHT_DATA", str(tmp_path))
    done = cli("serve", "--port", "0")
    assert done.status == 2 and "OPENAI_BASE_URL" in done.err


def test_runs_of_the_server_are_listed_shown_cancelled_and_resumed_from_the_command_line(
    cli: Any, server: OpenAIServer, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("BRIEFWRIGHT_DATA", str(tmp_path))
    monkeypatch.chdir(tmp_path)
    server.script = slow(0.6)
    with Serving(tmp_path, **env(server)) as serving:
        id = serving.start(BRIEF, run_id="far")
        serving.until(id, "section")
        assert cli("runs", "cancel", "far").status == 0
        assert serving.ended(id)["state"] == "cancelled"
        listed = {run["id"]: run["outcome"] for run in json.loads(cli("runs", "list", "--json").out)}
        assert listed == {"far": "cancelled"}
        assert "go on: briefwright runs resume far" in cli("runs", "show", "far").out
        assert "queued" in cli("runs", "resume", "far").err
        assert serving.ended(id)["state"] == "passed"
        assert "run far: passed" in cli("runs", "show", "far").out
        assert cli("runs", "cancel", "nowhere").status == 2
        again = cli("runs", "resume", "far")
        assert (
            again.status == 2
            and "only a failed or cancelled run" in again.err
            and "Traceback" not in again.err
        )

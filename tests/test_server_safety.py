"""Who may do what, and what a stranger's text can do: nothing."""

import json
import re
import subprocess
import sys
import time
import uuid
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import httpx
import pytest
from serving import Process, Serving

BRIEF = "Predict which of our 40,000 gym members cancel next month; 3.4 % cancel monthly. Weekly batch list. 3 years of history."  # fmt: skip


def keys(data: Path, *args: str) -> str:
    env = {"BRIEFWRIGHT_DATA": str(data), "PATH": ""}
    done = subprocess.run(
        [sys.executable, "-m", "briefwright", "keys", *args], env=env, capture_output=True, text=True
    )
    assert done.returncode == 0, done.stderr
    return done.stdout.strip()


class Keyed:
    """A server with keys of two owners."""

    def __init__(self, serving: Serving, data: Path, anna: str, ben: str) -> None:
        self.serving, self.data, self.anna, self.ben = serving, data, anna, ben

    def as_(self, key: str) -> dict[str, str]:
        return {"authorization": f"Bearer {key}"}


@pytest.fixture(scope="module")
def keyed(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Keyed]:
    data = tmp_path_factory.mktemp("keyed")
    anna = keys(data, "add", "anna", "--scope", "runs", "--scope", "metrics", "--scope", "admin")
    ben = keys(data, "add", "ben")
    with Serving(data) as serving:
        yield Keyed(serving, data, anna, ben)


def test_a_public_server_without_keys_does_not_start(tmp_path: Path) -> None:
    with Process("serve", "--host", "0.0.0.0", "--port", "0", data=tmp_path) as process:
        process.wait_for(r"error: .*needs keys.*briefwright keys add")


def test_a_server_with_a_public_name_needs_keys_too(tmp_path: Path) -> None:
    with Process("serve", "--port", "0", data=tmp_path, BRIEFWRIGHT_HOSTS="briefs.example.org") as process:
        process.wait_for(r"error: .*needs keys")


def test_revoking_the_last_key_does_not_open_the_doors(tmp_path: Path) -> None:
    key = keys(tmp_path, "add", "anna")
    keys(tmp_path, "revoke", key.split("_")[1])
    with Serving(tmp_path) as serving:
        assert serving.http.get("/runs").status_code == 401


def test_without_a_key_nothing_opens(keyed: Keyed) -> None:
    http = keyed.serving.http
    for method, path in [("GET", "/runs"), ("POST", "/runs"), ("GET", "/v1/models"), ("POST", "/mcp"), ("GET", "/metrics"), ("GET", "/openapi.json"), ("GET", "/view/x/now")]:  # fmt: skip
        answer = http.request(method, path)
        assert answer.status_code == 401 and answer.headers["www-authenticate"] == "Bearer", path
    for bad in (
        "bw_",
        "bw_x_y",
        f"bw_{keyed.ben.split('_')[1]}_{'A' * 43}",
        keyed.ben[:-1],
        keyed.ben + "x",
        "sk-1",
    ):
        assert http.get("/runs", headers=keyed.as_(bad)).status_code == 401, bad
    assert http.get("/", headers={"accept": "text/html"}).headers["location"] == "/login"
    assert http.get("/healthz").status_code == 200


def test_a_run_is_its_owners_alone(keyed: Keyed) -> None:
    http, id = keyed.serving.http, f"own-{uuid.uuid4().hex}"
    anna, ben = keyed.as_(keyed.anna), keyed.as_(keyed.ben)
    assert http.post("/runs", json={"brief": BRIEF, "run_id": id}, headers=anna).status_code == 201
    for path in ("", "/events", "/document.md", "/run.json", "/report.html"):
        answer = http.get(f"/runs/{id}{path}", headers=ben)
        assert answer.status_code == 404 and answer.json() == http.get("/runs/" + id[:-1] + "x" + path, headers=ben).json() | answer.json()  # fmt: skip
    for action in ("cancel", "resume"):
        assert http.post(f"/runs/{id}/{action}", headers=ben).status_code == 404
    assert http.get(f"/view/{id}", headers=ben).status_code == 404
    assert id not in http.get("/runs", headers=ben).text
    assert http.post("/runs", json={"brief": "Another question. " + BRIEF, "run_id": id}, headers=ben).status_code == 201, "ids of two owners never meet"  # fmt: skip


def test_a_session_of_mcp_is_its_owners_alone(keyed: Keyed) -> None:
    hello = {"protocolVersion": "2025-06-18", "capabilities": {}, "clientInfo": {"name": "t", "version": "1"}}
    both = {"accept": "application/json, text/event-stream"}

    def post(key: str, method: str, **more: Any) -> httpx.Response:
        head = {**keyed.as_(key), **both, **more.pop("headers", {})}
        return keyed.serving.http.post("/mcp", json={"jsonrpc": "2.0", "id": 1, "method": method, **more}, headers=head)  # fmt: skip

    begun = post(keyed.anna, "initialize", params=hello)
    session = {"mcp-session-id": begun.headers["mcp-session-id"], "mcp-protocol-version": "2025-06-18"}
    second = keys(keyed.data, "add", "anna")
    assert post(keyed.ben, "tools/list", headers=session).status_code == 404
    theirs = {**keyed.as_(keyed.ben), **both, **session}
    assert keyed.serving.http.get("/mcp", headers=theirs).status_code == 404
    assert keyed.serving.http.delete("/mcp", headers=theirs).status_code == 404
    for own in (keyed.anna, second):
        assert post(own, "tools/list", headers=session).status_code == 200
    assert keyed.serving.http.delete("/mcp", headers={**theirs, **keyed.as_(keyed.anna)}).status_code == 200


def test_scopes_hold(keyed: Keyed) -> None:
    http = keyed.serving.http
    for path in ("/metrics", "/audit"):
        assert http.get(path, headers=keyed.as_(keyed.ben)).status_code == 403
    id = f"m-{uuid.uuid4().hex}"
    http.post("/runs", json={"brief": BRIEF, "run_id": id}, headers=keyed.as_(keyed.anna))
    while http.get(f"/runs/{id}", headers=keyed.as_(keyed.anna)).json()["state"] in ("queued", "running"):
        time.sleep(0.1)
    metrics = http.get("/metrics", headers=keyed.as_(keyed.anna)).text
    assert re.search(r'briefwright_runs_total\{outcome="\w+"\} [1-9]', metrics)
    assert re.search(r"briefwright_workers [1-9]", metrics)
    entries = http.get("/audit", headers=keyed.as_(keyed.anna)).json()["entries"]
    assert {"owner": "anna", "action": "start", "run": id}.items() <= entries[0].items()


def test_a_revoked_key_opens_nothing(keyed: Keyed) -> None:
    key = keys(keyed.data, "add", "carl")
    assert keyed.serving.http.get("/runs", headers=keyed.as_(key)).status_code == 200
    keys(keyed.data, "revoke", key.split("_")[1])
    assert keyed.serving.http.get("/runs", headers=keyed.as_(key)).status_code == 401


def test_keys_are_nowhere_in_clear(keyed: Keyed) -> None:
    http = keyed.serving.http
    http.get(f"/runs?key={keyed.ben}", headers=keyed.as_(keyed.ben))
    http.get(f"/runs/{keyed.ben}", headers=keyed.as_(keyed.ben))
    secret = keyed.ben.split("_", 2)[2]
    files = b"".join(path.read_bytes() for path in keyed.data.iterdir() if path.is_file())
    assert secret.encode() not in files
    assert secret not in "".join(keyed.serving.said)


def test_a_browser_session_needs_a_key_and_its_forms_a_token(keyed: Keyed) -> None:
    with httpx.Client(base_url=keyed.serving.url, trust_env=False) as browser:
        page = browser.get("/login")
        token = re.search(r'name="token" value="([^"]+)"', page.text)
        assert token
        assert browser.post("/login", data={"key": keyed.ben, "token": "wrong"}).status_code == 403
        assert browser.post("/login", data={"key": "bw_no", "token": token[1]}).status_code == 401
        inside = browser.post("/login", data={"key": keyed.ben, "token": token[1]})
        cookie = inside.headers["set-cookie"].lower()
        assert inside.status_code == 303 and "httponly" in cookie and "samesite=strict" in cookie
        assert browser.get("/").status_code == 200
        assert browser.post("/new", data={"brief": BRIEF, "token": "wrong"}).status_code == 403
        begun = browser.post("/new", data={"brief": BRIEF, "token": token[1]})
        assert begun.status_code == 303 and begun.headers["location"].startswith("/view/")
        browser.post("/logout", data={"token": token[1]})
        assert browser.get("/runs").status_code == 401


def test_other_hosts_and_origins_are_refused(serving: Serving) -> None:
    http = serving.http
    for host in ("evil.example", "127.0.0.1.evil.example", "localhost:80:80", "evil.example:8765", ""):
        assert http.get("/runs", headers={"host": host}).status_code in (421, 400), host
    assert http.get("/healthz", headers={"host": "localhost:1234"}).status_code == 200
    for headers in (
        {"origin": "https://evil.example"},
        {"origin": "null"},
        {"origin": "http://["},
        {"origin": "http://127.0.0.1@evil.example"},
        {"origin": "http://localhost:3000"},
        {"origin": f"{serving.url}0"},
        {"origin": "ftp://127.0.0.1"},
        {"sec-fetch-site": "cross-site"},
    ):
        assert http.post("/runs", json={"brief": BRIEF}, headers=headers).status_code == 403, headers
        assert http.post("/mcp", json={}, headers=headers).status_code == 403, headers
        for path in ("/mcp", "/runs", "/", "/healthz") if "origin" in headers else ():
            assert http.get(path, headers=headers).status_code == 403, (path, headers)
            assert http.delete(path, headers=headers).status_code == 403, (path, headers)
    own = serving.url.replace("http://", "")
    for host, origin in (
        (own, serving.url),
        ("localhost:1234", "http://localhost:1234"),
        ("localhost", "http://LOCALHOST:80"),
    ):
        answer = http.post("/runs", json={}, headers={"host": host, "origin": origin})
        assert answer.status_code == 422, "our own pages may send"
    assert http.get("/", headers={"sec-fetch-site": "cross-site"}).status_code == 200, "a link may lead here"


def test_public_names_and_trusted_origins_may_send(tmp_path: Path) -> None:
    key = keys(tmp_path, "add", "anna")
    trusted = {"BRIEFWRIGHT_HOSTS": "briefs.example.org", "BRIEFWRIGHT_ORIGINS": "http://localhost:3000"}
    with Serving(tmp_path, **trusted) as serving:
        for origin, status in (
            ("https://briefs.example.org", 422),
            ("http://localhost:3000", 422),
            ("http://localhost:3001", 403),
            ("https://briefs.example.org:8443", 403),
        ):
            head = {"origin": origin, "authorization": f"Bearer {key}"}
            assert serving.http.post("/runs", json={}, headers=head).status_code == status, origin


@pytest.mark.parametrize(("name", "value"), [("BRIEFWRIGHT_JOBS", "many"), ("BRIEFWRIGHT_DRAIN", "-1"), ("BRIEFWRIGHT_MAX_RUNS", "0")])  # fmt: skip
def test_a_limit_that_is_not_understood_is_said(tmp_path: Path, name: str, value: str) -> None:
    with Process("serve", "--port", "0", data=tmp_path, **{name: value}) as process:
        process.wait_for(f"error: {name} is '{value}'")


def test_every_answer_carries_the_policy(serving: Serving) -> None:
    for path in ("/", "/runs", "/no/such", "/static/live.js", "/healthz"):
        headers = serving.http.get(path).headers
        assert (
            "script-src 'self'" in headers["content-security-policy"]
            and "unsafe" not in headers["content-security-policy"]
        )
        assert headers["x-content-type-options"] == "nosniff" and headers["x-frame-options"] == "DENY"


@pytest.mark.parametrize("path", ["/static/../keys.py", "/static/%2e%2e/keys.py", "/static/..%2fkeys.py", "/static//etc/passwd", "/runs/..%2f..%2fetc%2fpasswd", "/view/%2e%2e%2fx"])  # fmt: skip
def test_no_path_leads_out(serving: Serving, path: str) -> None:
    answer = serving.http.get(path)
    assert (
        answer.status_code in (404, 405, 422) and "import" not in answer.text and "root:" not in answer.text
    )


def test_too_many_requests_and_runs_are_told_when_to_come_back(tmp_path: Path) -> None:
    with Serving(tmp_path, BRIEFWRIGHT_MAX_REQUESTS="60", BRIEFWRIGHT_MAX_RUNS="2") as serving:
        answers = [serving.http.get("/runs") for _ in range(30)]
        refused = next(answer for answer in answers if answer.status_code == 429)
        assert (
            refused.json()["error"]["type"] == "rate_limit_error" and int(refused.headers["retry-after"]) >= 1
        )
    with Serving(tmp_path, "--no-worker", BRIEFWRIGHT_MAX_RUNS="2") as serving:
        statuses = [serving.http.post("/runs", json={"brief": BRIEF, "run_id": f"r{n}"}) for n in range(3)]
        assert [answer.status_code for answer in statuses] == [201, 201, 429]
        assert statuses[2].json()["error"]["code"] == "too_many_runs" and "retry-after" in statuses[2].headers
        assert serving.http.post("/runs/r0/cancel").json()["state"] == "cancelled", (
            "what has not begun stops at once"
        )


ATTACKS = [
    "<script>alert(1)</script>", "<img src=x onerror=alert(1)>", "[x](javascript:alert(1))", "![x](http://evil.example/p.png)", "<svg/onload=alert(1)>",
    "\"><script>alert(1)</script>", "{{7*7}}{% for x in ().__class__ %}{% endfor %}", "</textarea><script>alert(1)</script>", "<https://evil.example>", "&lt;script&gt;", "'-alert(1)-'",
    "```html\n<script>alert(1)</script>\n```", "| a | <b onmouseover=alert(1)>b</b> |", "<!--<script>", "[a]: javascript:alert(1)\n[a]", "<style>*{display:none}</style>",
]  # fmt: skip


@pytest.mark.parametrize("attack", ATTACKS)
def test_a_briefs_text_never_becomes_markup(serving: Serving, attack: str) -> None:
    brief = f"# Churn of {attack} members\n\nPredict which {attack} gym members cancel next month; 3 % cancel monthly. Owner: {attack}. We have {attack} billing data, 3 years."
    id = serving.start(brief, run_id=f"x-{uuid.uuid4().hex}")
    serving.ended(id)
    pages = [
        serving.http.get(path).text
        for path in ("/", f"/view/{id}", f"/view/{id}/now", f"/runs/{id}/report.html")
    ]
    for page in pages:
        bare = page.replace('<script src="/static/live.js" defer></script>', "")
        assert not re.search(r"<(?:script|img|iframe|object|b onmouse|svg/)", bare), attack
        assert not re.search(r"<[a-z][^>]*\son\w+\s*=", bare), attack
        assert not re.search(r'(?:href|src)="(?!/|#)', bare), attack
        assert ">49<" not in bare and "49{%" not in bare


def test_a_report_drawn_from_hostile_data_is_text(tmp_path: Path) -> None:
    """What a model may put into every field a report shows."""
    from briefwright.report import report_page

    evil = "<script>alert(1)</script>"
    plot = {"step": "s", "kind": "bars", "title": evil, "x_label": evil, "y_label": evil, "points": [[0, 1.0], [1, 2.0]], "names": [evil, evil], "mark": None, "limit": None, "words": evil}  # fmt: skip
    verdict = {"check": evil, "outcome": "failed", "by": evil, "reason": evil, "evidence": [f"{evil} words"], "findings": [{"rule": evil, "message": evil, "mend": evil}]}  # fmt: skip
    section = {"heading": "A", "writer": evil, "attempts": [], "note": evil, "verdicts": [verdict], "figures": [{"text": "12 days", "source": evil, "how": evil}]}  # fmt: skip
    record: dict[str, Any] = {"outcome": evil, "reason": evil, "checks": {evil: evil}, "sections": {"s": section}, "plots": [plot]}  # fmt: skip
    page = report_page(f"# {evil}\n\n{evil}\n\n## A\n\n| {evil} | 12 days |\n|---|---|\n| {evil} words | 12 days |\n", json.loads(json.dumps(record)))  # fmt: skip
    assert "<script" not in page and page.count("&lt;script&gt;") > 10


def test_people_are_answered_with_a_page_and_programs_with_data(serving: Serving) -> None:
    page = serving.http.get("/view/nope", headers={"accept": "text/html"})
    assert page.status_code == 404 and "no run" in page.text and page.text.startswith("<!doctype html>")
    assert serving.http.get("/view/nope").json()["error"]["code"] == "run_not_found"
    assert serving.http.post("/new", data={}, headers={"accept": "text/html"}).text.startswith(
        "<!doctype html>"
    )
    assert serving.http.head("/healthz").status_code == 200

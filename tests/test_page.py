"""The pages and the report, in a real Chromium: what a person sees, with mouse, keyboard, a small screen and in the dark."""

import shutil
import subprocess
import sys
import uuid
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from openai_server import OpenAIServer, Reply, sound
from serving import Serving
from test_engine import BRIEF, env

AXE = Path(__file__).parents[1] / ".venv" / "node" / "node_modules" / "axe-core" / "axe.min.js"
HERE = ("http://127.0.0.1", "file://", "data:", "about:")
FLAGS = ["--no-sandbox", "--disable-gpu", "--disable-background-networking", "--disable-component-update", "--disable-sync", "--no-first-run"]  # fmt: skip


@pytest.fixture(scope="module")
def chromium() -> Iterator[Any]:
    path = shutil.which("chromium") or shutil.which("chromium-browser") or shutil.which("google-chrome")
    if path is None:
        pytest.skip("Chromium is not installed; .ci/run installs it with Debian's package chromium")
    from playwright.sync_api import sync_playwright

    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=path, args=FLAGS)
        yield browser
        browser.close()


@pytest.fixture
def page(chromium: Any) -> Iterator[Any]:
    """A page of 1180 by 820; a dialog, an error on it or a request to anywhere else fails the test."""
    context = chromium.new_context(viewport={"width": 1180, "height": 820})
    page = context.new_page()
    faults: list[str] = []

    def heard(fault: str) -> None:
        faults.append(fault)

    def answered(dialog: Any) -> None:
        heard("a dialog opened")
        dialog.dismiss()

    page.on("pageerror", lambda fault: heard(str(fault)))
    page.on("dialog", answered)
    page.on("console", lambda said: heard(said.text) if said.type == "error" and "status of 4" not in said.text else None)  # fmt: skip
    page.on("request", lambda asked: None if asked.url.startswith(HERE) else heard(asked.url))
    yield page
    context.close()
    assert not faults


def violations(page: Any) -> list[str]:
    """What axe finds; the page's policy keeps scripts of others out, so it is evaluated, not added."""
    if not AXE.is_file():
        pytest.skip("axe-core is not installed; .ci/run installs it from npm")
    page.evaluate(AXE.read_text(encoding="utf-8"))
    found = page.evaluate("axe.run()")["violations"]
    return [f"{each['id']}: {each['nodes'][0]['html'][:120]}" for each in found]


def submit(page: Any, serving: Serving, brief: str) -> str:
    page.goto(serving.url)
    page.get_by_label("Brief:").fill(brief)
    page.get_by_role("button", name="Design").click()
    page.wait_for_url("**/view/*")
    return str(page.url).rsplit("/", 1)[1]


def once_refused(step: str, n: int, request: dict[str, Any]) -> Reply:
    """Takes its time, and at the first attempt at `features` says nothing of use."""
    reply = Reply("no section") if step == "features" and n == 1 else sound(step, request)
    reply.delay_s = 0.5
    return reply


def test_a_run_can_be_watched_as_it_goes_on(page: Any, server: OpenAIServer, tmp_path: Path) -> None:
    server.script = once_refused
    prices = tmp_path / "prices.yaml"
    prices.write_text(
        "as_of: 2026-11-23\nper_million_tokens:\n  scripted: {input: 1.0, cached: 0.1, output: 4.0}\n"
    )
    with Serving(tmp_path, **env(server, BRIEFWRIGHT_PRICES=str(prices))) as serving:
        id = submit(page, serving, BRIEF)
        page.wait_for_selector("li[aria-current=step]")
        page.wait_for_selector("text=repairing, attempt 2")
        page.wait_for_selector("section h2:text('Problem Definition')")
        assert int(page.locator("dt:text('Model calls') + dd").inner_text()) >= 1, (
            "tokens are counted as they are used"
        )
        assert "USD" in page.locator("dt:text('Cost') + dd").inner_text()
        written = page.locator("main section").count()
        page.reload()
        assert page.locator("main section").count() >= written, "a reload loses nothing"
        second = page.context.new_page()
        second.goto(page.url)
        for each in (page, second):
            each.wait_for_selector(".status.passed", timeout=20_000)
            assert each.locator(".steps li.section").count() == 7
        heads = page.locator("main section h2").all_inner_texts()
        assert len(heads) == len(set(heads)) and heads[0] == "Problem Definition"
        assert page.locator("dt:text('Model calls') + dd").inner_text() == "8"
        with page.expect_download() as download:
            page.get_by_role("link", name="document.md").click()
        assert Path(download.value.path()).read_text(encoding="utf-8").startswith("# ML Workflow:")
        assert page.evaluate("document.cookie") == "", "cookies are out of scripts' reach"
        assert id in page.url


def test_a_run_can_be_cancelled_and_resumed_from_the_page(
    page: Any, server: OpenAIServer, tmp_path: Path
) -> None:
    server.script = once_refused
    with Serving(tmp_path, **env(server)) as serving:
        submit(page, serving, BRIEF)
        page.wait_for_selector("li[aria-current=step]")
        page.get_by_role("button", name="Cancel").click()
        page.wait_for_selector(".status.cancelled")
        page.get_by_role("button", name="Resume").click()
        page.wait_for_selector(".status.passed", timeout=20_000)
        page.goto("about:blank")  # leave before the server does


def test_questions_are_put_and_answered_on_the_page(page: Any, serving: Serving) -> None:
    page.goto(serving.url)
    page.get_by_label("Brief:").fill("Predict churn of our customers.")
    page.get_by_label("Ask me first").check()
    page.get_by_role("button", name="Design").click()
    page.wait_for_selector("text=true outcome known")
    assert violations(page) == []
    page.get_by_label("Answers").fill("Labels arrive after 30 days. 50,000 customers, 2 % churn a month.")
    page.get_by_role("button", name="Revise").click()
    page.wait_for_selector("h2:text('Problem Definition')")


def test_what_cannot_be_done_is_said_on_the_page(page: Any, serving: Serving) -> None:
    page.goto(f"{serving.url}/view/{_done(serving)}")
    page.get_by_label("Change something").fill("make it nicer")
    page.get_by_role("button", name="Revise").click()
    page.wait_for_selector("[role=alert]:has-text('not clear which section')")


@pytest.mark.parametrize("scheme", ["light", "dark"])
@pytest.mark.parametrize("width", [360, 1180])
def test_axe_finds_nothing_and_nothing_runs_off_the_screen(page: Any, serving: Serving, scheme: str, width: int) -> None:  # fmt: skip
    page.emulate_media(color_scheme=scheme)
    page.set_viewport_size({"width": width, "height": 800})
    for path in ("/", "/login", f"/view/{_done(serving)}"):
        page.goto(serving.url + path)
        assert violations(page) == [], path
        assert page.evaluate("document.documentElement.scrollWidth") <= width, path


def test_where_a_number_comes_from_shows_by_mouse_and_by_keyboard(page: Any, serving: Serving) -> None:
    page.goto(f"{serving.url}/view/{_done(serving)}")
    number = page.locator(".figure.given").first
    assert not number.locator(".how").is_visible()
    number.hover()
    assert "given" in number.locator(".how").inner_text()
    page.mouse.move(0, 0)
    number.focus()
    assert number.locator(".how").is_visible()
    box = number.locator(".how").bounding_box()
    assert box and box["x"] >= 0 and box["x"] + box["width"] <= 1180
    assert page.locator("td .mark").count() >= 10, "verdicts stand beside the cells they judge"
    assert page.locator("figure.plot svg[role=img]").count() == 4


def test_a_page_can_be_used_by_keyboard_alone(page: Any, serving: Serving) -> None:
    page.goto(serving.url)
    page.keyboard.press("Tab")
    assert page.evaluate("document.activeElement.textContent") == "Skip to content"
    page.get_by_label("Brief:").focus()
    page.keyboard.type("Predict churn of our 9,000 members, 3 % churn monthly, weekly batch.")
    for _ in range(4):
        page.keyboard.press("Tab")
    assert page.evaluate("document.activeElement.textContent") == "Design"
    page.keyboard.press("Enter")
    page.wait_for_url("**/view/*")


def test_the_report_works_from_disk(page: Any, tmp_path: Path) -> None:
    brief = tmp_path / "brief.md"
    brief.write_text(BRIEF, encoding="utf-8")
    subprocess.run([sys.executable, "-m", "briefwright", "design", str(brief), "-o", str(tmp_path / "out")], capture_output=True, check=False)  # fmt: skip
    for scheme, width in (("light", 1180), ("dark", 360)):
        page.emulate_media(color_scheme=scheme)
        page.set_viewport_size({"width": width, "height": 800})
        page.goto((tmp_path / "out" / "report.html").as_uri())
        assert violations(page) == []
        assert page.evaluate("document.documentElement.scrollWidth") <= width
    assert page.locator("script").count() == 0
    page.locator("nav a", has_text="A/B Testing").click()
    assert page.locator("h2", has_text="A/B Testing").first.is_visible()


def _done(serving: Serving) -> str:
    id = serving.start(BRIEF, run_id=f"p-{uuid.uuid4().hex}")
    serving.ended(id)
    return id


def test_the_report_of_an_eval_works_from_disk(page: Any, tmp_path: Path) -> None:
    subprocess.run([sys.executable, "-m", "briefwright", "eval", "--only", "gym", "-o", str(tmp_path / "eval")], capture_output=True, check=True)  # fmt: skip
    for scheme, width in (("light", 1180), ("dark", 360)):
        page.emulate_media(color_scheme=scheme)
        page.set_viewport_size({"width": width, "height": 800})
        page.goto((tmp_path / "eval" / "report.html").as_uri())
        assert violations(page) == []
        assert page.evaluate("document.documentElement.scrollWidth") <= width
    case = page.locator("details").first
    case.locator("summary").first.focus()
    page.keyboard.press("Enter")
    assert case.evaluate("each => each.open"), "each case opens by keyboard"
    assert page.locator("script").count() == 0

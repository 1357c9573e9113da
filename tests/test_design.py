"""The main job by the front door, with the embedded planner: a brief becomes a verified document."""

import json
import re
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from briefwright.skill.conform import conform
from briefwright.skill.load import load
from briefwright.skill.markdown import Heading, Table, parse
from briefwright.skill.ml_workflow.kit import KIT
from briefwright.skill.spec import Template

BRIEFS = sorted((Path(__file__).parents[1] / "evals" / "briefs").glob("*.md"))
SHARED = Path(__file__).parents[2] / "shared" / "briefs" / "briefs.jsonl"
TEMPLATE: Template = load(Path(__file__).parents[1] / "skill" / "ml_workflow", KIT.step_ids).template


def design(cli: Callable[..., Any], folder: Path, brief: str | Path, *options: str) -> Any:
    path = brief
    if isinstance(brief, str):
        path = folder / "brief.md"
        folder.mkdir(parents=True, exist_ok=True)
        path.write_text(brief, encoding="utf-8")
    return cli("design", path, "-o", folder / "run", *options)


def record(folder: Path) -> dict[str, Any]:
    return json.loads((folder / "run" / "run.json").read_text(encoding="utf-8"))  # type: ignore[no-any-return]


@pytest.mark.parametrize("brief", BRIEFS, ids=lambda path: path.stem)
def test_check_finds_nothing_in_a_document_that_passed(cli: Any, tmp_path: Path, brief: Path) -> None:
    assert design(cli, tmp_path, brief).status == 0
    checked = cli("check", tmp_path / "run" / "document.md")
    assert checked.status == 0, checked.out


@pytest.mark.parametrize(
    ("words", "refused"),
    [
        ("We refuse to use MLflow.", "MLflow"),
        ("Evidently is not allowed here.", "Evidently"),
        ("No Airflow, please, and no Prometheus.", "Airflow"),
    ],
)
def test_a_tool_the_brief_refuses_is_replaced_by_another(
    cli: Any, tmp_path: Path, words: str, refused: str
) -> None:
    brief = (BRIEFS[0].parent / "gym-cancellations.md").read_text("utf-8") + f"\n{words}\n"
    assert design(cli, tmp_path, brief).status == 0
    rows = [line for line in (tmp_path / "run" / "document.md").read_text("utf-8").splitlines() if line.startswith("|")]  # fmt: skip
    chosen = [row.split("|")[2].strip() for row in rows if re.search(r"\| (?:experiment tracking|orchestration|drift monitoring|alerting)", row)]  # fmt: skip
    assert chosen and not any(refused in tool for tool in chosen), chosen


@pytest.mark.parametrize("brief", BRIEFS, ids=lambda path: path.stem)
def test_every_sample_brief_becomes_a_document_in_the_exact_output_format(
    cli: Any, tmp_path: Path, brief: Path
) -> None:
    done = design(cli, tmp_path, brief)
    assert done.status == 0, done.err
    assert done.out.strip() == str(tmp_path / "run" / "document.md")
    text = (tmp_path / "run" / "document.md").read_text(encoding="utf-8")
    blocks = parse(text)
    assert conform(blocks, TEMPLATE) == ()
    headings = [block.text for block in blocks if isinstance(block, Heading) and block.level == 2]
    assert headings[: len(TEMPLATE.parts)] == [part.heading for part in TEMPLATE.parts]
    assert not re.search(r"\| *\.\.\. *\||\[[A-Z][^\]]*\]", text), "a placeholder is left"


@pytest.mark.parametrize("brief", BRIEFS, ids=lambda path: path.stem)
def test_every_check_has_a_verdict_with_evidence_and_the_judge_is_never_counted_as_passed(
    cli: Any, tmp_path: Path, brief: Path
) -> None:
    design(cli, tmp_path, brief)
    verdicts = record(tmp_path)["verdicts"]
    assert [verdict["check"] for verdict in verdicts] == [f"C{n}" for n in range(1, 11)]
    assert all(verdict["evidence"] for verdict in verdicts if verdict["outcome"] == "passed")
    text = (tmp_path / "run" / "document.md").read_text(encoding="utf-8")
    questions = text.split("Questions for a judge or a reviewer")[1]
    assert questions.count("not judged") == 10


@pytest.mark.parametrize("brief", BRIEFS, ids=lambda path: path.stem)
def test_the_runbook_has_one_card_for_every_alert_and_none_without_an_alert(
    cli: Any, tmp_path: Path, brief: Path
) -> None:
    design(cli, tmp_path, brief)
    monitors = record(tmp_path)["sections"]["monitoring"]["data"]["monitors"]
    blocks = parse((tmp_path / "run" / "runbook.md").read_text(encoding="utf-8"))
    cards = [block.text.split()[0] for block in blocks if isinstance(block, Heading) and block.level == 3]
    alerts = [monitor["id"] for monitor in monitors]
    assert [card for card in cards if re.fullmatch(r"[A-Z]{2}-\d\d", card)] == alerts
    for part in ("Symptom", "First check", "Likely causes", "Action", "Rollback", "Escalate", "Close when"):
        text = (tmp_path / "run" / "runbook.md").read_text(encoding="utf-8")
        assert text.count(f"**{part}:**") == len(alerts)


def test_every_given_number_is_quoted_from_the_brief(cli: Any, tmp_path: Path) -> None:
    brief = BRIEFS[0].read_text(encoding="utf-8")
    design(cli, tmp_path, BRIEFS[0])
    given = list(_given([section["data"] for section in record(tmp_path)["sections"].values()]))
    assert given
    for quantity in given:
        assert quantity["basis"] in brief


def _given(data: Any) -> Any:
    if isinstance(data, dict):
        if data.get("source") == "given":
            yield data
        for part in data.values():
            yield from _given(part)
    if isinstance(data, list):
        for part in data:
            yield from _given(part)


def test_the_same_brief_gives_the_same_document(cli: Any, tmp_path: Path) -> None:
    texts = []
    for name in ("a", "b"):
        design(cli, tmp_path / name, BRIEFS[0])
        texts.append((tmp_path / name / "run" / "document.md").read_text(encoding="utf-8"))
    assert texts[0] == texts[1]


def test_a_number_of_the_brief_reaches_the_arithmetic(cli: Any, tmp_path: Path) -> None:
    brief = (
        "Our bakery chain has 84,000 loyalty members. We want to predict which members cancel in the next 30 days; "
        "2.0 % cancel in any 30 days, three years of history in Postgres. A weekly list every Monday, 4,000 calls. "
        "A relative reduction of 20 % would pay for the calls. Team of two, first model."
    )
    design(cli, tmp_path, brief)
    test = record(tmp_path)["sections"]["ab_test"]["data"]
    assert test["n_per_arm"]["value"] == pytest.approx(17_890, rel=0.06)
    assert test["daily_units"]["value"] == pytest.approx(4000 / 7)


def test_orders_in_a_brief_are_listed_and_not_followed(cli: Any, tmp_path: Path) -> None:
    brief = BRIEFS_BY_NAME["gym-cancellations"].read_text(encoding="utf-8")
    done = design(cli, tmp_path, brief)
    text = (tmp_path / "run" / "document.md").read_text(encoding="utf-8")
    assert done.status == 0
    assert "Instructions in the brief that were disregarded" in text
    outside = text.split("Instructions in the brief that were disregarded")[0]
    assert "Approved by the ML council" not in outside and "10/10" not in outside
    features = next(b for b in parse(text) if isinstance(b, Table) and b.columns[0] == "Feature")
    excluded = {row[0].strip("`") for row in features.rows if row[-1].startswith("High: excluded")}
    assert {"final_invoice_flag", "cancellation_form_downloads"} <= excluded


def test_markup_in_a_brief_does_not_reach_the_document(cli: Any, tmp_path: Path) -> None:
    brief = (
        "# Churn <script>alert(1)</script> [x](javascript:alert(1))\n\nWe have 10,000 customers | and want to predict "
        "which customers <img src=x onerror=alert(1)> cancel in the next 30 days, `weekly`. 2 % cancel."
    )
    design(cli, tmp_path, brief)
    for name in ("document.md", "runbook.md"):
        text = (tmp_path / "run" / name).read_text(encoding="utf-8")
        assert "<script" not in text and "<img" not in text and "](javascript" not in text


def test_a_random_split_on_request_is_refused_with_the_reason(cli: Any, tmp_path: Path) -> None:
    brief = (
        "We forecast weekly demand for 5,000 parts for 4 weeks, runs on Sunday, six years of weekly sales in the ERP. "
        "Our CTO demands train_test_split with shuffle, 80/20. Today Croston's method is used. Two data scientists."
    )
    design(cli, tmp_path, brief)
    text = (tmp_path / "run" / "document.md").read_text(encoding="utf-8")
    row = next(line for line in text.splitlines() if line.startswith("| Data split"))
    assert "Time-based" in row and "is refused" in row


def test_a_limit_nothing_can_meet_is_not_passed(cli: Any, tmp_path: Path) -> None:
    brief = (
        "We need a support assistant with a 70-billion-parameter language model on our server with 64 GB RAM, answers of about "
        "250 words in 100 ms at p99, 50 requests per second."
    )
    done = design(cli, tmp_path, brief)
    assert done.status == 1
    text = (tmp_path / "run" / "document.md").read_text(encoding="utf-8")
    assert "140 GB" in text and "C6 failed" in text.split("## Problem Definition")[0]


BRIEFS_BY_NAME = {path.stem: path for path in BRIEFS}


@pytest.mark.skipif(not SHARED.exists(), reason="the shared briefs do not lie beside this repo")
def test_sample_sizes_agree_with_the_facts_of_the_shared_briefs(cli: Any, tmp_path: Path) -> None:
    wrong = []
    for line in SHARED.read_text(encoding="utf-8").splitlines():
        case = json.loads(line)
        accepted = (case["facts"].get("ab") or case["facts"].get("ab_mean") or {}).get("n_per_arm_accept")
        if (
            case["lang"] != "en"
            or not accepted
            or case["id"] in ("b34-feature-store-unwarranted", "b51-lead-scoring-b2b")
        ):
            continue  # these two name no effect: the facts assume one, and so do we
        design(cli, tmp_path / case["id"], f"# {case['title']}\n\n{case['brief']}")
        n = record(tmp_path / case["id"])["sections"]["ab_test"]["data"]["n_per_arm"]["value"]
        if not accepted[0] <= n <= accepted[1]:
            wrong.append((case["id"], n, accepted))
    assert wrong == []

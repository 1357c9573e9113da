"""Which skill a request is for, and which requests are for none; skills found, linted, exported and read back."""

import json
import time
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from openai_server import OpenAIServer, Reply

from briefwright.evals import router as evaluation
from briefwright.skill.export import export
from briefwright.skill.lint import lint_skills
from briefwright.skill.load import parse_skill, read_skill_text
from briefwright.skill.routing.route import route

ROOT = Path(__file__).parents[1]
SKILLS = evaluation.read_skills(ROOT / "tests" / "router" / "skills")
INDEX = evaluation.index_of(SKILLS)
REQUESTS = evaluation.requests(ROOT / "tests" / "router" / "requests.jsonl")
CORPUS = ROOT.parent / "shared" / "skills-corpus"


def test_most_requests_reach_their_skill_and_none_fires_for_everyday_talk() -> None:
    wanted = [(each, route(INDEX, each.query)) for each in REQUESTS if each.skill]
    right = [each.skill == d.candidates[0].skill for each, d in wanted if d.candidates and d.action != "none"]
    assert sum(right) >= 0.92 * len(wanted)
    assert not [
        each.query for each in REQUESTS if not each.skill and route(INDEX, each.query).action == "run"
    ]


@pytest.mark.parametrize(
    "message",
    ["/ml-workflow for our churn data", "please use the ML Workflow skill", "Run the “ML Workflow” skill now", "/ML-Workflow"],
)  # fmt: skip
def test_an_explicit_call_wins(message: str) -> None:
    decision = route(INDEX, message)
    assert (decision.action, decision.skill) == ("run", "ml-workflow")


@pytest.mark.parametrize("message", ["a 3D model of a gear", "marathon training", "serving dinner", "drift away", "model train set for my son", "", "   ", "🙂"])  # fmt: skip
def test_a_common_word_alone_does_not_fire(message: str) -> None:
    assert route(INDEX, message).action != "run"


def test_a_decision_explains_itself_with_triggers_and_their_places() -> None:
    message = "How do we monitor DATA DRIFT with MLflow?"
    hits = [hit for candidate in route(INDEX, message).candidates for hit in candidate.triggers]
    assert hits
    for hit in hits:
        assert message[hit.start :].lower().startswith(hit.trigger.lower()[:4])


def test_an_earlier_turn_helps_and_never_decides_alone() -> None:
    earlier = ["We want to predict churn with a model in production"]
    assert route(INDEX, "thanks, tell me a joke", earlier).action == "none"
    alone = route(INDEX, "and how do we retrain it?").candidates
    with_it = route(INDEX, "and how do we retrain it?", earlier).candidates
    assert with_it[0].score > (alone[0].score if alone else 0.0)


def test_chinese_triggers_work_without_blanks() -> None:
    text = "---\nname: cha\ndescription: 泡茶\ntriggers:\n  - 泡茶步骤\n---\n\n## Purpose\n\n写出泡茶步骤和水温\n"
    index = evaluation.index_of([*SKILLS, parse_skill(text, "cha")])
    assert route(index, "请给我乌龙茶的泡茶步骤和水温").candidates[0].skill == "cha"


@settings(max_examples=200)
@given(st.text(max_size=400))
def test_no_message_breaks_the_router(message: str) -> None:
    assert route(INDEX, message).action in ("run", "ask", "none")


@settings(max_examples=150)
@given(
    st.text(
        st.sampled_from(
            "---\nname: x\ndescription: y\n## Process\n### Step 1: a\n```\n| - [ ] # {}[]&*!:\"'\t\r"
        ),
        max_size=600,
    )
)
def test_no_skill_file_breaks_the_loader(text: str) -> None:
    skill = parse_skill(text, "somewhere")
    assert all(fault.line >= 1 for fault in skill.faults)


def test_a_long_hostile_skill_file_is_read_in_bounded_time() -> None:
    started = time.perf_counter()
    for piece in (
        "### Step 1: a\n",
        "```\n",
        "- [ ] x\n",
        "| a | b |\n",
        "#" * 50 + "\n",
        "*" * 200 + "\n",
        "&a [*a, *a]\n",
    ):
        parse_skill("---\nname: x\ndescription: y\n---\n## Process\n## Output Format\n" + piece * 20_000, "x")
    assert time.perf_counter() - started < 30


def test_aliases_in_front_matter_say_nothing() -> None:
    bomb = "---\nname: x\ndescription: y\na: &a [l,l,l,l,l,l,l,l]\n" + "".join(f"{b}: &{b} [{','.join([f'*{a}'] * 8)}]\n" for a, b in zip("abcdefg", "bcdefgh", strict=True)) + "triggers: *h\n---\n"  # fmt: skip
    assert parse_skill(bomb, "x").triggers == ()


@pytest.mark.skipif(not CORPUS.is_dir(), reason="other people's skills do not lie beside the repository")
def test_every_skill_of_other_people_loads_with_its_steps_checks_and_template() -> None:
    paths = sorted(CORPUS.rglob("SKILL.md"))
    for path in paths:
        text = read_skill_text(path)
        skill = parse_skill(text, str(path))
        assert not [fault for fault in skill.faults if fault.fatal], path
        assert len(skill.steps) == text.count("\n### Step "), path
        assert len(skill.checks) == text.rsplit("## Quality Checks", 1)[1].count("- [ ]"), path
        assert skill.template.parts and skill.triggers and skill.inputs, path


def exported(tmp_path: Path) -> list[tuple[Path, Any]]:
    paths = [
        *SKILLS,
        *(
            [parse_skill(read_skill_text(p), str(p)) for p in sorted(CORPUS.rglob("SKILL.md"))]
            if CORPUS.is_dir()
            else []
        ),
    ]
    return [(export(skill, tmp_path), skill) for skill in paths]


def test_an_exported_skill_is_valid_under_the_specification_and_reads_back_equal(tmp_path: Path) -> None:
    from skills_ref.validator import validate

    for folder, skill in exported(tmp_path):
        assert validate(folder) == [], folder
        back = parse_skill(read_skill_text(folder), str(folder))
        for name in ("name", "description", "department", "version", "triggers", "purpose", "inputs", "steps", "template", "checks", "slug"):  # fmt: skip
            assert getattr(back, name) == getattr(skill, name), (folder, name)


def test_lint_names_common_and_shared_triggers_with_a_way_to_mend_them() -> None:
    ml = next(skill for skill in SKILLS if skill.slug == "ml-workflow")
    lines = list(lint_skills(ml, SKILLS))
    assert any("“model” is too common" in line for line in lines)
    twin = parse_skill(ml.text.replace("ML Workflow", "Other Thing"), "twin")
    assert any("shared with ml-workflow" in line for line in lint_skills(twin, SKILLS))


GUESSED = """---
name: Two Minds
description: A skill whose parts and steps are not as many.
---
## Process
### Step 1: Gather costs
List the costs.
### Step 2: Compare costs
Compare the costs.
## Output Format
### Costs
| Item | Amount |
|---|---|
| ... | ... |
### Outlook
...
### Outlook
...
## Quality Checks
- [ ] Every cost has an amount
"""


def test_lint_says_where_a_part_goes_to_a_step_by_guess() -> None:
    lines = list(lint_skills(parse_skill(GUESSED, "two-minds"), ()))
    assert any("“Costs” is written by step “Gather costs”, though “Compare costs” speaks of it as much" in line for line in lines)  # fmt: skip
    assert any("no step speaks of “Outlook”; it is written by the last one" in line for line in lines)
    assert any("2 parts of the Output Format are called “Outlook”" in line for line in lines)
    assert not [line for line in lint_skills(next(s for s in SKILLS if s.slug == "ml-workflow"), ()) if "is written by" in line]  # fmt: skip


def test_route_and_skills_through_the_command_line(cli: Any, tmp_path: Path) -> None:
    assert cli("route", "set up MLflow experiment tracking for our churn model").out.startswith(
        "run: ml-workflow"
    )
    decided = json.loads(cli("route", "what's for dinner", "--json").out)
    assert decided["action"] == "none"
    assert "ml-workflow" in cli("skills", "list").out
    done = cli("skills", "export", "ml-workflow", "-o", tmp_path)
    assert done.status == 0 and (tmp_path / "ml-workflow" / "scripts" / "run.sh").exists()
    assert cli("skills", "export", "ml-workflow", "-o", tmp_path).status == 2
    assert cli("skills", "lint", tmp_path / "nowhere").status == 2


BETWEEN = "Forecast daily demand for 300 supermarkets, 14 days ahead"


@pytest.fixture
def asking(cli: Any, server: OpenAIServer, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Any:
    """`route` over the ten small skills and the package's own, with a model for what it would have asked."""
    (tmp_path / "skills").symlink_to(ROOT / "tests" / "router" / "skills")
    monkeypatch.chdir(tmp_path)
    monkeypatch.setenv("OPENAI_API_KEY", "sk-test")
    return lambda message: cli("route", message, "--model", "small", "--base-url", server.url, "--json")


@pytest.mark.parametrize(("said", "action", "skill"), [("budget-forecast", "run", "budget-forecast"), ("none", "none", "forecast"), ("weather", "ask", "ml-workflow"), ("I cannot say", "ask", "ml-workflow")])  # fmt: skip
def test_a_model_may_choose_where_the_router_would_ask(
    asking: Any, server: OpenAIServer, said: str, action: str, skill: str
) -> None:
    server.script = lambda step, n, request: Reply(json.dumps({"skill": said}) if " " not in said else said)
    decided = json.loads(asking(BETWEEN).out)
    assert decided["action"] == action
    assert skill in decided["candidates"][0]["skill"] or action == "none"


def test_no_model_is_asked_where_the_router_is_sure(asking: Any, server: OpenAIServer) -> None:
    assert json.loads(asking("thanks, tell me a joke").out)["action"] == "none"
    assert json.loads(asking("/ml-workflow for churn").out)["action"] == "run"
    assert not server.requests


def test_a_tie_break_nobody_answers_is_one_line(asking: Any, server: OpenAIServer) -> None:
    server.script = lambda step, n, request: Reply("no", status=401)
    done = asking(BETWEEN)
    assert done.status == 4 and "401" in done.err and "Traceback" not in done.err


def test_a_skill_named_in_another_script_is_found_by_a_name_of_its_own(cli: Any, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:  # fmt: skip
    monkeypatch.chdir(tmp_path)
    own = (ROOT / "tests" / "router" / "skills" / "garden-plan" / "SKILL.md").read_text(encoding="utf-8")
    for name in ("泡茶", "煮饭"):
        (tmp_path / "skills" / name).mkdir(parents=True)
        (tmp_path / "skills" / name / "SKILL.md").write_text(own.replace("name: garden-plan", f"name: {name}"), encoding="utf-8")  # fmt: skip
    slugs = [line.split()[0] for line in cli("skills", "list").out.splitlines() if line.startswith("skill-")]
    assert len(set(slugs)) == 2
    assert cli("skills", "export", slugs[0], "-o", tmp_path / "out").status == 0
    assert cli("skills", "show", slugs[0], "--tools").status == 2
    assert cli("skills", "export", slugs[1], "-o", tmp_path / "skills" / "泡茶" / "SKILL.md").status == 2


def test_one_word_however_often_is_told_as_one_word() -> None:
    from briefwright.catalogue import router

    found = route(router(), "predict " * 20_000)
    assert found.action == "none" and "a single word" in found.reason and "too little" not in found.reason


def test_every_concept_has_terms_and_plain_words() -> None:
    from briefwright.skill.routing.plain import concepts

    assert len(concepts()) > 500
    assert all(each.terms and each.plain for each in concepts())


def test_a_skill_is_found_by_words_only_others_use() -> None:
    index = evaluation.index_of([parse_skill(RELEASES, "release-plan"), *SKILLS])
    decided = route(index, "how do we ship safely to a small group first and undo it when something breaks?")  # fmt: skip
    assert decided.action != "none" and decided.candidates[0].skill == "release-plan"


RELEASES = """---
name: release-plan
description: Plan a deployment with staged rollout and rollback
triggers: [deployment, rollout, rollback, release process, continuous delivery]
---

# Release plan

## Purpose

Plan how a version is deployed and how it is rolled back.

## Process

### Step 1: Deployment pipeline

Describe the deployment pipeline.

## Output Format

```markdown
# Release plan
## Deployment
```

## Quality Checks

- [ ] A rollback exists
"""

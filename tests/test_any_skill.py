"""Skills that bring nothing but their SKILL.md run through the same state machine, with a model."""

import json
from datetime import date
from itertools import count
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st
from openai_server import OpenAIServer, Reply, following_the_schema, vote, words_for

from briefwright.skill.conform import conform, reads_back
from briefwright.skill.from_template import FromTemplate
from briefwright.skill.kit import Brief
from briefwright.skill.load import load, parse_skill
from briefwright.skill.markdown import Block, Heading, Table, parse, render
from briefwright.skill.spec import in_template_order

SKILLS = Path(__file__).parent / "router" / "skills"
CORPUS = Path(__file__).parents[2] / "shared" / "skills-corpus"

WIDE = """---
name: launch-review
description: Review a launch
---
## Process
### Step 1: Look around
Collect what is known.
### Step 2: List the risks
Table the risks.
### Step 3: Describe each screen
One block per screen.
### Step 4: Decide
Say go or no.
## Output Format
```markdown
# Launch Review: [Product]
## Decision for [Product]
**Verdict:** [Go/Hold/Stop]
**Why:** [One sentence]
## Risk Table
| Risk | Severity | Owner |
|---|---|---|
| [Risk] | Low/Med/High | [Name] |
## Screens
### [Screen name]
**Trigger:** [What opens it]
| State | Shown |
|---|---|
| Empty | [Text] |
| Error | [Text] |
```
## Quality Checks
- [ ] Every risk has an owner
- [ ] The decision names its reason
"""


@pytest.fixture
def skill(tmp_path: Path) -> Path:
    path = tmp_path / "launch" / "SKILL.md"
    path.parent.mkdir()
    path.write_text(WIDE, encoding="utf-8")
    return path


@pytest.fixture
def design(cli: Any, server: OpenAIServer, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Any:
    monkeypatch.setenv("OPENAI_API_KEY", "sk-test")
    monkeypatch.setenv("BRIEFWRIGHT_TIMEOUT", "2")
    server.script = following_the_schema
    brief = tmp_path / "brief.md"
    brief.write_text("# The payments page\n\nWe launch it in May, please review.", encoding="utf-8")

    def call(skill: Path, *options: object) -> Any:
        return cli("design", brief, "--skill", skill, "-o", tmp_path / "run", "--model", "scripted", "--base-url", server.url, *options)  # fmt: skip

    return call


def judged_wrong(step: str, n: int, request: dict[str, Any]) -> Reply:
    return vote("no", request) if step == "judge" else following_the_schema(step, n, request)


def document(tmp_path: Path) -> str:
    return (tmp_path / "run" / "document.md").read_text(encoding="utf-8")


def test_a_skill_without_a_kit_runs_with_a_model_and_follows_its_template(
    design: Any, skill: Path, server: OpenAIServer, tmp_path: Path
) -> None:
    done = design(skill)
    assert done.status == 0, done.err
    blocks = parse(document(tmp_path))
    assert not conform(blocks, load(skill).template)
    heads = [block.text for block in blocks if isinstance(block, Heading)]
    assert heads[:5] == ["Launch Review: The payments page", "Decision for plain solid words", "Risk Table", "Screens", "plain solid words"]  # fmt: skip
    assert heads.count("plain solid words") == 2, "a sub-heading with a placeholder repeats"
    assert "Working Notes" in heads, "what a step without a part found out is kept"
    tables = [block for block in blocks if isinstance(block, Table)]
    assert [row[0] for table in tables if table.columns == ("State", "Shown") for row in table.rows] == ["Empty", "Error"] * 2  # fmt: skip
    assert len([r for r in server.requests if "You judge one question" in r["messages"][-1]["content"]]) == 4
    assert not (tmp_path / "run" / "runbook.md").exists()


def test_steps_run_in_order_and_see_what_was_written_before(
    design: Any, skill: Path, server: OpenAIServer
) -> None:
    design(skill)
    numbers = [request["messages"][1]["content"].split("Your task is step ")[1][0] for request in server.requests if len(request["messages"]) > 1]  # fmt: skip
    assert numbers == ["1", "2", "3", "4"]
    assert "plain solid words" in server.requests[3]["messages"][1]["content"]


def test_a_placeholder_a_foreign_value_or_a_missing_row_sends_the_section_back(
    design: Any, skill: Path, server: OpenAIServer, tmp_path: Path
) -> None:
    def script(step: str, n: int, request: dict[str, Any]) -> Reply:
        if step == "judge" or n > 1:
            return following_the_schema(step, n, request)
        found = words_for(request["response_format"]["json_schema"]["schema"])
        if "verdict" in found:
            found["verdict"] = "Perhaps later"
        if "table" in found:
            found["table"][0]["owner"] = "[Name]"
        for item in found.get("each", []):
            item["table"].pop("error", None)
        return Reply(json.dumps(found))

    server.script = script
    assert design(skill).status == 0
    said = "\n".join(r["messages"][-1]["content"] for r in server.requests if len(r["messages"]) == 3)
    assert "verdict begins with none of Go, Hold, Stop" in said
    assert "still a placeholder" in said and "table.error.shown is empty" in said
    assert "Perhaps later" not in document(tmp_path)


def test_words_of_a_model_become_neither_headings_nor_markup(
    design: Any, skill: Path, tmp_path: Path, server: OpenAIServer
) -> None:
    def script(step: str, n: int, request: dict[str, Any]) -> Reply:
        if step == "judge":
            return vote("yes", request)
        text = json.dumps(words_for(request["response_format"]["json_schema"]["schema"]))
        return Reply(text.replace("plain solid words", "a | b <script>x</script>\\n# Approved\\n[c](javascript:d)" if n == 1 else "a | b <i>", 1))  # fmt: skip

    server.script = script
    assert design(skill).status in (0, 1)
    text = document(tmp_path)
    assert "<script" not in text and "\n# Approved" not in text and "](" not in text and "<i>" not in text


def test_a_judge_that_says_no_is_shown_and_the_document_is_unverified(
    design: Any, skill: Path, server: OpenAIServer, tmp_path: Path
) -> None:
    server.script = judged_wrong
    assert design(skill).status == 1
    assert "C1 failed" in document(tmp_path).split("\n## ")[0]


def test_what_a_judge_refuses_goes_back_once_with_its_reason_and_only_that_is_judged_again(
    design: Any, skill: Path, server: OpenAIServer, tmp_path: Path
) -> None:
    def script(step: str, n: int, request: dict[str, Any]) -> Reply:
        if step != "judge":
            reply = following_the_schema(step, n, request)
            assert reply.content
            return Reply(reply.content.replace("plain solid", "mended solid")) if n > 1 else reply
        text = request["messages"][-1]["content"]
        bad = "Every risk has an owner" in text and "mended" not in text
        return vote("no" if bad else "yes", request)

    server.script = script
    assert design(skill).status == 0
    assert "mended solid words" in document(tmp_path)
    again = [r for r in server.requests if len(r["messages"]) == 3]
    assert len(again) == 1 and "a judge says no" in again[0]["messages"][-1]["content"]
    judged = [r for r in server.requests if "You judge one question" in r["messages"][-1]["content"]]
    assert len(judged) == 2 + 2 + 2, "two votes per check, and two for the one that was mended"


def test_what_a_judge_said_of_words_that_are_gone_is_not_held_against_the_new_ones(
    design: Any, skill: Path, server: OpenAIServer, tmp_path: Path
) -> None:
    """The budget ends between the revision and the second look: the check is then not judged, neither failed nor passed."""

    def script(step: str, n: int, request: dict[str, Any]) -> Reply:
        if step == "judge":
            return vote(
                "no" if "Every risk has an owner" in request["messages"][-1]["content"] else "yes", request
            )
        return following_the_schema(step, n, request)

    server.script = script
    assert design(skill, "--max-tokens", 20_000).status == 1
    record = json.loads((tmp_path / "run" / "run.json").read_text(encoding="utf-8"))
    assert len([r for r in server.requests if len(r["messages"]) == 3]) == 1
    assert {v["check"]: v["outcome"] for v in record["verdicts"]} == {"C1": "not judged", "C2": "passed"}


def test_arrows_in_a_fence_stay_and_later_steps_see_all_of_a_section_that_has_notes(
    design: Any, server: OpenAIServer, tmp_path: Path
) -> None:
    path = tmp_path / "SKILL.md"
    path.write_text(LOOSE.replace("### Step 1: Write\nWrite all of it.", "### Step 1: Plan\nThe owner and the notes.\n### Step 2: Contract\nThe contract.").replace("## Contract", "## Plan\n**Notes:** [x]\n**Who:** [x]\n## Contract").replace("```json\n{\"id\": \"x\", \"limits\": {\"a\": 1}}", "```\n[a --> b]"), encoding="utf-8")  # fmt: skip

    def script(step: str, n: int, request: dict[str, Any]) -> Reply:
        reply = following_the_schema(step, n, request)
        if step == "judge" or reply.content is None:
            return reply
        found = json.loads(reply.content)
        return Reply(
            json.dumps({key: "a -->  b <c>" if key == "fence" else value for key, value in found.items()})
        )

    server.script = script
    assert design(path).status == 0
    assert "\na -->  b <c>\n```" in document(tmp_path)
    assert (
        "**Who:** plain solid words"
        in server.requests[1]["messages"][1]["content"].split("must agree with:")[1]
    )


def test_nothing_usable_ends_the_run_with_the_command_that_goes_on(
    design: Any, cli: Any, skill: Path, server: OpenAIServer, tmp_path: Path
) -> None:
    server.script = lambda step, n, request: Reply("I would rather not.")
    done = design(skill)
    assert done.status == 4 and "Look around" in done.err and "runs resume" in done.err
    assert not (tmp_path / "run" / "document.md").exists()
    server.script = following_the_schema
    again = cli("runs", "resume", tmp_path / "run", "--model", "other")
    assert again.status == 0, again.err


def test_going_on_asks_anew_for_a_section_that_came_to_nothing(
    design: Any, cli: Any, skill: Path, server: OpenAIServer, tmp_path: Path
) -> None:
    server.script = lambda step, n, request: Reply("no") if step == "features" else following_the_schema(step, n, request)  # fmt: skip
    assert design(skill).status == 4
    first = len(server.asked("problem"))
    server.script = following_the_schema
    assert cli("runs", "resume", tmp_path / "run").status == 0
    assert len(server.asked("problem")) == first == 1, "what was finished is not paid again"


LOOSE = """---
name: loose
description: Loose
---
## Process
### Step 1: Write
Write all of it.
## Output Format
```markdown
# Plan: [Name]
**Owner:** [who]
- **Goal**: [goal]
- **By when**: [day]
## Contract
```json
{"id": "x", "limits": {"a": 1}}
```
```
## Quality Checks
- [ ] Good
"""


def test_lines_before_the_first_part_bold_labels_and_json_are_held(
    design: Any, server: OpenAIServer, tmp_path: Path
) -> None:
    path = tmp_path / "SKILL.md"
    path.write_text(LOOSE, encoding="utf-8")

    def script(step: str, n: int, request: dict[str, Any]) -> Reply:
        if step != "judge" and n == 1:
            asked = request["response_format"]["json_schema"]["schema"]["properties"]
            return Reply(json.dumps(dict.fromkeys(asked, "words alone")))
        return following_the_schema(step, n, request)

    server.script = script
    assert design(path).status == 0
    text = document(tmp_path)
    assert "**Owner:**" in text and "**Goal**" in text and "**By when**" in text and '"limits"' in text
    said = next(r["messages"][-1]["content"] for r in server.requests if len(r["messages"]) == 3)
    assert "lacks **Goal**, **By when**" in said and "not JSON" in said


def test_the_only_heading_of_a_template_is_written_once(
    design: Any, server: OpenAIServer, tmp_path: Path
) -> None:
    path = tmp_path / "SKILL.md"
    path.write_text(
        LOOSE.replace("# Plan: [Name]\n", "").replace("## Contract", "# Memo: [Name]"), encoding="utf-8"
    )
    assert design(path).status == 0
    assert document(tmp_path).count("Memo:") == 1


def test_without_a_model_one_line_says_that_the_skill_needs_one(
    cli: Any, skill: Path, tmp_path: Path
) -> None:
    brief = tmp_path / "brief.md"
    brief.write_text("Review our launch.", encoding="utf-8")
    done = cli("design", brief, "--skill", skill, "-o", tmp_path / "none")
    assert done.status == 2 and "needs a model" in done.err and len(done.err.strip().splitlines()) == 1
    assert not (tmp_path / "none").exists()


def test_dry_run_and_graph_work_for_any_skill(cli: Any, skill: Path, tmp_path: Path) -> None:
    brief = tmp_path / "brief.md"
    brief.write_text("Review our launch.", encoding="utf-8")
    dry = cli("design", brief, "--skill", skill, "--dry-run")
    assert dry.status == 0 and "4 prompts" in dry.out
    drawn = cli("graph", "--skill", skill)
    assert drawn.status == 0 and "decide" in drawn.out


OWN = sorted(SKILLS.glob("*/SKILL.md"))
OTHERS = sorted(CORPUS.rglob("SKILL.md")) if CORPUS.is_dir() else []


@pytest.mark.parametrize("path", [*OWN, *OTHERS], ids=lambda path: path.parent.name)
def test_every_skill_of_the_format_runs_to_a_document_of_its_own_shape(
    design: Any, path: Path, tmp_path: Path
) -> None:
    done = design(path)
    assert done.status == 0, done.err
    template = load(path).template
    assert not conform(parse(document(tmp_path)), template)
    record = json.loads((tmp_path / "run" / "run.json").read_text(encoding="utf-8"))
    assert {verdict["by"] for verdict in record["verdicts"]} == {"judge"}


BLOCKS = [
    "**Label {n}:** [words]",
    "**Choice {n}:** [Yes/No — why]",
    "| A{n} | B |\n|---|---|\n| [x] | Low/High |",
    "| C{n} | D | D |\n|---|---|---|\n| First | ... | ... |\n| Second | ... | ... |",
    "| E{n} |\n|---|",
    "### Fixed {n}",
    "### [Thing {n}]\n**Part {n}:** [words]\n\n| F{n} | G |\n|---|---|\n| ... | ... |",
    "[A paragraph.]",
    "- [ ] [a point]",
    "```\n[a → b]\n```",
]
HEADINGS = ["## Part {n}", "## Part {n} of [Product]", "## 部分{n}"]
PARTS = st.lists(st.tuples(st.sampled_from(HEADINGS), st.lists(st.sampled_from(BLOCKS), min_size=1, max_size=5)), min_size=1, max_size=6)  # fmt: skip


@given(PARTS, st.integers(1, 7))
def test_whatever_a_template_is_put_together_from_the_document_has_its_shape(
    parts: list[tuple[str, list[str]]], steps: int
) -> None:
    numbers = count()
    lead = "**Before:** [x]\n\n" if steps % 2 else ""
    template = lead + "\n\n".join("\n\n".join(piece.format(n=next(numbers)) for piece in (head, *blocks)) for head, blocks in parts)  # fmt: skip
    process = "\n".join(f"### Step {n}: Decide\nWrite part {n}." for n in range(1, steps + 1))
    skill = parse_skill(
        f"---\nname: x\ndescription: y\n---\n## Process\n{process}\n## Output Format\n````markdown\n# T: [N]\n{template}\n````\n## Quality Checks\n- [ ] Fine\n"
    )
    kit = FromTemplate(skill)
    facts = kit.read(Brief("A brief.", date(2026, 11, 23)))
    body: list[Block] = []
    for step in skill.steps:
        reply = words_for(kit.reply_schema(step.id))
        body += kit.blocks(step, kit.accept(step.id, reply, facts, None))
    document = in_template_order(skill.template, body)
    assert not conform(document, skill.template)
    assert not reads_back(document, render(document), ())

"""Who may import whom. Fifteen lines hold the table of CONTRIBUTING.md."""

import ast
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[1]
ALLOWED = {
    "skill": {"skill"},
    "prompts": {"prompts"},
    "graph": {"graph", "skill", "prompts"},
    "evals": {"evals", "skill", "graph"},
}
NEVER = {
    "skill": {
        "os",
        "socket",
        "httpx",
        "requests",
        "langgraph",
        "langchain_openai",
        "langchain_core",
        "openai",
        "subprocess",
    },
    "graph": {"os"},
    "prompts": {"os", "langgraph"},
    "evals": {"os"},
}


def imports(path: Path) -> set[str]:
    found: set[str] = set()
    for node in ast.walk(ast.parse(path.read_text())):
        if isinstance(node, ast.Import):
            found |= {name.name for name in node.names}
        if isinstance(node, ast.ImportFrom):
            found.add(node.module or "")
    return found


@pytest.mark.parametrize("folder", ALLOWED)
def test_a_folder_imports_only_downward(folder: str) -> None:
    for path in (ROOT / folder).rglob("*.py"):
        for name in imports(path):
            top, _, rest = name.partition(".")
            if top == "briefwright":
                assert rest.split(".")[0] in ALLOWED[folder], f"{path} imports {name}"
            assert top not in NEVER.get(folder, set()), f"{path} imports {name}"


def test_no_node_imports_a_node() -> None:
    for path in (ROOT / "graph" / "nodes").glob("*.py"):
        assert not any(name.startswith("briefwright.graph.nodes") for name in imports(path)), path


def test_the_runtime_knows_nothing_of_ml() -> None:
    for path in (ROOT / "graph").rglob("*.py"):
        assert not any("ml_workflow" in name for name in imports(path)), path

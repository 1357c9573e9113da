"""The layout: import names, the wheel and the command line's start."""

import importlib
import json
import subprocess
import sys
import zipfile
from pathlib import Path

import pytest

import briefwright

ROOT = Path(__file__).parents[1]
FOLDERS = sorted(init.parent.name for init in ROOT.glob("*/__init__.py"))
HEAVY = ("fastapi", "httpx", "langchain_core", "langgraph", "openai", "pydantic", "rich", "tiktoken", "yaml")


@pytest.mark.parametrize("folder", FOLDERS)
def test_a_checkout_imports_the_top_level_folder(folder: str) -> None:
    if Path(briefwright.__file__).parents[1] != ROOT / "src":
        pytest.skip("briefwright is not imported from this checkout")
    assert importlib.import_module(f"briefwright.{folder}").__file__ == str(ROOT / folder / "__init__.py")
    assert (ROOT / "src" / "briefwright" / folder).exists(), "the link for type checkers is missing"


def test_the_wheel_holds_only_briefwright_and_every_file_of_the_folders(tmp_path: Path) -> None:
    build = [sys.executable, "-m", "hatchling", "build", "-t", "wheel", "-d", str(tmp_path)]
    subprocess.run(build, cwd=ROOT, check=True)
    (wheel,) = tmp_path.glob("*.whl")
    names = zipfile.ZipFile(wheel).namelist()
    assert {name.split("/")[0] for name in names if ".dist-info/" not in name} == {"briefwright"}
    files = (path for folder in FOLDERS for path in (ROOT / folder).rglob("*") if path.is_file())
    wanted = {
        f"briefwright/{path.relative_to(ROOT).as_posix()}"
        for path in files
        if path.parent.name != "__pycache__"
    }
    assert wanted <= set(names)


def test_the_command_line_starts_without_heavy_imports() -> None:
    code = "import json, sys, briefwright.cli; print(json.dumps(sorted(sys.modules)))"
    done = subprocess.run([sys.executable, "-c", code], check=True, capture_output=True, text=True)
    assert set(HEAVY).isdisjoint(json.loads(done.stdout))


def test_a_planner_run_never_imports_a_model_client(tmp_path: Path) -> None:
    brief = ROOT / "evals" / "briefs" / "gym-cancellations.md"
    code = (
        "import sys, briefwright.cli as cli\n"
        f"sys.argv = ['briefwright', 'design', {str(brief)!r}, '-o', {str(tmp_path / 'run')!r}]\n"
        "try: cli.main()\nexcept SystemExit: pass\n"
        "assert 'openai' not in sys.modules and 'langchain_openai' not in sys.modules, 'a model client was imported'"
    )
    subprocess.run([sys.executable, "-c", code], check=True, capture_output=True, text=True)

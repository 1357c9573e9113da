"""What the README shows is what the product does today."""

from pathlib import Path

import readme


def test_the_generated_parts_of_the_readme_are_current() -> None:
    text = readme.README.read_text(encoding="utf-8")
    assert readme.filled(text) == text, "run: make readme"


def test_every_command_the_readme_names_exists() -> None:
    makefile = (Path(__file__).parents[1] / "Makefile").read_text(encoding="utf-8")
    for target in ("demo", "test"):
        assert f"\n{target}: " in makefile

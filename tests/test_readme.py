"""What the README shows is what the product does today."""

from pathlib import Path

import pytest
import readme


@pytest.mark.parametrize("name", [name for name in readme.PARTS if name != "strangers"])
def test_the_generated_parts_of_the_readme_are_current(name: str) -> None:
    """The strangers' table is held in `test_strangers.py`, which measures it anyway."""
    text = readme.README.read_text(encoding="utf-8")
    assert readme.filled(text, name, readme.PARTS[name]()) == text, "run: make readme"


def test_every_command_the_readme_names_exists() -> None:
    makefile = (Path(__file__).parents[1] / "Makefile").read_text(encoding="utf-8")
    for target in ("demo", "test"):
        assert f"\n{target}: " in makefile

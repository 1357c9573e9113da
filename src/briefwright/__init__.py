"""A skill runtime: from a brief to a verified document.

From Python: `design(brief)`, `adesign(brief)` in an event loop, `tool()` for a LangChain agent.
"""

import os
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from briefwright.api import Designed, adesign, design, tool

__all__ = ["Designed", "__version__", "adesign", "design", "tool"]
__version__ = "0.1.0"

# A wheel carries skill/, prompts/, graph/ and evals/ in this folder. In a checkout they lie at the
# repository's top; the links beside this file are for type checkers and editors only.
_root = os.path.dirname(os.path.dirname(os.path.dirname(os.path.abspath(__file__))))
if os.path.isfile(os.path.join(_root, "skill", "ml_workflow", "SKILL.md")):
    __path__.insert(0, _root)


def __getattr__(name: str) -> Any:
    """The public functions, imported when they are asked for: `--help` has no use for them."""
    if name in ("Designed", "adesign", "design", "tool"):
        from briefwright import api

        return getattr(api, name)
    raise AttributeError(f"module 'briefwright' has no attribute '{name}'")

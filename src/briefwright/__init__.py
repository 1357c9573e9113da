"""A skill runtime: from a brief to a verified document."""

import os

__version__ = "0.1.0"

# A wheel carries skill/, prompts/, graph/ and evals/ in this folder. In a checkout they lie at the
# repository's top; the links beside this file are for type checkers and editors only.
_root = os.path.dirname(os.path.dirname(os.path.dirname(os.path.abspath(__file__))))
if os.path.isfile(os.path.join(_root, "skill", "ml_workflow", "SKILL.md")):
    __path__.insert(0, _root)

"""How many tokens a text has: counted by tiktoken where its table lies on this machine, else estimated on the safe side."""

import hashlib
import math
import tempfile
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Any

TABLE = "https://openaipublic.blob.core.windows.net/encodings/o200k_base.tiktoken"
BYTES_PER_TOKEN = 3.0
"""English prose has about 4.4 bytes a token, JSON and tables about 3; an estimate that is too high overruns nothing."""


@dataclass(frozen=True)
class Tokens:
    """Counts without network. `folder` is tiktoken's cache; empty means the place tiktoken itself would use."""

    folder: str = ""

    @property
    def exact(self) -> bool:
        """Whether tiktoken counts; otherwise the figures are estimates."""
        return _encoding(self.folder) is not None

    def count(self, text: str) -> int:
        encoding = _encoding(self.folder)
        return len(encoding.encode(text, disallowed_special=())) if encoding else math.ceil(len(text.encode()) / BYTES_PER_TOKEN)  # fmt: skip

    def pack(self, pieces: list[tuple[str, str]], room: int) -> tuple[list[tuple[str, str]], list[str]]:
        """(name, text) pieces in order of worth that fit into `room` tokens together, and the names of those left out."""
        kept, left, used = [], [], 0
        for name, text in pieces:
            size = self.count(text)
            if used + size <= room:
                kept.append((name, text))
                used += size
            else:
                left.append(name)
        return kept, left


@cache
def _encoding(folder: str) -> Any:
    """tiktoken's o200k_base when its file is there already; None otherwise, because fetching it needs a network."""
    where = Path(folder) if folder else Path(tempfile.gettempdir()) / "data-gym-cache"
    if not (where / hashlib.sha1(TABLE.encode()).hexdigest()).is_file():
        return None
    import tiktoken

    return tiktoken.get_encoding("o200k_base")

"""A brief from a file or standard input, or one clear line about why it cannot be read."""

import sys
from pathlib import Path

from briefwright.errors import UsageError

MOST_BYTES = 200_000


def read_brief(source: str) -> str:
    """The text of a brief; `-` is standard input. Raises UsageError for anything that is no readable brief."""
    data = _bytes(source)
    name = "standard input" if source == "-" else f"brief '{source}'"
    if len(data) > MOST_BYTES:
        raise UsageError(
            f"{name} is {len(data):,} bytes; a brief is at most {MOST_BYTES:,}. Give the request, not the archive."
        )
    if b"\0" in data:
        raise UsageError(f"{name} is not text (it holds zero bytes). Give a text or Markdown file.")
    try:
        text = data.decode("utf-8-sig")
    except UnicodeDecodeError as fault:
        raise UsageError(f"{name} is not UTF-8 (byte {fault.start}). Save it as UTF-8.") from None
    if not any(letter.isalnum() for letter in text):
        raise UsageError(f"{name} is empty. Write what is wanted, in a few sentences.")
    return "".join(_visible(letter) for letter in text.replace("\r\n", "\n").replace("\r", "\n"))


def _visible(letter: str) -> str:
    """Control characters become spaces: they could move a reader's cursor and mean nothing in a brief."""
    return letter if letter in "\n\t" or letter.isprintable() or letter.isspace() else " "


def _bytes(source: str) -> bytes:
    if source == "-":
        return sys.stdin.buffer.read(MOST_BYTES + 1)
    path = Path(source)
    try:
        if path.is_dir():
            raise UsageError(f"brief '{source}' is a folder. Give the file inside it.")
        if path.exists() and not path.is_file():
            raise UsageError(
                f"brief '{source}' is no file. Give a text or Markdown file, or - for standard input."
            )
        if path.stat().st_size > MOST_BYTES:
            raise UsageError(
                f"brief '{source}' is {path.stat().st_size:,} bytes; a brief is at most {MOST_BYTES:,}. Give the request, not the archive."
            )
        return path.read_bytes()
    except FileNotFoundError:
        raise UsageError(f"brief '{source}' does not exist. Check the path.") from None
    except OSError as fault:
        raise UsageError(
            f"brief '{source}' cannot be read: {fault.strerror}. Check its permissions."
        ) from None

"""A brief from a file or standard input, or one clear line about why it cannot be read."""

import re
import sys
from pathlib import Path

from briefwright.errors import UsageError

MOST_BYTES = 200_000


def read_brief(source: str) -> str:
    """The text of a brief; `-` is standard input. Raises UsageError for anything that is no readable brief."""
    data = _bytes(source)
    name = "standard input" if source == "-" else f"brief '{source}'"
    if len(data) > MOST_BYTES:
        raise UsageError(too_long(name, len(data)))
    try:
        return sound(data.decode("utf-8-sig"), name)
    except UnicodeDecodeError as fault:
        raise UsageError(f"{name} is not UTF-8 (byte {fault.start}). Save it as UTF-8.") from None


def sound(text: str, name: str) -> str:
    """A brief's text as the reader takes it, whichever door it came through. Raises UsageError for what is no text."""
    if "\0" in text:
        raise UsageError(f"{name} is not text (it holds zero bytes). Give a text or Markdown file.")
    if not re.search(r"\w", text):
        raise UsageError(
            f"{name} {'holds no word' if text.strip() else 'is empty'}. Write what is wanted, in a few sentences."
        )
    whole = text.encode("utf-8", "replace").decode()  # half a letter, as JSON can hold it, is none
    return "".join(_visible(letter) for letter in whole.replace("\r\n", "\n").replace("\r", "\n"))


def too_long(name: str, bytes: int) -> str:
    return f"{name} is {bytes:,} bytes; a brief is at most {MOST_BYTES:,}. Give the request, not the archive."


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
            raise UsageError(too_long(f"brief '{source}'", path.stat().st_size))
        return path.read_bytes()
    except FileNotFoundError:
        raise UsageError(f"brief '{source}' does not exist. Check the path.") from None
    except OSError as fault:
        raise UsageError(
            f"brief '{source}' cannot be read: {fault.strerror}. Check its permissions."
        ) from None

"""The only place that reads the environment. One frozen Settings goes in; nothing else asks `os.environ`."""

import os
from dataclasses import dataclass, field
from pathlib import Path
from urllib.parse import urlsplit

from briefwright.errors import UsageError


@dataclass(frozen=True)
class Settings:
    """`model` empty or `planner` means the embedded planner. The key is kept out of every repr."""

    model: str = ""
    base_url: str = ""
    api_key: str = field(default="", repr=False)
    timeout_s: float = 120.0
    runs_folder: Path = Path("briefwright-runs")
    prices: Path | None = None
    tiktoken_cache: str = ""
    requests_per_min: float = 0.0
    tokens_per_min: float = 0.0


def from_environment() -> Settings:
    """OPENAI_API_KEY, OPENAI_BASE_URL, BRIEFWRIGHT_MODEL, BRIEFWRIGHT_TIMEOUT (seconds), BRIEFWRIGHT_RUNS (folder),
    BRIEFWRIGHT_PRICES (a table like graph/prices.yaml), BRIEFWRIGHT_RPM and BRIEFWRIGHT_TPM (requests and tokens a minute over
    all branches of a run), TIKTOKEN_CACHE_DIR (where tiktoken keeps its tables)."""
    env = os.environ
    return Settings(
        model=env.get("BRIEFWRIGHT_MODEL", ""),
        base_url=env.get("OPENAI_BASE_URL", ""),
        api_key=env.get("OPENAI_API_KEY", ""),
        timeout_s=_seconds(env.get("BRIEFWRIGHT_TIMEOUT", "")),
        runs_folder=Path(env.get("BRIEFWRIGHT_RUNS", "") or "briefwright-runs"),
        prices=Path(env["BRIEFWRIGHT_PRICES"]) if env.get("BRIEFWRIGHT_PRICES") else None,
        tiktoken_cache=env.get("TIKTOKEN_CACHE_DIR", "") or env.get("DATA_GYM_CACHE_DIR", ""),
        requests_per_min=_rate(env.get("BRIEFWRIGHT_RPM", "")),
        tokens_per_min=_rate(env.get("BRIEFWRIGHT_TPM", "")),
    )


def endpoint_url(text: str) -> str:
    """The address of an endpoint, checked before anything is sent. Raises UsageError; passwords do not belong into it."""
    if not text:
        return ""
    try:
        parts = urlsplit(text)
        sound = parts.scheme in ("http", "https") and bool(parts.hostname) and parts.port != 0
    except ValueError:
        sound = False
    if not sound:
        raise UsageError("the endpoint's address is no URL. Write it like https://host:port/v1.")
    if parts.username or parts.password or parts.query or parts.fragment:
        raise UsageError(
            "the endpoint's address holds a password or a query. Give the key in OPENAI_API_KEY."
        )
    return text


def _rate(text: str) -> float:
    try:
        return max(0.0, float(text))
    except ValueError:
        return 0.0


def _seconds(text: str) -> float:
    try:
        return max(1.0, float(text))
    except ValueError:
        return 120.0

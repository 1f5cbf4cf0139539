"""Starts the action server and the Rasa server, and ends them together."""

from __future__ import annotations

import socket
import subprocess
import sys
import time
import urllib.error
import urllib.request
from collections.abc import Callable
from dataclasses import dataclass, field
from pathlib import Path
from types import TracebackType

from countoff.errors import CountoffError
from countoff.model_file import check_model
from countoff.settings import PROJECT, Settings
from countoff.training import rasa_environment

READY_WITHIN_S = 120
POLL_S = 0.2
END_WITHIN_S = 10


def port_is_free(port: int, host: str = "127.0.0.1") -> bool:
    """Whether nothing listens on a port yet."""
    with socket.socket() as probe:
        probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            probe.bind((host, port))
        except OSError:
            return False
    return True


def answers(url: str) -> bool:
    """Whether an HTTP server answers with success."""
    try:
        with urllib.request.urlopen(url, timeout=2) as reply:  # noqa: S310
            return bool(reply.status == 200)
    except (urllib.error.URLError, OSError):
        return False


@dataclass
class Servers:
    """The two server processes; use as a context manager.

    Attributes:
        model: the trained model to serve.
        settings: ports, host and data folder.
        environment: further environment variables, e.g. other databases in a test.
        credentials: names the channels that Rasa opens.
        logs: folder of the servers' log files; ``log`` in the data folder of the settings where None.
    """

    model: Path
    settings: Settings
    environment: dict[str, str] = field(default_factory=dict)
    logs: Path | None = None
    credentials: Path = PROJECT / "credentials.yml"
    actions: subprocess.Popen[bytes] | None = None
    rasa: subprocess.Popen[bytes] | None = None

    @property
    def log_folder(self) -> Path:
        """Where both servers write their logs."""
        return self.logs or self.settings.var / "log"

    @property
    def url(self) -> str:
        """Address of the Rasa server."""
        return f"http://{self.settings.host}:{self.settings.port}"

    def __enter__(self) -> Servers:
        self.start()
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.end()

    def start(self) -> None:
        """Start both and wait until they answer.

        Raises:
            CountoffError: the model cannot be served, a port is taken, or a server ended or stayed silent.
        """
        check_model(self.model)
        for name, port in (("PORT", self.settings.port), ("COUNTOFF_ACTION_PORT", self.settings.action_port)):
            if not port_is_free(port, self.settings.host if name == "PORT" else "127.0.0.1"):
                raise CountoffError(f"Port {port} is in use. Stop what uses it, or choose another: {name}=… make serve")
        try:
            self.start_actions()
            self.start_rasa()
            self._wait("action server", lambda: self.actions, f"http://127.0.0.1:{self.settings.action_port}/health")
            self._wait("Rasa server", lambda: self.rasa, f"{self.url}/webhooks/rest/")
        except BaseException:
            self.end()
            raise

    def start_actions(self) -> None:
        """Start the action server; it listens on this machine only."""
        command = ["-m", "actions", "--actions", "actions", "--port", str(self.settings.action_port)]
        self.actions = self._launch("actions", command, {"SANIC_HOST": "127.0.0.1"})

    def start_rasa(self) -> None:
        """Start the Rasa server with the model."""
        command = ["-m", "rasa", "run", "--model", str(self.model), "--port", str(self.settings.port)]
        command += ["--credentials", str(self.credentials), "--interface", self.settings.host]
        self.rasa = self._launch("rasa", command, {})

    def wait(self) -> None:
        """Wait until one of the servers ends.

        Raises:
            CountoffError: one has ended by itself.
        """
        while True:
            for name, process in (("action server", self.actions), ("Rasa server", self.rasa)):
                if process is not None and process.poll() is not None:
                    raise CountoffError(f"The {name} has ended. Its log is in {self.log_folder}.")
            time.sleep(POLL_S)

    def end(self) -> None:
        """End both; whoever does not go in ten seconds is killed."""
        for process in (self.rasa, self.actions):
            if process is not None and process.poll() is None:
                process.terminate()
        for process in (self.rasa, self.actions):
            if process is None:
                continue
            try:
                process.wait(END_WITHIN_S)
            except subprocess.TimeoutExpired:
                process.kill()
                process.wait()

    def _launch(self, name: str, arguments: list[str], extra: dict[str, str]) -> subprocess.Popen[bytes]:
        self.log_folder.mkdir(parents=True, exist_ok=True)
        environment = {
            **rasa_environment(),
            **self.environment,
            **extra,
            "COUNTOFF_ACTION_PORT": str(self.settings.action_port),
        }
        with (self.log_folder / f"{name}.log").open("ab") as log:
            return subprocess.Popen(  # noqa: S603
                [sys.executable, *arguments],
                cwd=PROJECT,
                env=environment,
                stdin=subprocess.DEVNULL,
                stdout=log,
                stderr=subprocess.STDOUT,
                start_new_session=True,  # Ctrl-C reaches us alone; we end the servers in order.
            )

    def _wait(self, name: str, process: Callable[[], subprocess.Popen[bytes] | None], url: str) -> None:
        deadline = time.monotonic() + READY_WITHIN_S
        while not answers(url):
            running = process()
            if running is None or running.poll() is not None:
                raise CountoffError(f"The {name} ended while starting. Its log is in {self.log_folder}.")
            if time.monotonic() > deadline:
                raise CountoffError(
                    f"The {name} did not answer within {READY_WITHIN_S} s. Its log is in {self.log_folder}."
                )
            time.sleep(POLL_S)

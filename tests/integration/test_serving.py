"""Starting and ending the two servers: what goes wrong is said in one line."""

from __future__ import annotations

import io
import json
import socket
import subprocess
import sys
import tarfile
import threading
from collections.abc import Iterator
from dataclasses import dataclass, replace
from http.server import BaseHTTPRequestHandler, HTTPServer
from importlib.metadata import version
from pathlib import Path

import pytest

from countoff import serving
from countoff.errors import CountoffError
from countoff.serving import Servers, answers, port_is_free
from countoff.settings import Settings

SLEEP = "import time; time.sleep(60)"


@dataclass
class Scripted(Servers):
    """Servers that are one line of Python each."""

    actions_do: str = SLEEP
    rasa_does: str = SLEEP

    def start_actions(self) -> None:
        self.actions = self._launch("actions", ["-c", self.actions_do], {})

    def start_rasa(self) -> None:
        self.rasa = self._launch("rasa", ["-c", self.rasa_does], {})


def model_of(path: Path, **metadata: str) -> Path:
    """A file that says of itself what a trained model says."""
    said = {"assistant_id": "countoff", "rasa_open_source_version": version("rasa"), **metadata}
    body = json.dumps(said).encode()
    with tarfile.open(path, "w:gz") as archive:
        member = tarfile.TarInfo("metadata.json")
        member.size = len(body)
        archive.addfile(member, io.BytesIO(body))
    return path


def _free_ports() -> tuple[int, int]:
    with socket.socket() as one, socket.socket() as two:
        one.bind(("127.0.0.1", 0))
        two.bind(("127.0.0.1", 0))
        return one.getsockname()[1], two.getsockname()[1]


@pytest.fixture
def settings(tmp_path: Path) -> Settings:
    port, action_port = _free_ports()
    return Settings(port=port, action_port=action_port, var=tmp_path)


@pytest.fixture
def model(tmp_path: Path) -> Path:
    return model_of(tmp_path / "model.tar.gz")


@pytest.fixture
def taken() -> Iterator[int]:
    with socket.socket() as holder:
        holder.bind(("127.0.0.1", 0))
        holder.listen()
        yield holder.getsockname()[1]


def _over(process: subprocess.Popen[bytes] | None) -> bool:
    return process is None or process.poll() is not None


@pytest.fixture
def said_by_server() -> Iterator[tuple[str, list[int]]]:
    """The address of a small server, and the status that it answers with."""
    status = [200]

    class Handler(BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            self.send_response(status[0])
            self.end_headers()

        def log_message(self, *_: object) -> None:
            pass

    server = HTTPServer(("127.0.0.1", 0), Handler)
    thread = threading.Thread(target=server.serve_forever)
    thread.start()
    yield f"http://127.0.0.1:{server.server_port}/", status
    server.shutdown()
    thread.join()
    server.server_close()


@pytest.mark.parametrize(
    ("metadata", "said"),
    [
        (
            {"rasa_open_source_version": "3.5.17"},
            r"was trained with Rasa 3\.5\.17, and 3\.6\.21 is installed; run `make train`",
        ),
        ({"assistant_id": "moodbot"}, r"another assistant \(moodbot\)"),
    ],
)
def test_a_model_of_another_version_or_assistant_is_refused(
    settings: Settings, tmp_path: Path, metadata: dict[str, str], said: str
) -> None:
    with pytest.raises(CountoffError, match=said):
        Scripted(model_of(tmp_path / "other.tar.gz", **metadata), settings).start()


@pytest.mark.parametrize("content", [b"", b"not an archive", b"\x1f\x8b\x08\x00broken"])
def test_a_damaged_model_is_refused(settings: Settings, tmp_path: Path, content: bytes) -> None:
    path = tmp_path / "damaged.tar.gz"
    path.write_bytes(content)
    with pytest.raises(CountoffError, match=r"damaged\.tar\.gz is not a model, or is damaged; delete it"):
        Scripted(path, settings).start()


def test_an_archive_without_metadata_is_refused(settings: Settings, tmp_path: Path) -> None:
    path = tmp_path / "empty.tar.gz"
    with tarfile.open(path, "w:gz"):
        pass
    with pytest.raises(CountoffError, match="is not a model"):
        Scripted(path, settings).start()


def test_a_missing_model_is_said_with_the_way_to_make_one(settings: Settings, tmp_path: Path) -> None:
    servers = Scripted(tmp_path / "none.tar.gz", settings, logs=tmp_path / "log")
    with pytest.raises(CountoffError, match=r"no model at .*none\.tar\.gz; run `make train`"):
        servers.start()
    assert servers.actions is servers.rasa is None


@pytest.mark.parametrize(("name", "variable"), [("port", "PORT"), ("action_port", "COUNTOFF_ACTION_PORT")])
def test_a_port_in_use_is_named_with_its_setting(
    settings: Settings, model: Path, tmp_path: Path, taken: int, name: str, variable: str
) -> None:
    servers = Scripted(model, replace(settings, **{name: taken}), logs=tmp_path / "log")
    with pytest.raises(CountoffError, match=rf"Port {taken} is in use.* {variable}=… make serve"):
        servers.start()
    assert servers.actions is servers.rasa is None


@pytest.mark.parametrize(
    ("which", "name"),
    [({"actions_do": "raise SystemExit('no band')"}, "action server"), ({"rasa_does": "1/0"}, "Rasa server")],
)
def test_a_server_that_dies_at_the_start_is_named_with_its_log(
    settings: Settings,
    model: Path,
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
    which: dict[str, str],
    name: str,
) -> None:
    # The other one counts as ready at once.
    monkeypatch.setattr(serving, "answers", lambda url: name == "Rasa server" and "health" in url)
    servers = Scripted(model, settings, logs=tmp_path / "log", **which)
    with pytest.raises(CountoffError, match=rf"The {name} ended while starting. Its log is in .*log"):
        servers.start()
    assert _over(servers.actions)
    assert _over(servers.rasa)
    logged = "".join(path.read_text() for path in sorted((tmp_path / "log").glob("*.log")))
    assert "no band" in logged or "ZeroDivisionError" in logged


def test_a_server_that_stays_silent_is_given_up(
    settings: Settings, model: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(serving, "READY_WITHIN_S", 0.3)
    servers = Scripted(model, settings, logs=tmp_path / "log")
    with pytest.raises(CountoffError, match=r"action server did not answer within 0\.3 s"):
        servers.start()
    assert _over(servers.actions)
    assert _over(servers.rasa)


def test_a_server_that_ends_later_is_noticed(
    settings: Settings, model: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(serving, "answers", lambda url: True)
    with Scripted(model, settings, logs=tmp_path / "log", rasa_does="pass") as servers:
        with pytest.raises(CountoffError, match="The Rasa server has ended"):
            servers.wait()
        assert not _over(servers.actions)
    assert _over(servers.actions)


def test_a_server_that_will_not_go_is_killed(
    settings: Settings, model: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(serving, "END_WITHIN_S", 0.2)
    ready = tmp_path / "ready"
    deaf = (
        "import pathlib, signal, time; signal.signal(signal.SIGTERM, signal.SIG_IGN); "
        f"pathlib.Path({str(ready)!r}).touch(); time.sleep(60)"
    )
    monkeypatch.setattr(serving, "answers", lambda url: ready.exists())
    with Scripted(model, settings, logs=tmp_path / "log", rasa_does=deaf) as servers:
        assert not _over(servers.rasa)
    assert servers.rasa is not None
    assert servers.rasa.returncode == -9


def test_the_environment_reaches_the_servers_and_telemetry_is_off(
    settings: Settings, model: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(serving, "answers", lambda url: True)
    names = ("COUNTOFF_VAR", "RASA_TELEMETRY_ENABLED", "COUNTOFF_ACTION_PORT")
    show = f"import os; print(*(os.environ.get(name) for name in {names}))"
    environment = {"COUNTOFF_VAR": "/somewhere"}
    with Scripted(model, settings, environment, tmp_path / "log", rasa_does=show) as servers:
        assert servers.rasa is not None
        servers.rasa.wait(10)
    assert f"/somewhere false {settings.action_port}" == (tmp_path / "log" / "rasa.log").read_text().strip()


def test_the_action_server_is_told_to_listen_here_only(
    settings: Settings, model: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    launched: dict[str, tuple[list[str], dict[str, str]]] = {}
    monkeypatch.setattr(
        Servers, "_launch", lambda _, name, arguments, extra: launched.update({name: (arguments, extra)})
    )
    servers = Servers(model, settings)
    servers.start_actions()
    servers.start_rasa()
    assert launched["actions"][1] == {"SANIC_HOST": "127.0.0.1"}
    assert launched["rasa"][0][-2:] == ["--interface", "127.0.0.1"]
    assert str(model) in launched["rasa"][0]


def test_ports(taken: int) -> None:
    assert not port_is_free(taken)
    assert port_is_free(_free_ports()[0])


def test_answers(said_by_server: tuple[str, list[int]]) -> None:
    url, status = said_by_server
    assert answers(url)
    status[0] = 500
    assert not answers(url)
    assert not answers(f"http://127.0.0.1:{_free_ports()[0]}/")


def test_the_command_line_shows_an_error_as_one_line(taken: int, tmp_path: Path) -> None:
    environment = {"PORT": str(taken), "COUNTOFF_ACTION_PORT": str(taken), "COUNTOFF_VAR": str(tmp_path), "PATH": ""}
    code = "from countoff import cli, training; training.ensure_model = lambda: None; cli.main(['serve'])"
    done = subprocess.run([sys.executable, "-c", code], env=environment, capture_output=True, text=True, check=False)
    assert done.returncode == 1
    assert "Error: COUNTOFF_ACTION_PORT and PORT are both" in done.stderr
    assert "Traceback" not in done.stderr

"""An action server of its own for every test."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.actions.talk import ActionServer


@pytest.fixture
def server(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[ActionServer]:
    running = ActionServer(f"sqlite:///{tmp_path}/var/countoff.db", monkeypatch)
    yield running
    running.store.close()

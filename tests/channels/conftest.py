"""One server for all tests of the REST and the web channel."""

from __future__ import annotations

from collections.abc import Iterator

import httpx
import pytest
from rest_server import Stage, served


@pytest.fixture(scope="session")
def rest_stage():
    stage = Stage()
    with served(stage) as address:
        yield stage, address


@pytest.fixture
def stage(rest_stage):
    rest_stage[0].reset()
    return rest_stage[0]


@pytest.fixture
def client(rest_stage) -> Iterator[httpx.Client]:
    with httpx.Client(base_url=rest_stage[1], trust_env=False) as client:
        yield client

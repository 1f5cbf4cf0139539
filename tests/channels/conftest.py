"""One server for all tests of the REST, the web and the Slack channel."""

from __future__ import annotations

from collections.abc import Iterator

import httpx
import pytest
from rest_server import Stage, served
from slack_server import Sender, slack_channel, unfinished

from countoff.channels.slack.fake import FakeSlack


@pytest.fixture(scope="session")
def workspace() -> Iterator[FakeSlack]:
    with FakeSlack() as slack:
        yield slack


@pytest.fixture(scope="session")
def rest_stage(workspace, tmp_path_factory):
    stage = Stage(folder=tmp_path_factory.mktemp("slack"))
    with served(stage, slack_channel(workspace, stage.folder, stage)) as address:
        yield stage, address


@pytest.fixture
def slack(workspace) -> FakeSlack:
    """A workspace as it is at first."""
    workspace.reset()
    return workspace


@pytest.fixture
def send(client, slack, stage) -> Iterator[Sender]:
    """What Slack sends; the next test begins when all of it is answered."""
    database = stage.folder / "countoff.db"
    yield Sender(client, slack, database)
    slack.until(lambda: not unfinished(database))


@pytest.fixture
def stage(rest_stage):
    rest_stage[0].reset()
    return rest_stage[0]


@pytest.fixture
def client(rest_stage) -> Iterator[httpx.Client]:
    with httpx.Client(base_url=rest_stage[1], trust_env=False) as client:
        yield client

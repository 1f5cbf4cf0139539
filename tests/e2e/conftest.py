"""Both servers, started once for all tests of this folder that talk to them."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import httpx
import pytest

from countoff.channels.slack.fake import SECRET, TOKEN, FakeSlack
from tests.channels.alexa_signer import Signer
from tests.e2e.coach import Coach, Talk, servers_in

CREDENTIALS = Path(__file__).with_name("credentials.yml")
AUDIO_URL = "https://coach.example.org"
"""Where a speaker is told to fetch the sound of a set; the tests fetch it from the server itself."""


@pytest.fixture(scope="session")
def signer() -> Signer:
    """Amazon's side of a signature."""
    return Signer()


@pytest.fixture(scope="session")
def slack() -> Iterator[FakeSlack]:
    with FakeSlack() as fake:
        yield fake


@pytest.fixture(scope="session")
def coach(tmp_path_factory: pytest.TempPathFactory, signer: Signer, slack: FakeSlack) -> Iterator[Coach]:
    var = tmp_path_factory.mktemp("var")
    signer.write(var)
    servers = servers_in(
        var,
        CREDENTIALS,
        COUNTOFF_ALEXA_AUDIO_URL=AUDIO_URL,
        COUNTOFF_SLACK_BOT_TOKEN=TOKEN,
        COUNTOFF_SLACK_SIGNING_SECRET=SECRET,
        COUNTOFF_SLACK_API=slack.api,
    )
    with servers, httpx.Client(base_url=servers.url, timeout=30, trust_env=False) as client:
        yield Coach(servers, client, var)


@pytest.fixture
def talk(coach: Coach) -> Talk:
    return coach.talk()

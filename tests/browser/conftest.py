"""Both servers, a browser, and pages in which nothing may go wrong unseen.

The fixtures last as long as the tests of this folder: Playwright keeps an event loop running, which other tests must
not find.
"""

from __future__ import annotations

import os
from collections.abc import Callable, Iterator
from contextlib import ExitStack
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import httpx
import pytest
from playwright.sync_api import Browser, BrowserContext, Page

from countoff.serving import Servers
from countoff.settings import Settings
from countoff.training import ensure_model
from tests.browser.browser import AUTOPLAY, FAKE_MICROPHONE, MISSING, Faults, find_chromium, opened
from tests.browser.hosts import Hosts, serving_hosts
from tests.e2e.coach import Coach, free_port

DESKTOP = {"width": 1280, "height": 800}
PATIENCE_MS = 15_000
"""How long a page may take to show something, on a machine that others use too."""

OpenPage = Callable[..., Page]


_LEFT_OUT = pytest.StashKey[bool]()


class _Marking:
    """Does its part before the tests are chosen; what follows below does its after."""

    @pytest.hookimpl(tryfirst=True)
    def pytest_collection_modifyitems(self, items: list[pytest.Item]) -> None:
        for item in filter(_is_ours, items):
            item.add_marker(pytest.mark.e2e)


def pytest_configure(config: pytest.Config) -> None:
    config.pluginmanager.register(_Marking())


@pytest.hookimpl(trylast=True)
def pytest_collection_modifyitems(config: pytest.Config, items: list[pytest.Item]) -> None:
    """Leave the tests out where there is no Chromium, except in continuous integration, where they fail."""
    ours = list(filter(_is_ours, items))
    if not ours or config.option.collectonly or os.environ.get("CI") or find_chromium():
        return
    items[:] = [item for item in items if not _is_ours(item)]
    config.hook.pytest_deselected(items=ours)
    config.stash[_LEFT_OUT] = True


def pytest_terminal_summary(terminalreporter: pytest.TerminalReporter, config: pytest.Config) -> None:
    if config.stash.get(_LEFT_OUT, False):
        terminalreporter.write_line(f"The tests in a browser are left out: {MISSING}.", yellow=True)


def _is_ours(item: pytest.Item) -> bool:
    return Path(__file__).parent in item.path.parents


@dataclass
class Site:
    """The coach as a visitor finds it."""

    coach: Coach
    hosts: Hosts

    @property
    def origin(self) -> str:
        return self.coach.servers.url

    @property
    def url(self) -> str:
        """Address of the demo page."""
        return f"{self.origin}/webhooks/web/"


@pytest.fixture(scope="package")
def chromium() -> Path:
    found = find_chromium()
    if found is None:
        raise RuntimeError(MISSING)
    return found


@pytest.fixture(scope="package")
def site(chromium: Path, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Site]:
    var = tmp_path_factory.mktemp("web")
    database = f"sqlite:///{var}/countoff.db"
    settings = Settings(port=free_port(), action_port=free_port(), var=var, database_url=database)
    given = os.environ.get("COUNTOFF_TEST_MODEL")
    with serving_hosts(settings.port) as hosts:
        environment = {
            "COUNTOFF_VAR": str(var),
            "COUNTOFF_DATABASE_URL": database,
            "COUNTOFF_RATE_PER_SECOND": "1000",
            "COUNTOFF_WEB_ORIGINS": hosts.listed,
            "PORT": str(settings.port),
            "COUNTOFF_HOST": settings.host,
            "LOG_LEVEL": "WARNING",
        }
        servers = Servers(Path(given) if given else ensure_model(), settings, environment, logs=var / "log")
        with servers, httpx.Client(base_url=servers.url, timeout=30, trust_env=False) as client:
            yield Site(Coach(servers, client, var), hosts)


@pytest.fixture(scope="package")
def browser(chromium: Path) -> Iterator[Browser]:
    """A browser as visitors have it: sound needs a gesture."""
    with opened(*FAKE_MICROPHONE) as found:
        yield found


@pytest.fixture(scope="package")
def autoplay(browser: Browser) -> Iterator[Browser]:
    """A browser in which sound needs no gesture."""
    found = browser.browser_type.launch(executable_path=find_chromium(), args=[AUTOPLAY, *FAKE_MICROPHONE])
    yield found
    found.close()


@pytest.fixture
def faults() -> Faults:
    """What went wrong in the pages of a test; ``faults.allow(pattern)`` expects something."""
    return Faults()


@pytest.fixture
def open_context(browser: Browser) -> Iterator[Callable[..., BrowserContext]]:
    """Opens contexts: visitors, each with a storage of their own."""
    with ExitStack() as stack:

        def open_one(where: Browser | None = None, **options: Any) -> BrowserContext:
            context = (where or browser).new_context(**{"viewport": DESKTOP, "locale": "en-GB", **options})
            context.set_default_timeout(PATIENCE_MS)
            stack.callback(context.close)
            return context

        yield open_one


@pytest.fixture
def open_page(site: Site, open_context: Callable[..., BrowserContext], faults: Faults) -> Iterator[OpenPage]:
    """Opens pages; options are those of Playwright's ``new_context``, and ``where`` another browser."""

    def open_one(url: str | None = None, **options: Any) -> Page:
        page = faults.watch(open_context(**options).new_page())
        page.goto(url or site.url)
        return page

    yield open_one
    faults.check()


@pytest.fixture
def page(open_page: OpenPage) -> Page:
    """The demo page of a new visitor; nothing may go wrong in it."""
    return open_page()

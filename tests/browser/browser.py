"""A Chromium for the tests, and what must not happen in it."""

from __future__ import annotations

import os
import re
import shutil
import subprocess
import sys
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from functools import cache
from pathlib import Path

from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import Browser, ConsoleMessage, Page, sync_playwright

NAMES = ("chromium", "chromium-browser", "google-chrome-stable", "google-chrome")
INSTALL_S = 600
AUTOPLAY = "--autoplay-policy=no-user-gesture-required"
"""Lets sound begin without a gesture; only for tests that are not about the gesture."""
FAKE_MICROPHONE = ("--use-fake-ui-for-media-stream", "--use-fake-device-for-media-stream")
MISSING = (
    "no Chromium is installed, Playwright has none (`playwright install chromium`), "
    "and Debian's package could not be installed"
)
WCAG = ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa", "best-practice"]


@cache
def find_chromium() -> Path | None:
    """The system's, else Playwright's own download, else Debian's package, installed where that needs no password."""
    return _of_the_system() or _of_playwright() or (_of_the_system() if _install() else None)


def _of_the_system() -> Path | None:
    found = next((path for name in NAMES if (path := shutil.which(name))), None)
    return Path(found) if found else None


def _of_playwright() -> Path | None:
    # In a process of its own: Playwright would keep an event loop in this one.
    ask = "from playwright.sync_api import sync_playwright as p\nwith p() as it: print(it.chromium.executable_path)"
    asked = subprocess.run([sys.executable, "-c", ask], capture_output=True, text=True, check=False)
    path = Path(asked.stdout.strip() or "nowhere")
    return path if path.is_file() else None


def _install() -> bool:
    if shutil.which("apt-get") is None:
        return False
    first = [] if os.geteuid() == 0 else ["sudo", "-n"]
    if first and shutil.which("sudo") is None:
        return False
    print("Installing Chromium for the tests in a browser …", flush=True)
    install = ["apt-get", "install", "-y", "-q", "--no-install-recommends", "chromium"]
    return _runs([*first, *install]) or (_runs([*first, "apt-get", "update", "-q"]) and _runs([*first, *install]))


def _runs(command: Sequence[str]) -> bool:
    environment = {**os.environ, "DEBIAN_FRONTEND": "noninteractive"}
    try:
        done = subprocess.run(command, env=environment, capture_output=True, timeout=INSTALL_S, check=False)
    except (OSError, subprocess.TimeoutExpired):
        return False
    return done.returncode == 0


@contextmanager
def opened(*arguments: str) -> Iterator[Browser]:
    """A Chromium of its own, with further arguments for its command line."""
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=find_chromium(), args=list(arguments))
        yield browser
        browser.close()


@dataclass
class Faults:
    """Errors of a page: what it wrote to the console, what it threw, and what its policy forbade."""

    found: list[str] = field(default_factory=list)
    allowed: list[str] = field(default_factory=list)

    def allow(self, pattern: str) -> None:
        """Expect errors in which this regular expression is found, e.g. where a test takes the server away."""
        self.allowed.append(pattern)

    def watch(self, page: Page) -> Page:
        """Collect what goes wrong in a page from now on."""
        page.on("console", self._said)
        page.on("pageerror", lambda error: self.found.append(f"thrown: {error}"))
        page.add_init_script(
            "document.addEventListener('securitypolicyviolation', e =>"
            " console.error(`policy: ${e.violatedDirective} forbids ${e.blockedURI}`))"
        )
        return page

    def check(self) -> None:
        """Fail if something went wrong that was not expected."""
        left = [fault for fault in self.found if not any(re.search(pattern, fault) for pattern in self.allowed)]
        assert left == []

    def _said(self, message: ConsoleMessage) -> None:
        if message.type == "error":
            self.found.append(f"{message.text} ({message.location.get('url', '')})")


def barriers(page: Page) -> list[str]:
    """What axe-core finds wrong with a page, one line each: rule, and where. From then on nothing moves in it."""
    # What moves in is half transparent while it does, and may come while axe-core looks.
    page.emulate_media(reduced_motion="reduce")
    found = Axe().run(page, options={"runOnly": {"type": "tag", "values": WCAG}})
    return [
        f"{violation['id']}: {node['target']} {node.get('failureSummary', '')}"
        for violation in found.response["violations"]
        for node in violation["nodes"]
    ]


if __name__ == "__main__":
    # Before the tests, so that an installation takes none of their time; it is they who say that there is none.
    find_chromium()

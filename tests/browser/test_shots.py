"""The pictures of docs/images: taken anew with ``COUNTOFF_SHOTS=1``, from real talk; otherwise only looked after."""

from __future__ import annotations

import json
import os
import struct
from typing import Any

import pytest
from playwright.sync_api import expect

from countoff.settings import PROJECT
from tests.browser.conftest import OpenPage, Site
from tests.browser.visitor import KEPT, Visitor, finish_a_set

IMAGES = PROJECT / "docs" / "images"
LARGEST = 150_000
"""Bytes of a picture."""

SIZES = {"web-desktop": (1000, 760), "web-phone": (390, 844), "web-dark": (768, 860)}
TAKES = pytest.mark.skipif(not os.environ.get("COUNTOFF_SHOTS"), reason="COUNTOFF_SHOTS=1 takes the pictures anew")


def _open(open_page: OpenPage, name: str, **options: Any) -> Visitor:
    width, height = SIZES[name]
    visitor = Visitor(open_page(viewport={"width": width, "height": height}, **options))
    expect(visitor.field).to_be_visible()
    return visitor


def _take(visitor: Visitor, name: str) -> None:
    IMAGES.mkdir(exist_ok=True)
    visitor.page.wait_for_timeout(400)
    visitor.page.screenshot(path=IMAGES / f"{name}.png")


def _count_to(visitor: Visitor, rep: int) -> None:
    """Start a set and let it run to a rep."""
    visitor.say("start 8 reps with the yellow band")
    expect(visitor.coach.last).to_contain_text("Here we go")
    visitor.page.wait_for_timeout(8_000 + (2 * rep - 1) * 4_000 - 2_600)


@TAKES
def test_take_the_desktop(open_page: OpenPage) -> None:
    visitor = _open(open_page, "web-desktop")
    visitor.ask("Where does the band go?")
    _count_to(visitor, 3)
    _take(visitor, "web-desktop")
    visitor.say("stop")


@TAKES
def test_take_the_phone(open_page: OpenPage) -> None:
    visitor = _open(open_page, "web-phone", has_touch=True, is_mobile=True)
    _count_to(visitor, 2)
    _take(visitor, "web-phone")
    visitor.say("stop")


@TAKES
def test_take_the_dark_look(site: Site, open_page: OpenPage) -> None:
    visitor = _open(open_page, "web-dark", color_scheme="dark")
    visitor.ask("Which band should I use?")
    token = json.loads(visitor.page.evaluate(KEPT)[0][1])["token"]
    for effort, reps in (("hard", 6), ("moderate", 6), ("moderate", 8), ("easy", 8), ("moderate", 10)):
        finish_a_set(site, token, effort, reps)
    visitor.button("history").click()
    expect(visitor.page.locator("countoff-coach rect.bar")).to_have_count(5)
    _take(visitor, "web-dark")


@pytest.mark.parametrize("name", SIZES)
def test_each_picture_is_there_and_small(name: str) -> None:
    picture = (IMAGES / f"{name}.png").read_bytes()
    assert struct.unpack(">II", picture[16:24]) == SIZES[name]
    assert len(picture) < LARGEST

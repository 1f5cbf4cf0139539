"""WCAG 2.2 AA of the widget: what axe-core finds, and what it cannot see."""

from __future__ import annotations

from typing import Any

import pytest
from playwright.sync_api import Page, expect

from tests.browser.browser import barriers
from tests.browser.conftest import OpenPage
from tests.browser.visitor import Visitor, reply, says, word

LOOKS: dict[str, dict[str, Any]] = {
    "light": {"color_scheme": "light"},
    "dark": {"color_scheme": "dark"},
    "phone": {"viewport": {"width": 320, "height": 640}},
    "phone, dark": {"viewport": {"width": 320, "height": 640}, "color_scheme": "dark", "has_touch": True},
    "high contrast": {"forced_colors": "active"},
    "calm": {"reduced_motion": "reduce"},
}
LONG = "A long answer with averyveryveryveryveryveryveryveryveryverylongwordthatfitsnowhere in it. " * 6
SMALL = """() => {
  const root = document.querySelector('countoff-coach').shadowRoot;
  return [...root.querySelectorAll('button, a, input, textarea, label')].filter((part) => part.checkVisibility())
    .filter((part) => !part.closest('.text, .source, .unseen') && !part.matches('.unseen, input'))
    .map((part) => [part.getAttribute('aria-label') ?? part.textContent, part.getBoundingClientRect()])
    .filter(([, box]) => Math.min(box.width, box.height) < 43.5)
    .map(([name, box]) => `${name}: ${box.width} x ${box.height}`);
}"""
"""Targets of less than 44 px."""
WIDE = """() => {
  const root = document.querySelector('countoff-coach').shadowRoot;
  const log = root.querySelector('.log');
  return [document.documentElement.scrollWidth - innerWidth, log.scrollWidth - log.clientWidth];
}"""
OUTSIDE = """() => {
  const root = document.querySelector('countoff-coach').shadowRoot;
  const {left, right} = root.host.getBoundingClientRect();
  return [...root.querySelectorAll('button')].filter((part) => part.checkVisibility())
    .filter((part) => part.getBoundingClientRect().left < left || part.getBoundingClientRect().right > right)
    .map((part) => part.textContent);
}"""


def _check(page: Page) -> None:
    assert barriers(page) == []
    assert page.evaluate(SMALL) == []
    assert max(page.evaluate(WIDE)) <= 0


@pytest.fixture(params=list(LOOKS.values()), ids=list(LOOKS))
def visitor(request: pytest.FixtureRequest, open_page: OpenPage) -> Visitor:
    found = Visitor(open_page(**request.param))
    expect(found.field).to_be_visible()
    return found


def test_the_first_view(visitor: Visitor) -> None:
    _check(visitor.page)


def test_after_an_answer(visitor: Visitor) -> None:
    visitor.ask("Which band should I use?")
    visitor.ask("who says so")
    _check(visitor.page)


def test_with_each_part_open(visitor: Visitor) -> None:
    for key in ("history", "options"):
        visitor.button(key).click()
        _check(visitor.page)
    visitor.button("clear").click()
    _check(visitor.page)


def test_with_an_open_set(visitor: Visitor) -> None:
    visitor.ask("start 4 reps without a band")
    expect(visitor.coach.last).to_contain_text("Here we go")
    _check(visitor.page)
    visitor.say("stop")


def test_with_a_message_that_was_not_sent(visitor: Visitor, faults: Any) -> None:
    faults.allow("Failed to load resource")
    with visitor.server(lambda route: route.abort()):
        visitor.say(LONG)
        expect(visitor.own).to_contain_text(word("not_sent"))
    with visitor.server(says(reply(LONG, buttons=[{"title": LONG[:90], "payload": "x"}]))):
        visitor.say("hello")
        expect(visitor.coach).to_be_visible()
    _check(visitor.page)


@pytest.mark.parametrize("width", [640, 1280])
def test_letters_of_twice_the_size_fit(open_page: OpenPage, width: int) -> None:
    visitor = Visitor(open_page(viewport={"width": width, "height": 800}))
    visitor.page.evaluate("document.documentElement.style.setProperty('font-size', '200%')")
    with visitor.server(says(reply(LONG, buttons=[{"title": "A choice of many words", "payload": "x"}]))):
        visitor.ask("hello")
    visitor.button("options").click()
    _check(visitor.page)
    assert visitor.page.evaluate(OUTSIDE) == []


def test_the_focus_is_never_lost(open_page: OpenPage) -> None:
    visitor = Visitor(open_page())
    focused = "() => document.querySelector('countoff-coach').shadowRoot.activeElement?.className ?? 'lost'"
    visitor.suggestions.first.focus()
    with visitor.server(says(reply("Fine.", buttons=[{"title": "More", "payload": "more"}]))):
        visitor.page.keyboard.press("Enter")
        expect(visitor.coach).to_contain_text("Fine.")
        expect(visitor.field).to_be_focused()
    visitor.button("options").focus()
    visitor.page.keyboard.press("Enter")
    expect(visitor.page.get_by_role("heading", name=word("options"))).to_be_focused()
    visitor.button("clear").focus()
    visitor.page.keyboard.press("Enter")
    expect(visitor.page.get_by_role("heading", name=word("clearing_title"))).to_be_focused()
    visitor.button("clearing_yes").focus()
    visitor.page.keyboard.press("Enter")
    expect(visitor.coach).to_contain_text(word("greeting"))
    assert visitor.page.evaluate(focused) != "lost"


def test_on_a_phone_no_keyboard_springs_up_by_itself(open_page: OpenPage, phone: dict[str, Any]) -> None:
    visitor = Visitor(open_page(**phone))
    with visitor.server(says(reply("Fine."))):
        visitor.suggestions.first.tap()
        expect(visitor.coach).to_contain_text("Fine.")
    expect(visitor.page.get_by_role("region", name=word("log"))).to_be_focused()


@pytest.fixture
def phone() -> dict[str, Any]:
    return {"viewport": {"width": 390, "height": 844}, "has_touch": True, "is_mobile": True}


def test_nothing_moves_where_that_is_not_wanted(open_page: OpenPage) -> None:
    visitor = Visitor(open_page(reduced_motion="reduce"))
    with visitor.server(says(reply("Fine."))):
        visitor.ask("hello")
    assert visitor.coach.evaluate("entry => getComputedStyle(entry).animationName") == "none"


def test_a_screen_reader_gets_phases_in_a_status_and_the_chat_in_a_log(open_page: OpenPage) -> None:
    visitor = Visitor(open_page())
    expect(visitor.log).to_have_count(1)
    expect(visitor.page.locator("countoff-coach [role=status]")).to_have_count(1)
    expect(visitor.log).to_have_attribute("aria-live", "polite")

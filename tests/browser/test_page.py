"""The demo page, and the widget on pages of other origins."""

from __future__ import annotations

from collections.abc import Callable

import httpx
import pytest
from playwright.sync_api import Page, expect

from countoff.channels.web.words import load_web_words
from tests.browser.browser import Faults, barriers
from tests.browser.conftest import OpenPage, Site
from tests.browser.visitor import Visitor, word

WORDS = load_web_words().words["page"]
IS_DEFINED = "() => customElements.get('countoff-coach') !== undefined"
WIDTHS = {"phone": 320, "tablet": 768, "desktop": 1280}


def test_the_page_loads_with_its_words_and_nothing_goes_wrong(page: Page) -> None:
    expect(page).to_have_title(str(WORDS["title"]))
    for key in ("tagline", "description", "what_title", "embed_title", "notice", "copy"):
        expect(page.get_by_text(str(WORDS[key]), exact=True)).to_be_visible()
    for item in WORDS["what"]:
        expect(page.get_by_role("listitem").filter(has_text=item)).to_be_visible()
    assert "{{" not in page.content()
    page.wait_for_function(IS_DEFINED)
    expect(page.locator("#broken")).to_be_hidden()


def test_a_page_without_the_slash_leads_to_the_page(site: Site, open_page: OpenPage) -> None:
    page = open_page(site.url.removesuffix("/"))
    assert page.url == site.url


@pytest.mark.parametrize("width", WIDTHS.values(), ids=WIDTHS)
@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_the_page_fits_and_has_no_barriers(open_page: OpenPage, width: int, scheme: str) -> None:
    page = open_page(viewport={"width": width, "height": 800}, color_scheme=scheme)
    expect(Visitor(page).coach).to_contain_text(word("greeting"))
    assert page.evaluate("document.documentElement.scrollWidth") <= width
    assert barriers(page) == []


def test_the_lines_to_embed_are_shown_and_copied(site: Site, open_page: OpenPage) -> None:
    page = open_page(permissions=["clipboard-read", "clipboard-write"])
    page.get_by_role("button", name=str(WORDS["copy"])).click()
    expect(page.get_by_text(str(WORDS["copied"]))).to_be_visible()
    lines = (
        f'<script type="module" src="{site.url}widget.js"></script>\n'
        f'<countoff-coach server="{site.origin}/"></countoff-coach>'
    )
    assert page.evaluate("navigator.clipboard.readText()") == lines
    assert page.locator("#line").inner_text().strip() == lines


def test_the_keyboard_gets_to_the_coach_first(page: Page) -> None:
    page.keyboard.press("Tab")
    skip = page.get_by_role("link", name=str(WORDS["skip"]))
    expect(skip).to_be_focused()
    expect(skip).to_be_in_viewport()
    page.keyboard.press("Enter")
    expect(page.locator("#coach")).to_be_focused()


def test_a_widget_that_cannot_be_loaded_is_said(
    site: Site, open_context: Callable[..., object], open_page: OpenPage, faults: Faults
) -> None:
    faults.allow("widget.js")
    page = open_page("about:blank")
    page.route("**/widget.js", lambda route: route.abort())
    page.goto(site.url)
    expect(page.get_by_role("alert")).to_have_text(str(WORDS["broken"]))


SCRIPT = "const script = document.createElement('script'); document.body.append(script); "
FORBIDDEN = {
    "handler": "document.body.insertAdjacentHTML('beforeend', '<img src=x onerror=\"window.ran = 1\">')",
    "inline script": SCRIPT + "script.append('window.ran = 1'); document.body.append(script)",
    "script of others": SCRIPT + "script.src = 'https://example.org/x.js'",
    "text as code": "setTimeout('window.ran = 1', 0)",
    "frame": "const frame = document.createElement('iframe'); frame.src = '/'; document.body.append(frame)",
}


@pytest.mark.parametrize("tried", FORBIDDEN.values(), ids=FORBIDDEN)
def test_the_policy_stops_what_a_page_must_not_do(page: Page, faults: Faults, tried: str) -> None:
    faults.allow("(?i)policy|failed to load resource")
    page.evaluate(f"() => {{ {tried} }}")
    page.wait_for_timeout(100)
    assert page.evaluate("window.ran") is None
    assert [fault for fault in faults.found if fault.startswith("policy: ")] != []


FETCH = "([url, options]) => fetch(url, options).then(r => r.status, e => `${e}`)"


def _begins(page: Page, site: Site) -> object:
    """What a page gets that asks for a conversation."""
    return page.evaluate(FETCH, [f"{site.url}conversations", {"method": "POST"}])


def _asks_for_history(page: Page, site: Site, token: str) -> object:
    headers = {"X-Countoff-Conversation": token}
    return page.evaluate(FETCH, [f"{site.url}history", {"headers": headers}])


def test_a_listed_origin_may_embed_the_widget(site: Site, open_page: OpenPage) -> None:
    page = open_page(site.hosts.listed)
    page.wait_for_function(IS_DEFINED)
    assert _begins(page, site) == 201
    token = httpx.post(f"{site.url}conversations").json()["conversation"]
    assert _asks_for_history(page, site, token) == 200
    message = {"conversation": token, "message": "hello"}
    sent = {"method": "POST", "body": _json(message), "headers": {"Content-Type": "application/json"}}
    assert page.evaluate(FETCH, [f"{site.url}messages", sent]) == 200


def test_another_origin_gets_nothing(site: Site, open_page: OpenPage, faults: Faults) -> None:
    faults.allow("CORS policy")
    faults.allow("Failed to load resource")
    page = open_page(site.hosts.unlisted)
    token = httpx.post(f"{site.url}conversations").json()["conversation"]
    for got in (_begins(page, site), _asks_for_history(page, site, token)):
        assert got == "TypeError: Failed to fetch"


def test_the_page_may_be_framed_by_a_listed_origin_only(site: Site, open_page: OpenPage) -> None:
    policy = httpx.get(site.url).headers["content-security-policy"]
    assert f"frame-ancestors 'self' {site.hosts.listed}" in policy


def _json(value: object) -> str:
    return httpx.Request("POST", "http://x", json=value).content.decode()

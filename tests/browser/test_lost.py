"""A set whose page is reloaded, whose server is away, or which another tab takes over."""

from __future__ import annotations

import itertools
from typing import Any

import pytest
from playwright.sync_api import Browser, expect

from tests.browser.browser import Faults
from tests.browser.conftest import OpenPage, Site
from tests.browser.player_page import IMPATIENT, command, load, open_player, prescribe, text
from tests.browser.test_session import WATCH, begin, button, history, lifts, shows
from tests.browser.visitor import MESSAGES, Visitor

SLOWER = 1.25


def _open(page: Any) -> Visitor:
    found = Visitor(page)
    expect(found.field).to_be_visible()
    found.page.evaluate(WATCH)
    return found


def test_after_a_reload_in_mid_set_it_offers_to_go_on_at_the_rep(site: Site, open_page: OpenPage) -> None:
    visitor = _open(open_page())
    begin(visitor, 3)
    shows(visitor, f"{text('left')} 1 {text('hold')}")
    visitor.page.reload()
    visitor = _open(visitor.page)
    offer = text("offer_rep", rep=1, side=text("left").lower())
    expect(visitor.page.get_by_text(offer)).to_be_visible()
    button(visitor, "toggle").click()
    shows(visitor, f"{text('left')} 2 {text('ready')}")
    shows(visitor, f"{text('right')} 2 {text('lift')}")
    assert lifts(visitor)[:2] == [f"{text('left')} 1", f"{text('right')} 2"]
    button(visitor, "stop").click()
    expect(visitor.coach.last).to_contain_text("1 left")
    [logged] = history(site, visitor)
    assert (logged["reps_left"], logged["reps_right"]) == (1, 1)


def test_while_the_server_is_away_it_counts_to_the_end_and_tells_later(
    site: Site, open_page: OpenPage, faults: Faults
) -> None:
    faults.allow("Failed to load resource")
    visitor = _open(open_page())
    begin(visitor, 1)
    visitor.page.route(MESSAGES, lambda route: route.abort())
    shows(visitor, f"{text('right')} 1 {text('lift')}")
    visitor.page.wait_for_function("(done) => told.at(-1) === done", arg=text("status_done"), timeout=40_000)
    assert len(lifts(visitor)) == 2
    assert history(site, visitor) == []
    # The page may even be loaded anew before the server is back.
    visitor.page.reload()
    visitor.page.unroute(MESSAGES)
    expect(visitor.coach.last).to_contain_text("easy, moderate or hard", timeout=20_000)
    [logged] = history(site, visitor)
    assert (logged["reps_left"], logged["reps_right"], logged["confirmed"]) == (1, 1, True)


def test_without_an_answer_the_rest_of_the_set_is_stretched_and_the_change_told_later(
    site: Site, open_page: OpenPage, autoplay: Browser
) -> None:
    player = open_player(open_page, site.url, IMPATIENT, where=autoplay)
    player.command(command("start", prescribe(reps=5)))
    player.button("slower").click()
    player.wait("asked.length === 2")
    assert player.get("asked") == [text("say_slower"), ""]
    player.wait("nodes.some(({ stopped_s }) => stopped_s !== null)")
    starts = player.get("nodes.filter(({ stopped_s }) => stopped_s === null).map(({ when }) => when)")
    gaps = [later - earlier for earlier, later in itertools.pairwise(starts)]
    assert gaps[0] + gaps[1] == pytest.approx(1.5, abs=0.02)
    assert gaps[-2] + gaps[-3] == pytest.approx(1.5 * SLOWER, abs=0.02)
    # Places are told on the clock of the plan.
    player.forget()
    player.wait_for(f"{text('right')} 2 {text('hold')}")
    assert player.place["rev"] == 1
    assert player.place["position_ms"] == pytest.approx(3_700, abs=600)
    player.get("(player.report(), player.delivered())")
    player.wait("asked.length === 3")
    assert player.get("asked.at(-1)") == text("say_slower")


def test_a_second_tab_takes_the_count_over(site: Site, open_page: OpenPage, autoplay: Browser) -> None:
    first = open_player(open_page, site.url, where=autoplay)
    first.command(command("start", prescribe(reps=8)))
    first.wait_for(f"{text('right')} 1 {text('lift')}")
    second = first.page.context.new_page()
    second.route("**/alone", lambda r: r.fulfill(body="<div id=stage></div>", content_type="text/html"))
    load(second, site.url)
    assert second.evaluate("() => player.restore()"), "something is kept"
    second.wait_for_timeout(400)
    assert second.evaluate("() => player.isOpen") is False, "but it is the other tab's"
    assert first.get("player.isCounting")
    second.evaluate("(session) => player.command(session)", {**command("start", prescribe()), "id": "set-2"})
    first.wait("states.at(-1) === 'idle'")
    assert first.get("said.at(-1)") == text("status_taken")
    assert first.get("nodes.every(({ stopped_s, when }) => stopped_s !== null || when < contexts[0].currentTime)")
    assert second.evaluate("() => player.isCounting")
    assert first.get("asked") == [], "the coach knows of the new set"


def test_where_there_are_no_locks_tabs_ask_each_other(site: Site, open_page: OpenPage, autoplay: Browser) -> None:
    without = "Object.defineProperty(Navigator.prototype, 'locks', { value: undefined })"
    first = open_player(open_page, site.url, without, where=autoplay)
    first.command(command("start", prescribe(reps=8)))
    second = first.page.context.new_page()
    second.add_init_script(without)
    second.route("**/alone", lambda r: r.fulfill(body="<div id=stage></div>", content_type="text/html"))
    load(second, site.url)
    second.evaluate("() => player.restore()")
    second.wait_for_timeout(600)
    assert second.evaluate("() => player.isOpen") is False
    second.evaluate("(session) => player.command(session)", {**command("start", prescribe()), "id": "set-2"})
    first.wait("states.at(-1) === 'idle'")


def test_where_locks_are_forbidden_it_counts_all_the_same(site: Site, open_page: OpenPage, autoplay: Browser) -> None:
    forbidden = "() => Promise.reject(new DOMException('no', 'SecurityError'))"
    player = open_player(
        open_page,
        site.url,
        f"LockManager.prototype.request = {forbidden}; LockManager.prototype.query = {forbidden}",
        where=autoplay,
    )
    player.command(command("start", prescribe()))
    player.wait_for(f"{text('right')} 1 {text('hold')}")
    player.page.reload()
    load(player.page, site.url)
    assert player.get("player.restore()")
    expect(player.button("resume")).to_be_visible()


UNUSABLE = [
    "",
    "{",
    "null",
    '{"v":9}',
    '{"v":1}',
    '{"v":1,"session":{"id":"x","isOpen":true,"rev":1,"at_ms":0,"paused_at":0,"track":{"cues":[1],"end_ms":1}}}',
]


def test_what_it_cannot_use_in_the_storage_is_passed_over(site: Site, open_page: OpenPage, autoplay: Browser) -> None:
    player = open_player(open_page, site.url, where=autoplay)
    player.command(command("start", prescribe()))
    key = player.get("Object.keys(localStorage).find((key) => key.startsWith('countoff.set'))")
    player.get("player.heard('stop')")
    for kept in UNUSABLE:
        player.page.evaluate("([key, kept]) => { player.close(); localStorage.setItem(key, kept); }", [key, kept])
        load(player.page, site.url)
        assert player.get("player.restore()") is False, kept
        assert not player.get("player.isOpen")

"""A set in the page: counted to its end and logged, steered with buttons and keys, and shown as it is."""

from __future__ import annotations

import json
import re
from collections.abc import Callable
from typing import Any

import httpx
import pytest
from playwright.sync_api import Browser, expect

from countoff.session.grid import Position
from tests.browser.browser import Faults
from tests.browser.conftest import OpenPage, Site
from tests.browser.player_page import IMPATIENT, PlayerPage, command, open_player, prescribe, text
from tests.browser.visitor import KEPT, Visitor

FAST = "without a band, 0.5 seconds up, 0.5 hold, 0.5 down"
OpenAlone = Callable[..., PlayerPage]
WATCH = """() => {
  const root = document.querySelector("countoff-coach").shadowRoot;
  globalThis.shown = [];
  globalThis.told = [];
  const part = (name) => root.querySelector(`.player .${name}`)?.textContent ?? "";
  const look = () => {
    const seen = `${part("side")} ${part("counter strong")} ${part("phase")}`;
    if (shown.at(-1) !== seen) shown.push(seen);
    const status = root.querySelector("[role=status]").textContent;
    if (told.at(-1) !== status) told.push(status);
  };
  new MutationObserver(look).observe(root, { childList: true, subtree: true, characterData: true });
}"""


@pytest.fixture
def alone(site: Site, open_page: OpenPage, autoplay: Browser) -> OpenAlone:
    """Opens the player alone."""
    return lambda script="", **options: open_player(open_page, site.url, script, where=autoplay, **options)


@pytest.fixture
def visitor(open_page: OpenPage) -> Visitor:
    """Somebody on the demo page, with the real server."""
    found = Visitor(open_page())
    expect(found.field).to_be_visible()
    found.page.evaluate(WATCH)
    return found


def lifts(visitor: Visitor) -> list[str]:
    lift = text("lift")
    return [seen.removesuffix(f" {lift}") for seen in visitor.page.evaluate("shown") if seen.endswith(f" {lift}")]


def button(visitor: Visitor, key: str) -> Any:
    return visitor.page.locator(f"countoff-coach .player .{key}")


def shows(visitor: Visitor, seen: str) -> None:
    visitor.page.wait_for_function(f"() => shown.some((one) => one.startsWith({json.dumps(seen)}))", timeout=30_000)


def begin(visitor: Visitor, reps: int) -> None:
    """Start a set, and leave most of the time to get ready out: after a pause in it come three seconds."""
    visitor.ask(f"start {reps} reps {FAST}")
    button(visitor, "toggle").click()
    expect(visitor.coach.last).to_contain_text("rep 1, right leg")
    button(visitor, "toggle").click()


def history(site: Site, visitor: Visitor) -> list[dict[str, Any]]:
    token = json.loads(visitor.page.evaluate(KEPT)[0][1])["token"]
    answer = httpx.get(f"{site.url}history", headers={"X-Countoff-Conversation": token}, timeout=30)
    found: list[dict[str, Any]] = answer.json()["sessions"]
    return found


# ----------------------------------------------------------------------------------------------- with the real server
def test_a_whole_session_is_counted_and_logged_and_slower_is_spliced_in(site: Site, visitor: Visitor) -> None:
    visitor.ask(f"start 2 reps {FAST}")
    expect(visitor.page.get_by_role("region", name=text("title"))).to_be_visible()
    shows(visitor, f"{text('right')} 1 {text('lift')}")
    button(visitor, "slower").click()
    expect(visitor.coach.last).to_contain_text("From the next rep on: 0.6 seconds up")
    expect(visitor.coach.last).to_contain_text("easy, moderate or hard", timeout=40_000)
    assert lifts(visitor) == [f"{text(side)} {rep}" for rep in (1, 2) for side in ("right", "left")]
    expect(visitor.page.get_by_role("region", name=text("title"))).to_be_hidden()
    told = [one for one in visitor.page.evaluate("told") if one]
    assert told == [text("status_started"), text("status_done")], "a screen reader hears of phases of the session alone"
    visitor.ask("easy")
    [logged] = history(site, visitor)
    assert (logged["reps_left"], logged["reps_right"], logged["effort"], logged["confirmed"]) == (2, 2, "easy", True)
    expect(visitor.page.locator("countoff-coach rect.bar")).to_have_count(1)


@pytest.mark.parametrize(("band", "display"), [("with a band", "inline"), ("without a band", "none")])
def test_the_figure_wears_the_band_of_the_set(visitor: Visitor, band: str, display: str) -> None:
    visitor.ask(f"start 2 reps {band}")
    shows(visitor, f"{text('right')} 1 {text('lift')}")
    for line in ("band", "gap"):
        expect(visitor.page.locator(f"countoff-coach .figure .{line}")).to_have_css("display", display)


def test_pause_and_resume_keep_rep_and_side_and_the_server_agrees(visitor: Visitor) -> None:
    begin(visitor, 5)
    shows(visitor, f"{text('left')} 1 {text('hold')}")
    button(visitor, "toggle").click()
    expect(visitor.coach.last).to_contain_text("rep 1, left leg")
    visitor.page.evaluate("shown.splice(0)")
    button(visitor, "toggle").click()
    shows(visitor, f"{text('left')} 3 {text('ready')}")
    shows(visitor, f"{text('right')} 2 {text('lift')}")
    assert lifts(visitor) == [f"{text('left')} 1", f"{text('right')} 2"]
    assert "4 right and 4 left to go" in visitor.ask("how many left?").lower()
    button(visitor, "easier").click()
    expect(button(visitor, "phase")).to_have_text(text("paused"))
    visitor.page.evaluate("shown.splice(0)")
    button(visitor, "toggle").click()
    # The coach knows how it goes on from here: another place takes eight seconds to get into, the same one three.
    visitor.page.wait_for_function("(ready) => shown.some((one) => one.endsWith(ready))", arg=text("ready"))
    button(visitor, "hurts").click()
    expect(visitor.coach.last).to_contain_text("Where")
    expect(visitor.page.get_by_role("region", name=text("title"))).to_be_hidden()


# ------------------------------------------------------------------------------------------------ the player by itself
def test_skip_leads_to_the_rest_and_out_of_it(alone: OpenAlone) -> None:
    player = alone()
    wanted = prescribe(reps=4, sets=2)
    player.command(command("start", wanted))
    player.wait_for(f"{text('right')} 1 {text('hold')}")
    player.button("skip").click()
    player.wait("states.at(-1) === 'resting'")
    assert player.get("asked.at(-1)") == text("say_skip")
    assert 500 <= player.place["position_ms"] < 2_000, "the reps that were left out are not told as done"
    player.command(command("replan", wanted, 2, lead_in="rest", start=Position(2, 1, "right"), splice_at_ms=3_000))
    player.get("player.delivered()")
    assert player.place["rev"] == 2
    assert player.place["position_ms"] < 5_000
    player.forget()
    player.button("skip").click()
    player.wait_for(f"{text('right')} 1 {text('lift')}")
    assert player.place["position_ms"] < 13_000


def test_skipping_the_last_set_ends_the_session(alone: OpenAlone) -> None:
    player = alone(IMPATIENT)
    player.command(command("start", prescribe(reps=4)))
    player.wait_for(f"{text('right')} 1 {text('hold')}")
    player.button("skip").click()
    assert player.get("states.at(-1)") == "done"
    assert player.place["position_ms"] < 2_000
    # The server does not answer.
    player.wait("asked.length === 2")
    assert [event["type"] for event in player.events] == ["started", "stopped"]


def test_keys_steer_a_set_unless_somebody_writes(alone: OpenAlone) -> None:
    player = alone()
    keyboard = player.page.keyboard
    keyboard.press("Escape")
    player.command(command("start", prescribe(reps=8)))
    assert player.get("asked") == [], "no set, no keys"
    player.page.get_by_label("Notes").focus()
    keyboard.type("h- +se ")
    keyboard.press("Escape")
    assert player.get("asked") == []
    assert player.get("player.isCounting")
    player.page.get_by_label("Notes").blur()
    for key in ("-", "+", "e"):
        keyboard.press(key)
    assert player.get("asked") == [text("say_slower"), text("say_faster"), text("say_easier")]
    keyboard.press("Space")
    assert player.get("states.at(-1)") == "paused"
    keyboard.press("Space")
    player.wait("player.isCounting")
    keyboard.press("Control+h")
    assert player.get("player.isOpen")
    keyboard.press("h")
    assert player.get("asked.at(-1)") == text("say_hurts")
    assert not player.get("player.isOpen")
    before = len(player.get("asked"))
    keyboard.press("Space")
    assert len(player.get("asked")) == before


def test_the_space_bar_presses_the_button_that_the_keyboard_leads_to(alone: OpenAlone) -> None:
    player = alone()
    player.command(command("start", prescribe(reps=8)))
    player.button("slower").click()
    player.page.keyboard.press("Space")
    assert player.get("states.at(-1)") == "paused", "a click leaves the space bar to the pause"
    player.button("faster").focus()
    player.page.keyboard.press("Space")
    assert player.get("asked.at(-1)") == text("say_faster")


def test_what_the_microphone_heard_acts_at_once(alone: OpenAlone) -> None:
    player = alone()
    player.command(command("start", prescribe(reps=8)))
    player.get("player.heard('pause')")
    assert player.get("[states.at(-1), asked.at(-1)]") == ["paused", text("say_pause")]
    player.get("player.heard('pause')")
    assert len(player.get("asked")) == 1, "paused already"
    player.get("player.heard('resume')")
    player.wait("player.isCounting")
    player.get("player.heard('pain')")
    assert player.get("[player.isOpen, asked.at(-1)]") == [False, text("say_hurts")]


def test_an_answer_to_a_pause_that_is_over_does_not_pause_again(alone: OpenAlone) -> None:
    player = alone()
    wanted = prescribe(reps=8)
    player.command(command("start", wanted))
    player.button("pause").click()
    player.button("resume").click()
    player.wait("player.isCounting")
    pause = {"action": "pause", "id": "set-1", "rev": 1, "prescription": wanted.to_wire()}
    player.command(pause)
    assert player.get("player.isCounting")
    player.get("(player.report(), player.delivered())")
    player.command(pause)
    assert player.get("states.at(-1)") == "paused", "the coach pauses for an answer"


def test_after_talk_in_a_pause_the_coach_decides_how_it_goes_on(alone: OpenAlone) -> None:
    player = alone(IMPATIENT)
    player.command(command("start", prescribe(reps=8)))
    player.button("pause").click()
    player.get("(player.report(), player.delivered(), player.report(), player.delivered())")
    player.button("resume").click()
    assert player.get("[states.at(-1), asked.at(-1)]") == ["paused", text("say_resume")]
    # A refusal, as after pain: an answer without a plan.
    player.get("(player.report(), player.delivered())")
    player.page.wait_for_timeout(700)
    assert player.get("states.at(-1)") == "paused"
    # No answer at all.
    player.button("resume").click()
    player.wait("player.isCounting")
    assert player.events[-1]["type"] == "resumed"


def test_a_stop_that_comes_late_does_not_end_the_next_set(alone: OpenAlone) -> None:
    player = alone()
    player.command(command("start", prescribe()))
    player.command({**command("start", prescribe()), "id": "set-2"})
    player.command({"action": "stop", "id": "set-1"})
    assert player.get("player.isCounting")
    player.command({"action": "stop", "id": "of a session that this page never knew"})
    assert not player.get("player.isOpen"), "the safe reading"


# ---------------------------------------------------------------------------------------------------------- the sound
def test_when_the_system_takes_the_sound_away_it_pauses_there(alone: OpenAlone) -> None:
    player = alone()
    player.command(command("start", prescribe(reps=8)))
    player.wait_for(f"{text('left')} 1 {text('lift')}")
    player.page.evaluate("async () => { await contexts[0].suspend(); }")
    player.wait("states.at(-1) === 'paused'")
    [paused] = [event for event in player.events if event["type"] == "paused"]
    assert 1_500 <= paused["position_ms"] < 3_000
    player.forget()
    player.button("resume").click()
    player.wait_for(f"{text('left')} 3 {text('ready')}")


def test_a_clip_that_is_missing_is_a_tone(alone: OpenAlone, faults: Faults) -> None:
    faults.allow("404")
    player = alone()
    player.page.route(re.compile("/audio/clips/"), lambda route: route.fulfill(status=404))
    start = command("start", prescribe(reps=1), lead_in="resume")
    player.command(start)
    player.wait("nodes.length > 0")
    lengths = player.get("nodes.map(({ node }) => node.buffer.duration)")
    assert len(lengths) == sum(cue["text"] is not None for cue in start["plan"]["cues"])
    assert max(lengths) < 0.13


@pytest.mark.parametrize(
    "script",
    [
        pytest.param("delete globalThis.AudioContext", id="no audio"),
        pytest.param(
            "Object.defineProperty(BaseAudioContext.prototype, 'state', { get: () => 'suspended' });"
            "AudioContext.prototype.resume = () => new Promise(() => {})",
            id="not allowed",
        ),
    ],
)
def test_without_sound_the_picture_keeps_the_beat(alone: OpenAlone, script: str) -> None:
    player = alone(script)
    player.command(command("start", prescribe(reps=1)))
    expect(player.page.get_by_text(text("silent"))).to_be_visible()
    player.wait_for(f"{text('left')} 1 {text('lower')}")
    assert player.reps == [f"{text('right')} 1", f"{text('left')} 1"]
    assert 2_500 <= player.place["position_ms"] < 3_200


def test_a_hidden_tab_goes_on(alone: OpenAlone) -> None:
    slow = "const every = setInterval; setInterval = (action, ms) => every(action, Math.max(ms, 1000));"
    player = alone(f"{slow} requestAnimationFrame = () => 0")
    start = command("start", prescribe(reps=1))
    player.command(start)
    player.wait("states.includes('done')")
    assert player.get("nodes.length") == sum(cue["text"] is not None for cue in start["plan"]["cues"])


# ----------------------------------------------------------------------------------------------------------- the view
def test_without_motion_the_figure_stands_in_poses(alone: OpenAlone) -> None:
    player = alone(reduced_motion="reduce")
    player.get(
        "(globalThis.poses = new Set(), new MutationObserver(() =>"
        " poses.add(document.querySelectorAll('.limb')[1].getAttribute('points')))"
        ".observe(document.querySelector('.figure'), { subtree: true, attributes: true }))"
    )
    player.command(command("start", prescribe(reps=1)))
    player.wait_for(f"{text('left')} 1 {text('lift')}")
    assert player.get("poses.size") == 2


def test_the_counter_is_no_live_region(alone: OpenAlone) -> None:
    player = alone()
    player.command(command("start", prescribe(reps=1)))
    assert player.page.locator(".player :is([aria-live], [role=status], [role=alert])").count() == 0
    expect(player.page.get_by_role("timer")).to_have_count(1)


def test_the_screen_stays_on_while_it_counts_and_a_headset_steers_it(alone: OpenAlone) -> None:
    player = alone(
        "globalThis.locks = []; globalThis.handlers = {};"
        "navigator.wakeLock.request = async () => { const lock = { released: false, release: async () => {"
        " lock.released = true; } }; locks.push(lock); return lock; };"
        "navigator.mediaSession.setActionHandler = (name, handler) => { handlers[name] = handler; }"
    )
    player.command(command("start", prescribe(reps=8)))
    player.wait("locks.length === 1")
    assert player.get("navigator.mediaSession.playbackState") == "playing"
    # A page that was hidden has lost it.
    player.get("(locks[0].released = true, document.dispatchEvent(new Event('visibilitychange')))")
    player.wait("locks.length === 2")
    player.get("handlers.pause()")
    assert player.get("[states.at(-1), navigator.mediaSession.playbackState]") == ["paused", "paused"]
    player.wait("locks[1].released")
    player.get("handlers.play()")
    player.wait("player.isCounting")
    player.get("handlers.stop()")
    assert player.get("[player.isOpen, navigator.mediaSession.playbackState]") == [False, "none"]
    assert player.get("handlers.play") is None

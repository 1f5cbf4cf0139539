"""When each word is heard: measured in the samples that the browser plays, against the plan."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from typing import Any

import numpy as np
import pytest
from numpy.typing import NDArray
from playwright.sync_api import Browser

from countoff.session.grid import Position
from countoff.session.prescription import Tempo
from tests.browser.conftest import OpenPage, Site
from tests.browser.player_page import (
    RECORDS,
    USUAL,
    PlayerPage,
    Recording,
    command,
    open_player,
    prescribe,
    recorded,
    spoken,
    text,
    unpacked,
)

P99_MS = 10.0
DRIFT_MS = 2.0
SILENT_WITHIN_MS = 100.0
Schedule = Callable[..., Any]
OFFLINE = """
{
  // Renders as fast as it can; to the player it is a context that runs and stands at 0.
  const rate = 48_000;
  globalThis.AudioContext = class extends OfflineAudioContext {
    constructor() { super(1, rate * 80, rate); globalThis.offline = this; }
    get state() { return "running"; }
    async resume() {}
  };
}
"""


def _errors(found_ms: NDArray[np.float64], at_ms: NDArray[np.float64]) -> NDArray[np.float64]:
    """How far each onset lies from its cue, once the clocks are laid on each other at the first ones."""
    late = found_ms - at_ms
    return np.asarray(late - np.median(late[:5]))


def _report(name: str, errors: NDArray[np.float64], record: Any) -> None:
    p50, p99 = np.percentile(np.abs(errors), [50, 99])
    drift = float(np.median(errors[-5:]) - np.median(errors[:5]))
    for key, value in {"p50": p50, "p99": p99, "max": np.abs(errors).max(), "drift": drift}.items():
        record(f"{name}_{key}_ms", round(float(value), 3))
    print(f"{name}: {len(errors)} onsets, p50 {p50:.2f} p99 {p99:.2f} max {np.abs(errors).max():.2f} drift {drift:.2f}")
    assert p99 <= P99_MS
    assert abs(drift) <= DRIFT_MS


def test_every_word_of_a_whole_set_is_heard_where_the_plan_has_it(
    site: Site, open_page: OpenPage, autoplay: Browser, record_property: Any
) -> None:
    player = open_player(open_page, site.url, RECORDS, where=autoplay)
    player.page.evaluate("async () => { await player.unlock(); await contexts[0].recording; }")
    start = command("start", prescribe(reps=8))
    cues = spoken(start["plan"])
    player.command(start)
    player.page.wait_for_function("() => states.includes('done')", timeout=60_000)
    nodes = player.get("nodes.map(({ when, node, given_s }) => [when, given_s, node.buffer.duration])")
    assert len(nodes) == len(cues), "no count and no side is left out"
    assert all(given_s <= when for when, given_s, _ in nodes), "each is handed on before its time"

    at_ms = np.array([cue["at_ms"] for cue in cues], dtype=float)
    listed = player.page.evaluate("async () => (await (await fetch('/webhooks/audio/clips.json')).json()).clips")
    onsets_ms = [next(c["onset_ms"] for c in listed.values() if c["text"] == cue["text"]) for cue in cues]
    told = np.array([when * 1000 + onset for (when, _, _), onset in zip(nodes, onsets_ms, strict=True)])
    _report("told", _errors(told, at_ms), record_property)

    sound = recorded(player.page)
    found = [sound.onset_s(ms / 1000, 200) * 1000 for ms in told]
    _report("heard", _errors(np.array(found), at_ms), record_property)


def test_at_the_usual_tempo_no_word_drifts(
    site: Site, open_page: OpenPage, autoplay: Browser, record_property: Any
) -> None:
    player = open_player(open_page, site.url, where=autoplay)
    player.page.evaluate(f"() => {{ {OFFLINE} }}")
    plan = command("start", prescribe(reps=8, tempo=USUAL), lead_in="get_ready")["plan"]
    cues = spoken(plan)
    samples = player.page.evaluate(
        """async ([base, cues]) => {
          const { Sound } = await import(`${base}player/audio.js`);
          const sound = new Sound(new URL("../audio/", base));
          await sound.load(cues);
          sound.play(cues, 0);
          return packed((await offline.startRendering()).getChannelData(0));
        }""",
        [site.url, cues],
    )
    sound = Recording(0.0, unpacked(samples), 48_000)
    at_ms = np.array([cue["at_ms"] for cue in cues], dtype=float)
    lead_ms = 120.0
    found = np.array([sound.onset_s((ms + lead_ms) / 1000, 200) * 1000 for ms in at_ms])
    assert at_ms[-1] - at_ms[0] > 70_000
    _report("rendered", _errors(found, at_ms), record_property)


def test_it_is_silent_soon_after_the_click(
    site: Site, open_page: OpenPage, autoplay: Browser, record_property: Any
) -> None:
    player = open_player(open_page, site.url, RECORDS, where=autoplay)
    player.page.evaluate("async () => { await player.unlock(); await contexts[0].recording; }")
    for key, type_ in {"pause": "paused", "stop": "stopped", "hurts": "pain"}.items():
        player.command({**command("start", prescribe(reps=8)), "id": key})
        took_ms = _click_in_mid_word(player, key if key != "pause" else "toggle")
        record_property(f"{key}_to_silence_ms", round(took_ms, 1))
        print(f"{key}: silent {took_ms:.1f} ms after the click")
        assert took_ms < SILENT_WITHIN_MS
        assert player.events[-1]["type"] == type_
        assert player.get("asked.at(-1)") == text(f"say_{key}")


def _click_in_mid_word(player: PlayerPage, action: str) -> float:
    """Click while a word is heard; how much longer anything is heard, in milliseconds of the audio clock."""
    clicked_s, last_s = player.page.evaluate(
        """async (action) => {
          const [context] = contexts;
          const turn = () => new Promise((resolve) => setTimeout(resolve, 4));
          const isSaid = ({ when }) => context.currentTime > when + 0.05 && context.currentTime < when + 0.15;
          while (!nodes.some(isSaid)) await turn();
          const clicked_s = context.currentTime;
          document.querySelector(`.do.${action}`).click();
          while (context.currentTime < clicked_s + 1.2) await turn();
          const loud = ({ samples }) => samples.findLastIndex((sample) => Math.abs(sample) > 0.003);
          const heard = blocks.filter((block) => block.begin_s < clicked_s + 1.1 && loud(block) >= 0).at(-1);
          return [clicked_s, heard.begin_s + loud(heard) / context.sampleRate];
        }""",
        action,
    )
    assert last_s > clicked_s - 0.2, "it was heard when the button was clicked"
    return max(0.0, float(last_s - clicked_s) * 1000)


# ----------------------------------------------------------------------------------- what is played when, without sound
@pytest.fixture(scope="module")
def schedule(site: Site, autoplay: Browser) -> Iterator[Schedule]:
    """Calls functions of schedule.js: ``schedule("momentOf(trackOf(plan, 1), 0)", plan=...)``."""
    context = autoplay.new_context()
    page = context.new_page()
    page.goto(f"{site.url}health")

    def call(expression: str, **values: Any) -> Any:
        names = "momentOf, placeOf, resumed, skipped, spliced, stretched, trackOf"
        module = f"const {{ {names} }} = await import('{site.url}player/schedule.js');"
        return page.evaluate(f"async ({{ {', '.join(values)} }}) => {{ {module} return {expression}; }}", values)

    yield call
    context.close()


def _plan(**options: Any) -> dict[str, Any]:
    lead_in, rev = options.pop("lead_in", "none"), options.pop("rev", 1)
    start = options.pop("start", None)
    plan: dict[str, Any] = command("start", prescribe(**options), rev, lead_in=lead_in, start=start)["plan"]
    return plan


def _begins(track: dict[str, Any]) -> list[tuple[float, int, str, int]]:
    return [(cue["at_ms"], cue["rep"], cue["side"], cue["rev"]) for cue in track["cues"] if cue["key"] == "lift"]


def test_a_new_plan_takes_over_at_its_splice(schedule: Schedule) -> None:
    old, new = _plan(reps=3), _plan(reps=3, tempo=Tempo(1, 1, 1), start=Position(1, 2, "right"))
    track = schedule("spliced(trackOf(old, 1), plan, 2, 3000, 1200)", old=old, plan=new)
    assert _begins(track)[:4] == [(0, 1, "right", 1), (1500, 1, "left", 1), (3000, 2, "right", 2), (6000, 2, "left", 2)]
    assert track["end_ms"] == 3000 + new["duration_ms"]
    assert schedule("placeOf(track, 4000)", track=track) == {"rev": 2, "position_ms": 1000}


def test_a_plan_that_comes_too_late_takes_over_at_the_next_rep_of_both(schedule: Schedule) -> None:
    old, new = _plan(reps=3), _plan(reps=3, tempo=Tempo(1, 1, 1), start=Position(1, 2, "right"))
    track = schedule("spliced(trackOf(old, 1), plan, 2, 3000, 3100)", old=old, plan=new)
    assert _begins(track)[2:5] == [(3000, 2, "right", 1), (4500, 2, "left", 2), (7500, 3, "right", 2)]


def test_after_a_pause_the_interrupted_rep_begins_anew_after_three_beats(schedule: Schedule) -> None:
    count_in = [cue for cue in _plan(lead_in="resume")["cues"] if cue["kind"] == "count_in"]
    call = "resumed(trackOf(plan, 1), at_ms, 60000, three)"
    gone_on = schedule(call, plan=_plan(reps=3), at_ms=2000, three=count_in)
    assert gone_on["at_ms"] == -1500
    cues = [(cue["at_ms"], cue["text"]) for cue in gone_on["track"]["cues"] if cue["text"]]
    assert cues[:5] == [(-1500, "three"), (-500, "two"), (500, "one"), (1500, "Left"), (2000, "one")]
    # Paused again within the three beats, it is still this rep.
    again = schedule("resumed(track, -1000, 0, three)", track=gone_on["track"], three=count_in)
    assert (again["at_ms"], _begins(again["track"])[0][:3]) == (-1500, (1500, 1, "left"))


def test_a_rest_goes_on_as_if_there_had_been_no_pause(schedule: Schedule) -> None:
    plan = _plan(reps=1, sets=2, rest_s=30)
    after = [schedule("resumed(trackOf(plan, 1), 5000, ms, []).at_ms", plan=plan, ms=ms) for ms in (4_000, 60_000)]
    assert after == [9_000, 30_000]
    moments = schedule("[5000, 31000].map((ms) => momentOf(trackOf(plan, 1), ms).phase)", plan=plan)
    assert moments == ["rest", "ready"]


def test_a_skip_leads_to_the_end_of_the_set_and_of_the_rest(schedule: Schedule) -> None:
    plan = _plan(reps=4, sets=2, rest_s=30)
    places = schedule("[100, 15000, 41000, 43000].map((ms) => skipped(trackOf(plan, 1), ms))", plan=plan)
    assert places == [12_000, 39_000, 41_000, 54_000]


@pytest.mark.parametrize(
    ("tempo", "factor", "rep_ms"),
    [
        (Tempo(1, 1, 2), 1.25, 5_000),
        (Tempo(1, 1, 2), 0.8, 3_200),
        (Tempo(0.5, 1, 1), 0.8, 2_500),
        (Tempo(1, 1, 6), 1.25, 8_000),
    ],
)
def test_reps_are_stretched_within_their_bounds_and_rests_are_not(
    schedule: Schedule, tempo: Tempo, factor: float, rep_ms: float
) -> None:
    plan = _plan(reps=2, sets=2, tempo=tempo)
    track = schedule("stretched(trackOf(plan, 1), 100, factor)", plan=plan, factor=factor)
    begins = [begin[0] for begin in _begins(track)]
    own_ms = tempo.rep_ms
    assert begins == pytest.approx(
        [0, own_ms, *(own_ms + n * rep_ms for n in (1, 2)), *(own_ms + 10_000 + n * rep_ms for n in (3, 4, 5, 6))]
    )
    assert schedule("placeOf(track, ms)", track=track, ms=begins[2])["position_ms"] == 2 * own_ms


SLOW_TO_STOP = """{
  const { stop } = AudioScheduledSourceNode.prototype;
  AudioScheduledSourceNode.prototype.stop = function (...when) {
    const until = globalThis.busy ? performance.now() + 40 : 0;
    globalThis.busy = false;
    while (performance.now() < until);
    return stop.call(this, ...when);
  };
}"""
"""A script with which the page is busy for 40 ms while it takes the old sounds away, as a slow telephone is."""


def test_no_count_is_lost_where_the_plan_changes_just_before_it(
    site: Site, open_page: OpenPage, autoplay: Browser
) -> None:
    player = open_player(open_page, site.url, SLOW_TO_STOP, where=autoplay)
    player.command(command("start", prescribe(reps=5)))
    player.wait("nodes.length > 6 && contexts[0].currentTime > nodes[1].when")
    wanted = prescribe(reps=5, tempo=USUAL)
    replan = command("replan", wanted, 2, start=Position(1, 4, "right"), splice_at_ms=9_000)
    due = player.page.evaluate(
        """async (session) => {
          const [context] = contexts;
          const { when } = nodes.find(({ when }) => when > context.currentTime + 0.2);
          while (context.currentTime < when - 0.02) await new Promise((resolve) => setTimeout(resolve));
          globalThis.busy = true;
          player.command(session);
          return when;
        }""",
        replan,
    )
    heard = player.get("nodes.filter(({ stopped_s }) => stopped_s === null).map(({ when }) => when)")
    assert [when for when in heard if due - 0.01 <= when <= due + 0.1], (due, heard)

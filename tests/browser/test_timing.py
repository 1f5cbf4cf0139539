"""When each word is heard: measured in the samples that the browser plays, against the plan."""

from __future__ import annotations

from typing import Any

import numpy as np
from numpy.typing import NDArray
from playwright.sync_api import Browser

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
    return float((last_s - clicked_s) * 1000)

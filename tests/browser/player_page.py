"""A page with the player alone, the test in the coach's place; and the player as a visitor of the widget sees it."""

from __future__ import annotations

import base64
import json
import re
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray
from playwright.sync_api import Locator, Page

from countoff.channels.web.words import load_web_words
from countoff.exercises.cues import load_cue_book
from countoff.session.plan import make_plan
from countoff.session.prescription import Prescription, Tempo
from countoff.speech.onset import THRESHOLD_DB, envelope, first_above

HERE = Path(__file__).parent
TAP = (HERE / "player_tap.js").read_text(encoding="utf-8")
RECORDS = f"globalThis.recorder = {json.dumps((HERE / 'player_recorder.js').read_text(encoding='utf-8'))}"
"""A script with which all that is heard is recorded."""
WORDS = load_web_words().words["player"]
IMPATIENT = "{ const later = setTimeout; setTimeout = (action, ms) => later(action, ms / 4); }"
"""A script with which the page waits for an answer a quarter as long."""
BLANK = """<!doctype html><html lang="en"><head><meta charset="utf-8"><title>The player</title></head>
<body><label>Notes <input id="notes"></label><div id="stage"></div></body></html>"""
PLAYER = """async ([base, words]) => {
  const { Player } = await import(`${base}player/player.js`);
  const audioUrl = new URL("../audio/", base);
  const player = new Player({ audioUrl, words, storage: localStorage });
  Object.assign(globalThis, { player, asked: [], states: [], said: [], shown: [] });
  player.addEventListener("ask", (event) => asked.push(event.detail.message));
  player.addEventListener("state", (event) => states.push(event.detail.state));
  player.addEventListener("status", (event) => said.push(event.detail.text));
  player.mount(document.getElementById("stage"));
  const look = () => {
    const part = (name) => document.querySelector(`.player .${name}`).textContent;
    const seen = `${part("side")} ${part("counter strong")} ${part("phase")}`;
    if (shown.at(-1) !== seen) shown.push(seen);
  };
  const all = { childList: true, subtree: true, characterData: true };
  new MutationObserver(look).observe(document.querySelector(".player"), all);
}"""
FASTEST = Tempo(0.5, 0.5, 0.5)
USUAL = Tempo(1.0, 1.0, 2.0)


def text(key: str, **blanks: object) -> str:
    """A text of the player."""
    return str(WORDS[key]).format(**blanks)


def prescribe(reps: int = 2, sets: int = 1, tempo: Tempo = FASTEST, rest_s: int = 10) -> Prescription:
    return Prescription("banded-psoas-march", "standing-band", "yellow", reps, sets, rest_s, "right", tempo)


def command(action: str, prescription: Prescription, rev: int = 1, **options: Any) -> dict[str, Any]:
    """A command with a plan, as the coach makes it; without a count-in unless told otherwise."""
    details: dict[str, Any] = {name: options.pop(name) for name in ("splice_at_ms", "at") if name in options}
    options.setdefault("lead_in", "none")
    plan = make_plan(prescription, load_cue_book(), **options).to_wire()
    wire: dict[str, Any] = {"action": action, "id": "set-1", "rev": rev, "form_cues": [], "plan": plan, **details}
    return {**wire, "prescription": prescription.to_wire()}


@dataclass
class PlayerPage:
    """The player, and what it did."""

    page: Page

    def command(self, session: Mapping[str, Any]) -> None:
        self.page.evaluate("(session) => player.command(session)", session)

    def button(self, key: str) -> Locator:
        return self.page.get_by_role("button", name=text(key), exact=True)

    def get(self, expression: str) -> Any:
        return self.page.evaluate(f"() => {expression}")

    def wait(self, condition: str) -> None:
        self.page.wait_for_function(f"() => {condition}", polling=20)

    def wait_for(self, shown: str) -> None:
        """Wait until the screen shows, or has shown, a side, a number and a phase."""
        self.wait(f"shown.some((seen) => seen.startsWith({shown!r}))")

    def forget(self) -> None:
        """Look only at what is shown from now on."""
        self.get("shown.splice(0)")

    @property
    def reps(self) -> list[str]:
        """Sides and numbers in the order in which their knees went up."""
        lift = text("lift")
        return [seen.removesuffix(f" {lift}") for seen in self.get("shown") if seen.endswith(f" {lift}")]

    @property
    def place(self) -> dict[str, Any]:
        """What the next message says of where it stands."""
        found: dict[str, Any] = self.get("player.report()")
        return found

    @property
    def events(self) -> list[dict[str, Any]]:
        found: list[dict[str, Any]] = self.get("player.report()?.events ?? []")
        return found


def open_player(
    open_page: Callable[..., Page], base: str, script: str = "", url: str = "", **options: Any
) -> PlayerPage:
    """Open the player alone; ``script`` runs before anything else."""
    page = open_page("about:blank", **options)
    page.route(re.compile("/webhooks/web/alone$"), lambda r: r.fulfill(body=BLANK, content_type="text/html"))
    page.add_init_script(f"{script};{TAP}")
    load(page, base)
    return PlayerPage(page)


def load(page: Page, base: str) -> None:
    """Load the page of the player, or load it again."""
    page.goto(f"{base}alone")
    words = load_web_words()
    page.evaluate(PLAYER, [base, {"language": words.language, "words": words.words, "listen": words.listen}])


# ------------------------------------------------------------------------------------------------------------ the sound
@dataclass
class Recording:
    """What came out of the audio graph, on its own clock."""

    begin_s: float
    samples: NDArray[np.float64]
    rate: int

    def onset_s(self, expected_s: float, length_ms: float, around_ms: float = 25.0) -> float:
        """When the sound begins that is expected here, by the same rule as in the pack of clips."""
        first = round((expected_s - around_ms / 1000 - self.begin_s) * self.rate)
        piece = self.samples[first : first + round((around_ms + length_ms) * self.rate / 1000)]
        return self.begin_s + (first + first_above(envelope(piece, self.rate), THRESHOLD_DB)) / self.rate


def recorded(page: Page) -> Recording:
    """All that has been recorded in a page with a recorder."""
    rate, begin_s, packed = page.evaluate(
        """async () => {
          const all = globalThis.blocks.slice();
          return [contexts[0].sampleRate, all[0].begin_s, await packed(...all.map(({ samples }) => samples))];
        }"""
    )
    return Recording(begin_s, unpacked(packed), rate)


def unpacked(text: str) -> NDArray[np.float64]:
    """Samples as ``packed`` of the page returns them."""
    return np.frombuffer(base64.b64decode(text), dtype="<f4").astype(np.float64)


def spoken(plan: Mapping[str, Any]) -> Sequence[dict[str, Any]]:
    return [cue for cue in plan["cues"] if cue["text"] is not None]

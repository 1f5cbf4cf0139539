/** The view of a set: what to do now, and the buttons. */

/** @import { Moment } from "./schedule.js" */
/** @import { Prescription } from "../types.js" */
/** @import { Texts } from "../words.js" */

import { hasKeyboard, make } from "../dom.js";
import { makeFigure } from "./figure.js";

/** @typedef {"toggle" | "pause" | "resume" | "slower" | "faster" | "easier" | "skip" | "hurts" | "stop"} Action */

/** @type {[Action, string][]} with the keys as a screen reader is told of them */
const ACTIONS = [
  ["toggle", "Space"],
  ["hurts", "h"],
  ["stop", "Escape"],
  ["slower", "-"],
  ["faster", "+"],
  ["easier", "e"],
  ["skip", "s"],
];

export class Screen {
  #texts;
  #figure = makeFigure();
  #calm = matchMedia("(prefers-reduced-motion: reduce)");
  #place = make("p", { class: "place" });
  #number = make("strong");
  #unit = make("span");
  #side = make("p", { class: "side" });
  #phase = make("p", { class: "phase" });
  #notice = make("p", { class: "notice" });
  /** @type {HTMLButtonElement} */
  #first;
  #shown = "";
  element;

  /**
   * @param {Texts} texts
   * @param {(action: Action) => void} act
   */
  constructor(texts, act) {
    this.#texts = texts;
    const press = (/** @type {Action} */ action, /** @type {MouseEvent} */ event) => {
      act(action);
      // A button that was clicked does not keep the space bar to itself.
      if (event instanceof PointerEvent && event.pointerType === "mouse" && this.isOpen) this.element.focus({ preventScroll: true });
    };
    const buttons = ACTIONS.map(([action, key]) =>
      make(
        "button",
        { type: "button", class: `do ${action}`, "aria-keyshortcuts": key, onclick: (event) => press(action, event) },
        make("span", {}, texts.say(action === "toggle" ? "pause" : action)),
        make("kbd", { "aria-hidden": "true" }, texts.say(`key_${action}`)),
      ),
    );
    [this.#first] = buttons;
    const counter = make("p", { class: "counter", role: "timer", "aria-label": texts.say("counter") }, this.#number, this.#unit);
    this.element = make(
      "section",
      { class: "player", "aria-label": texts.say("title"), tabindex: -1, hidden: true },
      make(
        "div",
        { class: "set" },
        this.#figure.element,
        make("div", { class: "now" }, this.#place, this.#side, counter, this.#phase),
        this.#notice,
        make("div", { class: "controls", role: "group", "aria-label": texts.say("controls") }, ...buttons),
      ),
    );
  }

  get isOpen() {
    return !this.element.hidden;
  }

  open() {
    this.element.hidden = false;
    // Where one writes, the keys of a set do nothing; and on a telephone the keyboard would stay.
    if (this.element.matches(":focus-within")) return;
    const root = /** @type {ShadowRoot | Document} */ (this.element.getRootNode());
    if (root.activeElement && root.activeElement !== document.body) this.element.focus({ preventScroll: true });
    this.element.scrollIntoView({ block: "nearest", behavior: "instant" });
  }

  close() {
    const hadFocus = this.element.matches(":focus-within");
    this.element.hidden = true;
    this.tell("");
    if (!hadFocus) return;
    const root = /** @type {ShadowRoot | Document} */ (this.element.getRootNode());
    /** @type {HTMLElement | null} */ (root.querySelector(hasKeyboard() ? "textarea" : ".log"))?.focus();
  }

  /**
   * A sentence below the figure; an empty one takes it away.
   * @param {string} text
   */
  tell(text) {
    this.#notice.textContent = text;
  }

  /**
   * @param {Moment} moment
   * @param {Prescription | null} prescription
   * @param {boolean} isPaused
   */
  show({ phase, progress, rep, wait_ms }, prescription, isPaused) {
    const moves = phase === "lift" || phase === "hold" || phase === "lower";
    this.#figure.pose(phase === "rest" ? null : (rep?.side ?? null), isPaused || !moves ? 0 : this.#raise(phase, progress));
    this.#figure.wear(Boolean(prescription?.band));
    const rests = phase === "rest";
    const counts = moves || (isPaused && phase === "ready");
    const number = counts ? rep?.rep : rep ? Math.ceil(wait_ms / 1000) : "";
    const texts = {
      place: prescription && rep ? this.#texts.say(rests ? "next" : "set", { set: rep.set ?? 1, sets: prescription.sets }) : "",
      side: rep?.side && !rests ? this.#texts.say(rep.side) : "",
      number: String(number ?? ""),
      unit: counts ? (prescription ? this.#texts.say("of", { reps: prescription.reps_per_side }) : "") : rep ? this.#texts.say("seconds") : "",
      phase: this.#texts.say(isPaused ? "paused" : phase),
      button: this.#texts.say(isPaused ? "resume" : "pause"),
      look: isPaused ? "paused" : phase,
    };
    const shown = JSON.stringify(texts);
    if (shown === this.#shown) return;
    this.#shown = shown;
    this.#place.textContent = texts.place;
    this.#side.textContent = texts.side;
    this.#number.textContent = texts.number;
    this.#unit.textContent = texts.unit;
    this.#phase.textContent = texts.phase;
    this.#first.firstElementChild?.replaceChildren(texts.button);
    this.element.dataset.phase = texts.look;
    this.element.dataset.side = rep?.side ?? "";
  }

  /**
   * How far the knee is up. Without motion it is up or down, on the beat.
   * @param {string} phase
   * @param {number} progress
   */
  #raise(phase, progress) {
    if (phase === "hold" || (this.#calm.matches && phase === "lift")) return 1;
    if (this.#calm.matches) return 0;
    const eased = (1 - Math.cos(Math.PI * progress)) / 2;
    return phase === "lift" ? eased : 1 - eased;
  }
}

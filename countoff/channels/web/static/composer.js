/** Where the user writes, or speaks. */

/** @import { Texts } from "./words.js" */

import { hasKeyboard, icon, make } from "./dom.js";

/** Events: `send` with the text, `speak` where the microphone's button is pressed. */
export class Composer extends EventTarget {
  #texts;
  #field;
  #mic;
  #told;
  /** What stood in the field before it showed what is being said. */
  #draft = "";
  #isSpeaking = false;
  element;

  /** @param {Texts} texts */
  constructor(texts) {
    super();
    this.#texts = texts;
    this.#field = make("textarea", {
      id: "message",
      rows: "1",
      placeholder: texts.say("placeholder"),
      autocomplete: "off",
      enterkeyhint: "send",
      onkeydown: (event) => this.#key(event),
      oninput: () => this.#grow(),
    });
    this.#mic = make("button", { type: "button", class: "round quiet", hidden: true, onclick: () => this.dispatchEvent(new Event("speak")) }, icon("speak"));
    this.#told = make("p", { class: "told" });
    this.element = make(
      "form",
      { class: "composer", onsubmit: (event) => this.#submit(event) },
      this.#told,
      make("label", { class: "unseen", for: "message" }, texts.say("input")),
      this.#field,
      this.#mic,
      make("button", { type: "submit", class: "round", "aria-label": texts.say("send"), title: texts.say("send") }, icon("send")),
    );
    this.speaking = false;
  }

  /** Back to writing; on a phone only where no keyboard springs up. @param {HTMLElement} otherwise */
  focus(otherwise) {
    (hasKeyboard() ? this.#field : otherwise).focus({ preventScroll: true });
  }

  /** The button of the microphone. */
  get mic() {
    return this.#mic;
  }

  /**
   * Whether the microphone may be used now; null where there is none.
   * @param {boolean | null} isOffered
   */
  set listens(isOffered) {
    this.#mic.hidden = isOffered === null;
    this.#mic.setAttribute("aria-disabled", String(!isOffered));
  }

  /** @param {boolean} isSpeaking */
  set speaking(isSpeaking) {
    if (isSpeaking && !this.#isSpeaking) this.#draft = this.#field.value;
    if (!isSpeaking && this.#isSpeaking) this.#field.value = this.#draft;
    this.#isSpeaking = isSpeaking;
    this.#field.readOnly = isSpeaking;
    this.#grow();
    const name = this.#texts.say(isSpeaking ? "speak_end" : "speak");
    this.#mic.setAttribute("aria-label", name);
    this.#mic.title = name;
    this.#mic.classList.toggle("open", isSpeaking);
    this.tell(isSpeaking ? this.#texts.say("listening") : "");
  }

  /** What has been understood so far. @param {string} text */
  set interim(text) {
    this.#field.value = text;
    this.#grow();
  }

  /**
   * A line above the field.
   * @param {string} text
   * @param {boolean} [isSpoken] whether a screen reader says it; not while the microphone is open
   */
  tell(text, isSpoken = false) {
    this.#told.setAttribute("aria-live", isSpoken ? "polite" : "off");
    this.#told.textContent = text;
  }

  /** @param {KeyboardEvent} event */
  #key(event) {
    // While a word is being composed, Enter chooses it.
    if (event.key !== "Enter" || event.shiftKey || event.isComposing) return;
    this.#submit(event);
  }

  /** @param {Event} event */
  #submit(event) {
    event.preventDefault();
    const text = this.#field.value.trim();
    if (!text || this.#isSpeaking) return;
    this.#field.value = "";
    this.#grow();
    this.dispatchEvent(new CustomEvent("send", { detail: text }));
  }

  #grow() {
    this.#field.style.setProperty("height", "auto");
    this.#field.style.setProperty("height", `${this.#field.scrollHeight + 2}px`);
  }
}

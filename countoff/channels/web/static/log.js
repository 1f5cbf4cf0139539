/** The conversation as it is shown. */

/** @import { Entry } from "./store.js" */
/** @import { Texts } from "./words.js" */

import { make } from "./dom.js";

const NEAR_PX = 120;
const GAP_PX = 12;
const ADDRESS = /\bhttps?:\/\/[^\s<>"]*[^\s<>".,;:!?)\]]/g;

/** A list of entries; only what differs is touched, so that a screen reader hears what is new and nothing twice. */
export class Log {
  #texts;
  #onAgain;
  /** @type {Map<string, {key: string, element: HTMLElement}>} */
  #shown = new Map();
  #list;
  #greeting;
  #typing;
  #placed = 0;
  #follows = true;
  element;

  /**
   * @param {Texts} texts
   * @param {(id: string) => void} onAgain sends a message again
   * @param {HTMLElement} ending what stands below the last entry
   */
  constructor(texts, onAgain, ending) {
    this.#texts = texts;
    this.#onAgain = onAgain;
    this.#greeting = coachBubble(texts, texts.say("greeting"));
    this.#typing = make("div", { class: "typing", "aria-hidden": "true", hidden: true }, make("i"), make("i"), make("i"));
    this.#list = make("div", { role: "log", "aria-live": "polite", "aria-label": texts.say("messages") });
    // It scrolls, so the keyboard must get to it.
    const properties = { class: "log", role: "region", "aria-label": texts.say("log"), tabindex: "0" };
    this.element = make("div", properties, this.#list, this.#typing, ending);
    this.element.addEventListener("scroll", () => {
      if (this.element.scrollTop !== this.#placed) this.#follows = this.#isNearTheEnd();
    });
    // A set or a part that opens takes room; what was said last stays in view.
    new ResizeObserver(() => this.#follows && this.#toTheEnd()).observe(this.element);
  }

  /** @param {boolean} isTyping */
  set typing(isTyping) {
    const isNear = this.#isNearTheEnd();
    this.#typing.hidden = !isTyping;
    if (isNear) this.#toTheEnd();
  }

  /**
   * Show these entries.
   * @param {readonly Entry[]} entries oldest first
   */
  show(entries) {
    const isNear = this.#isNearTheEnd();
    const hadOwn = entries.at(-1)?.who === "user" && !this.#shown.has(entries.at(-1)?.id ?? "");
    const known = new Set(entries.map((entry) => entry.id));
    for (const [id, { element }] of this.#shown) {
      if (known.has(id)) continue;
      element.remove();
      this.#shown.delete(id);
    }
    for (const entry of entries) this.#put(entry);
    if (entries.length) this.#greeting.remove();
    else this.#list.append(this.#greeting);
    if (isNear || hadOwn) this.#toTheEnd();
  }

  /** @param {Entry} entry */
  #put(entry) {
    const key = `${entry.state}`;
    const shown = this.#shown.get(entry.id);
    if (shown?.key === key) return;
    const element = this.#draw(entry);
    if (shown) {
      const hadFocus = shown.element.matches(":focus-within");
      shown.element.replaceWith(element);
      if (hadFocus) this.element.focus();
    } else this.#list.append(element);
    this.#shown.set(entry.id, { key, element });
  }

  /** @param {Entry} entry */
  #draw(entry) {
    if (entry.who === "note") return make("p", { class: "note" }, entry.text);
    if (entry.who === "coach") return coachBubble(this.#texts, entry.text, entry.source);
    const bubble = make("div", { class: "entry user" }, said(this.#texts.say("you"), entry.text));
    if (entry.state === "sending") bubble.classList.add("sending");
    if (entry.state === "unsent" || entry.state === "refused") bubble.append(this.#failed(entry));
    return bubble;
  }

  /** @param {Entry} entry */
  #failed(entry) {
    const told = make("div", { class: "failed" }, make("span", {}, this.#texts.say("not_sent")));
    if (entry.state === "unsent") {
      told.append(make("button", { type: "button", class: "again", onclick: () => this.#onAgain(entry.id) }, this.#texts.say("again")));
    }
    return told;
  }

  #isNearTheEnd() {
    const { scrollHeight, scrollTop, clientHeight } = this.element;
    return scrollHeight - scrollTop - clientHeight < NEAR_PX;
  }

  #toTheEnd() {
    const last = /** @type {HTMLElement | null} */ (this.#list.lastElementChild);
    const top = last ? last.offsetTop - GAP_PX : 0;
    // A long answer is read from its beginning.
    const { scrollHeight, clientHeight } = this.element;
    this.element.scrollTop = Math.min(top, scrollHeight - clientHeight);
    this.#placed = this.element.scrollTop;
    this.#follows = true;
  }
}

/**
 * @param {Texts} texts
 * @param {string} text
 * @param {string} [source]
 */
function coachBubble(texts, text, source) {
  const bubble = make("div", { class: "entry coach" }, said(texts.say("coach"), ...linked(text)));
  if (source) bubble.append(make("p", { class: "source" }, ...linked(source)));
  return bubble;
}

/**
 * @param {string} who
 * @param {...(Node | string)} text
 */
function said(who, ...text) {
  return make("p", { class: "text", dir: "auto" }, make("span", { class: "unseen" }, `${who} `), ...text);
}

/**
 * A text with its web addresses as links; any other scheme stays text.
 * @param {string} text
 */
function linked(text) {
  /** @type {(Node | string)[]} */
  const parts = [];
  let from = 0;
  for (const found of text.matchAll(ADDRESS)) {
    parts.push(text.slice(from, found.index), make("a", { href: found[0], target: "_blank", rel: "noopener noreferrer nofollow" }, found[0]));
    from = found.index + found[0].length;
  }
  return [...parts, text.slice(from)];
}

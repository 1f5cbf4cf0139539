/** Parts that open below the head, one at a time, without covering anything. */

import { icon, make } from "./dom.js";

/** @type {WeakMap<Element, Panel>} */
const PANELS = new WeakMap();

/** A part with its button; Escape and the cross close it, and the button has the focus again. */
export class Panel {
  #title;
  #body;
  /** @type {HTMLElement | undefined} */
  #opener;
  button;
  element;
  /** Called before it is shown. */
  onopen = () => {};

  /**
   * @param {string} id
   * @param {string} title
   * @param {string} close what the cross does
   * @param {"history" | "options" | null} picture of its button; null: it has none of its own
   */
  constructor(id, title, close, picture) {
    this.#title = make("h2", { id: `${id}-title`, tabindex: "-1" }, title);
    this.#body = make("div", { class: "body" });
    this.button = make("button", { type: "button", class: "tool", "aria-expanded": "false", "aria-controls": id, onclick: () => this.toggle() });
    if (picture) this.button.append(icon(picture), make("span", {}, title));
    const cross = make("button", { type: "button", class: "round quiet", "aria-label": close, title: close, onclick: () => this.close() }, icon("close"));
    this.element = make(
      "section",
      { id, class: "panel", "aria-labelledby": `${id}-title`, hidden: true, onkeydown: (event) => this.#key(event) },
      make("div", { class: "top" }, this.#title, cross),
      this.#body,
    );
    PANELS.set(this.element, this);
  }

  get isOpen() {
    return !this.element.hidden;
  }

  /** @param {...(Node | string)} children */
  fill(...children) {
    const hadFocus = this.#body.matches(":focus-within");
    this.#body.replaceChildren(...children);
    if (hadFocus) this.#title.focus();
  }

  toggle() {
    if (this.isOpen) this.close();
    else this.open(this.button);
  }

  /** @param {HTMLElement} [opener] takes the focus back; without one the focus stays where it is */
  open(opener) {
    this.onopen();
    this.#opener = opener;
    this.element.hidden = false;
    this.button.setAttribute("aria-expanded", "true");
    if (opener) this.#title.focus();
  }

  close() {
    const hadFocus = this.element.matches(":focus-within");
    this.element.hidden = true;
    this.button.setAttribute("aria-expanded", "false");
    if (hadFocus) this.#goBack();
  }

  #goBack() {
    const opener = this.#opener ?? this.button;
    const outer = PANELS.get(opener.closest(".panel") ?? opener);
    // The part in which the question came up is open again.
    if (outer && !outer.isOpen) outer.open(outer.button);
    opener.focus();
  }

  /** @param {KeyboardEvent} event */
  #key(event) {
    if (event.key !== "Escape") return;
    // Escape also stops a set.
    event.stopPropagation();
    this.close();
  }
}

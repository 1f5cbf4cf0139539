/** What the user can choose, and what is asked before it is done. */

/** @import { Reader } from "./reader.js" */
/** @import { Store } from "./store.js" */
/** @import { Texts } from "./words.js" */

import { make } from "./dom.js";
import { Panel } from "./panels.js";

/**
 * A part that asks a question.
 * @param {string} id
 * @param {Texts} texts
 */
export function question(id, texts) {
  const panel = new Panel(id, texts.say(`${id}_title`), texts.say("close"), null);

  /**
   * @param {HTMLElement} opener
   * @param {() => void} onYes
   */
  function ask(opener, onYes) {
    const yes = () => {
      panel.close();
      onYes();
    };
    panel.fill(
      make("p", {}, texts.say(`${id}_text`)),
      make(
        "div",
        { class: "answers" },
        make("button", { type: "button", class: "chip strong", onclick: yes }, texts.say(`${id}_yes`)),
        make("button", { type: "button", class: "chip", onclick: () => panel.close() }, texts.say(`${id}_no`)),
      ),
    );
    panel.open(opener);
  }

  return { panel, ask };
}

/**
 * @param {Texts} texts
 * @param {Store} store
 * @param {Reader} reader
 * @param {boolean} canListen
 * @param {{onListen: (box: HTMLElement, wanted: boolean) => void, onClear: () => void}} actions
 */
export function optionsPanel(texts, store, reader, canListen, actions) {
  const panel = new Panel("options", texts.say("options"), texts.say("close"), "options");
  const aloud = toggle("aloud", (_, wanted) => {
    store.set("aloud", wanted);
    if (!wanted) reader.stop();
  });
  const listen = toggle("listen", actions.onListen);
  const clear = make("button", { type: "button", class: "chip", onclick: () => actions.onClear() }, texts.say("clear"));
  const parts = [aloud.element, canListen ? listen.element : make("p", { class: "hint" }, texts.say("no_microphone")), clear];
  panel.fill(...parts);

  /**
   * @param {string} name
   * @param {(box: HTMLInputElement, wanted: boolean) => void} onChange
   */
  function toggle(name, onChange) {
    const box = make("input", { type: "checkbox", id: name, "aria-describedby": `${name}-hint`, onchange: () => onChange(box, box.checked) });
    const element = make(
      "div",
      { class: "choice" },
      box,
      make("label", { for: name }, texts.say(name)),
      make("p", { class: "hint", id: `${name}-hint` }, texts.say(`${name}_hint`)),
    );
    return { box, element };
  }

  function show() {
    aloud.element.hidden = !reader.isThere;
    aloud.box.checked = store.setting("aloud");
    listen.box.checked = store.setting("listen");
  }

  store.addEventListener("change", show);
  reader.addEventListener("change", show);
  show();
  return panel;
}

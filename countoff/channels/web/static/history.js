/** The part with past sessions. */

/** @import { Api } from "./api.js" */
/** @import { Store } from "./store.js" */
/** @import { Texts } from "./words.js" */

import { chart } from "./chart.js";
import { make } from "./dom.js";
import { Panel } from "./panels.js";

/**
 * @param {Api} api
 * @param {Store} store
 * @param {Texts} texts
 * @param {string} language
 * @returns {{panel: Panel, refresh: () => Promise<void>}}
 */
export function historyPanel(api, store, texts, language) {
  const panel = new Panel("history", texts.say("history"), texts.say("close"), "history");
  let newest = 0;

  async function refresh() {
    const number = (newest += 1);
    /** @type {Node} */
    let shown;
    try {
      const sessions = store.token ? await api.history(store.token) : [];
      const letter = parseFloat(getComputedStyle(panel.element).fontSize) || 16;
      shown = chart(sessions, texts, language, panel.element.clientWidth / letter);
    } catch (error) {
      // A conversation that the server does not know has no past.
      const isUnknown = /** @type {any} */ (error).field === "conversation";
      shown = isUnknown ? chart([], texts, language, 0) : make("p", { class: "empty", role: "alert" }, texts.say("chart_away"));
    }
    if (number === newest) panel.fill(shown);
  }

  panel.onopen = () => void refresh();
  return { panel, refresh };
}

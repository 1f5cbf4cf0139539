/** `<countoff-coach server="…">`: an exercise coach to talk with, that counts aloud. */

/** @import { Words } from "./types.js" */
/** @import { Shown } from "./chat.js" */
/** @import { Player } from "./player/player.js" */

import { Api } from "./api.js";
import { Chat } from "./chat.js";
import { make } from "./dom.js";
import { historyPanel } from "./history.js";
import { canListen } from "./microphone.js";
import { optionsPanel, question } from "./options.js";
import { Reader } from "./reader.js";
import { Spotter } from "./spotter.js";
import { Store, openStorage } from "./store.js";
import { otherTabs } from "./tabs.js";
import { Voice } from "./voice.js";
import { Texts, loadWords } from "./words.js";

const CHANNEL = "webhooks/web/";
const SOUND = "webhooks/audio/";
const AGAIN_MS = 1_000;
const SLOWEST_MS = 30_000;
const STYLES = ["widget.css", "player/player.css"];

class CountoffCoach extends HTMLElement {
  #over = new AbortController();
  /** @type {Player | undefined} */
  #player;
  #root = this.attachShadow({ mode: "open" });

  connectedCallback() {
    // Moved within the page, it goes on where it was.
    if (this.#root.childElementCount) return;
    this.#over = new AbortController();
    const widget = make("div", { class: "widget", "aria-busy": "true" });
    this.#root.append(widget);
    void this.#start(widget, this.#over.signal);
  }

  disconnectedCallback() {
    queueMicrotask(() => {
      if (this.isConnected) return;
      this.#over.abort();
      this.#player?.close();
      this.#root.replaceChildren();
    });
  }

  /**
   * @param {HTMLElement} widget
   * @param {AbortSignal} over
   */
  async #start(widget, over) {
    const server = new URL(this.getAttribute("server") || new URL("../../", import.meta.url), document.baseURI);
    if (!server.pathname.endsWith("/")) server.pathname += "/";
    const [words, sheets, Player] = await Promise.all([
      patiently(() => loadWords(new URL(CHANNEL, server)), over),
      Promise.all(STYLES.map(sheet)),
      // Without it the coach still answers.
      import("./player/player.js").then((module) => module.Player, console.error),
    ]);
    if (over.aborted) return;
    this.#root.adoptedStyleSheets = sheets;
    const storage = openStorage();
    if (Player) this.#player = new Player({ audioUrl: new URL(SOUND, server), words, storage });
    const store = new Store(server.href, storage);
    assemble(widget, words, new Api(new URL(CHANNEL, server)), store, this.#player, over);
    widget.removeAttribute("aria-busy");
  }
}

/**
 * @param {HTMLElement} widget
 * @param {Words} words
 * @param {Api} api
 * @param {Store} store
 * @param {Player | undefined} player
 * @param {AbortSignal} over
 */
function assemble(widget, words, api, store, player, over) {
  const { language, listen } = words;
  const texts = new Texts(words.words.chat);
  const spotter = new Spotter(listen, texts.list("denials"));
  const reader = new Reader(language);
  const chat = new Chat(api, store, texts, spotter, player);
  const { panel: history, refresh } = historyPanel(api, store, texts, language);
  const consent = question("consent", texts);
  const clearing = question("clearing", texts);
  const voice = new Voice(language, spotter, chat, store, reader, player, texts, consent.ask);
  const options = optionsPanel(texts, store, reader, canListen(), {
    onListen: (box, wanted) => voice.watchWhileCounting(box, wanted),
    onClear: () => clearing.ask(options.button, () => store.clear()),
  });
  const panels = [history, options, consent.panel, clearing.panel];
  const status = make("p", { class: "unseen", role: "status" });
  const stage = make("div", { class: "stage" });
  widget.append(
    make("header", { class: "head" }, make("p", { class: "name" }, texts.say("title")), history.button, options.button),
    status,
    make("div", { class: "panels" }, ...panels.map((panel) => panel.element)),
    stage,
    chat.log.element,
    chat.composer.element,
  );
  keepOneOpen(panels);
  player?.mount(stage);

  const tellOthers = otherTabs(store.name, (session) => player?.isOpen && void player.command(session), over);
  let isDone = false;
  const followed = () => {
    const isOpen = player?.isOpen === true;
    if (isOpen !== widget.classList.contains("in-session")) {
      widget.classList.toggle("in-session", isOpen);
      if (isOpen) for (const panel of panels) panel.close();
      else keepInView(widget);
    }
    if (player?.isCounting) reader.stop();
    chat.show();
    voice.settle();
  };
  player?.addEventListener("state", (event) => {
    isDone ||= /** @type {CustomEvent} */ (event).detail.state === "done";
    followed();
  });
  player?.addEventListener("status", (event) => {
    status.textContent = /** @type {CustomEvent} */ (event).detail.text;
  });
  chat.addEventListener("send", () => reader.stop());
  chat.addEventListener("reply", (event) => {
    const { custom, texts: said } = /** @type {CustomEvent<Shown>} */ (event).detail;
    tellOthers(custom?.session);
    followed();
    if (store.setting("aloud") && !player?.isCounting) reader.read(said.join("\n"));
    if (custom?.answer?.intent === "ask_history" || isDone) history.open();
    else if (history.isOpen) void refresh();
    isDone = false;
  });
  store.share(over);
  addEventListener("pagehide", () => chat.leave(), { signal: over });
  over.addEventListener("abort", () => {
    voice.close();
    reader.stop();
  });
  player?.restore();
  followed();
}

/**
 * It is less tall without a set; whoever looked at it does not find the page below it.
 * @param {HTMLElement} widget
 */
function keepInView(widget) {
  const { top, bottom } = widget.getBoundingClientRect();
  if (bottom > 0 && top < innerHeight) requestAnimationFrame(() => widget.scrollIntoView({ block: "nearest" }));
}

/** @param {import("./panels.js").Panel[]} panels */
function keepOneOpen(panels) {
  for (const panel of panels) {
    const open = panel.open.bind(panel);
    panel.open = (opener) => {
      for (const other of panels) if (other !== panel && other.isOpen) other.close();
      open(opener);
    };
  }
}

/**
 * @param {string} name
 * @returns {Promise<CSSStyleSheet>}
 */
async function sheet(name) {
  const made = new CSSStyleSheet();
  const answer = await fetch(new URL(name, import.meta.url)).catch(() => undefined);
  if (answer?.ok) made.replaceSync(await answer.text());
  return made;
}

/**
 * Try until it works: without the words there is nothing to show, not even why.
 * @template T
 * @param {() => Promise<T>} get
 * @param {AbortSignal} over
 */
async function patiently(get, over) {
  for (let waitMs = AGAIN_MS; ; waitMs = Math.min(waitMs * 2, SLOWEST_MS)) {
    try {
      return await get();
    } catch (error) {
      if (over.aborted) throw error;
      await new Promise((resolve) => setTimeout(resolve, waitMs));
    }
  }
}

if (!customElements.get("countoff-coach")) customElements.define("countoff-coach", CountoffCoach);

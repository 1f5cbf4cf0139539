/** The talk with the coach: what is sent, what a reply does, and what is shown of it. */

/** @import { Command, Custom, Reply, SessionCommand, Suggestion } from "./types.js" */
/** @import { Player } from "./player/player.js" */
/** @import { Store } from "./store.js" */
/** @import { Texts } from "./words.js" */

import { Api, ApiError } from "./api.js";
import { Composer } from "./composer.js";
import { make } from "./dom.js";
import { Log } from "./log.js";
import { Outbox } from "./outbox.js";
import { linesOf } from "./reply.js";
import { Spotter } from "./spotter.js";

const AGAIN_MS = 5_000;
const LOST_MS = 120_000;
const LONGEST_COMMAND_MS = 2_000;

/** @typedef {{custom: Custom | undefined, texts: string[]}} Shown what a reply brought */

/** Events: `reply` with what was `Shown` of it; `send` whenever the user says something. */
export class Chat extends EventTarget {
  #store;
  #texts;
  #player;
  #spotter;
  #outbox;
  #waiting = 0;
  /** Entries that this page is sending. @type {Set<string>} */
  #own = new Set();
  #asked = 0;
  /** @type {ReturnType<typeof setTimeout> | undefined} */
  #reporting;
  log;
  composer;
  suggestions;

  /**
   * @param {Api} api
   * @param {Store} store
   * @param {Texts} texts
   * @param {Spotter} spotter
   * @param {Player | undefined} player
   */
  constructor(api, store, texts, spotter, player) {
    super();
    this.#store = store;
    this.#texts = texts;
    this.#player = player;
    this.#spotter = spotter;
    const reporter = { report: () => player?.report(), delivered: () => player?.delivered() };
    this.#outbox = new Outbox(api, store, reporter, (seconds) => this.#told(seconds));
    this.composer = new Composer(texts);
    this.composer.addEventListener("send", (event) => this.say(/** @type {CustomEvent<string>} */ (event).detail));
    this.suggestions = make("div", { class: "suggestions", role: "group", "aria-label": texts.say("suggestions") });
    this.log = new Log(texts, (id) => this.#again(id), this.suggestions);
    player?.addEventListener("ask", (event) => this.#ask(/** @type {CustomEvent<{message: string}>} */ (event).detail.message));
    store.addEventListener("change", () => this.show());
    for (const { id, state, at } of store.entries) {
      // The tab that sent it is gone.
      if (state === "sending" && Date.now() - at > LOST_MS) store.mark(id, { state: "unsent" });
    }
    this.show();
  }

  /** Show what is kept. */
  show() {
    const { entries } = this.#store;
    this.#offer(entries);
    this.log.show(entries);
  }

  /** @param {readonly import("./store.js").Entry[]} entries */
  #offer(entries) {
    const last = entries.at(-1);
    const starters = this.#texts.list("starters").map((text) => ({ title: text, payload: text }));
    const offered = last === undefined ? starters : this.#player?.isCounting ? [] : (last.buttons ?? []);
    const key = JSON.stringify(offered);
    if (this.suggestions.dataset.key === key) return;
    const hadFocus = this.suggestions.matches(":focus-within");
    this.suggestions.dataset.key = key;
    this.suggestions.replaceChildren(...offered.map((button) => this.#chip(button)));
    if (hadFocus) this.composer.focus(this.log.element);
  }

  /**
   * The user says something; to be called in the gesture itself, as it may start a set that is heard.
   * @param {string} text
   */
  say(text) {
    void this.#player?.unlock();
    this.dispatchEvent(new Event("send"));
    this.composer.tell("");
    if (!this.#obey(text)) void this.#send(text, this.#player?.isOpen && this.#spotter.find(text) !== undefined);
  }

  /**
   * Pass on what was heard; whatever had to be done at once has been done.
   * @param {string} text
   */
  tell(text) {
    void this.#send(text, true);
  }

  /** What is on its way when the page goes may not have arrived. */
  leave() {
    for (const id of this.#own) this.#store.mark(id, { state: "unsent" });
    this.#own.clear();
  }

  /**
   * Act on a command at once, before the server knows of it.
   * @param {string} text
   * @returns {boolean} whether the player tells the server
   */
  #obey(text) {
    const command = this.#player?.isOpen ? this.#spotter.find(text) : undefined;
    if (command === undefined || command === "resume" || text.includes("?")) return false;
    const isAll = this.#spotter.isCommand(text);
    if (!isAll && command !== "pain") return false;
    return this.act(command) && isAll;
  }

  /**
   * Let the player act at once.
   * @param {Command} command
   * @returns {boolean} whether it tells the server
   */
  act(command) {
    const before = this.#asked;
    this.#player?.heard(command);
    return this.#asked > before;
  }

  /**
   * @param {string} text
   * @param {boolean} [isUrgent]
   */
  #send(text, isUrgent = false) {
    const entry = this.#store.add({ who: "user", text, state: "sending" });
    return this.#deliver(entry.id, text, isUrgent);
  }

  /** @param {string} id */
  #again(id) {
    const entry = this.#store.entries.find((one) => one.id === id);
    if (!entry) return;
    void this.#player?.unlock();
    this.#store.mark(id, { state: "sending" });
    void this.#deliver(id, entry.text, false);
  }

  /**
   * @param {string} id of the entry
   * @param {string} text
   * @param {boolean} isUrgent
   */
  async #deliver(id, text, isUrgent) {
    try {
      const reply = await this.#talk(id, text, isUrgent);
      await this.#take(reply, id);
    } catch (error) {
      this.#failed(id, error);
    }
  }

  /**
   * What the player wants the server to know.
   * @param {string} message empty for a mere report
   */
  #ask(message) {
    this.#asked += 1;
    if (!message) {
      void this.#report();
      return;
    }
    const isUrgent = this.#spotter.find(message) !== undefined;
    const { id } = this.#store.add({ who: "user", text: message, state: "sending" });
    void (isUrgent ? this.#insist(id, message) : this.#deliver(id, message, false));
  }

  /**
   * Tell of a stop, a pause or pain until it is known, however long the server is away.
   * @param {string} id
   * @param {string} message
   */
  async #insist(id, message) {
    try {
      await this.#take(await this.#talk(id, message, true), id);
    } catch (error) {
      if (!(error instanceof ApiError && error.isPassing)) return this.#failed(id, error);
      this.#own.add(id);
      onceOnlineOrIn(AGAIN_MS, () => void this.#insist(id, message));
    }
  }

  /** Report without words, again and again until the server has it. */
  async #report() {
    clearTimeout(this.#reporting);
    try {
      await this.#take(await this.#outbox.send("", false));
    } catch (error) {
      if (!(error instanceof ApiError && error.isPassing)) return;
      clearTimeout(this.#reporting);
      this.#reporting = setTimeout(() => void this.#report(), AGAIN_MS);
    }
  }

  /**
   * @param {string} id of the entry
   * @param {string} text
   * @param {boolean} isUrgent
   */
  async #talk(id, text, isUrgent) {
    this.#own.add(id);
    this.#waiting += 1;
    this.log.typing = true;
    try {
      return await this.#outbox.send(text, isUrgent);
    } finally {
      this.#own.delete(id);
      this.#waiting -= 1;
      this.log.typing = this.#waiting > 0;
    }
  }

  /**
   * Carry out and show a reply.
   * @param {Reply} reply
   * @param {string} [id] of the message that it answers; none: of a report without words
   */
  async #take(reply, id) {
    const custom = reply.messages[0]?.custom;
    if (custom?.session) await this.#command(custom.session);
    if (id) this.#store.mark(id, { state: undefined });
    if (reply.messages.some((message) => message.text === this.#texts.say("forgotten"))) this.#store.forget();
    // "Noted." answers nobody.
    const isWorthIt = id || custom || reply.messages.some((message) => message.buttons?.length);
    const shown = isWorthIt ? linesOf(reply.messages, this.#texts.say("source")) : [];
    for (const line of shown) this.#store.add({ who: "coach", ...line });
    /** @type {Shown} */
    const detail = { custom, texts: shown.map((line) => line.text) };
    this.dispatchEvent(new CustomEvent("reply", { detail }));
  }

  /** @param {SessionCommand} session */
  async #command(session) {
    const done = Promise.resolve(this.#player?.command(session)).catch(console.error);
    // Sound that does not load keeps no text back.
    await Promise.race([done, new Promise((resolve) => setTimeout(resolve, LONGEST_COMMAND_MS))]);
  }

  /**
   * @param {string} id
   * @param {unknown} error
   */
  #failed(id, error) {
    if (!(error instanceof ApiError)) console.error(error);
    const status = error instanceof ApiError ? error.status : 0;
    const isPassing = !(error instanceof ApiError) || error.isPassing;
    this.#store.mark(id, { state: isPassing ? "unsent" : "refused" });
    const key = status === 413 ? "too_long" : status === 403 ? "closed" : status === 429 ? "busy" : isPassing ? "away" : "refused";
    this.#store.add({ who: "note", text: this.#texts.say(key) });
  }

  /** @param {number} seconds */
  #told(seconds) {
    this.composer.tell(seconds ? this.#texts.say("wait", { seconds }) : "", true);
  }

  /** @param {Suggestion} suggestion */
  #chip({ title, payload }) {
    return make("button", { type: "button", class: "chip", onclick: () => this.say(payload) }, title);
  }
}

/**
 * @param {number} ms
 * @param {() => void} action
 */
function onceOnlineOrIn(ms, action) {
  const over = new AbortController();
  const act = () => {
    over.abort();
    clearTimeout(timer);
    action();
  };
  const timer = setTimeout(act, ms);
  addEventListener("online", act, { signal: over.signal });
}

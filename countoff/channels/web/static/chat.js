/** The talk with the coach: what is said, what a reply does, and what is shown of it. */

/** @import { Command, Custom, Reply, SessionCommand, Suggestion } from "./types.js" */
/** @import { Player } from "./player/player.js" */
/** @import { Store } from "./store.js" */
/** @import { Texts } from "./words.js" */

import { Api, ApiError } from "./api.js";
import { Composer } from "./composer.js";
import { Delivery } from "./delivery.js";
import { make } from "./dom.js";
import { Log } from "./log.js";
import { Outbox } from "./outbox.js";
import { linesOf } from "./reply.js";
import { Spotter } from "./spotter.js";

const LONGEST_COMMAND_MS = 2_000;

/** @typedef {{custom: Custom | undefined, texts: string[]}} Shown what a reply brought */

/** Events: `reply` with what was `Shown` of it; `send` whenever the user says something. */
export class Chat extends EventTarget {
  #store;
  #texts;
  #player;
  #spotter;
  #delivery;
  #asked = 0;
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
    this.suggestions = make("div", { class: "suggestions", role: "group", "aria-label": texts.say("suggestions") });
    this.log = new Log(texts, (id) => this.#again(id), this.suggestions);
    this.composer = new Composer(texts);
    this.composer.addEventListener("send", (event) => this.say(/** @type {CustomEvent<string>} */ (event).detail));
    const reporter = { report: () => player?.report(), delivered: () => player?.delivered() };
    const outbox = new Outbox(api, store, reporter, (seconds) => this.#wait(seconds));
    this.#delivery = new Delivery(store, outbox, {
      onReply: (reply, id) => this.#take(reply, id),
      onFailure: (id, error) => this.#failed(id, error),
      onWaiting: (isWaiting) => {
        this.log.typing = isWaiting;
      },
    });
    player?.addEventListener("ask", (event) => this.#ask(/** @type {CustomEvent<{message: string}>} */ (event).detail.message));
    spotter.expect(store.cues);
    store.addEventListener("change", () => this.show());
    this.show();
  }

  /** Show what is kept. */
  show() {
    const { entries } = this.#store;
    this.#offer(entries);
    this.log.show(entries);
  }

  /**
   * The user says something; to be called in the gesture itself, as it may start a set that is heard.
   * @param {string} text
   */
  say(text) {
    void this.#player?.unlock();
    this.dispatchEvent(new Event("send"));
    this.composer.tell("");
    if (this.#obey(text)) return;
    this.#delivery.send(text, this.#player?.isOpen === true && this.#spotter.find(text) !== undefined);
  }

  /**
   * Pass on what was heard; whatever had to be done at once has been done.
   * @param {string} text
   */
  tell(text) {
    this.#delivery.send(text, true);
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

  /** The page goes. */
  leave() {
    this.#delivery.leave();
  }

  /**
   * Act on a command at once, before the server knows of it.
   * @param {string} text
   * @returns {boolean} whether the player tells the server all of it
   */
  #obey(text) {
    const command = this.#player?.isOpen ? this.#spotter.find(text) : undefined;
    if (command === undefined || command === "resume" || text.includes("?")) return false;
    const isAll = this.#spotter.isCommand(text);
    if (!isAll && command !== "pain") return false;
    return this.act(command) && isAll;
  }

  /** @param {string} id */
  #again(id) {
    void this.#player?.unlock();
    this.#delivery.again(id);
  }

  /**
   * What the player wants the server to know.
   * @param {string} message empty for a mere report
   */
  #ask(message) {
    this.#asked += 1;
    if (!message) void this.#delivery.report();
    else if (this.#spotter.find(message)) this.#delivery.insist(message);
    else this.#delivery.send(message, false);
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
    // The microphone may be open when the first cue is heard.
    if (session.plan) {
      // After a reload too, where the player goes on by itself.
      this.#store.cues = [...new Set(session.plan.cues.flatMap((cue) => cue.text ?? []))];
      this.#spotter.expect(this.#store.cues);
    }
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
    const key = { 413: "too_long", 403: "closed", 429: "busy" }[status] ?? (isPassing ? "away" : "refused");
    this.#store.add({ who: "note", text: this.#texts.say(key) });
  }

  /** @param {number} seconds */
  #wait(seconds) {
    this.composer.tell(seconds ? this.#texts.say("wait", { seconds }) : "", true);
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

  /** @param {Suggestion} suggestion */
  #chip({ title, payload }) {
    return make("button", { type: "button", class: "chip", onclick: () => this.say(payload) }, title);
  }
}

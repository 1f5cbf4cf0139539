/** Brings messages to the server, and says of each in the log how it stands. */

/** @import { Reply } from "./types.js" */
/** @import { Outbox } from "./outbox.js" */
/** @import { Store } from "./store.js" */

import { ApiError } from "./api.js";

const AGAIN_MS = 5_000;
const LOST_MS = 120_000;

/**
 * What is done with what comes of it. A report without words has no `id`.
 * @typedef {object} Outcome
 * @property {(reply: Reply, id?: string) => Promise<void>} onReply
 * @property {(id: string, error: unknown) => void} onFailure
 * @property {(isWaiting: boolean) => void} onWaiting
 */

/** Messages of the user, and of the player. */
export class Delivery {
  #store;
  #outbox;
  #outcome;
  /** Entries that this page is sending. @type {Set<string>} */
  #own = new Set();
  #waiting = 0;
  /** @type {ReturnType<typeof setTimeout> | undefined} */
  #reporting;

  /**
   * @param {Store} store
   * @param {Outbox} outbox
   * @param {Outcome} outcome
   */
  constructor(store, outbox, outcome) {
    this.#store = store;
    this.#outbox = outbox;
    this.#outcome = outcome;
    for (const { id, state, at } of store.entries) {
      // The tab that sent it is gone.
      if (state === "sending" && Date.now() - at > LOST_MS) store.mark(id, { state: "unsent" });
    }
  }

  /**
   * Send what the user says.
   * @param {string} text
   * @param {boolean} isUrgent
   */
  send(text, isUrgent) {
    void this.#deliver(this.#enter(text), text, isUrgent);
  }

  /**
   * Send what was not sent.
   * @param {string} id
   */
  again(id) {
    const entry = this.#store.entries.find((one) => one.id === id);
    if (!entry) return;
    this.#store.mark(id, { state: "sending" });
    void this.#deliver(id, entry.text, false);
  }

  /**
   * Tell of a stop, a pause or pain until it is known, however long the server is away.
   * @param {string} text
   */
  insist(text) {
    void this.#insist(this.#enter(text), text);
  }

  /** Report where the player stands, again and again until the server knows. */
  async report() {
    clearTimeout(this.#reporting);
    try {
      await this.#outcome.onReply(await this.#outbox.send("", false));
    } catch (error) {
      if (!isPassing(error)) return;
      clearTimeout(this.#reporting);
      this.#reporting = setTimeout(() => void this.report(), AGAIN_MS);
    }
  }

  /** What is on its way when the page goes may not have arrived. */
  leave() {
    for (const id of this.#own) this.#store.mark(id, { state: "unsent" });
    this.#own.clear();
  }

  /** @param {string} text */
  #enter(text) {
    return this.#store.add({ who: "user", text, state: "sending" }).id;
  }

  /**
   * @param {string} id
   * @param {string} text
   * @param {boolean} isUrgent
   */
  async #deliver(id, text, isUrgent) {
    try {
      await this.#outcome.onReply(await this.#talk(id, text, isUrgent), id);
    } catch (error) {
      this.#outcome.onFailure(id, error);
    }
  }

  /**
   * @param {string} id
   * @param {string} text
   */
  async #insist(id, text) {
    try {
      await this.#outcome.onReply(await this.#talk(id, text, true), id);
    } catch (error) {
      if (!isPassing(error)) return this.#outcome.onFailure(id, error);
      this.#own.add(id);
      onceOnlineOrIn(AGAIN_MS, () => void this.#insist(id, text));
    }
  }

  /**
   * @param {string} id
   * @param {string} text
   * @param {boolean} isUrgent
   */
  async #talk(id, text, isUrgent) {
    this.#own.add(id);
    this.#wait(1);
    try {
      return await this.#outbox.send(text, isUrgent);
    } finally {
      this.#own.delete(id);
      this.#wait(-1);
    }
  }

  /** @param {1 | -1} more */
  #wait(more) {
    this.#waiting += more;
    this.#outcome.onWaiting(this.#waiting > 0);
  }
}

/** @param {unknown} error */
function isPassing(error) {
  return error instanceof ApiError && error.isPassing;
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

/** Sends messages one at a time and in order; what is urgent waits for nothing. */

/** @import { Reply, Report } from "./types.js" */
/** @import { Store } from "./store.js" */

import { Api, ApiError } from "./api.js";

const TRIES = 4;
const LONGEST_WAIT_S = 60;

/** Where the player stands, as it is sent along with every message. */
/**
 * @typedef {object} Reporter
 * @property {() => Report | undefined} report
 * @property {() => void} delivered
 */

/** Gets each message through: with a new conversation where the old one is not known, and in a moment where it was too fast. */
export class Outbox {
  #api;
  #store;
  #reporter;
  #onWait;
  /** @type {Promise<unknown>} */
  #last = Promise.resolve();
  /** @type {Promise<string> | undefined} */
  #beginning;
  #reports = 0;

  /**
   * @param {Api} api
   * @param {Store} store
   * @param {Reporter} reporter
   * @param {(seconds: number) => void} onWait is told how long the server asks to wait, and 0 when that is over
   */
  constructor(api, store, reporter, onWait) {
    this.#api = api;
    this.#store = store;
    this.#reporter = reporter;
    this.#onWait = onWait;
  }

  /**
   * @param {string} message
   * @param {boolean} isUrgent
   * @returns {Promise<Reply>} fails with an `ApiError`
   */
  send(message, isUrgent) {
    if (isUrgent) return this.#deliver(message);
    const sent = this.#last.then(() => this.#deliver(message));
    this.#last = sent.catch(() => {});
    return sent;
  }

  /** @param {string} message */
  async #deliver(message) {
    for (let tried = 1, renewed = false; ; tried += 1) {
      try {
        return await this.#try(message);
      } catch (error) {
        if (!(error instanceof ApiError) || tried === TRIES) throw error;
        if (error.status === 403 && error.field === "conversation" && !renewed) {
          this.#store.token = undefined;
          renewed = true;
        } else if (error.status === 429) await this.#wait(error.waitS);
        else throw error;
      }
    }
  }

  /** @param {string} message */
  async #try(message) {
    const token = this.#store.token ?? (await this.#begin());
    const number = (this.#reports += 1);
    const reply = await this.#api.send(token, message, this.#reporter.report());
    // Events of a report that was overtaken by a later one are told again with that one.
    if (number === this.#reports) this.#reporter.delivered();
    return reply;
  }

  /** Two messages at once begin one conversation. */
  #begin() {
    this.#beginning ??= this.#api
      .begin()
      .then((token) => (this.#store.token ??= token))
      .finally(() => {
        this.#beginning = undefined;
      });
    return this.#beginning;
  }

  /** @param {number} seconds */
  async #wait(seconds) {
    const waited = Math.min(Math.max(1, Math.ceil(seconds)), LONGEST_WAIT_S);
    this.#onWait(waited);
    await new Promise((resolve) => setTimeout(resolve, waited * 1000));
    this.#onWait(0);
  }
}

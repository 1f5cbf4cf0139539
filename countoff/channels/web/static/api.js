/** The web channel of the server, over plain HTTP. */

/** @import { PastSession, Reply, Report } from "./types.js" */

const PATIENCE_MS = 25_000;
const SMALL = 10_000;

/** A request that did not work. `status` is 0 where the server could not be reached. */
export class ApiError extends Error {
  /**
   * @param {number} status
   * @param {string | null} field what was wrong
   * @param {number} waitS seconds after which to try again
   */
  constructor(status, field = null, waitS = 0) {
    super(`the coach answered ${status}`);
    this.status = status;
    this.field = field;
    this.waitS = waitS;
  }

  /** Whether the same request may work later. */
  get isPassing() {
    return this.status === 0 || this.status === 429 || this.status >= 500;
  }
}

/** What the server can be asked. */
export class Api {
  #base;

  /** @param {URL} base address of the channel, with a slash at its end */
  constructor(base) {
    this.#base = base;
  }

  /**
   * A new conversation.
   * @returns {Promise<string>}
   */
  async begin() {
    return (await this.#ask("conversations", { method: "POST" })).conversation;
  }

  /**
   * One turn.
   * @param {string} conversation
   * @param {string} message
   * @param {Report | undefined} session
   * @returns {Promise<Reply>}
   */
  async send(conversation, message, session) {
    const metadata = { surface: "screen", ...(session && { session }) };
    const body = JSON.stringify({ conversation, message, metadata });
    return this.#ask("messages", {
      method: "POST",
      headers: { "Content-Type": "application/json" },
      body,
      // A page that is being left still says that the set was stopped; browsers allow that for small bodies.
      keepalive: body.length < SMALL,
    });
  }

  /**
   * The past sessions, newest last.
   * @param {string} conversation
   * @returns {Promise<PastSession[]>}
   */
  async history(conversation) {
    return (await this.#ask("history", { headers: { "X-Countoff-Conversation": conversation } })).sessions;
  }

  /**
   * @param {string} name
   * @param {RequestInit} options
   */
  async #ask(name, options) {
    const sent = { ...options, signal: AbortSignal.timeout(PATIENCE_MS) };
    /** @type {Response} */
    let answer;
    try {
      answer = await fetch(new URL(name, this.#base), sent);
      if (answer.ok) return await answer.json();
    } catch {
      throw new ApiError(0);
    }
    const told = await answer.json().catch(() => ({}));
    const waitS = Number(answer.headers.get("Retry-After") ?? told.retry_after_s);
    throw new ApiError(answer.status, told.field ?? null, Number.isFinite(waitS) ? waitS : 0);
  }
}

/** One voice at a time: whoever begins to count silences the other tabs. */

const ANSWER_MS = 250;

/** A lock says which tab counts. Pages without HTTPS have none, so these ask around. Event: `taken` by another tab. */
export class Turn extends EventTarget {
  #name;
  #channel = "BroadcastChannel" in globalThis ? new BroadcastChannel("countoff.set") : null;
  #isMine = false;
  #isAnswered = false;
  #taken = 0;
  /** @type {(() => void) | undefined} */
  #letGo;

  /** @param {string} name of the server */
  constructor(name) {
    super();
    this.#name = `countoff.set ${name}`;
    this.#channel?.addEventListener("message", ({ data }) => {
      if (data?.name !== this.#name) return;
      if (data.says === "mine") this.#isAnswered = true;
      else if (this.#isMine && data.says === "take") this.#lose();
      else if (this.#isMine && data.says === "whose") this.#say("mine");
    });
  }

  /** Begin to count, whoever counted before. */
  take() {
    if (this.#isMine) return;
    this.#isMine = true;
    this.#say("take");
    const taken = (this.#taken += 1);
    const held = navigator.locks?.request(this.#name, { steal: true }, () => this.#held());
    held?.catch((error) => {
      // Where locks are forbidden the set is counted all the same.
      if (error.name === "AbortError" && taken === this.#taken) this.#lose();
    });
  }

  /** Whether no other tab counts. */
  async isFree() {
    if (navigator.locks) {
      const { held } = await navigator.locks.query();
      return this.#isMine || !held?.some((lock) => lock.name === this.#name);
    }
    this.#isAnswered = false;
    this.#say("whose");
    await new Promise((resolve) => setTimeout(resolve, ANSWER_MS));
    return !this.#isAnswered;
  }

  release() {
    this.#isMine = false;
    this.#letGo?.();
  }

  close() {
    this.release();
    this.#channel?.close();
    this.#channel = null;
  }

  /** @returns {Promise<void>} */
  #held() {
    return new Promise((resolve) => {
      this.#letGo = resolve;
      if (!this.#isMine) resolve();
    });
  }

  #lose() {
    if (!this.#isMine) return;
    this.release();
    this.dispatchEvent(new Event("taken"));
  }

  /** @param {"take" | "whose" | "mine"} says */
  #say(says) {
    this.#channel?.postMessage({ name: this.#name, says });
  }
}

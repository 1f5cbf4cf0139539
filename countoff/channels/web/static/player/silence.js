/** What is done where the server does not answer. */

const PATIENCE_MS = 2_000;

export class Silence {
  /** @type {Set<ReturnType<typeof setTimeout>>} */
  #timers = new Set();

  /**
   * Do this unless something is heard first.
   * @param {() => void} action
   */
  otherwise(action) {
    this.#timers.add(setTimeout(action, PATIENCE_MS));
  }

  /** Something was heard, or it is no longer waited for. */
  broken() {
    for (const timer of this.#timers) clearTimeout(timer);
    this.#timers.clear();
  }
}

/** Keeps the screen on while a set counts, and lets the buttons of a headset or a locked screen steer it. */

/** @import { Action } from "./screen.js" */

/** @type {[MediaSessionAction, Action][]} */
const BUTTONS = [["play", "resume"], ["pause", "pause"], ["stop", "stop"]];

export class Awake {
  #title;
  #act;
  /** @type {WakeLockSentinel | undefined} */
  #lock;
  #isWanted = false;

  /**
   * @param {string} title shown on a locked screen
   * @param {(action: Action) => void} act
   * @param {AbortSignal} over
   */
  constructor(title, act, over) {
    this.#title = title;
    this.#act = act;
    // A hidden page loses the lock.
    document.addEventListener("visibilitychange", () => void this.#settle(), { signal: over });
  }

  /**
   * @param {boolean} isOpen
   * @param {boolean} isCounting
   */
  set(isOpen, isCounting) {
    this.#isWanted = isCounting;
    void this.#settle();
    const media = navigator.mediaSession;
    if (!media) return;
    media.playbackState = isCounting ? "playing" : isOpen ? "paused" : "none";
    media.metadata = isOpen ? new MediaMetadata({ title: this.#title }) : null;
    for (const [name, action] of BUTTONS) media.setActionHandler(name, isOpen ? () => this.#act(action) : null);
  }

  async #settle() {
    if (!this.#isWanted) {
      void this.#lock?.release();
      this.#lock = undefined;
    } else if (document.visibilityState === "visible" && (!this.#lock || this.#lock.released)) {
      // Refused, for instance where the battery is low.
      const lock = await navigator.wakeLock?.request("screen").catch(() => undefined);
      this.#lock = lock;
      if (!this.#isWanted) void lock?.release();
    }
  }
}

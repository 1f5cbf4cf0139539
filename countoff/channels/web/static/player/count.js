/** The count itself: where the set stands, by the clock that plays it. */

/** @import { Sound } from "./audio.js" */
/** @import { Record, Session } from "./record.js" */

import { momentOf } from "./schedule.js";

const STEP_MS = 200;

/** Events: `phase` whenever the set goes from one thing to the next, `end` when all of it has been played. */
export class Count extends EventTarget {
  #sound;
  #record;
  #seen = "";
  isPlaying = false;

  /**
   * @param {Sound} sound
   * @param {Record} record
   * @param {AbortSignal} over
   */
  constructor(sound, record, over) {
    super();
    this.#sound = sound;
    this.#record = record;
    sound.addEventListener("step", () => this.#step());
    sound.addEventListener("late", () => this.isPlaying && this.follow());
    const timer = setInterval(() => this.#step(), STEP_MS);
    over.addEventListener("abort", () => clearInterval(timer));
  }

  /** @returns {Session} */
  get session() {
    if (!this.#record.session) throw new Error("there is no set");
    return this.#record.session;
  }

  /**
   * Play the track of the set from a place.
   * @param {number} at_ms
   */
  play(at_ms) {
    this.session.at_ms = at_ms;
    this.isPlaying = true;
    this.#seen = "";
    this.#sound.play(this.session.track.cues, at_ms);
    this.#record.save();
    this.#step();
  }

  /**
   * The track has changed.
   * @param {number} [at_ms] where it stands on the new one
   */
  follow(at_ms) {
    if (this.isPlaying) this.#sound.replace(this.session.track.cues, at_ms);
    this.#record.save();
  }

  /**
   * Fall silent and keep the place.
   * @param {number} now in milliseconds since 1970
   */
  halt(now) {
    this.#sound.silence();
    this.place();
    this.isPlaying = false;
    if (this.#record.session) this.#record.session.paused_at = now;
  }

  /** Where it stands now. */
  place() {
    if (this.isPlaying) this.session.at_ms = Math.min(this.#sound.at_ms, this.session.track.end_ms);
    return this.#record.session?.at_ms ?? 0;
  }

  /** What is heard now. */
  get moment() {
    return momentOf(this.session.track, this.place() - (this.isPlaying ? this.#sound.delay_ms : 0));
  }

  /** See what is new; this goes on in a hidden tab. */
  #step() {
    if (!this.isPlaying) return;
    const { track } = this.session;
    const at_ms = this.place();
    this.#sound.fill(track.cues);
    const { phase, rep } = momentOf(track, at_ms);
    const seen = `${phase} ${rep?.at_ms}`;
    if (seen !== this.#seen) {
      this.#seen = seen;
      if (phase === "lift" || phase === "rest") this.#record.save();
      this.dispatchEvent(new CustomEvent("phase", { detail: phase }));
    }
    if (at_ms >= track.end_ms) this.dispatchEvent(new Event("end"));
  }
}

/** The course of a set: what is between the user, the coach and the count. */

/** @import { PlayerState } from "../types.js" */
/** @import { Sound } from "./audio.js" */
/** @import { Count } from "./count.js" */
/** @import { Record, Session } from "./record.js" */

import { Silence } from "./silence.js";

const SETTLE_MS = 400;

/**
 * The player around it.
 * @typedef {object} Stage
 * @property {() => PlayerState} state
 * @property {(state: PlayerState, status: string) => void} become
 * @property {(key: string) => void} ask tells the server something, or with "" that there are events
 * @property {() => void} take silences other tabs
 * @property {() => number} now
 */

export class Course {
  /** Where a skip has led to; the coach's new plan begins there. @type {number | null} */
  skippedTo = null;
  /** How many answers to come tell nothing new about a pause. */
  expected = 0;
  /** The session that ended last: an answer about it may come late. */
  ended = "";
  /** A change of tempo that was made here alone. @type {string | null} */
  owed = null;
  silence = new Silence();

  /**
   * @param {Count} count
   * @param {Record} record
   * @param {Sound} sound
   * @param {Stage} stage
   */
  constructor(count, record, sound, stage) {
    this.count = count;
    this.record = record;
    this.sound = sound;
    this.stage = stage;
    count.addEventListener("end", () => this.#finish());
  }

  /** The server has the last report; whatever its answer commands comes right after this. */
  delivered() {
    this.record.delivered();
    this.silence.broken();
    const { session } = this.record;
    if (!session) return;
    if (this.stage.state() === "paused") {
      this.expected -= 1;
      if (this.expected < 0) session.isUnsure = true;
    }
    const { rev } = session;
    setTimeout(() => {
      if (session !== this.record.session || session.rev !== rev) return;
      session.held_ms = null;
      this.skippedTo = null;
      const owed = this.owed;
      this.owed = null;
      if (owed && session.isOpen) this.stage.ask(owed);
    }, SETTLE_MS);
  }

  /**
   * The page was loaded anew: the set stands still where it was.
   * @returns {boolean} whether it can go on
   */
  takeUp() {
    const { session } = this.count;
    if (session.isOpen && !this.record.owes("paused")) this.record.note("paused", this.stage.now());
    this.expected = 1;
    return session.isOpen;
  }

  /** End without a word: the set is old, or another tab's. @param {string} status */
  drop(status) {
    this.count.halt(this.stage.now());
    this.forget();
    this.stage.become("idle", status);
  }

  #finish() {
    this.record.note(this.count.session.held_ms === null ? "finished" : "stopped", this.stage.now());
    this.end("done", "status_done");
    this.stage.ask("");
  }

  /**
   * @param {"idle" | "done"} state
   * @param {string} status
   */
  end(state, status) {
    const { session } = this.count;
    this.count.halt(this.stage.now());
    this.forget();
    session.isOpen = false;
    this.ended = session.id;
    this.record.save();
    this.stage.become(state, status);
  }

  /** Whether this is still the set, and it has not been paused while its sounds were loaded. @param {Session} session */
  isToPlay(session) {
    return this.record.session === session && session.isOpen && this.stage.state() !== "paused" && !this.count.isPlaying;
  }

  /** What was to be done without an answer is no longer wanted. */
  forget() {
    this.skippedTo = null;
    this.owed = null;
    this.silence.broken();
  }
}

/** What the user does with a set, and what the coach commands: both lead through here, at any time and in any order. */

/** @import { PlayerState, SessionCommand } from "../types.js" */
/** @import { Count } from "./count.js" */
/** @import { Record, Session } from "./record.js" */
/** @import { Action } from "./screen.js" */
/** @import { Sound } from "./audio.js" */

import { sessionOf } from "./record.js";
import { NOTHING, momentOf, resumed, skipped, spliced, stretched, trackOf } from "./schedule.js";
import { Silence } from "./silence.js";

const SETTLE_MS = 400;
const FACTORS = { slower: 1.25, faster: 0.8 };

/**
 * The player around it.
 * @typedef {object} Stage
 * @property {() => PlayerState} state
 * @property {(state: PlayerState, status: string) => void} become
 * @property {(key: string) => void} ask tells the server something, or with "" that there are events
 * @property {() => void} take silences other tabs
 * @property {() => number} now
 */

export class Steering {
  #count;
  #record;
  #sound;
  #stage;
  /** Where a skip has led to; the coach's new plan begins there. @type {number | null} */
  #skippedTo = null;
  /** How many answers to come tell nothing new about a pause. */
  #expected = 0;
  /** The session that ended last: an answer about it may come late. */
  #ended = "";
  #silence = new Silence();
  /** A change of tempo that was made here alone. @type {string | null} */
  #owed = null;

  /**
   * @param {Count} count
   * @param {Record} record
   * @param {Sound} sound
   * @param {Stage} stage
   */
  constructor(count, record, sound, stage) {
    this.#count = count;
    this.#record = record;
    this.#sound = sound;
    this.#stage = stage;
    count.addEventListener("end", () => this.#finish());
    sound.addEventListener("lost", () => count.isPlaying && this.pause(""));
  }

  // ------------------------------------------------------------------------------------------------ what the user does

  /** @param {Action} action */
  act(action) {
    const isPaused = this.#stage.state() === "paused";
    // What silences comes before all else.
    if (action === "stop") this.#stop("stopped", "say_stop");
    else if (action === "hurts") this.#stop("pain", "say_hurts");
    else if (action === "resume" || (action === "toggle" && isPaused)) isPaused && this.#resume();
    else if (action === "pause" || action === "toggle") !isPaused && this.pause("say_pause");
    else if (action === "skip") this.#skip();
    else this.#change(action);
  }

  /** @param {string} say what the server is told; empty where nobody said it */
  pause(say) {
    this.#count.halt(this.#stage.now());
    this.#record.note("paused", this.#stage.now());
    this.#expected = 1;
    this.#stage.become("paused", "status_paused");
    this.#stage.ask(say);
  }

  /**
   * @param {"stopped" | "pain"} type
   * @param {string} say
   */
  #stop(type, say) {
    this.#count.halt(this.#stage.now());
    this.#record.note(type, this.#stage.now());
    this.#end("idle", "status_stopped");
    this.#stage.ask(say);
  }

  /**
   * Where the server knows nothing more than this player, the count goes on at once, and the server, told of it by an event, sends no
   * plan. Else (a tempo or a version was changed, a question was asked, something hurt) only the server knows how, or whether, it goes
   * on: it is asked, and its plan is played. Without an answer the old plan goes on.
   */
  #resume() {
    if (!this.#count.session.isUnsure) return this.#goOn();
    this.#silence.otherwise(() => this.#stage.state() === "paused" && this.#goOn());
    this.#stage.ask("say_resume");
  }

  #goOn() {
    const { session } = this.#count;
    const away_ms = this.#stage.now() - session.paused_at;
    Object.assign(session, resumed(session.track, session.at_ms, away_ms, session.countIn), { isUnsure: false });
    this.#record.note("resumed", this.#stage.now());
    this.#stage.take();
    this.#stage.become("counting", "status_resumed");
    // The sound may have to be asked for again.
    void this.#sound.load(session.track.cues).then(() => {
      if (!this.#isToPlay(session)) return;
      this.#count.play(session.at_ms);
      this.#stage.ask("");
    });
  }

  /** At once; the coach's new plan, which begins with the same rest or the same three seconds, takes over when it comes. */
  #skip() {
    const { session } = this.#count;
    const from_ms = this.#count.place();
    const to_ms = skipped(session.track, from_ms);
    if (this.#stage.state() === "paused") session.isUnsure = true;
    else if (!momentOf(session.track, to_ms).rep) {
      // The reps that were left out are not to be counted, whether or not the server hears of the skip.
      session.held_ms = from_ms;
      this.#end("done", "status_skipped");
      this.#silence.otherwise(() => {
        if (this.#record.session !== session) return;
        this.#record.note("stopped", this.#stage.now());
        this.#stage.ask("");
      });
    } else if (to_ms <= from_ms) return;
    else {
      session.held_ms = from_ms;
      this.#skippedTo = to_ms;
      this.#count.play(to_ms);
    }
    this.#stage.ask("say_skip");
  }

  /** @param {"slower" | "faster" | "easier"} action */
  #change(action) {
    const { session } = this.#count;
    const { rev } = session;
    if (this.#stage.state() === "paused") session.isUnsure = true;
    else if (action !== "easier") {
      this.#silence.otherwise(() => {
        if (!this.#count.isPlaying || session.rev !== rev) return;
        session.track = stretched(session.track, this.#count.place(), FACTORS[action]);
        this.#count.follow();
        this.#owed = `say_${action}`;
        // Whoever hears of this is there again; then the change is told.
        this.#stage.ask("");
      });
    }
    this.#stage.ask(`say_${action}`);
  }

  // ---------------------------------------------------------------------------------------------- what the coach commands

  /** @param {SessionCommand} command */
  async command(command) {
    const { action, id, plan } = command;
    const { session } = this.#record;
    const isOurs = session?.isOpen === true && (!id || session.id === id);
    if (action === "stop") {
      // Whatever plays stops, unless the answer is about a session that is over.
      if (session?.isOpen && (!id || id !== this.#ended)) this.#end("idle", "status_stopped");
    } else if (action === "pause") isOurs && this.#bePaused(command);
    else if (!plan) return;
    else if (action === "replan") isOurs && this.#replan(command);
    else await this.#begin(command);
  }

  /** @param {SessionCommand} command start or resume */
  async #begin(command) {
    const { action, id } = command;
    const old = this.#record.session;
    const before = old?.id === id ? old : null;
    const skippedTo = action === "resume" && this.#count.isPlaying ? this.#skippedTo : null;
    const at_ms = skippedTo === null ? 0 : this.#count.place() - skippedTo;
    if (skippedTo === null) this.#count.halt(this.#stage.now());
    this.#forget();
    if (old && !before) this.#ended = old.id;
    const session = sessionOf(command, before);
    session.at_ms = at_ms;
    this.#record.session = session;
    this.#stage.take();
    if (skippedTo !== null) return this.#count.follow(at_ms);
    this.#stage.become("counting", action === "start" ? "status_started" : "status_resumed");
    await this.#sound.load(session.track.cues);
    if (!this.#isToPlay(session)) return;
    // From here on the server's clock is this one.
    if (action === "start") this.#record.note("started", this.#stage.now());
    this.#count.play(0);
  }

  /** @param {SessionCommand} command */
  #replan({ rev = 1, plan = NOTHING, splice_at_ms = 0, prescription }) {
    const { session } = this.#count;
    if (rev <= session.rev) return;
    const now_ms = this.#count.place();
    const skippedTo = this.#skippedTo;
    this.#forget();
    if (skippedTo === null) session.track = spliced(session.track, plan, rev, splice_at_ms, now_ms);
    else Object.assign(session, { track: trackOf(plan, rev), at_ms: now_ms - skippedTo });
    Object.assign(session, { rev, held_ms: null, prescription: prescription ?? session.prescription });
    this.#count.follow(session.at_ms);
    void this.#sound.load(session.track.cues);
  }

  /** @param {SessionCommand} command */
  #bePaused({ at, prescription }) {
    const { session } = this.#count;
    // An answer to a pause that is over.
    if (this.#record.owes("resumed")) return;
    const changes = prescription && JSON.stringify(prescription) !== JSON.stringify(session.prescription);
    const isOwn = this.#stage.state() === "paused" && !session.isUnsure && !changes;
    session.prescription = prescription ?? session.prescription;
    if (isOwn) return;
    this.#forget();
    if (this.#count.isPlaying) this.#count.halt(this.#stage.now());
    session.isUnsure = true;
    const { rep } = momentOf(session.track, session.at_ms);
    // A set was skipped while it stood still.
    if (at?.set && rep?.set && at.set > rep.set) session.at_ms = skipped(session.track, session.at_ms);
    this.#record.save();
    this.#stage.become("paused", "status_paused");
  }

  /** The server has the last report; whatever its answer commands comes right after this. */
  delivered() {
    this.#record.delivered();
    this.#silence.broken();
    const { session } = this.#record;
    if (!session) return;
    if (this.#stage.state() === "paused") {
      this.#expected -= 1;
      if (this.#expected < 0) session.isUnsure = true;
    }
    const { rev } = session;
    setTimeout(() => {
      if (session !== this.#record.session || session.rev !== rev) return;
      session.held_ms = null;
      this.#skippedTo = null;
      const owed = this.#owed;
      this.#owed = null;
      if (owed && session.isOpen) this.#stage.ask(owed);
    }, SETTLE_MS);
  }

  /**
   * The page was loaded anew: the set stands still where it was.
   * @returns {boolean} whether it can go on
   */
  takeUp() {
    const { session } = this.#count;
    if (session.isOpen && !this.#record.owes("paused")) this.#record.note("paused", this.#stage.now());
    this.#expected = 1;
    return session.isOpen;
  }

  /** End without a word: the set is old, or another tab's. @param {string} status */
  drop(status) {
    this.#count.halt(this.#stage.now());
    this.#forget();
    this.#stage.become("idle", status);
  }

  #finish() {
    this.#record.note(this.#count.session.held_ms === null ? "finished" : "stopped", this.#stage.now());
    this.#end("done", "status_done");
    this.#stage.ask("");
  }

  /**
   * @param {"idle" | "done"} state
   * @param {string} status
   */
  #end(state, status) {
    const { session } = this.#count;
    this.#count.halt(this.#stage.now());
    this.#forget();
    session.isOpen = false;
    this.#ended = session.id;
    this.#record.save();
    this.#stage.become(state, status);
  }

  /** Whether this is still the set, and it has not been paused while its sounds were loaded. @param {Session} session */
  #isToPlay(session) {
    return this.#record.session === session && session.isOpen && this.#stage.state() !== "paused" && !this.#count.isPlaying;
  }

  /** What was to be done without an answer is no longer wanted. */
  #forget() {
    this.#skippedTo = null;
    this.#owed = null;
    this.#silence.broken();
  }
}

/** What the coach commands, which may come at any time and in any order. */

/** @import { SessionCommand } from "../types.js" */
/** @import { Course } from "./course.js" */

import { sessionOf } from "./record.js";
import { NOTHING, momentOf, skipped, spliced, trackOf } from "./schedule.js";

export class Commands {
  #course;
  #count;
  #record;
  #sound;
  #stage;

  /** @param {Course} course */
  constructor(course) {
    this.#course = course;
    this.#count = course.count;
    this.#record = course.record;
    this.#sound = course.sound;
    this.#stage = course.stage;
  }

  /** @param {SessionCommand} command */
  async obey(command) {
    const { action, id, plan } = command;
    const { session } = this.#record;
    const isOurs = session?.isOpen === true && (!id || session.id === id);
    if (action === "stop") {
      // Whatever plays stops, unless the answer is about a session that is over.
      if (session?.isOpen && (!id || id !== this.#course.ended)) this.#course.end("idle", "status_stopped");
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
    const skippedTo = action === "resume" && this.#count.isPlaying ? this.#course.skippedTo : null;
    const at_ms = skippedTo === null ? 0 : this.#count.place() - skippedTo;
    if (skippedTo === null) this.#count.halt(this.#stage.now());
    this.#course.forget();
    if (old && !before) this.#course.ended = old.id;
    const session = sessionOf(command, before);
    session.at_ms = at_ms;
    this.#record.session = session;
    this.#stage.take();
    if (skippedTo !== null) return this.#count.follow(at_ms);
    this.#stage.become("counting", action === "start" ? "status_started" : "status_resumed");
    await this.#sound.load(session.track.cues);
    if (!this.#course.isToPlay(session)) return;
    // From here on the server's clock is this one.
    if (action === "start") this.#record.note("started", this.#stage.now());
    this.#count.play(0);
  }

  /** @param {SessionCommand} command */
  #replan({ rev = 1, plan = NOTHING, splice_at_ms = 0, prescription }) {
    const { session } = this.#count;
    if (rev <= session.rev) return;
    const now_ms = this.#count.place();
    const skippedTo = this.#course.skippedTo;
    this.#course.forget();
    if (skippedTo === null) session.track = spliced(session.track, plan, rev, splice_at_ms, now_ms);
    else Object.assign(session, { track: trackOf(plan, rev), at_ms: now_ms - skippedTo });
    Object.assign(session, { rev, held_ms: null, prescription: prescription ?? session.prescription });
    // The clock has gone on since: only after a skip is the place another.
    this.#count.follow(skippedTo === null ? undefined : session.at_ms);
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
    this.#course.forget();
    if (this.#count.isPlaying) this.#count.halt(this.#stage.now());
    session.isUnsure = true;
    const { rep } = momentOf(session.track, session.at_ms);
    // A set was skipped while it stood still.
    if (at?.set && rep?.set && at.set > rep.set) session.at_ms = skipped(session.track, session.at_ms);
    this.#record.save();
    this.#stage.become("paused", "status_paused");
  }
}

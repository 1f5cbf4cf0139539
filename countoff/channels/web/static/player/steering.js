/** What the user does with a set. Whatever stops or goes on does so at once; then the server is told. */

/** @import { Course } from "./course.js" */
/** @import { Action } from "./screen.js" */

import { momentOf, resumed, skipped, stretched } from "./schedule.js";

const FACTORS = { slower: 1.25, faster: 0.8 };

export class Steering {
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
    course.sound.addEventListener("lost", () => course.count.isPlaying && this.pause(""));
  }

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
    this.#course.expected = 1;
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
    this.#course.end("idle", "status_stopped");
    this.#stage.ask(say);
  }

  /**
   * Where the server knows nothing more than this player, the count goes on at once, and the server, told of it by an event, sends no
   * plan. Else (a tempo or a version was changed, a question was asked, something hurt) only the server knows how, or whether, it goes
   * on: it is asked, and its plan is played. Without an answer the old plan goes on.
   */
  #resume() {
    if (!this.#count.session.isUnsure) return this.#goOn();
    this.#course.silence.otherwise(() => this.#stage.state() === "paused" && this.#goOn());
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
      if (!this.#course.isToPlay(session)) return;
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
      this.#course.end("done", "status_skipped");
      this.#course.silence.otherwise(() => {
        if (this.#record.session !== session) return;
        this.#record.note("stopped", this.#stage.now());
        this.#stage.ask("");
      });
    } else if (to_ms <= from_ms) return;
    else {
      session.held_ms = from_ms;
      this.#course.skippedTo = to_ms;
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
      this.#course.silence.otherwise(() => {
        if (!this.#count.isPlaying || session.rev !== rev) return;
        session.track = stretched(session.track, this.#count.place(), FACTORS[action]);
        this.#count.follow();
        this.#course.owed = `say_${action}`;
        // Whoever hears of this is there again; then the change is told.
        this.#stage.ask("");
      });
    }
    this.#stage.ask(`say_${action}`);
  }
}

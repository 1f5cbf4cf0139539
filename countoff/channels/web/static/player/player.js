/** The session player: plays the coach's plans on the audio clock, and tells the coach what happened. */

/** @import { Command, PlayerState, SessionCommand, Words } from "../types.js" */
/** @import { Session } from "./record.js" */
/** @import { Action } from "./screen.js" */

import { Texts } from "../words.js";
import { Sound } from "./audio.js";
import { Awake } from "./awake.js";
import { listenToKeys } from "./keys.js";
import { Record } from "./record.js";
import { momentOf, resumed, skipped, spliced, stretched, trackOf } from "./schedule.js";
import { Screen } from "./screen.js";
import { Turn } from "./tabs.js";

const STEP_MS = 200;
const PATIENCE_MS = 2_000;
const SETTLE_MS = 400;
const OLDEST_MS = 3 * 60 * 60 * 1000;
const FACTORS = { slower: 1.25, faster: 0.8 };

/** Events: `ask` with a message for the server, `state`, and `status` with a sentence for a screen reader. */
export class Player extends EventTarget {
  #texts;
  #now;
  #sound;
  #record;
  #screen;
  #awake;
  #turn;
  #over = new AbortController();
  /** @type {PlayerState} */
  #state = "idle";
  #isPlaying = false;
  /** What the screen showed of the count last, to see what is new. */
  #last = { phase: "", rep: "" };
  /** When a skip was carried out here, and the place it led away from; the coach's new plan begins then. @type {number | null} */
  #skippedAt = null;
  /** How many answers to come tell nothing new about a pause. */
  #expected = 0;
  /** The session that ended last: an answer about it may come late. */
  #ended = "";
  /** What is done where the server does not answer. @type {Set<ReturnType<typeof setTimeout>>} */
  #fallbacks = new Set();
  /** A change of tempo that was made here alone. @type {"slower" | "faster" | null} */
  #owed = null;

  /** @param {{audioUrl: URL, words: Words, storage: Storage | null, now?: () => number}} options */
  constructor({ audioUrl, words, storage, now = Date.now }) {
    super();
    this.#now = now;
    this.#texts = new Texts(words.words.player);
    this.#sound = new Sound(audioUrl);
    this.#record = new Record(audioUrl.href, storage);
    this.#turn = new Turn(audioUrl.href);
    this.#screen = new Screen(this.#texts, (action) => this.#act(action));
    const over = this.#over.signal;
    this.#awake = new Awake(this.#texts.say("title"), (action) => this.#act(action), over);
    listenToKeys((action) => this.isOpen && this.#act(action), over);
    this.#sound.addEventListener("lost", () => this.#lost());
    this.#sound.addEventListener("step", () => this.#step());
    this.#sound.addEventListener("late", () => this.#isPlaying && this.#sound.replace(this.#session.track.cues));
    this.#turn.addEventListener("taken", () => this.#taken());
    addEventListener("pagehide", () => this.#keep(), { signal: over });
    const timer = setInterval(() => this.#step(), STEP_MS);
    over.addEventListener("abort", () => clearInterval(timer));
  }

  /** @param {HTMLElement} container */
  mount(container) {
    container.append(this.#screen.element);
  }

  /** In a gesture of the user: be allowed to sound. */
  async unlock() {
    await this.#sound.unlock();
    // The picture was alone until now.
    if (this.#isPlaying && !this.#sound.isHeard) this.#play(this.#sound.at_ms);
  }

  get isOpen() {
    return this.#record.session?.isOpen === true && this.#state !== "idle";
  }

  get isCounting() {
    return this.#state === "counting" || this.#state === "resting";
  }

  /** For `metadata.session` of the next message. */
  report() {
    this.#place();
    return this.#record.report();
  }

  /** The server has the last report. */
  delivered() {
    this.#record.delivered();
    for (const fallback of this.#fallbacks) clearTimeout(fallback);
    this.#fallbacks.clear();
    if (this.#state === "paused") {
      this.#expected -= 1;
      if (this.#expected < 0) this.#session.isUnsure = true;
    }
    const { session } = this.#record;
    const rev = session?.rev;
    // Whatever the answer commands comes right after this.
    setTimeout(() => {
      if (session !== this.#record.session || !session || session.rev !== rev) return;
      session.held_ms = null;
      this.#skippedAt = null;
      const owed = this.#owed;
      this.#owed = null;
      if (owed && this.isOpen) this.#ask(owed);
    }, SETTLE_MS);
  }

  /**
   * What the microphone heard.
   * @param {Command} word
   */
  heard(word) {
    if (this.isOpen) this.#act(word === "pain" ? "hurts" : word);
  }

  /** After a reload: offer to go on where the set was, or tell the server at last how it ended. */
  restore() {
    const session = this.#record.load();
    if (!session) return false;
    void this.#turn.isFree().then((isFree) => {
      // Begun anew meanwhile, or still counting in another tab.
      if (this.#record.session !== session || this.isOpen) return;
      if (!isFree) this.#record.session = null;
      else if (session.isOpen) this.#offer(session);
      else this.#ask("");
    });
    return session.isOpen;
  }

  close() {
    this.#keep();
    this.#over.abort();
    this.#sound.close();
    this.#turn.close();
    this.#awake.set(false, false);
    this.#isPlaying = false;
  }

  /**
   * Carry out what a reply commands.
   * @param {SessionCommand} command
   */
  async command(command) {
    const { action, id, plan } = command;
    if (action === "stop") {
      if (this.isOpen && (!id || id !== this.#ended)) this.#end("stopped");
    } else if (action === "pause") this.#bePaused(command);
    else if (!plan || !id) return;
    else if (action === "replan") this.#replan(command);
    else await this.#begin(command);
  }

  /** @returns {Session} */
  get #session() {
    if (!this.#record.session) throw new Error("there is no set");
    return this.#record.session;
  }

  // ------------------------------------------------------------------------------------------------ what the user does

  /**
   * @param {Action} action
   * @returns {boolean}
   */
  #act(action) {
    if (!this.isOpen) return false;
    const isPaused = this.#state === "paused";
    // What silences comes before all else.
    if (action === "stop") this.#stop("stopped", "say_stop");
    else if (action === "hurts") this.#stop("pain", "say_hurts");
    else if (action === "resume" || (action === "toggle" && isPaused)) isPaused && this.#resume();
    else if (action === "pause" || action === "toggle") !isPaused && this.#pause("say_pause");
    else if (action === "skip") this.#skip();
    else this.#change(action);
    void this.unlock();
    return true;
  }

  /**
   * @param {"stopped" | "pain"} type
   * @param {string} say
   */
  #stop(type, say) {
    this.#sound.silence();
    this.#place();
    this.#record.note(type, this.#now());
    this.#end("stopped");
    this.#ask(this.#texts.say(say));
  }

  /** @param {string} say key of what the server is told; empty for a mere report */
  #pause(say) {
    this.#halt();
    this.#record.note("paused", this.#now());
    this.#expected = 1;
    this.#become("paused");
    this.#status("status_paused");
    this.#ask(say && this.#texts.say(say));
  }

  /**
   * Where the server knows nothing more than this player, the count goes on at once, and the server, told of it by an event, sends no
   * plan. Else (a tempo or a version was changed, a question was asked, something hurt) only the server knows how, or whether, it goes
   * on: it is asked, and its plan is played. Without an answer the old plan goes on.
   */
  #resume() {
    if (!this.#session.isUnsure) return this.#goOn();
    this.#fallBack(() => this.#state === "paused" && this.#goOn());
    this.#ask(this.#texts.say("say_resume"));
  }

  #goOn() {
    const session = this.#session;
    const { track, at_ms } = resumed(session.track, session.at_ms, this.#now() - session.paused_at, session.countIn);
    session.track = track;
    session.at_ms = at_ms;
    session.isUnsure = false;
    this.#record.note("resumed", this.#now());
    this.#turn.take();
    // The sound may have to be asked for again.
    void this.#sound.load(track.cues).then(() => {
      if (this.#record.session !== session || this.#state === "paused" || this.#isPlaying) return;
      this.#play(at_ms);
      this.#ask("");
    });
    this.#become("counting");
    this.#status("status_resumed");
  }

  /** The coach's new plan, with the same rest or the same three seconds at its beginning, takes over when it comes. */
  #skip() {
    const session = this.#session;
    const say = this.#texts.say("say_skip");
    this.#place();
    const from_ms = session.at_ms;
    const to_ms = skipped(session.track, from_ms);
    if (this.#state === "paused") {
      session.isUnsure = true;
    } else if (!momentOf(session.track, to_ms).rep) {
      // The reps that were left out are not to be counted, whether or not the server hears of the skip.
      session.held_ms = from_ms;
      this.#end("skipped");
      this.#fallBack(() => {
        if (this.#record.session !== session) return;
        this.#record.note("stopped", this.#now());
        this.#ask("");
      });
    } else if (to_ms > from_ms) {
      session.held_ms = from_ms;
      this.#play(to_ms);
      this.#skippedAt = to_ms;
    } else return;
    this.#ask(say);
  }

  /** @param {"slower" | "faster" | "easier"} action */
  #change(action) {
    const session = this.#session;
    if (this.#state === "paused") session.isUnsure = true;
    else if (action !== "easier") {
      const { rev } = session;
      this.#fallBack(() => {
        if (!this.isCounting || session.rev !== rev) return;
        this.#place();
        session.track = stretched(session.track, session.at_ms, FACTORS[action]);
        if (this.#isPlaying) this.#sound.replace(session.track.cues);
        this.#owed = action;
        this.#record.save();
        // Heard of as soon as the server is there again; then the change is told.
        this.#ask("");
      });
    }
    this.#ask(this.#texts.say(`say_${action}`));
  }

  // ----------------------------------------------------------------------------------------------- what the coach commands

  /** @param {SessionCommand} command start or resume */
  async #begin({ action, id = "", rev = 1, plan = { duration_ms: 0, cues: [] }, prescription }) {
    const before = this.#record.session?.id === id ? this.#record.session : null;
    const three = plan.cues.filter((cue) => cue.kind === "count_in").slice(0, 3);
    const begun_ms = this.#skippedAt;
    const at_ms = begun_ms === null || !this.#isPlaying || action === "start" ? null : this.#sound.at_ms - begun_ms;
    /** @type {Session} */
    const session = {
      id,
      rev,
      prescription: prescription ?? before?.prescription ?? null,
      track: trackOf(plan, rev),
      countIn: three.length ? three : (before?.countIn ?? []),
      at_ms: at_ms ?? 0,
      paused_at: 0,
      isOpen: true,
      isUnsure: false,
      held_ms: null,
      events: before?.events ?? [],
    };
    this.#forget();
    if (!before) this.#ended = this.#record.session?.id ?? this.#ended;
    this.#record.session = session;
    this.#turn.take();
    if (at_ms !== null) {
      // The player has skipped there already.
      this.#sound.replace(session.track.cues, at_ms);
      this.#record.save();
      return;
    }
    this.#halt();
    session.at_ms = 0;
    this.#become("counting");
    this.#status(action === "start" ? "status_started" : "status_resumed");
    await this.#sound.load(plan.cues);
    if (this.#record.session !== session || this.#state === "paused" || this.#isPlaying) return;
    // From here on the server's clock is this one.
    if (action === "start") this.#record.note("started", this.#now());
    this.#play(0);
  }

  /** @param {SessionCommand} command */
  #replan({ id, rev = 1, plan = { duration_ms: 0, cues: [] }, splice_at_ms = 0, prescription }) {
    const session = this.#record.session;
    if (!session?.isOpen || session.id !== id || rev <= session.rev) return;
    this.#place();
    const begun_ms = this.#skippedAt;
    this.#forget();
    session.held_ms = null;
    session.prescription = prescription ?? session.prescription;
    if (begun_ms === null) session.track = spliced(session.track, plan, rev, splice_at_ms, session.at_ms);
    else {
      session.track = trackOf(plan, rev);
      session.at_ms -= begun_ms;
    }
    session.rev = rev;
    if (this.#isPlaying) this.#sound.replace(session.track.cues, session.at_ms);
    void this.#sound.load(session.track.cues);
    this.#record.save();
  }

  /** @param {SessionCommand} command */
  #bePaused({ id, at, prescription }) {
    const session = this.#record.session;
    if (!session?.isOpen || (id && session.id !== id)) return;
    // An answer to a pause that is over.
    if (this.#record.owes("resumed")) return;
    const isOwn = this.#state === "paused" && !session.isUnsure;
    const changes = prescription && JSON.stringify(prescription) !== JSON.stringify(session.prescription);
    session.prescription = prescription ?? session.prescription;
    if (isOwn && !changes) return;
    this.#forget();
    if (this.#state !== "paused") this.#halt();
    session.isUnsure = true;
    this.#expected = 0;
    const { rep } = momentOf(session.track, session.at_ms);
    // A set was skipped while it stood still.
    if (at?.set && rep?.set && at.set > rep.set) session.at_ms = skipped(session.track, session.at_ms);
    this.#record.save();
    this.#become("paused");
    this.#status("status_paused");
  }

  // ------------------------------------------------------------------------------------------------------- the count itself

  /** @param {number} at_ms */
  #play(at_ms) {
    const session = this.#session;
    session.at_ms = at_ms;
    this.#isPlaying = true;
    this.#last = { phase: "", rep: "" };
    this.#sound.play(session.track.cues, at_ms);
    this.#screen.tell(this.#sound.isHeard ? "" : this.#texts.say("silent"));
    this.#record.save();
    this.#step();
  }

  /** Fall silent and keep the place. */
  #halt() {
    this.#sound.silence();
    this.#place();
    this.#isPlaying = false;
    if (this.#record.session) this.#record.session.paused_at = this.#now();
  }

  /** Where it stands, by the clock that plays. */
  #place() {
    if (this.#isPlaying) this.#session.at_ms = Math.min(this.#sound.at_ms, this.#session.track.end_ms);
  }

  /** See what is new; this goes on in a hidden tab. */
  #step() {
    if (!this.#isPlaying) return;
    const session = this.#session;
    this.#place();
    this.#sound.fill(session.track.cues);
    const { phase, rep } = momentOf(session.track, session.at_ms);
    const key = `${rep?.set} ${rep?.rep} ${rep?.side}`;
    if (key !== this.#last.rep || phase !== this.#last.phase) {
      if (key !== this.#last.rep) this.#record.save();
      const before = this.#last.phase;
      this.#last = { phase, rep: key };
      if (phase === "rest" && before !== "rest") this.#status("status_resting");
      this.#become(phase === "rest" ? "resting" : "counting");
    }
    if (session.at_ms >= session.track.end_ms) this.#finish();
  }

  #finish() {
    const session = this.#session;
    this.#record.note(session.held_ms === null ? "finished" : "stopped", this.#now());
    this.#end("done");
    this.#ask("");
  }

  #paint() {
    const { session } = this.#record;
    if (!session?.isOpen || !this.#screen.isOpen) return;
    this.#place();
    const at_ms = session.at_ms - (this.#isPlaying ? this.#sound.delay_ms : 0);
    this.#screen.show(momentOf(session.track, at_ms), session.prescription, this.#state === "paused");
  }

  /** The system took the sound away: a call, a locked screen. */
  #lost() {
    if (this.#isPlaying) this.#pause("");
  }

  /** Another tab has begun to count. */
  #taken() {
    this.#halt();
    this.#forget();
    this.#record.session = null;
    this.#become("idle");
    this.#status("status_taken");
  }

  /** @param {Session} session that was open when the page went */
  #offer(session) {
    if (this.#now() - session.paused_at > OLDEST_MS) {
      this.#record.note("stopped", this.#now());
      session.isOpen = false;
      this.#ask("");
      return;
    }
    if (!this.#record.owes("paused")) this.#record.note("paused", this.#now());
    this.#expected = 1;
    this.#become("paused");
    const { phase, rep } = momentOf(session.track, session.at_ms);
    const blanks = { set: rep?.set ?? 1, rep: rep?.rep ?? 1, side: this.#texts.say(rep?.side ?? "right").toLowerCase() };
    this.#screen.tell(this.#texts.say(phase === "rest" ? "offer_set" : "offer_rep", blanks));
    this.#ask("");
  }

  /** @param {"stopped" | "skipped" | "done"} how */
  #end(how) {
    const session = this.#session;
    this.#halt();
    this.#forget();
    session.isOpen = false;
    this.#ended = session.id;
    this.#record.save();
    this.#become(how === "stopped" ? "idle" : "done");
    this.#status(`status_${how}`);
  }

  /** @param {PlayerState} state */
  #become(state) {
    const isNew = state !== this.#state;
    this.#state = state;
    if (!this.isCounting && state !== "paused") {
      this.#screen.close();
      this.#turn.release();
    } else if (!this.#screen.isOpen) {
      this.#screen.open();
      this.#draw();
    }
    this.#paint();
    if (!isNew) return;
    this.#awake.set(this.isOpen, this.isCounting);
    this.dispatchEvent(new CustomEvent("state", { detail: { state } }));
  }

  #draw() {
    if (!this.#screen.isOpen || this.#over.signal.aborted) return;
    this.#paint();
    requestAnimationFrame(() => this.#draw());
  }

  /** The page goes; where the set counts, it stands still from now on. */
  #keep() {
    const { session } = this.#record;
    if (!session) return;
    this.#place();
    if (this.#isPlaying) session.paused_at = this.#now();
    this.#record.save();
  }

  /** What was to be done without an answer is no longer wanted. */
  #forget() {
    this.#skippedAt = null;
    this.#owed = null;
    for (const fallback of this.#fallbacks) clearTimeout(fallback);
    this.#fallbacks.clear();
  }

  /** @param {() => void} action */
  #fallBack(action) {
    this.#fallbacks.add(setTimeout(action, PATIENCE_MS));
  }

  /** @param {string} message */
  #ask(message) {
    this.dispatchEvent(new CustomEvent("ask", { detail: { message } }));
  }

  /** @param {string} key */
  #status(key) {
    this.dispatchEvent(new CustomEvent("status", { detail: { text: this.#texts.say(key) } }));
  }
}

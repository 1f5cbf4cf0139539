/** The session player: plays the coach's plans on the audio clock, and tells the coach what happened. */

/** @import { Command, PlayerState, SessionCommand, Words } from "../types.js" */
/** @import { Action } from "./screen.js" */

import { Texts } from "../words.js";
import { Sound } from "./audio.js";
import { Awake } from "./awake.js";
import { Commands } from "./commands.js";
import { Count } from "./count.js";
import { Course } from "./course.js";
import { listenToKeys } from "./keys.js";
import { Record } from "./record.js";
import { Screen } from "./screen.js";
import { Steering } from "./steering.js";
import { Turn } from "./tabs.js";

const OLDEST_MS = 3 * 60 * 60 * 1000;

/** Events: `ask` with a message for the server, `state`, and `status` with a sentence for a screen reader. */
export class Player extends EventTarget {
  #texts;
  #now;
  #sound;
  #record;
  #count;
  #course;
  #steering;
  #commands;
  #screen;
  #awake;
  #turn;
  #over = new AbortController();
  /** @type {PlayerState} */
  #state = "idle";

  /** @param {{audioUrl: URL, words: Words, storage: Storage | null, now?: () => number}} options */
  constructor({ audioUrl, words, storage, now = Date.now }) {
    super();
    const over = this.#over.signal;
    const act = (/** @type {Action} */ action) => this.#act(action);
    this.#now = now;
    this.#texts = new Texts(words.words.player);
    this.#sound = new Sound(audioUrl);
    this.#record = new Record(audioUrl.href, storage);
    this.#turn = new Turn(audioUrl.href);
    this.#screen = new Screen(this.#texts, act);
    this.#awake = new Awake(this.#texts.say("title"), act, over);
    this.#count = new Count(this.#sound, this.#record, over);
    this.#course = new Course(this.#count, this.#record, this.#sound, {
      state: () => this.#state,
      become: (state, status) => this.#become(state, status),
      ask: (key) => this.#ask(key),
      take: () => this.#turn.take(),
      now,
    });
    this.#steering = new Steering(this.#course);
    this.#commands = new Commands(this.#course);
    this.#count.addEventListener("phase", (event) => this.#went(/** @type {CustomEvent<string>} */ (event).detail));
    this.#turn.addEventListener("taken", () => {
      this.#course.drop("status_taken");
      this.#record.session = null;
    });
    listenToKeys(act, over);
    addEventListener("pagehide", () => this.#keep(), { signal: over });
  }

  /** @param {HTMLElement} container */
  mount(container) {
    container.append(this.#screen.element);
  }

  /** In a gesture of the user: be allowed to sound. */
  async unlock() {
    await this.#sound.unlock();
    // The picture was alone until now.
    if (this.#count.isPlaying && this.#sound.isReady && !this.#sound.isHeard) this.#count.play(this.#count.place());
  }

  get isOpen() {
    return this.#record.session?.isOpen === true && this.#state !== "idle";
  }

  get isCounting() {
    return this.#state === "counting" || this.#state === "resting";
  }

  /** For `metadata.session` of the next message. */
  report() {
    this.#count.place();
    return this.#record.report();
  }

  /** The server has the last report. */
  delivered() {
    this.#course.delivered();
  }

  /**
   * What the microphone heard.
   * @param {Command} word
   */
  heard(word) {
    this.#act(word === "pain" ? "hurts" : word);
  }

  /**
   * Carry out what a reply commands.
   * @param {SessionCommand} command
   */
  command(command) {
    return this.#commands.obey(command);
  }

  /** After a reload: offer to go on where the set was, or tell the server at last how it ended. */
  restore() {
    const session = this.#record.load();
    if (!session) return false;
    const isFree = this.#turn.isFree().catch(() => true);
    void isFree.then((isFree) => {
      // Begun anew meanwhile.
      if (this.#record.session !== session || this.isOpen) return;
      // Still counting in another tab.
      if (!isFree) this.#record.session = null;
      else this.#takeUp();
    });
    return session.isOpen;
  }

  close() {
    this.#keep();
    this.#over.abort();
    this.#count.isPlaying = false;
    this.#sound.close();
    this.#turn.close();
    this.#awake.set(false, false);
  }

  /**
   * @param {Action} action
   * @returns {boolean} whether there is a set to steer
   */
  #act(action) {
    if (!this.isOpen) return false;
    this.#steering.act(action);
    void this.unlock();
    return true;
  }

  #takeUp() {
    const { session } = this.#count;
    if (session.isOpen && this.#now() - session.paused_at > OLDEST_MS) {
      this.#record.note("stopped", this.#now());
      session.isOpen = false;
    }
    if (this.#course.takeUp()) {
      this.#become("paused", "status_paused");
      const { phase, rep } = this.#count.moment;
      const blanks = { set: rep?.set ?? 1, rep: rep?.rep ?? 1, side: this.#texts.say(rep?.side ?? "right").toLowerCase() };
      this.#screen.tell(this.#texts.say(phase === "rest" ? "offer_set" : "offer_rep", blanks));
    }
    this.#ask("");
  }

  /** @param {string} phase */
  #went(phase) {
    this.#screen.tell(this.#sound.isHeard ? "" : this.#texts.say("silent"));
    const isRest = phase === "rest";
    if (isRest !== (this.#state === "resting")) this.#become(isRest ? "resting" : "counting", isRest ? "status_resting" : "status_next");
  }

  /**
   * @param {PlayerState} state
   * @param {string} status
   */
  #become(state, status) {
    const isNew = state !== this.#state;
    this.#state = state;
    if (state === "idle" || state === "done") {
      this.#screen.close();
      this.#turn.release();
    } else if (!this.#screen.isOpen) {
      this.#screen.open();
      this.#draw();
    } else this.#paint();
    if (status) this.dispatchEvent(new CustomEvent("status", { detail: { text: this.#texts.say(status) } }));
    if (!isNew) return;
    this.#awake.set(this.isOpen, this.isCounting);
    this.dispatchEvent(new CustomEvent("state", { detail: { state } }));
  }

  #draw() {
    if (!this.#screen.isOpen || this.#over.signal.aborted) return;
    this.#paint();
    requestAnimationFrame(() => this.#draw());
  }

  #paint() {
    if (this.isOpen) this.#screen.show(this.#count.moment, this.#count.session.prescription, this.#state === "paused");
  }

  /** The page goes; a set that counts stands still from now on. */
  #keep() {
    const { session } = this.#record;
    if (!session) return;
    this.#count.place();
    if (this.#count.isPlaying) session.paused_at = this.#now();
    this.#record.save();
  }

  /** @param {string} key */
  #ask(key) {
    this.dispatchEvent(new CustomEvent("ask", { detail: { message: key && this.#texts.say(key) } }));
  }
}

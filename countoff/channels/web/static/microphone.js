/** The microphone, through the Web Speech API: one sentence on request, or words that are spotted while counting. */

/** @import { Command } from "./types.js" */
/** @import { Spotter } from "./spotter.js" */

/**
 * The part of SpeechRecognition that is used; TypeScript does not know it.
 * @typedef {object} Recognition
 * @property {string} lang
 * @property {boolean} continuous
 * @property {boolean} interimResults
 * @property {((event: {resultIndex: number, results: SpeechRecognitionResultList}) => void) | null} onresult
 * @property {((event: {error: string}) => void) | null} onerror
 * @property {(() => void) | null} onend
 * @property {() => void} start
 * @property {() => void} stop
 * @property {() => void} abort
 */

/** @typedef {"closed" | "talk" | "watch"} Mode */

const AGAIN_MS = 300;
const SLOWEST_MS = 10_000;
const FATAL = ["not-allowed", "service-not-allowed", "audio-capture", "language-not-supported"];

/** @returns {(new () => Recognition) | undefined} */
function recogniser() {
  const found = /** @type {any} */ (globalThis);
  return found.SpeechRecognition ?? found.webkitSpeechRecognition;
}

/** Whether this browser can listen. */
export function canListen() {
  return recogniser() !== undefined;
}

/**
 * Listens. Events: `mode` whenever it opens or closes, `interim` and `said` with the sentence of a talk, `heard` with a
 * command that was spotted, `report` with a sentence in which pain was, and `failed` with the reason.
 */
export class Microphone extends EventTarget {
  #language;
  #spotter;
  /** @type {Recognition | undefined} */
  #open;
  /** @type {Mode} */
  #mode = "closed";
  #isTalking = false;
  #isWatching = false;
  #waitMs = AGAIN_MS;
  /** @type {ReturnType<typeof setTimeout> | undefined} */
  #timer;

  /**
   * @param {string} language
   * @param {Spotter} spotter
   */
  constructor(language, spotter) {
    super();
    this.#language = language;
    this.#spotter = spotter;
  }

  /** What it listens for now. */
  get mode() {
    return this.#mode;
  }

  /** Listen to one sentence; once more ends it, and what was said until then counts. */
  talk() {
    if (this.#mode === "talk") {
      this.#open?.stop();
      return;
    }
    this.#isTalking = true;
    this.#settle();
  }

  /** Be quiet about the sentence that is being said. */
  cancel() {
    this.#isTalking = false;
    this.#settle();
  }

  /**
   * Spot words, or no longer.
   * @param {boolean} wanted
   */
  watch(wanted) {
    if (wanted === this.#isWatching) return;
    this.#isWatching = wanted;
    this.#waitMs = AGAIN_MS;
    this.#settle();
  }

  /** Close it for good. */
  close() {
    this.#isTalking = false;
    this.#isWatching = false;
    this.#settle();
  }

  /** Bring what is open in line with what is wanted: there is one microphone, and it opens only when the last one is shut. */
  #settle() {
    clearTimeout(this.#timer);
    const wanted = this.#isTalking ? "talk" : this.#isWatching ? "watch" : "closed";
    if (wanted === this.#mode) return;
    if (this.#open) this.#open.abort();
    else if (wanted !== "closed") this.#begin(wanted);
  }

  /** @param {"talk" | "watch"} mode */
  #begin(mode) {
    const Recogniser = recogniser();
    if (!Recogniser) return;
    const open = new Recogniser();
    open.lang = this.#language;
    open.interimResults = true;
    open.continuous = mode === "watch";
    const take = mode === "talk" ? this.#sentence() : this.#words();
    let error = "";
    open.onresult = (event) => {
      if (this.#open !== open || !(mode === "talk" ? this.#isTalking : this.#isWatching)) return;
      this.#waitMs = AGAIN_MS;
      take(event);
    };
    open.onerror = (event) => {
      error = event.error;
    };
    open.onend = () => {
      if (this.#open === open) this.#ended(mode, error);
    };
    this.#open = open;
    try {
      open.start();
      this.#become(mode);
    } catch {
      this.#ended(mode, "not-allowed");
    }
  }

  /**
   * @param {"talk" | "watch"} mode
   * @param {string} error
   */
  #ended(mode, error) {
    this.#open = undefined;
    if (mode === "talk") this.#isTalking = false;
    if (FATAL.includes(error)) this.#isWatching = false;
    this.#become("closed");
    if (error && error !== "aborted" && (mode === "talk" || FATAL.includes(error))) this.#tell("failed", error);
    if (mode !== "watch" || !this.#isWatching || this.#isTalking) {
      this.#settle();
      return;
    }
    // Browsers end it after a silence. One that fails again and again is asked less and less often.
    this.#timer = setTimeout(() => this.#settle(), this.#waitMs);
    if (error && error !== "no-speech") this.#waitMs = Math.min(this.#waitMs * 2, SLOWEST_MS);
  }

  /** Takes the results of a talk. @returns {NonNullable<Recognition["onresult"]>} */
  #sentence() {
    return ({ results }) => {
      const all = Array.from(results);
      const text = all.map((result) => result[0].transcript).join(" ").replace(/\s+/g, " ").trim();
      this.#tell(all.every((result) => result.isFinal) ? "said" : "interim", text);
    };
  }

  /** Takes the results while words are spotted: each part acts once, at the first sight of a word. */
  #words() {
    /** @type {Map<number, Command>} */
    const acted = new Map();
    return (/** @type {{resultIndex: number, results: SpeechRecognitionResultList}} */ { resultIndex, results }) => {
      for (let place = resultIndex; place < results.length; place += 1) {
        const { isFinal } = results[place];
        const text = results[place][0].transcript.trim();
        const command = this.#spotter.find(text, isFinal);
        const before = acted.get(place);
        // "Stop, it hurts": pain goes before whatever was heard first.
        if (command && (before === undefined || (command === "pain" && before !== "pain"))) {
          acted.set(place, command);
          this.#tell("heard", command);
        }
        // Where it hurts, and how, is for the coach to judge.
        if (isFinal && acted.get(place) === "pain") this.#tell("report", text);
      }
    };
  }

  /** @param {Mode} mode */
  #become(mode) {
    this.#mode = mode;
    this.#tell("mode", mode);
  }

  /**
   * @param {string} type
   * @param {string} detail
   */
  #tell(type, detail) {
    this.dispatchEvent(new CustomEvent(type, { detail }));
  }
}

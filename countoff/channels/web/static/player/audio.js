/** The voice of the count: recordings and tones at exact times of the Web Audio clock, and a clock where there is no sound. */

/** @import { Cue } from "../types.js" */
/** @import { Placed } from "./schedule.js" */

import { isExtra, isSpoken } from "./schedule.js";

/** @typedef {{buffer: AudioBuffer, onset_s: number}} Clip */
/** @typedef {{key: string, text: string, url: string, onset_ms: number}} Listed */

const AHEAD_MS = 90_000;
const LEAD_S = 0.12;
const PATIENCE_MS = 1_500;
const TONE_S = 0.12;
/** A cue that is this late, on a page that is busy, is heard all the same. */
const LATE_S = 0.1;
/** Two recordings of one cue begin no further apart. */
const SAME_S = 0.02;
const TONES_HZ = { side: 440, count: 660, other: 550 };

/** Events: `lost` when the system took the sound away; `step` whenever a cue has been heard, in hidden tabs too; `late` when all clips are there at last. */
export class Sound extends EventTarget {
  #url;
  /** @type {AudioContext | undefined} */
  #context;
  /** @type {Promise<Listed[]> | undefined} */
  #listing;
  /** By key and text. @type {Map<string, Clip>} */
  #clips = new Map();
  /** With the time at which each begins. @type {Map<AudioBufferSourceNode, number>} */
  #sources = new Map();
  #anchor = { time_s: 0, at_ms: 0 };
  #filled_ms = 0;
  #isHeard = false;

  /** @param {URL} url of the audio channel */
  constructor(url) {
    super();
    this.#url = new URL("clips.json", url);
  }

  /** Whether the audio clock keeps the time; without it a clock of the page does, in silence. */
  get isHeard() {
    return this.#isHeard;
  }

  /** Whether it could keep the time. */
  get isReady() {
    return this.#context?.state === "running";
  }

  /** Be allowed to sound: to be called in a gesture of the user. */
  async unlock() {
    try {
      if (!this.#context || this.#context.state === "closed") this.#open();
      if (this.#context?.state === "running") return;
      // Without a gesture, or without a device, this may wait for ever.
      await Promise.race([this.#context?.resume(), passed(PATIENCE_MS / 3)]);
    } catch (error) {
      console.warn(error);
    }
  }

  /**
   * Have these cues at hand, or most of them, within a bounded time.
   * @param {readonly Cue[]} cues
   */
  async load(cues) {
    await this.unlock();
    if (!this.#context) return;
    const needed = new Map(cues.filter(isSpoken).map((cue) => [name(cue), cue]));
    let isLate = false;
    const loaded = Promise.all([...needed.values()].map((cue) => this.#load(cue))).then(() => {
      if (isLate) this.dispatchEvent(new Event("late"));
    }, console.warn);
    await Promise.race([loaded, passed(PATIENCE_MS)]);
    isLate = true;
  }

  /**
   * Play from a place.
   * @param {readonly Placed[]} cues
   * @param {number} at_ms
   */
  play(cues, at_ms) {
    this.silence();
    this.#isHeard = this.isReady;
    this.#anchor = { time_s: this.#now_s() + LEAD_S, at_ms };
    this.#filled_ms = at_ms;
    this.fill(cues);
  }

  /**
   * Play something else from now on; what sounds already is heard to its end.
   * @param {readonly Placed[]} cues
   * @param {number} [at_ms] where it stands now, if not where it stood
   */
  replace(cues, at_ms = this.at_ms) {
    const now_s = this.#now_s();
    for (const [source, begin_s] of this.#sources) if (begin_s > now_s) this.#end(source);
    this.#anchor = { time_s: now_s, at_ms };
    this.#filled_ms = at_ms;
    this.fill(cues, Math.max(...this.#sources.values()) + SAME_S);
  }

  /**
   * Hand on what comes within the next while; to be called now and then.
   * @param {readonly Placed[]} cues
   * @param {number} [sounding_s] what begins before this time sounds already
   */
  fill(cues, sounding_s = -Infinity) {
    const from_ms = this.#filled_ms;
    const until_ms = this.at_ms + AHEAD_MS;
    this.#filled_ms = Math.max(from_ms, until_ms);
    const context = this.#context;
    if (!this.#isHeard || !context) return;
    const spoken = cues.filter(isSpoken);
    for (const [place, cue] of spoken.entries()) {
      if (cue.at_ms < from_ms || cue.at_ms >= until_ms) continue;
      const { buffer, onset_s } = this.#clips.get(name(cue)) ?? this.#tone(context, cue);
      const next_ms = spoken[place + 1]?.at_ms ?? Infinity;
      if (isExtra(cue) && cue.at_ms + (buffer.duration - onset_s) * 1000 > next_ms) continue;
      const begin_s = this.#anchor.time_s + (cue.at_ms - this.#anchor.at_ms) / 1000 - onset_s;
      // The clock goes on while this runs.
      const isInTime = begin_s >= Math.max(sounding_s, context.currentTime - LATE_S);
      if (isInTime) this.#begin(context, buffer, begin_s);
    }
  }

  /** Be silent, within one block of samples. */
  silence() {
    for (const source of this.#sources.keys()) this.#end(source);
  }

  /** The place that is played now. */
  get at_ms() {
    return this.#anchor.at_ms + Math.max(0, this.#now_s() - this.#anchor.time_s) * 1000;
  }

  /** How much later it is heard than played. */
  get delay_ms() {
    return this.#isHeard ? (this.#context?.outputLatency ?? 0) * 1000 : 0;
  }

  close() {
    this.silence();
    void this.#context?.close().catch(() => {});
    this.#context = undefined;
  }

  #now_s() {
    return this.#isHeard && this.#context ? this.#context.currentTime : performance.now() / 1000;
  }

  #open() {
    // On a telephone with its bell off the count is heard all the same.
    const session = /** @type {{audioSession?: {type: string}}} */ (navigator).audioSession;
    if (session) session.type = "playback";
    this.#clips.clear();
    const context = new AudioContext({ latencyHint: "interactive" });
    context.addEventListener("statechange", () => {
      if (context !== this.#context || context.state === "running" || !this.#isHeard) return;
      this.dispatchEvent(new Event("lost"));
    });
    this.#context = context;
  }

  /** @param {Cue} cue */
  async #load(cue) {
    const context = this.#context;
    if (!context || this.#clips.has(name(cue))) return;
    const listed = (await this.#list()).find(({ key, text }) => text === cue.text && `${key}.`.startsWith(`${cue.key}.`));
    if (!listed) return;
    const answer = await fetch(new URL(listed.url, this.#url));
    if (!answer.ok) return;
    const buffer = await context.decodeAudioData(await answer.arrayBuffer());
    this.#clips.set(name(cue), { buffer, onset_s: listed.onset_ms / 1000 });
  }

  /** @returns {Promise<Listed[]>} */
  #list() {
    this.#listing ??= fetch(this.#url)
      .then(async (answer) => {
        if (!answer.ok) throw new Error(`clips.json: ${answer.status}`);
        const { clips } = await answer.json();
        return Object.entries(clips).map(([key, clip]) => ({ key, ...clip }));
      })
      .catch((error) => {
        this.#listing = undefined;
        throw error;
      });
    return this.#listing;
  }

  /**
   * @param {BaseAudioContext} context
   * @param {AudioBuffer} buffer
   * @param {number} begin_s
   */
  #begin(context, buffer, begin_s) {
    const source = context.createBufferSource();
    source.buffer = buffer;
    source.connect(context.destination);
    source.onended = () => {
      source.disconnect();
      this.#sources.delete(source);
      this.dispatchEvent(new Event("step"));
    };
    source.start(begin_s);
    this.#sources.set(source, begin_s);
  }

  /** @param {AudioBufferSourceNode} source */
  #end(source) {
    source.onended = null;
    source.stop();
    source.disconnect();
    this.#sources.delete(source);
  }

  /**
   * In the place of a recording.
   * @param {BaseAudioContext} context
   * @param {Cue} cue
   * @returns {Clip}
   */
  #tone(context, cue) {
    const hertz = TONES_HZ[/** @type {"side"} */ (cue.kind)] ?? TONES_HZ.other;
    const buffer = context.createBuffer(1, context.sampleRate * TONE_S, context.sampleRate);
    const samples = buffer.getChannelData(0);
    for (let place = 0; place < samples.length; place += 1) {
      samples[place] = 0.4 * (1 - place / samples.length) * Math.sin((2 * Math.PI * hertz * place) / context.sampleRate);
    }
    return { buffer, onset_s: 0 };
  }
}

/** @param {Cue} cue */
function name({ key, text }) {
  return `${key} ${text}`;
}

/** @param {number} ms */
function passed(ms) {
  return new Promise((resolve) => setTimeout(resolve, ms));
}

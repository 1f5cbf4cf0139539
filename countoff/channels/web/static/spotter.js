/** Spots "stop", "pause", pain and "go on" in what was said. The server reads everything again, with far more care. */

/** @import { Command, Listen } from "./types.js" */

/** What matters most comes first. @type {Command[]} */
const ORDER = ["pain", "stop", "pause", "resume"];
const SHORT = 3;

/**
 * As the lists are written: lower case, no apostrophes, words with one space between.
 * @param {string} text
 */
export function fold(text) {
  const plain = text.normalize("NFC").toLowerCase().replace(/['’‘]/g, "");
  return plain.replace(/[^\p{L}\p{N}]+/gu, " ").trim();
}

/** Looks for whole words, never for parts of them. */
export class Spotter {
  #listen;
  #denials;
  /** @type {string[]} */
  #cues = [];

  /**
   * @param {Listen} listen
   * @param {string[]} denials what before "stop" means its contrary
   */
  constructor(listen, denials) {
    this.#listen = listen;
    this.#denials = denials.map(fold);
  }

  /**
   * What the coach itself says aloud now; it triggers nothing.
   * @param {string[]} texts
   */
  expect(texts) {
    // The longest first: "Left" is not to be cut out of a cue that holds it.
    this.#cues = [...new Set(texts.map(fold))].filter(Boolean).sort((a, b) => b.length - a.length);
  }

  /**
   * What a text commands.
   * @param {string} text
   * @param {boolean} [isWhole] whether nothing more comes; only then what merely sounds like "stop" counts
   * @returns {Command | undefined}
   */
  find(text, isWhole = false) {
    const said = this.#cues.reduce((rest, cue) => rest.replaceAll(` ${cue} `, " | "), ` ${fold(text)} `);
    const found = ORDER.find((command) => this.#phrases(command).some((phrase) => this.#has(said, command, phrase)));
    return found ?? (isWhole ? this.#soundsLike(said) : undefined);
  }

  /**
   * Whether a text is a command and nothing else.
   * @param {string} text
   */
  isCommand(text) {
    const said = fold(text);
    return ORDER.some((command) => this.#phrases(command).includes(said));
  }

  /** @param {Command} command */
  #phrases(command) {
    const { pain, exclamations } = this.#listen;
    return command === "pain" ? [...exclamations, ...pain] : this.#listen[command];
  }

  /**
   * @param {string} said
   * @param {Command} command
   * @param {string} phrase
   */
  #has(said, command, phrase) {
    // An interim result may hold the first half of a cue.
    if (this.#cues.some((cue) => ` ${cue} `.includes(` ${phrase} `))) return false;
    const parts = said.split(` ${phrase} `);
    if (parts.length === 1) return false;
    if (command !== "stop") return true;
    return parts.slice(0, -1).some((before) => !this.#denials.some((denial) => ` ${before}`.endsWith(` ${denial}`)));
  }

  /**
   * A speech recogniser often gets a lone "stop" wrong.
   * @param {string} said
   * @returns {Command | undefined}
   */
  #soundsLike(said) {
    const { never, with: fillers, ...commands } = this.#listen.phonetic;
    const words = said.split(" ").filter(Boolean);
    if (words.length > SHORT || words.includes("|") || words.some((word) => never.includes(word) || /\d/.test(word))) return undefined;
    const rest = words.filter((word) => !fillers.includes(word));
    if (!rest.length) return undefined;
    const sounds = /** @type {const} */ (["stop", "pause"]);
    return sounds.find((name) => rest.every((word) => commands[name].includes(word)));
  }
}

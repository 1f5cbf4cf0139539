/** The words of the widget; the texts themselves are in knowledge/web/. */

/** @import { Section, Words } from "./types.js" */

/**
 * Get `words.json`.
 * @param {URL} base address of the channel
 * @returns {Promise<Words>}
 */
export async function loadWords(base) {
  const answer = await fetch(new URL("words.json", base));
  if (!answer.ok) throw new Error(`words.json: ${answer.status}`);
  return answer.json();
}

/** One section of the words, with its blanks filled. */
export class Texts {
  #section;

  /** @param {Section} section */
  constructor(section) {
    this.#section = section;
  }

  /**
   * A text, with `{name}` filled. A text that is missing is its key, so that the rest still works.
   * @param {string} key
   * @param {Record<string, string | number>} [blanks]
   */
  say(key, blanks = {}) {
    const text = this.#section[key];
    if (typeof text !== "string") return key;
    return text.replace(/\{(\w+)\}/g, (blank, name) => String(blanks[name] ?? blank));
  }

  /**
   * A list of texts.
   * @param {string} key
   */
  list(key) {
    const texts = this.#section[key];
    return Array.isArray(texts) ? texts : [];
  }
}

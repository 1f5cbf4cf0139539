/** What this browser keeps: the conversation, its log and the settings. Shared by all tabs. */

/** @import { Suggestion } from "./types.js" */

const VERSION = 1;
const MOST = 200;
const LONGEST = 20_000;

/**
 * One line of the log. The `state` is of a message of the user: on its way, not sent (may be sent again), or refused.
 * @typedef {object} Entry
 * @property {string} id
 * @property {"user" | "coach" | "note"} who
 * @property {string} text
 * @property {number} at
 * @property {"sending" | "unsent" | "refused"} [state]
 * @property {string} [source]
 * @property {Suggestion[]} [buttons]
 */

/**
 * @typedef {object} Kept
 * @property {number} v
 * @property {string} [token]
 * @property {Entry[]} entries
 * @property {Record<string, boolean>} settings
 * @property {string[]} cues
 */

/**
 * The storage of the browser; null where there is none, as in some private windows.
 * @returns {Storage | null}
 */
export function openStorage() {
  try {
    localStorage.setItem("countoff", "1");
    localStorage.removeItem("countoff");
  } catch (error) {
    // One that is full can still be read.
    if (!(error instanceof DOMException && error.name === "QuotaExceededError")) return null;
  }
  return localStorage;
}

/** Keeps and tells: `change` is fired whenever something is different, here or in another tab. */
export class Store extends EventTarget {
  #key;
  #storage;
  /** @type {Kept} */
  #kept;

  /**
   * @param {string} name of the server
   * @param {Storage | null} storage
   */
  constructor(name, storage) {
    super();
    this.name = name;
    this.#key = `countoff.chat ${name}`;
    this.#storage = storage;
    this.#kept = this.#read() ?? empty();
  }

  /** Hear of other tabs. The signal ends it. @param {AbortSignal} signal */
  share(signal) {
    const changed = (/** @type {StorageEvent} */ event) => {
      if (event.key !== this.#key && event.key !== null) return;
      this.#kept = this.#read() ?? empty();
      this.#tell();
    };
    addEventListener("storage", changed, { signal });
  }

  get entries() {
    return this.#kept.entries;
  }

  get token() {
    return this.#kept.token;
  }

  set token(token) {
    this.#change((kept) => ({ ...kept, token }));
  }

  /** What the last plan says aloud. */
  get cues() {
    return this.#kept.cues;
  }

  set cues(cues) {
    this.#change((kept) => ({ ...kept, cues }));
  }

  /** @param {string} name */
  setting(name) {
    return this.#kept.settings[name] === true;
  }

  /**
   * @param {string} name
   * @param {boolean} value
   */
  set(name, value) {
    this.#change((kept) => ({ ...kept, settings: { ...kept.settings, [name]: value } }));
  }

  /**
   * Add a line at the end.
   * @param {Omit<Entry, "id" | "at">} entry
   * @returns {Entry}
   */
  add(entry) {
    const added = { ...entry, text: entry.text.slice(0, LONGEST), id: makeId(), at: Date.now() };
    this.#change((kept) => ({ ...kept, entries: [...kept.entries, added].slice(-MOST) }));
    return added;
  }

  /**
   * Change a line, or take it away with null.
   * @param {string} id
   * @param {Partial<Entry> | null} part
   */
  mark(id, part) {
    this.#change((kept) => ({
      ...kept,
      entries: kept.entries.flatMap((entry) => {
        if (entry.id !== id) return [entry];
        return part ? [{ ...entry, ...part }] : [];
      }),
    }));
  }

  /** Empty the log; the conversation goes on. */
  clear() {
    this.#change((kept) => ({ ...kept, entries: [] }));
  }

  /** Forget the log and the conversation; the settings stay. */
  forget() {
    this.#change((kept) => ({ ...empty(), settings: kept.settings }));
  }

  /** @param {(kept: Kept) => Kept} change */
  #change(change) {
    // Another tab may have written since.
    this.#kept = change(this.#read() ?? this.#kept);
    this.#write();
    this.#tell();
  }

  #tell() {
    this.dispatchEvent(new Event("change"));
  }

  /** What is stored; undefined where nothing usable is. @returns {Kept | undefined} */
  #read() {
    try {
      return parse(this.#storage?.getItem(this.#key) ?? null);
    } catch {
      return undefined;
    }
  }

  #write() {
    for (let kept = this.#kept; this.#storage; kept = { ...kept, entries: kept.entries.slice(kept.entries.length / 2) }) {
      try {
        this.#storage.setItem(this.#key, JSON.stringify(kept));
        return;
      } catch {
        // The storage is full: what is oldest goes first. If nothing fits, this tab goes on without it.
        if (kept.entries.length < 2) {
          this.#storage = null;
          return;
        }
      }
    }
  }
}

/** @returns {Kept} */
function empty() {
  return { v: VERSION, entries: [], settings: {}, cues: [] };
}

/**
 * Nothing in a storage is trusted: an older version, or another script, may have written it.
 * @param {string | null} text
 * @returns {Kept | undefined}
 */
function parse(text) {
  if (text === null) return undefined;
  const kept = JSON.parse(text);
  if (kept?.v !== VERSION || !Array.isArray(kept.entries)) return undefined;
  return {
    v: VERSION,
    ...(typeof kept.token === "string" && { token: kept.token }),
    entries: kept.entries.filter(isEntry).slice(-MOST),
    settings: typeof kept.settings === "object" && kept.settings ? kept.settings : {},
    cues: Array.isArray(kept.cues) ? kept.cues.filter((/** @type {unknown} */ cue) => typeof cue === "string") : [],
  };
}

/** @param {any} entry */
function isEntry(entry) {
  return (
    typeof entry?.id === "string" &&
    typeof entry.text === "string" &&
    ["user", "coach", "note"].includes(entry.who) &&
    (entry.source === undefined || typeof entry.source === "string") &&
    (entry.buttons === undefined || (Array.isArray(entry.buttons) && entry.buttons.every(isSuggestion)))
  );
}

/** @param {any} button */
function isSuggestion(button) {
  return typeof button?.title === "string" && typeof button.payload === "string";
}

function makeId() {
  // randomUUID is missing on pages without HTTPS.
  return Array.from(crypto.getRandomValues(new Uint32Array(3)), (part) => part.toString(36)).join("");
}

/** What this browser keeps of a set, so that a reload loses nothing, and what the server is told of it. */

/** @import { Cue, EventType, PlayerEvent, Prescription, Report, SessionCommand } from "../types.js" */
/** @import { Track } from "./schedule.js" */

import { NOTHING, placeOf, trackOf } from "./schedule.js";

const VERSION = 1;
const MOST_EVENTS = 40;

/**
 * A set.
 * @typedef {object} Session
 * @property {string} id
 * @property {number} rev of the newest plan
 * @property {Prescription | null} prescription
 * @property {Track} track
 * @property {Cue[]} countIn
 * @property {number} at_ms where it stands, or stood when this was kept
 * @property {number} paused_at when it was paused, in milliseconds since 1970
 * @property {boolean} isOpen whether it can go on
 * @property {boolean} isUnsure whether the server may know more than this about how it goes on
 * @property {number | null} held_ms the place to report instead of the true one
 * @property {(PlayerEvent & {rev: number})[]} events that the server may not know
 */

/**
 * The set that a plan begins, or goes on with.
 * @param {SessionCommand} command start or resume
 * @param {Session | null} before the same set until now
 * @returns {Session}
 */
export function sessionOf({ id = "", rev = 1, plan = NOTHING, prescription }, before) {
  const three = plan.cues.filter((cue) => cue.kind === "count_in").slice(0, 3);
  return {
    id,
    rev,
    prescription: prescription ?? before?.prescription ?? null,
    track: trackOf(plan, rev),
    countIn: three.length ? three : (before?.countIn ?? []),
    at_ms: 0,
    paused_at: 0,
    isOpen: true,
    isUnsure: false,
    held_ms: null,
    events: before?.events ?? [],
  };
}

/** One set at a time, in the storage as well. */
export class Record {
  #key;
  #storage;
  #handed = 0;
  /** @type {Session | null} */
  session = null;

  /**
   * @param {string} name of the server
   * @param {Storage | null} storage
   */
  constructor(name, storage) {
    this.#key = `countoff.set ${name}`;
    this.#storage = storage;
  }

  /** Read what was kept. @returns {Session | null} */
  load() {
    try {
      const kept = JSON.parse(this.#storage?.getItem(this.#key) ?? "null");
      this.session = kept?.v === VERSION && isSession(kept.session) ? kept.session : null;
    } catch {
      this.session = null;
    }
    return this.session;
  }

  save() {
    try {
      if (this.session) this.#storage?.setItem(this.#key, JSON.stringify({ v: VERSION, session: this.session }));
      else this.#storage?.removeItem(this.#key);
    } catch {
      // A full storage costs the offer after a reload, nothing else.
    }
  }

  /**
   * @param {EventType} type
   * @param {number} at
   */
  note(type, at) {
    const { session } = this;
    if (!session) return;
    const { rev, position_ms } = placeOf(session.track, session.held_ms ?? session.at_ms);
    session.events = [...session.events, { type, position_ms: Math.max(0, position_ms), at, rev }].slice(-MOST_EVENTS);
    this.save();
  }

  /**
   * Whether the server may not have heard of something yet.
   * @param {EventType} [type]
   */
  owes(type) {
    return this.session?.events.some((event) => !type || event.type === type) ?? false;
  }

  /** @returns {Report | undefined} */
  report() {
    const { session } = this;
    if (!session || !(session.isOpen || session.events.length || session.held_ms !== null)) return undefined;
    let { rev, position_ms } = placeOf(session.track, session.held_ms ?? session.at_ms);
    // Until a splice the old plan plays; the server then goes by its own clock. But only of the newest one it believes that it goes on.
    if (rev !== session.rev && this.owes("resumed")) [rev, position_ms] = [session.rev, 0];
    this.#handed = session.events.length;
    const events = session.events.map(({ rev: of, ...event }) => (of === rev ? event : { ...event, position_ms: Math.max(0, position_ms) }));
    return { id: session.id, rev, position_ms: Math.max(0, position_ms), ...(events.length && { events }) };
  }

  /** The server has got the last report. */
  delivered() {
    const { session } = this;
    if (!session) return;
    session.events = session.events.slice(this.#handed);
    this.#handed = 0;
    if (!session.isOpen && !session.events.length) this.session = null;
    this.save();
  }
}

/** Nothing in a storage is trusted: another script may have written it. @param {any} kept */
function isSession(kept) {
  const isPlaced = (/** @type {any} */ cue) => typeof cue?.key === "string" && [cue.at_ms, cue.plan_ms, cue.rev].every(Number.isFinite);
  return (
    typeof kept?.id === "string" &&
    [kept.rev, kept.at_ms, kept.paused_at, kept.track?.end_ms].every(Number.isFinite) &&
    [kept.track.cues, kept.countIn, kept.events].every(Array.isArray) &&
    kept.track.cues.every(isPlaced)
  );
}

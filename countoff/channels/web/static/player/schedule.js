/** What is played when: pure functions of plans, without sound or screen. No plan is made here; every cue is the server's. */

/** @import { Cue, Plan } from "../types.js" */

/**
 * A cue on the player's own clock (`at_ms`) that knows its place on the clock of its plan.
 * @typedef {Cue & {plan_ms: number, rev: number}} Placed
 */

/**
 * What is played, of one plan or of several that were spliced together.
 * @typedef {object} Track
 * @property {Placed[]} cues in order of time
 * @property {number} end_ms
 */

/**
 * What goes on at a moment. Between reps `rep` is the one to come, and null after the last.
 * @typedef {object} Moment
 * @property {"ready" | "lift" | "hold" | "lower" | "rest" | "done"} phase
 * @property {number} progress of the phase, 0 to 1
 * @property {Placed | null} rep the sign at which the rep begins
 * @property {number} wait_ms until it begins
 * @property {boolean} rests whether this is a rest; its last three seconds are to get ready in
 */

/** @type {Plan} */
export const NOTHING = { duration_ms: 0, cues: [] };
const LEAD_IN_MS = 3_000;
const PHASE_MS = [500, 6_000];
const LONG_WAIT_MS = 8_500;

/**
 * @param {Plan} plan
 * @param {number} rev
 * @returns {Track}
 */
export function trackOf(plan, rev) {
  return { cues: plan.cues.map((cue) => ({ ...cue, plan_ms: cue.at_ms, rev })), end_ms: plan.duration_ms };
}

/**
 * Go on with a new plan at a time of the old one. Where that time is past, the first rep that both have in common takes its place.
 * @param {Track} track
 * @param {Plan} plan
 * @param {number} rev
 * @param {number} splice_ms on the clock of the newest plan in the track
 * @param {number} now_ms
 * @returns {Track}
 */
export function spliced(track, plan, rev, splice_ms, now_ms) {
  const old = track.cues.at(-1)?.rev;
  const begin = track.cues.find((cue) => cue.rev === old && cue.plan_ms >= splice_ms)?.at_ms ?? track.end_ms;
  const next = trackOf(plan, rev);
  if (begin > now_ms) return joined(track, next, begin, 0);
  for (const theirs of next.cues.filter(isBegin)) {
    const ours = track.cues.find((cue) => isBegin(cue) && cue.at_ms > now_ms && isSameRep(cue, theirs));
    if (ours) return joined(track, next, ours.at_ms, theirs.at_ms);
  }
  return joined(track, next, now_ms, now_ms - begin);
}

/**
 * @param {Track} track
 * @param {Track} next
 * @param {number} at_ms where the next one takes over
 * @param {number} from_ms of the next one
 * @returns {Track}
 */
function joined(track, next, at_ms, from_ms) {
  const shift = at_ms - from_ms;
  const coming = next.cues.filter((cue) => cue.at_ms >= from_ms).map((cue) => ({ ...cue, at_ms: cue.at_ms + shift }));
  return { cues: [...track.cues.filter((cue) => cue.at_ms < at_ms), ...coming], end_ms: next.end_ms + shift };
}

/**
 * Where a moment lies on the clock of the plan that plays then.
 * @param {Track} track
 * @param {number} at_ms
 */
export function placeOf({ cues, end_ms }, at_ms) {
  const next = cues.findIndex((cue) => cue.at_ms > at_ms);
  const before = cues.at(next < 0 ? -1 : Math.max(0, next - 1));
  if (!before) return { rev: 1, position_ms: 0 };
  const after = cues[next];
  const isInside = after?.rev === before.rev && after.at_ms > before.at_ms && at_ms > before.at_ms;
  const pace = isInside ? (after.plan_ms - before.plan_ms) / (after.at_ms - before.at_ms) : 1;
  return { rev: before.rev, position_ms: Math.round(before.plan_ms + (Math.min(at_ms, end_ms) - before.at_ms) * pace) };
}

/**
 * @param {Track} track
 * @param {number} at_ms
 * @returns {Moment}
 */
export function momentOf(track, at_ms) {
  const signs = track.cues.filter((cue) => isBreak(cue) || isPhase(cue));
  const place = signs.findLastIndex((cue) => cue.at_ms <= at_ms);
  const now = signs[place];
  const end_ms = signs[place + 1]?.at_ms ?? track.end_ms;
  const progress = now ? Math.min(1, (at_ms - now.at_ms) / Math.max(1, end_ms - now.at_ms)) : 0;
  if (now && !isBreak(now)) {
    const rep = signs.slice(0, place + 1).findLast(isBegin) ?? now;
    return { phase: /** @type {Moment["phase"]} */ (now.key), progress, rep, wait_ms: 0, rests: false };
  }
  const rep = signs.slice(place + 1).find(isBegin) ?? null;
  const wait_ms = rep ? rep.at_ms - at_ms : 0;
  const rests = rep !== null && (now !== undefined || wait_ms > LONG_WAIT_MS);
  return { phase: !rep ? "done" : rests && wait_ms > LEAD_IN_MS ? "rest" : "ready", progress, rep, wait_ms, rests };
}

/**
 * Go on after a pause: three, two, one, then the interrupted rep from its beginning. A rest goes on as if there had been no pause.
 * @param {Track} track
 * @param {number} at_ms where it was paused
 * @param {number} away_ms how long ago
 * @param {Cue[]} countIn the last count-in of a plan, three cues
 * @returns {{track: Track, at_ms: number}}
 */
export function resumed(track, at_ms, away_ms, countIn) {
  const { rests, rep } = momentOf(track, at_ms);
  if (!rep) return { track, at_ms };
  const begin = rep.at_ms - LEAD_IN_MS;
  if (rests) return { track, at_ms: Math.min(at_ms + away_ms, begin) };
  const { position_ms } = placeOf(track, rep.at_ms);
  const three = countIn.map((cue, beat) => {
    const before_ms = LEAD_IN_MS - (beat * LEAD_IN_MS) / countIn.length;
    return { ...cue, set: rep.set, at_ms: rep.at_ms - before_ms, plan_ms: position_ms - before_ms, rev: rep.rev };
  });
  // Without what went before, a pause within "three, two, one" is still one before this rep.
  return { track: { ...track, cues: [...three, ...track.cues.filter((cue) => cue.at_ms >= rep.at_ms)] }, at_ms: begin };
}

/**
 * Where a skip leads: from a set to its end, from a rest to the last three seconds of it.
 * @param {Track} track
 * @param {number} at_ms
 * @returns {number}
 */
export function skipped(track, at_ms) {
  const { rests, rep } = momentOf(track, at_ms);
  if (rests && rep) return Math.max(at_ms, rep.at_ms - LEAD_IN_MS);
  return track.cues.find((cue) => cue.kind === "done" && cue.at_ms > at_ms)?.at_ms ?? track.end_ms;
}

/**
 * Make every rep after this moment longer or shorter, each phase within its bounds; rests and count-ins keep their length.
 * @param {Track} track
 * @param {number} at_ms
 * @param {number} factor
 * @returns {Track}
 */
export function stretched(track, at_ms, factor) {
  const begin = track.cues.find((cue) => isBegin(cue) && cue.at_ms > at_ms);
  if (!begin) return track;
  const pace = bounded(track, begin.at_ms, factor);
  let [was, is, rate] = [begin.at_ms, begin.at_ms, pace];
  const moved = (/** @type {number} */ ms) => is + (ms - was) * rate;
  const cues = track.cues.map((cue) => {
    if (cue.at_ms < begin.at_ms) return cue;
    const at_ms = moved(cue.at_ms);
    const next = isBreak(cue) ? 1 : isBegin(cue) ? pace : rate;
    if (next !== rate) [was, is, rate] = [cue.at_ms, at_ms, next];
    return { ...cue, at_ms };
  });
  return { cues, end_ms: moved(track.end_ms) };
}

/**
 * @param {Track} track
 * @param {number} from_ms
 * @param {number} factor
 */
function bounded(track, from_ms, factor) {
  const signs = track.cues.filter((cue) => cue.at_ms >= from_ms && (isBreak(cue) || isPhase(cue)));
  const lengths = signs.slice(1).flatMap((cue, place) => (isPhase(signs[place]) ? [cue.at_ms - signs[place].at_ms] : []));
  if (factor > 1) return Math.max(1, Math.min(factor, PHASE_MS[1] / Math.max(...lengths)));
  return Math.min(1, Math.max(factor, PHASE_MS[0] / Math.min(...lengths)));
}

/** Whether a cue is heard. @param {Cue} cue */
export const isSpoken = (cue) => cue.text !== null;

/** Whether a spoken cue may be left out where it would run into the next one. @param {Cue} cue */
export const isExtra = (cue) => !["side", "count", "count_in"].includes(cue.kind);

/** @param {Cue} cue */
const isPhase = (cue) => cue.kind === "phase" && cue.text === null;

/** Whether a rep begins here. @param {Cue} cue */
const isBegin = (cue) => isPhase(cue) && cue.key === "lift";

/** Whether no rep goes on from here. @param {Cue} cue */
const isBreak = (cue) => cue.kind === "done" || cue.kind === "rest";

/**
 * @param {Cue} one
 * @param {Cue} other
 */
const isSameRep = (one, other) => one.set === other.set && one.rep === other.rep && one.side === other.side;

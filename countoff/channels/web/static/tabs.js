/** What one tab is told of a set that counts in another. */

/** @import { SessionCommand } from "./types.js" */

const FORWARDED = ["stop", "pause"];

/**
 * Passes "stop" and "pause" on to the other tabs.
 * @param {string} name of the server
 * @param {(session: SessionCommand) => void} onCommand hears those of the others
 * @param {AbortSignal} over
 * @returns {(session: SessionCommand | undefined) => void}
 */
export function otherTabs(name, onCommand, over) {
  if (!("BroadcastChannel" in globalThis)) return () => {};
  const channel = new BroadcastChannel(`countoff.chat ${name}`);
  channel.onmessage = (event) => onCommand(event.data);
  over.addEventListener("abort", () => channel.close());
  return (session) => {
    // A plan is of no use there, and large.
    if (session && FORWARDED.includes(session.action)) channel.postMessage({ ...session, plan: undefined });
  };
}

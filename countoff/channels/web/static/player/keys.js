/** Keys that steer a set from anywhere in the page, unless somebody writes there. */

/** @import { Action } from "./screen.js" */

/** @type {Record<string, Action>} */
const KEYS = {
  " ": "toggle",
  Escape: "stop",
  "-": "slower",
  _: "slower",
  "+": "faster",
  "=": "faster",
  e: "easier",
  s: "skip",
  h: "hurts",
};
const WRITES = "input, textarea, select, [contenteditable]:not([contenteditable=false])";

/**
 * @param {(action: Action) => boolean} act says whether there is a set to steer
 * @param {AbortSignal} over
 */
export function listenToKeys(act, over) {
  const pressed = (/** @type {KeyboardEvent} */ event) => {
    const action = KEYS[event.key.length === 1 ? event.key.toLowerCase() : event.key];
    if (!action || event.repeat || event.defaultPrevented || event.ctrlKey || event.altKey || event.metaKey || event.isComposing) return;
    const path = event.composedPath().filter((node) => node instanceof Element);
    if (path.some((node) => node.matches(WRITES))) return;
    // With the space bar one presses the button that the keyboard has led to.
    if (event.key === " " && path[0]?.matches("button, a, summary, [role=button]")) return;
    if (act(action)) event.preventDefault();
  };
  document.addEventListener("keydown", pressed, { signal: over });
}

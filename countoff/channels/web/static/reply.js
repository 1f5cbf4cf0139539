/** What is shown of a reply. */

/** @import { Message, Suggestion } from "./types.js" */

const MOST = 2;

/** @typedef {{text: string, source?: string, buttons?: Suggestion[]}} Line */

/**
 * The lines for the log; the suggestions of the whole reply stand at the last one.
 * @param {Message[]} messages
 * @param {string} label of a source
 * @returns {Line[]}
 */
export function linesOf(messages, label) {
  const source = messages[0]?.custom?.answer?.source;
  const lines = messages.filter((message) => !isPicture(message.text)).map((message) => parted(message.text, source));
  // An answer that names its sources itself needs no line about them.
  const isNamed = !source || lines.some((line) => line.source || line.text.includes(source.split(" (")[0]));
  if (!isNamed && lines.length) lines[lines.length - 1].source = `${label} ${source.split("; ").slice(0, MOST).join("; ")}`;
  const buttons = new Map(messages.flatMap((message) => message.buttons ?? []).map((button) => [button.payload, button]));
  const last = lines.at(-1);
  if (last && buttons.size) last.buttons = [...buttons.values()];
  return lines;
}

/**
 * The source line that ends a text, apart from it.
 * @param {string} text
 * @param {string} [source] every source of the answer
 * @returns {Line}
 */
function parted(text, source) {
  const lines = text.split("\n");
  const last = lines.at(-1);
  if (!source || lines.length === 1 || !last?.includes(source.split("; ")[0])) return { text };
  return { text: lines.slice(0, -1).join("\n"), source: last };
}

/** Whether a text is a chart made of letters; here there is a drawn one. @param {string} text */
function isPicture(text) {
  return text.includes("█");
}

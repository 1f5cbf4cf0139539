/** What is shown of a reply. */

/** @import { Message, Suggestion } from "./types.js" */

/** @typedef {{text: string, source?: string, buttons?: Suggestion[]}} Line */

/**
 * The lines for the log; the suggestions of the whole reply stand at the last one.
 * @param {Message[]} messages
 * @param {string} label of a source
 * @returns {Line[]}
 */
export function linesOf(messages, label) {
  const source = messages[0]?.custom?.answer?.source;
  const lines = messages
    .map((message, place) => parted(message.text, (place === 0 && source) || "", label))
    .filter((line) => !isPicture(line.text));
  const buttons = new Map(messages.flatMap((message) => message.buttons ?? []).map((button) => [button.payload, button]));
  const last = lines.at(-1);
  if (last && buttons.size) last.buttons = [...buttons.values()];
  return lines;
}

/**
 * The source line of an answer, apart from its text.
 * @param {string} text
 * @param {string} source every source of the answer
 * @param {string} label
 * @returns {Line}
 */
function parted(text, source, label) {
  if (!source) return { text };
  const first = source.split("; ")[0];
  const lines = text.split("\n");
  const last = lines.at(-1);
  if (lines.length > 1 && last?.includes(first)) return { text: lines.slice(0, -1).join("\n"), source: last };
  // An answer about the sources names them itself.
  return text.includes(first.split(" (")[0]) ? { text } : { text, source: `${label} ${source}` };
}

/** Whether a text is a chart made of letters; here there is a drawn one. @param {string} text */
function isPicture(text) {
  return text.includes("█");
}

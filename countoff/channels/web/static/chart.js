/** The chart of past sessions: a bar of reps for each, its effort in shade and in words, and all of it as a table. */

/** @import { PastSession } from "./types.js" */
/** @import { Texts } from "./words.js" */

import { draw, make } from "./dom.js";

const PLOT_EM = 8;
const TOP_EM = 1.6;
const COLUMN_EM = 4.4;
const MOST = 12;

/**
 * @param {PastSession[]} sessions newest last
 * @param {Texts} texts
 * @param {string} language
 * @param {number} widthEm room for it, in the height of its letters
 */
export function chart(sessions, texts, language, widthEm) {
  if (!sessions.length) return make("p", { class: "empty" }, texts.say("chart_empty"));
  const fitting = Math.min(MOST, Math.max(3, Math.floor(widthEm / COLUMN_EM)));
  const shown = sessions.slice(-fitting);
  const caption = texts.say(shown.length < sessions.length ? "chart_last" : "chart_all", { shown: shown.length, all: sessions.length });
  return make("figure", { class: "chart" }, make("figcaption", {}, caption), bars(shown, texts, language), table(sessions, texts, language));
}

/**
 * Positions are in em and percent, so that larger letters do not run into each other.
 * @param {PastSession[]} sessions
 * @param {Texts} texts
 * @param {string} language
 */
function bars(sessions, texts, language) {
  const most = Math.max(1, ...sessions.map((session) => session.reps));
  const share = 100 / Math.max(sessions.length, 4);
  const columns = sessions.map((session, place) => {
    const height = Math.max(0.15, (PLOT_EM * session.reps) / most);
    const top = TOP_EM + PLOT_EM - height;
    const effort = session.effort ?? "unknown";
    return draw(
      "svg",
      { x: `${place * share}%`, width: `${share}%`, height: "100%", overflow: "visible" },
      draw("rect", { class: `bar ${effort}`, x: "18%", width: "64%", y: `${top}em`, height: `${height}em`, rx: "3" }),
      label(top - 0.5, String(session.reps), "reps"),
      label(TOP_EM + PLOT_EM + 1.3, day(session, language), "day"),
      label(TOP_EM + PLOT_EM + 2.6, texts.say(`effort_${effort}`), "effort"),
    );
  });
  const ground = `${TOP_EM + PLOT_EM}em`;
  return draw(
    "svg",
    { class: "bars", width: "100%", height: `${TOP_EM + PLOT_EM + 3.2}em`, "aria-hidden": "true" },
    ...columns,
    draw("line", { class: "ground", x1: "0", x2: "100%", y1: ground, y2: ground }),
  );
}

/**
 * @param {number} y
 * @param {string} text
 * @param {string} kind
 */
function label(y, text, kind) {
  return draw("text", { class: kind, x: "50%", y: `${y}em`, "text-anchor": "middle" }, text);
}

/**
 * What a screen reader reads instead.
 * @param {PastSession[]} sessions
 * @param {Texts} texts
 * @param {string} language
 */
function table(sessions, texts, language) {
  const heads = ["chart_day", "chart_reps", "chart_sets", "chart_effort"].map((key) => make("th", { scope: "col" }, texts.say(key)));
  const rows = sessions.map((session) =>
    make(
      "tr",
      {},
      make("th", { scope: "row" }, day(session, language, "long")),
      make("td", {}, String(session.reps)),
      make("td", {}, String(session.sets)),
      make("td", {}, texts.say(`effort_${session.effort ?? "unknown"}`)),
    ),
  );
  return make(
    "table",
    { class: "unseen" },
    make("caption", {}, texts.say("history")),
    make("thead", {}, make("tr", {}, ...heads)),
    make("tbody", {}, ...rows),
  );
}

/**
 * @param {PastSession} session
 * @param {string} language
 * @param {"short" | "long"} [month]
 */
function day(session, language, month = "short") {
  // Noon, so that no time zone moves it to another day.
  const date = new Date(`${session.day}T12:00:00`);
  if (Number.isNaN(date.getTime())) return session.day;
  return new Intl.DateTimeFormat(language === "en" ? "en-GB" : language, { day: "numeric", month }).format(date);
}

/**
 * The wire form as types, for the type checker; see docs/wire.md. This module holds nothing that runs.
 * @module
 */

/** @typedef {"left" | "right"} Side */

/**
 * @typedef {"phase" | "count_in" | "side" | "count" | "progress" | "form" | "rest" | "done"} CueKind
 */

/**
 * One word or sign at a time of the plan's clock. A null `text` is for the screen only.
 * @typedef {object} Cue
 * @property {number} at_ms
 * @property {string} key
 * @property {string | null} text
 * @property {CueKind} kind
 * @property {Side | null} side
 * @property {number | null} rep
 * @property {number | null} set
 */

/**
 * @typedef {object} Plan
 * @property {number} duration_ms
 * @property {Cue[]} cues
 */

/**
 * @typedef {object} Tempo
 * @property {number} lift seconds
 * @property {number} hold seconds
 * @property {number} lower seconds
 */

/**
 * @typedef {object} Prescription
 * @property {string} exercise
 * @property {string} variation
 * @property {string | null} band
 * @property {number} reps_per_side
 * @property {number} sets
 * @property {number} rest_s
 * @property {Side} start_side
 * @property {Tempo} tempo_s
 */

/**
 * @typedef {object} Place
 * @property {number | null} set
 * @property {number | null} rep
 * @property {Side | null} side
 * @property {number} position_ms
 */

/** @typedef {"start" | "pause" | "resume" | "replan" | "stop"} SessionAction */

/**
 * A command to the player. Which parts come with which action is in docs/wire.md; a `stop` that ends no session may have nothing else.
 * @typedef {object} SessionCommand
 * @property {SessionAction} action
 * @property {string} [id]
 * @property {number} [rev]
 * @property {Place | null} [at]
 * @property {Prescription} [prescription]
 * @property {string[]} [form_cues]
 * @property {Plan} [plan]
 * @property {number} [splice_at_ms]
 * @property {object} [summary]
 */

/**
 * Where an answer comes from.
 * @typedef {object} Answer
 * @property {string} [intent]
 * @property {string[]} [facts]
 * @property {string} [source]
 */

/**
 * @typedef {object} Custom
 * @property {1} v
 * @property {SessionCommand} [session]
 * @property {Answer} [answer]
 */

/**
 * @typedef {object} Suggestion
 * @property {string} title
 * @property {string} payload
 */

/**
 * One message of the coach.
 * @typedef {object} Message
 * @property {string} text
 * @property {Suggestion[]} [buttons]
 * @property {string} [image]
 * @property {string} [attachment]
 * @property {Custom} [custom] only on the first message of a reply
 */

/**
 * All messages of one turn.
 * @typedef {object} Reply
 * @property {Message[]} messages
 */

/** @typedef {"started" | "paused" | "resumed" | "stopped" | "pain" | "finished"} EventType */

/**
 * What happened at the player; `at` is in milliseconds since 1970.
 * @typedef {object} PlayerEvent
 * @property {EventType} type
 * @property {number} position_ms
 * @property {number} at
 */

/**
 * `metadata.session`: where the player stands.
 * @typedef {object} Report
 * @property {string} id
 * @property {number} rev
 * @property {number} position_ms
 * @property {PlayerEvent[]} [events]
 */

/** @typedef {"easy" | "moderate" | "hard"} Effort */

/**
 * One finished session of `GET history`; `reps` is both legs together, `day` as in 2026-11-25.
 * @typedef {object} PastSession
 * @property {string} day
 * @property {number} [ended_ms]
 * @property {string} exercise
 * @property {string} [variation]
 * @property {string | null} [band]
 * @property {number} sets
 * @property {number} reps
 * @property {number} [reps_left]
 * @property {number} [reps_right]
 * @property {Effort | null} effort
 * @property {boolean} [confirmed]
 */

/** @typedef {Record<string, string | string[]>} Section */

/**
 * Phrases to listen for, lower case, without apostrophes.
 * @typedef {object} Listen
 * @property {string[]} stop
 * @property {string[]} pause
 * @property {string[]} resume
 * @property {string[]} exclamations
 * @property {string[]} pain
 * @property {Record<string, string[]>} phonetic
 */

/**
 * `words.json`.
 * @typedef {object} Words
 * @property {string} language two letters
 * @property {{page: Section, chat: Section, player: Section}} words
 * @property {Listen} listen
 */

/** @typedef {"stop" | "pause" | "pain" | "resume"} Command what the microphone may say to the player */

/** @typedef {"idle" | "counting" | "paused" | "resting" | "done"} PlayerState */

export {};

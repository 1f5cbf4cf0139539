/** When the microphone is open, and what becomes of what it hears. */

/** @import { Command } from "./types.js" */
/** @import { Chat } from "./chat.js" */
/** @import { Player } from "./player/player.js" */
/** @import { Reader } from "./reader.js" */
/** @import { Spotter } from "./spotter.js" */
/** @import { Store } from "./store.js" */
/** @import { Texts } from "./words.js" */

import { Microphone, canListen } from "./microphone.js";

/** @typedef {(opener: HTMLElement, onYes: () => void) => void} Ask */

const LINGER_MS = 2_500;
const REASONS = ["not-allowed", "service-not-allowed", "audio-capture", "network", "no-speech"];

/** Joins the microphone with the chat and the player. */
export class Voice {
  #microphone;
  #chat;
  #store;
  #reader;
  #player;
  #texts;
  #ask;
  #openUntil = 0;

  /**
   * @param {string} language
   * @param {Spotter} spotter
   * @param {Chat} chat
   * @param {Store} store
   * @param {Reader} reader
   * @param {Player | undefined} player
   * @param {Texts} texts
   * @param {Ask} ask tells what a browser does with speech, and asks
   */
  constructor(language, spotter, chat, store, reader, player, texts, ask) {
    this.#microphone = new Microphone(language === "en" ? navigatorEnglish() : language, spotter);
    this.#chat = chat;
    this.#store = store;
    this.#reader = reader;
    this.#player = player;
    this.#texts = texts;
    this.#ask = ask;
    chat.composer.addEventListener("speak", () => this.#pressed());
    reader.addEventListener("change", () => this.settle());
    store.addEventListener("change", () => this.settle());
    this.#hear("mode", (mode) => {
      chat.composer.speaking = mode === "talk";
    });
    this.#hear("interim", (text) => {
      chat.composer.interim = text;
    });
    this.#hear("said", (text) => {
      this.#microphone.cancel();
      if (text) chat.say(text);
    });
    let isTold = false;
    this.#hear("heard", (command) => {
      isTold = chat.act(/** @type {Command} */ (command));
    });
    this.#hear("report", (text) => {
      // The player has told a mere "ow"; a sentence holds more.
      if (!isTold || !spotter.isCommand(text)) chat.tell(text);
    });
    this.#hear("failed", (reason) => this.#failed(reason));
    this.settle();
  }

  /** Open or close the microphone as the set and the settings demand. */
  settle() {
    const isOpen = this.#player?.isOpen === true;
    const isCounting = this.#player?.isCounting === true;
    if (isCounting && this.#microphone.mode === "talk") this.#microphone.cancel();
    this.#chat.composer.listens = canListen() ? !isCounting : null;
    if (isOpen) this.#openUntil = Infinity;
    else if (this.#openUntil === Infinity) {
      // "Stop" ends the set, and "it hurts" may come right after it.
      this.#openUntil = Date.now() + LINGER_MS;
      setTimeout(() => this.settle(), LINGER_MS);
    }
    // The coach does not listen to itself.
    const isWanted = this.#store.setting("listen") && !this.#reader.isSpeaking;
    this.#microphone.watch(isWanted && Date.now() < this.#openUntil);
  }

  /**
   * @param {HTMLElement} box
   * @param {boolean} wanted
   */
  watchWhileCounting(box, wanted) {
    if (!wanted) this.#store.set("listen", false);
    else {
      this.#afterConsent(box, () => this.#store.set("listen", true));
      // Until the user agrees it stays as it was.
      this.#store.set("listen", this.#store.setting("listen"));
    }
  }

  close() {
    this.#microphone.close();
  }

  #pressed() {
    if (this.#player?.isCounting) {
      this.#chat.composer.tell(this.#texts.say("mic_counting"), true);
      return;
    }
    this.#afterConsent(this.#chat.composer.mic, () => {
      this.#reader.stop();
      void this.#player?.unlock();
      this.#microphone.talk();
    });
  }

  /**
   * @param {HTMLElement} opener
   * @param {() => void} action
   */
  #afterConsent(opener, action) {
    if (this.#store.setting("consent")) action();
    else
      this.#ask(opener, () => {
        this.#store.set("consent", true);
        action();
      });
  }

  /** @param {string} reason */
  #failed(reason) {
    if (reason === "not-allowed" || reason === "service-not-allowed") this.#store.set("listen", false);
    this.#chat.composer.tell(this.#texts.say(REASONS.includes(reason) ? `mic_${reason.replaceAll("-", "_")}` : "mic_failed"), true);
  }

  /**
   * @param {string} type
   * @param {(detail: string) => void} action
   */
  #hear(type, action) {
    this.#microphone.addEventListener(type, (event) => action(/** @type {CustomEvent<string>} */ (event).detail));
  }
}

/** The user's own English, as recognisers tell accents apart. */
function navigatorEnglish() {
  return navigator.languages?.find((one) => one.toLowerCase().startsWith("en")) ?? "en";
}

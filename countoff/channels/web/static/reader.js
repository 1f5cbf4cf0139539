/** Reads answers aloud with a voice of this computer; nothing is sent to a voice on the network. */

/** Ends the speech that is going on by itself. */
export class Reader extends EventTarget {
  #language;
  #synthesis = globalThis.speechSynthesis;
  /** @type {SpeechSynthesisVoice | undefined} */
  #voice;
  /** @type {SpeechSynthesisUtterance | undefined} */
  #speaking;

  /** @param {string} language two letters */
  constructor(language) {
    super();
    this.#language = language;
    if (!this.#synthesis) return;
    this.#choose();
    // Voices come late.
    this.#synthesis.addEventListener?.("voiceschanged", () => {
      this.#choose();
      this.dispatchEvent(new Event("change"));
    });
  }

  /** Whether there is a voice. */
  get isThere() {
    return this.#voice !== undefined;
  }

  get isSpeaking() {
    return this.#speaking !== undefined;
  }

  /**
   * Read a text; what is being read ends.
   * @param {string} text
   */
  read(text) {
    this.stop();
    if (!this.#voice || !text.trim()) return;
    const speech = new SpeechSynthesisUtterance(text);
    speech.voice = this.#voice;
    speech.lang = this.#voice.lang;
    speech.onend = speech.onerror = () => this.#ended(speech);
    this.#speaking = speech;
    this.#synthesis.speak(speech);
    this.dispatchEvent(new Event("change"));
  }

  /** Be silent. */
  stop() {
    if (!this.#speaking) return;
    this.#ended(this.#speaking);
    this.#synthesis.cancel();
  }

  /** @param {SpeechSynthesisUtterance} speech */
  #ended(speech) {
    if (this.#speaking !== speech) return;
    this.#speaking = undefined;
    this.dispatchEvent(new Event("change"));
  }

  #choose() {
    const own = this.#synthesis.getVoices().filter((voice) => voice.localService && this.#speaks(voice));
    this.#voice = own.find((voice) => voice.default) ?? own[0];
  }

  /** @param {SpeechSynthesisVoice} voice */
  #speaks(voice) {
    return voice.lang.toLowerCase().split(/[-_]/)[0] === this.#language;
  }
}

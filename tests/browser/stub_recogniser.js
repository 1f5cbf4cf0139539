// A speech recogniser that hears what a test lets it hear, in the place of the browser's own.
globalThis.recognisers = [];
globalThis.SpeechRecognition = class {
  isOn = false;
  results = [];
  constructor() {
    globalThis.recognisers.push(this);
  }
  start() {
    if (globalThis.recognisers.some((other) => other.isOn)) throw new Error("two microphones are open");
    this.isOn = true;
  }
  stop() {
    this.end();
  }
  abort() {
    setTimeout(() => this.end("aborted"), 10);
  }
  end(error) {
    if (!this.isOn) return;
    this.isOn = false;
    if (error) this.onerror?.({ error });
    this.onend?.();
  }
};
// Hears the next part of what is said: interim, or for good.
globalThis.hear = (text, isFinal = false) => {
  const open = globalThis.recognisers.find((one) => one.isOn);
  if (!open) return false;
  const last = open.results.length - 1;
  const isNew = last < 0 || open.results[last].isFinal;
  const result = Object.assign([{ transcript: text, confidence: 0.9 }], { isFinal });
  if (isNew) open.results.push(result);
  else open.results[last] = result;
  open.onresult?.({ resultIndex: open.results.length - 1, results: open.results });
  if (isFinal && !open.continuous) open.end();
  return true;
};
globalThis.microphone = () => globalThis.recognisers.find((one) => one.isOn);

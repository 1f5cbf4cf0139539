// Sends on what is played, with the time of its first sample.
class Recorder extends AudioWorkletProcessor {
  #samples = new Float32Array(2048);
  #filled = 0;
  #begin_s = 0;

  process([[samples]]) {
    const block = samples ?? new Float32Array(128);
    if (this.#filled === 0) this.#begin_s = currentTime;
    this.#samples.set(block, this.#filled);
    this.#filled += block.length;
    if (this.#filled === this.#samples.length) {
      this.port.postMessage({ begin_s: this.#begin_s, samples: this.#samples.slice() });
      this.#filled = 0;
    }
    return true;
  }
}
registerProcessor("recorder", Recorder);

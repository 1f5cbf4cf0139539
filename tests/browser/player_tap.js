// Before anything of the page runs: what the player hands to the audio graph, and, where there is a recorder, what comes out of it.
globalThis.contexts = [];
globalThis.nodes = [];
globalThis.blocks = [];
globalThis.packed = async (...pieces) => {
  const bytes = await new Response(new Blob(pieces)).bytes();
  return bytes.toBase64?.() ?? btoa(bytes.reduce((text, byte) => text + String.fromCharCode(byte), ""));
};
{
  const Real = globalThis.AudioContext;
  const connect = AudioNode.prototype.connect;
  globalThis.AudioContext = Real && class extends Real {
    constructor(...options) {
      super(...options);
      this.tap = new GainNode(this);
      connect.call(this.tap, this.destination);
      globalThis.contexts.push(this);
      if (globalThis.recorder) {
        const url = URL.createObjectURL(new Blob([globalThis.recorder], { type: "text/javascript" }));
        this.recording = this.audioWorklet.addModule(url).then(() => {
          const recorder = new AudioWorkletNode(this, "recorder", { channelCount: 1, channelCountMode: "explicit" });
          recorder.port.onmessage = ({ data }) => globalThis.blocks.push(data);
          connect.call(this.tap, recorder);
          connect.call(recorder, this.destination);
        });
      }
    }
  };
  AudioNode.prototype.connect = function (to, ...rest) {
    return connect.call(this, to === this.context.destination && this.context.tap ? this.context.tap : to, ...rest);
  };
  const { start, stop } = AudioScheduledSourceNode.prototype;
  AudioBufferSourceNode.prototype.start = function (when = 0, ...rest) {
    globalThis.nodes.push({ node: this, when, given_s: this.context.currentTime, stopped_s: null });
    return start.call(this, when, ...rest);
  };
  AudioBufferSourceNode.prototype.stop = function (...when) {
    for (const entry of globalThis.nodes) if (entry.node === this) entry.stopped_s = this.context.currentTime;
    return stop.call(this, ...when);
  };
}

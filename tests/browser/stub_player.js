// In the player's place, where a test is about the chat: it remembers what it is told, and does what it is bidden.
export class Player extends EventTarget {
  did = [];
  isOpen = false;
  isCounting = false;
  answersHeard = true;
  current;

  constructor(options) {
    super();
    this.options = options;
    globalThis.player = this;
  }

  mount(container) {
    this.container = container;
  }

  async unlock() {
    this.did.push(["unlock", navigator.userActivation.isActive]);
  }

  async command(session) {
    const shown = document.querySelector("countoff-coach").shadowRoot.querySelectorAll(".coach").length;
    this.did.push(["command", session.action, shown]);
    if (session.action === "start") this.become("counting");
    if (session.action === "stop") this.become("idle");
  }

  report() {
    return this.current;
  }

  delivered() {
    this.did.push(["delivered"]);
  }

  heard(word) {
    this.did.push(["heard", word]);
    if (word === "stop") this.become("idle");
    if (word === "pause" || word === "pain") this.become("paused");
    if (word === "resume") this.become("counting");
    const sentences = { stop: "stop", pause: "pause", pain: "it hurts", resume: "go on" };
    if (this.answersHeard) this.ask(sentences[word]);
  }

  restore() {
    return false;
  }

  close() {
    this.did.push(["close"]);
  }

  ask(message) {
    this.dispatchEvent(new CustomEvent("ask", { detail: { message } }));
  }

  become(state) {
    this.isOpen = state !== "idle";
    this.isCounting = state === "counting" || state === "resting";
    this.dispatchEvent(new CustomEvent("state", { detail: { state } }));
  }
}

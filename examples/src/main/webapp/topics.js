// Topics over a WebSocket (docs/topics.md): it comes back, and gets what it has missed. Events:
//   open
//   lost   {code, reason, wasClean, attempt, delay}: the next attempt is in so many ms; -1: none
//   topic  {topic, kind, data, ...}: if kind is "gap", load your state again
//   own    another message
const FINAL = /^(100[023789]|1010|4...)$/; // would end so again

export class TopicSocket extends EventTarget {
  protocol = "hawser.topics.v1";
  first = 500;
  longest = 30_000;
  attempts = Infinity;
  socket = null;
  #seen = new Map(); // topic to place, newest last; servers refuse long addresses
  #openedAt;
  #timer;

  constructor(url, options) {
    super();
    Object.assign(this, { url }, options);
  }

  connect(attempt = 0) {
    clearTimeout(this.#timer);
    this.socket?.close();
    this.attempt = attempt;
    this.#openedAt = Infinity;
    const url = new URL(this.url);
    for (const at of this.#seen.values()) url.searchParams.append("hawser.topic", at);
    const socket = (this.socket = new WebSocket(url, this.protocol));
    const mine = (act) => (event) => socket === this.socket && act(event);
    socket.binaryType = "arraybuffer";
    socket.onopen = mine(() => this.#tell("open", (this.#openedAt = Date.now())));
    socket.onmessage = mine((event) => this.#received(event.data));
    socket.onclose = mine((event) => this.lost(event));
    this.#timer = setTimeout(() => socket.readyState || socket.close(), 10_000);
  }

  /** Ends it for good. */
  close(reason) {
    this.attempt = this.#openedAt = Infinity;
    clearTimeout(this.#timer);
    this.socket?.close(1000, reason);
  }

  /** Leaves a topic for good. */
  forget(topic) {
    this.#seen.delete(topic);
  }

  /** Goes on without this connection. */
  lost({ code, reason, wasClean }) {
    this.socket = null;
    if (Date.now() - this.#openedAt > 10_000) this.attempt = 0;
    let delay = -1;
    if (!FINAL.test(code) && this.attempt < this.attempts) {
      // half is drawn: not all at once
      delay = Math.min(this.longest, this.first * 2 ** this.attempt++) * (0.5 + Math.random() / 2);
      this.#timer = setTimeout(() => this.connect(this.attempt), delay);
    }
    this.#tell("lost", { code, reason, wasClean, attempt: this.attempt, delay });
  }

  #received(data) {
    const text = typeof data === "string";
    const all = text ? data : new Uint8Array(data);
    if (all[0] !== (text ? "\x1e" : 30)) return this.#tell("own", data);
    const end = all.indexOf(text ? "\n" : 10);
    const head = data.slice(1, end);
    const message = JSON.parse(text ? head : new TextDecoder().decode(head));
    const { topic, epoch, offset } = message;
    if (epoch) {
      const seen = this.#seen;
      seen.delete(topic);
      seen.set(topic, `${epoch}.${offset}.${topic}`);
      while (encodeURIComponent([...seen.values()]).length > 3000) seen.delete([...seen.keys()][0]);
    }
    this.#tell("topic", { ...message, data: data.slice(end + 1) });
  }

  #tell = (type, detail) => this.dispatchEvent(new CustomEvent(type, { detail }));
}

// Topics over the plain WebSocket API (docs/topics.md): it comes back, and gets what it has missed. Events:
//   open
//   lost   {code, reason, wasClean, attempt, delay}: the next attempt is in so many ms; a delay of -1 means never
//   topic  {topic, kind, data, ...}: if kind is "gap", load your state again
//   own    any other message
const FINAL = [1000, 1002, 1003, 1007, 1008, 1009, 1010]; // the next attempt would end the same way

export class TopicSocket extends EventTarget {
  socket = null;
  #seen = new Map(); // the last message of each topic
  #openedAt = 0;
  #timer = 0;

  constructor(url, { protocol = "hawser.topics.v1", first = 500, longest = 30_000, attempts = Infinity } = {}) {
    super();
    Object.assign(this, { url, protocol, first, longest, attempts });
  }

  connect(attempt = 0) {
    clearTimeout(this.#timer);
    this.attempt = attempt;
    const url = new URL(this.url);
    for (const [topic, { epoch, offset }] of this.#seen) {
      url.searchParams.append("hawser.topic", `${epoch}.${offset}.${topic}`);
    }
    const socket = (this.socket = new WebSocket(url, this.protocol));
    socket.binaryType = "arraybuffer";
    this.#timer = setTimeout(() => socket.close(), 10_000);
    socket.onopen = () => {
      clearTimeout(this.#timer);
      this.#openedAt = Date.now();
      this.#tell("open");
    };
    socket.onmessage = ({ data }) => this.#received(data);
    socket.onclose = (event) => this.lost(event);
  }

  /** Ends the connection, or the attempts. */
  close(reason) {
    this.attempt = Infinity;
    clearTimeout(this.#timer);
    this.socket?.close(1000, reason);
  }

  /** Goes on without the present connection. */
  lost({ code, reason, wasClean }) {
    clearTimeout(this.#timer);
    this.socket.onopen = this.socket.onmessage = this.socket.onclose = null;
    this.socket = null;
    if (this.#openedAt && Date.now() - this.#openedAt > 10_000 && this.attempt < Infinity) this.attempt = 0;
    this.#openedAt = 0;
    let delay = -1;
    if (!FINAL.includes(code) && code < 4000 && this.attempt < this.attempts) {
      // half is drawn, or all clients of a restarted server would come at once
      delay = Math.min(this.longest, this.first * 2 ** this.attempt++) * (0.5 + Math.random() / 2);
      this.#timer = setTimeout(() => this.connect(this.attempt), delay);
    }
    this.#tell("lost", { code, reason, wasClean, attempt: this.attempt, delay });
  }

  #received(data) {
    const bytes = typeof data === "string" ? null : new Uint8Array(data);
    if ((bytes ?? data)[0] !== (bytes ? 30 : "\x1e")) return this.#tell("own", data);
    const end = (bytes ?? data).indexOf(bytes ? 10 : "\n");
    const head = data.slice(1, end);
    const message = JSON.parse(bytes ? new TextDecoder().decode(head) : head);
    if (message.epoch) this.#seen.set(message.topic, message);
    this.#tell("topic", { ...message, data: data.slice(end + 1) });
  }

  #tell(type, detail) {
    this.dispatchEvent(new CustomEvent(type, { detail }));
  }
}

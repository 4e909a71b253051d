// The page's connection: a TopicSocket, with a limit of attempts, a state to show, and a heartbeat that measures the
// round trip. What happens is told by events:
//   state      {state, attempt, maxAttempts, retryAt, close: {code, reason, wasClean}}
//   topic      {topic, kind, data, ...}, as topics.js tells it
//   text       the object that a text message of the server held
//   roundtrip  milliseconds
//   pass       {pass}: for the next connection

import { TopicSocket } from "./topics.js";

const MAX_ATTEMPTS = 10;
const PING_EVERY = 5_000;
const SILENT_FOR = 20_000; // an unanswered ping so old: the connection is dead, even if nobody has said so

export class Connection extends EventTarget {
  #topics;
  #state = "idle";
  #close = null;
  #heartbeat = 0;
  #ping = null; // the one under way: {token, sentAt}
  #heardAt = 0;

  constructor(url) {
    super();
    this.#topics = new TopicSocket(url, { attempts: MAX_ATTEMPTS });
    this.#topics.addEventListener("open", () => this.#opened());
    this.#topics.addEventListener("lost", (event) => this.#lost(event.detail));
    this.#topics.addEventListener("topic", (event) => {
      this.#heardAt = performance.now();
      this.#emit("topic", event.detail);
    });
    this.#topics.addEventListener("own", (event) => this.#received(event.detail));
  }

  get open() {
    return this.#topics.socket?.readyState === WebSocket.OPEN;
  }

  /** Bytes that were given to send() and have not left the browser. */
  get bufferedAmount() {
    return this.#topics.socket?.bufferedAmount ?? 0;
  }

  connect() {
    this.#close = null;
    this.#topics.connect();
    this.#enter("connecting");
  }

  /** Ends the wait for the next attempt. */
  tryNow() {
    if (this.#state === "reconnecting" && this.#topics.socket === null) {
      this.#topics.connect(this.#topics.attempt);
      this.#enter("reconnecting");
    }
  }

  /** No more attempts. */
  stop() {
    const waiting = this.#topics.socket === null;
    this.#topics.close(); // while it is CONNECTING: fails it, and it is lost for good
    if (waiting) {
      this.#enter("closed");
    }
  }

  /** Starts the closing handshake. The state is "closed" when the server has answered. */
  leave(reason) {
    if (this.open) {
      this.#enter("closing");
    }
    this.#topics.close(reason);
  }

  /** Sends text, a Blob or an ArrayBuffer; false if the connection is not open. send() would throw while CONNECTING,
   *  and throw the message away while closing. */
  send(message) {
    if (!this.open) {
      return false;
    }
    this.#topics.socket.send(message);
    return true;
  }

  #opened() {
    this.#ping = null;
    clearInterval(this.#heartbeat);
    this.#heartbeat = setInterval(() => this.#beat(), PING_EVERY);
    this.#enter("open");
    this.#beat();
  }

  #received(data) {
    this.#heardAt = performance.now();
    const message = JSON.parse(data);
    if (message.type !== "pong") {
      this.#emit("text", message);
    } else if (message.token === this.#ping?.token) {
      this.#emit("roundtrip", this.#heardAt - this.#ping.sentAt);
      this.#ping = null;
      this.#emit("pass", message);
    }
  }

  #lost({ code, reason, wasClean, delay }) {
    clearInterval(this.#heartbeat);
    if (this.#state === "open" || this.#state === "closing" || this.#close === null) {
      this.#close = { code, reason, wasClean }; // a failed attempt says no more than 1006, and hides why we are here
    }
    if (delay < 0) {
      this.#enter("closed");
    } else {
      this.#enter("reconnecting", Date.now() + delay);
      setTimeout(() => {
        if (this.#state === "reconnecting" && this.#topics.socket !== null) {
          this.#enter("reconnecting"); // the attempt is under way
        }
      }, delay);
    }
  }

  // A browser answers the server's pings by itself and does not show them to a page, so the page has pings of its own.
  #beat() {
    const now = performance.now();
    if (this.#ping === null) {
      const token = Math.random().toString(36).slice(2);
      if (this.send("ping " + token)) {
        this.#ping = { token, sentAt: now };
      }
    } else if (now - Math.max(this.#ping.sentAt, this.#heardAt) > SILENT_FOR && this.bufferedAmount === 0) {
      const { socket } = this.#topics;
      this.#topics.lost({ code: 1006, reason: "no answer", wasClean: false });
      socket.close(4000, "no answer"); // for the case that somebody listens after all
    }
  }

  #enter(state, retryAt = 0) {
    this.#state = state;
    const attempt = Number.isFinite(this.#topics.attempt) ? this.#topics.attempt : 0; // not, if somebody has ended it
    this.#emit("state", { state, attempt, maxAttempts: MAX_ATTEMPTS, retryAt, close: this.#close });
  }

  #emit(type, detail) {
    this.dispatchEvent(new CustomEvent(type, { detail }));
  }
}

// A WebSocket that comes back: backoff with jitter, a limit, and a heartbeat that measures the round trip.
// It knows nothing of the page. What happens is told by events:
//   state      {state, attempt, maxAttempts, retryAt, close: {code, reason, wasClean}}
//   text       the object that a text message held
//   binary     an ArrayBuffer
//   roundtrip  milliseconds

const FIRST_DELAY = 500;
const LONGEST_DELAY = 30_000;
const MAX_ATTEMPTS = 10;
const CONNECT_TIMEOUT = 10_000;
const STABLE_AFTER = 10_000; // a connection that lived so long starts the count of attempts anew
const PING_EVERY = 5_000;
const SILENT_FOR = 20_000; // an unanswered ping so old: the connection is dead, even if nobody has said so

// These would end the same way again: the user or the server wanted it, or what we sent is not accepted.
const FINAL_CODES = new Set([1000, 1002, 1003, 1007, 1008, 1009, 1010]);

export class Connection extends EventTarget {
  #url;
  #socket = null;
  #state = "idle";
  #attempt = 0;
  #retryAt = 0;
  #close = null;
  #openedAt = 0;
  #retryTimer = 0;
  #connectTimer = 0;
  #heartbeat = 0;
  #ping = null; // the one under way: {token, sentAt}
  #heardAt = 0;
  #leaving = false;

  constructor(url) {
    super();
    this.#url = url;
  }

  get open() {
    return this.#socket !== null && this.#socket.readyState === WebSocket.OPEN;
  }

  /** Bytes that were given to send() and have not left the browser. */
  get bufferedAmount() {
    return this.#socket === null ? 0 : this.#socket.bufferedAmount;
  }

  connect() {
    this.#leaving = false;
    this.#attempt = 0;
    this.#close = null;
    this.#dial("connecting");
  }

  /** Ends the wait for the next attempt. */
  tryNow() {
    if (this.#state === "reconnecting" && this.#socket === null) {
      this.#dial("reconnecting");
    }
  }

  /** No more attempts. */
  stop() {
    clearTimeout(this.#retryTimer);
    this.#leaving = true;
    if (this.#socket === null) {
      this.#enter("closed");
    } else {
      this.#socket.close(); // while it is CONNECTING: fails it, and close is still called
    }
  }

  /** Starts the closing handshake. The state is "closed" when the server has answered. */
  leave(reason) {
    if (!this.open) {
      this.stop();
      return;
    }
    this.#leaving = true;
    this.#enter("closing");
    this.#socket.close(1000, reason);
  }

  /** Sends text, a Blob or an ArrayBuffer; false if the connection is not open. send() would throw while CONNECTING,
   *  and throw the message away while closing. */
  send(message) {
    if (!this.open) {
      return false;
    }
    this.#socket.send(message);
    return true;
  }

  #dial(state) {
    clearTimeout(this.#retryTimer);
    this.#retryAt = 0;
    const socket = new WebSocket(this.#url);
    socket.binaryType = "arraybuffer";
    socket.addEventListener("open", () => this.#opened(socket));
    socket.addEventListener("message", (event) => this.#received(socket, event.data));
    socket.addEventListener("close", (event) => this.#closed(socket, event));
    // No "error" listener: the event says nothing, and "close" always follows.
    this.#socket = socket;
    this.#connectTimer = setTimeout(() => socket.close(), CONNECT_TIMEOUT);
    this.#enter(state);
  }

  #opened(socket) {
    if (socket !== this.#socket) {
      return;
    }
    clearTimeout(this.#connectTimer);
    this.#openedAt = Date.now();
    this.#ping = null;
    this.#heartbeat = setInterval(() => this.#beat(), PING_EVERY);
    this.#enter("open");
    this.#beat();
  }

  #received(socket, data) {
    if (socket !== this.#socket) {
      return;
    }
    this.#heardAt = performance.now();
    if (typeof data !== "string") {
      this.#emit("binary", data);
      return;
    }
    const message = JSON.parse(data);
    if (message.type !== "pong") {
      this.#emit("text", message);
    } else if (message.token === this.#ping?.token) {
      this.#emit("roundtrip", this.#heardAt - this.#ping.sentAt);
      this.#ping = null;
    }
  }

  #closed(socket, { code, reason, wasClean }) {
    if (socket !== this.#socket) {
      return;
    }
    clearTimeout(this.#connectTimer);
    clearInterval(this.#heartbeat);
    this.#socket = null;
    if (this.#openedAt !== 0 || this.#close === null) {
      this.#close = { code, reason, wasClean }; // a failed attempt says no more than 1006, and hides why we are here
    }
    if (this.#openedAt !== 0 && Date.now() - this.#openedAt >= STABLE_AFTER) {
      this.#attempt = 0;
    }
    this.#openedAt = 0;
    if (this.#leaving || FINAL_CODES.has(code) || code >= 4000 || this.#attempt >= MAX_ATTEMPTS) {
      this.#enter("closed");
      return;
    }
    this.#attempt++;
    // Half of the delay is certain and half is drawn, or all clients of a restarted server would come back at once.
    const delay = Math.min(LONGEST_DELAY, FIRST_DELAY * 2 ** (this.#attempt - 1));
    const jittered = delay / 2 + Math.random() * (delay / 2);
    this.#retryAt = Date.now() + jittered;
    this.#retryTimer = setTimeout(() => this.#dial("reconnecting"), jittered);
    this.#enter("reconnecting");
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
      const socket = this.#socket;
      this.#closed(socket, { code: 1006, reason: "no answer", wasClean: false });
      socket.close(4000, "no answer"); // for the case that somebody listens after all
    }
  }

  #enter(state) {
    this.#state = state;
    this.#emit("state", {
      state,
      attempt: this.#attempt,
      maxAttempts: MAX_ATTEMPTS,
      retryAt: this.#retryAt,
      close: this.#close,
    });
  }

  #emit(type, detail) {
    this.dispatchEvent(new CustomEvent(type, { detail }));
  }
}

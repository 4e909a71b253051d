// The connection of the dashboard: opens it again when it breaks, later each time, and closes it while nobody looks.
//   state   {state, retryAt}: connecting, open, waiting, paused
//   second  what the server did in a second

const FIRST_DELAY = 500;
const LONGEST_DELAY = 30_000;
const SILENT_FOR = 10_000; // the server speaks once a second; the connection is dead, even if nobody has said so
const STABLE_AFTER = 5; // seconds that were received

export class Live extends EventTarget {
  #url;
  #socket = null;
  #attempt = 0;
  #heard = 0;
  #retry = 0;
  #silence = 0;

  constructor(url) {
    super();
    this.#url = url;
    document.addEventListener("visibilitychange", () => this.#look());
    window.addEventListener("online", () => this.#socket ?? this.#look());
  }

  /** Connects, or stops while the page is hidden. */
  #look() {
    clearTimeout(this.#retry);
    if (document.hidden) {
      this.#forget("nobody looks");
      this.#tell("paused");
    } else if (this.#socket === null) {
      this.#connect();
    }
  }

  start() {
    this.#look();
  }

  #connect() {
    this.#tell("connecting");
    const socket = new WebSocket(this.#url);
    this.#socket = socket;
    this.#heard = 0;
    this.#expect();
    socket.addEventListener("message", ({ data }) => {
      if (socket === this.#socket) {
        this.#received(JSON.parse(data));
      }
    });
    socket.addEventListener("close", () => {
      if (socket === this.#socket) {
        this.#lost();
      }
    });
  }

  #received(second) {
    this.#heard += 1;
    if (this.#heard === 1) {
      this.#tell("open");
    }
    if (this.#heard === STABLE_AFTER) {
      this.#attempt = 0;
    }
    this.#expect();
    this.dispatchEvent(new CustomEvent("second", { detail: second }));
  }

  #expect() {
    clearTimeout(this.#silence);
    this.#silence = setTimeout(() => this.#lost(), SILENT_FOR);
  }

  // Half of the delay is random, so that all pages of a server that restarts do not come back at one moment.
  #lost() {
    this.#forget("no answer");
    if (document.hidden) {
      return;
    }
    const most = Math.min(FIRST_DELAY * 2 ** this.#attempt, LONGEST_DELAY);
    const delay = most / 2 + (Math.random() * most) / 2;
    this.#attempt += 1;
    this.#retry = setTimeout(() => this.#connect(), delay);
    this.#tell("waiting", performance.now() + delay);
  }

  #forget(reason) {
    clearTimeout(this.#silence);
    const socket = this.#socket;
    this.#socket = null;
    socket?.close(1000, reason);
  }

  #tell(state, retryAt = 0) {
    this.dispatchEvent(new CustomEvent("state", { detail: { state, retryAt } }));
  }
}

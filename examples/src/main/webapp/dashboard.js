import { Chart } from "./chart.js";
import { Live } from "./live.js";

const byId = (id) => document.getElementById(id);
const page = byId("live");
const MOST_RECENT = 5;
const MOST_ENDPOINTS = 8;
const SECONDS = 120;

// ---- how things are written

const NUMBER = new Intl.NumberFormat("en", { maximumSignificantDigits: 3 });
const WHOLE = new Intl.NumberFormat("en");

const rate = (value) => (value >= 1000 ? WHOLE.format(Math.round(value)) : NUMBER.format(value));

function bytes(value) {
  const unit = Math.min(Math.floor(Math.log2(Math.max(value, 1)) / 10), 3);
  return `${NUMBER.format(value / 1024 ** unit)} ${["B", "KiB", "MiB", "GiB"][unit]}`;
}

function duration(nanos) {
  const unit = nanos < 1e6 ? [1e3, "µs"] : nanos < 1e9 ? [1e6, "ms"] : [1e9, "s"];
  return `${NUMBER.format(nanos / unit[0])} ${unit[1]}`;
}

const count = (number, one, many = `${one}s`) => `${WHOLE.format(number)} ${number === 1 ? one : many}`;

/** CLOSED_BY_PEER is "closed by peer"; the name is in logs and metrics. */
const words = (cause) => cause.toLowerCase().replaceAll("_", " ");

// ---- the charts

const chart = (id, lines, format) =>
  new Chart(document.querySelector(`#${id} .chart`), { name: byId(`${id}-title`).textContent, lines, format, seconds: SECONDS, base: format === bytes ? 2 : 10 });
const charts = {
  sessions: chart("sessions", 1, rate),
  messages: chart("messages", 2, rate),
  bytes: chart("bytes", 2, bytes),
  callbacks: chart("callbacks", 2, duration),
  queues: chart("queues", 1, bytes),
};

function legend(id, ...entries) {
  const box = document.querySelector(`#${id} .legend`);
  box.replaceChildren(
    ...entries.map(([name, value]) => {
      const entry = document.createElement("span");
      entry.append(piece("b", value), ` ${name}`);
      return entry;
    }),
  );
}

const shown = new Map();

/** Makes the entries of a list anew if they have changed: what is selected in it, or read aloud, stays otherwise. */
function list(id, items, entry) {
  const key = JSON.stringify(items);
  if (shown.get(id) !== key) {
    shown.set(id, key);
    byId(id).replaceChildren(...items.map(entry));
  }
}

function row(tag, left, right) {
  const made = document.createElement(tag);
  made.append(left, right);
  return made;
}

function piece(tag, text) {
  const made = document.createElement(tag);
  made.textContent = text;
  return made;
}

// ---- what the server says

const totals = { opened: 0, refused: 0, received: 0, sent: 0, failedSends: 0 };
const recent = [];
let lastSeen = 0;

function show(second) {
  const perSecond = (name) => (second[name] * 1000) / second.millis;
  gap(second.time);
  Object.keys(totals).forEach((name) => (totals[name] += second[name]));
  Object.assign(page.dataset, { sessions: second.sessions, ...totals });
  byId("about").textContent = `What ${second.node ? `node ${second.node} of this server` : "this server"} does, second by second`;

  byId("sessions-now").textContent = WHOLE.format(second.sessions);
  byId("sessions-note").textContent =
    `open now · ${WHOLE.format(totals.opened)} opened and ${count(totals.refused, "handshake")} refused since you look`;
  list("endpoints", endpoints(second.endpoints), ([path, number]) =>
    row("div", piece("dt", path), piece("dd", WHOLE.format(number))),
  );
  charts.sessions.add(second.sessions);

  legend("messages", ["received", rate(perSecond("received"))], ["sent", rate(perSecond("sent"))]);
  charts.messages.add(perSecond("received"), perSecond("sent"));
  byId("messages-note").textContent =
    `${WHOLE.format(totals.received)} received and ${WHOLE.format(totals.sent)} sent since you look`;

  legend("bytes", ["received", bytes(perSecond("receivedBytes"))], ["sent", bytes(perSecond("sentBytes"))]);
  charts.bytes.add(perSecond("receivedBytes"), perSecond("sentBytes"));

  const called = second.callbacks > 0;
  legend("callbacks", ["half take at most", called ? duration(second.half) : "–"], ["99 of 100", called ? duration(second.most) : "–"]);
  charts.callbacks.add(called ? second.half : null, called ? second.most : null);
  byId("callbacks-note").textContent = called
    ? `${count(second.callbacks, "message")} in the last second, the slowest took ${duration(second.longest)}`
    : "No message in the last second";

  legend("queues", ["in all sessions together", bytes(second.waitingBytes)]);
  charts.queues.add(second.waitingBytes);
  byId("queues-note").textContent =
    `${count(second.threads, "thread")} call the application, ${count(second.waitingTurns, "session")} wait for one` +
    (totals.failedSends > 0 ? ` · ${count(totals.failedSends, "send")} failed` : "");
  list("slow", second.slow, ({ session, bytes: waiting, seconds }) =>
    row("li", piece("span", session), piece("small", `${bytes(waiting)} wait · open for ${seconds} s`)),
  );
  showEnds(second);
}

/** Those with the most sessions, and the sum of the others. */
function endpoints(sessions) {
  const all = Object.entries(sessions).sort((a, b) => b[1] - a[1]);
  const others = all.splice(all.length > MOST_ENDPOINTS + 1 ? MOST_ENDPOINTS : all.length);
  return others.length === 0
    ? all
    : [...all, [`${others.length} other endpoints`, others.reduce((sum, [, number]) => sum + number, 0)]];
}

function showEnds({ ends, closes }) {
  const causes = Object.entries(ends).sort((a, b) => b[1] - a[1]);
  const all = causes.reduce((sum, [, number]) => sum + number, 0);
  if (all > 0) {
    byId("closes-note").textContent = `${count(all, "session")} since the server started`;
  }
  list("causes", causes, ([cause, number]) => {
    const entry = row("li", piece("span", words(cause)), piece("b", WHOLE.format(number)));
    const bar = piece("span", "");
    bar.className = "bar";
    bar.style.width = `${(100 * number) / all}%`;
    entry.prepend(bar);
    entry.title = cause;
    Object.assign(entry.dataset, { cause, count: number });
    return entry;
  });
  recent.unshift(...closes.reverse());
  recent.splice(MOST_RECENT);
  byId("recent-title").hidden = recent.length === 0;
  list("recent", recent, ({ time, endpoint, session, cause, code }) => {
    const at = new Date(time);
    const entry = row("li", piece("span", words(cause)), piece("small", `${endpoint} · ${code} · ${at.toTimeString().slice(0, 8)}`));
    entry.title = `session ${session}, ${at.toISOString()}`; // as the log of a server says it, which is elsewhere
    entry.dataset.cause = cause;
    return entry;
  });
}

/** Seconds that nobody has seen are gaps. */
function gap(time) {
  const missed = lastSeen === 0 ? 0 : Math.min(Math.round((time - lastSeen) / 1000) - 1, SECONDS);
  Object.values(charts).forEach((each) => each.miss(missed));
  lastSeen = time;
}

// ---- the connection

const url = new URL("dashboard/live", document.baseURI);
url.protocol = location.protocol === "https:" ? "wss:" : "ws:";
const live = new Live(url);
let countdown = 0;
live.addEventListener("second", (event) => show(event.detail));
live.addEventListener("state", ({ detail: { state, retryAt } }) => {
  page.dataset.state = state;
  clearInterval(countdown);
  byId("state").textContent = { connecting: "Connecting", open: "Live", waiting: "Trying again", paused: "Paused" }[state];
  const say = () => {
    byId("countdown").textContent = `in ${Math.max(Math.ceil((retryAt - performance.now()) / 1000), 1)} s`;
  };
  byId("countdown").textContent = "";
  if (state === "waiting") {
    say();
    countdown = setInterval(say, 250);
  }
});
live.start();

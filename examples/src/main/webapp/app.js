import { Connection } from "./connection.js";
import { addFile, addNotice, addText, digest, startLog } from "./log.js";
import { packFile, unpackFile } from "./files.js";

const byId = (id) => document.getElementById(id);
const chat = byId("chat");

const CODES = {
  1000: "normal closure",
  1001: "the server is going away",
  1002: "protocol error",
  1003: "data of a kind that is not accepted",
  1005: "no code was given",
  1006: "the connection was lost",
  1007: "invalid data",
  1008: "policy violation",
  1009: "a message was too large",
  1011: "the server failed",
  1012: "the server restarts",
  1013: "try again later",
};

const LIST = new Intl.ListFormat("en");

let connection = null;
let address = null; // its URL
let me = "";
let room = "";
let node = ""; // the server's, if there are several
let people = []; // empty if there are too many to name
let members = 0;
let maxFileBytes = 8 * 1024 * 1024; // until the server has said what it accepts
let uploads = []; // the first one is under way
let countdown = 0;

// ---- joining and leaving

byId("join").addEventListener("submit", (event) => {
  event.preventDefault();
  const name = byId("name").value.trim();
  if (name === "") {
    return;
  }
  remember(name);
  const url = new URL("chat", document.baseURI);
  url.protocol = location.protocol === "https:" ? "wss:" : "ws:";
  room = new FormData(byId("join")).get("room");
  url.search = new URLSearchParams({ name, room });
  url.hash = "";
  address = url;
  connection = new Connection(url);
  connection.addEventListener("state", (event) => showState(event.detail));
  connection.addEventListener("text", (event) => received(event.detail));
  connection.addEventListener("topic", (event) => heard(event.detail));
  connection.addEventListener("roundtrip", (event) => showRoundTrip(event.detail));
  connection.addEventListener("pass", (event) => keepName(event.detail));
  byId("join").hidden = true;
  byId("composer").hidden = false;
  startLog(byId("log"));
  connection.connect();
  byId("text").focus();
});

byId("leave").addEventListener("click", () => connection.leave("goodbye"));
byId("again").addEventListener("click", () => connection.connect());
byId("try-now").addEventListener("click", () => connection.tryNow());
byId("stop").addEventListener("click", () => connection.stop());
window.addEventListener("online", () => connection?.tryNow());

// ---- what the connection says

function showState({ state, attempt, maxAttempts, retryAt, close }) {
  const open = state === "open";
  Object.assign(chat.dataset, { state, attempt });
  if (close !== null && !open) {
    Object.assign(chat.dataset, { closeCode: close.code, closeReason: close.reason, wasClean: close.wasClean });
  }
  byId("state").textContent = {
    connecting: "Connecting",
    open: "Open",
    reconnecting: "Reconnecting",
    closing: "Closing",
    closed: "Closed",
  }[state];
  byId("roundtrip").textContent = "";
  byId("leave").hidden = !open;
  byId("send").disabled = byId("attach").disabled = !open;
  byId("text").placeholder = open ? "Message" : "Not connected";
  clearInterval(countdown);
  byId("trouble").hidden = state !== "reconnecting" && state !== "closed";
  byId("try-now").hidden = byId("stop").hidden = state !== "reconnecting";
  byId("again").hidden = state !== "closed";
  if (state === "reconnecting") {
    byId("trouble-title").textContent = `Connection lost (${closeText(close)}).`;
    const show = () => {
      const seconds = Math.ceil((retryAt - Date.now()) / 1000);
      byId("trouble-text").textContent = `Attempt ${attempt} of ${maxAttempts}, ${retryAt > 0 ? `next in ${Math.max(seconds, 1)} s` : "connecting now"}`;
      byId("try-now").disabled = retryAt === 0;
    };
    show();
    countdown = setInterval(show, 250);
  }
  if (state === "closed") {
    showClosed(close, attempt, maxAttempts);
  }
  if (!open) {
    people = [];
    members = 0;
    showPeople();
    uploads.splice(0).forEach((upload) => upload.view.failed("Not sent", () => enqueue(upload)));
  }
}

function showClosed(close, attempt, maxAttempts) {
  byId("trouble-title").textContent = attempt >= maxAttempts ? `Gave up after ${maxAttempts} attempts.` : "Closed.";
  byId("trouble-text").textContent =
    close === null ? "" : `${closeText(close)}${close.reason ? `: “${close.reason}”` : ""} · ${close.wasClean ? "clean" : "not clean"}`;
}

function closeText({ code }) {
  return CODES[code] === undefined ? `code ${code}` : `${code}, ${CODES[code]}`;
}

function showRoundTrip(milliseconds) {
  byId("roundtrip").textContent = milliseconds < 10 ? `${milliseconds.toFixed(1)} ms` : `${Math.round(milliseconds)} ms`;
  chat.dataset.roundtrip = milliseconds;
}

// ---- what the server says

function received(message) {
  switch (message.type) {
    case "welcome":
      me = message.name;
      keepName(message);
      node = message.node;
      maxFileBytes = message.maxFileBytes;
      Object.assign(chat.dataset, { name: me, node });
      addNotice(`You are here as ${me}${node && `, on node ${node}`}`, message.time);
      break;
    case "sent":
      uploads.shift()?.view.done();
      sendNext();
      break;
    case "error":
      addNotice(message.text, message.time, "warning");
      if (message.of === "file" && uploads[0]?.started) {
        uploads.shift().view.failed("Refused");
        sendNext();
      }
      break;
  }
}

// With its name and the newest pass in the address, the page has the same name when it comes back.
function keepName({ pass }) {
  address.searchParams.set("name", me);
  address.searchParams.set("pass", pass);
}

// What the room says, in its topics room/NAME and files/NAME.
function heard({ kind, count, data }) {
  switch (kind) {
    case "text": {
      const message = JSON.parse(data);
      addText({ ...message, own: message.from === me });
      break;
    }
    case "binary":
      receivedFile(data);
      break;
    case "gap":
      addNotice("Some of what was said meanwhile is lost", Date.now(), "warning");
      break;
    case "present":
      people = JSON.parse(data);
      members = count;
      break;
    case "joined":
    case "left":
      people = people.filter((name) => name !== data);
      members = count;
      if (kind === "joined") {
        people.push(data);
      }
      if (data !== me) {
        addNotice(`${data} ${kind === "joined" ? "came aboard" : "left"}`, Date.now());
      }
      break;
  }
  showPeople();
}

async function receivedFile(buffer) {
  const { header, content } = unpackFile(buffer);
  const view = addFile({ ...header, own: false }, content);
  view.element.dataset.sha256 = await digest(content);
}

function showPeople() {
  const others = people.filter((name) => name !== me);
  const shown = others.length <= 3 ? others : [...others.slice(0, 2), `${others.length - 2} more`];
  const where = room && room[0].toUpperCase() + room.slice(1);
  const nodeText = document.createElement("span");
  nodeText.className = "node"; // a phone has no room for it
  nodeText.textContent = node && `, node ${node}`;
  const who = people.length === 0 ? `${members} are here` : others.length === 0 ? "Nobody else is here yet" : `With ${LIST.format(shown)}`;
  byId("people").replaceChildren(where || "Text and pictures over WebSocket", nodeText, members === 0 ? "" : ` · ${who}`);
  chat.dataset.members = members;
}

// ---- sending text

byId("composer").addEventListener("submit", (event) => {
  event.preventDefault();
  const text = byId("text").value.trimEnd();
  if (text.trim() !== "" && connection.send("say " + text)) {
    byId("text").value = "";
    fit();
  }
  byId("text").focus();
});

byId("text").addEventListener("keydown", (event) => {
  if (event.key === "Enter" && !event.shiftKey && !event.isComposing) {
    event.preventDefault();
    byId("composer").requestSubmit();
  }
});

byId("text").addEventListener("input", fit);

function fit() {
  const text = byId("text");
  text.style.height = ""; // one line, from which scrollHeight counts
  text.style.height = `${text.scrollHeight + 2}px`; // with the border
}

// ---- sending files: one after the other, so that bufferedAmount is the progress of one

byId("attach").addEventListener("click", () => byId("file").click());
byId("file").addEventListener("change", () => {
  offer(byId("file").files);
  byId("file").value = "";
});
byId("text").addEventListener("paste", (event) => {
  if (event.clipboardData.files.length > 0) {
    event.preventDefault();
    offer(event.clipboardData.files);
  }
});

function offer(files) {
  for (const file of files) {
    if (file.size > maxFileBytes) {
      addNotice(`${file.name} has ${sizeOf(file.size)}; a file may have ${sizeOf(maxFileBytes)}.`, Date.now(), "warning");
    } else if (connection?.open) {
      const header = { from: me, name: file.name, mediaType: file.type, size: file.size, time: Date.now(), own: true };
      enqueue({ file, view: addFile(header, file) });
    }
  }
}

function enqueue(upload) {
  if (!connection.open) {
    upload.view.failed("Not sent", () => enqueue(upload));
    return;
  }
  upload.started = false;
  upload.view.progress(0);
  uploads.push(upload);
  if (uploads.length === 1) {
    sendNext();
  }
}

async function sendNext() {
  const upload = uploads[0];
  if (upload === undefined) {
    return;
  }
  upload.started = true;
  const bytes = await upload.file.arrayBuffer().catch(() => null); // fails if the file was changed or deleted since
  if (upload !== uploads[0]) {
    return; // the connection was lost in the meantime
  }
  if (bytes === null) {
    uploads.shift().view.failed("The file cannot be read");
    sendNext();
    return;
  }
  const message = packFile(upload.file, bytes);
  if (!connection.send(message)) {
    return; // the state event has taken the upload out, or will
  }
  const watch = setInterval(() => {
    if (upload !== uploads[0]) {
      clearInterval(watch);
    } else {
      // The last step is the server's receipt: what has left the browser has not arrived yet.
      upload.view.progress(Math.min(0.99, 1 - connection.bufferedAmount / message.size));
    }
  }, 50);
  upload.view.element.dataset.sha256 = await digest(bytes);
}

function sizeOf(bytes) {
  return bytes < 1024 * 1024 ? `${Math.max(1, Math.round(bytes / 1024))} KiB` : `${(bytes / 1024 / 1024).toFixed(1)} MiB`;
}

// ---- drag and drop

let entered = 0; // dragenter and dragleave are also told for each element on the way

const carriesFiles = (event) => connection?.open && event.dataTransfer.types.includes("Files");

addEventListener("dragenter", (event) => {
  if (carriesFiles(event)) {
    entered++;
    chat.classList.add("dropping");
  }
});
addEventListener("dragleave", () => {
  entered = Math.max(0, entered - 1);
  chat.classList.toggle("dropping", entered > 0);
});
addEventListener("dragover", (event) => event.preventDefault());
addEventListener("drop", (event) => {
  event.preventDefault(); // or the browser would leave the page to show the file
  entered = 0;
  chat.classList.remove("dropping");
  offer(event.dataTransfer.files);
});

// ---- the name is remembered, where the browser lets us

function remember(name) {
  try {
    localStorage.setItem("name", name);
  } catch {
    // not allowed here: the name is asked for again next time
  }
}

try {
  byId("name").value = localStorage.getItem("name") ?? "";
} catch {
  // as above
}
byId("name").focus();

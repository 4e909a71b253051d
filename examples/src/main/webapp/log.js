// The conversation. What members write is only ever put in with textContent, so it cannot become markup.

const LONGEST = 300; // older entries go, and with them the memory of their pictures

// Shown in the page. All else, SVG and HTML among it, is only offered for download: opened from here, it could run
// scripts that belong to this page.
const PICTURES = new Set(["image/png", "image/jpeg", "image/gif", "image/webp", "image/avif"]);

let log = null;
let atEnd = true;
let height = 0;
const clock = new Intl.DateTimeFormat(undefined, { hour: "numeric", minute: "2-digit" });

export function startLog(element) {
  log = element;
  log.hidden = false;
  log.addEventListener("scroll", () => {
    if (log.clientHeight === height) { // or the window did that, and not the reader
      atEnd = log.scrollHeight - log.scrollTop - height < 80;
    }
  });
  new ResizeObserver(() => {
    height = log.clientHeight;
    stayAtEnd(() => {});
  }).observe(log);
}

/** A line about the room, in nobody's voice. */
export function addNotice(text, time, kind = "notice") {
  const entry = make("li", kind);
  entry.append(make("span", "", text), timeOf(time));
  append(entry);
}

export function addText({ from, text, time, own }) {
  const { entry, bubble } = message({ from, time, own, kind: "text" });
  bubble.prepend(make("p", "text", text));
  append(entry);
}

/** Returns the entry, and what tells it how the upload goes. */
export function addFile({ from, name, mediaType, size, time, own }, content) {
  const { entry, bubble } = message({ from, time, own, kind: "file" });
  entry.dataset.fileName = name;
  const picture = PICTURES.has(mediaType);
  const url = URL.createObjectURL(new Blob([content], { type: picture ? mediaType : "application/octet-stream" }));
  entry.dataset.url = url;
  const link = make("a", "download", name);
  link.href = url;
  link.download = name;
  link.append(make("span", "size", sizeOf(size)));
  bubble.prepend(link);
  if (picture) {
    const image = make("img");
    image.alt = name;
    image.addEventListener("load", () => stayAtEnd(() => entry.classList.add("loaded")));
    image.addEventListener("error", () => image.remove()); // not the picture it claims to be
    image.src = url;
    bubble.prepend(image);
  }
  append(entry);
  return uploadView(entry, bubble, name);
}

function uploadView(element, bubble, name) {
  let bar = null;
  let failure = null;
  const clear = () => {
    bar?.remove();
    failure?.remove();
    bar = failure = null;
  };
  return {
    element,
    progress(part) {
      if (bar === null) {
        clear();
        bar = make("progress");
        bar.setAttribute("aria-label", `Sending ${name}`);
        bubble.append(bar);
        scrollToEnd();
      }
      bar.value = part;
      element.dataset.progress = Math.round(part * 100);
    },
    done() {
      clear();
      element.dataset.progress = 100;
    },
    failed(why, retry) {
      clear();
      delete element.dataset.progress;
      failure = make("p", "failure", why);
      if (retry !== undefined) {
        const button = make("button", "quiet", "Try again");
        button.type = "button";
        button.addEventListener("click", retry);
        failure.append(button);
      }
      bubble.append(failure);
      scrollToEnd();
    },
  };
}

/** The SHA-256 in hexadecimal, or nothing where the page's origin is not trusted to compute one. */
export async function digest(bytes) {
  if (globalThis.crypto?.subtle === undefined) {
    return "";
  }
  const hash = new Uint8Array(await crypto.subtle.digest("SHA-256", bytes));
  return Array.from(hash, (b) => b.toString(16).padStart(2, "0")).join("");
}

function message({ from, time, own, kind }) {
  const entry = make("li", own ? "message own" : "message");
  Object.assign(entry.dataset, { kind, from });
  const previous = log.lastElementChild;
  if (previous?.dataset.from === from) {
    entry.classList.add("continued");
  }
  const bubble = make("div", "bubble");
  bubble.append(timeOf(time));
  if (!own) {
    const face = make("span", "face", [...from][0].toUpperCase());
    face.setAttribute("aria-hidden", "true");
    face.style.setProperty("--hue", hueOf(from));
    entry.append(face);
  }
  const column = make("div", "column");
  column.append(make("span", own ? "from unseen" : "from", own ? "You" : from), bubble);
  entry.append(column);
  return { entry, bubble };
}

function append(entry) {
  stayAtEnd(() => {
    log.append(entry);
    while (log.childElementCount > LONGEST) {
      const oldest = log.firstElementChild;
      URL.revokeObjectURL(oldest.dataset.url ?? "");
      oldest.remove();
    }
  });
}

/** Follows the conversation, unless somebody has scrolled back to read. */
function stayAtEnd(change) {
  const follow = atEnd;
  change();
  if (follow) {
    scrollToEnd();
  }
}

function scrollToEnd() {
  log.scrollTop = log.scrollHeight;
}

function timeOf(milliseconds) {
  const time = make("time", "", clock.format(milliseconds));
  time.dateTime = new Date(milliseconds).toISOString();
  return time;
}

function sizeOf(bytes) {
  return bytes < 1024 ? `${bytes} B` : bytes < 1024 * 1024 ? `${Math.round(bytes / 1024)} KiB` : `${(bytes / 1024 / 1024).toFixed(1)} MiB`;
}

function hueOf(name) {
  let hash = 7;
  for (const c of name) {
    hash = (hash * 31 + c.codePointAt(0)) % 360;
  }
  return hash;
}

function make(tag, className = "", text = "") {
  const element = document.createElement(tag);
  if (className !== "") {
    element.className = className;
  }
  element.textContent = text;
  return element;
}

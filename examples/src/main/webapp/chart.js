// A small line chart of the last seconds, as SVG. A second that was not seen (null) is a gap.

const SVG = "http://www.w3.org/2000/svg";
const HEIGHT = 84;

export class Chart {
  #series; // one array of numbers for each line, the newest last
  #seconds;
  #lines = [];
  #area;
  #svg;
  #axis = document.createElement("span");
  #format;
  #name;
  #base;

  constructor(box, { name, lines = 1, seconds = 120, format = String, base = 10 }) {
    this.#seconds = seconds;
    this.#format = format;
    this.#name = name;
    this.#base = base;
    this.#series = Array.from({ length: lines }, () => []);
    this.#svg = element("svg", { viewBox: `0 0 ${seconds - 1} ${HEIGHT}`, preserveAspectRatio: "none", role: "img" });
    this.#svg.append(element("line", { x1: 0, x2: seconds - 1, y1: HEIGHT, y2: HEIGHT }));
    this.#area = element("path", { class: "area" });
    this.#svg.append(this.#area);
    for (let i = 0; i < lines; i++) {
      this.#lines.push(element("path", { class: i === 0 ? "line" : "line second" }));
      this.#svg.append(this.#lines[i]);
    }
    this.#axis.className = "axis";
    box.append(this.#svg, this.#axis);
  }

  /** Adds a second: a number for each line, or null. */
  add(...values) {
    this.#put(values);
    this.#draw();
  }

  /** Leaves a gap; the next second is drawn with it. */
  miss(seconds) {
    for (let i = 0; i < seconds; i++) {
      this.#put([]);
    }
  }

  #put(values) {
    this.#series.forEach((series, i) => {
      series.push(values[i] ?? null);
      if (series.length > this.#seconds) {
        series.shift();
      }
    });
  }

  #draw() {
    const highest = Math.max(0, ...this.#series.flat().map((value) => value ?? 0));
    const most = nice(Math.max(1, highest), this.#base);
    this.#axis.textContent = highest > 0 ? this.#format(most) : ""; // there is no scale yet
    this.#series.forEach((series, i) => {
      const pieces = this.#pieces(series, most);
      this.#lines[i].setAttribute("d", pieces.map((points) => `M${points.join("L")}`).join(""));
      if (i === 0) {
        const area = (points) => `M${x(points[0])} ${HEIGHT}L${points.join("L")}L${x(points.at(-1))} ${HEIGHT}Z`;
        this.#area.setAttribute("d", pieces.map(area).join(""));
      }
    });
    const now = this.#series.map((series) => (series.at(-1) === null ? "unknown" : this.#format(series.at(-1)))).join(", ");
    this.#svg.setAttribute("aria-label", `${this.#name}: ${now}`);
  }

  // The points "x y" of each run of seconds that were seen; a run of one is a short line.
  #pieces(series, most) {
    const pieces = [];
    const first = this.#seconds - series.length;
    series.forEach((value, i) => {
      if (value === null) {
        return;
      }
      const y = (HEIGHT - (value / most) * (HEIGHT - 4)).toFixed(1);
      if (i === 0 || series[i - 1] === null) {
        pieces.push([`${first + i - 0.5} ${y}`]);
      }
      pieces.at(-1).push(`${first + i} ${y}`);
    });
    return pieces;
  }
}

function x(point) {
  return point.split(" ")[0];
}

function element(name, attributes) {
  const made = document.createElementNS(SVG, name);
  Object.entries(attributes).forEach(([key, value]) => made.setAttribute(key, value));
  return made;
}

/** The next of 1, 2, 5, 10, 20, 50, ...; with base 2, for bytes, of 1, 2, 4, 8, ... */
function nice(value, base) {
  const power = base ** Math.floor(Math.log(value) / Math.log(base));
  return (base === 2 ? [1, 2, 4] : [1, 2, 5, 10]).map((step) => step * power).find((step) => step >= value);
}

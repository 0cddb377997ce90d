// SPDX-License-Identifier: MIT
// A chart as a file: the same drawing with its title, source and date inside
// the picture.  PNG is painted here, shape by shape, because a strict content
// security policy lets no drawing be loaded as an image.

export interface Words {
  title: string;
  /** Lines under the drawing: source, date, options. */
  notes: string[];
  /** File name without its ending. */
  name: string;
}

const SPACE = "http://www.w3.org/2000/svg";
const EDGE = 16;
const FONT = "Arial, sans-serif";

/** Breaks a text into lines of at most `most` letters. */
export function fold(text: string, most: number): string[] {
  const lines: string[] = [];
  let line = "";
  for (const word of text.split(/\s+/)) {
    if (line && line.length + word.length + 1 > most) {
      lines.push(line);
      line = word;
    } else line = line ? `${line} ${word}` : word;
  }
  return line ? [...lines, line] : lines;
}

function write(parent: Element, text: string, y: number, size: number, weight: string): void {
  const element = document.createElementNS(SPACE, "text");
  element.setAttribute("x", String(EDGE));
  element.setAttribute("y", String(y));
  element.setAttribute("font-size", String(size));
  element.setAttribute("font-weight", weight);
  element.setAttribute("fill", "#212b32");
  element.textContent = text;
  parent.append(element);
}

/** The chart with its words around it, as an element of its own. */
function compose(chart: SVGSVGElement, words: Words): SVGSVGElement {
  const width = Number(chart.getAttribute("width")) + 2 * EDGE;
  const titles = fold(words.title, Math.floor(width / 9.5));
  const notes = words.notes.flatMap((note) => fold(note, Math.floor(width / 6.4)));
  const top = EDGE + titles.length * 24 + 6;
  const inner = Number(chart.getAttribute("height"));
  const height = top + inner + notes.length * 17 + EDGE + 4;
  const whole = document.createElementNS(SPACE, "svg");
  for (const [name, value] of Object.entries({ xmlns: SPACE, width, height, viewBox: `0 0 ${width} ${height}`, "font-family": FONT })) {
    whole.setAttribute(name, String(value));
  }
  const paper = document.createElementNS(SPACE, "rect");
  for (const [name, value] of Object.entries({ width, height, fill: "#ffffff" })) paper.setAttribute(name, String(value));
  whole.append(paper);
  titles.forEach((line, n) => write(whole, line, EDGE + 18 + n * 24, 18, "700"));
  const group = document.createElementNS(SPACE, "g");
  group.setAttribute("transform", `translate(${EDGE},${top})`);
  for (const child of Array.from(chart.children)) {
    if (!child.hasAttribute("data-screen")) group.append(child.cloneNode(true));
  }
  whole.append(group);
  notes.forEach((line, n) => write(whole, line, top + inner + 17 * (n + 1), 13, "400"));
  return whole;
}

const INHERITED = ["fill", "stroke", "stroke-width", "stroke-dasharray", "opacity", "font-size", "font-weight", "text-anchor", "stroke-linejoin", "stroke-linecap"];

type Look = Record<string, string>;

function look(element: Element, above: Look): Look {
  const now = { ...above };
  for (const name of INHERITED) {
    const value = element.getAttribute(name);
    if (value !== null) now[name] = value;
  }
  return now;
}

function num(element: Element, name: string): number {
  return Number(element.getAttribute(name) ?? 0);
}

function shape(element: Element): Path2D | null {
  const outline = new Path2D();
  switch (element.tagName) {
    case "path": return new Path2D(element.getAttribute("d") ?? "");
    case "line":
      outline.moveTo(num(element, "x1"), num(element, "y1"));
      outline.lineTo(num(element, "x2"), num(element, "y2"));
      return outline;
    case "rect":
      outline.roundRect(num(element, "x"), num(element, "y"), num(element, "width"), num(element, "height"), num(element, "rx"));
      return outline;
    case "circle":
      outline.arc(num(element, "cx"), num(element, "cy"), num(element, "r"), 0, 2 * Math.PI);
      return outline;
    case "polyline": {
      const points = (element.getAttribute("points") ?? "").trim().split(/\s+/);
      return new Path2D(points.map((point, n) => `${n ? "L" : "M"}${point}`).join(""));
    }
    default: return null;
  }
}

function paintText(pen: CanvasRenderingContext2D, element: Element, now: Look): void {
  pen.font = `${now["font-weight"] ?? "400"} ${now["font-size"] ?? "14"}px ${FONT}`;
  pen.textAlign = now["text-anchor"] === "middle" ? "center" : now["text-anchor"] === "end" ? "right" : "left";
  pen.fillStyle = now.fill ?? "#000";
  pen.fillText(element.textContent ?? "", num(element, "x"), num(element, "y"));
}

function paintShape(pen: CanvasRenderingContext2D, outline: Path2D, now: Look): void {
  if ((now.fill ?? "#000") !== "none") {
    pen.fillStyle = now.fill ?? "#000";
    pen.fill(outline);
  }
  if ((now.stroke ?? "none") === "none") return;
  pen.strokeStyle = now.stroke as string;
  pen.lineWidth = Number(now["stroke-width"] ?? 1);
  pen.lineJoin = (now["stroke-linejoin"] as CanvasLineJoin | undefined) ?? "miter";
  pen.lineCap = (now["stroke-linecap"] as CanvasLineCap | undefined) ?? "butt";
  pen.setLineDash((now["stroke-dasharray"] ?? "").split(/[\s,]+/).filter(Boolean).map(Number).filter(Number.isFinite));
  pen.stroke(outline);
}

/** Walks the drawing: groups that move or turn, lines, shapes and words. */
function paint(pen: CanvasRenderingContext2D, element: Element, above: Look): void {
  if (element.tagName === "title" || element.tagName === "desc") return;
  const now = look(element, above);
  pen.save();
  const move = /translate\(([-\d.]+)[ ,]+([-\d.]+)\)/.exec(element.getAttribute("transform") ?? "");
  const turn = /rotate\(([-\d.]+)(?:[ ,]+([-\d.]+)[ ,]+([-\d.]+))?\)/.exec(element.getAttribute("transform") ?? "");
  if (move) pen.translate(Number(move[1]), Number(move[2]));
  if (turn) {
    pen.translate(Number(turn[2] ?? 0), Number(turn[3] ?? 0));
    pen.rotate((Number(turn[1]) * Math.PI) / 180);
    pen.translate(-Number(turn[2] ?? 0), -Number(turn[3] ?? 0));
  }
  pen.globalAlpha *= element.hasAttribute("opacity") ? num(element, "opacity") : 1;
  const outline = shape(element);
  if (element.tagName === "text") paintText(pen, element, now);
  else if (outline) paintShape(pen, outline, now);
  else for (const child of Array.from(element.children)) paint(pen, child, now);
  pen.restore();
}

export function give(blob: Blob, name: string): void {
  const address = URL.createObjectURL(blob);
  const anchor = document.createElement("a");
  anchor.href = address;
  anchor.download = name;
  anchor.click();
  setTimeout(() => URL.revokeObjectURL(address), 10_000);
}

export function saveSvg(chart: SVGSVGElement, words: Words): void {
  const text = `<?xml version="1.0" encoding="UTF-8"?>\n${new XMLSerializer().serializeToString(compose(chart, words))}`;
  give(new Blob([text], { type: "image/svg+xml" }), `${words.name}.svg`);
}

export function savePng(chart: SVGSVGElement, words: Words): Promise<void> {
  const whole = compose(chart, words);
  const paper = document.createElement("canvas");
  const finer = 2;
  paper.width = num(whole, "width") * finer;
  paper.height = num(whole, "height") * finer;
  const pen = paper.getContext("2d") as CanvasRenderingContext2D;
  pen.scale(finer, finer);
  paint(pen, whole, {});
  return new Promise((done) => paper.toBlob((blob) => {
    if (blob) give(blob, `${words.name}.png`);
    done();
  }, "image/png"));
}

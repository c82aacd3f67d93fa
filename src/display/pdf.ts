// An SVG of ours as PDF, vectors as vectors and text as text in the embedded font. It knows what our pictures are made of and no more:
// an element or a transformation that is none of it is an error, not a hole in the picture.
import type PDFDocument from "pdfkit";
import { fontFiles, textWidth } from "./font";

/** An SVG document as PDF, `width` points wide (1/72 inch); equal pictures give equal bytes. */
export function pdfOf(svg: string, width: number): Buffer {
  const root = parse(svg);
  const [, , across, down] = root.attributes.viewBox.split(" ").map(Number);
  const scale = width / across;
  const document: Page = new (require("pdfkit") as typeof PDFDocument)({
    size: [width, down * scale],
    margin: 0,
    font: fontFiles[0],
    info: { CreationDate: new Date(0), Creator: "NASLab", Producer: "NASLab" }, // the picture says nothing of when it was written
  });
  document.registerFont("plain", fontFiles[0]).registerFont("bold", fontFiles[1]);
  document.scale(scale);
  paint(document, root, {}, namedOf(root));
  document.end();
  return document.read() as Buffer;
}

type Page = InstanceType<typeof PDFDocument>;
type Attributes = Readonly<Record<string, string>>;

interface Element {
  readonly name: string;
  readonly attributes: Attributes;
  readonly children: (Element | string)[];
}

/** What an element takes from those that it stands in. */
const inherited = [
  "fill",
  "stroke",
  "stroke-width",
  "stroke-dasharray",
  "stroke-linecap",
  "stroke-linejoin",
  "stroke-miterlimit",
  "fill-opacity",
  "stroke-opacity",
  "font-size",
  "font-weight",
  "font-style",
  "text-anchor",
];

/** Elements by their ends; our pictures have no comments, no character data sections and no style sheets. */
function parse(svg: string): Element {
  const root: Element = { name: "", attributes: {}, children: [] };
  const open = [root];
  for (const [, words, end, name, attributes, single] of svg.matchAll(/([^<]+)|<(\/?)([\w:]+)([^>]*?)(\/?)>/g)) {
    const parent = open[open.length - 1];
    if (words !== undefined) parent.children.push(unescaped(words));
    else if (end) open.pop();
    else {
      const pairs = [...attributes.matchAll(/([\w:-]+)=(?:"([^"]*)"|'([^']*)')/g)];
      const element = {
        name,
        attributes: Object.fromEntries(pairs.map(([, key, a, b]) => [key, unescaped(a ?? b)])),
        children: [],
      };
      parent.children.push(element);
      if (!single) open.push(element);
    }
  }
  return root.children.find((child): child is Element => typeof child !== "string")!;
}

const entities: Readonly<Record<string, string>> = { amp: "&", lt: "<", gt: ">", quot: '"', apos: "'" };
const unescaped = (text: string): string =>
  text.replace(/&(?:#(\d+)|(\w+));/g, (_, code, name) => (code ? String.fromCodePoint(Number(code)) : entities[name]));

const elementsOf = ({ children }: Element) => children.filter((child): child is Element => typeof child !== "string");

/** Clip paths, which are rectangles, and gradients of colour, by their names. */
function namedOf(element: Element, found = new Map<string, Element>()): ReadonlyMap<string, Element> {
  for (const child of elementsOf(element)) {
    if (child.attributes.id && child.name === "clipPath") found.set(child.attributes.id, elementsOf(child)[0]);
    else if (child.attributes.id && child.name === "linearGradient") found.set(child.attributes.id, child);
    else namedOf(child, found);
  }
  return found;
}

/** "url(#name)" */
const referred = (words: string | undefined) => /^url\(#(.+)\)$/.exec(words ?? "")?.[1];

function paint(page: Page, element: Element, above: Attributes, named: ReadonlyMap<string, Element>): void {
  const { name, attributes } = element;
  if (name === "defs" || name === "title" || name === "desc") return;
  const own = { ...above, ...attributes };
  const look = Object.fromEntries(inherited.flatMap((key) => (own[key] === undefined ? [] : [[key, own[key]]])));
  const opacity = String(Number(above.opacity ?? 1) * Number(attributes.opacity ?? 1));
  page.save();
  transform(page, attributes.transform ?? "");
  const clip = referred(attributes["clip-path"]);
  if (clip) {
    outline(page, named.get(clip)!);
    page.clip();
  }
  if (name === "svg" || name === "g")
    for (const child of elementsOf(element)) paint(page, child, { ...look, opacity }, named);
  else if (name === "text") write(page, element, { ...look, opacity });
  else {
    outline(page, element);
    const gradient = referred(look.fill);
    finish(page, { ...look, opacity }, gradient ? gradientOf(page, named.get(gradient)!, element) : undefined);
  }
  page.restore();
}

function transform(page: Page, words: string): void {
  for (const [, name, list] of words.matchAll(/(\w+)\(([^)]*)\)/g)) {
    const [a, b = name === "scale" ? a : 0] = list.split(/[ ,]+/).map(Number);
    if (name === "translate") page.translate(a, b);
    else if (name === "scale") page.scale(a, b);
    else if (name === "rotate") page.rotate(a);
    else throw new Error(`pdf: no transformation "${name}"`);
  }
}

/** The path of a shape. */
function outline(page: Page, { name, attributes }: Element): void {
  const at = (key: string) => Number(attributes[key] ?? 0);
  switch (name) {
    case "path":
      page.path(attributes.d || "M0,0");
      return;
    case "rect":
      if (at("rx") > 0) page.roundedRect(at("x"), at("y"), at("width"), at("height"), at("rx"));
      else page.rect(at("x"), at("y"), at("width"), at("height"));
      return;
    case "line":
      page.moveTo(at("x1"), at("y1")).lineTo(at("x2"), at("y2"));
      return;
    case "circle":
      page.circle(at("cx"), at("cy"), at("r"));
      return;
    case "polygon":
      page.path(`M${attributes.points}Z`);
      return;
    default:
      throw new Error(`pdf: no element "${name}"`);
  }
}

const isSeen = (colour: string | undefined): colour is string =>
  colour !== undefined && colour !== "none" && colour !== "transparent";

/** Fills and strokes the path as SVG would: black where nothing is said, no line where none is asked for. */
function finish(page: Page, look: Attributes, gradient?: PDFKit.Mixins.ColorValue): void {
  const { fill = "black", stroke, opacity } = look;
  const through = (key: string) => Number(opacity) * Number(look[key] ?? 1);
  if (isSeen(fill)) page.fillColor(gradient ?? colourOf(fill), through("fill-opacity"));
  if (isSeen(stroke)) {
    page.strokeColor(colourOf(stroke), through("stroke-opacity")).lineWidth(Number(look["stroke-width"] ?? 1));
    page
      .lineCap((look["stroke-linecap"] ?? "butt") as "butt")
      .lineJoin((look["stroke-linejoin"] ?? "miter") as "miter");
    const dashes = (look["stroke-dasharray"] ?? "").split(/[ ,]+/).filter(Boolean).map(Number);
    if (dashes.every((dash) => dash > 0) && dashes.length > 0) page.dash(dashes as never, {});
    else page.undash();
  }
  if (isSeen(fill) && isSeen(stroke)) page.fillAndStroke();
  else if (isSeen(fill)) page.fill();
  else if (isSeen(stroke)) page.stroke();
  else page.addContent("n"); // ends the path; the next one would go on with it
}

/** A gradient over the box of what it fills: the bar of a legend, "M0,0h200v16h-200Z". */
function gradientOf(page: Page, { attributes, children }: Element, { attributes: { d } }: Element) {
  const [x, y, width, height] = /^M([-\d.]+),([-\d.]+)h([-\d.]+)v([-\d.]+)h/.exec(d)!.slice(1).map(Number);
  const at = (key: string) => Number(attributes[key]);
  const [x1, x2] = [x + width * at("x1"), x + width * at("x2")];
  const [y1, y2] = [y + height * at("y1"), y + height * at("y2")];
  const gradient = page.linearGradient(x1, y1, x2, y2);
  for (const child of children)
    if (typeof child !== "string")
      gradient.stop(Number(child.attributes.offset), colourOf(child.attributes["stop-color"]));
  return gradient as unknown as PDFKit.Mixins.ColorValue;
}

/** Hexadecimal as it is, and what d3 writes: "rgb(1, 2, 3)". */
function colourOf(colour: string): string {
  const parts = /^rgb\((\d+), ?(\d+), ?(\d+)\)$/.exec(colour);
  if (!parts) return colour;
  return `#${parts
    .slice(1)
    .map((part) => Number(part).toString(16).padStart(2, "0"))
    .join("")}`;
}

/** A text, or the lines that it is made of. Italics stand upright: the font has none. */
function write(page: Page, { attributes, children }: Element, look: Attributes): void {
  const at = (element: Attributes, key: string) => Number.parseFloat(element[key] ?? "0");
  const size = Number.parseFloat(look["font-size"] ?? "16");
  const bold = look["font-weight"] === "bold" || Number(look["font-weight"]) >= 600;
  page.font(bold ? "bold" : "plain", size).fillColor(colourOf(look.fill ?? "black"), Number(look.opacity));
  let y = at(attributes, "y");
  for (const child of children) {
    const line = typeof child === "string" ? child : child.children.join("");
    const x = at(typeof child === "string" ? attributes : child.attributes, "x");
    if (typeof child !== "string") y += at(child.attributes, "dy");
    const shift = { start: 0, middle: 0.5, end: 1 }[look["text-anchor"] ?? "start"] ?? 0;
    page.text(line, x - shift * textWidth(line, size, bold), y, { lineBreak: false, baseline: "alphabetic" });
  }
}

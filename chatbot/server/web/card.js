// A quotation as a picture: its words, and its source below them, in the colours of the page.

import { origin } from "./shared/citations.js";
import { make } from "./shared/elements.js";
import { locale } from "./words.js";

/** The colours that there are, by their names in CSS. */
export const LOOKS = ["light", "dark"];

const WIDTH = 1200; // pixels, of which 630 in height fill the preview that most sites show of a picture
const LEAST = 630;
const EDGE = 92;
const BAR = 14;
const WORDS_FROM = EDGE + BAR + 40;
const ROOM = WIDTH - WORDS_FROM - EDGE;
const SIZES = [[110, 58], [200, 50], [320, 43], [520, 36], [Infinity, 30]]; // up to so many characters, so large
const SOURCE = 27;
const LARGEST = 16e6; // pixels of a PNG
const SVG = "http://www.w3.org/2000/svg";

/** The picture as SVG. `citation` has the quotation and what is known of its article. */
export function card(citation, look) {
  const colour = colours(look);
  const size = SIZES.find(([most]) => [...citation.quote].length <= most)[1];
  const serif = font("--serif");
  const sans = font("--sans");
  const words = lines(`\u201c${shownText(citation.quote)}\u201d`, `${size}px ${serif}`);
  const where = shownText(origin(citation, locale));
  const source = [
    ...(where ? lines(where, `600 ${SOURCE}px ${sans}`).map((line) => [line, 600]) : []),
    ...lines(shownText(citation.title), `${SOURCE}px ${sans}`).map((line) => [line, 400]),
  ];
  const [step, small] = [size * 1.42, SOURCE * 1.45];
  const inside = words.length * step + 40 + source.length * small;
  const height = Math.max(LEAST, Math.ceil(inside + 2 * EDGE));
  const picture = node("svg", { xmlns: SVG, width: WIDTH, height, viewBox: `0 0 ${WIDTH} ${height}` });
  picture.append(node("rect", { width: WIDTH, height, fill: colour.paper }));
  const top = (height - inside) / 2;
  const right = isRightToLeft(citation.quote);
  const bar = right ? WIDTH - EDGE - BAR : EDGE;
  picture.append(node("rect", { x: bar, y: top + size * 0.18, width: BAR, height: words.length * step - size * 0.2, rx: 4, fill: colour.mark }));
  let y = top + size;
  for (const line of words) {
    picture.append(written(line, y, size, serif, colour.ink, 400, right));
    y += step;
  }
  y = top + words.length * step + 40 + SOURCE;
  for (const [line, weight] of source) {
    picture.append(written(line, y, SOURCE, sans, weight === 600 ? colour.ink : colour.quiet, weight, right));
    y += small;
  }
  return new XMLSerializer().serializeToString(picture);
}

/** The same as a PNG, twice as large where that is not too large. */
export async function asPng(svg) {
  const image = new Image();
  image.src = `data:image/svg+xml;charset=utf-8,${encodeURIComponent(svg)}`;
  await image.decode();
  const scale = Math.min(2, Math.sqrt(LARGEST / (image.width * image.height)));
  const canvas = make("canvas", { width: Math.round(image.width * scale), height: Math.round(image.height * scale) });
  canvas.getContext("2d").drawImage(image, 0, 0, canvas.width, canvas.height);
  return new Promise((resolve, reject) => {
    canvas.toBlob((blob) => (blob ? resolve(blob) : reject(new Error("no picture"))), "image/png");
  });
}

// Each line is as long in every font as it was measured here, so that nothing runs over the edge elsewhere.
function written(line, y, size, family, fill, weight, right) {
  const x = right ? WIDTH - WORDS_FROM : WORDS_FROM;
  const place = right ? { direction: "rtl" } : {};
  const length = { textLength: line.width.toFixed(1), lengthAdjust: "spacingAndGlyphs" };
  const text = node("text", { x, y: y.toFixed(1), fill, "font-size": size, "font-family": family, "font-weight": weight, ...place, ...length });
  text.textContent = line.text;
  return text;
}

function node(tag, attributes) {
  const element = document.createElementNS(SVG, tag);
  for (const [name, value] of Object.entries(attributes)) if (name !== "xmlns") element.setAttribute(name, value);
  return element;
}

// XML has no controls, and what turns the direction of writing would turn the whole line.
const shownText = (text) => (text ?? "").replace(/[\p{Cc}\p{Cs}\u202a-\u202e\u2066-\u2069]+/gu, " ").replace(/\s+/g, " ").trim();

const isRightToLeft = (text) => /^[^\p{L}]*[\p{Script=Arabic}\p{Script=Hebrew}\p{Script=Syriac}\p{Script=Thaana}]/u.test(text);

// The text in lines that fit, each {text, width}; a word that fits in no line is cut between its letters.
function lines(text, style) {
  const pen = make("canvas").getContext("2d");
  pen.font = style;
  const width = (words) => pen.measureText(words).width;
  const letters = new Intl.Segmenter(undefined, { granularity: "grapheme" });
  const found = [];
  let line = "";
  const end = () => {
    if (line) found.push({ text: line, width: width(line) });
    line = "";
  };
  for (const word of text.split(" ")) {
    if (line && width(`${line} ${word}`) > ROOM) end();
    if (width(word) <= ROOM) {
      line = line ? `${line} ${word}` : word;
      continue;
    }
    end();
    for (const { segment } of letters.segment(word)) {
      if (line && width(line + segment) > ROOM) end();
      line += segment;
    }
  }
  end();
  return found;
}

const font = (name) => getComputedStyle(document.documentElement).getPropertyValue(name).replaceAll('"', "'").trim();

// Those of the page in this look, whichever it has itself.
function colours(look) {
  const probe = make("span", { hidden: true });
  document.body.append(probe);
  probe.style.colorScheme = look;
  const found = {};
  for (const name of ["paper", "ink", "quiet", "mark"]) {
    probe.style.color = `var(--${name})`;
    found[name] = getComputedStyle(probe).color;
  }
  probe.remove();
  return found;
}

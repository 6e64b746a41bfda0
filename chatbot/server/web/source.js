// The source panel: a whole article, scrolled to the quotation, which is marked.
//
// A citation's address is #cite/ARTICLE/START/END. Offsets count code points of the article's text, as Python
// does; JavaScript strings count UTF-16 units, so the text is first spread into an array of code points.

import { api, byId, closeByClickBeside, count, day, make } from "./dom.js";

const panel = byId("source");
const UNOPENED = "This article could not be opened";

let shown = null; // {article, cited}
let others = []; // the addresses of the citations of the same answer
let address = "";
let before = ""; // the address to go back to

export function readAddress(hash) {
  const match = /^#cite\/([^/]+)\/(\d+)\/(\d+)$/.exec(hash);
  if (!match) return null;
  try {
    return { article: decodeURIComponent(match[1]), start: Number(match[2]), end: Number(match[3]) };
  } catch {
    return null; // a stray percent sign
  }
}

export const addressOf = (article, start = 0, end = 0) => `#cite/${encodeURIComponent(article)}/${start}/${end}`;

/** Open a citation; `among` are the addresses of all that belong together, in order. */
export async function openSource(hash, among = []) {
  const cited = readAddress(hash);
  if (!cited) return;
  others = among.includes(hash) ? among : [];
  address = hash;
  shown = null;
  fill({ title: "Opening\u2026" });
  if (!panel.open) {
    before = readAddress(location.hash) ? "" : location.hash;
    panel.showModal();
  }
  // The open citation is in the address bar, so that it can be bookmarked and sent.
  history.replaceState(history.state, "", hash);
  try {
    const article = await api(`articles/${encodeURIComponent(cited.article)}`);
    // Another citation may have been opened, or the panel closed, while this one was on its way.
    if (address !== hash || !panel.open) return;
    shown = { article, cited };
    byId("source-removed").checked = false;
    draw();
  } catch (error) {
    if (address === hash) fill({ title: UNOPENED, text: error.message });
  }
}

export const closeSource = () => panel.close();

function draw() {
  fill(shown.article, shown.cited, byId("source-removed").checked);
  panel.querySelector("mark")?.scrollIntoView({ block: "center" });
}

function fill(article, cited, withRemoved = false) {
  byId("source-title").textContent = article.title;
  byId("source-where").textContent = [article.publisher, day(article.published)].filter(Boolean).join(", ");
  byId("source-file").textContent = article.source ?? "";
  const link = byId("source-url");
  const safe = /^https?:\/\//i.test(article.url ?? "");
  link.hidden = !safe;
  if (safe) link.href = article.url;
  else link.removeAttribute("href");
  const removed = article.removed?.length ?? 0;
  byId("source-left-out").hidden = removed === 0;
  byId("source-left-out-label").textContent = `Show what was left out (${count(removed, "passage")})`;
  const at = others.indexOf(address);
  byId("source-steps").hidden = others.length < 2;
  byId("source-place").textContent = `${at + 1} of ${others.length}`;
  byId("source-previous").disabled = at <= 0;
  byId("source-next").disabled = at >= others.length - 1;
  // The button that was just pressed may be the one that leads no further.
  if (document.activeElement?.matches(":disabled")) byId("source-text").focus();
  const text = byId("source-text");
  text.replaceChildren(...paragraphs(article, cited, withRemoved));
  text.scrollTop = 0;
}

// The article as paragraphs, the cited span marked, what was removed from it left out or shown as such.
function paragraphs(article, cited, withRemoved) {
  const result = [];
  let paragraph = null;
  for (const run of runs(article, cited)) {
    if (run.removed !== undefined) {
      if (withRemoved && run.text.trim()) {
        result.push(make("p", { class: "left-out" }, make("b", {}, `Left out, ${run.removed}: `), run.text.trim()));
        paragraph = null;
      }
      continue;
    }
    if (run.gap) paragraph = null;
    run.text.split(/\n\s*\n/).forEach((piece, i) => {
      if (i) paragraph = null;
      const text = paragraph ? piece : piece.replace(/^\s+/, "");
      if (!text) return;
      if (!paragraph) result.push((paragraph = make("p", { dir: "auto" })));
      if (run.marked) paragraph.append(make("mark", {}, text));
      else paragraph.append(text);
    });
  }
  return result.map(asHeading);
}

// The stretches of the text in order: {text, marked, gap} or {text, removed: why}; gap: a line was removed
// right before it.
function runs(article, cited) {
  const points = Array.from(article.text ?? "");
  const mark = cited ?? { start: points.length, end: points.length };
  const result = [];
  let from = 0;
  let gap = false;
  for (const removed of [...(article.removed ?? []), { start: points.length, end: points.length }]) {
    const cuts = [from, mark.start, mark.end, removed.start].map((at) => Math.min(Math.max(at, from), removed.start));
    for (let i = 0; i < 3; i++) {
      const text = points.slice(cuts[i], cuts[i + 1]).join("");
      if (text) result.push({ text, marked: i === 1, gap });
      if (text) gap = false;
    }
    if (removed.reason) result.push({ text: points.slice(removed.start, removed.end).join(""), removed: removed.reason });
    gap ||= removed.start === 0 || points[removed.start - 1] === "\n";
    from = removed.end;
  }
  return result;
}

// A Markdown heading is shown as a heading, without its number signs. It is never quoted.
function asHeading(paragraph) {
  const match = /^#{1,6} ([^\n]*)$/.exec(paragraph.textContent.trimEnd());
  if (!match || paragraph.className || paragraph.querySelector("mark")) return paragraph;
  return make("h3", { dir: "auto" }, match[1]);
}

const step = (by) => openSource(others[others.indexOf(address) + by], others);

panel.addEventListener("close", () => {
  if (readAddress(location.hash)) history.replaceState(history.state, "", location.pathname + location.search + before);
});
closeByClickBeside(panel);
byId("source-close").addEventListener("click", () => panel.close());
byId("source-previous").addEventListener("click", () => step(-1));
byId("source-next").addEventListener("click", () => step(1));
byId("source-removed").addEventListener("change", () => draw());

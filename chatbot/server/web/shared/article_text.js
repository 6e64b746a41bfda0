// The text of an article as paragraphs, with the cited span marked.
//
// Offsets count code points of an article's text, as Python does; JavaScript strings count UTF-16 units, so the
// text is first spread into an array of code points.

import { foreign, make } from "./elements.js";

/** What stands at a place of an article. */
export const textAt = ({ text }, { start, end }) => Array.from(text).slice(start, end).join("");

/** The paragraphs; what was removed from the article is left out, or with `withRemoved` shown with its reason. */
export function paragraphs(article, cited, withRemoved = false) {
  const result = [];
  let paragraph = null;
  for (const run of runs(article, cited)) {
    if (run.removed !== undefined) {
      if (withRemoved && run.text.trim()) {
        result.push(foreign("p", { class: "left-out" }, make("b", {}, `Left out, ${run.removed}: `), run.text.trim()));
        paragraph = null;
      }
      continue;
    }
    if (run.gap) paragraph = null;
    run.text.split(/\n\s*\n/).forEach((piece, i) => {
      if (i) paragraph = null;
      const text = paragraph ? piece : piece.trimStart();
      if (!text) return;
      if (!paragraph) result.push((paragraph = foreign("p")));
      paragraph.append(run.marked ? make("mark", {}, text) : text);
    });
  }
  return result.map(asHeading);
}

// The stretches of the text in order: {text, marked, gap} or {text, removed: its reason}; gap: a line was
// removed right before it.
function runs(article, cited) {
  const points = Array.from(article.text);
  const result = [];
  let from = 0;
  let gap = false;
  for (const removed of [...article.removed, { start: points.length, end: points.length }]) {
    const cuts = [from, cited.start, cited.end, removed.start].map((at) => Math.min(Math.max(at, from), removed.start));
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
  return foreign("h3", {}, match[1]);
}

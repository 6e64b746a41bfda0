// What stands around a quotation in its article: opened in place, a few sentences at a time.

import { api } from "./dom.js";
import { paragraphs, textAt } from "./shared/article_text.js";
import { readAddress } from "./shared/citations.js";
import { button, foreign, make } from "./shared/elements.js";
import { t } from "./words.js";

const STEP = 2; // sentences before and after
const HELD = 8; // articles
const held = new Map();

/** An article, asked for once while it is among the last few. */
export function articleOf(id) {
  const found = held.get(id) ?? api.article(id);
  held.delete(id);
  held.set(id, found);
  found.catch(() => held.delete(id));
  if (held.size > HELD) held.delete(held.keys().next().value);
  return found;
}

// Behind these a sentence goes on.
const GOES_ON = /(?:^|[\s(“"])(?:Mrs?|Ms|Dr|Prof|St|Sir|Rev|Hon|Gen|Col|Lt|Sgt|Capt|No|vs|cf|etc|e\.g|i\.e|[A-Z])\.\s*$/u;

function sentences(text) {
  const found = [];
  for (const { segment } of new Intl.Segmenter("en", { granularity: "sentence" }).segment(text)) {
    if (found.length && GOES_ON.test(found.at(-1))) found[found.length - 1] += segment;
    else found.push(segment);
  }
  return found.map((one) => one.trim()).filter((one) => /[\p{L}\p{N}]/u.test(one)); // no mark of an item by itself
}

const textOf = (nodes) => nodes.map((node) => node.textContent).join("");

/**
 * The sentences before and after a place, each the nearest first, within its headings:
 * {before, after}, lists of {text, paragraph}, the number of the paragraph counted from the place.
 */
export function around(article, cited) {
  const blocks = paragraphs(article, cited);
  const marked = blocks.filter((block) => block.querySelector("mark"));
  if (!marked.length) return { before: [], after: [] };
  const side = (block, by) => {
    const nodes = [...block.childNodes];
    const marks = nodes.filter((node) => node.nodeName === "MARK");
    const own = by < 0 ? nodes.slice(0, nodes.indexOf(marks[0])) : nodes.slice(nodes.indexOf(marks.at(-1)) + 1);
    const found = [];
    let text = textOf(own);
    let [at, paragraph] = [blocks.indexOf(block), 0];
    for (;;) {
      const part = sentences(text).map((one) => ({ text: one, paragraph }));
      found.push(...(by < 0 ? part.reverse() : part));
      const next = blocks[(at += by)];
      if (next?.tagName !== "P") return found;
      text = next.textContent;
      paragraph += 1;
    }
  };
  return { before: side(marked[0], -1), after: side(marked.at(-1), 1) };
}

/** The `most` nearest sentences of a side as paragraphs in the order of the article; `backwards`: of that before. */
export function asParagraphs(side, most, backwards) {
  const shown = side.slice(0, most);
  if (backwards) shown.reverse();
  const result = [];
  shown.forEach(({ text, paragraph }, i) => {
    if (i && shown[i - 1].paragraph === paragraph) result.at(-1).append(` ${text}`);
    else result.push(foreign("p", { class: "near" }, text));
  });
  return result;
}

// ---- In an answer

const opened = new Map(); // how many sentences were opened around each citation: Gradio draws messages anew
const MOST_OPENED = 500;

/** Give each citation of an answer its "More of this passage" and its "Why?"; `of` names the answer. */
export function addActs(row, of) {
  for (const cutting of row.querySelectorAll(".cutting")) {
    if (cutting.querySelector(".acts")) continue;
    const from = cutting.querySelector(".from");
    const address = from?.querySelector("a.chip")?.getAttribute("href") ?? "";
    if (!readAddress(address)) continue;
    const acts = make("div", { class: "acts" }, ...moreOf(cutting, address, `${of} ${address}`));
    const why = cutting.querySelector(".why");
    if (why) acts.append(whyOf(why));
    from.append(acts);
  }
}

function whyOf(why) {
  why.hidden = true;
  const ask = button(t("Why?"), () => {
    why.hidden = !why.hidden;
    ask.setAttribute("aria-expanded", String(!why.hidden));
  }, { class: "ask-why", "aria-expanded": "false", title: t("Why this sentence?") });
  return ask;
}

function moreOf(cutting, address, key) {
  const more = button(t("More of this passage"), () => show((opened.get(key) ?? 0) + STEP), { class: "more" });
  const less = button(t("Less"), () => show(0), { class: "less", hidden: true });
  const quote = cutting.firstElementChild;

  async function show(most) {
    const shown = () => cutting.querySelectorAll(":scope > .near");
    let [before, after, note] = [[], [], ""];
    if (most) {
      try {
        const cited = readAddress(address);
        const article = await articleOf(cited.article_id);
        if (textAt(article, cited) !== quote.textContent) note = t("The article was changed after this answer.");
        else ({ before, after } = around(article, cited));
        if (!note && !before.length && !after.length) note = t("There is no more of it.");
      } catch (error) {
        note = error.message;
      }
    }
    for (const one of shown()) one.remove();
    quote.before(...asParagraphs(before, most, true));
    quote.after(...(note ? [make("p", { class: "near note", role: "status" }, note)] : asParagraphs(after, most, false)));
    opened.set(key, note ? 0 : most);
    if (opened.size > MOST_OPENED) opened.delete(opened.keys().next().value);
    const whole = most >= Math.max(before.length, after.length);
    if (document.activeElement === less && !most) more.focus();
    less.hidden = !shown().length;
    more.hidden = most > 0 && whole;
    more.textContent = most && !whole ? t("Still more") : t("More of this passage");
    if (most && whole && document.activeElement === document.body) less.focus();
  }

  if (opened.get(key)) show(opened.get(key));
  return [more, less];
}

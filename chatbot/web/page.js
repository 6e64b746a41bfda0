// What the page does beyond Gradio: opens a citation in the source panel, and makes the chat readable by ear.
//
// A citation's address is #cite/ARTICLE/START/END. Offsets count code points of the article's text, as Python
// does; JavaScript strings count UTF-16 units, so the text is first spread into an array of code points.
"use strict";

const byId = (id) => document.getElementById(id);
const panel = byId("source");
const UNOPENED = "This article could not be opened";
const calm = matchMedia("(prefers-reduced-motion: reduce)");

// ---- The source panel

function readAddress(hash) {
  const match = /^#cite\/([^/]+)\/(\d+)\/(\d+)$/.exec(hash);
  if (!match) return null;
  try {
    return { article: decodeURIComponent(match[1]), start: Number(match[2]), end: Number(match[3]) };
  } catch {
    return null; // a stray percent sign
  }
}

async function openSource(hash) {
  const cited = readAddress(hash);
  if (!cited) return;
  fill({ title: "Opening\u2026" });
  if (!panel.open) panel.showModal();
  // The open citation is in the address bar, so that it can be bookmarked and sent.
  history.replaceState(history.state, "", hash);
  try {
    const response = await fetch(`api/v1/articles/${encodeURIComponent(cited.article)}`);
    const article = await response.json();
    // Another citation may have been opened, or the panel closed, while this one was on its way.
    if (location.hash !== hash) return;
    if (!response.ok) {
      fill({ title: UNOPENED, text: article.detail });
      return;
    }
    fill(article, cited);
    panel.querySelector("mark")?.scrollIntoView({ block: "center" });
  } catch {
    if (location.hash === hash) fill({ title: UNOPENED, text: "The server does not answer." });
  }
}

function fill(article, cited) {
  byId("source-title").textContent = article.title;
  byId("source-where").textContent = [article.publisher, day(article.published)].filter(Boolean).join(", ");
  byId("source-file").textContent = article.source ?? "";
  const link = byId("source-url");
  const safe = /^https?:\/\//i.test(article.url ?? "");
  link.hidden = !safe;
  if (safe) link.href = article.url;
  else link.removeAttribute("href");
  const text = byId("source-text");
  text.replaceChildren(...paragraphs(article, cited));
  text.scrollTop = 0;
}

function day(published) {
  if (!/^\d{4}-\d{2}-\d{2}$/.test(published ?? "")) return published;
  const [year, month, date] = published.split("-").map(Number);
  const name = new Date(Date.UTC(year, month - 1, date)).toLocaleString("en", { month: "long", timeZone: "UTC" });
  return `${date} ${name} ${year}`;
}

// The article without what was removed from it, as paragraphs, the cited span marked.
function paragraphs(article, cited) {
  const result = [];
  let paragraph = null;
  for (const run of runs(article, cited)) {
    if (run.gap) paragraph = null;
    run.text.split(/\n\s*\n/).forEach((piece, i) => {
      if (i) paragraph = null;
      const text = paragraph ? piece : piece.replace(/^\s+/, "");
      if (!text) return;
      if (!paragraph) result.push((paragraph = document.createElement("p")));
      if (run.marked) paragraph.appendChild(document.createElement("mark")).textContent = text;
      else paragraph.append(text);
    });
  }
  return result.map(asHeading);
}

// The shown stretches of the text in order: {text, marked, gap}; gap: a line was removed right before it.
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
    gap ||= removed.start === 0 || points[removed.start - 1] === "\n";
    from = removed.end;
  }
  return result;
}

// A Markdown heading is shown as a heading, without its number signs. It is never quoted.
function asHeading(paragraph) {
  const match = /^#{1,6} ([^\n]*)$/.exec(paragraph.textContent.trimEnd());
  if (!match || paragraph.querySelector("mark")) return paragraph;
  const heading = document.createElement("h3");
  heading.textContent = match[1];
  return heading;
}

function closeSource() {
  if (location.hash.startsWith("#cite/")) history.replaceState(history.state, "", location.pathname + location.search);
}

panel.addEventListener("close", closeSource);
byId("source-close").addEventListener("click", () => panel.close());
// A click beside the panel is a click on the dialog itself, whose content covers all of it.
panel.addEventListener("click", (event) => {
  if (event.target === panel) panel.close();
});

// ---- Links in messages

document.addEventListener("click", (event) => {
  const link = event.target.closest?.('a[href^="#"]');
  if (!link || event.ctrlKey || event.metaKey || event.shiftKey) return;
  const hash = link.getAttribute("href");
  if (hash === "#as-typed" || hash === "#any-time") byId(hash.slice(1)).click();
  else if (!readAddress(hash)) return;
  else openSource(hash);
  event.preventDefault();
});

// ---- The conversation

// Gradio reads a message's raw Markdown out as its label; its text is there to be read in its place.
function labelMessages(chat) {
  for (const [role, label] of [["user", "You asked"], ["bot", "Answer"]]) {
    for (const message of chat.querySelectorAll(`[data-testid="${role}"]`)) {
      if (message.getAttribute("aria-label") === label) continue;
      message.setAttribute("role", "group");
      message.setAttribute("aria-label", label);
    }
  }
}

// Gradio calls the examples a list, whose items would have to be list items.
function labelExamples(chat) {
  const examples = chat.querySelector('.examples[role="list"]');
  examples?.setAttribute("aria-label", "Example questions");
  examples?.setAttribute("role", "group");
}

let seen = "";

// A new question, and then its answer, go to the top of the window, to be read from the beginning.
function showLatest(chat) {
  const asked = chat.querySelectorAll(".user-row");
  byId("new").hidden = asked.length === 0;
  const state = `${asked.length} ${chat.querySelectorAll(".pending").length}`;
  if (state === seen) return;
  seen = state;
  asked[asked.length - 1]?.scrollIntoView({ block: "start", behavior: calm.matches ? "auto" : "smooth" });
}

let found = false;

function watch() {
  const chat = byId("chat");
  if (!chat) return;
  labelMessages(chat);
  labelExamples(chat);
  showLatest(chat);
  const box = document.querySelector("#question textarea");
  if (found || !box) return;
  found = true;
  // On a touch screen this would bring up the keyboard before anything has been read.
  if (matchMedia("(hover: hover)").matches && !panel.open) box.focus({ preventScroll: true });
}

new MutationObserver(watch).observe(document.body, {
  childList: true,
  subtree: true,
  attributes: true,
  attributeFilter: ["aria-label"],
});

// What was unfolded at the foot of the window is brought into it.
document.addEventListener("toggle", (event) => {
  if (event.target.matches?.("#chat details[open]")) event.target.scrollIntoView({ block: "nearest" });
}, true);

byId("new").addEventListener("click", () => {
  byId("clear").click();
  document.querySelector("#question textarea").focus();
});

openSource(location.hash);
addEventListener("hashchange", () => openSource(location.hash));

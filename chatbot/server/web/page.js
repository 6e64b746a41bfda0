// The page: its views, its addresses, and the beginning of everything.
//
//   #ask, #library                a view
//   #library/about/QUESTION       the articles that a question finds
//   #cite/ARTICLE/START/END       a quotation in its article, over whatever view there is
//   #answer/ID                    an answer that was given before

import { answerIds, copyLink, dress, firstQuestion, lastQuestion, newestAnswer, pending } from "./chat.js";
import "./collections.js";
import { keep, leave, remembered, offerConversations } from "./conversations.js";
import { byId, tell } from "./dom.js";
import "./drawer.js";
import { place } from "./filters.js";
import * as gradio from "./gradio.js";
import { openLibrary, tellAbout } from "./library.js";
import "./preview.js";
import { readAddress } from "./shared/citations.js";
import { recall, remember } from "./shared/storage.js";
import { closeSource, openBeside, openSource } from "./source.js";
import { language, t, translate } from "./words.js";

const VIEWS = ["ask", "library"];
const box = () => document.querySelector("#question textarea");

function show(view) {
  for (const name of VIEWS) {
    byId(`view-${name}`)?.toggleAttribute("hidden", name !== view);
    const link = document.querySelector(`#views a[href="#${name}"]`);
    if (name === view) link?.setAttribute("aria-current", "page");
    else link?.removeAttribute("aria-current");
  }
  if (view === "library") openLibrary();
}

function go() {
  const hash = location.hash;
  const answer = /^#answer\/([\w-]+)$/.exec(hash);
  if (readAddress(hash)) {
    openSource(hash);
    return;
  }
  closeSource(); // it was opened over another view
  if (answer) {
    show("ask");
    if (started) reopen(answer[1]);
  } else {
    const [view] = hash.slice(1).split("/"); // #library/about/QUESTION too
    show(document.querySelector(`#views a[href="#${CSS.escape(view)}"]:not([hidden])`) ? view : "ask");
    if (!byId("view-ask").hidden && newestAnswer()) openBeside(newestAnswer());
  }
}

function reopen(id) {
  leave();
  gradio.open([id]);
  history.replaceState(history.state, "", location.pathname + location.search);
}

// ---- Links in messages

document.addEventListener("click", (event) => {
  const link = event.target.closest?.('#chat a[href^="#"]');
  if (!link || event.ctrlKey || event.metaKey || event.shiftKey) return;
  const hash = link.getAttribute("href");
  const last = document.querySelectorAll("#chat .bot-row").length - 1;
  if (hash === "#as-typed" || hash === "#any-time") gradio.askAgain(last, { without: hash.slice(1).replace("-", "_") });
  else if (link.matches(".permalink")) copyLink(link);
  else if (readAddress(hash)) openSource(hash, link);
  else return;
  event.preventDefault();
});

// ---- One question at a time

const ASKING = "#chat :is(.option, .example, .again, .editing [type=submit], a[href='#as-typed'], a[href='#any-time'])";

// A second one would take the first one's place, and its answer would be lost.
function notYet(event) {
  if (!pending()) return;
  event.preventDefault();
  event.stopPropagation();
  tell(t("The last question is still being answered"), byId("asking"));
}

document.addEventListener("click", (event) => event.target.closest?.(ASKING) && notYet(event), true);
document.addEventListener("keydown", (event) => {
  if (event.key !== "Enter" || event.shiftKey || event.isComposing) return;
  if (event.target.closest?.("#question textarea, #chat .editing textarea")) notYet(event);
}, true);

// ---- What is lost on the way

// Gradio's script loses an event that it sends while the server closes the stream of the one before it: when an answer
// has just ended, or the page's own loading. The server has that question, or it does not: what it has is shown, and
// what it has not is asked once more.
const LOOK = 3000; // milliseconds
let awaited = null;
let waitedFor = "";

const rows = () => document.querySelectorAll("#chat .bot-row").length;

function awaits(again) {
  awaited ??= { rows: rows(), again, looks: 0 };
}

function arrived() {
  if (awaited && (pending() || rows() > awaited.rows)) awaited = null;
}

// What is still on its way at two looks in a row, and not what has just been asked: it would be shown as it was.
function look() {
  const waitsFor = pending() ? lastQuestion() : "";
  if (awaited?.looks === 8) awaited = null;
  if (awaited && awaited.looks++ % 2) awaited.again();
  else if (awaited || (waitsFor && waitsFor === waitedFor)) gradio.show();
  waitedFor = waitsFor;
}

setInterval(look, LOOK);

document.addEventListener("keydown", (event) => {
  const question = box()?.value.trim();
  if (event.key === "Enter" && !event.shiftKey && question && event.target === box()) {
    awaits(() => box().value.trim() === question && document.querySelector("#question .submit-button")?.click());
  }
});
document.addEventListener("click", (event) => {
  const pressed = event.target.closest?.("#chat :is(.option, .example), #question .submit-button");
  if (pressed) awaits(() => pressed.isConnected && pressed.click());
});

// ---- The conversation

const UNASKED = "cuttings.unasked";

// What was typed, or asked and not yet answered, outlives a reload; Gradio loads the page anew when a lost
// connection is there again.
addEventListener("pagehide", () => {
  if (started) remember("sessionStorage", UNASKED, box().value || (pending() ? lastQuestion() : ""));
});

let started = false;

function start() {
  started = true;
  bars.observe(byId("asking"));
  place();
  offerConversations();
  const answer = /^#answer\/([\w-]+)$/.exec(location.hash);
  const before = remembered();
  const unasked = recall("sessionStorage", UNASKED);
  if (unasked) gradio.put(unasked);
  if (answer) reopen(answer[1]);
  else if (before) gradio.open(before.answers);
  // On a touch screen this would bring up the keyboard before anything has been read.
  if (matchMedia("(hover: hover)").matches && !document.querySelector("dialog:modal")) box().focus({ preventScroll: true });
}

// What is scrolled to, and what has the focus, is not to be behind the heading or the question's box.
const bars = new ResizeObserver((seen) => {
  for (const { target } of seen) {
    const name = target.id === "top" ? "--head" : "--foot";
    document.documentElement.style.setProperty(name, `${target.getBoundingClientRect().height}px`);
  }
});
bars.observe(byId("top"));

function watch() {
  if (!byId("chat")) return;
  dress();
  arrived();
  if (!started && gradio.ready()) start();
  if (started && !pending()) keep(answerIds(), firstQuestion());
}

new MutationObserver(watch).observe(byId("view-ask"), {
  childList: true,
  subtree: true,
  attributes: true,
  attributeFilter: ["aria-label"],
});

byId("new").addEventListener("click", () => {
  leave();
  gradio.clear();
  closeSource();
  if (byId("view-ask").hidden) location.hash = "#ask";
  box().focus();
});

document.addEventListener("keydown", (event) => {
  if (event.key !== "/" || event.target.closest?.("input, textarea, select, dialog")) return;
  event.preventDefault();
  location.hash = "#ask";
  box()?.focus();
});

byId("operator").search = location.search; // of the same collection, in the same language
translate(document.body);
if (language !== "en") tellAbout().catch(() => {});
go();
addEventListener("hashchange", go);

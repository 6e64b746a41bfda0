// The page: its views, its addresses, and the beginning of everything.
//
//   #ask, #library, #evaluation   a view
//   #cite/ARTICLE/START/END       a quotation in its article, over whatever view there is
//   #answer/ID                    an answer that was given before

import { answerIds, copyLink, dress, firstQuestion, pending } from "./chat.js";
import { keep, leave, remembered, offerConversations } from "./conversations.js";
import { byId } from "./dom.js";
import { place } from "./filters.js";
import * as gradio from "./gradio.js";
import { openLibrary } from "./library.js";
import { openSource, readAddress } from "./source.js";

const VIEWS = ["ask", "library", "evaluation"];
const box = () => document.querySelector("#question textarea");

function show(view) {
  for (const name of VIEWS) {
    byId(`view-${name}`)?.toggleAttribute("hidden", name !== view);
    const link = document.querySelector(`#views a[href="#${name}"]`);
    if (name === view) link?.setAttribute("aria-current", "page");
    else link?.removeAttribute("aria-current");
  }
  if (view === "library") openLibrary();
  if (view === "evaluation") byId("report").src ||= "evaluation";
}

function go() {
  const hash = location.hash;
  const answer = /^#answer\/([\w-]+)$/.exec(hash);
  if (readAddress(hash)) openSource(hash);
  else if (answer) {
    show("ask");
    if (started) reopen(answer[1]);
  } else {
    const view = hash.slice(1);
    show(document.querySelector(`#views a[href="#${CSS.escape(view)}"]:not([hidden])`) ? view : "ask");
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
  else if (readAddress(hash)) {
    const together = [...link.closest(".bot-row").querySelectorAll("a.chip")].map((chip) => chip.getAttribute("href"));
    openSource(hash, together);
  } else return;
  event.preventDefault();
});

// ---- The conversation

let started = false;

function start() {
  started = true;
  place();
  offerConversations();
  const answer = /^#answer\/([\w-]+)$/.exec(location.hash);
  const before = remembered();
  if (answer) reopen(answer[1]);
  else if (before) gradio.open(before.answers);
  // On a touch screen this would bring up the keyboard before anything has been read.
  if (matchMedia("(hover: hover)").matches && !document.querySelector("dialog[open]")) box().focus({ preventScroll: true });
}

function watch() {
  if (!byId("chat")) return;
  dress();
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
  location.hash = "#ask";
  box().focus();
});

document.addEventListener("keydown", (event) => {
  if (event.key !== "/" || event.target.closest?.("input, textarea, select, dialog")) return;
  event.preventDefault();
  location.hash = "#ask";
  box()?.focus();
});

go();
addEventListener("hashchange", go);

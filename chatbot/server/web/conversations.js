// The conversations of this browser: kept in it and nowhere else, listed, opened again, exported, deleted.
//
// Of an answer only its id is kept. The server makes the answer of it again, from the articles as they are.

import { api, byId, closeByClickBeside, collection, save, tell } from "./dom.js";
import { conversationAsMarkdown } from "./formats.js";
import * as gradio from "./gradio.js";
import { day } from "./shared/dates.js";
import { button, make } from "./shared/elements.js";
import { recall, remember } from "./shared/storage.js";
import { count, t } from "./words.js";

const OF = collection && ` ${collection}`; // those of each collection by themselves
const KEY = `cuttings.conversations${OF}`;
const CURRENT = `cuttings.current${OF}`;
const KEPT = 100;
const drawer = byId("history");

const current = () => recall("sessionStorage", CURRENT);
const all = () => recall("localStorage", KEY) ?? [];

function store(conversations) {
  let fitting = conversations.slice(0, KEPT);
  // Where there is no room the oldest go; where nothing may be stored, all.
  while (!remember("localStorage", KEY, fitting) && fitting.length > 1) fitting = fitting.slice(0, fitting.length / 2);
  byId("past").hidden = fitting.length === 0;
}

let kept = ""; // the answers that were kept last
let left = null; // those of the conversation that was left, while they are still shown

/** Keep the conversation that is shown; nothing is done where it is kept as it is. */
export function keep(ids, title) {
  const shown = ids.join();
  if (shown === left) return;
  left = null;
  kept = shown;
  if (!ids.length) return;
  const conversations = all();
  const old = conversations.find((one) => one.id === current());
  if (old?.answers.join() === shown) return;
  const same = !old && conversations.find((one) => one.answers.join() === shown);
  if (same) {
    remember("sessionStorage", CURRENT, same.id);
    return;
  }
  const id = old?.id ?? `${Date.now().toString(36)}${Math.random().toString(36).slice(2, 8)}`;
  remember("sessionStorage", CURRENT, id);
  store([{ id, title, at: new Date().toISOString(), answers: ids }, ...conversations.filter((one) => one !== old)]);
}

/** From here on a new conversation is kept. */
export function leave() {
  left = kept;
  remember("sessionStorage", CURRENT, null);
}

/** The conversation that this tab showed before it was loaded again; null where there was none. */
export const remembered = () => all().find((one) => one.id === current()) ?? null;

/** Show the way to the conversations, where there are any. */
export function offerConversations() {
  byId("past").hidden = all().length === 0;
}

// ---- The drawer

function draw() {
  const conversations = all();
  byId("history-list").replaceChildren(...conversations.map(item));
  byId("history-none").hidden = conversations.length > 0;
  byId("history-clear").hidden = conversations.length === 0;
}

function item(conversation) {
  const when = day(conversation.at.slice(0, 10));
  const title = button(conversation.title, () => show(conversation), { class: "title" });
  if (conversation.id === current()) title.setAttribute("aria-current", "true");
  const named = (label, act, what) => button(label, act, { "aria-label": `${what}: ${conversation.title}` });
  return make("li", {}, title,
    make("p", {},
      make("span", {}, `${when}, ${count(conversation.answers.length, "question")}`),
      named("Markdown", () => exportAs(conversation, "md"), t("Export as Markdown")),
      named("JSON", () => exportAs(conversation, "json"), t("Export as JSON")),
      named(t("Delete"), () => remove(conversation), t("Delete")),
    ));
}

function show(conversation) {
  leave();
  gradio.open(conversation.answers);
  drawer.close();
  if (location.hash) location.hash = "#ask";
}

// What is deleted is not left standing on the page either, where the next question would keep it again.
function end() {
  leave();
  gradio.clear();
}

function remove(conversation) {
  store(all().filter((one) => one.id !== conversation.id));
  if (conversation.id === current()) end();
  draw();
  tell(t("Conversation deleted"));
  byId("history-close").focus();
}

async function exportAs(conversation, format) {
  try {
    const answers = [];
    for (const id of conversation.answers) answers.push((await api.get(`answers/${id}`)).answer);
    const name = `cuttings-${conversation.at.slice(0, 10)}.${format}`;
    if (format === "md") save(conversationAsMarkdown(conversation.title, answers), name, "text/markdown");
    else save(JSON.stringify({ title: conversation.title, at: conversation.at, answers }, null, 2), name, "application/json");
    tell(t("Conversation exported"));
  } catch (error) {
    tell(error.message);
  }
}

byId("past").addEventListener("click", () => {
  draw();
  drawer.showModal();
});
byId("history-close").addEventListener("click", () => drawer.close());
byId("history-clear").addEventListener("click", () => {
  store([]);
  end();
  draw();
  tell(t("All conversations deleted"));
  byId("history-close").focus();
});
closeByClickBeside(drawer);

// The conversations of this browser: kept in it and nowhere else.
//
// Of an answer only its id is kept. The server makes the answer of it again, from the articles as they are.

import * as gradio from "./gradio.js";
import { byId, collection } from "./dom.js";
import { recall, remember } from "./shared/storage.js";

const OF = collection && ` ${collection}`; // those of each collection by themselves
const KEY = `cuttings.conversations${OF}`;
const CURRENT = `cuttings.current${OF}`;
const KEPT = 100; // besides those that are pinned

export const current = () => recall("sessionStorage", CURRENT);

/** All of them: {id, title, name, at, answers, pinned}, those that are pinned first, the last one asked before others. */
export const all = () => recall("localStorage", KEY) ?? [];

/** What a conversation is called: as the person has named it, else its first question. */
export const nameOf = ({ name, title }) => name || title;

/** Keep these and no others; the oldest go where there are too many, or no room is left. */
export function store(conversations) {
  const pinned = conversations.filter((one) => one.pinned);
  let others = conversations.filter((one) => !one.pinned).slice(0, KEPT);
  while (!remember("localStorage", KEY, [...pinned, ...others]) && others.length) others = others.slice(0, others.length / 2);
  offerConversations();
}

/** Change one of them, where it is still there. */
export const change = (id, how) => store(all().map((one) => (one.id === id ? { ...one, ...how } : one)));

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
  store([{ ...old, id, title, at: new Date().toISOString(), answers: ids }, ...conversations.filter((one) => one !== old)]);
}

/** From here on a new conversation is kept. */
export function leave() {
  left = kept;
  remember("sessionStorage", CURRENT, null);
}

/** What is deleted is not left standing on the page either, where the next question would keep it again. */
export function end() {
  leave();
  gradio.clear();
}

/** The conversation that this tab showed before it was loaded again; null where there was none. */
export const remembered = () => all().find((one) => one.id === current()) ?? null;

/** Show the way to the conversations, where there are any. */
export function offerConversations() {
  byId("past").hidden = all().length === 0;
}

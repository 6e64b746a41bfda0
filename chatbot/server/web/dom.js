// What every part of the page needs: its server, its elements by id, counts, and a word to the person.

import { Api } from "./shared/api.js";
import { make } from "./shared/elements.js";

/** The collection that the page's address names, "" for the server's first. */
export const collection = new URLSearchParams(location.search).get("collection") ?? "";

export const api = new Api("", {}, { collection });

export const byId = (id) => document.getElementById(id);

const STAYS = 4000; // milliseconds
let pressed = null; // the last control
let until;

document.addEventListener("click", (event) => {
  pressed = event.target.closest?.("button, a, input, select, summary") ?? pressed;
}, true);

// What stands in a row, or is one, has words below it.
const block = (at) => at?.closest(".tools, .comment, .acts, .bar, .end, #asking, .entries, form");

/**
 * Say it to the eye, for some seconds, and to a screen reader: at the place of the action, which is `at` or else what
 * was pressed last.
 */
export function tell(text, at = pressed) {
  const told = byId("told");
  // What is beside an open dialog is neither seen nor heard.
  const room = document.querySelector("dialog:modal") ?? document.body;
  const near = at?.isConnected && room.contains(at) ? block(at) : room.querySelector(".bar");
  if (near?.id === "asking" || !near) (room === document.body ? byId("asking") : room).prepend(told);
  else near.after(told);
  told.textContent = text;
  told.classList.add("shown");
  clearTimeout(until);
  until = setTimeout(() => {
    told.classList.remove("shown");
    told.textContent = "";
  }, STAYS);
}

/** Say on a button, for a moment, that it has done what it is for. */
export function done(element, text) {
  element.dataset.label ??= element.textContent;
  element.textContent = text;
  element.classList.add("done");
  const heard = byId("heard");
  heard.textContent = text;
  clearTimeout(element.until);
  element.until = setTimeout(() => {
    element.textContent = element.dataset.label;
    element.classList.remove("done");
    heard.textContent = "";
  }, STAYS / 2);
}

export async function copy(text) {
  try {
    await navigator.clipboard.writeText(text);
  } catch {
    // Without HTTPS there is no clipboard to write to; a selection can still be copied.
    const field = make("textarea", { value: text, class: "aside" });
    const focused = document.activeElement;
    document.body.append(field);
    field.select();
    document.execCommand("copy");
    field.remove();
    focused?.focus();
  }
}

export function save(text, name, type) {
  const address = URL.createObjectURL(new Blob([text], { type }));
  const link = make("a", { href: address, download: name });
  link.click();
  setTimeout(() => URL.revokeObjectURL(address), 1000);
}

/** A click beside a dialog's content closes it; the content must cover all of it. */
export function closeByClickBeside(dialog) {
  dialog.addEventListener("click", (event) => {
    if (event.target === dialog) dialog.close();
  });
}

// What every part of the page needs: its server, its elements by id, counts, and a word to the person.

import { Api } from "./shared/api.js";
import { make } from "./shared/elements.js";
import { t } from "./words.js";

/** The collection that the page's address names, "" for the server's first. */
export const collection = new URLSearchParams(location.search).get("collection") ?? "";

export const api = new Api("", {}, { collection });

export const byId = (id) => document.getElementById(id);

let until;

/** Say it to the eye, for some seconds, and to a screen reader. */
export function tell(text) {
  const told = byId("told");
  // What is beside an open dialog is neither seen nor heard.
  (document.querySelector("dialog[open]") ?? document.body).append(told);
  told.textContent = text;
  told.classList.add("shown");
  clearTimeout(until);
  until = setTimeout(() => told.classList.remove("shown"), 4000);
}

export async function copy(text, what) {
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
  tell(t("{what} copied", { what }));
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

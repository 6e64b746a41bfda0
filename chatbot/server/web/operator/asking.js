// What the parts of the operator's page have in common: a word to the person, a question before what cannot be undone,
// a form, and a moment.

import { byId } from "../dom.js";
import { language } from "../words.js";

const STAYS = 4000; // milliseconds
let until;

/** Say it at the foot of the window, for some seconds, and to a screen reader. */
export function tell(text) {
  const told = byId("told");
  told.textContent = text;
  told.classList.add("shown");
  clearTimeout(until);
  until = setTimeout(() => told.classList.remove("shown"), STAYS);
}

/** Whether the person says yes to it; `label` is the button that does. */
export function sure(text, label) {
  const dialog = byId("sure");
  byId("sure-text").textContent = text;
  byId("sure-yes").textContent = label;
  dialog.returnValue = "";
  dialog.showModal();
  return new Promise((resolve) => {
    dialog.addEventListener("close", () => resolve(dialog.returnValue === "yes"), { once: true });
  });
}

/** Have `send` called with a form's data; what goes wrong is said in the form, whose words stay. */
export function onSubmit(form, send) {
  const wrong = form.querySelector(".wrong");
  const sending = form.querySelector("button:not([type])");
  form.addEventListener("submit", async (event) => {
    event.preventDefault();
    wrong.textContent = "";
    sending.disabled = true;
    try {
      await send(new FormData(form));
      form.reset();
    } catch (error) {
      if (error.status === 401) throw error;
      wrong.textContent = error.message;
    } finally {
      sending.disabled = false;
    }
  });
}

/** Of days and times. */
export const LOCALE = language === "en" ? "en-GB" : language;

/** An ISO time as people write it here. */
export const moment = (iso) => new Date(iso).toLocaleString(LOCALE, { dateStyle: "medium", timeStyle: "short" });

// The way to Gradio: its hidden fields are filled and its hidden button is pressed, as a person would.

import { byId } from "./dom.js";

const field = (id) => byId(id)?.querySelector("textarea");

function fill(id, text) {
  field(id).value = text;
  field(id).dispatchEvent(new Event("input", { bubbles: true }));
}

/** The filters that go with every question from now on. */
export const setFilters = (filters) => fill("filters", filters ? JSON.stringify(filters) : "");

/** Ask the question at `at` again: with other words, or `without` one of "as_typed", "any_time". */
export const askAgain = (at, how = {}) => press("act", { again: at, ...how });

/** Show these answers, by their ids, as the conversation. */
export async function open(ids) {
  const empty = () => !document.querySelector("#chat .bot-row");
  const first = empty();
  press("open", { open: ids });
  // While the page is being loaded an event may be lost between Gradio and its server.
  for (let tries = 0; first && tries < 4; tries++) {
    await new Promise((done) => setTimeout(done, 2000));
    if (!empty()) return;
    press("open", { open: ids });
  }
}

function press(id, what) {
  fill("said", JSON.stringify(what));
  // The field's value is Gradio's only when its own update has run.
  setTimeout(() => byId(id).click(), 0);
}

/** Put words into the question's box. */
export const put = (question) => fill("question", question);

export const clear = () => byId("clear").click();

/** Whether the page is there and can be talked to. */
export const ready = () => ["question", "filters", "said"].every((id) => field(id)) && Boolean(byId("act"));

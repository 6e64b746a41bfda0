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
export const open = (ids) => press("open", { open: ids });

/** Show the conversation as the server has it. */
export const show = () => byId("show").click();

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

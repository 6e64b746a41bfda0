// The conversation that Gradio shows: made readable by ear, and given what a person does with an answer.

import { citeTools, copyAnswer } from "./cite.js";
import { api, byId, copy, tell } from "./dom.js";
import { askAgain } from "./gradio.js";
import { button, make } from "./shared/elements.js";
import { t, translate } from "./words.js";

const calm = matchMedia("(prefers-reduced-motion: reduce)");
const chat = () => byId("chat");
const rows = (role) => [...chat().querySelectorAll(`.${role}-row`)];

export const pending = () => Boolean(chat()?.querySelector(".pending"));
const idIn = (element) => element.querySelector("a.permalink")?.getAttribute("href").replace(/^#answer\//, "") ?? "";

/** The ids of the answers that are shown, in order. */
export const answerIds = () => rows("bot").map(idIn).filter(Boolean);
const questionIn = (row) => row?.querySelector('[data-testid="user"]')?.textContent.trim() ?? "";
export const firstQuestion = () => questionIn(rows("user")[0]);
export const lastQuestion = () => questionIn(rows("user").at(-1));

/** Everything below is done again whenever Gradio has drawn, and touches only what is new. */
export function dress() {
  labelMessages();
  labelExamples();
  translate(byId("view-ask"));
  rows("user").forEach(addEdit);
  rows("bot").forEach(addTools);
  document.body.classList.toggle("asking", pending());
  chat().setAttribute("aria-busy", String(pending()));
  showLatest();
}

// Gradio reads a message's raw Markdown out as its label; its text is there to be read in its place.
function labelMessages() {
  for (const [role, label] of [["user", t("You asked")], ["bot", t("Answer")]]) {
    for (const message of chat().querySelectorAll(`[data-testid="${role}"]`)) {
      if (message.getAttribute("aria-label") === label) continue;
      message.setAttribute("role", "group");
      message.setAttribute("aria-label", label);
    }
  }
}

// Gradio calls the examples a list, whose items would have to be list items.
function labelExamples() {
  const examples = chat().querySelector('.examples[role="list"]');
  examples?.setAttribute("aria-label", t("Example questions"));
  examples?.setAttribute("role", "group");
}

// ---- What can be done with an answer

const latest = (row) => row === rows("bot").at(-1);

function addTools(row) {
  const place = row.querySelector(".foot, .failed");
  if (!place || place.querySelector(".tools")) {
    row.querySelector(".tools .again")?.toggleAttribute("hidden", !latest(row));
    return;
  }
  const tools = make("span", { class: "tools" });
  const again = button(t("Ask again"), () => askAgain(rows("bot").indexOf(row)), { class: "again", hidden: !latest(row) });
  const id = idIn(row);
  if (id) {
    const link = place.querySelector(".permalink");
    link.textContent = t("Link");
    link.title = t("Copy a link that opens this answer again");
    tools.append(
      button(t("Copy"), () => copyAnswer(id)),
      ...citeTools(id, answerIds, () => questionIn(rows("user")[rows("bot").indexOf(row)])),
      link,
      again,
      ...thumbs(id, row),
    );
  } else {
    tools.append(again);
  }
  place.append(tools);
}

export function copyLink(link) {
  return copy(new URL(link.getAttribute("href"), location.href).href, t("Link"));
}

// ---- Thumbs

const judged = new Map(); // the verdict on each answer, since Gradio draws a message anew now and then

function thumbs(id, row) {
  return [["up", t("Helpful")], ["down", t("Not helpful")]].map(([verdict, label]) =>
    button(label, () => judge(id, verdict, row), {
      class: `thumb ${verdict}`,
      "aria-pressed": String(judged.get(id) === verdict),
    }),
  );
}

async function judge(id, verdict, row) {
  try {
    await api.post("feedback", { answer_id: id, verdict });
  } catch (error) {
    tell(error.message);
    return;
  }
  judged.set(id, verdict);
  for (const thumb of row.querySelectorAll(".thumb")) {
    thumb.setAttribute("aria-pressed", String(thumb.classList.contains(verdict)));
  }
  row.querySelector(".comment")?.remove();
  const field = make("input", { type: "text", maxLength: 2000, "aria-label": t("Your comment, if you like") });
  field.placeholder = verdict === "up" ? t("What was good? (optional)") : t("What was wrong or missing? (optional)");
  const form = make("form", { class: "comment" }, field, make("button", { type: "submit" }, t("Send")));
  form.addEventListener("submit", async (event) => {
    event.preventDefault();
    try {
      if (field.value.trim()) await api.post("feedback", { answer_id: id, verdict, comment: field.value.trim() });
      form.remove();
      tell(t("Thank you"));
      row.querySelector(`.thumb.${verdict}`).focus();
    } catch (error) {
      tell(error.message);
    }
  });
  row.querySelector(".foot").append(form);
  tell(t("Thank you"));
  field.focus();
}

// ---- Editing a question

function addEdit(row, at) {
  // Gradio may have put another question in this place.
  const editing = row.querySelector(".editing");
  if (editing && editing.dataset.question !== questionIn(row)) {
    editing.remove();
    row.classList.remove("edited");
  }
  if (row.querySelector(".edit")) return;
  const message = row.querySelector('[data-testid="user"]');
  const edit = button(t("Edit"), () => startEditing(row, rows("user").indexOf(row), message), { class: "edit" });
  edit.setAttribute("aria-label", t("Edit question {n}", { n: at + 1 }));
  message.after(edit);
}

function startEditing(row, at, message) {
  const field = make("textarea", { value: message.textContent.trim(), rows: 2, "aria-label": t("Edit the question") });
  const form = make("form", { class: "editing" }, field, make("button", { type: "submit" }, t("Ask")));
  form.dataset.question = message.textContent.trim();
  const end = () => {
    form.remove();
    row.classList.remove("edited");
    row.querySelector(".edit")?.focus();
  };
  const send = () => {
    const question = field.value.trim();
    end();
    if (question) askAgain(at, { question });
  };
  form.append(button(t("Cancel"), end));
  form.addEventListener("submit", (event) => {
    event.preventDefault();
    send();
  });
  field.addEventListener("keydown", (event) => {
    if (event.key === "Escape") end();
    if (event.key !== "Enter" || event.shiftKey || event.isComposing) return;
    event.preventDefault();
    send();
  });
  row.classList.add("edited");
  message.after(form);
  field.focus();
}

// ---- What is in view

let seen = "";

// A new question, and then its answer, go to the top of the window, to be read from the beginning.
function showLatest() {
  const asked = rows("user");
  byId("new").hidden = asked.length === 0;
  const state = `${asked.length} ${pending()}`;
  if (state === seen) return;
  seen = state;
  asked.at(-1)?.scrollIntoView({ block: "start", behavior: calm.matches ? "auto" : "smooth" });
}

// What was unfolded at the foot of the window is brought into it.
document.addEventListener("toggle", (event) => {
  if (event.target.matches?.("#chat details[open]")) event.target.scrollIntoView({ block: "nearest" });
}, true);

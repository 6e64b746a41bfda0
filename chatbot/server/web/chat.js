// The conversation that Gradio shows: made readable by ear, and given what a person does with an answer.

import { citeTools } from "./cite.js";
import { api, byId, copy, done, tell } from "./dom.js";
import { askAgain } from "./gradio.js";
import { addActs } from "./passage.js";
import { readAddress } from "./shared/citations.js";
import { day } from "./shared/dates.js";
import { button, make } from "./shared/elements.js";
import { closeSource, openBeside } from "./source.js";
import { language, locale, t, translate } from "./words.js";

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
/** The message of the last answer, undefined where there is none. */
export const newestAnswer = () => chat() && rows("bot").at(-1);

/** Everything below is done again whenever Gradio has drawn, and touches only what is new. */
export function dress() {
  labelMessages();
  labelExamples();
  translate(byId("view-ask"));
  writeDays();
  rows("user").forEach(makeHeading);
  rows("user").forEach(addEdit);
  rows("user").forEach(fold);
  rows("bot").forEach(addTools);
  document.body.classList.toggle("asking", pending());
  chat().setAttribute("aria-busy", String(pending()));
  followAnswer();
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

// A question is a heading, above those of its answer's sections.
function makeHeading(row) {
  const words = row.querySelector('[data-testid="user"] p:not([role])');
  words?.setAttribute("role", "heading");
  words?.setAttribute("aria-level", "2");
}

// The server writes days in English.
function writeDays() {
  if (language === "en") return;
  for (const time of chat().querySelectorAll("time[datetime]")) {
    const { dateTime } = time;
    const text = time.textContent.replace(day(dateTime), day(dateTime, locale));
    if (text !== time.textContent) time.textContent = text;
  }
}

// Gradio calls the examples a list, whose items would have to be list items.
function labelExamples() {
  const examples = chat().querySelector('.examples[role="list"]');
  examples?.setAttribute("aria-label", t("Example questions"));
  examples?.setAttribute("role", "group");
}

// ---- What can be done with an answer

function addTools(row) {
  const place = row.querySelector(".foot:not(.silent), .failed");
  if (!place) return;
  addActs(row, idIn(row));
  if (place.querySelector(".tools")) return;
  const tools = make("span", { class: "tools" });
  const again = (label) => button(label, () => askAgain(rows("bot").indexOf(row)), { class: "again" });
  const id = idIn(row);
  if (id) {
    const link = place.querySelector(".permalink");
    link.textContent = t("Link");
    link.title = t("Copy a link that opens this answer again");
    tools.append(...citeTools(id, answerIds, () => questionIn(rows("user")[rows("bot").indexOf(row)])), link);
    // Asked anew it is answered from the articles as they are.
    if (row.querySelector(".gone, .unsealed")) tools.append(again(t("Ask it anew")));
    tools.append(...thumbs(id, row));
  } else if (!place.matches(".unopened")) {
    tools.append(again(t("Try again")));
  }
  place.append(tools);
}

export async function copyLink(link) {
  await copy(new URL(link.getAttribute("href"), location.href).href);
  done(link, t("Copied"));
}

// ---- Thumbs

const judged = new Map(); // the verdict on each answer, since Gradio draws a message anew now and then

function thumbs(id, row) {
  return [["up", t("Helpful")], ["down", t("Not helpful")]].map(([verdict, label]) =>
    button("", () => judge(id, verdict, row), {
      class: `thumb ${verdict}`,
      title: label,
      "aria-label": label,
      "aria-pressed": String(judged.get(id) === verdict),
    }),
  );
}

async function judge(id, verdict, row) {
  try {
    await api.post("feedback", { answer_id: id, verdict });
  } catch (error) {
    tell(error.message, row.querySelector(`.thumb.${verdict}`));
    return;
  }
  judged.set(id, verdict);
  for (const thumb of row.querySelectorAll(".thumb")) {
    thumb.setAttribute("aria-pressed", String(thumb.classList.contains(verdict)));
  }
  row.querySelector(".comment, .thanks")?.remove();
  const field = make("input", { type: "text", maxLength: 2000, "aria-label": t("Your comment, if you like") });
  field.placeholder = verdict === "up" ? t("What was good? (optional)") : t("What was wrong or missing? (optional)");
  const send = make("button", { type: "submit" }, t("Send"));
  const form = make("form", { class: "comment" }, make("span", { role: "status" }, t("Thank you")), field, send);
  form.addEventListener("submit", async (event) => {
    event.preventDefault();
    try {
      if (field.value.trim()) await api.post("feedback", { answer_id: id, verdict, comment: field.value.trim() });
      form.replaceWith(make("p", { class: "thanks", role: "status" }, t("Thank you")));
      row.querySelector(`.thumb.${verdict}`).focus();
    } catch (error) {
      tell(error.message, send);
    }
  });
  row.querySelector(".foot").append(form);
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

// ---- A long question

const LONG = 280; // characters

// Shown in three lines, until it is opened.
function fold(row) {
  const message = row.querySelector('[data-testid="user"]');
  const long = message.textContent.trim().length > LONG;
  const opener = row.querySelector(".unfold");
  if (Boolean(opener) === long) return;
  message.classList.toggle("folded", long);
  opener?.remove(); // of another question that stood here
  if (!long) return;
  const open = button(t("Show all of it"), () => {
    const folded = message.classList.toggle("folded");
    open.textContent = folded ? t("Show all of it") : t("Show less");
    open.setAttribute("aria-expanded", String(!folded));
  }, { class: "unfold", "aria-expanded": "false" });
  message.after(open);
}

// ---- What is in view

let followed = "";

// The source beside a new answer, from its first sentence on.
function followAnswer() {
  const row = newestAnswer();
  if (!row) {
    if (followed) closeSource();
    followed = "";
    return;
  }
  const answer = `${rows("user").length} ${lastQuestion()}`;
  if (answer === followed) return;
  if (pending()) {
    openBeside(row, false);
    return;
  }
  const loaded = !followed && readAddress(location.hash); // by its address another was opened
  followed = answer;
  // What an answer that is gone cited is not left standing beside the first of others.
  if (!loaded && rows("user").length === 1 && !row.querySelector("a.chip")) closeSource();
  if (!loaded) openBeside(row);
}

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

// The drawer of conversations: searched, opened again, named, pinned, exported, deleted.

import { all, change, current, end, leave, nameOf, store } from "./conversations.js";
import { cited } from "./cite.js";
import { api, byId, closeByClickBeside, done, save, tell } from "./dom.js";
import * as gradio from "./gradio.js";
import { questionOf } from "./question.js";
import { button, make } from "./shared/elements.js";
import { count, locale, t } from "./words.js";

const drawer = byId("history");
const search = byId("history-search");
const times = new Intl.DateTimeFormat(locale, { dateStyle: "long", timeStyle: "short" });
let drawn = 0;

async function draw() {
  const mine = ++drawn;
  const conversations = all();
  const words = search.value.trim().toLocaleLowerCase();
  const fitting = [];
  for (const one of conversations) if (!words || (await said(one)).includes(words)) fitting.push(one);
  if (mine !== drawn) return; // something else was typed meanwhile
  byId("history-list").replaceChildren(...fitting.map(item));
  byId("history-none").hidden = conversations.length > 0;
  byId("history-no-match").hidden = fitting.length > 0 || conversations.length === 0;
  search.parentElement.hidden = conversations.length < 2;
  byId("history-all").hidden = conversations.length === 0;
}

// What a conversation can be found by: what it is called, and all that was asked in it.
async function said(conversation) {
  const questions = await Promise.all(conversation.answers.map(questionOf));
  return [nameOf(conversation), conversation.title, ...questions].join("\n").toLocaleLowerCase();
}

function item(conversation) {
  const title = button(nameOf(conversation), () => show(conversation), { class: "title" });
  if (conversation.id === current()) {
    title.setAttribute("aria-current", "true");
    title.dataset.now = t("open now");
  }
  const named = (label, act, what = label) =>
    button(label, (event) => act(event.currentTarget), { "aria-label": `${what}: ${nameOf(conversation)}` });
  const pinned = Boolean(conversation.pinned);
  const pin = named(pinned ? t("Unpin") : t("Pin"), () => {
    change(conversation.id, { pinned: !pinned });
    again(conversation.id, "pin");
  });
  pin.className = "pin";
  const element = make("li", { class: pinned ? "pinned" : "" }, title,
    make("p", {},
      make("span", {}, make("time", { dateTime: conversation.at }, times.format(new Date(conversation.at))), `, ${count(conversation.answers.length, "question")}`),
      pin,
      named(t("Rename"), () => rename(element, conversation)),
      named("Markdown", (pressed) => exported(pressed, [conversation], "md"), t("Export as Markdown")),
      named("JSON", (pressed) => exported(pressed, [conversation], "json"), t("Export as JSON")),
      named(t("Delete"), () => remove(conversation)),
    ));
  element.dataset.id = conversation.id;
  return element;
}

// Drawn again, with the focus where it was.
async function again(id, name) {
  await draw();
  (byId("history-list").querySelector(`[data-id="${id}"] .${name}`) ?? byId("history-close")).focus();
}

function show(conversation) {
  leave();
  gradio.open(conversation.answers);
  drawer.close();
  if (location.hash) location.hash = "#ask";
}

function rename(element, conversation) {
  const field = make("input", { type: "text", value: nameOf(conversation), maxLength: 200, "aria-label": t("Name of the conversation") });
  const form = make("form", { class: "naming" }, field, make("button", { type: "submit" }, t("Save")),
    button(t("Cancel"), () => again(conversation.id, "title")));
  form.addEventListener("submit", (event) => {
    event.preventDefault();
    const name = field.value.trim();
    change(conversation.id, { name: name === conversation.title ? "" : name }); // nothing: the first question again
    again(conversation.id, "title");
  });
  field.addEventListener("keydown", (event) => {
    if (event.key !== "Escape") return;
    event.preventDefault(); // it would close the drawer
    event.stopPropagation();
    again(conversation.id, "title");
  });
  element.querySelector(".title").replaceWith(form);
  field.select();
}

function remove(conversation) {
  store(all().filter((one) => one.id !== conversation.id));
  if (conversation.id === current()) end();
  draw();
  tell(t("Conversation deleted"));
  byId("history-close").focus();
}

async function exported(pressed, conversations, format) {
  try {
    const parts = [];
    for (const one of conversations) parts.push(await (format === "md" ? cited(one.answers, "markdown", nameOf(one)) : whole(one)));
    const name = `cuttings-${conversations[0].at.slice(0, 10)}.${format}`;
    if (format === "md") save(parts.join("\n"), name, "text/markdown");
    else save(JSON.stringify(parts.length > 1 ? { conversations: parts } : parts[0], null, 2), name, "application/json");
    done(pressed, t("Exported"));
  } catch (error) {
    tell(error.message, pressed);
  }
}

async function whole(conversation) {
  const answers = [];
  for (const id of conversation.answers) answers.push((await api.get(`answers/${id}`)).answer);
  return { title: nameOf(conversation), at: conversation.at, answers };
}

byId("past").addEventListener("click", async () => {
  search.value = "";
  await draw();
  drawer.showModal();
});
search.addEventListener("input", draw);
byId("history-close").addEventListener("click", () => drawer.close());
for (const format of ["md", "json"]) {
  byId(`history-export-${format}`).addEventListener("click", (event) => exported(event.currentTarget, all(), format));
}
byId("history-clear").addEventListener("click", () => {
  store([]);
  end();
  draw();
  tell(t("All conversations deleted"));
  byId("history-close").focus();
});
closeByClickBeside(drawer);

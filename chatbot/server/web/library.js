// The library: the articles, to be searched and read, and where it is allowed, added to.

import { api, byId } from "./dom.js";
import { addressOf, origin } from "./shared/citations.js";
import { day } from "./shared/dates.js";
import { button, make } from "./shared/elements.js";
import { openSource } from "./source.js";
import { count, t } from "./words.js";

const PAGE = 50;
const form = byId("library-search");
const list = byId("library-list");
let shown = 0;
let asked = 0;

/** Draw the view; called each time it is opened. */
export async function openLibrary() {
  await refresh();
}

/** What the page is, in the person's language; the server has written it in English. */
export async function tellAbout() {
  byId("about").textContent = about(await api.get("collection"));
}

async function refresh() {
  try {
    const collection = await api.get("collection");
    const select = form.elements.publisher;
    const chosen = select.value;
    select.replaceChildren(make("option", { value: "" }, t("All publishers")),
      ...collection.publishers.map(({ name, articles }) => make("option", { value: name }, `${name} (${articles})`)));
    select.value = chosen;
    byId("upload").hidden = !collection.uploads;
    byId("about").textContent = about(collection);
    await search();
  } catch (error) {
    byId("library-count").textContent = error.message;
  }
}

// As the server writes it above the page, which was loaded when there were others.
function about({ articles, first, last }) {
  const [from, to = ""] = [...new Set([first, last].filter(Boolean).map((one) => day(one)))];
  const days = to ? t("{from} to {to}", { from, to }) : from;
  const what = [count(articles, "article"), days].filter(Boolean).join(", ");
  return t("Sentences quoted word for word from {what}.", { what });
}

async function search(more = false) {
  const wanted = new URLSearchParams({ copies: false, limit: PAGE, offset: more ? shown : 0 });
  for (const name of ["q", "publisher", "from", "to"]) {
    if (form.elements[name].value) wanted.set(name, form.elements[name].value);
  }
  const mine = ++asked;
  try {
    const { articles, total } = await api.get(`articles?${wanted}`);
    if (mine !== asked) return; // something else was typed meanwhile
    if (!more) list.replaceChildren();
    list.append(...articles.map(item));
    shown = list.children.length;
    byId("library-count").textContent = total ? count(total, "article") : t("No article fits.");
    byId("library-more").hidden = shown >= total;
    if (more) list.children[shown - articles.length]?.querySelector("button").focus();
  } catch (error) {
    byId("library-count").textContent = error.message;
  }
}

function item(article) {
  const address = addressOf({ article_id: article.id, start: 0, end: 0 });
  return make("li", {}, button(article.title, () => openSource(address), { class: "title" }),
    make("p", {}, [origin(article), article.source].filter(Boolean).join(" \u00b7 ")),
    ...(article.copies?.length ? [copies(article)] : []));
}

// The other papers that print the same story, behind "and in 4 more".
function copies({ copies, more }) {
  const label = t("and in {n} more", { n: copies.length + more });
  return make("details", { class: "copies" }, make("summary", {}, label), make("ul", {}, ...copies.map(item)));
}

let typing;
form.addEventListener("input", () => {
  clearTimeout(typing);
  typing = setTimeout(search, 200);
});
form.addEventListener("submit", (event) => {
  event.preventDefault();
  search();
});
byId("library-more").addEventListener("click", () => search(true));

// ---- Adding files

const drop = byId("upload");
const field = byId("upload-files");

async function add(files) {
  const report = byId("upload-report");
  const bar = byId("upload-progress");
  report.replaceChildren();
  bar.hidden = false;
  bar.max = files.reduce((sum, file) => sum + file.size, 0) || 1;
  bar.value = 0;
  let added = 0;
  for (const file of files) {
    byId("upload-now").textContent = t("Reading {name}…", { name: file.name });
    const told = await send(file);
    added += told.added.length + told.updated.length;
    report.append(...lines(file.name, told));
    bar.value += file.size;
  }
  bar.hidden = true;
  byId("upload-now").textContent = t("{what} added or updated.", { what: count(added, "article") });
  if (added) await refresh();
}

async function send(file) {
  try {
    const path = `articles?name=${encodeURIComponent(file.name)}`;
    return await (await api.request(path, { method: "POST", body: file })).json();
  } catch (error) {
    return { added: [], updated: [], unchanged: [], skipped: [{ source: file.name, reason: error.message }] };
  }
}

const lines = (name, told) => [
  ...["added", "updated", "unchanged"].filter((what) => told[what].length).map((what) => make("li", {}, `${name}: ${what}`)),
  ...told.skipped.map((one) => make("li", { class: "skipped" }, `${one.source}: skipped, ${one.reason}`)),
];

field.addEventListener("change", async () => {
  await add([...field.files]);
  field.value = "";
});
for (const kind of ["dragenter", "dragover"]) {
  drop.addEventListener(kind, (event) => {
    event.preventDefault();
    drop.classList.add("over");
  });
}
for (const kind of ["dragleave", "drop"]) drop.addEventListener(kind, () => drop.classList.remove("over"));
drop.addEventListener("drop", (event) => {
  event.preventDefault();
  add([...event.dataTransfer.files]);
});

// The library: the articles, to be searched and read, those about a question, and where it is allowed, changed.

import { api, byId } from "./dom.js";
import { addressOf, origin } from "./shared/citations.js";
import { day } from "./shared/dates.js";
import { button, foreign, make } from "./shared/elements.js";
import { openSource } from "./source.js";
import { remove, retag } from "./tags.js";
import { onAdded } from "./upload.js";
import { count, locale, t } from "./words.js";

const PAGE = 50;
const EXCERPT = 240; // characters of a passage
const PASSAGES = 10; // whose articles are about a question
const form = byId("library-search");
const list = byId("library-list");
let shown = 0;
let asked = 0;
let mayChange = false;

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
    mayChange = collection.uploads;
    byId("upload").hidden = !mayChange;
    byId("about").textContent = about(collection);
    await search();
  } catch (error) {
    byId("library-count").textContent = error.message;
  }
}

// As the server writes it above the page, which was loaded when there were others.
function about({ articles, first, last }) {
  const [from, to = ""] = [...new Set([first, last].filter(Boolean).map((one) => day(one, locale)))];
  const days = to ? t("{from} to {to}", { from, to }) : from;
  const what = [count(articles, "article"), days].filter(Boolean).join(", ");
  return t("Sentences quoted word for word from {what}.", { what });
}

// ---- The list

/** The question that the address asks for the articles about; "" for all articles. */
function question() {
  const match = /^#library\/about\/(.+)$/.exec(location.hash);
  try {
    return match ? decodeURIComponent(match[1]) : "";
  } catch {
    return ""; // a stray percent sign
  }
}

async function search(more = false) {
  const mine = ++asked;
  byId("library-told").textContent = "";
  const wanted = question();
  byId("library-about").hidden = !wanted;
  form.hidden = Boolean(wanted);
  byId("library-question").textContent = wanted;
  try {
    const { items, total, words } = wanted ? await articlesAbout(wanted) : await articles(more ? shown : 0);
    if (mine !== asked) return; // something else was typed meanwhile
    if (!more) list.replaceChildren();
    list.append(...items);
    shown = list.children.length;
    byId("library-count").textContent = total ? words : t("No article fits.");
    byId("library-more").hidden = shown >= total;
    if (more) list.children[shown - items.length]?.querySelector(".title").focus();
    tellChosen();
  } catch (error) {
    byId("library-count").textContent = error.message;
  }
}

async function articles(offset) {
  const wanted = new URLSearchParams({ copies: false, limit: PAGE, offset });
  for (const name of ["q", "publisher", "from", "to"]) {
    if (form.elements[name].value) wanted.set(name, form.elements[name].value);
  }
  const { articles: found, total } = await api.get(`articles?${wanted}`);
  return { items: found.map(item), total, words: count(total, "article") };
}

// Each article once, at the passage that is nearest to the question.
async function articlesAbout(wanted) {
  const { hits } = await api.get(`search?${new URLSearchParams({ q: wanted, k: PASSAGES })}`);
  const best = hits.filter((hit, at) => hits.findIndex((one) => one.article_id === hit.article_id) === at);
  const words = t("{what}, those of the {n} passages nearest to it, the nearest first", { what: count(best.length, "article"), n: hits.length });
  return { items: best.map(nearest), total: best.length, words };
}

function nearest(hit) {
  const text = hit.text.replace(/^#{1,6} .*$/gm, "").replace(/\s+/g, " ").trim();
  const start = text.slice(0, EXCERPT).replace(/\s\S*$/, ""); // up to its last whole word
  return make("li", {}, button(hit.title, () => openSource(addressOf(hit)), { class: "title" }), make("p", {}, origin(hit, locale)),
    foreign("p", { class: "excerpt" }, text.length > EXCERPT ? `${start}\u2026` : text));
}

function item(article) {
  const address = addressOf({ article_id: article.id, start: 0, end: 0 });
  const line = [origin(article, locale), article.source].filter(Boolean).join(" \u00b7 ");
  const element = make("li", {}, button(article.title, () => openSource(address), { class: "title" }), make("p", {}, line));
  if (article.topics.length) {
    element.append(make("p", { class: "topics" }, ...article.topics.map((topic) =>
      button(topic, () => look(topic), { "aria-label": t("Topic: {what}", { what: topic }) }))));
  }
  if (article.copies?.length) element.append(copies(article));
  if (mayChange) element.append(changing(article));
  return element;
}

// The other papers that print the same story, behind "and in 4 more".
function copies({ copies, more }) {
  const label = t("and in {n} more", { n: copies.length + more });
  return make("details", { class: "copies" }, make("summary", {}, label), make("ul", {}, ...copies.map(item)));
}

function look(topic) {
  form.elements.q.value = topic;
  search();
}

// ---- Changing articles

const chosen = new Map(); // the articles that are marked, by id

function changing(article) {
  const named = (label, act) => button(label, act, { "aria-label": `${label}: ${article.title}` });
  const mark = make("input", { type: "checkbox", checked: chosen.has(article.id), "aria-label": `${t("Choose")}: ${article.title}` });
  mark.addEventListener("change", () => {
    if (mark.checked) chosen.set(article.id, article);
    else chosen.delete(article.id);
    tellChosen();
  });
  return make("p", { class: "change" }, make("label", {}, mark, t("Choose")),
    named(t("Details"), () => change(retag, [article])), named(t("Remove"), () => change(remove, [article])));
}

async function change(act, wanted) {
  const came = await act(wanted);
  if (!came) return;
  chosen.clear();
  await refresh();
  byId("library-told").textContent = came;
  byId("library-title").focus(); // what was pressed may be gone
}

function tellChosen() {
  const bar = byId("library-chosen");
  bar.hidden = !chosen.size;
  bar.replaceChildren(make("span", {}, t("{what} chosen", { what: count(chosen.size, "article") })),
    button(t("Details"), () => change(retag, [...chosen.values()])),
    button(t("Remove"), () => change(remove, [...chosen.values()])),
    button(t("None"), () => {
      chosen.clear();
      for (const mark of list.querySelectorAll(".change input")) mark.checked = false;
      tellChosen();
    }));
}

onAdded((changed) => changed && refresh());

// ---- What is typed

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
byId("library-all").addEventListener("click", () => (location.hash = "#library"));

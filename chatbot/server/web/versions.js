// The versions of the article in the source panel: a quiet line, which opens what changed, sentence by sentence.

import { api, byId } from "./dom.js";
import { day } from "./shared/dates.js";
import { button, foreign, make } from "./shared/elements.js";
import { Language } from "./shared/language.js";
import { count, locale, t } from "./words.js";

let shown = null; // the article that the line is about

/** Say of the article which version it is, where it has several; `open(version)` shows another one. */
export function showVersions(article, open) {
  const line = byId("source-versions");
  if (article && article === shown) return; // drawn again, with what was left out or without
  shown = article ?? null;
  line.hidden = !(article?.versions > 1);
  line.replaceChildren();
  if (line.hidden) return;
  const changes = make("div", { class: "changes" });
  const details = make("details", {}, make("summary", {}, said(article), " ", make("span", {}, t("What changed"))), changes);
  details.addEventListener("toggle", () => {
    if (details.open && !changes.childElementCount) draw(changes, article, open);
  });
  line.append(details);
}

const on = (seen) => day((seen ?? "").slice(0, 10), locale);

function said(article) {
  const first = on(article.first_seen);
  if (article.version !== article.newest) {
    const seen = on(article.seen);
    return seen ? t("An older version, first seen {day}; changed since.", { day: seen }) : t("An older version; changed since.");
  }
  const updated = on(article.updated ?? article.seen);
  return first ? t("Updated {day}; first seen {first}.", { day: updated, first }) : t("Updated {day}.", { day: updated });
}

async function draw(element, article, open) {
  const id = encodeURIComponent(article.id);
  element.replaceChildren(make("p", {}, t("Opening…")));
  try {
    const { versions } = await api.get(`articles/${id}/versions`);
    const older = versions.filter(({ number }) => number !== article.newest);
    const at = older.some(({ number }) => number === article.version) ? article.version : older.at(-1)?.number;
    const list = make("div");
    const choice = make("select", { "aria-label": t("Compared with") }, ...older.map((one) => option(one, at)));
    const read = button(t("Read this version"), () => open(Number(choice.value)));
    const isShown = () => Number(choice.value) === article.version;
    read.hidden = isShown();
    choice.addEventListener("change", () => {
      read.hidden = isShown();
      compare(list, id, choice.value);
    });
    const row = [make("label", {}, `${t("Compared with")} `, choice), read];
    if (article.version !== article.newest) row.push(button(t("Read the newest"), () => open(undefined)));
    element.replaceChildren(make("p", {}, ...row), list);
    await compare(list, id, choice.value);
  } catch (error) {
    element.replaceChildren(make("p", { class: "trouble" }, new Language().explain(error)));
  }
}

const option = ({ number, seen }, at) =>
  make("option", { value: String(number), selected: number === at }, on(seen) ? `${number} (${on(seen)})` : String(number));

// The sentences that changed from a version to the newest.
async function compare(list, id, before) {
  try {
    const found = await api.get(`articles/${id}/changes?before=${before}`);
    const titles = found.title_before === found.title_after ? [] : [change({ before: { quote: found.title_before }, after: { quote: found.title_after } })];
    const rows = [...titles, ...found.changes.map(change)];
    list.replaceChildren(...rows, make("p", { class: "same" }, t("{what} unchanged", { what: count(found.same, "sentence") })));
  } catch (error) {
    list.replaceChildren(make("p", { class: "trouble" }, new Language().explain(error)));
  }
}

const change = ({ before, after }) =>
  make("p", {}, ...[before && foreign("del", {}, before.quote), " ", after && foreign("ins", {}, after.quote)].filter(Boolean));

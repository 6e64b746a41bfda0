// What the articles come from: the sources, their syncs, and the journal of what these changed.

import { api, byId } from "../dom.js";
import { addressOf } from "../shared/citations.js";
import { asJson } from "../shared/api.js";
import { button, foreign, make } from "../shared/elements.js";
import { count, language, t } from "../words.js";
import { moment, onSubmit, sure, tell } from "./asking.js";

const LOOK = 1000; // milliseconds

let looking = false;
let unseen = false; // whether a sync has run whose end is not drawn yet

export async function openSources() {
  await Promise.all([drawSources(), drawJournal(), look()]);
}

// ---- The sources

async function drawSources() {
  const { sources, paths } = await api.get("operator/sources");
  if (paths) byId("source-label").textContent = t("Path of a folder or file, or address of a feed, a sitemap or a page");
  byId("sources-list").replaceChildren(...sources.map(item));
  byId("sources-none").hidden = sources.length > 0;
  byId("sync-all").hidden = !sources.length;
}

function item({ source, articles, columns, ocr, last }) {
  const read = [...Object.entries(columns).map(([field, column]) => `${field}=${column}`), ...(ocr ? ["OCR"] : [])];
  return make("li", {},
    foreign("p", { class: "name" }, source),
    make("p", {}, [count(articles, "article"), read.join(", "), last ? became(last) : t("not synced yet")].filter(Boolean).join(" \u00b7 ")),
    ...(last ? troubles(source, last) : []),
    make("div", { class: "bar" },
      ...(last?.held_back ? [button(t("Remove what is gone"), () => removeGone(source, last.held_back))] : []),
      button(t("Sync now"), () => begin({ source }), { "aria-label": t("Sync {name} now", { name: source }) }),
      button(t("Remove"), () => remove(source), { "aria-label": t("Remove {name}", { name: source }) })));
}

const CHANGES = { added: "{n} added", updated: "{n} changed", moved: "{n} moved", removed: "{n} removed" };

// "last synced 3 May 2024, 10:00: 2 added, 1 removed"
function became(last) {
  const changes = Object.keys(CHANGES).filter((what) => last[what]).map((what) => t(CHANGES[what], { n: last[what].toLocaleString(language) }));
  const what = last.failed ? t("it failed") : changes.join(", ") || t("nothing was changed");
  return t("last synced {when}: {what}", { when: moment(last.time), what });
}

function troubles(source, last) {
  const found = [];
  if (last.failed) found.push(foreign("p", { class: "alarm" }, last.failed));
  if (last.held_back) {
    const more = last.held_back > last.held.length ? ["\u2026"] : [];
    found.push(
      make("p", { class: "alarm" }, t("{n} of its articles are gone, more than a tenth. They were kept:", { n: last.held_back })),
      make("ul", {}, ...[...last.held, ...more].map((id) => foreign("li", {}, id))));
  }
  for (const [folder, articles] of Object.entries(last.unreachable)) {
    found.push(make("p", { class: "alarm" }, t("A folder is missing, perhaps not mounted; {n} of its articles were kept:", { n: articles }), " ", foreign("bdi", {}, folder)));
  }
  if (last.skipped) {
    const label = t("{n} skipped", { n: last.skipped });
    const reasons = last.reasons.map((one) => foreign("li", {}, `${one.source}: ${one.reason}`));
    found.push(reasons.length ? make("details", {}, make("summary", {}, label), make("ul", {}, ...reasons)) : make("p", {}, label));
  }
  return found;
}

async function remove(source) {
  if (!(await sure(t("Remove {name} from the sources? Its articles stay.", { name: source }), t("Remove")))) return;
  await api.request(`operator/sources?source=${encodeURIComponent(source)}`, { method: "DELETE" });
  tell(t("{name} removed", { name: source }));
  await drawSources();
}

async function removeGone(source, n) {
  const text = t("Remove {n} articles of {name} that are gone?", { n, name: source });
  if (await sure(text, t("Remove"))) await begin({ source, remove_gone: true });
}

onSubmit(byId("source-add"), async (data) => {
  const { source, changed } = await api.post("operator/sources", { source: data.get("source") });
  tell(t(changed ? "{name} added; the next sync reads it" : "{name} is a source already", { name: source }));
  await drawSources();
});

// ---- Their syncs

async function begin(wanted) {
  await api.request("operator/sync", asJson(wanted));
  unseen = true;
  await look();
}

// Looks again and again while one runs; then everything is drawn anew.
async function look() {
  if (looking) return;
  looking = true;
  try {
    for (;;) {
      const state = await api.get("operator/sync");
      tellState(state);
      if (state.now) {
        unseen = true;
        await new Promise((resolve) => setTimeout(resolve, LOOK));
      } else if (unseen) {
        unseen = false;
        await Promise.all([drawSources(), drawJournal()]);
      } else return;
    }
  } finally {
    looking = false;
  }
}

function tellState({ now, last, next }) {
  byId("sync-all").disabled = Boolean(now);
  const bar = byId("sync-progress");
  bar.hidden = !now;
  if (now?.total) Object.assign(bar, { max: now.total, value: now.done });
  else bar.removeAttribute("value");
  byId("sync-state").textContent = now ? t("A sync is running…") : [ended(last), coming(next)].filter(Boolean).join(" ");
}

function ended(last) {
  if (!last) return "";
  if (last.error) return t("The last sync failed: {why}", { why: last.error });
  const changes = Object.keys(CHANGES).filter((what) => last.changes[what]).map((what) => t(CHANGES[what], { n: last.changes[what].toLocaleString(language) }));
  const what = changes.join(", ") || t("nothing was changed");
  const failed = last.failed ? ` ${t("Sources that need you: {n}.", { n: last.failed })}` : "";
  return `${t("Synced {when}: {what}.", { when: moment(last.time), what })}${failed}`;
}

const coming = (next) =>
  next ? t("The next sync begins {when}.", { when: moment(next) }) : t("No sync begins by itself; cuttings serve --sync every=1h has it so.");

byId("sync-all").addEventListener("click", () => begin({}));

// ---- The journal

const WHAT = { added: "added", changed: "changed", moved: "moved", gone: "gone" };

async function drawJournal() {
  const { entries } = await api.get("operator/journal");
  byId("journal-none").hidden = entries.length > 0;
  byId("journal-table").hidden = !entries.length;
  byId("journal").replaceChildren(...entries.map((one) => make("tr", {},
    make("td", {}, moment(one.time)),
    make("td", {}, t(WHAT[one.what])),
    make("td", {}, one.what === "gone" ? foreign("bdi", {}, one.article_id) : article(one.article_id)),
    foreign("td", {}, one.source))));
}

const article = (id) =>
  foreign("a", { href: `./${location.search}${addressOf({ article_id: id, start: 0, end: 0 })}` }, id);

// What the library's articles are said to be, and which of them go: the two dialogs that change articles.

import { api, closeByClickBeside } from "./dom.js";
import { asJson } from "./shared/api.js";
import { button, make } from "./shared/elements.js";
import { count, t } from "./words.js";

const dialog = make("dialog", { id: "tags", "aria-labelledby": "tags-title" });
document.body.append(dialog);
closeByClickBeside(dialog);

const FIELDS = [["title", "text"], ["publisher", "text"], ["published", "date"], ["author", "text"], ["topics", "text"]];

const labels = () => ({
  title: t("Title"), publisher: t("Publisher"), published: t("Published"), author: t("Authors"), topics: t("Topics, with commas between them"),
});

const called = (articles) => (articles.length === 1 ? articles[0].title : count(articles.length, "article"));
const path = ({ id }) => `articles/${encodeURIComponent(id)}`;

/** Let the person say what articles are; of several, what is left empty stays. What came of it, "" for nothing. */
export async function retag(articles) {
  const one = articles.length === 1;
  let before = {};
  try {
    if (one) before = await api.get(path(articles[0]));
  } catch (error) {
    return error.message;
  }
  const was = (name) => (name === "topics" ? (before.topics ?? []).join(", ") : (before[name] ?? ""));
  const names = FIELDS.filter(([name]) => one || name !== "title");
  const fields = names.map(([name, type]) =>
    make("label", {}, labels()[name], make("input", { name, type, value: was(name), required: one && name === "title", autocomplete: "off" })));
  const about = one ? t("It is kept when its source is read again. The text stays as it is.") : t("What is left empty stays as it is.");
  const given = await asked(t("Details"), called(articles), [make("p", {}, about), ...fields], t("Save"));
  if (!given) return "";
  const said = {};
  for (const [name] of names) {
    const value = given.get(name).trim();
    if (value === was(name)) continue;
    said[name] = name === "topics" ? value.split(",") : value || null;
  }
  if (!Object.keys(said).length) return "";
  return each(articles, (article) => api.request(path(article), { ...asJson(said), method: "PATCH" }), (what) => t("{what} changed", { what }));
}

/** Remove articles, once the person has said so; what came of it, "" for nothing. */
export async function remove(articles) {
  const about = t("What is removed can no longer be found or quoted. A file that was added here is deleted; a file elsewhere stays where it is.");
  if (!(await asked(t("Remove"), called(articles), [make("p", {}, about)], t("Remove")))) return "";
  return each(articles, (article) => api.request(path(article), { method: "DELETE" }), (what) => t("{what} removed", { what }));
}

async function each(articles, act, words) {
  let changed = 0;
  try {
    for (const article of articles) {
      await act(article);
      changed += 1;
    }
  } catch (error) {
    return changed ? `${words(count(changed, "article"))}; ${error.message}` : error.message;
  }
  return words(count(changed, "article"));
}

// What was filled in, as FormData; null where it was given up.
function asked(heading, about, content, label) {
  const close = () => dialog.close();
  const form = make("form", { method: "dialog" },
    make("div", { class: "bar" }, make("h2", { id: "tags-title" }, heading),
      button("\u00d7", close, { class: "close", "aria-label": t("Close") })),
    make("p", { class: "which" }, make("bdi", {}, about)), ...content,
    make("div", { class: "end" }, make("button", { type: "submit" }, label), button(t("Cancel"), close)));
  dialog.replaceChildren(form);
  return new Promise((resolve) => {
    let given = null;
    form.addEventListener("submit", () => (given = new FormData(form)));
    dialog.addEventListener("close", () => {
      dialog.replaceChildren();
      resolve(given);
    }, { once: true });
    dialog.showModal();
  });
}

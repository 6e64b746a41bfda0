// The filters: which publishers and which days are asked about, until they are taken off.

import { api, byId, closeByClickBeside, collection, tell } from "./dom.js";
import { setFilters } from "./gradio.js";
import { day } from "./shared/dates.js";
import { button, make } from "./shared/elements.js";
import { recall, remember } from "./shared/storage.js";
import { count, locale, t } from "./words.js";

const dialog = byId("filter");
const form = dialog.querySelector("form");
const KEY = `cuttings.filters${collection && ` ${collection}`}`;
let filters = null;

/** Put the filters' button above the question's box, once Gradio has drawn it. */
export function place() {
  byId("asking").prepend(byId("filter-bar"));
  byId("filter-bar").hidden = false;
  set(recall("sessionStorage", KEY));
}

function set(wanted) {
  filters = wanted;
  setFilters(filters);
  remember("sessionStorage", KEY, filters);
  byId("filter-open").textContent = filters ? t("Only {what}", { what: inWords() }) : t("Filter");
  byId("filter-off").hidden = !filters;
}

function inWords() {
  const names = filters.publishers;
  const who = names.length > 2 ? count(names.length, "publisher") : names.join(` ${t("or")} `);
  const [from, to] = [day(filters.from, locale), day(filters.to, locale)];
  const when = from && to ? t("{from} to {to}", { from, to }) : from ? t("since {day}", { day: from }) : to ? t("until {day}", { day: to }) : "";
  return [who, when].filter(Boolean).join(", ");
}

async function openDialog() {
  try {
    const { publishers } = await api.get("collection");
    byId("filter-publishers").replaceChildren(...publishers.map(box));
    byId("filter-publishers").closest("fieldset").hidden = publishers.length === 0;
    form.elements.from.value = filters?.from ?? "";
    form.elements.to.value = filters?.to ?? "";
    byId("filter-wrong").textContent = "";
    dialog.showModal();
  } catch (error) {
    tell(error.message);
  }
}

function box({ name, articles }) {
  const checked = filters?.publishers.includes(name) ?? false;
  return make("label", {}, make("input", { type: "checkbox", name: "publisher", value: name, checked }),
    make("span", {}, name), make("small", {}, count(articles, "article")));
}

form.addEventListener("submit", (event) => {
  event.preventDefault();
  const publishers = [...form.querySelectorAll("input[name=publisher]:checked")].map((input) => input.value);
  const [from, to] = [form.elements.from.value || null, form.elements.to.value || null];
  if (from && to && to < from) {
    byId("filter-wrong").textContent = t("The time ends before it begins.");
    form.elements.to.focus();
    return;
  }
  set(publishers.length || from || to ? { publishers, from, to } : null);
  dialog.close();
});

byId("filter-bar").append(
  button(t("Filter"), openDialog, { id: "filter-open" }),
  button(t("Everything"), () => {
    set(null);
    byId("filter-open").focus();
  }, { id: "filter-off", hidden: true }),
);
byId("filter-close").addEventListener("click", () => dialog.close());
closeByClickBeside(dialog);

// What people said of answers, newest first.

import { api, byId } from "../dom.js";
import { addressOf } from "../shared/citations.js";
import { foreign, make } from "../shared/elements.js";
import { count, language, t } from "../words.js";
import { moment } from "./asking.js";

const PAGE = 50;
const list = byId("feedback-list");
const filter = byId("feedback-filter");
let verdict = "";
let asked = 0;

export const openFeedback = () => draw();

async function draw(more = false) {
  const before = more ? list.children.length : 0;
  const wanted = new URLSearchParams({ limit: PAGE, offset: before, ...(verdict && { verdict }) });
  const mine = ++asked;
  const found = await api.get(`operator/feedback?${wanted}`);
  if (mine !== asked) return; // another filter was chosen meanwhile
  const rows = found.entries.map(item);
  if (more) list.append(...rows);
  else list.replaceChildren(...rows);
  const all = found.up + found.down;
  byId("feedback-counts").textContent = all ? counts(found) : t("Nobody has judged an answer yet.");
  byId("feedback-more").hidden = list.children.length >= found.total;
  byId("feedback-file").hidden = filter.hidden = !all;
  byId("feedback-file").href = `${api.root}operator/feedback.jsonl`;
  byId("feedback-gold").hidden = !all || !found.command;
  byId("feedback-command").textContent = found.command;
  if (more) list.children[before]?.querySelector("a, summary")?.focus();
}

function counts({ up, down, damaged }) {
  const n = (number) => number.toLocaleString(language);
  const told = t("{up} found the answer helpful, {down} did not.", { up: n(up), down: n(down) });
  return damaged ? `${told} ${t("Lines of the file that cannot be read: {n}.", { n: n(damaged) })}` : told;
}

function item(one) {
  const completed = one.standalone_question !== one.question;
  return make("li", {},
    foreign("p", { class: "name" }, one.question),
    ...(completed ? [make("p", {}, `${t("asked as:")} `, foreign("bdi", {}, one.standalone_question))] : []),
    make("p", {}, [t(one.verdict === "up" ? "Helpful" : "Not helpful"), moment(one.time), `Cuttings ${one.cuttings}`].join(" \u00b7 ")),
    ...(one.comment ? [foreign("p", { class: "comment" }, `\u201c${one.comment}\u201d`)] : []),
    ...(one.quoted.length ? [quotations(one.quoted)] : [make("p", {}, one.notice || t("There was no answer."))]));
}

function quotations(quoted) {
  return make("details", {}, make("summary", {}, count(quoted.length, "sentence")),
    ...quoted.map((one) => make("blockquote", {},
      foreign("a", { href: `./${location.search}${addressOf(one)}` }, one.quote))));
}

filter.addEventListener("click", (event) => {
  const chosen = event.target.closest("button");
  if (!chosen) return;
  verdict = chosen.dataset.verdict;
  for (const one of filter.children) one.setAttribute("aria-pressed", one === chosen);
  draw();
});
byId("feedback-more").addEventListener("click", () => draw(true));

// What an answer leaves the page as: copied, saved for a reference manager, as a picture, on paper.
//
// The server makes every text of it (POST /api/v1/citations), the browser the picture (card.js).

import { card, asPng, LOOKS } from "./card.js";
import { api, closeByClickBeside, copy, done, save, tell } from "./dom.js";
import { printConversation as print } from "./print.js";
import { asJson } from "./shared/api.js";
import { origin, readAddress } from "./shared/citations.js";
import { button, make } from "./shared/elements.js";
import { locale, t } from "./words.js";

const SHORT = 60; // characters of a quotation in the choice of one

/** Answers in a format, by their ids, as text. */
export async function cited(answers, format, title = "") {
  const page = location.origin + location.pathname + api.page;
  return (await api.request("citations", asJson({ answers, format, title, page }))).text();
}

// Copied in each of the kinds, [media type, format]: formatted for where that is understood, plain for elsewhere. As
// promises, since some browsers let a page write only while it still answers the click.
async function copied(pressed, ids, ...kinds) {
  const texts = kinds.map(([type, format]) => [type, cited(ids, format)]);
  try {
    const blobs = texts.map(([type, text]) => [type, text.then((one) => new Blob([one], { type }))]);
    await navigator.clipboard.write([new ClipboardItem(Object.fromEntries(blobs))]);
  } catch {
    try {
      await copy(await texts[0][1]);
    } catch (error) {
      tell(error.message, pressed);
      return;
    }
  }
  done(pressed, t("Copied"));
}

const PLAIN = ["text/plain", "text"];
const FORMATTED = ["text/html", "html"];

// A button whose act is told which it is.
function acting(label, act, properties = {}) {
  const one = button(label, () => act(one), properties);
  return one;
}

/** What stands among the tools of an answer; `all` gives the ids of the whole conversation. */
export const citeTools = (id, all, question) => [
  acting(t("Copy"), (pressed) => copied(pressed, [id], PLAIN, FORMATTED), { title: t("Copy the answer with its sources") }),
  acting(t("Cite"), (pressed) => open(id, all(), pressed), { "aria-haspopup": "dialog" }),
  button(t("Articles"), () => {
    location.hash = `#library/about/${encodeURIComponent(question())}`;
  }, { title: t("Articles about this"), "aria-label": t("Articles about this") }),
];

// ---- The dialog

const dialog = make("dialog", { id: "cite", "aria-labelledby": "cite-title" });
document.body.append(dialog);
closeByClickBeside(dialog);

async function open(id, all, pressed) {
  try {
    const { answer } = await api.get(`answers/${id}`);
    draw(id, all, answer, numbersIn(pressed.closest(".bot-row")));
    dialog.showModal();
  } catch (error) {
    tell(error.message, pressed);
  }
}

// Under which number the answer shows each place.
function numbersIn(row) {
  const chips = [...row.querySelectorAll("a.chip")];
  return new Map(chips.map((chip) => [place(readAddress(chip.getAttribute("href"))), parseInt(chip.textContent.slice(1), 10)]));
}

const place = ({ article_id, start }) => `${start} ${article_id}`;

function draw(id, all, answer, numbers) {
  const whole = make("input", { type: "checkbox", id: "cite-whole" });
  const ids = () => (whole.checked ? all : [id]);
  const close = button("\u00d7", () => dialog.close(), { class: "close", "aria-label": t("Close") });
  dialog.replaceChildren(make("div", { class: "inside" },
    make("div", { class: "bar" }, make("h2", { id: "cite-title" }, t("Cite")), close),
    make("label", { class: "whole", hidden: all.length < 2 }, whole, t("The whole conversation")),
    part(t("Copy"), t("To paste into a letter, a document or a page."),
      acting(t("Formatted"), (pressed) => copied(pressed, ids(), PLAIN, FORMATTED)),
      acting(t("Plain text"), (pressed) => copied(pressed, ids(), PLAIN)),
      acting("Markdown", (pressed) => copied(pressed, ids(), ["text/plain", "markdown"])),
      acting("HTML", (pressed) => copied(pressed, ids(), ["text/plain", "html"]))),
    part(t("For a reference manager"), t("Each cited article once, with its quotations as notes."),
      ...[["RIS", "ris", "ris"], ["BibTeX", "bibtex", "bib"], ["CSL-JSON", "csl-json", "json"]].map(([label, format, ending]) =>
        acting(label, (pressed) => saved(pressed, ids(), format, ending), { title: t("Save as {what}", { what: label }) }))),
    ...(answer.abstained || !answer.citations.length ? [] : [pictures(answer, numbers)]),
    part(t("On paper"), t("The conversation as it is shown, without what is to be pressed."),
      button(t("Print"), () => {
        dialog.close();
        print();
      })),
  ));
}

const part = (heading, about, ...buttons) =>
  make("section", {}, make("h3", {}, heading), make("p", {}, about), make("div", { class: "buttons" }, ...buttons));

async function saved(pressed, ids, format, ending) {
  try {
    const text = await cited(ids, format);
    if (/[^\s[\]]/.test(text)) save(text, `cuttings.${ending}`, "text/plain");
    else tell(t("Nothing is cited there."), pressed);
  } catch (error) {
    tell(error.message, pressed);
  }
}

function pictures(answer, numbers) {
  const number = (citation) => numbers.get(place(citation)) ?? Infinity;
  const all = [...answer.citations, ...answer.differ.flatMap((one) => one.citations)].sort((one, other) => number(one) - number(other));
  const citations = all.filter((one, at) => all.findIndex((other) => other.quote === one.quote) === at);
  const short = (quote) => (quote.length > SHORT ? `${quote.slice(0, SHORT).trimEnd()}\u2026` : quote);
  const which = make("select", { "aria-label": t("Quotation") },
    ...citations.map((citation, at) => make("option", { value: at }, `[${number(citation)}] ${short(citation.quote)}`)));
  const look = make("select", { "aria-label": t("Colours") },
    ...LOOKS.map((name) => make("option", { value: name }, name === "dark" ? t("Dark") : t("Light"))));
  if (getComputedStyle(document.body).colorScheme === "dark" || document.body.classList.contains("dark")) look.value = "dark";
  const shown = make("img", { class: "card" });
  let svg = "";
  const redraw = () => {
    const citation = citations[which.value];
    svg = card(citation, look.value);
    shown.src = `data:image/svg+xml;charset=utf-8,${encodeURIComponent(svg)}`;
    shown.alt = `\u201c${citation.quote}\u201d \u2014 ${[origin(citation, locale), citation.title].filter(Boolean).join(", ")}`;
  };
  which.addEventListener("change", redraw);
  look.addEventListener("change", redraw);
  redraw();
  const png = async () => {
    try {
      save(await asPng(svg), "cuttings.png", "image/png");
    } catch {
      tell(t("This browser cannot make the picture; save it as SVG."));
    }
  };
  const section = part(t("As a picture"), t("One quotation with its source."), button("PNG", png),
    button("SVG", () => save(svg, "cuttings.svg", "image/svg+xml")));
  section.querySelector("p").after(make("div", { class: "choices" }, which, look), shown);
  return section;
}

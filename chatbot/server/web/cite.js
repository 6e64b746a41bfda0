// What an answer leaves the page as: copied, saved for a reference manager, as a picture, on paper.
//
// The server makes every text of it (POST /api/v1/citations), the browser the picture (card.js).

import { card, asPng, LOOKS } from "./card.js";
import { api, byId, closeByClickBeside, copy, save, tell } from "./dom.js";
import { asJson } from "./shared/api.js";
import { origin } from "./shared/citations.js";
import { button, make } from "./shared/elements.js";
import { t } from "./words.js";

const SHORT = 60; // characters of a quotation in the choice of one

/** Answers in a format, by their ids, as text. */
export async function cited(answers, format, title = "") {
  const page = location.origin + location.pathname;
  return (await api.request("citations", asJson({ answers, format, title, page }))).text();
}

/** Copy an answer, formatted for where that is understood and plain for everywhere else. */
export async function copyAnswer(id) {
  await copied([id], ["text/plain", "text"], ["text/html", "html"]);
}

// Promises, since some browsers let a page write only while it still answers the click.
async function copied(ids, ...kinds) {
  const texts = kinds.map(([type, format]) => [type, cited(ids, format)]);
  try {
    const blobs = texts.map(([type, text]) => [type, text.then((one) => new Blob([one], { type }))]);
    await navigator.clipboard.write([new ClipboardItem(Object.fromEntries(blobs))]);
    tell(t("{what} copied", { what: t("Answer") }));
  } catch {
    try {
      await copy(await texts[0][1], t("Answer"));
    } catch (error) {
      tell(error.message);
    }
  }
}

/** What stands among the tools of an answer; `all` gives the ids of the whole conversation. */
export const citeTools = (id, all, question) => [
  button(t("Cite"), () => open(id, all()), { class: "cite", "aria-haspopup": "dialog" }),
  button(t("Articles about this"), () => {
    location.hash = `#library/about/${encodeURIComponent(question())}`;
  }, { class: "about-this" }),
];

// ---- The dialog

const dialog = make("dialog", { id: "cite", "aria-labelledby": "cite-title" });
document.body.append(dialog);
closeByClickBeside(dialog);

async function open(id, all) {
  try {
    const { answer } = await api.get(`answers/${id}`);
    draw(id, all, answer);
    dialog.showModal();
  } catch (error) {
    tell(error.message);
  }
}

function draw(id, all, answer) {
  const whole = make("input", { type: "checkbox", id: "cite-whole" });
  const ids = () => (whole.checked ? all : [id]);
  const close = button("\u00d7", () => dialog.close(), { class: "close", "aria-label": t("Close") });
  dialog.replaceChildren(make("div", { class: "inside" },
    make("div", { class: "bar" }, make("h2", { id: "cite-title" }, t("Cite")), close),
    make("label", { class: "whole", hidden: all.length < 2 }, whole, t("The whole conversation")),
    part(t("Copy"), t("To paste into a letter, a document or a page."),
      button(t("Formatted"), () => copied(ids(), ["text/plain", "text"], ["text/html", "html"])),
      button(t("Plain text"), () => copied(ids(), ["text/plain", "text"])),
      button("Markdown", () => copied(ids(), ["text/plain", "markdown"])),
      button("HTML", () => copied(ids(), ["text/plain", "html"]))),
    part(t("For a reference manager"), t("Each cited article once, with its quotations as notes."),
      ...[["RIS", "ris", "ris"], ["BibTeX", "bibtex", "bib"], ["CSL-JSON", "csl-json", "json"]].map(([label, format, ending]) =>
        button(label, () => saved(ids(), format, ending), { title: t("Save as {what}", { what: label }) }))),
    ...(answer.abstained || !answer.citations.length ? [] : [pictures(answer)]),
    part(t("On paper"), t("The conversation as it is shown, without what is to be pressed."),
      button(t("Print"), () => {
        dialog.close();
        window.print();
      })),
  ));
}

const part = (heading, about, ...buttons) =>
  make("section", {}, make("h3", {}, heading), make("p", {}, about), make("div", { class: "buttons" }, ...buttons));

async function saved(ids, format, ending) {
  try {
    const text = await cited(ids, format);
    if (!/[^\s[\]]/.test(text)) return tell(t("Nothing is cited there."));
    save(text, `cuttings.${ending}`, "text/plain");
  } catch (error) {
    tell(error.message);
  }
}

function pictures(answer) {
  const all = [...answer.citations, ...answer.differ.flatMap((one) => one.citations)];
  const citations = all.filter((one, at) => all.findIndex((other) => other.quote === one.quote) === at);
  const short = (quote) => (quote.length > SHORT ? `${quote.slice(0, SHORT).trimEnd()}\u2026` : quote);
  const which = make("select", { "aria-label": t("Quotation") },
    ...citations.map((citation, at) => make("option", { value: at }, `${at + 1}. ${short(citation.quote)}`)));
  const look = make("select", { "aria-label": t("Colours") },
    ...LOOKS.map((name) => make("option", { value: name }, name === "dark" ? t("Dark") : t("Light"))));
  if (matchMedia("(prefers-color-scheme: dark)").matches) look.value = "dark";
  const shown = make("img", { class: "card" });
  let svg = "";
  const redraw = () => {
    const citation = citations[which.value];
    svg = card(citation, look.value);
    shown.src = `data:image/svg+xml;charset=utf-8,${encodeURIComponent(svg)}`;
    shown.alt = `\u201c${citation.quote}\u201d \u2014 ${[origin(citation), citation.title].filter(Boolean).join(", ")}`;
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

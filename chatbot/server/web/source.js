// The page's source panel: beside what is read where there is room, else a dialog over it. A citation that a person
// opens stands in the address bar; the first one of a new answer opens beside it by itself, until that is closed.

import { api, byId, closeByClickBeside } from "./dom.js";
import { fileAddress, pageOf, PageView } from "./page_view.js";
import { addressOf, originalAddress, readAddress } from "./shared/citations.js";
import { english } from "./shared/english.js";
import { Language } from "./shared/language.js";
import { SourcePanel } from "./shared/source_panel.js";
import { recall, remember } from "./shared/storage.js";
import { showVersions } from "./versions.js";
import { count, locale, t } from "./words.js";

const dialog = byId("source");
const names = ["title", "where", "text", "place", "previous", "next"];
const elements = Object.fromEntries(names.map((name) => [name, byId(`source-${name}`)]));
const texts = {
  ...english,
  place: t("{i} of {n}", { i: "{i}", n: "{n}" }),
  opening: t("Opening…"),
  unopened: t("This article could not be opened"),
  changed: t("The article was changed after this answer: the quotation does not stand there any more."),
};
const panel = new SourcePanel(api, elements, new Language(texts, locale), show);

const paper = new PageView({
  element: byId("source-page"),
  label: byId("source-page-label"),
  previous: byId("source-page-previous"),
  next: byId("source-page-next"),
});

const wide = matchMedia("(min-width: 1100px)");
const BESIDE = "cuttings.beside"; // whether it opens by itself

let before = ""; // the address to go back to
let opener = null; // what was pressed
let answer = null; // the message whose citations are shown
let byItself = false;
let byKey = false; // whether the keyboard was used last

document.addEventListener("keydown", () => (byKey = true), true);
document.addEventListener("pointerdown", () => (byKey = false), true);

const isDialog = () => dialog.matches(":modal");
const chipsOf = (row) => [...row.querySelectorAll("a.chip")];
const addressesOf = (chips) => [...new Set(chips.map((chip) => chip.getAttribute("href")))];

/** Open a citation by its address; `chip` is its link in an answer, where it was opened there. */
export function openSource(address, chip = null) {
  answer = chip?.closest(".bot-row") ?? null;
  opener = document.activeElement;
  byItself = false;
  if (wide.matches) remember("localStorage", BESIDE, true);
  open(address, answer ? addressesOf(chipsOf(answer)) : [address]);
  if (dialog.open && !isDialog() && byKey) elements.text.focus({ preventScroll: true });
}

/**
 * Show the first citation of a new answer beside it, where there is room and that is wanted; while the answer is not
 * `whole`, only make room for it.
 */
export function openBeside(row, whole = true) {
  const chips = chipsOf(row).filter((chip) => !chip.closest("details:not([open])"));
  if (!wide.matches || recall("localStorage", BESIDE) === false || !chips.length || isDialog()) return;
  if (!whole) {
    document.body.classList.add("beside");
    return;
  }
  answer = row;
  opener = null;
  byItself = true;
  const all = addressesOf(chipsOf(row));
  open(chips[0].getAttribute("href"), all);
}

function open(address, together) {
  panel.open(together.map(readAddress), together.indexOf(address));
}

export function closeSource() {
  document.body.classList.remove("beside");
  if (dialog.open) dialog.close();
}

// A person closes it: no other opens by itself until one is opened again.
function dismiss() {
  if (!isDialog()) remember("localStorage", BESIDE, false);
  const within = !isDialog() && (dialog.contains(document.activeElement) || document.activeElement === document.body);
  closeSource();
  if (within) (opener?.isConnected ? opener : document.querySelector("#question textarea"))?.focus();
}

// As an attribute it takes no focus, which show() would.
function appear() {
  if (wide.matches) dialog.setAttribute("open", "");
  else dialog.showModal();
  document.body.classList.toggle("beside", wide.matches);
}

wide.addEventListener("change", () => {
  if (!dialog.open) return;
  dialog.close();
  if (!byItself || wide.matches) appear();
});

// The citation that is shown is marked in its answer, and goes with the steps from one to the next.
function point(address) {
  for (const chip of document.querySelectorAll("#chat a.chip[aria-current]")) chip.removeAttribute("aria-current");
  if (!answer || isDialog()) return;
  const current = chipsOf(answer).filter((chip) => chip.getAttribute("href") === address);
  for (const chip of current) chip.setAttribute("aria-current", "true");
  if (dialog.contains(document.activeElement)) current[0]?.closest(".cutting")?.scrollIntoView({ block: "nearest" });
}

function show(cited, article) {
  if (!dialog.open) {
    before = readAddress(location.hash) ? "" : location.hash;
    appear();
  }
  if (dialog.contains(document.activeElement)) byItself = false;
  // So that it can be bookmarked and sent.
  if (!byItself) history.replaceState(history.state, "", addressOf(cited));
  else if (readAddress(location.hash)) history.replaceState(history.state, "", location.pathname + location.search);
  if (!article) point(addressOf(cited));
  byId("source-steps").hidden = elements.next.hidden;
  // The button that was just pressed may be the one that leads no further.
  if (document.activeElement?.matches(":disabled")) elements.text.focus();
  byId("source-print").hidden = !article;
  byId("source-file").textContent = article?.source ?? "";
  const [link, original] = [byId("source-url"), originalAddress(article ?? {})];
  link.hidden = !original;
  if (original) link.href = original;
  else link.removeAttribute("href");
  const removed = article?.removed.length ?? 0;
  byId("source-left-out").hidden = removed === 0;
  byId("source-left-out-label").textContent = t("Show what was left out ({what})", { what: count(removed, "passage") });
  if (!article) byId("source-removed").checked = false;
  showVersions(article, (version) => panel.open([{ article_id: cited.article_id, start: 0, end: 0, version }]));
  showPaper(cited, article);
}

let onPaper = ""; // the place whose page is shown

// The page of the file beside the text, where the article's file has pages.
function showPaper(cited, article) {
  const has = Boolean(article?.pages?.length) && article.version === article.newest; // the file is the newest's
  if (!article && dialog.classList.contains("with-paper")) return; // the next one is on its way
  dialog.classList.toggle("with-paper", has);
  byId("source-paper").hidden = byId("source-views").hidden = byId("source-pdf").hidden = !has;
  const place = has ? addressOf(cited) : "";
  if (place === onPaper) return; // drawn again, with what was left out or without
  onPaper = place;
  if (!has) return paper.close();
  byId("source-pdf").href = fileAddress(article, pageOf(article, cited.start));
  paper.open(cited, article);
}

// On a narrow screen one of the two is shown at a time.
function view(which) {
  dialog.dataset.view = which;
  for (const name of ["page", "text"]) byId(`source-view-${name}`).setAttribute("aria-pressed", String(name === which));
}

view("page");
for (const name of ["page", "text"]) byId(`source-view-${name}`).addEventListener("click", () => view(name));

dialog.addEventListener("close", () => {
  if (dialog.open) return; // opened again meanwhile
  document.body.classList.remove("beside");
  point("");
  panel.close();
  paper.close();
  onPaper = "";
  dialog.classList.remove("with-paper");
  if (readAddress(location.hash)) history.replaceState(history.state, "", location.pathname + location.search + before);
});
closeByClickBeside(dialog);
byId("source-close").addEventListener("click", dismiss);
document.addEventListener("keydown", (event) => {
  const elsewhere = event.defaultPrevented || isDialog() || document.querySelector("dialog:modal");
  if (event.key !== "Escape" || !dialog.open || elsewhere || event.target.closest?.(".editing")) return;
  dismiss();
});
byId("source-removed").addEventListener("change", (event) => panel.draw(event.target.checked));

// The page's source panel: in a dialog, with the open citation in the address bar.

import { api, byId, closeByClickBeside } from "./dom.js";
import { fileAddress, PageView } from "./page_view.js";
import { addressOf, originalAddress, readAddress } from "./shared/citations.js";
import { Language } from "./shared/language.js";
import { SourcePanel } from "./shared/source_panel.js";
import { showVersions } from "./versions.js";
import { count, t } from "./words.js";

const dialog = byId("source");
const names = ["title", "where", "text", "place", "previous", "next"];
const elements = Object.fromEntries(names.map((name) => [name, byId(`source-${name}`)]));
const panel = new SourcePanel(api, elements, new Language(), show);

const paper = new PageView({
  element: byId("source-page"),
  label: byId("source-page-label"),
  previous: byId("source-page-previous"),
  next: byId("source-page-next"),
});

let before = ""; // the address to go back to

/** Open a citation by its address; `among` are the addresses of all that belong together, in order. */
export function openSource(address, among = []) {
  const together = among.includes(address) ? among : [address];
  panel.open(together.map(readAddress), together.indexOf(address));
}

export const closeSource = () => dialog.close();

function show(cited, article) {
  if (!dialog.open) {
    before = readAddress(location.hash) ? "" : location.hash;
    dialog.showModal();
  }
  // So that it can be bookmarked and sent.
  history.replaceState(history.state, "", addressOf(cited));
  byId("source-steps").hidden = elements.next.hidden;
  // The button that was just pressed may be the one that leads no further.
  if (document.activeElement?.matches(":disabled")) elements.text.focus();
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

/** The page, from 1, on which a place of an article begins. */
const pageOf = ({ pages }, start) => Math.max(pages.filter((begins) => begins <= start).length, 1);

// On a narrow screen one of the two is shown at a time.
function view(which) {
  dialog.dataset.view = which;
  for (const name of ["page", "text"]) byId(`source-view-${name}`).setAttribute("aria-pressed", String(name === which));
}

view("page");
for (const name of ["page", "text"]) byId(`source-view-${name}`).addEventListener("click", () => view(name));

dialog.addEventListener("close", () => {
  if (dialog.open) return; // opened again meanwhile
  panel.close();
  paper.close();
  onPaper = "";
  dialog.classList.remove("with-paper");
  if (readAddress(location.hash)) history.replaceState(history.state, "", location.pathname + location.search + before);
});
closeByClickBeside(dialog);
byId("source-close").addEventListener("click", closeSource);
byId("source-removed").addEventListener("change", (event) => panel.draw(event.target.checked));

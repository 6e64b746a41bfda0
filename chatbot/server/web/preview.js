// A look at a citation without opening it: where it comes from, and the sentences beside it.
//
// Shown while the pointer rests on a numbered citation or the keyboard is on it, and while the pointer rests on the
// preview itself; Escape takes it away.

import { byId } from "./dom.js";
import { around, articleOf, asParagraphs } from "./passage.js";
import { textAt } from "./shared/article_text.js";
import { originNodes, readAddress } from "./shared/citations.js";
import { foreign, make } from "./shared/elements.js";
import { locale } from "./words.js";

const box = byId("preview");
const REST = 300; // milliseconds until it comes
const GRACE = 200; // and until it goes, for the way of the pointer to it
const GAP = 6; // pixels

let shown = null; // the citation that it belongs to
let timer;

function later(act, wait) {
  clearTimeout(timer);
  timer = setTimeout(act, wait);
}

const chipAt = (event) => event.target.closest?.("#chat a.chip");

async function show(chip) {
  const cited = readAddress(chip.getAttribute("href"));
  // What is open beside the answer needs no preview.
  if (!cited || chip.hasAttribute("aria-current")) return;
  shown = chip;
  try {
    const article = await articleOf(cited.article_id);
    if (shown !== chip || !chip.isConnected) return;
    const { before, after } = around(article, cited);
    box.replaceChildren(
      make("p", { class: "where" }, ...originNodes(article, locale)),
      foreign("p", { class: "title" }, article.title),
      ...asParagraphs(before, 1, true),
      foreign("p", {}, make("mark", {}, textAt(article, cited))),
      ...asParagraphs(after, 1, false),
    );
    box.showPopover();
    place(chip);
    chip.setAttribute("aria-describedby", box.id);
  } catch {
    hide(); // to open the citation says what is wrong
  }
}

// Below the citation, or above it where there is more room.
function place(chip) {
  const at = chip.getBoundingClientRect();
  const { width, height } = box.getBoundingClientRect();
  const below = innerHeight - at.bottom - GAP;
  const top = below >= height || below >= at.top ? at.bottom + GAP : Math.max(GAP, at.top - GAP - height);
  box.style.left = `${Math.max(GAP, Math.min(at.left, innerWidth - width - GAP))}px`;
  box.style.top = `${top}px`;
}

function hide() {
  clearTimeout(timer);
  shown?.removeAttribute("aria-describedby");
  shown = null;
  if (box.matches(":popover-open")) box.hidePopover();
}

document.addEventListener("pointerover", (event) => {
  if (event.pointerType !== "mouse") return;
  const chip = chipAt(event);
  if (chip && chip !== shown) later(() => show(chip), REST);
  else if (chip || box.contains(event.target)) clearTimeout(timer);
  else later(hide, GRACE);
});
document.addEventListener("focusin", (event) => {
  const chip = chipAt(event);
  if (chip?.matches(":focus-visible")) later(() => show(chip), REST);
  else hide();
});
document.addEventListener("focusout", (event) => chipAt(event) && hide());
document.addEventListener("pointerdown", (event) => !box.contains(event.target) && hide());
document.addEventListener("click", (event) => chipAt(event) && hide());
addEventListener("scroll", hide, { passive: true });
document.addEventListener("keydown", (event) => {
  if (event.key !== "Escape" || !box.matches(":popover-open")) return;
  event.preventDefault(); // it closes this, and nothing behind it
  hide();
}, true);

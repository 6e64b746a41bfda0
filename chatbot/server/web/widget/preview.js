// A look at a citation without opening it: where it comes from, and what stands around it.
//
// Shown while the pointer rests on a citation or the keyboard is on it, and while the pointer is on the preview;
// Escape takes it away.

import { paragraphs, textAt } from "../shared/article_text.js";
import { originNodes } from "../shared/citations.js";
import { foreign, make } from "../shared/elements.js";

const REST = 300; // milliseconds until it comes, and until it goes: the way of the pointer to it

export class Preview {
  element = make("div", { class: "preview", id: "preview", role: "tooltip", hidden: true });
  #server;
  #language;
  #chip = null; // what it is shown for
  #awaited = null; // what it will be shown for
  #timer;
  #article = {}; // the last one that was asked for: {of, text}, the text a promise

  /** Of the chips within `talk`, each of which has its citation as `place`. */
  constructor(server, language, talk) {
    this.#server = server;
    this.#language = language;
    talk.after(this.element);
    talk.addEventListener("focusin", ({ target }) => target.matches(".chip:focus-visible") && this.#later(target));
    talk.addEventListener("focusout", () => this.hide());
    talk.addEventListener("click", () => this.hide());
    for (const over of [talk, this.element]) {
      over.addEventListener("pointerover", ({ target }) => this.#later(over === talk ? target.closest(".chip") : this.#chip));
      over.addEventListener("pointerleave", () => this.#later(null));
    }
  }

  /** Whether there was one. */
  hide() {
    clearTimeout(this.#timer);
    const shown = this.#chip;
    shown?.removeAttribute("aria-describedby");
    this.#chip = this.#awaited = null;
    this.element.hidden = true;
    return Boolean(shown);
  }

  /** What is beside it has moved: it is shown anew where that rests. */
  moved() {
    const awaited = this.#awaited;
    this.hide();
    if (awaited) this.#later(awaited);
  }

  #later(chip) {
    clearTimeout(this.#timer);
    this.#awaited = chip;
    if (chip !== this.#chip) this.#timer = setTimeout(() => (chip ? this.#show(chip) : this.hide()), REST);
  }

  async #show(chip) {
    this.hide();
    this.#chip = this.#awaited = chip;
    const { place } = chip;
    this.#fill(place, [foreign("p", {}, make("mark", {}, place.quote))]);
    chip.setAttribute("aria-describedby", "preview");
    const { article_id: id, version } = place;
    const of = `${id} ${version}`;
    if (this.#article.of !== of) this.#article = { of, text: this.#server.article(id, version) };
    try {
      const article = await this.#article.text;
      if (this.#chip !== chip || textAt(article, place) !== place.quote) return;
      const all = paragraphs(article, place);
      const at = all.findIndex((one) => one.querySelector("mark"));
      this.#fill(place, all.slice(Math.max(at - 1, 0), at + 2));
    } catch {
      this.#article = {}; // to open the citation says what is wrong
    }
  }

  // Below the chip, or above it in the lower half of the view.
  #fill(place, text) {
    const { element } = this;
    const where = [...originNodes(place, this.#language.locale), ...(place.heading ? [" · ", foreign("span", {}, place.heading)] : [])];
    const quoted = make("div", {}, ...text);
    element.replaceChildren(make("p", { class: "quiet" }, ...where), foreign("b", {}, place.title), quoted);
    element.hidden = false;
    const [chip, view] = [this.#chip, element.offsetParent].map((one) => one.getBoundingClientRect());
    const below = chip.top + chip.bottom < view.top + view.bottom;
    element.style.inset = below ? `${chip.bottom - view.top}px 16px auto` : `auto 16px ${view.bottom - chip.top}px`;
    quoted.scrollTop = quoted.querySelector("mark").offsetTop - 25; // a line above it
  }
}

// The source panel: a whole article, scrolled to the quotation, which is marked.

import { paragraphs, textAt } from "./article_text.js";
import { originNodes } from "./citations.js";
import { make } from "./elements.js";

export class SourcePanel {
  #api;
  #elements;
  #language;
  #show;
  #opened = null; // {places, at}, the places of one answer and which of them is shown
  #article = null; // the article of that place, once it is there

  /**
   * `elements` are those that it fills: title, where, text, place, previous, next. `language` has the interface's
   * words, as language.js. `show(cited, article)` draws what else there is to a place, without an article while
   * that is on its way.
   */
  constructor(api, elements, language, show) {
    this.#api = api;
    this.#elements = elements;
    this.#language = language;
    this.#show = show;
    elements.previous.addEventListener("click", () => this.#step(-1));
    elements.next.addEventListener("click", () => this.#step(1));
  }

  get isOpen() {
    return this.#opened !== null;
  }

  /** Show one of the `places` of an answer. A place with a `quote` is marked only where that stands there. */
  async open(places, at = 0) {
    const opened = (this.#opened = { places, at });
    const { place, previous, next } = this.#elements;
    const [among, n] = [places.length > 1, places.length];
    place.textContent = among ? this.#language.say("place", { i: at + 1, n }) : "";
    previous.hidden = next.hidden = !among;
    previous.disabled = at === 0;
    next.disabled = at === n - 1;
    this.#article = null;
    this.#fill({ title: this.#language.say("opening") });
    this.#show(places[at]);
    try {
      const article = await this.#api.article(places[at].article_id, places[at].version);
      // Another one may have been opened, or the panel closed, while this one was on its way.
      if (this.#opened !== opened) return;
      this.#article = article;
      this.draw();
    } catch (error) {
      if (this.#opened !== opened) return;
      this.#fill({ title: this.#language.say("unopened") }, make("p", {}, this.#language.explain(error)));
    }
  }

  /** Draw the article (again), with what was removed from it or without. */
  draw(withRemoved = false) {
    const cited = this.#opened.places[this.#opened.at];
    // The article may have been replaced since; nothing is marked that was not quoted.
    const stands = cited.quote === undefined || textAt(this.#article, cited) === cited.quote;
    const { version, newest } = this.#article;
    const changed = !stands || (cited.end && version !== newest); // then this is the version that was quoted
    const note = changed ? [make("p", { class: "trouble" }, this.#language.say("changed"))] : [];
    const marked = stands ? cited : { start: 0, end: 0 };
    this.#fill(this.#article, ...note, ...paragraphs(this.#article, marked, withRemoved));
    this.#show(cited, this.#article);
    this.#bringIntoView(this.#elements.text.querySelector("mark"));
  }

  close() {
    this.#opened = null;
  }

  #step(by) {
    return this.open(this.#opened.places, this.#opened.at + by);
  }

  #fill(article, ...shown) {
    const { title, where, text } = this.#elements;
    title.textContent = article.title;
    where.replaceChildren(...originNodes(article, this.#language.locale));
    text.replaceChildren(...shown);
    text.scrollTop = 0;
  }

  // Not scrollIntoView, which would move the host page of a widget too.
  #bringIntoView(mark) {
    const { text } = this.#elements;
    if (!mark) return;
    const [inner, outer] = [mark.getBoundingClientRect(), text.getBoundingClientRect()];
    text.scrollTop = inner.top - outer.top - Math.max(16, (outer.height - inner.height) / 2);
  }
}

// The page of a PDF with a quotation marked on it, drawn by pdf.js, which is loaded when it is first needed.

import { api } from "./dom.js";
import { make } from "./shared/elements.js";
import { t } from "./words.js";

const SHARPEST = 3; // pixels of the canvas for one of the screen, at most: memory grows with its square

let library = null;

// Not imported above: it is larger than all else on the page together.
function pdfjs() {
  library ??= import("./pdfjs/pdf.min.mjs").then((loaded) => {
    loaded.GlobalWorkerOptions.workerSrc = new URL("pdfjs/pdf.worker.min.mjs", import.meta.url).href;
    return loaded;
  });
  return library;
}

/** The address of the file of an article, at one of its pages. */
export const fileAddress = ({ id }, page = 1) => `${api.root}articles/${encodeURIComponent(id)}/original#page=${page}`;

/** The page, from 1, on which a place of an article begins. */
export const pageOf = ({ pages }, start) => Math.max(pages.filter((begins) => begins <= start).length, 1);

export class PageView {
  #element;
  #label;
  #previous;
  #next;
  #shown = null; // what was asked for last: {article, marks, number}
  #file = null; // {id, pdf}, the last one that was opened
  #drawing = null;

  /** `element` is filled with the page; `label` says which it is, `previous` and `next` turn to others. */
  constructor({ element, label, previous, next }) {
    this.#element = element;
    this.#label = label;
    this.#previous = previous;
    this.#next = next;
    previous.addEventListener("click", () => this.#turn(-1));
    next.addEventListener("click", () => this.#turn(1));
  }

  /** Show the page on which `cited` stands in `article`, with its words marked; an article opened as such has none. */
  async open(cited, article) {
    const shown = (this.#shown = { article, marks: new Map(), number: pageOf(article, cited.start) });
    this.#say(t("Opening the page"));
    try {
      if (cited.end > cited.start) {
        const query = new URLSearchParams({ start: cited.start, end: cited.end });
        const { pages } = await api.get(`articles/${encodeURIComponent(article.id)}/place?${query}`);
        if (this.#shown !== shown) return;
        shown.marks = new Map(pages.map((page) => [page.page, page]));
        shown.number = pages[0]?.page ?? shown.number;
      }
      await this.#draw(shown);
    } catch (error) {
      this.#fail(shown, error);
    }
  }

  /** Forget what is shown, and give its memory back. */
  close() {
    this.#shown = null;
    this.#drawing?.cancel();
    this.#element.replaceChildren();
    this.#file?.pdf.loadingTask.destroy();
    this.#file = null;
  }

  #say(text) {
    this.#label.textContent = "";
    this.#previous.disabled = this.#next.disabled = true;
    this.#element.replaceChildren(make("p", { class: "page-note" }, text));
  }

  #fail(shown, error) {
    if (this.#shown !== shown) return;
    console.info(error);
    this.#say(t("The page cannot be shown. Its text can be read."));
  }

  async #turn(by) {
    const shown = this.#shown;
    shown.number += by;
    try {
      await this.#draw(shown);
    } catch (error) {
      this.#fail(shown, error);
    }
  }

  async #open(article) {
    if (this.#file?.id === article.id) return this.#file.pdf;
    const { getDocument, VerbosityLevel } = await pdfjs();
    const task = getDocument({
      url: fileAddress(article).replace(/#.*/, ""),
      enableXfa: false,
      isEvalSupported: false,
      useWasm: false,
      disableRange: true,
      verbosity: VerbosityLevel.ERRORS,
    });
    const pdf = await task.promise;
    this.#file?.pdf.loadingTask.destroy();
    this.#file = { id: article.id, pdf };
    return pdf;
  }

  async #draw(shown) {
    const pdf = await this.#open(shown.article);
    const { number } = shown;
    const page = await pdf.getPage(number);
    if (this.#shown !== shown || shown.number !== number) return;
    const whole = page.getViewport({ scale: 1 });
    const wide = Math.max(this.#element.clientWidth, 240);
    const sharp = Math.min(devicePixelRatio || 1, SHARPEST);
    const viewport = page.getViewport({ scale: (wide * sharp) / whole.width });
    const canvas = make("canvas", { width: viewport.width, height: viewport.height });
    canvas.setAttribute("role", "img");
    const label = t("Page {n} of {pages}", { n: number, pages: pdf.numPages });
    canvas.setAttribute("aria-label", `${label}, ${shown.article.title}`);
    this.#drawing?.cancel();
    this.#drawing = page.render({ canvas, viewport });
    await this.#drawing.promise.catch((error) => {
      if (error.name !== "RenderingCancelledException") throw error;
    });
    if (this.#shown !== shown || shown.number !== number) return;
    const sheet = make("div", { class: "sheet" }, canvas, ...marks(shown.marks.get(number)));
    this.#element.replaceChildren(sheet);
    this.#label.textContent = label;
    this.#previous.disabled = number === 1;
    this.#next.disabled = number === pdf.numPages;
    this.#bringIntoView(sheet.querySelector(".page-mark"));
  }

  #bringIntoView(mark) {
    if (!mark) {
      this.#element.scrollTop = 0;
      return;
    }
    const [inner, outer] = [mark.getBoundingClientRect(), this.#element.getBoundingClientRect()];
    this.#element.scrollTop += inner.top - outer.top - outer.height / 3;
  }
}

// In shares of the page, so that they stay in their place at any width.
function marks(page) {
  if (!page) return [];
  const share = (part, whole) => `${(100 * part) / whole}%`;
  return page.rectangles.map(({ x0, top, x1, bottom }) => {
    const mark = make("span", { class: "page-mark" });
    mark.style.left = share(x0, page.width);
    mark.style.top = share(top, page.height);
    mark.style.width = share(x1 - x0, page.width);
    mark.style.height = share(bottom - top, page.height);
    return mark;
  });
}

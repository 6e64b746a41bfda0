// What the widget's colours follow: the page that it stands on, which may change, and the accent.

/** Looks to the colours of the `root` of a widget, which is the element `widget`, until the `signal`. */
export class Colours {
  #root;
  #widget;

  constructor(root, widget) {
    this.#root = root;
    this.#widget = widget;
  }

  /** Choose them again: light or dark as `theme` says, else as the page is here; and what stands on the accent. */
  choose(theme) {
    this.#root.classList.toggle("dark", theme === "dark" || (theme !== "light" && this.#onDark()));
    // White or black, whichever stands out more (WCAG's contrast; never below 4.5).
    this.#root.style.setProperty("--on-accent", this.#isPale("var(--accent)") ? "#000" : "#fff");
  }

  /** Call `change` when the page may have other colours. */
  watch(change, signal) {
    const observer = new MutationObserver(change);
    for (const node of this.#behind()) observer.observe(node, { attributes: true });
    observer.observe(document.head, { attributes: true, childList: true, subtree: true }); // style sheets
    signal.addEventListener("abort", () => observer.disconnect());
    matchMedia("(prefers-color-scheme: dark)").addEventListener("change", change, { signal });
    for (const type of ["load", "transitionend"]) addEventListener(type, change, { signal });
  }

  // The elements that are seen behind the widget, the nearest first.
  #behind() {
    const found = [];
    let node = this.#widget.parentElement;
    if (node === document.documentElement) node = document.body;
    for (; node; node = node.parentElement) found.push(node);
    return found;
  }

  // By what is painted there; where nothing is, by the text that a browser would write.
  #onDark() {
    const painted = this.#behind().map((node) => getComputedStyle(node).backgroundColor);
    const seen = painted.find((colour) => (this.#numbers(colour)[3] ?? 1) > 0.5);
    return seen ? !this.#isPale(seen) : this.#isPale(getComputedStyle(this.#widget).color);
  }

  #isPale(colour) {
    const [r, g, b] = this.#numbers(colour).map((c) => (c <= 0.04045 ? c / 12.92 : ((c + 0.055) / 1.055) ** 2.4));
    return (0.2126 * r + 0.7152 * g + 0.0722 * b + 0.05) ** 2 > 0.05 * 1.05;
  }

  // Red, green, blue, each 0 to 1, and opacity where it is not whole; however the colour is written.
  #numbers(colour) {
    const { style } = this.#root;
    style.setProperty("--asked", colour);
    return getComputedStyle(this.#root).outlineColor.match(/[\d.]+(e-\d+)?/g).map(Number);
  }
}

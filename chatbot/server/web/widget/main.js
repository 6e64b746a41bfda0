// The Cuttings widget: ask the articles of a Cuttings server from any page.
//
//   <script src="https://HOST/widget.js" data-title="Ask our archive" defer></script>
//
// It lives in a shadow tree, so that neither side's styles reach the other; it makes no inline style or script
// and reads nothing as HTML, so that it runs under a strict content security policy. docs/widget.md describes
// the attributes, the custom properties and the events. `make widget` makes one file of this and all that it
// imports, ../widget.js, which is what is served.

import { CuttingsWidget } from "./element.js";
import { TEXTS } from "./texts.js";

const NAME = "cuttings-widget";

// What the script's own tag asks for.
function settingsOf(script) {
  const { title, accent, lang, position, theme, target, key, collection } = script.dataset;
  const asked = (lang || document.documentElement.lang).slice(0, 2).toLowerCase();
  const language = asked in TEXTS ? asked : "en";
  const right = getComputedStyle(document.documentElement).direction === "ltr" ? "right" : "left";
  return {
    base: new URL(".", script.src).href,
    title: title || TEXTS[language].title,
    accent: CSS.supports("color", accent ?? "") ? accent : "",
    language,
    position: ["left", "right"].includes(position) ? position : right,
    theme: theme ?? "auto",
    target: target ?? "",
    key: key ?? "",
    collection: collection ?? "",
  };
}

function start(settings) {
  // Beside the body, not in it: a body that is turned, blurred or replaced takes along what is fixed in it.
  const place = settings.target ? document.querySelector(settings.target) : document.documentElement;
  if (!place) {
    console.error(`cuttings: no element of this page matches data-target="${settings.target}"`);
    return;
  }
  // The script may stand twice on a page, in two templates say; one place holds one widget.
  if ([...place.children].some((child) => child.localName === NAME)) return;
  const Widget = customElements.get(NAME) ?? CuttingsWidget;
  if (Widget === CuttingsWidget) customElements.define(NAME, CuttingsWidget);
  place.append(new Widget(settings));
}

const settings = settingsOf(document.currentScript);
if (document.readyState !== "loading") start(settings);
else addEventListener("DOMContentLoaded", () => start(settings));

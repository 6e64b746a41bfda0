// The view of a source: the source panel, with ways back to the answer and out to the whole article.

import { addressOf, originalAddress } from "../shared/citations.js";
import { foreign, make } from "../shared/elements.js";
import { SourcePanel } from "../shared/source_panel.js";
import { outsideLink, roundButton } from "./controls.js";

/** Its `element` and its `panel`; `back` and `close` are the buttons that leave it. */
export function sourceView(server, language, { back, close }) {
  const place = make("p", { class: "quiet" });
  const [previous, next] = ["previous", "next"].map((name) => roundButton(name, language.say(name), () => {}));
  const where = make("p", { class: "quiet" });
  const title = foreign("h2", { id: "title" });
  const text = make("div", { class: "scroll", tabIndex: 0, role: "group", "aria-labelledby": "title" });
  const links = make("p", { class: "links" });
  const panel = new SourcePanel(server, { title, where, text, place, previous, next }, language, (cited, article) => {
    links.replaceChildren();
    if (!article) {
      text.focus({ preventScroll: true });
      return;
    }
    const original = originalAddress(article);
    if (original) links.append(outsideLink(language.say("original"), original));
    links.append(outsideLink(language.say("full"), server.page + addressOf(cited)));
  });
  const element = make("div", { class: "view source", hidden: true },
    make("div", { class: "top" }, back, place, previous, next, close),
    make("div", { class: "about" }, where, title),
    text,
    make("div", { class: "foot" }, links));
  return { element, panel };
}

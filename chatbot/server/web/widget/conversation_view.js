// The view of the conversation: what there is to ask, what was asked, and the box to ask in.

import { foreign, make } from "../shared/elements.js";
import { outsideLink } from "./controls.js";

/** Its elements by name, `conversation` the whole; `fresh` and `close` are buttons, `submit` sends what is in the box. */
export function conversationView(title, server, language, { fresh, close, submit }) {
  const count = make("p", { class: "quiet" });
  const examples = make("div", { class: "examples" });
  const intro = make("div", { class: "intro" }, make("p", {}, language.say("intro")), count, examples);
  const talk = make("div", { role: "log", "aria-live": "polite" });
  const scroll = make("div", { class: "scroll", tabIndex: 0, role: "group", "aria-label": title }, intro, talk);
  const offline = make("p", { class: "offline", role: "status" });
  const named = { placeholder: title, "aria-label": title };
  const box = make("textarea", { rows: 1, dir: "auto", enterKeyHint: "send", ...named });
  const ask = make("button", { type: "button", class: "ask", onclick: () => submit() }, language.say("ask"));
  const full = outsideLink(language.say("full"), server.page);
  const conversation = make("div", { class: "view conversation" },
    make("div", { class: "top" }, make("h2", {}, foreign("span", {}, title)), fresh, close),
    scroll,
    offline,
    make("div", { class: "foot" }, make("div", { class: "box" }, box, ask), make("p", { class: "links" }, full)));
  return { conversation, count, examples, intro, talk, scroll, offline, box, ask, full };
}

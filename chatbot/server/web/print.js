// On paper: the conversation, or the article that is open (print.css says how each looks there).

import { byId } from "./dom.js";
import { button } from "./shared/elements.js";
import { t } from "./words.js";

function print(what) {
  document.documentElement.dataset.print = what;
  window.print();
}

export const printConversation = () => print("conversation");

// By the browser's own command it is what lies over everything else, or else the view.
addEventListener("afterprint", () => delete document.documentElement.dataset.print);

byId("source").querySelector(".end").append(button(t("Print"), () => print("source"), { id: "source-print" }));

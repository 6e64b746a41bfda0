// The page's source panel: in a dialog, with the open citation in the address bar.

import { api, byId, closeByClickBeside } from "./dom.js";
import { addressOf, originalAddress, readAddress } from "./shared/citations.js";
import { Language } from "./shared/language.js";
import { SourcePanel } from "./shared/source_panel.js";
import { count, t } from "./words.js";

const dialog = byId("source");
const names = ["title", "where", "text", "place", "previous", "next"];
const elements = Object.fromEntries(names.map((name) => [name, byId(`source-${name}`)]));
const panel = new SourcePanel(api, elements, new Language(), show);

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
}

dialog.addEventListener("close", () => {
  if (dialog.open) return; // opened again meanwhile
  panel.close();
  if (readAddress(location.hash)) history.replaceState(history.state, "", location.pathname + location.search + before);
});
closeByClickBeside(dialog);
byId("source-close").addEventListener("click", closeSource);
byId("source-removed").addEventListener("change", (event) => panel.draw(event.target.checked));

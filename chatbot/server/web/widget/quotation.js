// A quotation with the words marked that answer, its source, and the other sources that say the same.

import { originNodes } from "../shared/citations.js";
import { button, foreign, make } from "../shared/elements.js";

/**
 * Its element, with chips for its sources; `number(citation)` is that of a source, `open(citation, chip)` opens its
 * place, `titled`: the title is given.
 */
export function quotation(citation, language, { number, open, titled }) {
  const chipOf = (one, withTitle) => sourceChip(one, language, { number, open, titled: withTitle });
  const element = make("blockquote", { class: "cutting" }, quote(citation));
  element.append(make("p", { class: "from" }, chipOf(citation, titled)));
  if (citation.also.length) {
    const chips = citation.also.flatMap((other) => [chipOf(other, false), " "]);
    const sources = language.say(citation.sources === 1 ? "source" : "sources", { n: citation.sources });
    element.append(make("p", { class: "also" }, language.say("also"), " ", ...chips, make("span", {}, `· ${sources}`)));
  }
  return element;
}

function quote({ quote, start, highlight }) {
  if (!highlight) return foreign("p", { class: "quote" }, quote);
  const points = Array.from(quote); // offsets count code points
  const cut = (from, to) => points.slice(from, to).join("");
  const [from, to] = [highlight.start - start, highlight.end - start];
  return foreign("p", { class: "quote" }, cut(0, from), make("mark", {}, cut(from, to)), cut(to));
}

// What opens the cited place, labelled with its number and what of publisher, date and title there is.
function sourceChip(citation, language, { number, open, titled }) {
  const chip = button("", () => open(citation, chip), { class: "chip" });
  chip.place = citation;
  const origin = originNodes(citation, language.locale);
  const title = foreign("span", {}, citation.title);
  const among = `[${number(citation)}] `;
  chip.append(make("b", {}, among, ...(origin.length ? origin : [title])), " ");
  if (titled && origin.length) chip.append(title);
  return chip;
}

// What the interface says in one language. What comes from the articles stays in theirs.

import { day, dayFormat, parseDay } from "./dates.js";
import { english } from "./english.js";

export class Language {
  #texts;

  constructor(texts = english, locale = "en-GB") {
    this.#texts = texts;
    this.locale = locale;
  }

  /** The text of a name, with what is between its braces filled in. */
  say(name, values = {}) {
    return this.#texts[name].replace(/\{(\w+)\}/g, (_, slot) => values[slot]);
  }

  /** Why something failed: in the server's words, where it said any. */
  explain(error) {
    return error.detail || this.say(error.kind ?? "failed");
  }

  /** The days from one to another, as one writes them; either may be null: "3 May 2024 –". */
  days(from, to) {
    if (from && to) return dayFormat(this.locale).formatRange(parseDay(from), parseDay(to));
    return from || to ? `${day(from, this.locale)} – ${day(to, this.locale)}`.trim() : "";
  }
}

// What the widget shows below a question: the answer, that it is on its way, or what went wrong.

import { button, foreign, make } from "../shared/elements.js";
import { parts, placeOf, places } from "./answers.js";
import { outsideLink } from "./controls.js";
import { quotation } from "./quotation.js";

const CLOSEST = 3; // passages listed where the articles do not answer
const MOST_ARTICLES = 20; // that an answer lists
const LISTS = ["articles", "counting"]; // kinds of answers that list articles
const SEVERAL = "several at once"; // the kind of answer whose parts say each how sure they are

export class Reply {
  #language;
  #act;

  /**
   * What a person may do with it, as functions of `act`: `ask(question)`; `again(exchange, changes)` in the same
   * place, with changes to how it is asked; `openSource(places, at, chip)`; and `page`, the full page's address.
   */
  constructor(language, act) {
    this.#language = language;
    this.#act = act;
  }

  /** The elements of it. An exchange is {question, asTyped, anyTime, answer, state, error}. */
  elements(exchange) {
    const { answer, state, error } = exchange;
    const shown = answer ? this.#answer(exchange) : [];
    if (state === "asking" && !shown.length) shown.push(make("p", { class: "quiet pending" }, this.#say("reading")));
    if (state === "stopped") shown.push(this.#trouble(exchange, this.#say("stopped")));
    if (state === "failed") {
      const why = error.kind === "failed" ? this.#language.explain(error) : this.#say(error.kind);
      const trouble = this.#trouble(exchange, why, error.wait);
      // A session of the server's own pages counts there only, so that is where a person is sent.
      if (error.kind === "unsigned") trouble.append(outsideLink(this.#say("full"), this.#act.page));
      shown.push(trouble);
    }
    return shown;
  }

  #say(name, values) {
    return this.#language.say(name, values);
  }

  #quiet(...children) {
    return make("p", { class: "quiet" }, ...children);
  }

  #trouble(exchange, why, wait = 0) {
    const retry = this.#say("retry");
    const label = wait ? `${retry} (${wait} s)` : retry;
    const again = button(label, () => this.#act.again(exchange), { class: "pill", disabled: wait > 0 });
    if (wait) setTimeout(() => Object.assign(again, { disabled: false, textContent: retry }), wait * 1000);
    return make("div", { class: "trouble" }, make("p", {}, why), again);
  }

  #answer(exchange) {
    const { answer } = exchange;
    if (answer.notice) return [make("p", { lang: "en" }, answer.notice)];
    const shown = [this.#searched(exchange), this.#time(exchange), this.#counted(answer)].filter(Boolean);
    if (answer.unquoted) shown.push(this.#quiet(this.#say("unquoted", { n: answer.unquoted })));
    if (answer.abstained) shown.push(...this.#nothing(answer));
    else shown.push(...this.#doubt(answer.kind === SEVERAL ? "answer" : answer.state), this.#quotations(answer));
    const options = answer.suggestions.map((question) =>
      foreign("button", { type: "button", class: "pill", onclick: () => this.#act.ask(question) }, question),
    );
    if (options.length) shown.push(make("div", { class: "options" }, ...options));
    return shown;
  }

  #searched(exchange) {
    const { question, answer, asTyped } = exchange;
    if (asTyped) return this.#quiet(this.#say("wasTyped"));
    const { corrections, rewrite_reason: completed, standalone_question: searched } = answer;
    if (searched === question) return null;
    const corrected = corrections?.map((one) => this.#say("corrected", one)).join(", ");
    const words = foreign("i", {}, completed ? searched : corrected || searched);
    return this.#quiet(this.#say("searched"), " ", words, " ", this.#undo(exchange, "asTyped"));
  }

  #time(exchange) {
    const { period } = exchange.answer;
    if (exchange.anyTime) return this.#quiet(this.#say("wasAnyTime"));
    if (!period) return null;
    const nothing = period.kind === "filter" && !period.articles;
    const when = this.#language.days(period.from, period.to);
    const words = [this.#say(nothing ? "nothing" : period.kind, { when })];
    if (period.kind === "filter" && period.undated) words.push(this.#say("undated", { n: period.undated }));
    return this.#quiet(words.join(" "), " ", this.#undo(exchange, "anyTime"));
  }

  // Asks again without what the server did to the question.
  #undo(exchange, what) {
    return button(this.#say(what), () => this.#act.again(exchange, { [what]: true }), { class: "undo" });
  }

  // How many articles are listed, where that is asked for.
  #counted({ kind, sections }) {
    const n = sections?.length;
    if (!n || !LISTS.includes(kind)) return null;
    return this.#quiet(this.#say("articles", { n: n < MOST_ARTICLES ? n : `${n}+` }));
  }

  // What is said before quotations that are not sure enough to be stated, or in place of them.
  #doubt(state) {
    if (state === "possibly") return [make("p", { class: "unsure" }, this.#say("possibly"))];
    return state === "none" ? [make("p", {}, this.#say("none"))] : [];
  }

  #nothing(answer) {
    const shown = [];
    const { period } = answer;
    // Where no article is of the time that was asked for, that has been said already.
    if (!(period?.kind === "filter" && !period.articles)) shown.push(...this.#doubt("none"));
    if (answer.citations.length) {
      const closest = this.#quotations({ ...answer, citations: answer.citations.slice(0, CLOSEST) });
      shown.push(make("details", {}, make("summary", {}, this.#say("closest")), closest));
    }
    return shown;
  }

  // A title is given once for the sentences of one article in a row.
  #quotations(answer) {
    const { kind } = answer;
    const among = places(answer);
    const number = (citation) => placeOf(citation, among) + 1;
    const open = (citation, chip) => this.#act.openSource(among, placeOf(citation, among), chip);
    let above = null;
    const shown = parts(answer).map(({ heading, note, state, citations }) => {
      const alone = citations.length === 1;
      const all = citations.map((one) => {
        const titled = heading ? one.title !== heading : !alone || one.article_id !== above;
        return quotation(one, this.#language, { number, open, titled });
      });
      if (heading) {
        const title = foreign("h4", {}, heading);
        const doubt = kind === SEVERAL ? this.#doubt(state) : [];
        // Beside an article in a list the note says what its citation says.
        const told = note && !LISTS.includes(kind) ? [this.#quiet(note)] : [];
        return make("div", { class: `part ${doubt.length ? state : ""}` }, title, ...told, ...doubt, ...all);
      }
      above = alone ? citations[0].article_id : null;
      if (alone) return all[0];
      const label = make("h4", {}, this.#say("differ"));
      return make("div", { class: "differ" }, label, make("div", {}, ...all));
    });
    // Where nothing tells its sides apart, a comparison stands under the titles of its articles.
    const sides = kind === "comparison" && parts(answer).every((part) => part.heading !== part.citations[0].title);
    const looks = [kind === SEVERAL ? "" : answer.state, kind === "timeline" ? kind : "", sides ? "sides" : ""];
    return make("div", { class: looks.join(" ") }, ...shown);
  }
}

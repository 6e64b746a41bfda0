// What the widget shows below a question: the answer, that it is on its way, or what went wrong.

import { button, foreign, make } from "../shared/elements.js";
import { parts, places } from "./answers.js";
import { outsideLink } from "./controls.js";
import { quotation } from "./quotation.js";

const CLOSEST = 3; // passages listed where the articles do not answer

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
    if (state === "failed" && error.kind === "unsigned") {
      shown.push(this.#unsigned(exchange));
    } else if (state === "failed") {
      const why = error.kind === "failed" ? this.#language.explain(error) : this.#say(error.kind);
      shown.push(this.#trouble(exchange, why, error.wait));
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
    const label = wait ? this.#say("wait", { n: wait }) : this.#say("retry");
    const again = button(label, () => this.#act.again(exchange), { class: "pill", disabled: wait > 0 });
    if (wait) setTimeout(() => Object.assign(again, { disabled: false, textContent: this.#say("retry") }), wait * 1000);
    return make("div", { class: "trouble" }, make("p", {}, why), again);
  }

  // A session of the server's own pages counts there only, so that is where a person is sent.
  #unsigned(exchange) {
    const again = button(this.#say("retry"), () => this.#act.again(exchange), { class: "pill" });
    const way = make("p", {}, outsideLink(this.#say("full"), this.#act.page));
    return make("div", { class: "trouble" }, make("p", {}, this.#say("unsigned")), way, again);
  }

  #answer(exchange) {
    const { answer } = exchange;
    if (answer.notice) return [make("p", { lang: "en" }, answer.notice)];
    const shown = [this.#searched(exchange), this.#time(exchange)].filter(Boolean);
    if (answer.unquoted) shown.push(this.#quiet(this.#say("unquoted", { n: answer.unquoted })));
    if (answer.abstained) shown.push(...this.#nothing(answer));
    else if (answer.state === "possibly") shown.push(this.#possibly(answer));
    else shown.push(...this.#quotations(answer));
    const options = answer.suggestions.map((question) =>
      foreign("button", { type: "button", class: "pill", onclick: () => this.#act.ask(question) }, question),
    );
    if (options.length) shown.push(make("div", { class: "options" }, ...options));
    return shown;
  }

  #searched(exchange) {
    const { question, answer, asTyped } = exchange;
    if (asTyped) return this.#quiet(this.#say("wasTyped"));
    if (answer.standalone_question === question) return null;
    const words = foreign("i", {}, answer.standalone_question);
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

  #possibly(answer) {
    const word = make("p", { class: "possibly" }, this.#say("possibly"));
    return make("div", { class: "unsure" }, word, ...this.#quotations(answer));
  }

  #nothing(answer) {
    const shown = [];
    const { period } = answer;
    // Where no article is of the time that was asked for, that has been said already.
    if (!(period?.kind === "filter" && !period.articles)) shown.push(make("p", {}, this.#say("none")));
    if (answer.citations.length) {
      const closest = this.#quotations({ citations: answer.citations.slice(0, CLOSEST), differ: [] });
      shown.push(make("details", {}, make("summary", {}, this.#say("closest")), ...closest));
    }
    return shown;
  }

  // A title is given once for the sentences of one article in a row.
  #quotations(answer) {
    const among = places(answer);
    const open = (citation, chip) => this.#act.openSource(among, among.indexOf(citation), chip);
    let above = null;
    return parts(answer).map(({ heading, note, citations }) => {
      const alone = citations.length === 1;
      const shown = citations.map((one) =>
        quotation(one, this.#language, open, heading ? one.title !== heading : !alone || one.article_id !== above),
      );
      if (heading) {
        const title = foreign("b", {}, heading);
        return make("div", { class: "part" }, this.#quiet(title, note && ` ${note}`), ...shown);
      }
      above = alone ? citations[0].article_id : null;
      if (alone) return shown[0];
      const label = this.#quiet(make("b", {}, this.#say("differ")));
      return make("div", { class: "differ" }, label, make("div", {}, ...shown));
    });
  }
}

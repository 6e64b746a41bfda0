// The figures of the newest evaluation, in words.

import { api, byId } from "../dom.js";
import { make } from "../shared/elements.js";
import { language, t } from "../words.js";
import { moment } from "./asking.js";

const WORDS = {
  served: "{n} of {of} questions were served rightly: the right sentence first, or rightly none.",
  first_citation: "Of {of} questions that the articles answer, {n} got the right sentence first.",
  "hit@10": "Of {of} questions that the articles answer, {n} had the evidence among the first ten passages.",
  wrong_answers: "Of {of} answers that were given, {n} began with a wrong sentence.",
  false_answers: "Of {of} questions that the articles do not answer, {n} were answered all the same.",
};

export async function openEvaluation() {
  const { report, figures, command } = await api.get("operator/evaluation");
  byId("report").hidden = !report;
  byId("report").href = `evaluation${location.search}`;
  byId("evaluation-command").textContent = command;
  byId("figures").replaceChildren(...(figures?.shares ?? []).map(({ measure, count, of }) =>
    make("li", {}, t(WORDS[measure], { n: count.toLocaleString(language), of: of.toLocaleString(language) }))));
  byId("evaluation-about").textContent = about(report, figures);
}

function about(report, figures) {
  if (figures) return t("Evaluated {when}, with {what}.", { when: moment(figures.started), what: figures.about });
  return report
    ? t("The figures of the report are in the report alone; the next one has them here too.")
    : t("This collection has not been evaluated yet.");
}

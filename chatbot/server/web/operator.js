// The operator's page: its views, #sources, #keys, #feedback and #evaluation, each drawn anew when it is opened.

import "./collections.js";
import { byId } from "./dom.js";
import { tell } from "./operator/asking.js";
import { openEvaluation } from "./operator/evaluation.js";
import { openFeedback } from "./operator/feedback.js";
import { openKeys } from "./operator/keys.js";
import { openSources } from "./operator/sources.js";
import { t, translate } from "./words.js";

const VIEWS = { sources: openSources, keys: openKeys, feedback: openFeedback, evaluation: openEvaluation };
const linkTo = (name) => document.querySelector(`#views a[href="#${name}"]:not([hidden])`);

async function go() {
  const asked = location.hash.slice(1);
  const view = asked in VIEWS && linkTo(asked) ? asked : Object.keys(VIEWS).find(linkTo);
  for (const name of Object.keys(VIEWS)) {
    byId(`view-${name}`).hidden = name !== view;
    if (name === view) linkTo(name).setAttribute("aria-current", "page");
    else linkTo(name)?.removeAttribute("aria-current");
  }
  await VIEWS[view]();
}

// Whatever no part of the page has expected: that the session is over, most of all.
addEventListener("unhandledrejection", ({ reason }) => {
  if (reason?.status === 401) location.reload();
  else tell(reason?.message ?? t("Something went wrong."));
});

const back = byId("back");
back.href = `./${location.search}`;
translate(document.body);
document.title = `${t("Operator")} \u2013 Cuttings`;
addEventListener("hashchange", go);
go();

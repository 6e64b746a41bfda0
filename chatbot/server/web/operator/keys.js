// The keys of the server: which there are, made, given new secrets and removed. A secret is shown once, and kept nowhere.

import { api, byId, done } from "../dom.js";
import { day } from "../shared/dates.js";
import { button, make } from "../shared/elements.js";
import { t } from "../words.js";
import { LOCALE, moment, onSubmit, sure, tell } from "./asking.js";

const SCOPES = {
  ask: "ask questions",
  read: "search and read",
  feedback: "judge answers",
  ingest: "add articles",
  admin: "everything on this page",
};

export async function openKeys() {
  let found;
  try {
    found = await api.get("operator/keys");
  } catch (error) {
    if (error.status === 401) throw error;
    byId("key-add").hidden = true;
    byId("keys-list").replaceChildren(make("li", {}, make("p", { class: "alarm" }, error.message)));
    return;
  }
  byId("keys-list").replaceChildren(...found.keys.map(item));
  byId("keys-none").hidden = found.keys.length > 0;
  byId("key-only").hidden = found.collections.length < 2;
  if (!byId("key-collections").children.length) {
    byId("key-collections").append(...found.collections.map((name) =>
      make("label", {}, make("input", { type: "checkbox", name: "collections", value: name }), make("bdi", {}, name))));
  }
}

function item(key) {
  const told = [
    key.may.map((scope) => t(SCOPES[scope])).join(", "),
    key.read.length > 0 && t("reads {names}", { names: key.read.join(", ") }),
    key.collections && t("only {names}", { names: key.collections.join(", ") }),
    key.site && t("pages of {site}", { site: key.site }),
    key.expires ? t("through {day}", { day: day(key.expires, LOCALE) }) : t("no last day"),
    t("made {when}", { when: moment(key.made) }),
  ];
  return make("li", {},
    make("p", { class: "name" }, key.name),
    ...(key.own ? [make("p", {}, t("You are signed in with it."))] : []),
    ...(key.expired ? [make("p", { class: "alarm" }, t("It holds no longer."))] : []),
    make("p", {}, told.filter(Boolean).join(" \u00b7 ")),
    make("div", { class: "bar" },
      button(t("New secret"), () => rotate(key), { "aria-label": t("New secret for {name}", { name: key.name }) }),
      button(t("Remove"), () => remove(key), { "aria-label": t("Remove {name}", { name: key.name }) })));
}

const own = (key) => (key.own ? ` ${t("You are signed in with it, and will have to sign in again.")}` : "");
const pathOf = (key) => `operator/keys/${encodeURIComponent(key.name)}`;

async function rotate(key) {
  const text = t("Give {name} a new secret? The old one holds no longer.", { name: key.name });
  if (!(await sure(text + own(key), t("New secret")))) return;
  await show(await api.post(`${pathOf(key)}/rotate`, {}));
}

async function remove(key) {
  const text = t("Remove {name}? It holds no longer.", { name: key.name });
  if (!(await sure(text + own(key), t("Remove")))) return;
  await api.request(pathOf(key), { method: "DELETE" });
  tell(t("{name} removed", { name: key.name }));
  await openKeys();
}

onSubmit(byId("key-add"), async (data) => {
  const may = data.getAll("may");
  if (!may.length) throw new Error(t("Choose what it is for."));
  const collections = data.getAll("collections");
  const made = await api.post("operator/keys", {
    name: data.get("name"),
    may,
    site: data.get("site").trim() || null,
    expires: data.get("expires") || null,
    collections: collections.length ? collections : null,
  });
  show(made);
});

// ---- The secret

const dialog = byId("secret");
const value = byId("secret-value");

function show({ name, secret }) {
  byId("secret-title").textContent = t("The secret of {name}", { name });
  value.value = secret;
  dialog.showModal();
  value.select();
}

byId("secret-copy").addEventListener("click", async () => {
  value.select();
  try {
    await navigator.clipboard.writeText(value.value);
  } catch {
    document.execCommand("copy"); // without HTTPS there is no clipboard to write to
  }
  done(byId("secret-copy"), t("Copied"));
});
dialog.addEventListener("close", () => {
  value.value = "";
  openKeys();
});

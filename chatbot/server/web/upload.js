// Adding to the library: files that are chosen or dropped, folders of them, and pages by their address.

import { api, byId } from "./dom.js";
import { button, make } from "./shared/elements.js";
import { t } from "./words.js";

const LARGEST = 20 * 1024 * 1024; // bytes of a file that the server reads
const MOST = 2000; // files that are added at a time
const TRIES = 5;

let running = null; // {stopped}, while something is added
let done = () => {};

/** `changed` is called when all is added, with whether anything of the library has changed. */
export function onAdded(changed) {
  done = changed;
}

// ---- What is added, one after the other

async function add(wanted) {
  if (running || !wanted.length) return;
  const run = (running = { stopped: false });
  const left = wanted.length - MOST;
  const rows = wanted.slice(0, MOST).map(row);
  byId("upload-report").replaceChildren(...rows.map((one) => one.element));
  const bar = byId("upload-progress");
  const stop = button(t("Stop"), () => {
    run.stopped = true;
    stop.disabled = true;
  });
  byId("upload-now").after(stop);
  Object.assign(bar, { hidden: false, max: rows.reduce((sum, one) => sum + one.size, 0) || 1, value: 0 });
  const sums = { added: 0, changed: 0, unchanged: 0, skipped: 0 };
  for (const [at, one] of rows.entries()) {
    if (run.stopped) {
      one.tell({ ...NOTHING, skipped: [{ source: one.name, reason: t("stopped before its turn") }] }, sums);
      continue;
    }
    byId("upload-now").textContent = t("{i} of {n}: {name}", { i: at + 1, n: rows.length, name: one.name });
    const before = bar.value;
    one.tell(await one.send((share) => (bar.value = before + share * one.size)), sums);
    bar.value = before + one.size;
  }
  bar.hidden = true;
  stop.remove();
  const words = { added: t("added"), changed: t("changed"), unchanged: t("unchanged"), skipped: t("skipped") };
  const said = Object.entries(sums).filter(([, number]) => number).map(([what, number]) => `${number} ${words[what]}`);
  if (left > 0) said.push(t("{n} left out: at most {most} at a time", { n: left, most: MOST }));
  byId("upload-now").textContent = `${t("Done")}: ${said.join(", ")}`;
  running = null;
  done(sums.added + sums.changed > 0);
}

const NOTHING = { added: [], updated: [], unchanged: [], skipped: [] };

// A line of the report: how far it is, then what became of it.
function row({ name, size, send }) {
  const share = make("progress", { max: 1, value: 0, "aria-label": name });
  const state = make("span", {}, t("waiting"));
  const element = make("li", {}, make("bdi", {}, name), ": ", state, share);
  const say = (text) => (state.textContent = text);
  return {
    element,
    name,
    size,
    send: (progress) =>
      send((part) => {
        share.value = part;
        say(part < 1 ? t("sending, {n}%", { n: Math.round(part * 100) }) : t("reading"));
        progress(part);
      }),
    tell(told, sums) {
      share.remove();
      const parts = [];
      for (const [what, list, word] of [["added", told.added, t("added")], ["changed", told.updated, t("changed")], ["unchanged", told.unchanged, t("unchanged")]]) {
        sums[what] += list.length;
        if (list.length) parts.push(list.length > 1 ? `${list.length} ${word}` : word);
      }
      sums.skipped += told.skipped.length;
      element.classList.toggle("skipped", told.skipped.length > 0);
      if (told.skipped.length) parts.push(t("skipped"));
      say(parts.join(", ") || t("unchanged"));
      const reasons = told.skipped.map((one) => make("li", {}, reason(one, name)));
      if (reasons.length) element.append(make("ul", {}, ...reasons));
      element.scrollIntoView({ block: "nearest" });
    },
  };
}

const reason = (one, name) => (one.source === name ? one.reason : `${one.source}: ${one.reason}`);

const file = (one, name = one.name) => ({
  name,
  size: one.size,
  send: (progress) => {
    if (one.size > LARGEST) return skipped(name, t("larger than {n} MB; split it", { n: LARGEST / 1024 ** 2 }));
    return sent(name, `name=${encodeURIComponent(name.split("/").pop())}`, one, progress);
  },
});

const page = (url) => ({ name: url, size: 1, send: (progress) => sent(url, `url=${encodeURIComponent(url)}`, null, progress) });

const skipped = (source, why) => ({ ...NOTHING, skipped: [{ source, reason: why }] });

// By XMLHttpRequest, which alone tells how much of a file has left.
async function sent(name, query, body, progress) {
  for (let trial = 1; ; trial++) {
    progress(body ? 0 : 1);
    const { status, text, wait } = await new Promise((resolve) => {
      const request = new XMLHttpRequest();
      request.open("POST", `${api.root}articles?${query}`);
      request.upload.addEventListener("progress", ({ loaded, total }) => progress(total ? loaded / total : 1));
      request.addEventListener("loadend", () =>
        resolve({ status: request.status, text: request.responseText, wait: Number(request.getResponseHeader("retry-after")) || 1 }));
      request.send(body);
    });
    if ([429, 503].includes(status) && trial < TRIES) {
      await new Promise((resolve) => setTimeout(resolve, wait * 1000));
      continue;
    }
    try {
      const told = JSON.parse(text);
      return status < 300 ? told : skipped(name, told.detail ?? `${status}`);
    } catch {
      return skipped(name, t("the server does not answer"));
    }
  }
}

// ---- Where it comes from

/** The files of what was dropped, those in folders too, but hidden ones. */
async function dropped(items) {
  const found = [];
  const walk = async (entry, path) => {
    if (found.length > MOST || entry.name.startsWith(".")) return;
    if (entry.isFile) {
      const one = await new Promise((resolve) => entry.file(resolve, () => resolve(null)));
      if (one) found.push(file(one, path + one.name));
      return;
    }
    const reader = entry.createReader();
    for (;;) {
      const some = await new Promise((resolve) => reader.readEntries(resolve, () => resolve([])));
      if (!some.length) return; // it gives a hundred at a time
      for (const inner of some) await walk(inner, `${path}${entry.name}/`);
    }
  };
  // All are asked for at once: what was dropped is gone when this function has waited.
  const entries = [...items].filter((item) => item.kind === "file").map((item) => item.webkitGetAsEntry?.() ?? item.getAsFile());
  for (const entry of entries) {
    if (entry instanceof File) found.push(file(entry));
    else if (entry) await walk(entry, "");
  }
  return found;
}

const drop = byId("view-library");
const field = byId("upload-files");
const address = byId("upload-page");

field.addEventListener("change", async () => {
  const files = [...field.files].map((one) => file(one));
  field.value = "";
  await add(files);
});

address.addEventListener("submit", async (event) => {
  event.preventDefault();
  const url = address.elements.url.value.trim();
  if (!url || running) return;
  await add([page(url)]);
  if (!byId("upload-report").querySelector(".skipped")) address.reset();
});

const open = () => !byId("upload").hidden;

for (const kind of ["dragenter", "dragover"]) {
  drop.addEventListener(kind, (event) => {
    if (!open()) return;
    event.preventDefault();
    byId("upload").classList.add("over");
  });
}
drop.addEventListener("dragleave", (event) => {
  if (!drop.contains(event.relatedTarget)) byId("upload").classList.remove("over");
});
drop.addEventListener("drop", async (event) => {
  if (!open()) return;
  event.preventDefault();
  byId("upload").classList.remove("over");
  const links = event.dataTransfer.getData("text/uri-list").split(/\s+/).filter((line) => /^https?:/i.test(line));
  const files = await dropped(event.dataTransfer.items);
  await add(files.length ? files : links.map(page));
});


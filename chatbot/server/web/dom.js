// Small things that every part of the page needs: elements, dates, requests, and a word to the person.

export const byId = (id) => document.getElementById(id);

/** An element with properties (`class`, `dataset` and `aria-...` too) and children, which are text or elements. */
export function make(tag, properties = {}, ...children) {
  const element = document.createElement(tag);
  for (const [name, value] of Object.entries(properties)) {
    if (value === undefined || value === null) continue;
    if (name in element && name !== "list") element[name] = value;
    else element.setAttribute(name, value);
  }
  element.append(...children);
  return element;
}

export function button(label, act, properties = {}) {
  const element = make("button", { type: "button", ...properties }, label);
  element.addEventListener("click", act);
  return element;
}

/** 3 May 2024 for 2024-05-03; whatever else is given comes back as it is. */
export function day(published) {
  if (!/^\d{4}-\d{2}-\d{2}$/.test(published ?? "")) return published ?? "";
  const [year, month, date] = published.split("-").map(Number);
  const name = new Date(Date.UTC(year, month - 1, date)).toLocaleString("en", { month: "long", timeZone: "UTC" });
  return `${date} ${name} ${year}`;
}

/** "1 article", "2 articles" */
export const count = (number, name) => `${number.toLocaleString("en")} ${name}${number === 1 ? "" : "s"}`;

/** What the REST interface answers. Throws an Error whose message can be shown. */
export async function api(path, options = {}) {
  let response;
  try {
    response = await fetch(`api/v1/${path}`, options);
  } catch {
    throw new Error("The server does not answer.");
  }
  const answer = await response.json().catch(() => ({}));
  if (!response.ok) throw new Error(answer.detail ?? answer.title ?? `The server answered ${response.status}.`);
  return answer;
}

export const post = (path, body) =>
  api(path, { method: "POST", headers: { "content-type": "application/json" }, body: JSON.stringify(body) });

/** What this browser (`localStorage`) or this tab (`sessionStorage`) keeps; null where storage is forbidden. */
export function recall(storage, key) {
  try {
    return JSON.parse(window[storage].getItem(key));
  } catch {
    return null;
  }
}

/** Keep a value; false where it cannot be kept. */
export function remember(storage, key, value) {
  try {
    window[storage].setItem(key, JSON.stringify(value));
    return true;
  } catch {
    return false;
  }
}

let until;

/** Say it to the eye, for some seconds, and to a screen reader. */
export function tell(text) {
  const told = byId("told");
  // What is beside an open dialog is neither seen nor heard.
  (document.querySelector("dialog[open]") ?? document.body).append(told);
  told.textContent = text;
  told.classList.add("shown");
  clearTimeout(until);
  until = setTimeout(() => told.classList.remove("shown"), 4000);
}

export async function copy(text, what) {
  try {
    await navigator.clipboard.writeText(text);
  } catch {
    // Without HTTPS there is no clipboard to write to; a selection can still be copied.
    const field = make("textarea", { value: text, class: "aside" });
    const focused = document.activeElement;
    document.body.append(field);
    field.select();
    document.execCommand("copy");
    field.remove();
    focused?.focus();
  }
  tell(`${what} copied`);
}

export function save(text, name, type) {
  const address = URL.createObjectURL(new Blob([text], { type }));
  const link = make("a", { href: address, download: name });
  link.click();
  setTimeout(() => URL.revokeObjectURL(address), 1000);
}

/** A click beside a dialog's content closes it; the content must cover all of it. */
export function closeByClickBeside(dialog) {
  dialog.addEventListener("click", (event) => {
    if (event.target === dialog) dialog.close();
  });
}

// The demo page: makes the snippet from the form, and runs it on this very page.
"use strict";

const byId = (id) => document.getElementById(id);
const HOST = new URL(".", location.href).href;
const place = byId("place");

// The tag that the form describes: [name, attributes].
function wanted() {
  const mode = byId("mode").value;
  const chosen = {
    title: byId("title").value.trim(),
    accent: byId("coloured").checked ? byId("accent").value : "",
    lang: byId("lang").value,
    theme: byId("theme").value,
    collection: byId("collection").value.trim(),
  };
  const given = Object.entries(chosen).filter(([, value]) => value);
  if (mode === "iframe") {
    const src = `${HOST}embed${given.length ? `?${new URLSearchParams(given)}` : ""}`;
    return ["iframe", { src, title: chosen.title || "Ask the articles", width: "100%", height: "600" }];
  }
  if (mode === "inline") given.push(["target", "#cuttings"]);
  else if (byId("position").value) given.push(["position", byId("position").value]);
  const data = Object.fromEntries(given.map(([name, value]) => [`data-${name}`, value]));
  return ["script", { src: `${HOST}widget.js`, ...data, defer: "" }];
}

function html(name, attributes) {
  const quoted = (value) => value.replaceAll("&", "&amp;").replaceAll('"', "&quot;").replaceAll("<", "&lt;");
  const written = Object.entries(attributes).map(([key, value]) => (value ? `${key}="${quoted(value)}"` : key));
  const tag = `<${name} ${written.join(" ")}></${name}>`;
  return "data-target" in attributes ? `<div id="cuttings"></div>\n${tag}` : tag;
}

// What stands in the snippet is what runs here.
function run(name, attributes) {
  document.querySelectorAll("cuttings-widget, .tried").forEach((old) => old.remove());
  place.replaceChildren();
  const element = document.createElement(name);
  for (const [key, value] of Object.entries(attributes)) element.setAttribute(key, value);
  element.className = "tried";
  if ("data-target" in attributes) place.append(Object.assign(document.createElement("div"), { id: "cuttings" }));
  (name === "iframe" ? place : document.head).append(element);
  return new Promise((loaded) => (element.onload = element.onerror = loaded));
}

// One after another, since a script that is taken away while it loads runs all the same.
let running = Promise.resolve();

function show() {
  const [name, attributes] = wanted();
  byId("snippet").textContent = html(name, attributes);
  byId("policy").textContent =
    name === "iframe"
      ? `frame-src ${location.origin}`
      : `script-src ${location.origin}; connect-src ${location.origin}`;
  byId("accent").disabled = !byId("coloured").checked;
  byId("position").disabled = byId("mode").value !== "bubble";
  byId("copied").textContent = "";
  running = running.then(() => run(name, attributes));
}

byId("form").addEventListener("change", show);
byId("page").addEventListener("change", (event) => {
  document.documentElement.style.colorScheme = event.target.value;
});
byId("form").addEventListener("submit", (event) => event.preventDefault());
byId("copy").addEventListener("click", async () => {
  try {
    await navigator.clipboard.writeText(byId("snippet").textContent);
    byId("copied").textContent = "Copied.";
  } catch {
    // No clipboard without HTTPS, or without permission: select it, so that a key can copy it.
    getSelection().selectAllChildren(byId("snippet"));
    byId("copied").textContent = "Selected; copy it with Ctrl+C or ⌘C.";
  }
});
show();

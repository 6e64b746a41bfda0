// Buttons with icons, and links.

import { button, make } from "../shared/elements.js";

// The lines of each icon, in a square of 28 or 20 units.
const LINES = {
  bubble: ["M4 5h20v15h-9l-6 5v-5H4z", "M11.4 10.3a2.7 2.7 0 1 1 3.9 2.5c-.9.5-1.3.8-1.3 1.6", "M14 17v.01"],
  close: ["M5 5l10 10M15 5L5 15"],
  fresh: ["M10 4v12M4 10h12"],
  back: ["M16 10H4M9 5l-5 5 5 5"],
  previous: ["M12.5 4.5L7 10l5.5 5.5"],
  next: ["M7.5 4.5L13 10l-5.5 5.5"],
};

export function icon(name) {
  const size = name === "bubble" ? 28 : 20;
  const svg = drawn("svg", { viewBox: `0 0 ${size} ${size}`, "aria-hidden": "true" });
  svg.append(...LINES[name].map((d) => drawn("path", { d })));
  return svg;
}

function drawn(tag, attributes) {
  const element = document.createElementNS("http://www.w3.org/2000/svg", tag);
  for (const [key, value] of Object.entries(attributes)) element.setAttribute(key, value);
  return element;
}

/** A round button with the icon of that name. */
export function roundButton(name, title, act) {
  const made = button("", act, { class: "round", title });
  made.append(icon(name));
  return made;
}

/** A link that leaves the host page as it is. */
export const outsideLink = (label, href) => make("a", { href, target: "_blank", rel: "noopener" }, label);

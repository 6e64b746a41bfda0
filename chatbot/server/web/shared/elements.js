// Elements of text and other elements; nothing is read as HTML.

/** An element with properties (`class` and `aria-...` too) and children, which are text or elements. */
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

/** Text of an article or of a person: of any language, and what turns its direction ends with it. */
export const foreign = (tag, properties, ...children) => make(tag, { dir: "auto", lang: "", ...properties }, ...children);

// The page's words in the person's language. English is their name: a word that a language lacks stays English.
//
// What the page writes itself goes through t(); what stands in page.html, and the fixed words that the server writes
// into an answer, are put into the language where they stand. What comes from the articles stays in theirs.

const SPOKEN = ["cy", "de", "es", "fr"];
const OURS = "bdi, q, mark, dd, a.chip, .part, .name, .entries, .user-row, [data-testid=user], textarea, code, script, style, #source-text, #source-title";

// What the address asks for (?lang=cy), else the first of the browser's languages that the page speaks.
function chosen() {
  const asked = [new URLSearchParams(location.search).get("lang"), ...navigator.languages];
  const codes = asked.map((one) => (one ?? "").slice(0, 2).toLowerCase());
  return codes.find((code) => code === "en" || SPOKEN.includes(code)) ?? "en";
}

export const language = chosen();
const words = language === "en" ? {} : (await import(`./words/${language}.js`)).default;

/** How days and numbers are written in it. */
export const locale = language === "en" ? "en-GB" : [language, "en-GB"]; // some browsers lack Welsh

/** The text in the person's language, with what is between its braces filled in. */
export const t = (text, values = {}) => (words[text] ?? text).replace(/\{(\w+)\}/g, (_, slot) => values[slot]);

/** "1 article", "2 articles" */
export const count = (number, name) =>
  t(number === 1 ? `{n} ${name}` : `{n} ${name}s`, { n: number.toLocaleString(language) });

// The word for a text that stands on the page, with its white space; the first number in it may be any.
function known(text) {
  const name = text.trim().replace(/\s+/g, " ");
  const number = /\d[\d,]*/.exec(name)?.[0];
  const word = words[name] ?? (number && words[name.replace(number, "{n}")]?.replace("{n}", number));
  return word && text.replace(/\S[^]*\S|\S/, () => word);
}

/** Put what stands in an element into the person's language. */
export function translate(root) {
  document.documentElement.lang = language; // Gradio puts the browser's there
  if (language === "en") return;
  const texts = document.createTreeWalker(root, NodeFilter.SHOW_TEXT);
  while (texts.nextNode()) {
    const node = texts.currentNode;
    const word = !node.parentElement.closest(OURS) && known(node.data);
    if (word) node.data = word;
  }
  for (const name of ["aria-label", "placeholder", "title"]) {
    for (const element of root.querySelectorAll(`[${name}]`)) {
      const word = !element.parentElement.closest(OURS) && known(element.getAttribute(name));
      if (word) element.setAttribute(name, word);
    }
  }
}

// An answer and a conversation as text to be copied or kept: plain, Markdown.

import { addressOf, origin, originalAddress } from "./shared/citations.js";
import { english } from "./shared/english.js";

const link = (citation) => originalAddress(citation) || new URL(addressOf(citation), location.href).href;

// What is not quoted in an answer: that there is none or only possibly one, or what was said in its place.
function remark(answer) {
  if (answer.notice) return answer.notice;
  if (answer.state === "possibly") return english.possibly;
  return answer.abstained ? english.none : "";
}

function searched(answer) {
  return answer.standalone_question === answer.question ? "" : `${english.searched} ${answer.standalone_question}`;
}

// All that is quoted, the sentences that differ from the cited ones too.
function quoted(answer) {
  if (answer.abstained) return [];
  const all = [...answer.citations, ...answer.differ.flatMap((one) => one.citations)];
  const seen = new Set();
  return all.flatMap((citation) => {
    const place = addressOf(citation);
    if (seen.has(place)) return [];
    seen.add(place);
    return [citation];
  });
}

export function asText(answer) {
  const parts = [answer.question, searched(answer), remark(answer)];
  for (const citation of quoted(answer)) {
    const from = [citation.title, origin(citation), link(citation)].filter(Boolean).join(", ");
    const also = citation.also.map((other) => `also in ${[other.title, origin(other)].filter(Boolean).join(", ")}`);
    parts.push([`\u201c${citation.quote}\u201d`, `\u2014 ${[from, ...also].join("; ")}`].join("\n"));
  }
  return parts.filter(Boolean).join("\n\n") + "\n";
}

const escaped = (text) => text.replace(/[\\`*_{}[\]<>#|~!$&]/g, "\\$&").replace(/\s+/g, " ");

function cited(citation) {
  // An address may hold brackets, which would end it here, and which encodeURIComponent leaves as they are.
  const code = (character) => `%${character.charCodeAt(0).toString(16).padStart(2, "0").toUpperCase()}`;
  const address = link(citation).replace(/[\x00-\x20()<>[\]\\]/g, code);
  return `[${escaped(citation.title)}](${address})${origin(citation) ? `, ${escaped(origin(citation))}` : ""}`;
}

export function asMarkdown(answer) {
  const parts = [`### ${escaped(answer.question)}`, escaped(searched(answer)), escaped(remark(answer))];
  for (const citation of quoted(answer)) {
    const also = citation.also.map((other) => `; also in ${cited(other)}`).join("");
    parts.push(`> ${escaped(citation.quote)}\n>\n> \u2014 ${cited(citation)}${also}`);
  }
  return parts.filter(Boolean).join("\n\n") + "\n";
}

export const conversationAsMarkdown = (title, answers) =>
  [`# ${escaped(title)}\n`, ...answers.map(asMarkdown)].join("\n");

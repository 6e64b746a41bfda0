// A citation's place in its article, {article_id, start, end}, as an address; and where it comes from, as text.
// Where it stands in an older version of the article it has the `version`.

import { day } from "./dates.js";
import { foreign } from "./elements.js";

/** #cite/ARTICLE/START/END, an address on the page; of an older version with /vNUMBER behind it. */
export const addressOf = ({ article_id, start, end, version }) =>
  `#cite/${encodeURIComponent(article_id)}/${start}/${end}${version ? `/v${version}` : ""}`;

/** The place that an address names; null where it is not of that form. */
export function readAddress(hash) {
  const match = /^#cite\/([^/]+)\/(\d+)\/(\d+)(?:\/v(\d{1,9}))?$/.exec(hash);
  if (!match) return null;
  try {
    const place = { article_id: decodeURIComponent(match[1]), start: Number(match[2]), end: Number(match[3]) };
    return match[4] ? { ...place, version: Number(match[4]) } : place;
  } catch {
    return null; // a stray percent sign
  }
}

/**
 * "The Post, 3 May 2024, p. 2": what is known of publisher and day of an article or a citation, and its page; before
 * them its collection, where several are asked together.
 */
export const origin = ({ collection, publisher, published, page }, locale) =>
  [collection, publisher, day(published, locale), page && `p. ${page}`].filter(Boolean).join(", ");

/** The same as nodes. A name that is written from right to left leaves the day in its place. */
export function originNodes(article, locale) {
  const { collection, publisher, ...rest } = article;
  if (!publisher) return [origin(article, locale)].filter(Boolean);
  const date = origin(rest, locale);
  return [collection && `${collection}, `, foreign("bdi", {}, publisher), date && `, ${date}`].filter(Boolean);
}

/** The address of the original of an article, where it is one that a browser may be sent to; else "". */
export const originalAddress = ({ url }) => (/^https?:\/\//i.test(url ?? "") ? url : "");

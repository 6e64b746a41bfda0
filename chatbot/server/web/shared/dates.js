// Days as people write them.

/** An ISO day as a Date at midnight UTC; null for anything else. */
export function parseDay(iso) {
  const date = /^\d{4}-\d\d-\d\d$/.test(iso ?? "") ? new Date(`${iso}T00:00Z`) : null;
  return date && !Number.isNaN(date.getTime()) ? date : null;
}

/** How days are written in a locale. */
export const dayFormat = (locale = "en-GB") => new Intl.DateTimeFormat(locale, { dateStyle: "long", timeZone: "UTC" });

/** 3 May 2024 for 2024-05-03; what is no ISO day is given as it is. */
export function day(iso, locale) {
  const date = parseDay(iso);
  return date ? dayFormat(locale).format(date) : (iso ?? "");
}

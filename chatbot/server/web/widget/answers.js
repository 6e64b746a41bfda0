// The parts of an answer as the widget needs them; an answer is as POST /api/v1/ask gives it.

const same = (one, other) => one.article_id === other.article_id && one.start === other.start;

/**
 * The citations in order as {citations}, a difference in place of those that it sets side by side; or the sections,
 * {heading, note, state, citations}, and the differences after them.
 */
export function parts(answer) {
  if (answer.sections?.length) return [...answer.sections, ...answer.differ];
  const shown = new Set();
  return answer.citations.flatMap((citation) => {
    const difference = answer.differ.find((d) => d.citations.some((one) => same(one, citation)));
    if (!difference) return { citations: [citation] };
    if (shown.has(difference)) return [];
    shown.add(difference);
    return difference;
  });
}

/** Every place that an answer names, once, in the order in which they are shown. */
export function places(answer) {
  const all = parts(answer).flatMap((part) => part.citations.flatMap((one) => [one, ...one.also]));
  return all.filter((one, i) => placeOf(one, all) === i);
}

/** Where a citation stands among places. */
export const placeOf = (citation, among) => among.findIndex((one) => same(one, citation));

/** What a conversation needs of an exchange to understand the next question. */
export function turns({ question, answer }) {
  if (answer.notice) return [];
  const quotes = answer.abstained ? [] : answer.citations.map((citation) => citation.quote);
  return [
    { role: "user", content: question },
    { role: "assistant", content: quotes.join(" ") },
  ];
}

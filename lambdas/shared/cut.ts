/** The text within `maxChars` UTF-16 units, ending in an ellipsis if something was taken away. */
export function cut(text: string, maxChars: number): string {
  if (text.length <= maxChars) return text;
  return `${withoutHalfPair(text.slice(0, Math.max(0, maxChars - 1)))}…`;
}

/** The text on one line: label values and annotations may carry line breaks, a title may not. */
export function oneLine(text: string): string {
  return text.replace(/\s+/g, ' ').trim();
}

/** A cut between the two halves of an emoji would leave text that is no Unicode. */
export function withoutHalfPair(text: string): string {
  return text.replace(/[\ud800-\udbff]$/, '');
}

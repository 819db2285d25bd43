import { oneLine, withoutHalfPair } from './cut.js';

/**
 * Text that Slack shows as it is: mentions and links out of alert data stay text.
 * https://docs.slack.dev/messaging/formatting-message-text#escaping
 */
export function escaped(text: string, maxChars = Number.POSITIVE_INFINITY): string {
  // Escaping only makes text longer, so what is beyond the limit now is beyond it afterwards.
  const safe = text
    .slice(0, maxChars + 1)
    .replaceAll('&', '&amp;')
    .replaceAll('<', '&lt;')
    .replaceAll('>', '&gt;');
  if (safe.length <= maxChars && text.length <= maxChars) return withoutHalfPair(safe);
  const head = withoutHalfPair(safe.slice(0, maxChars - 1)).replace(/&[a-z]{0,3}$/, '');
  return `${head}…`;
}

/** A code span; a backtick in the value would end it early, and Slack knows no escape for one. */
export function code(value: string, maxChars: number): string {
  return `\`${escaped(oneLine(value).replaceAll('`', "'"), maxChars - 2)}\``;
}

/** A moment in the reader's own zone. https://docs.slack.dev/messaging/formatting-message-text#date-formatting */
export function moment(date: Date): string {
  const fallback = `${date.toISOString().slice(0, 16).replace('T', ' ')} UTC`;
  return `<!date^${Math.floor(date.getTime() / 1000)}^{date_short_pretty} {time}|${fallback}>`;
}

/** A link, whose address must be a normalised URL: there `<`, `>` and spaces are already encoded. */
export function link(address: string, text: string): string {
  return `<${address.replaceAll('&', '&amp;').replaceAll('|', '%7C')}|${text}>`;
}

/** As many of the pieces as fit; the rest is counted, because half a link or code span is worse than none. */
export function joined(pieces: readonly string[], separator: string, maxChars: number): string {
  const all = pieces.join(separator);
  if (all.length <= maxChars) return all;
  const shown = fitting(pieces, separator, maxChars - `${separator}+${pieces.length} more`.length);
  return [...shown, `+${pieces.length - shown.length} more`].join(separator);
}

/** The first pieces that, joined, stay within the limit. */
export function fitting(pieces: readonly string[], separator: string, maxChars: number): string[] {
  let used = -separator.length;
  const isWithin = (piece: string) => {
    used += separator.length + piece.length;
    return used <= maxChars;
  };
  const end = pieces.findIndex((piece) => !isWithin(piece));
  return pieces.slice(0, end === -1 ? pieces.length : end);
}

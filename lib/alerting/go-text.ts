/** The first escape that Go, of which all these engines are made, does not know in a quoted text. */
export function unknownEscape(quoted: string): string | undefined {
  const quote = quoted.charAt(0);
  if (quote === '`') return undefined;
  const known = new RegExp(
    `\\\\([abfnrtv\\\\${quote}]|x[\\da-fA-F]{2}|[0-7]{3}|u[\\da-fA-F]{4}|U[\\da-fA-F]{8})`,
    'g',
  );
  return /\\./.exec(quoted.replace(known, ''))?.[0];
}

// What RE2 leaves out or reads otherwise than JavaScript: looking around, references, other escapes, and in
// brackets \b and a bracket that closes at once. https://github.com/google/re2/wiki/Syntax
const unknownToRe2 =
  /\(\?(?:<?[=!]|>)|\\[1-9]|\\(?![dDwWsSbBAzafnrtvxpP0])[A-Za-z]|\[\^?\]|\[[^\]]*\\[bBAz]/;

/** Why a regular expression would be refused, as far as can be told without RE2. */
export function regexProblem(text: string): string | undefined {
  const [unknown] = unknownToRe2.exec(text.replace(/\\\W/g, ' ')) ?? [];
  if (unknown !== undefined) return `'${text}' is no regular expression: RE2 has no '${unknown}'`;
  try {
    new RegExp(respelt(text));
    return undefined;
  } catch {
    return `'${text}' is no regular expression`;
  }
}

/** Whether it matches a label that is not there. */
export function emptyMatch(text: string): boolean {
  return new RegExp(`^(?:${respelt(text)})$`, 's').test('');
}

/** RE2's notation in that of JavaScript: what it spells otherwise is respelt, flags are dropped. */
function respelt(text: string): string {
  return text
    .replaceAll('(?P<', '(?<')
    .replace(/\(\?[imsU-]+:/g, '(?:')
    .replace(/\(\?[imsU-]+\)/g, '')
    .replace(/\\[xpP]\{[^}]*\}/g, 'x');
}

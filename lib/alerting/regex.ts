// What RE2 leaves out, of which Prometheus and Alertmanager are made: https://github.com/google/re2/wiki/Syntax
const unknownToRe2 = /\(\?<?[=!]|\(\?>|(?<!\\)(?:\\\\)*\\[1-9]/;

/** Why a regular expression would be refused, as far as can be told without RE2. */
export function regexProblem(text: string): string | undefined {
  const [unknown] = unknownToRe2.exec(text) ?? [];
  if (unknown !== undefined) return `'${text}' is no regular expression: RE2 has no '${unknown}'`;
  try {
    compiled(text);
    return undefined;
  } catch {
    return `'${text}' is no regular expression`;
  }
}

/** Whether it matches a label that is not there. */
export function emptyMatch(text: string): boolean {
  return compiled(text).test('');
}

/** RE2's notation in that of JavaScript: what it spells otherwise is respelt, flags are dropped. */
function compiled(text: string): RegExp {
  const respelt = text
    .replaceAll('(?P<', '(?<')
    .replace(/\(\?[imsU-]+:/g, '(?:')
    .replace(/\(\?[imsU-]+\)/g, '');
  return new RegExp(`^(?:${respelt})$`, 's');
}

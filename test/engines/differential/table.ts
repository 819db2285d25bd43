import type { Case, Verdict } from './case';

/** The cases as a table of Markdown, which docs/verification.md ends with. */
export function table<Engine extends string>(
  engines: readonly Engine[],
  cases: readonly Omit<Case<unknown, Engine>, 'input'>[],
): string {
  const rows = cases.map((one) => [
    one.what,
    code(one.ours),
    said(engines, one.engines),
    one.why ?? '',
  ]);
  return [
    ['what is wrong', 'synth says', 'engines say', 'why they differ'],
    ['---', '---', '---', '---'],
    ...rows.map((cells) => cells.map((cell) => cell.replaceAll('|', '\\|'))),
  ]
    .map((cells) => `| ${cells.join(' | ')} |`)
    .join('\n');
}

/** Engines that say the same are named together. */
function said<Engine extends string>(
  engines: readonly Engine[],
  verdicts: Readonly<Record<Engine, Verdict>>,
): string {
  const byWords = new Map<string, Engine[]>();
  for (const engine of engines) {
    const words = wordsOf(verdicts[engine]);
    byWords.set(words, [...(byWords.get(words) ?? []), engine]);
  }
  return [...byWords]
    .map(([words, names]) =>
      names.length === engines.length ? `all: ${words}` : `${names.join(', ')}: ${words}`,
    )
    .join('; ');
}

function wordsOf(verdict: Verdict): string {
  return typeof verdict === 'string' ? verdict : code(verdict.refuses);
}

/** A span of code, with as many quotes as what is inside needs. */
function code(text: string): string {
  const cut = text.length > 200 ? `${text.slice(0, 120)}…` : text;
  const quotes = cut.includes('`') ? '``' : '`';
  const space = quotes.length > 1 ? ' ' : '';
  return `${quotes}${space}${cut}${space}${quotes}`;
}

import type { BreakName } from '../breaks.js';
import { timeline } from './timeline.js';
import type { SeenThrough } from './watch-through.js';

/** How one round of the demo ended: seen through, or why it could not even begin or end. */
export type Round =
  | { readonly name: BreakName; readonly alert: string; readonly seen: SeenThrough }
  | { readonly name: BreakName; readonly alert: string; readonly failed: string };

/** What was wrong with a round; nothing when its alert came and went, and no other. */
export function problemsOf(round: Round): string[] {
  if ('failed' in round) return [round.failed];
  const { observed, channels, strays } = round.seen;
  const { missing } = timeline(observed, channels);
  return [...missing, ...strays.map((stray) => `not expected: ${stray}`)];
}

const headings = [
  ...['break', 'alert', 'fired after', 'told after', 'resolved after'],
  ...['companions', 'verdict'],
];

/** One line for each round. */
export function breakTable(rounds: readonly Round[]): string {
  const rows = [headings, ...rounds.map(row)];
  const widths = headings.map((_, column) =>
    Math.max(...rows.map((cells) => cells[column]?.length ?? 0)),
  );
  return rows
    .map((cells) =>
      cells
        .map((cell, column) => cell.padEnd(widths[column] ?? 0))
        .join('  ')
        .trimEnd(),
    )
    .join('\n');
}

function row(round: Round): string[] {
  const problems = problemsOf(round);
  const judged = problems.length === 0 ? 'ok' : `failed: ${problems.length}`;
  if ('failed' in round) return [round.name, round.alert, '', '', '', '', judged];
  const { observed, channels, companions } = round.seen;
  const told = (state: 'firing' | 'resolved') => {
    const first = channels.map((name) =>
      observed.messages.find((one) => one.channel === name && one.state === state),
    );
    const times = first.map((one) => (one ? Date.parse(one.deliveredAt) : Number.NaN));
    return Math.max(...times);
  };
  return [
    round.name,
    round.alert,
    seconds(observed.firedAt, observed.brokenAt),
    seconds(told('firing'), observed.brokenAt),
    seconds(told('resolved'), observed.mendedAt),
    // Without its labels and who was told, which the progress has said.
    [...new Set(companions.map((one) => one.replace(/\{.*/, '')))].join(', ') || '–',
    judged,
  ];
}

function seconds(at: number | undefined, since: number | undefined): string {
  const ms = Number(at) - Number(since);
  return Number.isNaN(ms) ? '–' : `${(ms / 1000).toFixed(1)} s`;
}

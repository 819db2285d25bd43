import type { BreakName } from '../breaks.js';
import type { Pipeline } from '../pipeline.js';
import { loadedRules } from '../prometheus-api.js';
import { isTelling, watchAlerts } from './alert-watch.js';
import { breakTable, problemsOf, type Round } from './break-table.js';
import { expectationOf } from './expectation.js';
import { untilQuiet } from './quiet.js';
import { timeline } from './timeline.js';
import { watchThrough } from './watch-through.js';

/** Goes through breaks one after the other; whether each ended in its alert, its resolve, and nothing else. */
export async function tour(
  names: readonly BreakName[],
  pipeline: Pipeline,
  speed: number,
  report: (line: string) => void,
): Promise<boolean> {
  const available = names.filter((name) => pipeline.breaks[name].unavailable === undefined);
  await pipeline.watch();
  report(await estimate(available, pipeline, speed));
  const unrest = await quietBefore(pipeline, speed);
  for (const line of unrest) report(`before anything was broken: ${line}`);
  const rounds: Round[] = [];
  for (const name of available) {
    const { effect, alert } = pipeline.breaks[name];
    report(`\n${rounds.length + 1}/${available.length} ${name}: ${effect}; waiting for ${alert}`);
    const round = await roundOf(name, pipeline, speed);
    rounds.push(round);
    for (const line of told(round, names.length === 1)) report(line);
  }
  if (names.length > 1) report(`\n${breakTable(rounds)}`);
  for (const name of names) {
    const { unavailable } = pipeline.breaks[name];
    if (unavailable) report(`${name}: ${unavailable}`);
  }
  return unrest.length === 0 && rounds.every((round) => problemsOf(round).length === 0);
}

async function roundOf(name: BreakName, pipeline: Pipeline, speed: number): Promise<Round> {
  const one = pipeline.breaks[name];
  const { alert } = one;
  return watchThrough(one, pipeline, speed).then(
    (seen) => ({ name, alert, seen }),
    (error: Error) => ({ name, alert, failed: error.message }),
  );
}

function told(round: Round, inFull: boolean): string[] {
  const problems = problemsOf(round).map((line) => `  ${line}`);
  if ('failed' in round) return problems;
  const { observed, channels, companions, machine } = round.seen;
  return [
    ...(inFull ? ['', ...timeline(observed, channels).lines, ''] : []),
    ...companions.map((companion) => `  companion: ${companion}`),
    ...machine.map((alert) => `  about this machine as a whole, not judged: ${alert}`),
    ...(problems.length > 0 ? problems : ['  its alert came and went, and nothing else']),
  ];
}

async function quietBefore(pipeline: Pipeline, speed: number): Promise<readonly string[]> {
  const telling = () => pipeline.messages().filter(({ alertname }) => isTelling(alertname));
  const watch = watchAlerts(pipeline.prometheusUrl);
  const unrest = await untilQuiet(watch, telling, speed);
  await watch.stop();
  return unrest;
}

async function estimate(
  names: readonly BreakName[],
  { breaks, prometheusUrl }: Pipeline,
  speed: number,
): Promise<string> {
  const rules = await loadedRules(prometheusUrl);
  const usual = names.map((name) => expectationOf(breaks[name], rules, speed).usualMs);
  const minutes = usual.reduce((sum, ms) => sum + ms, 0) / 60_000;
  return `this takes about ${Math.max(1, Math.round(minutes))} min`;
}

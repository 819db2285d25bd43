import autocannon from 'autocannon';
import type { Bench } from './bench.js';
import { backends } from './http-backends.js';
import { type MeasuredProcess, withProcesses } from './measured-process.js';
import { quantile, table } from './table.js';

/** What one load on one backend has cost. */
export interface Load {
  readonly cpuMicroseconds: number;
  readonly requestsPerSecond: number;
  readonly p99Milliseconds: number;
}

const rounds = 15;
const requestsPerRound = 2_000;
// Before V8 has compiled what is called often, it is the compiler that is measured.
const requestsBefore = 10_000;
const connections = 20;

/** What measuring HTTP costs, beside a bare server, the packages that do the same, and prom-client by hand. */
export const http: Bench = {
  name: 'http',
  run: (say) =>
    withProcesses(Object.keys(backends), async (processes) => {
      for (const one of processes) await load(one, requestsBefore);
      const loads = await interleaved(processes);
      for (const line of costs(loads)) say(line);
      say('');
      for (const line of await scrapes(processes)) say(line);
    }),
};

/** A round has all of them, so that whatever else the machine does meanwhile costs each the same. */
async function interleaved(processes: readonly MeasuredProcess[]) {
  const loads = new Map<string, Load[]>(processes.map(({ name }) => [name, []]));
  for (let round = 0; round < rounds; round += 1) {
    // None of them is always the one that comes after the slowest.
    const order = round % 2 === 0 ? processes : [...processes].reverse();
    for (const one of order) loads.get(one.name)?.push(await load(one));
  }
  return loads;
}

async function load({ url, ask }: MeasuredProcess, amount = requestsPerRound): Promise<Load> {
  const cpuBefore = await ask('cpuMicroseconds');
  const startedAt = performance.now();
  const took = await latencies(url, amount);
  const seconds = (performance.now() - startedAt) / 1_000;
  return {
    cpuMicroseconds: ((await ask('cpuMicroseconds')) - cpuBefore) / took.length,
    requestsPerSecond: took.length / seconds,
    p99Milliseconds: quantile(took, 0.99),
  };
}

/** What each request took; autocannon's own histogram knows whole milliseconds only. */
function latencies(url: string, amount: number): Promise<number[]> {
  const requests = [0, 1, 2, 3].map((route) => ({ path: `/api/r${route}/4711` }));
  const took: number[] = [];
  return new Promise((resolve, reject) => {
    const options = { url, connections, amount, requests };
    const run = autocannon(options, (error) => (error ? reject(error) : undefined));
    run.on('response', (_client, _status, _bytes, milliseconds) => {
      // It looks only once a second whether it is done.
      if (took.push(milliseconds) === amount) resolve(took);
    });
  });
}

/** A line for each backend; the ratios are medians of those within a round, to the bare one of its framework. */
export function costs(loads: ReadonlyMap<string, readonly Load[]>): string[] {
  const rows = [...loads].map(([name, own]) => {
    const [framework = ''] = name.split(' ');
    const bare = loads.get(`${framework} bare`) ?? [];
    const ours = loads.get(`${framework} ours`) ?? [];
    return [
      name,
      ratio(own, bare, 'requestsPerSecond'),
      ratio(own, bare, 'p99Milliseconds'),
      ratio(own, bare, 'cpuMicroseconds'),
      ratio(ours, own, 'cpuMicroseconds'),
      spread(ours, own),
    ];
  });
  const head = ['', 'requests/s', 'p99', 'CPU/request', 'CPU, ours to it', 'half of the rounds'];
  return table([head, ...rows]);
}

function ratio(some: readonly Load[], others: readonly Load[], what: keyof Load): string {
  return quantile(ratios(some, others, what), 0.5).toFixed(2);
}

function spread(some: readonly Load[], others: readonly Load[]): string {
  const all = ratios(some, others, 'cpuMicroseconds');
  return `${quantile(all, 0.25).toFixed(2)} to ${quantile(all, 0.75).toFixed(2)}`;
}

function ratios(some: readonly Load[], others: readonly Load[], what: keyof Load): number[] {
  return some.map((one, round) => one[what] / (others[round]?.[what] ?? Number.NaN));
}

/** What a process holds once 20 routes have been asked with two methods, and answered with three statuses. */
async function scrapes(processes: readonly MeasuredProcess[]): Promise<string[]> {
  const rows: string[][] = [];
  for (const { name, url, ask } of processes) {
    if (name.endsWith(' bare')) continue;
    for (const path of allPaths()) {
      for (const method of ['GET', 'POST'])
        await fetch(`${url}${path}`, { method }).then((one) => one.arrayBuffer());
    }
    const { series, bytes, milliseconds } = await ask('scrape');
    rows.push([
      name,
      `${series}`,
      `${Math.round(bytes / 1_000)} kB`,
      `${milliseconds.toFixed(1)} ms`,
    ]);
  }
  return table([['20 routes × 2 methods × 3 statuses', 'series', 'scrape', 'CPU'], ...rows]);
}

function allPaths(): string[] {
  return [200, 404, 500].flatMap((status) =>
    Array.from({ length: 20 }, (_, route) => `/api/r${route}/4711?status=${status}`),
  );
}

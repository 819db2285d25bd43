import { execFile } from 'node:child_process';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout } from 'node:timers/promises';
import { promisify } from 'node:util';
import { Registry } from 'prom-client';
import {
  heapLevel,
  pressureEpisodes,
  stallLevel,
  watchMemoryPressure,
} from '../../lib/instrumentation/memory-pressure';
import { samples, zeros } from '../support/http-samples';

const line = (some: number, full: number) =>
  `some avg10=${some.toFixed(2)} avg60=0.00 avg300=0.00 total=1\nfull avg10=${full.toFixed(2)} avg60=0.00 avg300=0.00 total=1\n`;

describe('pressureEpisodes', () => {
  test('reports each level once until memory is not scarce any more', () => {
    const reported: string[] = [];
    const check = pressureEpisodes((level) => reported.push(level));

    for (const level of ['warning', 'warning', 'critical', 'warning', 'critical'] as const) {
      check(level);
    }
    check(undefined);
    check('warning');

    expect(reported).toEqual(['warning', 'critical', 'warning']);
  });
});

describe('heapLevel', () => {
  test.each([
    [84, undefined],
    [85, 'warning'],
    [95, 'critical'],
  ])('finds %s %% of the limit %s', (used, level) => {
    expect(heapLevel({ used, limit: 100 })).toBe(level);
  });
});

describe('stallLevel', () => {
  test.each([
    ['nobody waits', line(0, 0), undefined],
    ['somebody waits now and then', line(9.99, 5), undefined],
    ['somebody waits', line(10, 5), 'warning'],
    ['everybody waits', line(30, 10), 'critical'],
    ['the kernel does not say', '', undefined],
  ])('when %s', (_, text, level) => {
    expect(stallLevel(text)).toBe(level);
  });
});

describe('watchMemoryPressure', () => {
  const folder = mkdtempSync(join(tmpdir(), 'pressure-'));
  const missing = join(folder, 'missing');
  const file = join(folder, 'memory.pressure');
  let registry: Registry;
  let stop = () => {};

  beforeEach(() => {
    registry = new Registry();
  });

  afterEach(() => stop());

  afterAll(() => rmSync(folder, { recursive: true }));

  const events = () => samples(registry, 'memory_pressure_events_total');

  test('counts an episode once, in the first file that can be read', async () => {
    writeFileSync(file, line(50, 20));
    stop = watchMemoryPressure(registry, { pressureFiles: [missing, file], checkEveryMs: 10 });
    const before = await zeros(registry, 'memory_pressure_events_total');

    await setTimeout(100);
    writeFileSync(file, line(0, 0));
    await setTimeout(100);
    writeFileSync(file, line(50, 0));
    await setTimeout(100);

    expect(before).toEqual(['warning', 'critical']);
    expect(await events()).toEqual({ warning: 1, critical: 1 });
  });

  test('counts a heap that is nearly full before it is full', async () => {
    const script = join(__dirname, '../support/scarce-heap.ts');
    const run = promisify(execFile);

    const { stdout } = await run(process.execPath, [
      '--max-old-space-size=100',
      ...['--import', 'tsx', script],
    ]);

    expect(stdout).toContain('memory_pressure_events_total{level="warning"} 1');
  }, 30_000);

  test('counts nothing where the kernel has no such file', async () => {
    stop = watchMemoryPressure(registry, { pressureFiles: [missing, folder], checkEveryMs: 10 });

    await setTimeout(50);

    expect(await events()).toEqual({});
  });

  test('counts nothing after it was stopped', async () => {
    writeFileSync(file, line(0, 0));
    watchMemoryPressure(registry, { pressureFiles: [file], checkEveryMs: 10 })();

    writeFileSync(file, line(50, 20));
    await setTimeout(50);

    expect(await events()).toEqual({});
  });
});

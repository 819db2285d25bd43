import { cpSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { setTimeout as pause } from 'node:timers/promises';
import { engine } from '../../../local/engines.js';
import { freePorts } from '../../../local/environment.js';
import { start } from '../../../local/process.js';
import { loadRules, prometheus, watchRules } from '../../../local/prometheus.js';
import { freePort, type RunningBackend, startBackend } from './backend.js';

// As a user writes it, who has read prom-client's documentation and docs/customising-alerts.md.
const ownFile = `groups:
  - name: segmentations
    interval: 30s
    rules:
      - alert: SegmentationsRequested
        expr: sum by (job, model) (increase(segmentations_requested_total[5m])) > 0
        labels:
          severity: info
        annotations:
          summary: '{{ $labels.job }} is asked for {{ $labels.model }}'
`;

describe('a Counter that is defined as prom-client documents it', () => {
  let folder: string;
  let backend: RunningBackend;
  let prometheusUrl: string;
  const cleanUps: (() => unknown)[] = [];

  beforeAll(async () => {
    folder = mkdtempSync(join(tmpdir(), 'own-counter-'));
    // What counts is counted before the database is asked; there is none.
    backend = await startBackend(`postgres://app@127.0.0.1:${await freePort()}/none`);
    const ports = { ...(await freePorts()), backend: Number(new URL(backend.url).port) };
    prometheusUrl = `http://127.0.0.1:${ports.prometheus}`;
    const rules = join(folder, 'rules');
    cpSync(resolve(__dirname, '../../../rules'), rules, { recursive: true });
    const options = {
      binary: await engine('prometheus'),
      promtool: await engine('promtool'),
      ...{ rules, ports, folder: join(folder, 'kept'), logs: join(folder, 'logs') },
      ...{ speed: 10, retention: '1d' },
    };
    cleanUps.push((await start(await prometheus(options))).stop);
    await loadRules(options);
    cleanUps.push(watchRules(options, () => {}).stop);
  }, 120_000);

  afterAll(async () => {
    for (const cleanUp of cleanUps.reverse()) await cleanUp();
    await backend?.stop();
    rmSync(folder, { recursive: true });
  });

  async function asked<T>(path: string): Promise<T> {
    const response = await fetch(`${prometheusUrl}/api/v1/${path}`);
    return ((await response.json()) as { data: T }).data;
  }

  interface Vector {
    result: { metric: Record<string, string>; value: [number, string] }[];
  }

  async function stored(): Promise<Record<string, string>> {
    const { result } = await asked<Vector>('query?query=segmentations_requested_total');
    return Object.fromEntries(result.map(({ metric, value }) => [metric.model, value[1]]));
  }

  async function firing(): Promise<string[]> {
    const { alerts } = await asked<{ alerts: { labels: Record<string, string>; state: string }[] }>(
      'alerts',
    );
    return alerts
      .filter(({ labels }) => labels.alertname === 'SegmentationsRequested')
      .map(({ labels, state }) => `${labels.job} ${labels.model} ${labels.severity} ${state}`);
  }

  async function eventually<T>(look: () => Promise<T>, isSo: (seen: T) => boolean): Promise<T> {
    const deadline = Date.now() + 40_000;
    for (;;) {
      const seen = await look();
      if (isSo(seen) || Date.now() > deadline) return seen;
      await pause(200);
    }
  }

  test('is scraped, stored, and alerted on by a file that is dropped into rules/', async () => {
    const before = await eventually(stored, (seen) => seen.cells === '0');
    writeFileSync(join(folder, 'rules', 'mine.yaml'), ownFile);

    const wanted = { cellId: 1, model: 'cells' };
    const { status } = await backend.ask('POST', '/api/segmentations', wanted);

    const after = await eventually(stored, (seen) => seen.cells === '1');
    const alerts = await eventually(firing, (seen) => seen.length > 0);
    expect(status).toBe(503);
    expect(before).toEqual({ cells: '0', spheroids: '0' });
    expect(after).toEqual({ cells: '1', spheroids: '0' });
    expect(alerts).toEqual(['api cells info firing']);
  }, 130_000);
});

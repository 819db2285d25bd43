import { chmodSync, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { timeline } from '../../../local/breaks/timeline.js';
import { type SeenThrough, watchThrough } from '../../../local/breaks/watch-through.js';
import { freePorts } from '../../../local/environment.js';
import { type Pipeline, startPipeline } from '../../../local/pipeline.js';

// The fastest there is: the twenty minutes until a warning is resolved are twenty seconds.
const SPEED = 60;

let folder: string;
let pipeline: Pipeline;
let seen: SeenThrough;

beforeAll(async () => {
  folder = mkdtempSync(join(tmpdir(), 'pipeline-'));
  chmodSync(folder, 0o755);
  const options = { ports: await freePorts(), folder, speed: SPEED, retention: '1d' };
  pipeline = await startPipeline({ ...options, report: () => {} });
  await pipeline.watch();
  seen = await watchThrough(pipeline.breaks.ratelimit, pipeline, SPEED);
}, 180_000);

afterAll(async () => {
  await pipeline?.stop();
  rmSync(folder, { recursive: true });
}, 30_000);

describe('watchThrough', () => {
  test('sees a warning told to Slack alone, and its resolve', () => {
    const { missing } = timeline(seen.observed, seen.channels);
    const channels = new Set(seen.observed.messages.map(({ channel }) => channel));

    expect(missing).toEqual([]);
    expect(seen.channels).toEqual(['slack']);
    expect([...channels].sort()).toEqual(['email', 'slack']);
  });

  test('sees nothing else', () => {
    expect([...seen.strays, ...seen.companions]).toEqual([]);
  });
});

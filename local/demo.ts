import { chmod, mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { program } from 'commander';
import type { BreakName } from './breaks.js';
import { freePorts } from './environment.js';
import { breakName, DEFAULT_SPEED, speed } from './options.js';
import { type Pipeline, startPipeline } from './pipeline.js';
import { onStopRequest } from './stop-request.js';
import { timeline } from './timeline.js';
import { criticalChannels, watchThrough } from './watch-through.js';

/** Breaks one thing, unattended, and shows when each part of the pipeline noticed, until the resolve. */
async function demo(name: BreakName, options: { readonly speed: number }): Promise<void> {
  const folder = await mkdtemp(join(tmpdir(), 'spheroseg-demo-'));
  // PostgreSQL may have to run as another user.
  await chmod(folder, 0o755);
  const ports = await freePorts();
  const report = (line: string) => console.log(line);
  const starting = startPipeline({ ports, folder, ...options, retention: '1d', report });
  const { end, fail } = onStopRequest(async () => {
    await starting.then((pipeline) => pipeline.stop()).catch(() => {});
    await rm(folder, { recursive: true, force: true });
  });
  try {
    end(await story(name, await starting, options.speed));
  } catch (error) {
    fail(error);
  }
}

async function story(name: BreakName, pipeline: Pipeline, speed: number): Promise<number> {
  const one = pipeline.breaks[name];
  if (one.unavailable) throw new Error(`${name}: ${one.unavailable}`);
  await pipeline.watch();
  console.log(`\n${name}: ${one.effect}; waiting for ${one.alert}, and for its resolve`);
  const observed = await watchThrough(one, pipeline, speed);
  const { lines, missing } = timeline(observed, criticalChannels);
  console.log(`\n${lines.join('\n')}\n`);
  for (const line of missing) console.error(`missing: ${line}`);
  return missing.length === 0 ? 0 : 1;
}

program
  .name('npm run demo --')
  .description('Breaks something, and shows how the alert and its resolve arrive.')
  .argument('[break]', 'what to break', breakName, 'errors' as const)
  .option('--speed <n>', 'how many times as fast as in production', speed, DEFAULT_SPEED)
  .action(demo)
  .parse();

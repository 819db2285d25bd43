import { chmod, mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { program } from 'commander';
import { tour } from './breaks/tour.js';
import { type BreakName, breakNames } from './breaks.js';
import { freePorts } from './environment.js';
import { breaksToShow, DEFAULT_SPEED, speed } from './options.js';
import { startPipeline } from './pipeline.js';
import { takenSecrets } from './real-secrets.js';
import { onStopRequest } from './stop-request.js';

const report = (line: string) => console.log(line);

/** Breaks things, unattended, and shows when each part of the pipeline noticed, until all is quiet again. */
async function demo(
  names: readonly BreakName[],
  options: { readonly speed: number },
): Promise<void> {
  // A demo is for the one who runs it: the real services hear nothing of it, and no program knows their secrets.
  takenSecrets(process.env);
  const folder = await mkdtemp(join(tmpdir(), 'spheroseg-demo-'));
  // PostgreSQL may have to run as another user.
  await chmod(folder, 0o755);
  const ports = await freePorts();
  const starting = startPipeline({ ports, folder, ...options, retention: '1d', report });
  const { end, fail } = onStopRequest(async () => {
    await starting.then((pipeline) => pipeline.stop()).catch(() => {});
    await rm(folder, { recursive: true, force: true });
  });
  try {
    const pipeline = await starting;
    const [only] = names;
    const unavailable = only && names.length === 1 && pipeline.breaks[only].unavailable;
    if (unavailable) throw new Error(`${only}: ${unavailable}`);
    end((await tour(names, pipeline, options.speed, report)) ? 0 : 1);
  } catch (error) {
    fail(error);
  }
}

program
  .name('npm run demo --')
  .description('Breaks something, and shows how the alert and its resolve arrive.')
  .argument('[break...]', `what to break: all, or some of ${breakNames.join(', ')}`, breaksToShow)
  .option('--speed <n>', 'how many times as fast as in production', speed, DEFAULT_SPEED)
  .action((names: readonly BreakName[] | undefined, options) => demo(names ?? ['errors'], options))
  .parseAsync()
  .catch((error: Error) => {
    console.error(error.message);
    process.exitCode = 1;
  });

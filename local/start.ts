import { rm } from 'node:fs/promises';
import { relative, resolve } from 'node:path';
import { program } from 'commander';
import { switchboard } from './breaks/switchboard.js';
import type { BreakName } from './breaks.js';
import { freePorts, movedPorts } from './environment.js';
import { watchKeys } from './keys.js';
import { breakList, DEFAULT_SPEED, portOffset, retention, speed } from './options.js';
import { startPipeline } from './pipeline.js';
import { takenSecrets } from './real-secrets.js';
import { addresses, keysHelp, paceNote } from './screen.js';
import { onStopRequest } from './stop-request.js';

interface Options {
  readonly break: readonly BreakName[];
  readonly speed: number;
  readonly productionTimings?: true;
  readonly retention: string;
  readonly fresh?: true;
  readonly portOffset: number;
  readonly freePorts?: true;
}

const report = (line: string) => console.log(line);

/** Starts everything, and runs until it is told to stop. */
async function start(options: Options): Promise<void> {
  const began = performance.now();
  const secrets = takenSecrets(process.env);
  const pace = options.productionTimings ? 1 : options.speed;
  const ports = options.freePorts ? await freePorts() : movedPorts(options.portOffset);
  const folder = dataFolder(options);

  const starting = startPipeline({
    ports,
    folder,
    fresh: options.fresh,
    speed: pace,
    retention: options.retention,
    ...secrets,
    report,
  });
  const { end, fail, hasBegun } = onStopRequest(async () => {
    await starting.then((pipeline) => pipeline.stop()).catch(() => {});
    if (options.freePorts) await rm(folder, { recursive: true, force: true });
    report('stopped');
  });
  try {
    const pipeline = await starting;
    if (hasBegun()) return;
    const switches = switchboard(pipeline.breaks, report);
    const seconds = () => ((performance.now() - began) / 1000).toFixed(1);
    report(`ready after ${seconds()} s\n\n${addresses(ports, relative('', folder) || '.')}\n`);
    report(`${paceNote(pace)}\n${keysHelp(pipeline.breaks)}\n`);
    watchKeys(pipeline.breaks, switches, () => end(0));
    await pipeline.watch();
    report(`every target scraped, and rules loaded, after ${seconds()} s`);
    for (const name of options.break) await switches.toggle(name);
  } catch (error) {
    fail(error);
  }
}

/** Two pipelines at once, on other ports, must not share a database. */
function dataFolder({ portOffset, freePorts }: Options): string {
  const moved = portOffset === 0 ? 'default' : `offset-${portOffset}`;
  return resolve(__dirname, '..', '.local', freePorts ? `free-ports-${process.pid}` : moved);
}

program
  .name('npm start --')
  .description('The whole pipeline on this machine.')
  .option('--break <name>', 'break this at the start; may be repeated', breakList, [])
  .option('--speed <n>', 'how many times as fast as in production', speed, DEFAULT_SPEED)
  .option('--production-timings', 'as fast as in production, the rule files byte for byte')
  .option('--retention <time>', 'how long samples are kept', retention, '30d')
  .option('--fresh', 'forget the data of earlier starts')
  .option('--port-offset <n>', 'move every port by so many', portOffset, 0)
  .option('--free-ports', 'use whatever ports are free, and keep no data')
  .action(start)
  .parseAsync()
  .catch((error: Error) => {
    console.error(error.message);
    process.exitCode = 1;
  });

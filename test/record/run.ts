import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { collector } from './collector.js';
import { node } from './node.js';
import { postgres } from './postgres.js';
import type { Recording } from './recording.js';
import { redis } from './redis.js';

// npm run record -- [names of recordings, all when there are none]
const recordings: readonly Recording[] = [node, postgres, redis, collector];
const scrapes = resolve(__dirname, '..', 'fixtures', 'scrapes');

const say = (line: string) => console.log(line);

async function recorded({ name, problem, record }: Recording): Promise<boolean> {
  const reason = await problem?.();
  if (reason) {
    say(`${name}: left out, its fixtures stay as they are: ${reason}`);
    return true;
  }
  const folder = await mkdtemp(join(tmpdir(), 'spheroseg-record-'));
  const stops: (() => Promise<unknown>)[] = [];
  try {
    const onStop = (stop: () => Promise<unknown>) => stops.unshift(stop);
    const files = await record({ folder, onStop, report: (line) => say(`${name}: ${line}`) });
    for (const [file, text] of Object.entries(files)) await writeFile(join(scrapes, file), text);
    say(`${name}: wrote ${Object.keys(files).join(', ')}`);
    return true;
  } catch (error) {
    say(`${name}: failed, its fixtures stay as they are: ${(error as Error).message}`);
    return false;
  } finally {
    for (const stop of stops) await stop();
    await rm(folder, { recursive: true, force: true });
  }
}

async function main(names: readonly string[]): Promise<number> {
  const unknown = names.filter((name) => !recordings.some((one) => one.name === name));
  if (unknown.length > 0) {
    const known = recordings.map(({ name }) => name).join(', ');
    say(`no recording is called ${unknown.join(' or ')}; there are ${known}`);
    return 1;
  }
  const wanted = recordings.filter(({ name }) => names.length === 0 || names.includes(name));
  const successes: boolean[] = [];
  // One after the other: they read the same machine, and each wants it quiet.
  for (const recording of wanted) successes.push(await recorded(recording));
  return successes.every(Boolean) ? 0 : 1;
}

main(process.argv.slice(2)).then((code) => {
  process.exitCode = code;
});

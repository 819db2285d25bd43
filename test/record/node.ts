import { writeFile } from 'node:fs/promises';
import { join, resolve } from 'node:path';
import { engine } from '../../local/engines.js';
import { nodeExporter, smallVolume, type Volume } from '../../local/exporters.js';
import { start } from '../../local/process.js';
import { freePorts } from '../engines/support/free-ports.js';
import type { Recording, Site } from './recording.js';
import { fixtureOf, scrapeUntil } from './scrape.js';

const MIB = 1024 * 1024;

/** node_exporter beside this machine's own /proc and /sys, with a small volume in place of its disks. */
export const node: Recording = {
  name: 'node',
  async record(site) {
    const volume = await rootVolume(site.folder);
    const [port = 0] = await freePorts(1);
    const binary = await engine('node_exporter', site.report);
    const program = nodeExporter({ binary, logs: site.folder, port }, volume);
    // It tells the serial numbers of the machine.
    const args = [...program.args, '--no-collector.dmi'];
    const exporter = await start({ ...program, args });
    site.onStop(exporter.stop);
    await twoThirdsFull(exporter.pid, site);
    const text = await scrapeUntil(`http://127.0.0.1:${port}/metrics`, /^node_load1 /m);
    return { 'node.txt': fixtureOf(text, { exporter: 'node_exporter', replace: ofThisMachine }) };
  },
};

const ofThisMachine = [
  [/\bnodename="[^"]*"/g, 'nodename="host"'],
  [/\bdomainname="[^"]*"/g, 'domainname="(none)"'],
  [/\b(address|broadcast)="[0-9a-f:]+"/g, '$1="02:00:00:00:00:01"'],
  [/\b(ifalias|model|path|serial|wwn|revision)="[^"]*"/g, '$1=""'],
] as const;

/** The volume as the root of a machine: what node_exporter says of its disks is the same everywhere. */
async function rootVolume(folder: string): Promise<Volume> {
  const volume = await smallVolume(folder);
  if (!volume) throw new Error('this machine does not let us mount a small volume');
  const procfs = resolve(folder, 'procfs');
  await writeFile(join(procfs, '1', 'mountinfo'), '30 1 8:1 / / rw - ext4 /dev/vda rw\n');
  await writeFile(join(procfs, '1', 'mounts'), '/dev/vda / ext4 rw 0 0\n');
  const flags = [`--path.rootfs=${volumeOf(folder)}`, `--path.procfs=${procfs}`];
  return { ...volume, flags };
}

const volumeOf = (folder: string) => resolve(folder, 'host', 'data');

async function twoThirdsFull(pid: number, { folder }: Site): Promise<void> {
  const file = join(`/proc/${pid}/root`, volumeOf(folder), 'filled');
  await writeFile(file, Buffer.alloc(42 * MIB));
}

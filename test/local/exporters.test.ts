import { spawnSync } from 'node:child_process';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { engine } from '../../local/engines.js';
import { freePorts } from '../../local/environment.js';
import { nodeExporter, smallVolume } from '../../local/exporters.js';
import { start } from '../../local/process.js';

let folder: string;

beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'exporters-'));
});

afterEach(() => rmSync(folder, { recursive: true }));

const flags = process.getuid?.() === 0 ? [] : ['--user', '--map-root-user'];
const mount = ['--mount', ...flags, 'mount', '-t', 'tmpfs', 'none', '/mnt'];
// Inside most containers nobody may mount; there the break is not offered either.
const whereMountsAreAllowed = spawnSync('unshare', mount).status === 0 ? test : test.skip;

describe('smallVolume', () => {
  whereMountsAreAllowed(
    'is the only disk that node_exporter sees, and can be filled and emptied',
    async () => {
      const { nodeExporter: port } = await freePorts();
      const volume = await smallVolume(folder);
      const options = { binary: await engine('node_exporter'), logs: folder, port };
      const exporter = await start(nodeExporter(options, volume));
      const available = async () => {
        const response = await fetch(`http://127.0.0.1:${port}/metrics`);
        return (await response.text())
          .split('\n')
          .filter((line) => line.startsWith('node_filesystem_avail_bytes{'));
      };
      const sample = (bytes: number) =>
        `node_filesystem_avail_bytes{device="/dev/sdb",device_error="",fstype="ext4",mountpoint="/data"} ${bytes}`;

      const empty = await available();
      await volume?.fill(exporter.pid);
      const full = await available();
      await volume?.empty(exporter.pid);
      const emptied = await available();
      await exporter.stop();

      expect(empty).toEqual([sample(67108864).replace('67108864', '6.7108864e+07')]);
      expect(full).toEqual([sample(4194304).replace('4194304', '4.194304e+06')]);
      expect(emptied).toEqual(empty);
    },
    120_000,
  );
});

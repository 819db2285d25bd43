import { mkdirSync, mkdtempSync, readdirSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type * as Engines from '../../local/engines.js';

let folder: string;
let engine: typeof Engines.engine;
const { PATH, XDG_CACHE_HOME } = process.env;

/** A program on the PATH that prints one line. */
function onPath(name: string, printed: string, exitCode = 0) {
  const script = `#!/bin/sh\necho '${printed}'\nexit ${exitCode}\n`;
  writeFileSync(join(folder, 'bin', name), script, { mode: 0o755 });
}

beforeEach(async () => {
  folder = mkdtempSync(join(tmpdir(), 'engines-'));
  mkdirSync(join(folder, 'bin'));
  process.env.PATH = join(folder, 'bin');
  process.env.XDG_CACHE_HOME = join(folder, 'cache');
  // What was found is remembered for the whole process.
  jest.resetModules();
  ({ engine } = await import('../../local/engines.js'));
});

afterEach(() => {
  Object.assign(process.env, { PATH, XDG_CACHE_HOME });
  if (XDG_CACHE_HOME === undefined) delete process.env.XDG_CACHE_HOME;
  rmSync(folder, { recursive: true });
});

describe('engine', () => {
  test.each([
    ['the pinned release', 'promtool', 'promtool', 'promtool, version 2.53.3 (branch: HEAD)'],
    ['a newer release', 'promtool', 'promtool', 'promtool, version 3.14.0 (branch: HEAD)'],
    ['a name that Debian gives', 'alertmanager', 'prometheus-alertmanager', 'version 0.28.1'],
    ['the oldest promtool, exactly', 'promtool-2.42', 'promtool', 'promtool, version 2.42.0'],
  ] as const)('takes %s from the PATH', async (_, name, file, printed) => {
    onPath(file, printed);

    const path = await engine(name);

    expect(path).toBe(join(folder, 'bin', file));
  });

  test.each([
    ['an older release', 'promtool', 'promtool, version 2.52.1'],
    ['a newer one where the oldest is wanted', 'promtool-2.42', 'promtool, version 2.53.3'],
    ['a program that prints no version', 'promtool', 'hello'],
  ] as const)('passes over %s', async (_, name, printed) => {
    onPath('promtool', printed);

    const path = engine(name);

    await expect(path).rejects.toThrow(`${name} `);
  });

  test('takes a binary from the cache folder', async () => {
    const bin = join(folder, 'cache/spheroseg-monitoring/1/promtool-2.53/usr/bin');
    mkdirSync(bin, { recursive: true });
    writeFileSync(join(bin, 'promtool'), '');

    const path = await engine('promtool');

    expect(path).toBe(join(bin, 'promtool'));
  });

  test('says what to install where there is no apt', async () => {
    const path = engine('alertmanager');

    await expect(path).rejects.toThrow(
      /^alertmanager 0\.28 or newer is not on the PATH, and Debian's package could not be unpacked: .+\ninstall it yourself and start again: brew install alertmanager, or \/bin\/alertmanager out of prom\/alertmanager:v0\.28\.1$/,
    );
  });

  test('leaves nothing half-made when a download breaks', async () => {
    onPath('apt-get', 'E: Unable to fetch some archives', 100);

    const path = engine('prometheus');

    await expect(path).rejects.toThrow('install it yourself and start again: ');
    expect(readdirSync(join(folder, 'cache/spheroseg-monitoring/1'))).toEqual([]);
  });

  test('tries again after a failure', async () => {
    await engine('promtool').catch(() => {});
    onPath('promtool', 'promtool, version 2.53.3');

    const path = await engine('promtool');

    expect(path).toBe(join(folder, 'bin', 'promtool'));
  });
});

import {
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  symlinkSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import type * as Engines from '../../local/engines.js';

let folder: string;
let engine: typeof Engines.engine;
let engines: typeof Engines.engines;
const { PATH, XDG_CACHE_HOME } = process.env;
const { platform } = process;

const onPlatform = (value: string) => Object.defineProperty(process, 'platform', { value });

/** A program on the PATH that prints one line. */
function onPath(name: string, printed: string, exitCode = 0) {
  const script = `#!/bin/sh\necho '${printed}'\nexit ${exitCode}\n`;
  writeFileSync(join(folder, 'bin', name), script, { mode: 0o755 });
}

beforeEach(async () => {
  folder = mkdtempSync(join(tmpdir(), 'engines-'));
  mkdirSync(join(folder, 'bin'));
  onPlatform('linux');
  process.env.PATH = join(folder, 'bin');
  process.env.XDG_CACHE_HOME = join(folder, 'cache');
  // What was found is remembered for the whole process.
  jest.resetModules();
  ({ engine, engines } = await import('../../local/engines.js'));
});

afterEach(() => {
  onPlatform(platform);
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
    ['a Redis', 'redis-server', 'redis-server', 'Redis server v=7.2.4 sha=00000000:0'],
    [
      'an exporter that says its release in words of its own',
      'redis_exporter',
      'redis_exporter',
      'level=info msg="Redis Metrics Exporter v1.69.0    build date: 2025"',
    ],
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

  test('adds to the cache only what it lacks', async () => {
    const fetched = join(folder, 'fetched');
    writeFileSync(fetched, '');
    const logs = `#!/bin/sh\necho "$@" >> ${fetched}\ncase "$*" in *download*) exit 100;; esac\n`;
    writeFileSync(join(folder, 'bin', 'apt-get'), logs, { mode: 0o755 });
    const promtool = 'cache/spheroseg-monitoring/1/prometheus-2.42/usr/bin/promtool';
    mkdirSync(join(folder, dirname(promtool)), { recursive: true });
    writeFileSync(join(folder, promtool), '');

    const path = engine('redis-server');

    await expect(path).rejects.toThrow('redis-server 7.0 or newer');
    expect(readFileSync(fetched, 'utf8')).toBe(
      '--quiet update\n--quiet download redis-server redis-tools libatomic1 libjemalloc2 liblzf1 libssl3\n',
    );
  });

  test('says what to install where there is no apt', async () => {
    const path = engine('alertmanager');

    await expect(path).rejects.toThrow(
      /^not on the PATH, and Debian's packages could not be unpacked: .+\ninstall and start again:\n {2}alertmanager 0\.28 or newer: \/bin\/alertmanager out of the image prom\/alertmanager:v0\.28\.1$/,
    );
  });

  test.each([
    ['is a file', (path: string) => writeFileSync(path, '')],
    ['leads nowhere', (path: string) => symlinkSync('/proc/no-such-folder', path)],
  ])('names a cache folder that %s', async (_, spoil) => {
    spoil(join(folder, 'cache'));

    const path = engines(['prometheus', 'promtool'], () => {});

    await expect(path).rejects.toThrow(
      /^the cache folder \S+\/cache\/spheroseg-monitoring\/1 cannot be written \(E[A-Z]+\); mend that, or name another in XDG_CACHE_HOME$/,
    );
  });

  test('leaves nothing half-made when a download breaks', async () => {
    onPath('apt-get', 'E: Unable to fetch some archives', 100);

    const path = engine('prometheus');

    await expect(path).rejects.toThrow('install and start again:');
    expect(readdirSync(join(folder, 'cache/spheroseg-monitoring/1'))).toEqual([]);
  });

  test('tries again after a failure', async () => {
    await engine('promtool').catch(() => {});
    onPath('promtool', 'promtool, version 2.53.3');

    const path = await engine('promtool');

    expect(path).toBe(join(folder, 'bin', 'promtool'));
  });
});

describe('engines', () => {
  test('finds each', async () => {
    onPath('promtool', 'promtool, version 2.53.3');
    onPath('amtool', 'amtool, version 0.28.1');

    const found = await engines(['promtool', 'amtool'], () => {});

    expect(found).toEqual({
      promtool: join(folder, 'bin', 'promtool'),
      amtool: join(folder, 'bin', 'amtool'),
    });
  });

  test('lists once all that is missing', async () => {
    const found = engines(['prometheus', 'promtool', 'alertmanager'], () => {});

    await expect(found).rejects.toThrow(
      /^not on the PATH, and Debian's packages could not be unpacked: .+\ninstall and start again:\n {2}prometheus 2\.53 .+\n {2}promtool 2\.53 .+\n {2}alertmanager 0\.28 .+$/,
    );
  });

  test('speaks of Homebrew where it is at home', async () => {
    onPlatform('darwin');

    const found = engines(['prometheus', 'postgres_exporter'], () => {});

    await expect(found).rejects.toThrow(
      /^not on the PATH\ninstall and start again:\n {2}prometheus 2\.53 or newer: brew install prometheus\n {2}postgres_exporter 0\.17 or newer: postgres_exporter out of release v0\.17\.1 of .+$/,
    );
  });
});

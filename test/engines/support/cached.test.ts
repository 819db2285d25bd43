import {
  existsSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  utimesSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { cacheFolder } from '../../../local/engines.js';
import { type Cached, cached } from './cached.js';

const { XDG_CACHE_HOME } = process.env;
let base: string;
let made: number;
let said: string[];

const report = (line: string) => said.push(line.replaceAll(base, '…'));
const engine = {
  name: 'engine-1.0',
  says: 'building the engine',
  async make(folder) {
    made += 1;
    writeFileSync(join(folder, 'program'), '');
  },
  works: async (folder) => existsSync(join(folder, 'program')),
} satisfies Cached;

/** Of a build that began some minutes ago and left nothing else. */
function leftBehind(name: string, minutes: number) {
  const folder = join(cacheFolder(), name);
  mkdirSync(folder, { recursive: true });
  const then = Date.now() / 1000 - minutes * 60;
  utimesSync(folder, then, then);
}

beforeEach(() => {
  base = mkdtempSync(join(tmpdir(), 'cached-'));
  process.env.XDG_CACHE_HOME = base;
  made = 0;
  said = [];
});

afterEach(() => {
  jest.useRealTimers();
  process.env.XDG_CACHE_HOME = XDG_CACHE_HOME;
  if (XDG_CACHE_HOME === undefined) delete process.env.XDG_CACHE_HOME;
  rmSync(base, { recursive: true });
});

describe('cached', () => {
  test('makes a thing once', async () => {
    const first = await cached(engine, report);
    const second = await cached(engine, report);

    expect(second).toBe(first);
    expect(made).toBe(1);
    expect(said).toEqual(['building the engine', 'engine-1.0 is ready after 0 s']);
    expect(readdirSync(cacheFolder())).toEqual(['engine-1.0']);
  });

  test('makes anew what does not run any more', async () => {
    const folder = await cached(engine, report);
    rmSync(join(folder, 'program'));
    writeFileSync(join(folder, 'half'), '');

    await cached(engine, report);

    expect(readdirSync(folder)).toEqual(['program']);
    expect(said).toContain(
      '…/spheroseg-monitoring/1/engine-1.0 does not run any more, and is made anew',
    );
  });

  test('keeps what another process made meanwhile', async () => {
    const make: Cached['make'] = async (folder) => {
      await cached(
        { ...engine, make: async (theirs) => writeFileSync(join(theirs, 'program'), '1') },
        report,
      );
      await engine.make(folder);
    };

    const folder = await cached({ ...engine, make }, report);

    expect(readFileSync(join(folder, 'program'), 'utf8')).toBe('1');
    expect(readdirSync(cacheFolder())).toEqual(['engine-1.0']);
  });

  test('keeps nothing that does not run', async () => {
    const making = cached({ ...engine, works: async () => false }, report);

    await expect(making).rejects.toThrow('engine-1.0 was made, and does not run here');
    expect(readdirSync(cacheFolder())).toEqual([]);
  });

  test('announces nothing that cannot be made', async () => {
    const making = cached({ ...engine, problem: async () => 'Go is missing' }, report);

    await expect(making).rejects.toThrow(/^Go is missing$/);
    expect(said).toEqual([]);
  });

  test('does not ask what is needed to make what is there', async () => {
    await cached(engine, report);

    const again = cached({ ...engine, problem: async () => 'Go is missing' }, report);

    await expect(again).resolves.toContain('engine-1.0');
  });

  test('says which folder cannot be written', async () => {
    writeFileSync(join(base, 'spheroseg-monitoring'), '');

    const making = cached(engine, report);

    await expect(making).rejects.toThrow(
      /^the cache folder .* cannot be written \(ENOTDIR\); mend/,
    );
    expect(said).toEqual([]);
  });

  test('removes what was interrupted long ago, and leaves what may still be made', async () => {
    leftBehind('unpacking-old', 61);
    leftBehind('unpacking-new', 59);

    await cached(engine, report);

    expect(readdirSync(cacheFolder())).toEqual(['engine-1.0', 'unpacking-new']);
  });

  test('says every half minute that it is still at work', async () => {
    jest.useFakeTimers();
    const make: Cached['make'] = async (folder) => {
      jest.advanceTimersByTime(60_000);
      await engine.make(folder);
    };

    await cached({ ...engine, make }, report);

    expect(said).toEqual([
      'building the engine',
      'still building the engine: 30 s so far',
      'still building the engine: 60 s so far',
      'engine-1.0 is ready after 60 s',
    ]);
    expect(jest.getTimerCount()).toBe(0);
  });
});

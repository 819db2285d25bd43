import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as pause } from 'node:timers/promises';
import { newStage, together } from '../../local/stage.js';

let folder: string;

beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'stage-'));
});

afterEach(() => rmSync(folder, { recursive: true }));

const sleeper = (seconds: number) => ({
  name: 'sleeper',
  command: '/bin/sleep',
  args: [String(seconds)],
  log: join(folder, 'sleeper.log'),
  healthy: async () => true,
});

describe('newStage', () => {
  test('says how long each step took', async () => {
    const lines: string[] = [];
    const stage = newStage((line) => lines.push(line));

    const result = await stage.step('backend', async () => 'started');

    expect(result).toBe('started');
    expect(lines).toEqual(['   0.0 s  backend']);
  });

  test('stops every part, also when one of them cannot be stopped', async () => {
    const stage = newStage(() => {});
    const program = await stage.launch(sleeper(60));
    const stopped: string[] = [];
    stage.onStop(() => Promise.reject(new Error('stuck')));
    stage.onStop(() => stopped.push('last'));

    await stage.stop();

    expect(program.pid()).toBeUndefined();
    expect(stopped).toEqual(['last']);
    expect(stage.stopping.aborted).toBe(true);
  });

  test('reports a program that ends by itself, and can start it again', async () => {
    const lines: string[] = [];
    const stage = newStage((line) => lines.push(line));
    const program = await stage.launch(sleeper(0.1));
    await pause(400);
    const pidAfterCrash = program.pid();
    const reported = [...lines];

    await program.start();
    const pidAfterStart = program.pid();
    await stage.stop();

    expect(reported).toEqual([
      `sleeper ended unexpectedly; to have it back, stop everything and start again; its log is ${join(folder, 'sleeper.log')}`,
    ]);
    expect(lines).toEqual(reported);
    expect(pidAfterCrash).toBeUndefined();
    expect(pidAfterStart).toEqual(expect.any(Number));
  });

  test('says which break brings back what has ended by itself', async () => {
    const lines: string[] = [];
    const stage = newStage((line) => lines.push(line));

    await stage.launch({ ...sleeper(0.1), backWith: 'database' });
    await pause(400);
    await stage.stop();

    expect(lines).toEqual([
      `sleeper ended unexpectedly; to have it back, break and mend database (its key, twice), or stop everything and start again; its log is ${join(folder, 'sleeper.log')}`,
    ]);
  });
});

describe('together', () => {
  test('waits for what still starts before it fails', async () => {
    const started: string[] = [];
    const slow = async () => {
      await pause(50);
      started.push('slow');
    };

    const all = together(Promise.reject(new Error('no port')), slow());

    await expect(all).rejects.toThrow('no port');
    expect(started).toEqual(['slow']);
  });
});

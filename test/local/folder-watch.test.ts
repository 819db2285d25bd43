import { mkdirSync, mkdtempSync, renameSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as pause } from 'node:timers/promises';
import { watchFolders } from '../../local/folder-watch';

let folder: string;
let heard: (string | null)[];
let watching: { stop: () => void };

beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'spheroseg-watch-'));
  mkdirSync(join(folder, 'team-x'));
  heard = [];
  watching = watchFolders(folder, (file) => heard.push(file));
});
afterEach(() => {
  watching.stop();
  rmSync(folder, { recursive: true });
});

/** All that is heard of something that happens now. */
async function hearing(happens: () => void) {
  heard.length = 0;
  happens();
  const deadline = Date.now() + 3000;
  while (heard.length === 0 && Date.now() < deadline) await pause(10);
  await pause(50);
  return [...heard];
}

const write = (path: string) => () => writeFileSync(join(folder, path), `${Math.random()}`);

describe('watchFolders', () => {
  test('tells of files in the folder and in the folders in it', async () => {
    expect(await hearing(write('a.yaml'))).toContain('a.yaml');
    expect(await hearing(write('team-x/b.yaml'))).toContain('team-x/b.yaml');
  });

  test('tells of each save of a file that an editor replaces', async () => {
    const replace = () => {
      writeFileSync(join(folder, 'team-x/.b.swp'), `${Math.random()}`);
      renameSync(join(folder, 'team-x/.b.swp'), join(folder, 'team-x/b.yaml'));
    };

    expect(await hearing(replace)).toContain('team-x/b.yaml');
    expect(await hearing(replace)).toContain('team-x/b.yaml');
  });

  test('tells of a folder that comes, of what is saved in it, and that it is gone', async () => {
    const came = await hearing(() => {
      mkdirSync(join(folder, 'team-y'));
      write('team-y/c.yaml')();
    });
    const saved = await hearing(write('team-y/c.yaml'));
    const gone = await hearing(() => rmSync(join(folder, 'team-y'), { recursive: true }));

    expect(came).toContain(null);
    expect(saved).toContain('team-y/c.yaml');
    expect(gone).toContain(null);
  });

  test('follows a folder that went and came back', async () => {
    await hearing(() => rmSync(join(folder, 'team-x'), { recursive: true }));
    await hearing(() => mkdirSync(join(folder, 'team-x')));

    expect(await hearing(write('team-x/b.yaml'))).toContain('team-x/b.yaml');
  });

  test('is still when it was stopped', async () => {
    watching.stop();
    write('a.yaml')();
    write('team-x/b.yaml')();
    await pause(200);

    expect(heard).toEqual([]);
  });
});

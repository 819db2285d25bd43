import { execFileSync } from 'node:child_process';
import { mkdirSync, mkdtempSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { relocate } from '../../local/relocate.js';

let folder: string;

beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'relocate-'));
  mkdirSync(join(folder, 'usr/bin'), { recursive: true });
  mkdirSync(join(folder, 'usr/share/prometheus/web'), { recursive: true });
  writeFileSync(join(folder, 'usr/share/prometheus/web/page'), 'the page');
});

afterEach(() => rmSync(folder, { recursive: true }));

describe('relocate', () => {
  test('lets a binary find its data beside itself, wherever it is called from', async () => {
    const script = '#!/bin/sh\necho "$1: $(cat /usr/share/prometheus/web/page)"\n';
    writeFileSync(join(folder, 'usr/bin/server'), script, { mode: 0o755 });

    await relocate(folder, 'server', 'usr/share/prometheus');
    symlinkSync(join(folder, 'usr/bin/server'), join(folder, 'link'));
    const printed = execFileSync(join(folder, 'link'), ['found'], { encoding: 'utf8', cwd: '/' });

    expect(printed).toBe('found: the page\n');
  });

  test('refuses a path that leaves no room for another', async () => {
    writeFileSync(join(folder, 'usr/bin/server'), '/usr/share');

    const relocated = relocate(folder, 'server', 'usr/share');

    await expect(relocated).rejects.toThrow('/usr/share is too short to be relocated');
  });
});

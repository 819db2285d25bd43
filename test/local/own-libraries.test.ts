import { execFileSync } from 'node:child_process';
import { mkdirSync, mkdtempSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { useOwnLibraries } from '../../local/own-libraries.js';

let folder: string;

beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'own-libraries-'));
  mkdirSync(join(folder, 'usr/bin'), { recursive: true });
  mkdirSync(join(folder, 'usr/lib/x86_64-linux-gnu'), { recursive: true });
  const script = '#!/bin/sh\necho "$LD_LIBRARY_PATH" "$@"\n';
  writeFileSync(join(folder, 'usr/bin/program'), script, { mode: 0o755 });
});

afterEach(() => rmSync(folder, { recursive: true }));

const printed = (path: string, env: Record<string, string> = {}) =>
  execFileSync(path, ['--flag', 'two words'], { encoding: 'utf8', env }).trim();

describe('useOwnLibraries', () => {
  test('lets a binary find the libraries beside it, from wherever it is started', async () => {
    await useOwnLibraries(folder, 'program');
    symlinkSync(join(folder, 'usr/bin/program'), join(folder, 'link'));

    const libraries = `${folder}/usr/bin/../lib/x86_64-linux-gnu`;
    expect(printed(join(folder, 'usr/bin/program'))).toBe(`${libraries} --flag two words`);
    expect(printed(join(folder, 'link'))).toBe(`${libraries} --flag two words`);
  });

  test('keeps where the caller looks for libraries', async () => {
    await useOwnLibraries(folder, 'program');

    const line = printed(join(folder, 'usr/bin/program'), { LD_LIBRARY_PATH: '/elsewhere' });

    expect(line).toBe(`${folder}/usr/bin/../lib/x86_64-linux-gnu:/elsewhere --flag two words`);
  });
});

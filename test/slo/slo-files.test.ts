import { existsSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { Slo } from '../../lib/slo/objectives';
import { applyChange, sloFileChanges } from '../../lib/slo/slo-files';
import { sloRules } from '../../lib/slo/slo-rules';

const slo = (name: string): Slo => ({
  name,
  service: 'api',
  sli: { kind: 'availability' },
  objective: 99.9,
  windowDays: 30,
  severity: { fast: 'critical', slow: 'warning' },
});

describe('sloFileChanges', () => {
  let folder: string;
  const path = (file: string) => join(folder, file);

  beforeEach(() => {
    folder = mkdtempSync(join(tmpdir(), 'spheroseg-slo-files-'));
  });

  afterEach(() => rmSync(folder, { recursive: true }));

  test('writes what is missing, and then nothing', () => {
    sloFileChanges([slo('a')], folder).forEach(applyChange);

    expect(readFileSync(path('slo-a.yaml'), 'utf8')).toBe(sloRules(slo('a')));
    expect(sloFileChanges([slo('a')], folder)).toEqual([]);
  });

  test('writes again what was edited', () => {
    writeFileSync(path('slo-a.yaml'), `${sloRules(slo('a'))}# mine\n`);

    expect(sloFileChanges([slo('a')], folder)).toEqual([
      { path: path('slo-a.yaml'), text: sloRules(slo('a')) },
    ]);
  });

  test('deletes what it wrote for an objective that is gone, and nothing else', () => {
    writeFileSync(path('slo-gone.yaml'), sloRules(slo('gone')));
    writeFileSync(path('slo-mine.yaml'), 'groups: []\n');
    writeFileSync(path('http.yaml'), sloRules(slo('http')));

    sloFileChanges([slo('a')], folder).forEach(applyChange);

    expect(
      ['slo-gone.yaml', 'slo-mine.yaml', 'http.yaml'].map((file) => existsSync(path(file))),
    ).toEqual([false, true, true]);
  });

  test('never overwrites a file that a person wrote', () => {
    writeFileSync(path('slo-a.yaml'), 'groups: []\n');

    expect(() => sloFileChanges([slo('a')], folder)).toThrow(
      `${path('slo-a.yaml')}: was written by hand; rename it, or the objective`,
    );
  });
});

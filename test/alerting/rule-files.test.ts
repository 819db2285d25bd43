import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { ruleFiles } from '../../lib/alerting/rule-files';

const text = (interval: string) => `# why
groups:
  - name: service
    interval: ${interval}
    rules:
      - record: job:up:sum
        expr: sum by (job) (up)
`;

describe('ruleFiles', () => {
  let folder: string;
  beforeEach(() => {
    folder = mkdtempSync(join(tmpdir(), 'spheroseg-rules-'));
  });
  afterEach(() => rmSync(folder, { recursive: true }));

  test('reads each file byte for byte, named by its stem', () => {
    writeFileSync(join(folder, 'service.yaml'), text('30s'));
    writeFileSync(join(folder, 'README.md'), 'not a rule file');

    expect(ruleFiles(folder)).toEqual([
      { name: 'service', path: join(folder, 'service.yaml'), text: text('30s') },
    ]);
  });

  test('lists every problem of every file in one error', () => {
    writeFileSync(join(folder, 'a.yaml'), text('1s'));
    writeFileSync(join(folder, 'b.yaml'), '');
    writeFileSync(join(folder, 'c.yml'), '');

    expect(() => ruleFiles(folder)).toThrow(
      [
        `${folder}/c.yml: must end in .yaml, or nobody deploys it`,
        `${folder}/a.yaml: group service: interval must be a duration of at least 30s, got "1s"`,
        `${folder}/b.yaml: must hold groups of rules, got null`,
      ].join('\n'),
    );
  });

  test('refuses a folder without a rule file', () => {
    expect(() => ruleFiles(folder)).toThrow(`${folder}: no file ends in .yaml`);
  });
});

import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { goProblem } from './cortex-binary.js';

const { PATH } = process.env;
let folder: string;

const goPrints = (line: string) =>
  writeFileSync(join(folder, 'go'), `#!/bin/sh\necho '${line}'\n`, { mode: 0o755 });

beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'go-'));
  process.env.PATH = folder;
});

afterEach(() => {
  process.env.PATH = PATH;
  rmSync(folder, { recursive: true });
});

describe('goProblem', () => {
  test('says that Go is missing', async () => {
    expect(await goProblem()).toMatch(/^Go is missing: install it .* from 1\.21 on/);
  });

  test.each(['go1.19.8', 'go1.20.14'])('says that %s is too old', async (release) => {
    goPrints(`go version ${release} linux/amd64`);

    expect(await goProblem()).toMatch(`Go is too old, ${release.slice(0, 6)}: install it`);
  });

  test.each(['go1.21', 'go1.26.8', 'devel go1.27-1a2b3c4d'])('takes %s', async (release) => {
    goPrints(`go version ${release} linux/amd64`);

    expect(await goProblem()).toBeUndefined();
  });
});

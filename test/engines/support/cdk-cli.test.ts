import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { cdk } from './cdk-cli.js';

const { HOME } = process.env;
let folder: string;

beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'cdk-cli-'));
  process.env.HOME = join(folder, 'home');
  mkdirSync(process.env.HOME);
});

afterEach(() => {
  process.env.HOME = HOME;
  rmSync(folder, { recursive: true });
});

describe('cdk', () => {
  test('reads no settings of whoever runs it', async () => {
    writeFileSync(join(folder, 'home', '.cdk.json'), 'no JSON');
    const emulator = { environment: {}, log: join(folder, 'log') };

    const { code, text } = await cdk(emulator, ['context', '--json']);

    expect({ code, text }).toEqual({ code: 0, text: expect.stringMatching(/^\{/) });
  });
});

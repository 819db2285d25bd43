import { chmod, readFile, rename, writeFile } from 'node:fs/promises';
import { join } from 'node:path';

/**
 * Makes a binary find its data beside itself instead of under the root. Debian builds the absolute path in
 * (Alertmanager does not start without `/usr/share/prometheus/alertmanager/default.tmpl`), and a package
 * that is only unpacked has nothing there. So the path becomes one of the same length that goes through an
 * open file descriptor, and a small script opens it.
 */
export async function relocate(folder: string, binary: string, data: string): Promise<void> {
  const path = join(folder, 'usr', 'bin', binary);
  const relocated = replacedEverywhere(await readFile(path), `/${data}`);
  await rename(path, `${path}.bin`);
  await writeFile(`${path}.bin`, relocated);
  await writeFile(path, opener(binary, data));
  await chmod(path, 0o755);
}

const opened = '/proc/self/fd/9';

const opener = (binary: string, data: string) => `#!/bin/sh
here=$(dirname "$(readlink -f "$0")")
exec 9<"$here/../../${data}"
exec "$here/${binary}.bin" "$@"
`;

function replacedEverywhere(binary: Buffer, path: string): Buffer {
  const replacement = Buffer.from(opened.padEnd(path.length, '/'));
  if (replacement.length !== path.length) throw new Error(`${path} is too short to be relocated`);
  const copy = Buffer.from(binary);
  for (let at = copy.indexOf(path); at >= 0; at = copy.indexOf(path, at + 1)) {
    replacement.copy(copy, at);
  }
  return copy;
}

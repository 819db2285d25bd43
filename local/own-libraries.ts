import { rename, writeFile } from 'node:fs/promises';
import { join } from 'node:path';

/**
 * Makes a binary use the libraries that were unpacked with it: a small script in its place tells the linker,
 * so that whoever starts it need not know.
 */
export async function useOwnLibraries(folder: string, binary: string): Promise<void> {
  const path = join(folder, 'usr', 'bin', binary);
  await rename(path, `${path}.bin`);
  await writeFile(path, starter(binary), { mode: 0o755 });
}

// Debian keeps libraries in a folder per architecture, such as x86_64-linux-gnu.
const starter = (binary: string) => `#!/bin/sh
here=$(dirname "$(readlink -f "$0")")
for folder in "$here"/../lib/*-linux-*; do
  LD_LIBRARY_PATH="$folder\${LD_LIBRARY_PATH:+:$LD_LIBRARY_PATH}"
done
export LD_LIBRARY_PATH
exec "$here/${binary}.bin" "$@"
`;

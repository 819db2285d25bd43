import { existsSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { dirname } from 'node:path';

declare global {
  namespace jest {
    interface Matchers<R> {
      /** Compares text with a file of its own, which `jest -u` writes anew. */
      toMatchFile(path: string): R;
    }
  }
}

interface SnapshotContext {
  // Jest's own snapshots read the mode here; it has no public name.
  readonly snapshotState: { readonly _updateSnapshot: 'all' | 'new' | 'none' };
}

expect.extend({
  toMatchFile(received: string, path: string) {
    const mode = (this as unknown as SnapshotContext).snapshotState._updateSnapshot;
    const isMissing = !existsSync(path);
    if (mode === 'all' || (mode === 'new' && isMissing)) {
      mkdirSync(dirname(path), { recursive: true });
      writeFileSync(path, received);
    }
    const expected = existsSync(path) ? readFileSync(path, 'utf8') : undefined;
    return {
      pass: received === expected,
      message: () =>
        expected === undefined
          ? `${path} does not exist; write it with 'npx jest -u' and review it`
          : `${path} differs; if that is intended, write it anew with 'npx jest -u' and review it\n\n${
              this.utils.diff(expected, received, { expand: false }) ?? ''
            }`,
    };
  },
});

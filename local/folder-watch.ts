import { type FSWatcher, readdirSync, statSync, watch } from 'node:fs';
import { join } from 'node:path';

/**
 * Tells of every change in a folder and in the folders in it, also in one that comes later. Node's own recursive
 * watch looks at each file, and loses one that an editor replaces.
 */
export function watchFolders(
  folder: string,
  changed: (file: string | null) => void,
): { stop: () => void } {
  const watchers = new Map<string, FSWatcher>();
  const follow = () => {
    for (const inner of foldersIn(folder)) {
      if (watchers.has(inner)) continue;
      const watcher = watch(join(folder, inner), (_, file) =>
        changed(file === null ? null : join(inner, file)),
      );
      // The folder is gone, and may come back.
      watcher.on('error', () => watcher.close());
      watchers.set(inner, watcher);
    }
  };
  const top = watch(folder, (_, entry) => {
    const isFollowed = entry !== null && watchers.has(entry);
    if (isFollowed) forget(watchers, entry);
    const before = watchers.size;
    follow();
    // A new folder may have been filled before anybody looked.
    changed(isFollowed || watchers.size > before ? null : entry);
  });
  follow();
  return {
    stop() {
      top.close();
      for (const watcher of watchers.values()) watcher.close();
    },
  };
}

function forget(watchers: Map<string, FSWatcher>, entry: string): void {
  watchers.get(entry)?.close();
  watchers.delete(entry);
}

function foldersIn(folder: string): string[] {
  return readdirSync(folder)
    .filter((entry) => !entry.startsWith('.'))
    .filter((entry) => statSync(join(folder, entry), { throwIfNoEntry: false })?.isDirectory());
}

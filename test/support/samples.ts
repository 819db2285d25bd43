import type { AnyRegistry } from '../../lib/metrics/label-guard';

/** The samples of a scrape by their series as they are written, of metrics whose names start so. */
export async function samples(
  registry: AnyRegistry,
  start = '',
): Promise<Readonly<Record<string, number>>> {
  const lines = (await registry.metrics()).split('\n').filter((line) => /^[a-z]/.test(line));
  return Object.fromEntries(
    lines
      .filter((line) => line.startsWith(start))
      .map((line): [string, number] => {
        const cut = line.lastIndexOf(' ');
        return [line.slice(0, cut), Number(line.slice(cut + 1))];
      }),
  );
}

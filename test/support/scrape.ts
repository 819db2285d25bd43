/** What a scrape says of one metric. */
export interface Family {
  readonly type: string;
  readonly labels: ReadonlySet<string>;
}

/** The metrics of a scrape in Prometheus' text format; labels that a type brings along are left out. */
export function families(scrape: string): ReadonlyMap<string, Family> {
  const types = new Map(
    [...scrape.matchAll(/^# TYPE (\S+) (\S+)$/gm)].map(([, name = '', type = '']) => [name, type]),
  );
  const labels = new Map<string, Set<string>>([...types.keys()].map((name) => [name, new Set()]));
  for (const [, series = '', text = ''] of scrape.matchAll(
    /^([A-Za-z_:][\w:]*)(?:\{(.*)\})? \S/gm,
  )) {
    const name = types.has(series) ? series : series.replace(/_(bucket|sum|count)$/, '');
    for (const [, label = ''] of text.matchAll(/(\w+)="(?:[^"\\]|\\.)*"/g)) {
      if (label !== 'le' && label !== 'quantile') labels.get(name)?.add(label);
    }
  }
  return new Map(
    [...types].map(([name, type]) => [name, { type, labels: labels.get(name) ?? new Set() }]),
  );
}

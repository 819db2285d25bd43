/** A metric that other people's code exposes, under the name and the labels that it has there. */
export interface ForeignDefinition {
  readonly name: string;
  readonly type: ForeignType;
  readonly help: string;
  readonly labels: readonly string[];
}

export type ForeignType = 'counter' | 'gauge' | 'histogram' | 'summary' | 'untyped';

type Row = readonly [type: ForeignType, help: string, ...labels: string[]];

/** A table of foreign metrics by name; nothing about the names is checked, because they are not ours. */
export function foreign(rows: Readonly<Record<string, Row>>): ForeignDefinition[] {
  return Object.entries(rows).map(([name, [type, help, ...labels]]) => ({
    name,
    type,
    help,
    labels,
  }));
}

import { z } from 'zod';
import { parsedJson } from './parsed-json.js';

const emf = z.looseObject({
  _aws: z.object({
    Timestamp: z.number(),
    CloudWatchMetrics: z.array(
      z.object({
        Namespace: z.string().min(1),
        Dimensions: z.array(z.array(z.string())),
        Metrics: z.array(z.object({ Name: z.string().min(1) })),
      }),
    ),
  }),
});

// Every metric of ours carries these, so they tell nothing here.
const COMMON_DIMENSIONS = ['Environment', 'Channel'];

/**
 * What CloudWatch would count for one line of output: per metric, and per value of its further dimensions
 * (`Failed`, `Failed rateLimited`). Undefined for a line without metrics.
 * https://docs.aws.amazon.com/AmazonCloudWatch/latest/monitoring/CloudWatch_Embedded_Metric_Format_Specification.html
 */
export function emfCounts(line: string): Record<string, number> | undefined {
  const parsed = emf.safeParse(parsedJson(line));
  if (!parsed.success) return undefined;
  const counts: Record<string, number> = {};
  for (const { Dimensions, Metrics } of parsed.data._aws.CloudWatchMetrics) {
    for (const [name, suffix] of pairs(Metrics, Dimensions, parsed.data)) {
      counts[`${name}${suffix}`] = total(parsed.data[name]);
    }
  }
  return counts;
}

function pairs(
  metrics: readonly { readonly Name: string }[],
  dimensionSets: readonly (readonly string[])[],
  line: Readonly<Record<string, unknown>>,
): [string, string][] {
  const suffixes = dimensionSets.map((set) =>
    set
      .filter((dimension) => !COMMON_DIMENSIONS.includes(dimension))
      .map((dimension) => ` ${line[dimension]}`)
      .join(''),
  );
  return metrics.flatMap(({ Name }) => suffixes.map((suffix): [string, string] => [Name, suffix]));
}

function total(value: unknown): number {
  const values = Array.isArray(value) ? value : [value];
  return values.reduce((sum: number, one) => sum + (typeof one === 'number' ? one : 0), 0);
}

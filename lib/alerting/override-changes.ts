import { catalogue } from '../metrics/index.js';
import type { AlertChange } from './alert-override.js';
import { durationMention, thresholdMention } from './number-mentions.js';
import { type Threshold, thresholdOf } from './promql-threshold.js';
import { labelsOfSeries, routingLabels } from './protected-labels.js';
import type { AlertRule } from './rule-document.js';

/** One field of a rule that becomes another one. */
export interface Change {
  readonly path: readonly [field: string, key?: string];
  readonly value: string;
  /** In the comment of the rule file. */
  readonly says: string;
}

/** What an override changes of a rule; nothing where it says what is there already. */
export function changes(override: AlertChange, alert: AlertRule): Change[] {
  const { labels = {}, annotations = {}, severity } = override;
  return [
    ...thresholdChange(override, alert),
    ...textChange(['for'], alert.for, override.for),
    ...textChange(['keep_firing_for'], alert.keepFiringFor, override.keepFiringFor),
    ...textChange(['labels', 'severity'], alert.labels.severity, severity),
    ...Object.entries(labels).flatMap(([key, value]) =>
      textChange(['labels', key], alert.labels[key], value),
    ),
    // A text is read where it stands; its old wording would make the comment unreadable.
    ...Object.entries(annotations).flatMap(([key, value]) =>
      textChange(['annotations', key], alert.annotations[key], value).map((change) => ({
        ...change,
        says: change.path.join('.'),
      })),
    ),
  ];
}

function thresholdChange({ threshold }: AlertChange, alert: AlertRule): Change[] {
  const found = thresholdOf(alert.expr);
  if (threshold === undefined || typeof found === 'string' || found.value === threshold) return [];
  const { from, to, value } = found;
  return [
    {
      path: ['expr'],
      value: `${alert.expr.slice(0, from)}${threshold}${alert.expr.slice(to)}`,
      says: `threshold ${threshold} (was ${value})`,
    },
  ];
}

function textChange(
  path: Change['path'],
  before: string | undefined,
  value: string | undefined,
): Change[] {
  if (value === undefined || value === before) return [];
  const was = before === undefined ? 'new' : `was ${before}`;
  return [{ path, value, says: `${path.join('.')} ${value} (${was})` }];
}

/** Why a rule cannot be changed as an override says: every reason at once. */
export function changeProblems(place: string, override: AlertChange, alert: AlertRule): string[] {
  return [
    ...thresholdProblems(override, alert).map((problem) => `${place}.threshold ${problem}`),
    ...forProblems(override, alert).map((problem) => `${place}.for ${problem}`),
    ...labelProblems(override, alert).map((problem) => `${place}.labels${problem}`),
  ];
}

function thresholdProblems({ threshold, annotations }: AlertChange, alert: AlertRule): string[] {
  if (threshold === undefined) return [];
  const found = thresholdOf(alert.expr);
  if (typeof found === 'string') {
    const wayOut =
      'slo' in alert.labels && !alert.isUsers
        ? 'edit lib/slo/objectives.yaml'
        : 'switch the alert off and write one in a file of your own';
    return [`cannot be set: the expression ${found}; ${wayOut}`];
  }
  if (threshold === found.value) return [];
  return [
    ...rangeProblems(found, threshold, alert),
    ...lies(alert, annotations, (text) => thresholdMention(text, found.value)),
  ];
}

function rangeProblems(
  { series = '', operator }: Threshold,
  threshold: number,
  { isUsers }: AlertRule,
): string[] {
  const got = `got ${threshold}`;
  const isRatio = /:ratio(_|$)|_ratio(_|$)/.test(series);
  if (isRatio && (threshold < 0 || threshold > 1)) {
    return [`must be between 0 and 1, because ${series} is a ratio and 0.05 is 5 %, ${got}`];
  }
  // What somebody else measures may be below 0.
  const least = series === '' || (isUsers && !isRatio) ? Number.NEGATIVE_INFINITY : 0;
  const most = isRatio ? 1 : Number.POSITIVE_INFINITY;
  const truth = alwaysOrNever(operator, threshold, { least, most });
  if (truth !== undefined) {
    const range = isRatio ? 'between 0 and 1' : 'never below 0';
    return [
      `must be another number, because '${series} ${operator} ${threshold}' is ${truth} true of what is ${range}, ${got}`,
    ];
  }
  const [, metric] = /:(\w+):p\d+_/.exec(series) ?? [];
  const buckets = bucketsOf(metric);
  if (buckets === undefined || buckets.includes(threshold)) return [];
  return [
    `must be an edge of the buckets of ${metric}, because a quantile between two edges is a guess: ${buckets.join(', ')}, ${got}`,
  ];
}

interface Range {
  readonly least: number;
  readonly most: number;
}

function alwaysOrNever(operator: Threshold['operator'], number: number, { least, most }: Range) {
  const isAbove = operator.startsWith('>');
  const isEqualIn = operator.endsWith('=');
  const isTooHigh = isAbove !== isEqualIn ? number >= most : number > most;
  const isTooLow = isAbove !== isEqualIn ? number < least : number <= least;
  if (isTooHigh) return isAbove ? 'never' : 'always';
  if (isTooLow) return isAbove ? 'always' : 'never';
  return undefined;
}

function bucketsOf(metric: string | undefined): readonly number[] | undefined {
  const definition = Object.values(catalogue)
    .flat()
    .find(({ name }) => name === metric);
  return definition?.type === 'histogram' ? definition.buckets : undefined;
}

function forProblems(override: AlertChange, alert: AlertRule): string[] {
  const before = alert.for;
  if (override.for === undefined || before === undefined || override.for === before) return [];
  return lies(alert, override.annotations, (text) => durationMention(text, before, alert.expr));
}

/** Texts that would say the old number of an alert that has a new one. */
function lies(
  { annotations }: AlertRule,
  overridden: AlertChange['annotations'] = {},
  mention: (text: string) => string | undefined,
): string[] {
  return Object.entries(annotations).flatMap(([key, text]) => {
    const words = key in overridden || links.includes(key) ? undefined : mention(text);
    return words === undefined
      ? []
      : [`makes annotations.${key} wrong, which says '${words}'; override that text too`];
  });
}

const links = ['runbook', 'dashboard'];

function labelProblems({ labels = {} }: AlertChange, alert: AlertRule): string[] {
  const ofSeries = labelsOfSeries(alert.expr, Object.values(alert.annotations));
  return Object.entries(labels)
    .filter(([label, value]) => alert.labels[label] !== value)
    .flatMap(([label]) => {
      if (routingLabels.has(label))
        return [`.${label} must stay: alerts are grouped, routed and muted by it`];
      if (ofSeries.has(label))
        return [`.${label} must stay: it tells apart what the alert is about`];
      return [];
    });
}

import { nearest } from '../nearest.js';
import { schemaProblems } from '../schema-problems.js';
import { type AlertOverride, type AlertOverrides, alertOverridesSchema } from './alert-override.js';
import { changeProblems, changes } from './override-changes.js';
import { routedAlerts } from './protected-labels.js';
import { type AlertRule, ruleDocument } from './rule-document.js';
import type { RuleFile } from './rule-files.js';

export interface Overridden {
  /** What is uploaded; a file without an override is the same byte for byte. */
  readonly files: readonly RuleFile[];
  readonly problems: readonly string[];
}

/** The rule files as one environment wants them, and everything that is wrong with its wishes. */
export function overriddenRules(
  place: string,
  overrides: AlertOverrides,
  files: readonly RuleFile[],
): Overridden {
  if (Object.keys(overrides).length === 0) return { files, problems: [] };
  const misshapen = schemaProblems(place, alertOverridesSchema, overrides);
  if (misshapen.length > 0) return { files, problems: misshapen };
  const documents = files.map(ruleDocument);
  const alerts = documents.flatMap((document) => document.alerts);
  // An alert of a file that is no YAML would be called unknown.
  if (documents.some(({ isReadable }) => !isReadable)) return { files, problems: [] };
  const wishes = wishesIn(place, overrides).map((wish) => ({
    ...wish,
    found: choice(wish, alerts),
  }));
  const problems = [...wishes.flatMap(wishProblems), ...repeatedChoices(wishes)];
  if (problems.length > 0) return { files, problems };
  for (const wish of wishes) fulfil(wish);
  const changed = documents.flatMap((document) => document.files());
  return { files: changed.map((file) => placed(file, files, place)), problems: [] };
}

/** What is wrong with a changed file is for the person who changed it. */
function placed(file: RuleFile, shipped: readonly RuleFile[], place: string): RuleFile {
  return shipped.includes(file) ? file : { ...file, path: `${file.path} (as ${place} changes it)` };
}

interface Wish {
  readonly place: string;
  readonly name: string;
  readonly override: AlertOverride;
}

/** With the one rule that is meant, or why there is none. */
interface ChosenWish extends Wish {
  readonly found: AlertRule | string;
}

function wishesIn(place: string, overrides: AlertOverrides): Wish[] {
  return Object.entries(overrides).flatMap(([name, value]): Wish[] =>
    isList(value)
      ? value.map((override, index) => ({ place: `${place}.${name}[${index}]`, name, override }))
      : [{ place: `${place}.${name}`, name, override: value }],
  );
}

function isList(value: AlertOverrides[string]): value is readonly AlertOverride[] {
  return Array.isArray(value);
}

function choice({ name, override }: Wish, alerts: readonly AlertRule[]): AlertRule | string {
  const { where = {} } = override;
  const all = alerts.filter((alert) => alert.name === name);
  // A user may switch an alert off and write one of its name, which is changed where it is written.
  const ours = all.filter(({ isUsers }) => !isUsers);
  const named = ours.length > 0 ? ours : all;
  if (named.length === 0) return unknownAlert(name, alerts);
  if (routedAlerts.has(name)) {
    return 'must stay as it is, because the heartbeat alarms wait for exactly this alert';
  }
  const chosen = named.filter(({ labels }) =>
    Object.entries(where).every(([label, value]) => labels[label] === value),
  );
  const [only, ...others] = chosen;
  if (only !== undefined && others.length === 0) return only;
  const kinds = named.map(({ labels }) => JSON.stringify(telling(labels, named)));
  return only === undefined
    ? `where selects no rule of this name, got ${JSON.stringify(where)}; there is ${kinds.join(', ')}`
    : `selects ${chosen.length} rules; add where: ${kinds.join(' or where: ')}`;
}

function unknownAlert(name: string, alerts: readonly AlertRule[]): string {
  const names = new Set(alerts.map((alert) => alert.name));
  const meant = nearest(name, names);
  const advice = meant === undefined ? 'the names are in rules/' : `did you mean ${meant}?`;
  return `is no alert of this environment; ${advice}`;
}

/** The labels in which the rules of one name differ. */
function telling(labels: AlertRule['labels'], named: readonly AlertRule[]) {
  return Object.fromEntries(
    Object.entries(labels).filter(([label, value]) =>
      named.some((other) => other.labels[label] !== value),
    ),
  );
}

function wishProblems({ place, override, found }: ChosenWish): string[] {
  if (typeof found === 'string') return [`${place} ${found}`];
  return override.off ? [] : changeProblems(place, override, found);
}

function repeatedChoices(wishes: readonly ChosenWish[]): string[] {
  return wishes.flatMap(({ place, found }, index) => {
    if (typeof found === 'string') return [];
    const before = wishes.slice(0, index).find((wish) => wish.found === found);
    return before ? [`${place} changes the rule that ${before.place} changes; join the two`] : [];
  });
}

function fulfil({ place, override, found }: ChosenWish): void {
  if (typeof found === 'string') return;
  if (override.off) {
    found.remove(`${place}: off`);
    return;
  }
  const made = changes(override, found);
  for (const { path, value } of made) found.set(path, value);
  if (made.length > 0) found.note(`${place}: ${made.map(({ says }) => says).join(', ')}`);
}

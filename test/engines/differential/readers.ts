import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { parse, stringify } from 'yaml';
import { type AlertmanagerDefinition, definitionYaml } from '../../../lib/alerting/alertmanager';
import { engine } from '../../../local/engines';
import { output } from '../../../local/process';
import { type Promtool, promtool } from '../../support/promtool';
import { writeConfiguration } from '../../support/running-alertmanager';

/** What an engine says about something that it refuses; nothing when it takes it. */
export type Refusal = string | undefined;

export async function promtoolRefusal(version: Promtool, rules: string): Promise<Refusal> {
  return inFolder(async (folder) => {
    const path = join(folder, 'rules.yaml');
    await writeFile(path, rules);
    return refusal(promtool(version, ['check', 'rules', '--lint=all', '--lint-fatal', path]));
  });
}

/** Only what is inside AMP's wrapper; the templates are files for it. */
export async function amtoolRefusal(definition: AlertmanagerDefinition): Promise<Refusal> {
  return inFolder(async (folder) =>
    refusal(
      output(await engine('amtool'), ['check-config', writeConfiguration(folder, definition)]),
    ),
  );
}

interface Group {
  readonly rules: readonly { readonly expr: string }[];
}

function expressionsOf({ rules }: Group): string[] {
  return rules.map(({ expr }) => expr);
}

/** Of every group; it takes one at a time. */
export async function cortexRulesRefusal(url: string, rules: string): Promise<Refusal> {
  const { groups } = parse(rules) as { readonly groups: readonly Group[] };
  const tenant = nextTenant();
  for (const group of groups) {
    const text = stringify(group, { aliasDuplicateObjects: false });
    const said = await posted(`${url}/api/v1/rules/service`, tenant, text);
    if (said === '') return (await cortexExpressionRefusals(url, expressionsOf(group))).join('');
    if (said !== undefined) return said;
  }
  return undefined;
}

export async function cortexDefinitionRefusal(
  url: string,
  definition: AlertmanagerDefinition,
): Promise<Refusal> {
  return posted(`${url}/api/v1/alerts`, nextTenant(), definitionYaml(definition));
}

let tenants = 0;

function nextTenant(): string {
  tenants += 1;
  return `tenant-${tenants}`;
}

async function posted(url: string, tenant: string, body: string): Promise<Refusal> {
  const answer = await fetch(url, { method: 'POST', headers: { 'X-Scope-OrgID': tenant }, body });
  const text = await answer.text();
  return answer.ok ? undefined : text.trim();
}

/** Why its query API refuses expressions; its ruler refuses them too, without a word. */
export async function cortexExpressionRefusals(
  url: string,
  expressions: readonly string[],
): Promise<string[]> {
  const headers = { 'X-Scope-OrgID': nextTenant() };
  const refusals: string[] = [];
  for (const expression of expressions) {
    const query = `${url}/prometheus/api/v1/query?query=${encodeURIComponent(expression)}`;
    const answer = await fetch(query, { headers });
    const { error } = (await answer.json()) as { readonly error?: string };
    if (error !== undefined) refusals.push(`${expression}: ${error}`);
  }
  return refusals;
}

async function inFolder<T>(use: (folder: string) => Promise<T>): Promise<T> {
  const folder = await mkdtemp(join(tmpdir(), 'spheroseg-differential-'));
  try {
    return await use(folder);
  } finally {
    await rm(folder, { recursive: true });
  }
}

async function refusal(printed: Promise<string>): Promise<Refusal> {
  return printed.then(
    () => undefined,
    (error: Error) => error.message,
  );
}

import { readFileSync } from 'node:fs';
import { stringify } from 'yaml';
import { stackFiles } from '../../bin/assembly';
import { environments } from '../../bin/environments';
import type { Environment } from '../../lib/environment';
import { monitoringApp } from '../../lib/monitoring-app';

export interface Template {
  readonly Resources: Readonly<Record<string, TemplateResource>>;
  readonly Outputs?: Readonly<Record<string, { Export?: { Name: string } }>>;
}

export interface TemplateResource {
  readonly Type: string;
  readonly Properties?: Readonly<Record<string, unknown>>;
  readonly DeletionPolicy?: string;
  readonly UpdateReplacePolicy?: string;
}

/** Every template of the given environments by stack name; functions are not bundled, so assets are empty. */
export function synthesizedTemplates(
  declared: Record<string, Environment> = environments,
): Record<string, Template> {
  const app = monitoringApp(declared, { context: { 'aws:cdk:bundling-stacks': [] } });
  return templatesIn(app.synth().directory, Object.keys(declared));
}

/** The templates in a folder that `cdk synth` wrote, by stack name such as `prod-alerting`. */
export function templatesIn(assembly: string, names: readonly string[]): Record<string, Template> {
  const files = names.flatMap((name) => stackFiles(assembly, name));
  return Object.fromEntries(
    files.map(({ name, template }) => [name, JSON.parse(readFileSync(template, 'utf8'))]),
  );
}

/** A template as a person reviews it: YAML, with asset hashes masked because they change with every build. */
export function readableTemplate(template: Template): string {
  return stringify(template, { lineWidth: 0 }).replaceAll(/[0-9a-f]{64}/g, '<asset hash>');
}

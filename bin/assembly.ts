import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';

/** A template in a folder that `cdk synth` wrote. */
export interface StackFile {
  /** As the CLI selects it: `prod/alerting`. */
  readonly path: string;
  /** As CloudFormation names it: `prod-alerting`. */
  readonly name: string;
  readonly template: string;
}

interface Manifest {
  readonly artifacts: Readonly<Record<string, Artifact>>;
}

interface Artifact {
  readonly type: string;
  readonly displayName: string;
  readonly properties: { readonly templateFile: string; readonly stackName: string };
}

/** The stacks of one environment in deployment order; none when the folder does not know it. */
export function stackFiles(assembly: string, environment: string): StackFile[] {
  const folder = join(assembly, `assembly-${environment}`);
  if (!existsSync(folder)) return [];
  const manifest = JSON.parse(readFileSync(join(folder, 'manifest.json'), 'utf8')) as Manifest;
  return Object.values(manifest.artifacts)
    .filter(({ type }) => type === 'aws:cloudformation:stack')
    .map(({ displayName, properties }) => ({
      path: displayName,
      name: properties.stackName,
      template: join(folder, properties.templateFile),
    }));
}

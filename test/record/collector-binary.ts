import { rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { stringify } from 'yaml';
import { cached, type Report } from '../engines/support/cached.js';
import { go, polite } from './go-build.js';

/** The release that ADOT v0.49 is made of. */
export const collectorRelease = '0.156.0';

const CORE = 'go.opentelemetry.io/collector';
const CONTRIB = 'github.com/open-telemetry/opentelemetry-collector-contrib';
const CONFIG_RELEASE = '1.62.0';

/**
 * The OpenTelemetry collector with the components of ADOT that can be had as modules: AWS publishes ADOT
 * as an image only. Resource detection and the ECS metadata receiver need modules that nobody publishes.
 */
export async function collectorBinary(report: Report = () => {}): Promise<string> {
  const name = `otel-collector-${collectorRelease}`;
  const says = `building the OpenTelemetry collector ${collectorRelease}, 6 to 15 minutes`;
  return join(await cached({ name, says, make: build }, report), 'otel-collector');
}

async function build(folder: string): Promise<void> {
  const sources = join(folder, 'sources');
  await writeFile(join(folder, 'manifest.yaml'), stringify(manifest(sources)));
  await go(['install', `${CORE}/cmd/builder@v${collectorRelease}`], folder);
  const compile = ['--config', join(folder, 'manifest.yaml'), '--skip-compilation'];
  await polite(join(folder, 'builder'), compile, folder);
  const trimmed = ['-ldflags', '-s -w', '-o', join(folder, 'otel-collector')];
  await go(['build', '-C', sources, ...trimmed, '.'], folder);
  await Promise.all(
    [sources, join(folder, 'builder')].map((path) => rm(path, { recursive: true, force: true })),
  );
}

const modules = (root: string, release: string, paths: readonly string[]) =>
  paths.map((path) => ({ gomod: `${root}/${path} v${release}` }));

const core = (...paths: string[]) => modules(CORE, collectorRelease, paths);
const contrib = (...paths: string[]) => modules(CONTRIB, collectorRelease, paths);

const manifest = (folder: string) => ({
  dist: { name: 'otel-collector', output_path: folder, version: collectorRelease },
  receivers: contrib('receiver/prometheusreceiver'),
  processors: [
    ...core('processor/batchprocessor', 'processor/memorylimiterprocessor'),
    ...contrib(
      'processor/attributesprocessor',
      'processor/filterprocessor',
      'processor/metricstransformprocessor',
      'processor/resourceprocessor',
    ),
  ],
  exporters: [
    ...core('exporter/debugexporter'),
    ...contrib('exporter/prometheusremotewriteexporter'),
  ],
  extensions: contrib(
    'extension/healthcheckextension',
    'extension/observer/ecsobserver',
    'extension/sigv4authextension',
  ),
  providers: modules(CORE, CONFIG_RELEASE, [
    'confmap/provider/envprovider',
    'confmap/provider/fileprovider',
    'confmap/provider/yamlprovider',
  ]),
});

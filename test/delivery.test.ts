import { environments } from '../bin/environments';
import type { Environment } from '../lib/environment';
import { channelNames } from '../lib/notifications/channels';
import { severities } from '../lib/severity';
import { hearers, missingGrants } from './support/delivery-proof';
import { synthesizedTemplates } from './support/templates';

const declared: [string, Environment][] = Object.entries(environments);

const templates = synthesizedTemplates();

function templatesOf(name: string) {
  return Object.fromEntries(
    Object.entries(templates).filter(([stack]) => stack.startsWith(`${name}-`)),
  );
}

describe('delivery', () => {
  test.each(declared)('of %s misses no grant', (name, environment) => {
    expect(missingGrants(templatesOf(name), environment)).toEqual([]);
  });

  test.each(
    declared.flatMap(([name, environment]) =>
      severities.map((severity) => [name, severity, environment] as const),
    ),
  )('of %s brings %s to everybody who is to hear it', (name, severity, environment) => {
    const secrets = channelNames
      .filter((channel) => environment.channels[channel]?.includes(severity))
      .map((channel) => `spheroseg/${name}/${channel}`);

    const heard = hearers(templatesOf(name), environment, { alertname: 'Any', severity });

    expect(heard).toEqual([...secrets, ...(environment.email[severity] ?? [])].sort());
  });

  test.each(declared)('of %s brings the Watchdog to every channel', (name, environment) => {
    const channels = channelNames.filter((channel) => environment.channels[channel]);

    const heard = hearers(templatesOf(name), environment, { alertname: 'Watchdog' });

    expect(heard).toEqual(channels.map((channel) => `spheroseg/${name}/${channel}`).sort());
  });
});

import { type Breaks, breakNames } from './breaks.js';
import type { Ports } from './environment.js';
import { databaseUrl } from './postgres.js';
import { redisUrl } from './redis.js';

/** Where everything answers. */
export function addresses(ports: Ports, folder: string): string {
  const at = (port: number, path = '') => `http://127.0.0.1:${port}${path}`;
  return table([
    ['inbox', `${at(ports.inbox)}  what Slack and PagerDuty are sent`],
    ['backend', at(ports.backend, '/api/metrics')],
    ['Prometheus', at(ports.prometheus)],
    ['Alertmanager', at(ports.alertmanager)],
    ['node_exporter', at(ports.nodeExporter, '/metrics')],
    [
      'postgres_exporter',
      `${at(ports.primaryExporter, '/metrics')}, replica ${at(ports.replicaExporter, '/metrics')}`,
    ],
    ['redis_exporter', at(ports.redisExporter, '/metrics')],
    ['PostgreSQL', `${databaseUrl(ports.primary, 'app')}, replica port ${ports.replica}`],
    ['Redis', redisUrl(ports.redis)],
    ['data and logs', folder],
  ]);
}

export function paceNote(speed: number): string {
  return speed === 1
    ? '  rules and routes run with the timings of production'
    : `  rules and routes run ${speed} times as fast as in production; --production-timings keeps them`;
}

/** Which key breaks what. */
export function keysHelp(breaks: Breaks): string {
  const rows = breakNames.map((name) => {
    const { key, effect, unavailable } = breaks[name];
    return [`${key} ${name}`, unavailable ?? effect];
  });
  return `  a key breaks, and mends again:\n${table([...rows, ['q', 'stop everything']])}`;
}

function table(rows: readonly (readonly string[])[]): string {
  const width = Math.max(...rows.map(([first = '']) => first.length)) + 2;
  return rows.map(([first = '', second = '']) => `  ${first.padEnd(width)}${second}`).join('\n');
}

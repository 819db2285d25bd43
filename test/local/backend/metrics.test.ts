import { spawnSync } from 'node:child_process';
import { register } from 'prom-client';
import { backendMetrics } from '../../../local/backend/metrics.js';
import { engine } from '../../../local/engines.js';
import { cleanEnvironment } from '../../../local/process.js';
import { samples } from './backend.js';

describe('backendMetrics', () => {
  test('leaves the default registry of prom-client alone', async () => {
    await backendMetrics('1', 'r').text();

    expect(register.getMetricsAsArray()).toEqual([]);
  });

  test('gives promtool nothing to say but about the names of prom-client itself', async () => {
    const input = await backendMetrics('1', 'r').text();

    const { stdout, stderr } = spawnSync(await engine('promtool'), ['check', 'metrics'], {
      input,
      encoding: 'utf8',
      env: cleanEnvironment(),
    });

    const complaints = `${stdout}${stderr}`.split('\n').filter((line) => line !== '');
    expect(complaints.filter((line) => !line.startsWith('nodejs_active_'))).toEqual([]);
  }, 60_000);

  test('says which build runs', async () => {
    const build = samples(await backendMetrics('1.2.3', 'abc').text());

    expect(build.sum('app_build_info', { version: '1.2.3', revision: 'abc' })).toBe(1);
  });

  test.each([
    ['rate_limit_decisions_total', { decision: 'limited' }],
    ['websocket_connections_closed_total', { close_code: '1006' }],
    ['websocket_batch_flushes_total', { reason: 'shutdown' }],
    ['ml_tasks_total', { task_type: 'spheroids', outcome: 'timeout' }],
    ['ml_task_duration_seconds_count', { outcome: 'failed' }],
    ['cache_requests_total', { result: 'error' }],
    ['db_client_operation_duration_seconds_count', { error_type: 'connection' }],
    ['db_client_connection_timeouts_total', {}],
    ['memory_pressure_events_total', { level: 'critical' }],
  ])('has %s %j at 0 before it first happens', async (name, labels) => {
    const fresh = samples(await backendMetrics('1', 'r').text());

    expect(fresh.sum(name, labels)).toBe(0);
  });
});

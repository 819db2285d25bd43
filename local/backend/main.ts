import { setTimeout } from 'node:timers/promises';
import packageJson from '../../package.json';
import { apiRoutes } from './api.js';
import { memoryCache } from './cache.js';
import { chaos } from './chaos.js';
import { httpServer, json, type Route } from './http.js';
import { backendMetrics, type Metrics } from './metrics.js';
import { mlQueue } from './ml.js';
import { database } from './pool.js';
import { rateLimiter } from './rate-limiter.js';
import { watchRuntime } from './runtime.js';
import { prepareSchema } from './schema.js';
import { segmentation } from './segmentation.js';
import { progressSocket } from './websocket.js';

const CACHE_MS = 30_000;
const CACHE_ENTRIES = 500;
const REQUESTS_PER_SECOND = 200;
const STOP_MS = 2_000;

/** The sample backend: a small API in the style of the product, which can be broken on purpose. */
function backend(url: string, revision: string) {
  const metrics = backendMetrics(packageJson.version, revision);
  const db = database(url, metrics);
  const schema = prepareSchema(db.pool);
  const broken = chaos(db.pool, (line) => console.log(line));
  const cache = memoryCache(metrics, CACHE_MS, CACHE_ENTRIES);
  const perSecond = () => (broken.has('ratelimit') ? 1 : REQUESTS_PER_SECOND);
  const limiter = rateLimiter(metrics.http, perSecond);
  const work = segmentation(db, cache, (progress) => sockets.publish(progress));
  const queue = mlQueue(metrics, work, () => broken.has('queue'));
  const api = apiRoutes({ database: db, cache, queue, limiter, chaos: broken });
  const server = httpServer(
    [...operations(metrics, schema), ...broken.routes, ...api],
    metrics.http,
  );
  const sockets = progressSocket(server, metrics);
  watchRuntime(metrics);

  const stop = async () => {
    server.close();
    sockets.stop();
    queue.stop();
    const closed = broken.mendAll().then(() => db.pool.end());
    await Promise.race([closed, setTimeout(STOP_MS)]);
    process.exit();
  };
  return { server, stop };
}

// Not measured: what the platform asks would dilute what users ask.
function operations(metrics: Metrics, schema: { readonly isReady: boolean }): Route[] {
  return [
    {
      method: 'GET',
      path: '/health',
      // Once ready, always ready: a restart does not bring a lost database back.
      answer: () => json(schema.isReady ? 200 : 503, { ready: schema.isReady }),
    },
    {
      method: 'GET',
      path: '/api/metrics',
      answer: async () => ({
        status: 200,
        text: await metrics.text(),
        headers: { 'content-type': metrics.contentType },
      }),
    },
  ];
}

const { HOST = '127.0.0.1', PORT = '3000', DATABASE_URL, REVISION = 'local' } = process.env;
if (!DATABASE_URL) throw new Error('DATABASE_URL must be postgres://user:password@host:port/name');
const { server, stop } = backend(DATABASE_URL, REVISION);
process.once('SIGTERM', stop);
process.once('SIGINT', stop);
server.once('error', (error) => {
  console.error(error.message);
  process.exit(1);
});
server.listen(Number(PORT), HOST, () => console.log(`backend on http://${HOST}:${PORT}`));

import { setTimeout } from 'node:timers/promises';
import { register } from 'prom-client';
import { watchMemoryPressure, watchRuntime } from '../../lib/instrumentation/index.js';
import packageJson from '../../package.json';
import { apiRoutes } from './api.js';
import { memoryTier } from './cache.js';
import { cellsCache } from './cells-cache.js';
import { chaos } from './chaos.js';
import { httpServer, json, type Route } from './http.js';
import { mlQueue } from './ml.js';
import { database } from './pool.js';
import { rateLimiter } from './rate-limiter.js';
import { redisTier } from './redis-tier.js';
import { prepareSchema } from './schema.js';
import { segmentation } from './segmentation.js';
import { progressSocket } from './websocket.js';

const MEMORY_MS = 30_000;
const MEMORY_ENTRIES = 500;
const REDIS_MS = 3_600_000;
const REQUESTS_PER_SECOND = 200;
const BACKLOG_DELAY_MS = 2_000;
const STOP_MS = 2_000;

interface Settings {
  readonly databaseUrl: string;
  /** Without one, what is not in this process's memory is asked of the database. */
  readonly redisUrl: string | undefined;
  readonly revision: string;
}

/** The sample backend: a small API in the style of the product, which can be broken on purpose. */
function backend({ databaseUrl, redisUrl, revision }: Settings) {
  watchRuntime(register, { version: packageJson.version, revision });
  // The memory of the machine is the developer's own.
  watchMemoryPressure(register, { pressureFiles: [] });
  const db = database(databaseUrl, register);
  const schema = prepareSchema(databaseUrl);
  const broken = chaos(db.pool, (line) => console.log(line));
  const redis = redisUrl ? redisTier(register, 'cells', redisUrl, REDIS_MS) : undefined;
  const cache = cellsCache(memoryTier(register, 'cells', MEMORY_MS, MEMORY_ENTRIES), redis);
  const limiter = rateLimiter(register, () => (broken.has('ratelimit') ? 1 : REQUESTS_PER_SECOND));
  const work = segmentation(db, cache, (progress) => sockets.publish(progress));
  const queue = mlQueue(register, work, {
    isStalled: () => broken.has('queue'),
    delayMs: () => (broken.has('backlog') ? BACKLOG_DELAY_MS : 0),
  });
  const api = apiRoutes({ database: db, cache, queue, limiter, chaos: broken });
  const server = httpServer([health(schema), ...broken.routes, ...api], register);
  const sockets = progressSocket(server, register);

  const stop = async () => {
    server.close();
    sockets.stop();
    queue.stop();
    redis?.close();
    schema.isStopped = true;
    const closed = broken.mendAll().then(() => db.pool.end());
    await Promise.race([closed, setTimeout(STOP_MS)]);
    process.exit();
  };
  return { server, stop };
}

function health(schema: { readonly isReady: boolean }): Route {
  return {
    method: 'GET',
    path: '/health',
    operates: true,
    // Once ready, always ready: a restart does not bring a lost database back.
    answer: () => json(schema.isReady ? 200 : 503, { ready: schema.isReady }),
  };
}

const {
  HOST = '127.0.0.1',
  PORT = '3000',
  DATABASE_URL,
  REDIS_URL,
  REVISION = 'local',
} = process.env;
if (!DATABASE_URL) throw new Error('DATABASE_URL must be postgres://user:password@host:port/name');
const { server, stop } = backend({
  databaseUrl: DATABASE_URL,
  redisUrl: REDIS_URL,
  revision: REVISION,
});
process.once('SIGTERM', stop);
process.once('SIGINT', stop);
server.once('error', (error) => {
  console.error(error.message);
  process.exit(1);
});
server.listen(Number(PORT), HOST, () => console.log(`backend on http://${HOST}:${PORT}`));

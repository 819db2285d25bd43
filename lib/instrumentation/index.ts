export * from '../metrics/cache.js';
export * from '../metrics/database.js';
export * from '../metrics/define.js';
export * from '../metrics/http.js';
export * from '../metrics/ml.js';
export * from '../metrics/register.js';
export * from '../metrics/runtime.js';
export * from '../metrics/websocket.js';
export { type QueuedTask, type QueueLike, watchQueue } from './bull-queue.js';
export {
  type CacheMeasurement,
  type CacheOperations,
  type CacheOptions,
  measuredCache,
} from './cache.js';
export { type ClusterMetrics, clusterMetrics, shareWithPrimary } from './cluster.js';
export { type ExpressMiddleware, expressMetrics } from './express.js';
export { type FastifyMetricsPlugin, fastifyMetrics, fastifyMetricsHandler } from './fastify.js';
export { type MeasuredOptions, measured } from './http-server.js';
export type { HttpOptions } from './ignored-paths.js';
export { type MemoryPressureOptions, watchMemoryPressure } from './memory-pressure.js';
export {
  type MessageBatches,
  type MessageBatchesOptions,
  messageBatches,
} from './message-batches.js';
export {
  type EndpointOptions,
  type MetricsServer,
  type MetricsServerOptions,
  type MetricsSource,
  metricsHandler,
  serveMetrics,
} from './metrics-endpoint.js';
export { type PoolClientLike, type PoolLike, type PoolOptions, watchPool } from './pool.js';
export { type QueueOptions, type QueueReading, watchTasks } from './queue.js';
export { countDecisions } from './rate-limiter.js';
export { type Build, watchRuntime } from './runtime.js';
export {
  type WebSocketLike,
  type WebSocketServerLike,
  type WebSocketsOptions,
  watchWebSockets,
} from './websocket.js';
export { measuredTask, type TaskLike, type WorkerOptions } from './worker.js';

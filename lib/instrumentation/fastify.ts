import type { IncomingMessage, ServerResponse } from 'node:http';
import type { AnyRegistry } from '../metrics/label-guard.js';
import {
  httpMeasurement,
  type MeasuredRequest,
  type MeasuredResponse,
} from './http-measurement.js';
import { type HttpOptions, ignoredUrls } from './ignored-paths.js';
import { type EndpointOptions, type MetricsSource, metricsHandler } from './metrics-endpoint.js';

/** What the plugin uses of a Fastify 4 or 5 instance. */
export interface FastifyApp {
  addHook(
    name: 'onRequest',
    hook: (request: FastifyRequest, reply: FastifyReply, done: () => void) => void,
  ): unknown;
  addHook(name: 'onRoute', hook: (route: FastifyRoute) => void): unknown;
}

interface FastifyRequest {
  readonly raw: MeasuredRequest & { readonly url?: string | undefined };
  readonly routeOptions: { readonly url?: string | undefined };
}

interface FastifyReply {
  readonly raw: MeasuredResponse;
}

interface FastifyRoute {
  readonly method: string | readonly string[];
  readonly url: string;
}

/** A plugin, as `register()` takes it. */
export type FastifyMetricsPlugin = (app: FastifyApp, options: object, done: () => void) => void;

/** Measures every request of a Fastify application under its route's template; register it before the routes. */
export function fastifyMetrics(registry: AnyRegistry, options: HttpOptions = {}) {
  const http = httpMeasurement(registry);
  const ignored = ignoredUrls(options);
  const plugin: FastifyMetricsPlugin = (app, _options, done) => {
    app.addHook('onRoute', ({ method, url }) => {
      if (ignored(url)) return;
      for (const one of [method].flat()) if (isAskedByUsers(one)) http.expect(one, url);
    });
    app.addHook('onRequest', ({ raw, routeOptions: { url } }, reply, next) => {
      if (!ignored(raw.url)) http.start(raw, reply.raw, () => url);
      next();
    });
    done();
  };
  // What fastify-plugin does, so that the hooks hold for the whole application and not for this plugin alone.
  return Object.assign(plugin, {
    [Symbol.for('skip-override')]: true,
    [Symbol.for('fastify.display-name')]: 'spheroseg-monitoring',
  });
}

/** Answers a Fastify route with the metrics. */
export function fastifyMetricsHandler(source: MetricsSource, options: EndpointOptions = {}) {
  const answer = metricsHandler(source, options);
  return (
    request: { readonly raw: IncomingMessage },
    reply: { readonly raw: ServerResponse; hijack(): unknown },
  ): void => {
    reply.hijack();
    void answer(request.raw, reply.raw);
  };
}

// Fastify makes a HEAD route for each GET route, and each route costs 28 series.
function isAskedByUsers(method: string): boolean {
  return method !== 'HEAD' && method !== 'OPTIONS';
}

import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http';
import express, { type RequestHandler, Router } from 'express';
import promBundle from 'express-prom-bundle';
import fastify from 'fastify';
import fastifyMetricsPlugin from 'fastify-metrics';
import client, { Histogram, Registry } from 'prom-client';
import { expressMetrics } from '../../lib/instrumentation/express.js';
import { fastifyMetrics } from '../../lib/instrumentation/fastify.js';
import { measured } from '../../lib/instrumentation/http-server.js';
import { httpServerRequestDuration } from '../../lib/metrics/http.js';

/** A server that answers the same under each way to measure it, and the registry it is measured in. */
export interface Backend {
  readonly server: Server;
  readonly registry: Registry;
}

// The routes `/api/r0/:id` to `/api/r19/:id`, which answer with the status that they are asked for.
const resources = Array.from({ length: 20 }, (_, index) => `r${index}`);
const buckets = [...httpServerRequestDuration.buckets];

/** Every framework in every way to measure it: the same answers, and the same buckets. */
export const backends = {
  'express bare': () => withExpress(new Registry()),
  'express ours': () => withExpress(new Registry(), expressMetrics),
  'express express-prom-bundle': () =>
    withExpress(new Registry(), (promRegistry) =>
      promBundle({
        promRegistry,
        includeMethod: true,
        includePath: true,
        includeUp: false,
        buckets,
      }),
    ),
  'express prom-client by hand': () => withExpress(new Registry(), expressByHand),
  'fastify bare': () => withFastify(new Registry()),
  'fastify ours': () =>
    withFastify(new Registry(), (app, registry) => app.register(fastifyMetrics(registry))),
  'fastify fastify-metrics': () => withFastify(client.register, fastifyMetricsHistogram),
  'node:http bare': () => withNodeHttp(new Registry(), answer),
  'node:http ours': () => {
    const registry = new Registry();
    return withNodeHttp(
      registry,
      measured(registry, answer, { route: ({ url }) => template(url) }),
    );
  },
  'node:http prom-client by hand': () => withNodeHttp(...nodeHttpByHand(new Registry())),
} satisfies Record<string, () => Backend | Promise<Backend>>;

function withExpress(
  registry: Registry,
  measure?: (registry: Registry) => RequestHandler,
): Backend {
  const app = express();
  if (measure) app.use(measure(registry));
  const router = Router();
  for (const resource of resources) {
    router.all(`/${resource}/:id`, (request, response) => {
      response.status(Number(request.query.status ?? 200)).json({ id: request.params.id });
    });
  }
  app.use('/api', router);
  return { server: createServer(app), registry };
}

function expressByHand(registry: Registry): RequestHandler {
  const duration = histogramByHand(registry);
  return (request, response, next) => {
    const stop = duration.startTimer();
    response.on('finish', () => {
      const route = `${request.baseUrl}${request.route?.path ?? ''}`;
      stop({ method: request.method, route, status: response.statusCode });
    });
    next();
  };
}

type App = ReturnType<typeof fastify>;

async function withFastify(
  registry: Registry,
  measure?: (app: App, registry: Registry) => unknown,
): Promise<Backend> {
  const app = fastify();
  await measure?.(app, registry);
  for (const resource of resources) {
    app.route<{ Params: { id: string }; Querystring: { status?: string } }>({
      method: ['GET', 'POST'],
      url: `/api/${resource}/:id`,
      handler: ({ params: { id }, query: { status = 200 } }, reply) => {
        reply.code(Number(status)).send({ id });
      },
    });
  }
  await app.ready();
  return { server: app.server, registry };
}

function fastifyMetricsHistogram(app: App) {
  return app.register(fastifyMetricsPlugin, {
    defaultMetrics: { enabled: false },
    routeMetrics: {
      enabled: { histogram: true, summary: false },
      overrides: { histogram: { buckets } },
    },
  });
}

function withNodeHttp(
  registry: Registry,
  handler: (request: IncomingMessage, response: ServerResponse) => void,
): Backend {
  return { server: createServer(handler), registry };
}

function nodeHttpByHand(registry: Registry): Parameters<typeof withNodeHttp> {
  const duration = histogramByHand(registry);
  return [
    registry,
    (request, response) => {
      const stop = duration.startTimer();
      response.on('finish', () => {
        stop({
          method: `${request.method}`,
          route: template(request.url),
          status: response.statusCode,
        });
      });
      answer(request, response);
    },
  ];
}

function answer({ url = '/' }: IncomingMessage, response: ServerResponse) {
  const [path = '', query = ''] = url.split('?');
  response.statusCode = Number(query.slice('status='.length) || 200);
  response.setHeader('content-type', 'application/json; charset=utf-8');
  response.end(JSON.stringify({ id: path.slice(path.lastIndexOf('/') + 1) }));
}

function template(url = '/'): string {
  return `${url.slice(0, url.indexOf('/', '/api/'.length))}/:id`;
}

function histogramByHand(registry: Registry) {
  return new Histogram({
    name: 'http_request_duration_seconds',
    help: 'Duration of HTTP requests',
    labelNames: ['method', 'route', 'status'],
    buckets,
    registers: [registry],
  });
}

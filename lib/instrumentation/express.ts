import type { IncomingMessage, ServerResponse } from 'node:http';
import type { AnyRegistry } from '../metrics/label-guard.js';
import { type RoutedRequest, watchedRoute } from './express-route.js';
import { httpMeasurement } from './http-measurement.js';
import { type HttpOptions, ignoredUrls } from './ignored-paths.js';

/** A middleware, as Express 4 and 5 take it. */
export type ExpressMiddleware = (
  request: IncomingMessage & RoutedRequest & { readonly originalUrl?: string },
  response: ServerResponse,
  next: () => void,
) => void;

/**
 * Measures every request of an Express application under its route's template; use it before everything else.
 *
 * Express does not tell its routes beforehand: a route whose very first request fails starts at 1.
 */
export function expressMetrics(
  registry: AnyRegistry,
  options: HttpOptions = {},
): ExpressMiddleware {
  const http = httpMeasurement(registry);
  const ignored = ignoredUrls(options);
  return (request, response, next) => {
    if (!ignored(request.originalUrl ?? request.url)) {
      http.start(request, response, routeOf(request));
    }
    next();
  };
}

function routeOf(request: RoutedRequest): () => string | undefined {
  try {
    return watchedRoute(request);
  } catch {
    // Such as a request that something has frozen; it is measured without its route.
    return () => undefined;
  }
}

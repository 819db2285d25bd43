import type { IncomingMessage, ServerResponse } from 'node:http';
import type { AnyRegistry } from '../metrics/label-guard.js';
import { httpMeasurement } from './http-measurement.js';
import { type HttpOptions, ignoredUrls } from './ignored-paths.js';

/** How a server without a framework tells its routes. */
export interface MeasuredOptions extends HttpOptions {
  /** The template of the route that took a request, such as `/cells/:id`; asked when the response is over. */
  readonly route: (request: IncomingMessage) => string | undefined;
  /**
   * The routes that are known beforehand, so that alerts see even the first failure of each.
   * @default - a route is known from its first request on
   */
  readonly routes?: readonly { readonly method: string; readonly path: string }[] | undefined;
}

/** A handler for `createServer()` that does what the given one does, and measures it. */
export function measured<Result>(
  registry: AnyRegistry,
  handler: (request: IncomingMessage, response: ServerResponse) => Result,
  options: MeasuredOptions,
): (request: IncomingMessage, response: ServerResponse) => Result {
  const http = httpMeasurement(registry);
  const ignored = ignoredUrls(options);
  for (const { method, path } of options.routes ?? []) http.expect(method, path);
  return (request, response) => {
    if (!ignored(request.url)) http.start(request, response, () => options.route(request));
    return handler(request, response);
  };
}

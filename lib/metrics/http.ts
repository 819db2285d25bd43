import { counter, gauge, histogram, upTo } from './define.js';

export const httpMethods = [
  'GET',
  'HEAD',
  'POST',
  'PUT',
  'PATCH',
  'DELETE',
  'OPTIONS',
  '_OTHER',
] as const;

/** 2 s is the threshold of HttpResponseTimeHigh. */
export const httpServerRequestDuration = histogram(
  'http_server_request_duration_seconds',
  'Duration of HTTP server requests',
  { http_request_method: httpMethods, http_route: upTo(80), http_response_status_code: upTo(20) },
  [0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2, 5, 10],
);

export const httpServerActiveRequests = gauge(
  'http_server_active_requests',
  'HTTP requests in flight',
  { http_request_method: httpMethods },
);

export const httpServerResponseBodySize = histogram(
  'http_server_response_body_size_bytes',
  'Size of HTTP response bodies',
  { http_route: upTo(80) },
  [100, 1_000, 10_000, 100_000, 1_000_000, 10_000_000],
);

export const rateLimitDecisions = counter(
  'rate_limit_decisions_total',
  'Decisions of rate limiters',
  { limiter: upTo(10), decision: ['allowed', 'limited'] },
);

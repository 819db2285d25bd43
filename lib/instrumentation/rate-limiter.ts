import { rateLimitDecisions } from '../metrics/http.js';
import type { AnyRegistry } from '../metrics/label-guard.js';
import { register } from '../metrics/register.js';

/** Counts each decision of a rate limiter and hands it through, never whom it was about. */
export function countDecisions(
  registry: AnyRegistry,
  limiter: string,
): (isAllowed: boolean) => boolean {
  const decisions = register(rateLimitDecisions, registry);
  decisions.zero({ limiter });
  return (isAllowed) => {
    decisions.inc({ limiter, decision: isAllowed ? 'allowed' : 'limited' });
    return isAllowed;
  };
}

import { type Answer, type Problem, type Reason, reasonOf } from './deliver.js';

// https://docs.slack.dev/messaging/sending-messages-using-incoming-webhooks#handling_errors and
// https://docs.slack.dev/reference/methods/chat.postMessage#errors; what is missing is judged by its status.
const reasons: ReadonlyMap<string, Reason> = new Map([
  ...each('rateLimited', 'ratelimited rate_limited message_limit_exceeded'),
  ...each('server', 'internal_error fatal_error service_unavailable request_timeout rollup_error'),
  ...each('auth', 'invalid_auth not_authed token_revoked token_expired account_inactive'),
  ...each('auth', 'missing_scope invalid_token no_service no_service_id no_active_hooks no_team'),
  ...each('auth', 'team_disabled'),
]);

// Slack refuses the shape, not the sender: the same in plain text may pass.
const shapes = new Set([
  ...['invalid_blocks', 'invalid_blocks_format', 'msg_blocks_too_long', 'invalid_attachments'],
  ...['too_many_attachments', 'msg_too_long', 'no_text', 'invalid_payload'],
]);

/** What is wrong with Slack's answer; only the two letters `ok` mean that it took the message. */
export function slackProblem({ status, text }: Answer): Problem | undefined {
  if (status === 200 && text.trim() === 'ok') return undefined;
  const code = codeIn(text);
  const reason = reasons.get(code ?? '') ?? reasonOf(status);
  // Without a known code the text is not Slack's: a proxy's page, which may repeat the request.
  const detail = code ?? (status === 200 ? 'unexpected answer' : reason);
  return { reason, detail, ...(code && shapes.has(code) && { isShape: true as const }) };
}

function codeIn(text: string): string | undefined {
  const code =
    /^\s*([a-z_]{2,60})\s*$/.exec(text)?.[1] ?? /"error":\s*"([a-z_]{2,60})"/.exec(text)?.[1];
  return code === 'ok' ? undefined : code;
}

function each(reason: Reason, codes: string): [string, Reason][] {
  return codes.split(' ').map((code) => [code, reason]);
}

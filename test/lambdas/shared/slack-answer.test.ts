import { slackProblem } from '../../../lambdas/shared/slack-answer.js';

describe('slackProblem', () => {
  test.each([
    [200, 'ok', undefined],
    [200, 'ok\n', undefined],
    [200, '<html>Log in</html>', { reason: 'server', detail: 'unexpected answer' }],
    [200, '', { reason: 'server', detail: 'unexpected answer' }],
    [200, '{"ok":false,"error":"invalid_auth"}', { reason: 'auth', detail: 'invalid_auth' }],
    [
      429,
      '{"retry_after":1,"ok":false,"error":"rate_limited"}',
      { reason: 'rateLimited', detail: 'rate_limited' },
    ],
    [429, '', { reason: 'rateLimited', detail: 'rateLimited' }],
    [400, 'invalid_blocks', { reason: 'client', detail: 'invalid_blocks', isShape: true }],
    [400, 'invalid_payload', { reason: 'client', detail: 'invalid_payload', isShape: true }],
    [
      400,
      'msg_blocks_too_long',
      { reason: 'client', detail: 'msg_blocks_too_long', isShape: true },
    ],
    [403, 'invalid_token', { reason: 'auth', detail: 'invalid_token' }],
    [403, 'action_prohibited', { reason: 'auth', detail: 'action_prohibited' }],
    [404, 'no_service', { reason: 'auth', detail: 'no_service' }],
    [404, 'channel_not_found', { reason: 'client', detail: 'channel_not_found' }],
    [410, 'channel_is_archived', { reason: 'client', detail: 'channel_is_archived' }],
    [500, 'rollup_error', { reason: 'server', detail: 'rollup_error' }],
    [503, '<html>busy</html>', { reason: 'server', detail: 'server' }],
  ])('of %i %j', (status, text, expected) => {
    expect(slackProblem({ status, text })).toEqual(expected);
  });
});

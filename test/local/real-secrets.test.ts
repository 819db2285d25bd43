import { takenSecrets } from '../../local/real-secrets.js';

const key = 'Az09'.repeat(8);

describe('takenSecrets', () => {
  test('takes the secrets out of the environment', () => {
    const environment = {
      SLACK_WEBHOOK_URL: 'https://hooks.slack.com/services/T/B/x',
      PAGERDUTY_SERVICE_KEY: key,
      HOME: '/home',
    };

    const secrets = takenSecrets(environment);

    expect(secrets).toEqual({
      slackWebhookUrl: 'https://hooks.slack.com/services/T/B/x',
      pagerdutyServiceKey: key,
    });
    expect(environment).toEqual({ HOME: '/home' });
  });

  test.each([
    ['an https address', 'https://hooks.slack.com/services/T/B/x'],
    ['http on this machine', 'http://localhost:8080/x'],
    ['http on 127.0.0.1', 'http://127.0.0.1:8080/x'],
  ])('takes %s for Slack', (_, url) => {
    const secrets = takenSecrets({ SLACK_WEBHOOK_URL: url });

    expect(secrets).toEqual({ slackWebhookUrl: url });
  });

  test('takes what is empty for what is not there', () => {
    const secrets = takenSecrets({ SLACK_WEBHOOK_URL: '', PAGERDUTY_SERVICE_KEY: '' });

    expect(secrets).toEqual({});
  });

  test.each([
    ['no address', 'hooks.slack.com/services/x'],
    ['a scheme without slashes', 'https:'],
    ['another scheme', 'ftp://hooks.slack.com/x'],
    ['http elsewhere', 'http://hooks.slack.com/x'],
    ['http on a host that only begins like this machine', 'http://localhost.example.com/x'],
    ['an address with an account, to which fetch does not send', 'https://a:b@hooks.slack.com/x'],
  ])('refuses %s for Slack, and does not repeat it', (_, url) => {
    const environment = { SLACK_WEBHOOK_URL: url };

    const taking = () => takenSecrets(environment);

    expect(taking).toThrow(
      /^SLACK_WEBHOOK_URL must be the https address of an incoming webhook, or http on localhost or 127\.0\.0\.1$/,
    );
    expect(environment).toEqual({});
  });

  test.each([
    ['short', 'a'.repeat(31)],
    ['long', 'a'.repeat(33)],
    ['of other characters', `${'a'.repeat(31)}-`],
    ['on a line of its own', `${'a'.repeat(32)}\n`],
  ])('refuses a key that is %s', (_, text) => {
    const taking = () => takenSecrets({ PAGERDUTY_SERVICE_KEY: text });

    expect(taking).toThrow(
      /^PAGERDUTY_SERVICE_KEY must be the 32 letters and digits of an Events API v2 integration$/,
    );
  });

  test('reports both at once', () => {
    const taking = () => takenSecrets({ SLACK_WEBHOOK_URL: 'x', PAGERDUTY_SERVICE_KEY: 'x' });

    expect(taking).toThrow(/^SLACK_WEBHOOK_URL .+\nPAGERDUTY_SERVICE_KEY .+$/);
  });
});

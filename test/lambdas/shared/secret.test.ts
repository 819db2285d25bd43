import { secretNamed } from '../../../lambdas/shared/secret.js';
import { type AwsSink, awsFailure, startAwsSink } from '../../support/aws-sink.js';

let aws: AwsSink;

beforeAll(async () => {
  aws = await startAwsSink();
});

beforeEach(() => {
  aws.secrets.set('spheroseg/prod/slack', ' https://hooks.example/1\n');
});

afterEach(() => {
  jest.useRealTimers();
  aws.reset();
  aws.secrets.clear();
});

afterAll(() => aws.stop());

const reads = () => aws.calls('GetSecretValue').length;

describe('secretNamed', () => {
  test('reads the secret of that name, without the blanks of a careless paste', async () => {
    const value = await secretNamed('spheroseg/prod/slack').value(2_000);

    expect(value).toBe('https://hooks.example/1');
    expect(aws.calls('GetSecretValue')).toEqual([{ SecretId: 'spheroseg/prod/slack' }]);
  });

  test('reads once for all who ask within five minutes', async () => {
    const secret = secretNamed('spheroseg/prod/slack');

    await Promise.all([secret.value(2_000), secret.value(2_000)]);
    await secret.value(2_000);

    expect(reads()).toBe(1);
  });

  test('reads anew after five minutes', async () => {
    jest.useFakeTimers({ doNotFake: ['setTimeout', 'setImmediate', 'nextTick', 'queueMicrotask'] });
    const secret = secretNamed('spheroseg/prod/slack');
    await secret.value(2_000);

    jest.advanceTimersByTime(5 * 60_000);
    await secret.value(2_000);

    expect(reads()).toBe(2);
  });

  test('reads anew once it is told to forget', async () => {
    const secret = secretNamed('spheroseg/prod/slack');
    await secret.value(2_000);
    aws.secrets.set('spheroseg/prod/slack', 'https://hooks.example/2');

    secret.forget();

    expect(await secret.value(2_000)).toBe('https://hooks.example/2');
  });

  test.each([
    ['does not exist or has no value', undefined],
    ['is empty', ''],
    ['is blank', ' \n'],
  ])('has no value while the secret %s, and looks again each time', async (_, stored) => {
    aws.secrets.clear();
    const filled = (value: string | undefined) =>
      value === undefined ? undefined : aws.secrets.set('spheroseg/prod/slack', value);
    filled(stored);
    const secret = secretNamed('spheroseg/prod/slack');

    expect(await secret.value(2_000)).toBeUndefined();
    filled('https://hooks.example/1');
    expect(await secret.value(2_000)).toBe('https://hooks.example/1');
  });

  test('passes on any other failure, and does not remember it', async () => {
    aws.next(awsFailure('AccessDeniedException'));
    const secret = secretNamed('spheroseg/prod/slack');

    await expect(secret.value(2_000)).rejects.toThrow(
      expect.objectContaining({ name: 'AccessDeniedException' }),
    );
    expect(await secret.value(2_000)).toBe('https://hooks.example/1');
  });

  test('stops waiting after its time', async () => {
    aws.next({ delayMs: 2_000 });

    await expect(secretNamed('spheroseg/prod/slack').value(100)).rejects.toThrow();
  });
});

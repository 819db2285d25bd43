import {
  type Delivery,
  DeliveryError,
  deliver,
  reasonOf,
} from '../../../lambdas/shared/deliver.js';
import { type HttpSink, type SinkAnswer, startHttpSink } from '../../support/http-sink.js';

let sink: HttpSink;

beforeAll(async () => {
  sink = await startHttpSink(() => ({ body: 'yes' }));
});

afterEach(() => sink.reset());

afterAll(() => sink.stop());

const delivery = (changes: Partial<Delivery> = {}): Delivery => ({
  url: `${sink.url}/hook/planted`,
  body: { text: 'ünïcödé 🔴' },
  problem: ({ status, text }) => (text === 'yes' ? undefined : { reason: reasonOf(status) }),
  ...changes,
});

const failure = (changes: Partial<Delivery> = {}, timeoutMs = 2_000) =>
  deliver('teams', delivery(changes), timeoutMs).catch((error: unknown) => error);

describe('deliver', () => {
  test('posts JSON in UTF-8, over a connection of its own', async () => {
    await deliver('teams', delivery(), 2_000);

    const [request] = sink.requests;
    expect(request).toMatchObject({
      method: 'POST',
      path: '/hook/planted',
      headers: { 'content-type': 'application/json; charset=utf-8', connection: 'close' },
    });
    expect(request?.bytes.toString('utf8')).toBe('{"text":"ünïcödé 🔴"}');
  });

  test.each<[string, SinkAnswer, object]>([
    ['401', { status: 401 }, { message: 'teams: 401 auth', reason: 'auth' }],
    ['404', { status: 404 }, { message: 'teams: 404 client', reason: 'client' }],
    [
      '429 with seconds',
      { status: 429, headers: { 'retry-after': '7' } },
      { message: 'teams: 429 rateLimited', reason: 'rateLimited', retryAfterSeconds: 7 },
    ],
    [
      '429 with a date',
      { status: 429, headers: { 'retry-after': 'Wed, 01 Jan 2020 00:00:00 GMT' } },
      { reason: 'rateLimited', retryAfterSeconds: 0 },
    ],
    [
      '429 with nonsense',
      { status: 429, headers: { 'retry-after': 'soon' } },
      { reason: 'rateLimited', retryAfterSeconds: undefined },
    ],
    ['502', { status: 502 }, { message: 'teams: 502 server', reason: 'server' }],
    ['a reset', { reset: true }, { message: 'teams: no answer (ECONNRESET)', reason: 'server' }],
  ])('fails with the channel and the cause after %s', async (_, answer, expected) => {
    sink.next(answer);

    const error = await failure();

    expect(error).toBeInstanceOf(DeliveryError);
    expect(error).toMatchObject(expected);
  });

  test('does not follow a redirect, which would carry the secret elsewhere', async () => {
    sink.next({ status: 307, headers: { location: `${sink.url}/other` } });

    expect(await failure()).toMatchObject({ message: 'teams: 307 client' });
    expect(sink.requests).toHaveLength(1);
  });

  test('stops waiting after its time', async () => {
    sink.next({ body: 'yes', delayMs: 2_000 });

    expect(await failure({}, 100)).toMatchObject({
      message: 'teams: no answer in time',
      reason: 'timeout',
    });
  });

  test('does not begin without time', async () => {
    expect(await failure({}, 0)).toMatchObject({ message: 'teams: no time left' });
    expect(sink.requests).toEqual([]);
  });

  test('says nothing of an address that is none', async () => {
    const error = await failure({ url: 'planted' });

    expect(error).toMatchObject({ message: 'teams: the address is not a URL', reason: 'auth' });
  });

  test('says nothing of a host that does not answer', async () => {
    const error = await failure({ url: 'http://planted.invalid./hook' });

    expect(error).toMatchObject({ reason: 'server' });
    expect(String((error as Error).stack)).not.toContain('planted');
  });

  test('tries the simpler shape once, and fails with what is said to that', async () => {
    sink.next({ status: 400, body: 'shape' }, { status: 500 });
    const problem: Delivery['problem'] = ({ status, text }) => ({
      reason: reasonOf(status),
      ...(text === 'shape' && { isShape: true }),
    });

    const error = await failure({ simpler: { text: 'simple' }, problem });

    expect(error).toMatchObject({ message: 'teams: 500 server' });
    expect(sink.requests.map(({ bytes }) => JSON.parse(bytes.toString()).text)).toEqual([
      'ünïcödé 🔴',
      'simple',
    ]);
  });
});

import type { SQSEvent } from 'aws-lambda';
import { failedIds, startEventSource } from '../../../local/event-source';
import { startQueue } from '../../../local/queue';

const arn = 'arn:aws:sqs:eu-west-1:000000000000:local-slack';

describe('startEventSource', () => {
  const batches: string[][] = [];
  let respond: (event: SQSEvent) => Promise<unknown>;

  beforeEach(() => {
    jest.useFakeTimers();
    batches.length = 0;
    respond = async () => ({ batchItemFailures: [] });
  });

  afterEach(() => {
    jest.useRealTimers();
  });

  function started(maxReceives = 100) {
    const queue = startQueue({ arn, visibilityTimeoutMs: 30_000, maxReceives });
    const source = startEventSource(queue, (event) => {
      batches.push(event.Records.map(({ body }) => body));
      return respond(event);
    });
    return { queue, source };
  }

  const failing = (body: string) => async (event: SQSEvent) => ({
    batchItemFailures: event.Records.filter((record) => record.body === body).map(
      ({ messageId }) => ({ itemIdentifier: messageId }),
    ),
  });

  test('hands over at most five messages at once, and deletes what succeeded', async () => {
    const { queue } = started();

    for (const body of 'abcdefg') queue.send(body);
    await jest.advanceTimersByTimeAsync(0);

    expect(batches).toEqual([
      ['a', 'b', 'c', 'd', 'e'],
      ['f', 'g'],
    ]);
    expect(queue.depth()).toEqual({ waiting: 0, inFlight: 0 });
  });

  test('describes a message as Lambda does', async () => {
    const events: SQSEvent[] = [];
    respond = async (event) => void events.push(event);
    const { queue } = started();

    const messageId = queue.send('a');
    await jest.advanceTimersByTimeAsync(0);

    expect(events[0]?.Records).toMatchObject([
      {
        messageId,
        body: 'a',
        attributes: { ApproximateReceiveCount: '1' },
        md5OfBody: '0cc175b9c0f1b6a831c399e269772661',
        eventSource: 'aws:sqs',
        eventSourceARN: arn,
        awsRegion: 'eu-west-1',
      },
    ]);
  });

  test('brings back a failed message alone, after its visibility timeout', async () => {
    respond = failing('b');
    const { queue } = started();

    for (const body of 'abc') queue.send(body);
    await jest.advanceTimersByTimeAsync(29_999);
    const early = batches.length;
    await jest.advanceTimersByTimeAsync(1);

    expect(early).toBe(1);
    expect(batches).toEqual([['a', 'b', 'c'], ['b']]);
  });

  test('brings back the whole batch of a function that crashed', async () => {
    respond = () => Promise.reject(new Error('crashed'));
    const { queue } = started();

    for (const body of 'ab') queue.send(body);
    await jest.advanceTimersByTimeAsync(30_000);

    expect(batches).toEqual([
      ['a', 'b'],
      ['a', 'b'],
    ]);
  });

  test('comes back when the function said so', async () => {
    const { queue } = started();
    respond = async (event) => {
      queue.changeVisibility(event.Records[0]?.receiptHandle ?? '', 2_000);
      return failing('a')(event);
    };

    queue.send('a');
    await jest.advanceTimersByTimeAsync(1_999);
    const early = batches.length;
    await jest.advanceTimersByTimeAsync(1);

    expect(early).toBe(1);
    expect(batches).toHaveLength(2);
  });

  test('leaves poison to the dead-letter queue without holding up the others', async () => {
    respond = failing('poison');
    const { queue } = started(3);

    queue.send('poison');
    await jest.advanceTimersByTimeAsync(30_000);
    queue.send('healthy');
    await jest.advanceTimersByTimeAsync(60_000);

    expect(batches.flat().filter((body) => body === 'poison')).toHaveLength(3);
    expect(batches).toContainEqual(['healthy']);
    expect(queue.deadLetters()).toMatchObject([{ body: 'poison', receives: 3 }]);
  });

  test('hands nothing over once it is stopped', async () => {
    const { queue, source } = started();

    await source.stop();
    queue.send('late');
    await jest.advanceTimersByTimeAsync(60_000);

    expect(batches).toEqual([]);
    expect(queue.depth()).toEqual({ waiting: 1, inFlight: 0 });
  });
});

describe('failedIds', () => {
  const batch = ['1', '2'];

  test.each([
    ['null', null],
    ['an empty object', {}],
    ['a null list', { batchItemFailures: null }],
    ['an empty list', { batchItemFailures: [] }],
  ])('reads %s as success', (_, response) => {
    expect(failedIds(response, batch)).toEqual([]);
  });

  test('gives back what the list names', () => {
    expect(failedIds({ batchItemFailures: [{ itemIdentifier: '2' }] }, batch)).toEqual(['2']);
  });

  test.each([
    ['an empty identifier', { batchItemFailures: [{ itemIdentifier: '' }] }],
    ['a null identifier', { batchItemFailures: [{ itemIdentifier: null }] }],
    ['a wrong key', { batchItemFailures: [{ messageId: '2' }] }],
    ['a message of another batch', { batchItemFailures: [{ itemIdentifier: '3' }] }],
    ['a text', 'done'],
  ])('gives back everything for %s', (_, response) => {
    expect(failedIds(response, batch)).toEqual(batch);
  });
});

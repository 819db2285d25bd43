import { hideMessage, retryDelaySeconds } from '../../../lambdas/shared/visibility.js';
import { startAwsSink } from '../../support/aws-sink.js';

describe('retryDelaySeconds', () => {
  test.each([
    [1, 0, 3, 5],
    [2, 0, 5, 10],
    [4, 0, 20, 40],
    [7, 0, 150, 300],
    [90, 0, 150, 300],
    [1, 40, 43, 45],
    [1, 86_400, 903, 905],
    [1_000, 86_400, 1_050, 1_200],
    [0, 0, 3, 5],
  ])('is spread after attempt %i, when asked for %i s', (attempt, asked, least, most) => {
    expect(retryDelaySeconds(attempt, asked, 0)).toBe(least);
    expect(retryDelaySeconds(attempt, asked, 1)).toBe(most);
  });
});

describe('hideMessage', () => {
  test('tells the queue how long the message stays out of sight', async () => {
    const aws = await startAwsSink();

    await hideMessage('https://sqs.example/222222222222/prod', 'receipt', {
      seconds: 17,
      timeoutMs: 2_000,
    });

    await aws.stop();
    expect(aws.calls('ChangeMessageVisibility')).toEqual([
      {
        QueueUrl: 'https://sqs.example/222222222222/prod',
        ReceiptHandle: 'receipt',
        VisibilityTimeout: 17,
      },
    ]);
  });
});

import { GetSecretValueCommand, SecretsManagerClient } from '@aws-sdk/client-secrets-manager';
import { ChangeMessageVisibilityCommand, SQSClient } from '@aws-sdk/client-sqs';
import { type AwsEndpoint, startAwsEndpoint } from '../../../local/aws-endpoint';
import { startQueue } from '../../../local/queue';

const queue = startQueue({
  arn: 'arn:aws:sqs:eu-west-1:000000000000:local-slack',
  visibilityTimeoutMs: 30_000,
  maxReceives: 100,
});

const credentials = { accessKeyId: 'local', secretAccessKey: 'local' };

describe('startAwsEndpoint', () => {
  let aws: AwsEndpoint;
  let secrets: SecretsManagerClient;
  let sqs: SQSClient;

  beforeAll(async () => {
    const values = new Map([['spheroseg/local/slack', 'the value']]);
    aws = await startAwsEndpoint({ secrets: values, queues: [queue] });
    const settings = { region: 'eu-west-1', endpoint: aws.url, credentials };
    secrets = new SecretsManagerClient(settings);
    sqs = new SQSClient(settings);
  });

  afterAll(async () => {
    secrets.destroy();
    sqs.destroy();
    await aws.stop();
  });

  const changeVisibility = (
    handle: string | undefined,
    seconds: number,
    url = aws.queueUrl(queue),
  ) =>
    sqs.send(
      new ChangeMessageVisibilityCommand({
        QueueUrl: url,
        ReceiptHandle: handle,
        VisibilityTimeout: seconds,
      }),
    );

  test('gives the SDK the value of a secret', async () => {
    const found = await secrets.send(
      new GetSecretValueCommand({ SecretId: 'spheroseg/local/slack' }),
    );

    expect(found).toMatchObject({ Name: 'spheroseg/local/slack', SecretString: 'the value' });
  });

  test('knows no other secret', async () => {
    const reading = secrets.send(new GetSecretValueCommand({ SecretId: 'spheroseg/local/teams' }));

    await expect(reading).rejects.toThrow(
      expect.objectContaining({ name: 'ResourceNotFoundException' }),
    );
  });

  test('moves the visibility timeout of a message', async () => {
    queue.send('a');
    const [message] = queue.receive(1);

    await changeVisibility(message?.receiptHandle, 600);

    const restsMs = (queue.nextVisibleAt() ?? 0) - Date.now();
    expect(restsMs).toBeGreaterThan(590_000);
    expect(restsMs).toBeLessThanOrEqual(600_000);
  });

  test('refuses what SQS refuses, under the name by which the SDK knows it', async () => {
    queue.send('b');
    const [message] = queue.receive(1);
    await changeVisibility(message?.receiptHandle, 0);

    const refusals = await Promise.all(
      [
        changeVisibility('nobody', 1),
        changeVisibility(message?.receiptHandle, 1),
        changeVisibility(message?.receiptHandle, 43_201),
        changeVisibility(message?.receiptHandle, 1, `${aws.url}/000000000000/other`),
      ].map((sent) => sent.catch((error: Error) => error.name)),
    );

    expect(refusals).toEqual([
      'ReceiptHandleIsInvalid',
      'MessageNotInflight',
      'InvalidParameterValue',
      'QueueDoesNotExist',
    ]);
  });
});

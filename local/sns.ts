import { randomUUID } from 'node:crypto';
import { type HttpAnswer, serve } from './http-server.js';
import { type Publish, publishIn, publishRefusal, type Refusal } from './sns-publish.js';

/** What SNS sends to a queue when raw delivery is off. https://docs.aws.amazon.com/sns/latest/dg/sns-message-and-json-formats.html */
export interface SnsNotification {
  readonly Type: 'Notification';
  readonly MessageId: string;
  readonly TopicArn: string;
  readonly Subject?: string;
  readonly Message: string;
  readonly Timestamp: string;
  readonly SignatureVersion: '1';
  readonly Signature: string;
  readonly SigningCertURL: string;
  readonly UnsubscribeURL: string;
  readonly MessageAttributes?: Readonly<
    Record<string, { readonly Type: string; readonly Value: string }>
  >;
}

export type Subscriber = (notification: SnsNotification) => void;

/** An SNS that knows one call: `Publish`, as Alertmanager's `sns_configs` make it. */
export interface SnsEndpoint {
  readonly url: string;
  stop(): Promise<void>;
}

/** The topics by ARN with those who hear them; a topic that nobody hears takes messages all the same. */
export async function startSns(
  topics: ReadonlyMap<string, readonly Subscriber[]>,
): Promise<SnsEndpoint> {
  const server = await serve(0, (request) => {
    const publish = publishIn(request.body);
    const refusal = publishRefusal(publish, request, [...topics.keys()]);
    if (refusal) return refusalAnswer(refusal);
    const notification = notificationOf(publish);
    for (const subscriber of topics.get(notification.TopicArn) ?? []) subscriber(notification);
    return publishAnswer(notification.MessageId);
  });
  return { url: `http://127.0.0.1:${server.port}`, stop: () => server.close() };
}

function notificationOf({ topicArn = '', subject, message, attributes }: Publish): SnsNotification {
  return {
    Type: 'Notification',
    MessageId: randomUUID(),
    TopicArn: topicArn,
    ...(subject !== undefined && { Subject: subject }),
    Message: message,
    Timestamp: new Date().toISOString(),
    SignatureVersion: '1',
    // Nobody on this machine signs, and nobody unsubscribes.
    Signature: '',
    SigningCertURL: '',
    UnsubscribeURL: '',
    ...(attributes.length > 0 && {
      MessageAttributes: Object.fromEntries(
        attributes.map(({ name, type, value }) => [name, { Type: type, Value: value }]),
      ),
    }),
  };
}

const namespace = 'http://sns.amazonaws.com/doc/2010-03-31/';

function publishAnswer(messageId: string): HttpAnswer {
  return xml(
    200,
    `<PublishResponse xmlns="${namespace}">
  <PublishResult><MessageId>${messageId}</MessageId></PublishResult>
  <ResponseMetadata><RequestId>${randomUUID()}</RequestId></ResponseMetadata>
</PublishResponse>`,
  );
}

function refusalAnswer({ status, code, message }: Refusal): HttpAnswer {
  return xml(
    status,
    `<ErrorResponse xmlns="${namespace}">
  <Error><Type>Sender</Type><Code>${code}</Code><Message>${escaped(message)}</Message></Error>
  <RequestId>${randomUUID()}</RequestId>
</ErrorResponse>`,
  );
}

function xml(status: number, body: string): HttpAnswer {
  return { status, headers: { 'content-type': 'text/xml' }, body };
}

function escaped(text: string): string {
  return text.replaceAll('&', '&amp;').replaceAll('<', '&lt;').replaceAll('>', '&gt;');
}

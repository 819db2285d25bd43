import type { Context, SQSEvent } from 'aws-lambda';

/** What the parent process sends for each call. */
export interface Invocation {
  readonly requestId: string;
  /** When the time of the function is over, in milliseconds since 1970. */
  readonly deadline: number;
  readonly event: SQSEvent;
}

/** What the function answered, or how it failed without ending the process. */
export type InvocationResult = { readonly response: unknown } | { readonly failure: string };

type LocalContext = Pick<
  Context,
  'awsRequestId' | 'functionName' | 'getRemainingTimeInMillis' | 'memoryLimitInMB'
>;

// The process of one function: loads the bundle and calls its handler once per message of the parent.
// An error that nobody catches ends the process, as it does in Lambda.
const [, , bundle = ''] = process.argv;
const { handler } = require(bundle) as {
  handler: (event: SQSEvent, context: LocalContext) => Promise<unknown>;
};

process.on('message', async ({ requestId, deadline, event }: Invocation) => {
  const context: LocalContext = {
    awsRequestId: requestId,
    functionName: process.env.AWS_LAMBDA_FUNCTION_NAME ?? '',
    memoryLimitInMB: process.env.AWS_LAMBDA_FUNCTION_MEMORY_SIZE ?? '',
    getRemainingTimeInMillis: () => deadline - Date.now(),
  };
  process.send?.(await result(() => handler(event, context)));
});

async function result(call: () => Promise<unknown>): Promise<InvocationResult> {
  try {
    return { response: (await call()) ?? null };
  } catch (error) {
    return { failure: `the function threw ${error}` };
  }
}

// Ctrl-C reaches the whole process group, but it is the parent that ends this process, when its work is
// done. A parent that is gone ends it too.
process.on('SIGINT', () => {});
process.on('disconnect', () => process.exit());

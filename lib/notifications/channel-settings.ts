/** How a channel's queue and function work together, the same deployed and on one machine. */
export const channelSettings = {
  functionTimeoutSeconds: 30,
  // https://docs.aws.amazon.com/lambda/latest/dg/services-sqs-configure.html asks for six times the timeout.
  visibilityTimeoutSeconds: 180,
  batchSize: 5,
  // Retries begin after seconds, so that a small number is used up within minutes: a hundred attempts
  // are about six hours, and a day while there is no secret.
  maxReceives: 100,
} as const;

/** How esbuild makes the bundle of a function. */
export const channelBundling = {
  minify: true,
  target: 'node24',
  // The ES module build of the SDK is the one that esbuild can shake.
  mainFields: ['module', 'main'],
};

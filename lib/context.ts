import cdk from '../cdk.json';

/** The feature flags of cdk.json, which the CLI passes to an app but `new App()` does not read. */
export function appContext(): Record<string, unknown> {
  return { ...cdk.context };
}

import { GetSecretValueCommand, SecretsManagerClient } from '@aws-sdk/client-secrets-manager';
import { nameOf } from './error-name.js';

/** A secret that is read when needed and remembered for a while. */
export interface Secret {
  /** The value, or nothing if nobody has filled the secret yet. */
  readonly value: (timeoutMs: number) => Promise<string | undefined>;
  /** The next `value()` is read anew: someone may have changed it. */
  readonly forget: () => void;
}

const MAX_AGE_MS = 5 * 60_000;

const client = new SecretsManagerClient({});

export function secretNamed(name: string): Secret {
  let known: { readonly value: Promise<string | undefined>; readonly readAt: number } | undefined;
  const forget = () => {
    known = undefined;
  };
  const value = async (timeoutMs: number) => {
    const isFresh = known !== undefined && Date.now() - known.readAt < MAX_AGE_MS;
    const current = known && isFresh ? known : { value: read(name, timeoutMs), readAt: Date.now() };
    known = current;
    // Neither an error nor a missing value is worth remembering: both are mended at any moment.
    const found = await current.value.catch((error: unknown) => {
      forget();
      throw error;
    });
    if (found === undefined) forget();
    return found;
  };
  return { value, forget };
}

async function read(name: string, timeoutMs: number): Promise<string | undefined> {
  try {
    const command = new GetSecretValueCommand({ SecretId: name });
    const found = await client.send(command, { abortSignal: AbortSignal.timeout(timeoutMs) });
    return found.SecretString?.trim() || undefined;
  } catch (error) {
    // Also when the secret exists without a current version, as after the first deploy.
    if (nameOf(error) === 'ResourceNotFoundException') return undefined;
    throw error;
  }
}

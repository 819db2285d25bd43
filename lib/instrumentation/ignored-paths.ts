/** Which requests are left out of every HTTP metric. */
export interface HttpOptions {
  /**
   * Says of a path, without its query, that it is not measured.
   * @default - health checks and the metrics endpoint, which always succeed and would thin out the error rate
   */
  readonly ignore?: ((path: string) => boolean) | undefined;
}

// As rules/http.yaml leaves them out of what it records.
const operations = /^(\/api)?\/(metrics|(health|ready|live)z?(\/.*)?)$/;

/** Whether the request for a URL is left out. */
export function ignoredUrls({ ignore = (path) => operations.test(path) }: HttpOptions) {
  return (url = ''): boolean => {
    try {
      return ignore(url.replace(/[?#].*/s, ''));
    } catch {
      // It is the user's code, and no request may fail for it.
      return false;
    }
  };
}

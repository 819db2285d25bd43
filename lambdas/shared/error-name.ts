/** What an error may tell a log: messages of fetch and of the SDK can carry a URL, their names cannot. */
export function nameOf(error: unknown): string {
  const name = (error as { readonly name?: unknown } | undefined)?.name;
  return typeof name === 'string' ? name : 'error';
}

/** Readers for what was sent: a message of any shape is shown, none breaks the page. */
export function isRecord(value: unknown): value is Record<string, unknown> {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

export function records(value: unknown): Record<string, unknown>[] {
  return Array.isArray(value) ? value.filter(isRecord) : [];
}

/** A text, or else nothing. */
export function text(value: unknown): string {
  return typeof value === 'string' ? value : '';
}

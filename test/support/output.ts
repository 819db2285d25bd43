/** Everything that this process prints while a test runs. */
export interface Output {
  readonly text: () => string;
  /** The lines that are JSON objects with this field. */
  readonly lines: (field: string) => Record<string, unknown>[];
  readonly release: () => void;
}

export function captureOutput(): Output {
  const chunks: string[] = [];
  const keep = (...parts: unknown[]) => {
    chunks.push(parts.map(String).join(' '));
    return true;
  };
  const spies = [
    jest.spyOn(process.stdout, 'write').mockImplementation(keep as never),
    jest.spyOn(process.stderr, 'write').mockImplementation(keep as never),
    ...(['log', 'info', 'warn', 'error', 'debug'] as const).map((level) =>
      jest.spyOn(console, level).mockImplementation(keep),
    ),
  ];
  const text = () => chunks.join('\n');
  const lines = (field: string) =>
    text()
      .split('\n')
      .filter((line) => line.startsWith('{'))
      .map((line): Record<string, unknown> => JSON.parse(line))
      .filter((line) => field in line);
  const release = () => {
    for (const spy of spies) spy.mockRestore();
  };
  return { text, lines, release };
}

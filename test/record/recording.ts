/** What one kind of exporter is recorded from; it stops all that it starts. */
export interface Recording {
  /** What to ask for it by. */
  readonly name: string;
  /** Why it cannot be recorded on this machine. @default - it can */
  readonly problem?: () => Promise<string | undefined>;
  /** The fixtures by file name. */
  readonly record: (site: Site) => Promise<Readonly<Record<string, string>>>;
}

export interface Site {
  /** Empty, and removed afterwards. */
  readonly folder: string;
  readonly report: (line: string) => void;
  /** What has to be stopped, last first, whether the recording succeeds or not. */
  readonly onStop: (stop: () => Promise<unknown>) => void;
}

// What the pages of Debian's Prometheus load.
const webPagePackages = [
  'libjs-bootstrap4',
  'libjs-d3',
  'libjs-eonasdan-bootstrap-datetimepicker',
  'libjs-jquery',
  'libjs-jquery-hotkeys',
  'libjs-moment',
  'libjs-moment-timezone',
  'libjs-mustache',
  'libjs-popper.js',
  'libjs-rickshaw',
];

// Debian's Prometheus has the older pages only, and answers the usual addresses with an apology.
const toClassicPages =
  '<script>location.replace("/classic" + location.pathname + location.search)</script>';

// What a machine with apt need not have.
const redisLibraries = ['libatomic1', 'libjemalloc2', 'liblzf1', 'libssl3'];

/** The programs that stand for the managed services, each of the release that it is checked with. */
export const engineSources = {
  prometheus: {
    release: '2.53',
    names: ['prometheus'],
    debian: {
      suite: 'trixie',
      package: 'prometheus',
      binary: 'prometheus',
      data: 'usr/share/prometheus',
      with: webPagePackages,
      files: { 'usr/share/prometheus/web/no-ui/index.html': toClassicPages },
    },
    brew: 'prometheus',
    otherwise: '/bin/prometheus out of the image prom/prometheus:v2.53.3',
  },
  promtool: {
    release: '2.53',
    names: ['promtool'],
    debian: { suite: 'trixie', package: 'promtool', binary: 'promtool' },
    brew: 'prometheus',
    otherwise: '/bin/promtool out of the image prom/prometheus:v2.53.3',
  },
  // The oldest release that rules are checked with: what it accepts, AMP accepts.
  'promtool-2.42': {
    release: '2.42',
    exact: true,
    names: ['promtool-2.42', 'promtool'],
    debian: { suite: 'bookworm', package: 'prometheus', binary: 'promtool' },
    otherwise:
      'promtool out of release v2.42.0 of prometheus/prometheus, on the PATH as promtool-2.42',
  },
  alertmanager: {
    release: '0.28',
    names: ['alertmanager', 'prometheus-alertmanager'],
    debian: {
      suite: 'trixie',
      package: 'prometheus-alertmanager',
      binary: 'prometheus-alertmanager',
      data: 'usr/share/prometheus',
    },
    brew: 'alertmanager',
    otherwise: '/bin/alertmanager out of the image prom/alertmanager:v0.28.1',
  },
  amtool: {
    release: '0.28',
    names: ['amtool'],
    debian: { suite: 'trixie', package: 'prometheus-alertmanager', binary: 'amtool' },
    brew: 'alertmanager',
    otherwise: '/bin/amtool out of the image prom/alertmanager:v0.28.1',
  },
  node_exporter: {
    release: '1.9',
    names: ['node_exporter', 'prometheus-node-exporter'],
    debian: {
      suite: 'trixie',
      package: 'prometheus-node-exporter',
      binary: 'prometheus-node-exporter',
    },
    brew: 'node_exporter',
    otherwise: '/bin/node_exporter out of the image prom/node-exporter:v1.9.0',
  },
  postgres_exporter: {
    release: '0.17',
    names: ['postgres_exporter', 'prometheus-postgres-exporter'],
    debian: {
      suite: 'trixie',
      package: 'prometheus-postgres-exporter',
      binary: 'prometheus-postgres-exporter',
    },
    otherwise:
      'postgres_exporter out of release v0.17.1 of prometheus-community/postgres_exporter, or out of its image',
  },
  redis_exporter: {
    release: '1.69',
    says: /Redis Metrics Exporter v?(\d+)\.(\d+)/,
    names: ['redis_exporter', 'prometheus-redis-exporter'],
    debian: {
      suite: 'trixie',
      package: 'prometheus-redis-exporter',
      binary: 'prometheus-redis-exporter',
    },
    otherwise:
      'redis_exporter out of release v1.69.0 of oliver006/redis_exporter, or out of its image',
  },
  'redis-server': {
    release: '7.0',
    says: /Redis server v=(\d+)\.(\d+)/,
    names: ['redis-server'],
    debian: {
      suite: 'bookworm',
      package: 'redis-server',
      binary: 'redis-server',
      with: ['redis-tools', ...redisLibraries],
      ownLibraries: true,
    },
    brew: 'redis',
    otherwise:
      'redis-server of any distribution that has 7.0 or newer, or out of the image redis:7',
  },
} as const satisfies Record<string, EngineSource>;

export type Engine = keyof typeof engineSources;

export interface EngineSource {
  /** The lowest release that will do, and the one that Debian's package has. */
  readonly release: string;
  /** Nothing newer will do either. */
  readonly exact?: boolean;
  /** How it prints its release, in two groups. @default - as Prometheus does, `version 2.53` */
  readonly says?: RegExp;
  /** What it may be called on the PATH. */
  readonly names: readonly string[];
  readonly debian: {
    readonly suite: string;
    readonly package: string;
    readonly binary: string;
    /** Where the binary expects data of its package, from the root. @default - it needs none */
    readonly data?: string;
    /** Packages that it needs beside its own. */
    readonly with?: readonly string[];
    /** Whether it finds libraries among these packages, and not where the system has its own. */
    readonly ownLibraries?: boolean;
    /** Files of the package that are replaced. */
    readonly files?: Readonly<Record<string, string>>;
  };
  /** Homebrew's formula, which macOS is told of instead. @default - it has none */
  readonly brew?: string;
  /** How to have it where Debian's packages are not. */
  readonly otherwise: string;
}

import { textTable } from '../commands/shared/output.ts';

/** The number of banks, of people in each, and of initial cycles that run at the same time. */
export interface Load {
  readonly banks: number;
  readonly people: number;
  readonly initialCycles: number;
}

/** What one deployment needs at its peak, and what it costs. */
export interface Need {
  readonly peakRequests: number;
  readonly instances: number;
  readonly partitionRows: number;
  readonly accountRows: number;
  readonly logGigabytes: number;
  readonly dollars: number;
}

/** Entra's request rates, and assumptions about a bank. */
const ENTRA = {
  /** The interval between cycles in seconds: https://learn.microsoft.com/entra/identity/app-provisioning/application-provisioning-when-will-provisioning-finish-specific-user */
  cycle: 40 * 60,
  /** The peak rate of a job in requests per second: https://learn.microsoft.com/entra/identity/app-provisioning/isv-automatic-provisioning-multi-tenant-apps */
  burst: 25,
  /** The requests of a cycle without changes, and those for each person who changed: a search and a PATCH. */
  quiet: 5,
  perChange: 2,
  /** The share of a bank's people who change in a day. */
  changesADay: 0.01,
  /** A bank has a job for each of the two services. */
  jobs: 2,
} as const;

/** An instance of 2048 MB, which has one core. */
const INSTANCE = {
  /** The CPU time of a request in milliseconds: 1.85 in the Functions host with telemetry and 1.9 in the worker, measured on the real host. */
  cpu: 3.75,
  /** How much of the core is used before another instance is needed. */
  usable: 0.6,
  most: 40,
  alwaysReady: 2,
} as const;

/** The rows that a request reads or writes, and the scalability targets of Table Storage in rows per second: https://learn.microsoft.com/azure/storage/tables/scalability-targets */
export const STORAGE = { rowsARequest: 4, partition: 2_000, account: 20_000 } as const;

/** The workspace's daily cap in gigabytes, and the size in bytes of a request's record together with the host's own row for it. */
export const LOGS = { cap: 5, bytes: 2_000 } as const;

/** List prices in US dollars, as in docs/deploy.md: a GB-second always ready, a GB-second executing, a million executions, a GB of logs, and the fixed costs of a month. */
const PRICES = { ready: 0.000004, executing: 0.000016, million: 0.4, logs: 2.8, fixed: 52, memory: 2 } as const;

const SECONDS_A_DAY = 86_400;
const DAYS = 30;

/** Simulates a day of this load, second by second. Each job starts its cycles at a random moment of the 40 minutes, which is the same in every run. */
export function simulate({ banks, people, initialCycles }: Load): Need {
  const changes = (people * ENTRA.changesADay * ENTRA.cycle) / SECONDS_A_DAY;
  const requestsACycle = ENTRA.quiet + changes * ENTRA.perChange;
  const busiest = Math.max(...cycleSeconds(banks * ENTRA.jobs, requestsACycle));
  const peakRequests = busiest + initialCycles * ENTRA.burst;
  const requestsADay = (banks * ENTRA.jobs * requestsACycle * SECONDS_A_DAY) / ENTRA.cycle;
  // a search and a create for each person
  const initialADay = Math.min(initialCycles * people * 2, initialCycles * ENTRA.burst * SECONDS_A_DAY);
  return {
    peakRequests,
    instances: Math.max(INSTANCE.alwaysReady, Math.ceil((peakRequests * INSTANCE.cpu) / (1_000 * INSTANCE.usable))),
    partitionRows: ENTRA.burst * STORAGE.rowsARequest,
    accountRows: peakRequests * STORAGE.rowsARequest,
    logGigabytes: ((requestsADay + initialADay) * LOGS.bytes) / 1e9,
    dollars: monthOf(requestsADay * DAYS),
  };
}

/** The requests in each second of a cycle. A job sends at its peak rate until its cycle is done. */
function cycleSeconds(jobs: number, requests: number): readonly number[] {
  const seconds = new Array<number>(ENTRA.cycle).fill(0);
  const random = randomNumbers(jobs);
  for (let job = 0; job < jobs; job += 1) {
    const start = Math.floor(random() * ENTRA.cycle);
    for (let sent = 0; sent < requests; sent += ENTRA.burst) {
      const at = (start + sent / ENTRA.burst) % ENTRA.cycle;
      seconds[at] = (seconds[at] ?? 0) + Math.min(ENTRA.burst, requests - sent);
    }
  }
  return seconds;
}

/** Pseudorandom numbers from 0 to 1, which are the same in each run: https://en.wikipedia.org/wiki/Linear_congruential_generator */
function randomNumbers(seed: number): () => number {
  let state = seed;
  return () => {
    state = (state * 1_664_525 + 1_013_904_223) % 2 ** 32;
    return state / 2 ** 32;
  };
}

/** The cost of a month. Each request is billed for at least one second. Requests can share that second; this assumes the most expensive case, in which none do. */
function monthOf(requests: number): number {
  const ready = INSTANCE.alwaysReady * PRICES.memory * SECONDS_A_DAY * DAYS * PRICES.ready;
  const running = requests * PRICES.memory * PRICES.executing + (requests / 1e6) * PRICES.million;
  return PRICES.fixed + ready + running + ((requests * LOGS.bytes) / 1e9) * PRICES.logs;
}

/** The limits that the load exceeds, by their names in the table. */
export function shortages({ instances, partitionRows, accountRows, logGigabytes }: Need): readonly string[] {
  return [
    ...(logGigabytes > LOGS.cap ? ['log cap'] : []),
    ...(instances > INSTANCE.most ? ['instances'] : []),
    ...(partitionRows > STORAGE.partition ? ['partition'] : []),
    ...(accountRows > STORAGE.account ? ['account'] : []),
  ];
}

const LOADS: readonly Load[] = [
  { banks: 1, people: 20_000, initialCycles: 1 },
  { banks: 10, people: 2_000, initialCycles: 1 },
  { banks: 10, people: 20_000, initialCycles: 10 },
  { banks: 100, people: 2_000, initialCycles: 10 },
  { banks: 100, people: 20_000, initialCycles: 100 },
  { banks: 500, people: 2_000, initialCycles: 50 },
  { banks: 1_000, people: 2_000, initialCycles: 100 },
  { banks: 1_000, people: 20_000, initialCycles: 250 },
  { banks: 5_000, people: 2_000, initialCycles: 250 },
];

const HEADINGS = [
  'banks',
  'people each',
  'initial cycles at once',
  'requests/s at the peak',
  'instances',
  'rows/s of a partition',
  'rows/s of the account',
  'GB of logs that day',
  '$ a month',
  '$ a bank',
  'what runs out',
];

/** The table of docs/capacity.md: its headings, and a row for each load. */
export const capacityTable = (): readonly (readonly string[])[] => [
  HEADINGS,
  ...LOADS.map((load) => {
    const need = simulate(load);
    const numbers = [
      ...[load.banks, load.people, load.initialCycles, need.peakRequests],
      ...[need.instances, need.partitionRows, need.accountRows],
    ].map((number) => Math.round(number).toLocaleString('en'));
    const { logGigabytes, dollars } = need;
    const money = [dollars, dollars / load.banks].map((number) => number.toFixed(number < 10 ? 2 : 0));
    return [...numbers, logGigabytes.toFixed(1), ...money, shortages(need).join(', ') || 'nothing'];
  }),
];

/** `npm run bench -- capacity`: prints the table. */
export const showCapacity = (output: { write(text: string): unknown }): unknown =>
  output.write(textTable(capacityTable()));

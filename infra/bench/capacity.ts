import { textTable } from '../commands/shared/output.ts';

/** How many banks there are, how many people each has, and how many of the banks are in their initial cycle at the same time. */
export interface Load {
  readonly banks: number;
  readonly people: number;
  readonly initialCycles: number;
}

/** What one deployment has to do at its busiest, and what it costs. */
export interface Need {
  readonly peakRequests: number;
  readonly instances: number;
  readonly partitionRows: number;
  readonly accountRows: number;
  readonly logGigabytes: number;
  readonly dollars: number;
}

/** Entra's own rates. */
const ENTRA = {
  /** Seconds from one cycle to the next: https://learn.microsoft.com/entra/identity/app-provisioning/application-provisioning-when-will-provisioning-finish-specific-user */
  cycle: 40 * 60,
  /** Requests a second of one job at its busiest: what a service has to bear, https://learn.microsoft.com/entra/identity/app-provisioning/isv-automatic-provisioning-multi-tenant-apps */
  burst: 25,
  /** Requests of a cycle without changes, and for each person who changed: a search and a PATCH. */
  quiet: 5,
  perChange: 2,
  /** Of the people of a bank, how many change in a day. */
  changesADay: 0.01,
  /** Both services of a bank have a job. */
  jobs: 2,
} as const;

/** One instance of 2048 MB, which is one core. */
const INSTANCE = {
  /** CPU of a request in milliseconds: the Functions host 1.85 with telemetry, the worker 1.9. Measured with the package behind the real host. */
  cpu: 3.75,
  /** How much of the core is used before another instance is better. */
  usable: 0.6,
  most: 40,
  alwaysReady: 2,
} as const;

/** Rows that a request reads or writes in Table Storage, and its targets in rows a second: https://learn.microsoft.com/azure/storage/tables/scalability-targets */
export const STORAGE = { rowsARequest: 4, partition: 2_000, account: 20_000 } as const;

/** The workspace's cap in gigabytes a day, and the bytes of a request's record and of the host's row for it. */
export const LOGS = { cap: 5, bytes: 2_000 } as const;

/** List prices in US dollars, as docs/deploy.md has them: a GB-second always ready, one executing, a million executions, a GB of logs, and what is there anyhow. */
const PRICES = { ready: 0.000004, executing: 0.000016, million: 0.4, logs: 2.8, fixed: 52, memory: 2 } as const;

const SECONDS_A_DAY = 86_400;
const DAYS = 30;

/** A day of this load, second by second: every job begins its cycles at another moment of the 40 minutes, always the same for the same load. */
export function simulate({ banks, people, initialCycles }: Load): Need {
  const changes = (people * ENTRA.changesADay * ENTRA.cycle) / SECONDS_A_DAY;
  const requestsACycle = ENTRA.quiet + changes * ENTRA.perChange;
  const busiest = Math.max(...cycleSeconds(banks * ENTRA.jobs, requestsACycle));
  const peakRequests = busiest + initialCycles * ENTRA.burst;
  const requestsADay = (banks * ENTRA.jobs * requestsACycle * SECONDS_A_DAY) / ENTRA.cycle;
  // a search and a create for everybody
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

/** Requests in each second of one cycle's length. A job sends as fast as it may until it is through. */
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

/** Numbers from 0 to 1 that look like chance and are the same each time: https://en.wikipedia.org/wiki/Linear_congruential_generator */
function randomNumbers(seed: number): () => number {
  let state = seed;
  return () => {
    state = (state * 1_664_525 + 1_013_904_223) % 2 ** 32;
    return state / 2 ** 32;
  };
}

/** Every request is billed a second at least, and those that run at once on an instance share it; here none does, which is the dearest. */
function monthOf(requests: number): number {
  const ready = INSTANCE.alwaysReady * PRICES.memory * SECONDS_A_DAY * DAYS * PRICES.ready;
  const running = requests * PRICES.memory * PRICES.executing + (requests / 1e6) * PRICES.million;
  return PRICES.fixed + ready + running + ((requests * LOGS.bytes) / 1e9) * PRICES.logs;
}

/** What runs out, by its name in the table: nothing where all of it fits. */
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

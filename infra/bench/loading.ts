import { execFile } from 'node:child_process';
import { statSync } from 'node:fs';
import { promisify } from 'node:util';
import type { Bundles } from './bundles.ts';
import { type Figure, least, median, ms } from './figures.ts';
import { cleanEnvironment, deployedSettings } from './server.ts';

/** The time to load a bundle, in milliseconds. */
export interface Loading {
  readonly wall: number;
  readonly cpu: number;
}

/** Loads the service and its bare dependencies in turn, each time in a fresh process and with the settings of a deployed service. */
export async function measureLoading(bundles: Bundles, starts: number): Promise<readonly Figure[]> {
  const service: Loading[] = [];
  const bare: Loading[] = [];
  for (let start = 0; start < starts; start += 1) {
    service.push(await load(bundles.loader, bundles.service));
    bare.push(await load(bundles.loader, bundles.bare));
  }
  return [
    over(
      'CPU',
      service.map(({ cpu }) => cpu),
      bare.map(({ cpu }) => cpu),
    ),
    over(
      'wall clock',
      service.map(({ wall }) => wall),
      bare.map(({ wall }) => wall),
    ),
    {
      name: 'size of the bundle',
      unit: 'MB',
      value: statSync(bundles.service).size / 1e6,
      goal: 1,
      floor: statSync(bundles.bare).size / 1e6,
    },
  ];
}

async function load(loader: string, bundle: string): Promise<Loading> {
  const env = cleanEnvironment(deployedSettings);
  const { stdout } = await promisify(execFile)(process.execPath, [loader, bundle], { env });
  return JSON.parse(stdout); // the output of loading-process.ts
}

function over(clock: string, ours: readonly number[], floor: readonly number[]): Figure {
  return {
    name: `loading the bundle, ${clock} over the bare SDKs and ajv`,
    unit: '%',
    value: (least(ours) / least(floor) - 1) * 100,
    goal: 25,
    details: {
      'the bundle': `${ms(least(ours))}, mostly ${ms(median(ours))}`,
      'the bare SDKs and ajv': `${ms(least(floor))}, mostly ${ms(median(floor))}`,
    },
  };
}

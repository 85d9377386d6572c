import { mkdir, readFile, rm, writeFile } from 'node:fs/promises';
import { dirname } from 'node:path';
import { parseJson } from '../commands/shared/json.ts';
import { getApplication } from './application.ts';
import type { Candidate } from './find-application.ts';
import type { Graph } from './graph.ts';
import { GraphError } from './graph-error.ts';
import { recordOf, textOf } from './json.ts';
import { retryWhileSettling, settlingAfter, type Waiting } from './propagation.ts';
import { readSettings } from './settings.ts';

/** What an earlier run on this machine started to create. Entra's lists may not show it yet, so only this record prevents a second application. */
export interface CreationRecord {
  /** When the command started to create the application; undefined if all parts of Entra know it by now. */
  readonly madeAt: Date | undefined;
  /** When the command started to create its job; undefined if all parts of Entra know it by now. */
  readonly jobAt: Date | undefined;
  /** Reads the application that was created, if its id is known. */
  readonly find: (graph: Graph, waiting: Waiting) => Promise<Candidate | undefined>;
  readonly recordApplication: (id?: string) => Promise<void>;
  readonly recordJob: () => Promise<void>;
  /** Deletes the record after the application was removed. */
  readonly forget: () => Promise<void>;
}

interface Content {
  readonly madeAt?: string;
  readonly jobAt?: string;
  readonly id?: string;
}

/** Opens the record of one application, a file with two times and an id. */
export async function openCreationRecord(path: string, now: () => Date): Promise<CreationRecord> {
  let content = await read(path, now());
  const write = async (next: Content) => {
    content = next;
    await mkdir(dirname(path), { recursive: true });
    await writeFile(path, `${JSON.stringify(content)}\n`, { mode: 0o600 });
  };
  const dateOf = (text: string | undefined) => (text === undefined ? undefined : new Date(text));
  return {
    get madeAt() {
      return dateOf(content.madeAt);
    },
    get jobAt() {
      return dateOf(content.jobAt);
    },
    find: async (graph, waiting) =>
      content.id && content.madeAt ? find(graph, waiting, content.id, new Date(content.madeAt)) : undefined,
    recordApplication: (id) =>
      write({ madeAt: content.madeAt && id ? content.madeAt : now().toISOString(), ...(id ? { id } : {}) }),
    recordJob: () => write({ ...content, jobAt: now().toISOString() }),
    forget: async () => {
      content = {};
      await rm(path, { force: true });
    },
  };
}

async function read(path: string, now: Date): Promise<Content> {
  const content = recordOf(parseJson(await readFile(path, 'utf8').catch(() => '')));
  const isRecent = (text: string) => settlingAfter(new Date(text)) > now;
  const madeAt = textOf(content['madeAt']);
  const jobAt = textOf(content['jobAt']);
  const id = textOf(content['id']);
  return {
    ...(isRecent(madeAt) ? { madeAt, ...(id ? { id } : {}) } : {}),
    ...(isRecent(jobAt) ? { jobAt } : {}),
  };
}

async function find(graph: Graph, waiting: Waiting, id: string, madeAt: Date): Promise<Candidate | undefined> {
  const retry = <T>(call: () => Promise<T>) =>
    retryWhileSettling(waiting, settlingAfter(madeAt), 'the new application', call);
  try {
    return {
      application: await retry(() => getApplication(graph, id)),
      settings: await retry(() => readSettings(graph, id)),
    };
  } catch (error) {
    if (error instanceof GraphError && error.status === 404) return undefined;
    throw error;
  }
}

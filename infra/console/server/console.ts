import type { Output } from '../../commands/shared/output.ts';
import { type Handler, type RunningConsole, serveConsole } from './serve.ts';

/** The page's default port. If it is in use, another one is used. */
export const CONSOLE_PORT = 7080;

/** Serves the page, and writes the next address whenever one has been used. */
export const openConsole = (handle: Handler, port: number, output: Output): Promise<RunningConsole> =>
  serveConsole({
    handle,
    port,
    onOpened: (next) => output.write(`The page was opened. For another browser: ${next}\n`),
  });

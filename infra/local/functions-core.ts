/**
 * Replaces the module `@azure/functions-core`, which in Azure the Node worker provides to the library @azure/functions.
 * It stores the app's functions and hooks for the local host. Its exports are those of the worker's src/setupCoreModule.ts.
 */

export interface Binding {
  readonly type: string;
  readonly direction: string;
  readonly route?: string;
  readonly methods?: readonly string[];
  /** The NCRONTAB expression of a timer. */
  readonly schedule?: string;
}

export interface FunctionMetadata {
  readonly name: string;
  readonly bindings: Readonly<Record<string, Binding>>;
}

export type FunctionCallback = (...inputs: unknown[]) => unknown;
export type HookCallback = (context: object) => unknown;

/** An HTTP request or response as the host and the worker exchange it (FunctionRpc.proto, RpcHttp). */
export interface RpcHttp {
  readonly url?: string;
  readonly method?: string;
  readonly statusCode?: string;
  readonly headers?: Readonly<Record<string, string>>;
  readonly query?: Readonly<Record<string, string>>;
  readonly params?: Readonly<Record<string, string>>;
  readonly body?: { readonly bytes?: Uint8Array };
}

export interface InvocationModel {
  getArguments(): Promise<{ readonly context: object; readonly inputs: unknown[] }>;
  invokeFunction(context: object, inputs: unknown[], callback: FunctionCallback): Promise<unknown>;
  getResponse(context: object, result: unknown): Promise<{ readonly returnValue?: { readonly http: RpcHttp } | null }>;
}

/** The library's part: it calls a function's handler, and converts the result to a response. */
export interface ProgrammingModel {
  getInvocationModel(coreContext: object): InvocationModel;
  getCapabilities(capabilities: Record<string, string>): Promise<Record<string, string>>;
}

export interface RegisteredFunction {
  readonly metadata: FunctionMetadata;
  readonly callback: FunctionCallback;
}

/** The versions that the worker and the host report. */
export const version = '3.12.0';
export const hostVersion = '4.1041.0';

const registered: RegisteredFunction[] = [];
const hooks: Readonly<Record<string, HookCallback[]>> = {
  appStart: [],
  appTerminate: [],
  preInvocation: [],
  postInvocation: [],
};
let model: ProgrammingModel | undefined;
let locked = false;

/** Undoes a registration. */
export class Disposable {
  readonly #dispose: (() => void) | undefined;

  constructor(dispose?: () => void) {
    this.#dispose = dispose;
  }

  dispose(): void {
    this.#dispose?.();
  }
}

/** Called by app.http, app.timer and so on. As in Azure, names are unique, and functions can only be registered during the app's start. */
export function registerFunction(metadata: FunctionMetadata, callback: FunctionCallback): Disposable {
  if (locked) throw new Error('A function can only be registered during app startup.');
  if (registered.some((one) => one.metadata.name === metadata.name)) {
    throw new Error(`A function with id "${metadata.name}" has already been registered.`);
  }
  registered.push({ metadata, callback });
  return new Disposable();
}

/** Called by app.hook. The log hook is refused, because this host has no log pipeline that could run it. */
export function registerHook(name: string, callback: HookCallback): Disposable {
  const callbacks = hooksOf(name);
  callbacks.push(callback);
  return new Disposable(() => callbacks.splice(callbacks.indexOf(callback), 1));
}

/** Called by the library with its programming model. */
export function setProgrammingModel(value: ProgrammingModel): void {
  model = value;
}

/** Throws if no function is registered yet, because the library sets its model when the first one is registered. */
export function getProgrammingModel(): ProgrammingModel {
  if (!model) throw new Error('No function is registered: import the app before the host starts.');
  return model;
}

/** The library's own log lines. Only errors are printed. */
export function log(level: string, _category: string, message: string): void {
  if (level === 'error' || level === 'critical') console.error(message);
}

/** For the host: the functions that are registered so far. */
export const registeredFunctions = (): readonly RegisteredFunction[] => [...registered];

/** For the host: a function's trigger of this type, by its name and its binding. */
export const triggerOf = ({ metadata }: RegisteredFunction, type: string): [string, Binding] | undefined =>
  Object.entries(metadata.bindings).find(([, binding]) => binding.type === type);

/** For the host: the callbacks of one hook, in the order of their registration. */
export function hooksOf(name: string): HookCallback[] {
  const callbacks = hooks[name];
  if (!callbacks) throw new RangeError(`Unrecognized hook "${name}"`);
  return callbacks;
}

/** For the host: ends the app's start. After it, nothing can be registered. */
export function lockRegistration(): void {
  locked = true;
}

import { randomUUID } from 'node:crypto';
import { createRequire } from 'node:module';
import { resolve } from 'node:path';
import { provideCoreModule } from './core-module.ts';
import type { RegisteredFunction, RpcHttp } from './functions-core.ts';
import * as core from './functions-core.ts';

/** Receives each line that a function logs. */
export type Log = (level: string, message: string) => void;

/** State that the hooks of one app share (the library's appHookData). */
const appHookData = {};

/**
 * Loads the built app as the Node worker does: the app gets functions-core.ts for `@azure/functions-core`, its appStart hooks run, and after that
 * nothing more can be registered. Rejects with what the app throws.
 */
export async function loadApp(entry: string): Promise<void> {
  provideCoreModule();
  const path = resolve(entry);
  createRequire(path)(path);
  await runHooks('appStart');
  const capabilities = await core.getProgrammingModel().getCapabilities({}); // locks app.setup, as the worker does
  if (capabilities['HttpUri']) throw new Error('The app enables HTTP streams, which the local host does not support.');
  core.lockRegistration();
}

/** The data of a trigger binding, with which a function is called (FunctionRpc.proto, ParameterBinding and TypedData). */
export interface TriggerData {
  /** Name of the trigger binding. */
  readonly name: string;
  readonly data: { readonly http: RpcHttp } | { readonly json: string };
}

/**
 * Calls a function as the worker does: the library converts the trigger's data to the handler's arguments, and the result to the response.
 * Resolves to undefined if the handler returned nothing. Rejects with what the handler or the conversion threw.
 */
export async function invoke(called: RegisteredFunction, trigger: TriggerData, log: Log): Promise<RpcHttp | undefined> {
  const coreContext = createCoreContext(called, trigger, log);
  const model = core.getProgrammingModel().getInvocationModel(coreContext);
  const { context, inputs } = await model.getArguments();
  const shared = { hookData: {}, appHookData, invocationContext: context };

  const before = { ...shared, functionCallback: called.callback, inputs };
  coreContext.state = 'preInvocationHooks';
  await runHooks('preInvocation', before);

  coreContext.state = 'invocation';
  const outcome: Outcome = { result: null, error: null };
  const after = Object.assign(outcome, shared, { inputs: before.inputs });
  try {
    after.result = await model.invokeFunction(context, before.inputs, before.functionCallback);
  } catch (error) {
    after.error = error;
  }

  coreContext.state = 'postInvocationHooks';
  await runHooks('postInvocation', after);
  if (after.error) throw after.error;
  return (await model.getResponse(context, after.result)).returnValue?.http;
}

interface Outcome {
  result: unknown;
  error: unknown;
}

/** Runs the callbacks of appStart, appTerminate, preInvocation or postInvocation in order. */
export async function runHooks(name: string, context: object = { hookData: {}, appHookData }): Promise<void> {
  for (const callback of core.hooksOf(name)) await callback(context);
}

function createCoreContext({ metadata }: RegisteredFunction, trigger: TriggerData, log: Log) {
  const invocationId = randomUUID();
  const traceId = invocationId.replaceAll('-', '');
  const headers = 'http' in trigger.data ? trigger.data.http.headers : undefined;
  const traceParent = headers?.['traceparent'] ?? `00-${traceId}-${traceId.slice(16)}-01`;
  return {
    invocationId,
    metadata,
    state: undefined as string | undefined,
    request: {
      invocationId,
      functionId: metadata.name,
      inputData: [trigger],
      triggerMetadata: {},
      traceContext: { traceParent, traceState: headers?.['tracestate'] ?? '', attributes: {} },
    },
    log: (level: string, _category: string, message: string) => log(level, message),
  };
}

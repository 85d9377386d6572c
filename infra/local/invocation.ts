import { randomUUID } from 'node:crypto';
import { getProgrammingModel, hooksOf, type RpcHttp } from './functions-core.ts';
import type { Route } from './routes.ts';

export type Log = (level: string, message: string) => void;

/** State that the hooks of one app share (the library's appHookData). */
const appHookData = {};

/**
 * Calls one function as the worker does: the library makes the handler's arguments from the request and the response from its result.
 * Undefined where the handler returned nothing. Rejects with what the handler or the conversion threw.
 */
export async function invoke(route: Route, request: RpcHttp, log: Log): Promise<RpcHttp | undefined> {
  const coreContext = createCoreContext(route, request, log);
  const model = getProgrammingModel().getInvocationModel(coreContext);
  const { context, inputs } = await model.getArguments();
  const shared = { hookData: {}, appHookData, invocationContext: context };

  const before = { ...shared, functionCallback: route.callback, inputs };
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

/** Runs the callbacks of appStart, appTerminate, preInvocation or postInvocation one after the other. */
export async function runHooks(name: string, context: object = { hookData: {}, appHookData }): Promise<void> {
  for (const callback of hooksOf(name)) await callback(context);
}

function createCoreContext(route: Route, request: RpcHttp, log: Log) {
  const invocationId = randomUUID();
  const traceId = invocationId.replaceAll('-', '');
  const traceParent = request.headers?.['traceparent'] ?? `00-${traceId}-${traceId.slice(16)}-01`;
  return {
    invocationId,
    metadata: route.metadata,
    state: undefined as string | undefined,
    request: {
      invocationId,
      functionId: route.metadata.name,
      inputData: [{ name: route.binding, data: { http: request } }],
      triggerMetadata: {},
      traceContext: { traceParent, traceState: request.headers?.['tracestate'] ?? '', attributes: {} },
    },
    log: (level: string, _category: string, message: string) => log(level, message),
  };
}

import { type RegisteredFunction, triggerOf } from './functions-core.ts';

/** A function with its HTTP route. */
export interface Route extends RegisteredFunction {
  /** Name of the trigger binding. */
  readonly binding: string;
  readonly template: string;
  readonly methods: readonly string[];
  readonly segments: readonly Segment[];
}

/** A route that matches a request, with the values of its parameters. */
export interface RouteMatch {
  readonly route: Route;
  readonly params: Readonly<Record<string, string>>;
}

/** A literal in lower case, or the name of a parameter that matches one segment, an optional segment, or the rest of the path. */
type Segment =
  | { readonly kind: 'literal'; readonly literal: string }
  | { readonly kind: 'parameter' | 'optional' | 'rest'; readonly name: string };

/**
 * The routes of the registered functions in the order in which the host tries them. Routes are ordered by function name,
 * ignoring case; a more specific route does not come first.
 */
export function buildRoutes(functions: readonly RegisteredFunction[], prefix: string): readonly Route[] {
  return functions
    .filter((one) => triggerOf(one, 'timerTrigger') === undefined)
    .map((one) => buildRoute(one, prefix))
    .sort((a, b) => (a.metadata.name.toUpperCase() < b.metadata.name.toUpperCase() ? -1 : 1));
}

function buildRoute(registered: RegisteredFunction, prefix: string): Route {
  const { name } = registered.metadata;
  const trigger = triggerOf(registered, 'httpTrigger');
  if (!trigger)
    throw new Error(`${name} has neither an HTTP trigger nor a timer. The local host does not run other triggers.`);
  const [binding, { route = name, methods = [] }] = trigger;
  if (/^\/?(admin|runtime)/i.test(route)) throw new Error(`The route of ${name} conflicts with the host's own routes.`);
  const template = [prefix, route].filter(Boolean).join('/');
  const segments = template.split('/').filter(Boolean).map(parseSegment);
  return { ...registered, binding, template, methods: methods.map((method) => method.toUpperCase()), segments };
}

function parseSegment(text: string): Segment {
  const parameter = /^\{(\*?)(\w+)(\??)\}$/.exec(text);
  if (parameter?.[2]) {
    return { kind: parameter[1] ? 'rest' : parameter[3] ? 'optional' : 'parameter', name: parameter[2] };
  }
  if (/[{}]/.test(text)) throw new Error(`The local host does not support route constraints: ${text}`);
  return { kind: 'literal', literal: text.toLowerCase() };
}

/** Finds the first route that matches both the method and the decoded path. */
export function findRoute(routes: readonly Route[], method: string, path: string): RouteMatch | undefined {
  const parts = path.split('/').slice(1);
  if (parts.at(-1) === '') parts.pop(); // one trailing slash is ignored
  for (const route of routes) {
    const params = route.methods.includes(method) ? matchSegments(route.segments, parts, path) : undefined;
    if (params) return { route, params };
  }
  return undefined;
}

/** Empty parts do not match, except inside a rest parameter, which keeps them (ASP.NET's TemplateMatcher). */
function matchSegments(segments: readonly Segment[], parts: readonly string[], path: string) {
  const params: Record<string, string> = {};
  for (const [index, segment] of segments.entries()) {
    const part = parts[index];
    if (part === undefined) return segment.kind === 'rest' || segment.kind === 'optional' ? params : undefined;
    if (part === '') return undefined;
    if (segment.kind === 'rest') return { ...params, [segment.name]: restOf(path, index) };
    if (segment.kind !== 'literal') params[segment.name] = part;
    else if (segment.literal !== part.toLowerCase()) return undefined;
  }
  return parts.length > segments.length ? undefined : params;
}

/** The rest of the path from this part on, including a trailing slash. */
const restOf = (path: string, index: number): string =>
  path
    .split('/')
    .slice(index + 1)
    .join('/');

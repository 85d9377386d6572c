import { useEffect, useState } from 'preact/hooks';

/** A view, as the address bar holds it. */
export type Route =
  | { readonly view: 'overview' }
  | { readonly view: 'directory' | 'compare'; readonly service: string; readonly tenant: string }
  | { readonly view: 'resource'; readonly service: string; readonly tenant: string; readonly id: string };

/** Reads a path: /, /<service>/<tenant>, and behind that compare or id/<id>. Undefined where it is none of these. */
export function routeOf(pathname: string): Route | undefined {
  const [service, tenant, what, id] = pathname.split('/').filter(Boolean).map(decode);
  if (service === undefined) return { view: 'overview' };
  if (tenant === undefined) return undefined;
  if (what === undefined) return { view: 'directory', service, tenant };
  if (what === 'compare') return { view: 'compare', service, tenant };
  return what === 'id' && id !== undefined ? { view: 'resource', service, tenant, id } : undefined;
}

export const pathOf = (...parts: readonly string[]): string => `/${parts.map(encodeURIComponent).join('/')}`;

function decode(part: string): string {
  try {
    return decodeURIComponent(part);
  } catch {
    return part;
  }
}

const MOVED = 'console-moved';

/** Goes to another view, or with `replace` changes the address of this one. */
export function go(address: string, replace = false): void {
  if (replace) history.replaceState(history.state, '', address);
  else history.pushState(null, '', address);
  dispatchEvent(new Event(MOVED));
}

/** The address of this page; the component is rendered again when it changes. */
export function useAddress(): URL {
  const [address, setAddress] = useState(location.href);
  useEffect(() => {
    const read = () => setAddress(location.href);
    addEventListener('popstate', read);
    addEventListener(MOVED, read);
    return () => {
      removeEventListener('popstate', read);
      removeEventListener(MOVED, read);
    };
  }, []);
  return new URL(address);
}

/** The present address with some of its parameters set; an empty one is left out. */
export function withParameters(address: URL, parameters: Readonly<Record<string, string>>): string {
  const changed = new URL(address);
  for (const [name, value] of Object.entries(parameters)) {
    if (value === '') changed.searchParams.delete(name);
    else changed.searchParams.set(name, value);
  }
  return changed.pathname + changed.search;
}

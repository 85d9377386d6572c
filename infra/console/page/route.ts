import { useEffect, useState } from 'preact/hooks';

/** A view, as the address bar shows it. */
export type Route =
  | { readonly view: 'overview' }
  | { readonly view: 'directory' | 'compare'; readonly service: string; readonly tenant: string }
  | { readonly view: 'resource'; readonly service: string; readonly tenant: string; readonly id: string };

/** Reads a path: / or /<service>/<tenant>, the latter also with /compare or /id/<id>. Undefined for any other path. */
export function routeOf(pathname: string): Route | undefined {
  const [service, tenant, what, id] = pathname.split('/').filter(Boolean).map(decode);
  if (service === undefined) return { view: 'overview' };
  if (tenant === undefined) return undefined;
  if (what === undefined) return { view: 'directory', service, tenant };
  if (what === 'compare') return { view: 'compare', service, tenant };
  return what === 'id' && id !== undefined ? { view: 'resource', service, tenant, id } : undefined;
}

/** The path with these segments. */
export const pathOf = (...parts: readonly string[]): string => `/${parts.map(encodeURIComponent).join('/')}`;

function decode(part: string): string {
  try {
    return decodeURIComponent(part);
  } catch {
    return part;
  }
}

const MOVED = 'console-moved';

/** Opens another view. With `replace`, only the address of this view changes. */
export function go(address: string, replace = false): void {
  if (replace) history.replaceState(history.state, '', address);
  else history.pushState(null, '', address);
  dispatchEvent(new Event(MOVED));
}

/** The address of the page. The component is rendered again when it changes. */
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

/** The current address with some parameters set. Empty parameters are left out. */
export function withParameters(address: URL, parameters: Readonly<Record<string, string>>): string {
  const changed = new URL(address);
  for (const [name, value] of Object.entries(parameters)) {
    if (value === '') changed.searchParams.delete(name);
    else changed.searchParams.set(name, value);
  }
  return changed.pathname + changed.search;
}

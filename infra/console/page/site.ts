import { createContext } from 'preact';
import { useContext } from 'preact/hooks';
import type { ColumnInfo, ServiceInfo, Site } from '../api.ts';

const emptySite: Site = { services: [], place: '', hasLog: false, commands: {} };

/** The site, for all components. */
export const SiteContext = createContext<Site>(emptySite);

/** Returns the site. */
export const useSite = (): Site => useContext(SiteContext);

/** Returns a service by its name. */
export function useService(name: string): ServiceInfo {
  const { services } = useSite();
  return services.find((one) => one.name === name) ?? { name, columns: [] };
}

/** The index of the column with a role; -1 if the service has none. */
export const placeOf = ({ columns }: ServiceInfo, role: ColumnInfo['role']): number =>
  columns.findIndex((column) => column.role === role);

import { createContext } from 'preact';
import { useContext } from 'preact/hooks';
import type { ColumnInfo, ServiceInfo, Site } from '../api.ts';

const emptySite: Site = { services: [], place: '', hasLog: false, commands: {} };

export const SiteContext = createContext<Site>(emptySite);

export const useSite = (): Site => useContext(SiteContext);

export function useService(name: string): ServiceInfo {
  const { services } = useSite();
  return services.find((one) => one.name === name) ?? { name, columns: [] };
}

/** The index of the column that has a role; -1 if the service has no such column. */
export const placeOf = ({ columns }: ServiceInfo, role: ColumnInfo['role']): number =>
  columns.findIndex((column) => column.role === role);

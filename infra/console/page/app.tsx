import { useEffect, useState } from 'preact/hooks';
import type { Site } from '../api.ts';
import { fetchJson, type RequestFailed } from './fetch-json.ts';
import { Link } from './link.tsx';
import { asRequestFailed } from './polled.ts';
import { pathOf, type Route, routeOf, useAddress } from './route.ts';
import { SiteContext } from './site.ts';
import { CompareView } from './views/compare.tsx';
import { DirectoryView } from './views/directory.tsx';
import { OverviewView } from './views/overview.tsx';
import { ResourceView } from './views/resource.tsx';

/** The page: the breadcrumb, the name of the environment, and one view. */
export function App() {
  const [site, setSite] = useState<Site>();
  const [failure, setFailure] = useState<RequestFailed>();
  const route = routeOf(useAddress().pathname);
  useEffect(() => {
    fetchJson<Site>('site').then(setSite, (error: unknown) => setFailure(asRequestFailed(error)));
  }, []);
  useEffect(() => {
    document.title = titleOf(route);
  });
  return (
    <SiteContext.Provider value={site ?? { services: [], place: '', hasLog: false, commands: {} }}>
      <header class="top">
        <nav aria-label="Breadcrumb">
          <Trail route={route} />
        </nav>
        {site && <p class="place">{site.place}</p>}
      </header>
      <main>
        {failure && <p role="alert">{failure.message}</p>}
        {site && <View route={route} />}
      </main>
    </SiteContext.Provider>
  );
}

function View({ route }: { readonly route: Route | undefined }) {
  switch (route?.view) {
    case 'overview':
      return <OverviewView />;
    case 'directory':
      return <DirectoryView key={`${route.service}/${route.tenant}`} {...route} />;
    case 'compare':
      return <CompareView key={`${route.service}/${route.tenant}`} {...route} />;
    case 'resource':
      return <ResourceView key={route.id} {...route} />;
    case undefined:
      return <p>This view does not exist. Start from the overview.</p>;
  }
}

/** The breadcrumb from the overview to this view. */
function Trail({ route }: { readonly route: Route | undefined }) {
  const isDeeper = route?.view === 'resource' || route?.view === 'compare';
  return (
    <ol class="trail">
      <li>
        <Link to="/">BookMe SCIM</Link>
      </li>
      {route && route.view !== 'overview' && (
        <li>
          <Link to={pathOf(route.service, route.tenant)} current={!isDeeper}>
            {route.tenant}, {route.service}
          </Link>
        </li>
      )}
    </ol>
  );
}

function titleOf(route: Route | undefined): string {
  if (!route || route.view === 'overview') return 'BookMe SCIM';
  const what = route.view === 'compare' ? 'Compare · ' : '';
  return `${what}${route.tenant}, ${route.service} · BookMe SCIM`;
}

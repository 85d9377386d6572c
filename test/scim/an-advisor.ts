import { draft, type JsonObject } from '../../shared/scim/json.ts';
import { renderResource } from '../../shared/scim/resource.ts';
import { advisors } from '../../shared/services/advisors.ts';

const provenance = {
  id: '5f1c8f2e-7c31-4a4e-9b0c-0a6d5b3c2f10',
  created: new Date('2026-01-31T12:00:00.000Z'),
  lastModified: new Date('2026-02-01T08:30:00.500Z'),
  version: 'W/"1"',
};

/** A rendered advisor. `attributes` override the default ones. */
export const anAdvisor = (attributes: JsonObject = {}): JsonObject =>
  renderResource(advisors.resourceType, 'https://bookme.test/advisors/scim', {
    ...provenance,
    attributes: draft({
      externalId: 'Ext-1',
      userName: 'Ann@Bank.dk',
      name: { familyName: 'Ågård', givenName: 'Ann' },
      displayName: 'Ann Ågård',
      active: true,
      addresses: [
        { formatted: 'Copenhagen 1', type: 'work', primary: true },
        { formatted: 'Aarhus', type: 'home' },
      ],
      ...attributes,
    }),
  });

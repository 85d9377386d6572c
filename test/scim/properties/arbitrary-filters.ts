import fc from 'fast-check';
import { compareOps, type Filter } from '../../../shared/scim/filter.ts';

const CORE = 'urn:ietf:params:scim:schemas:core:2.0:User';

/** Any name that the grammar allows. */
const name = fc.stringMatching(/^[A-Za-z$][A-Za-z0-9_$-]{0,8}$/);
const uri = fc.constantFrom(CORE, 'urn:ietf:params:scim:schemas:extension:enterprise:2.0:User', 'urn:x');

/** Any attrPath, with or without a URN, and with or without a sub-attribute. */
const attrPath = fc
  .record({ uri: fc.option(uri, { nil: undefined }), name, sub: fc.option(name, { nil: undefined }) })
  .map(({ uri: urn, name: attribute, sub }) => ({
    ...(urn !== undefined && { uri: urn }),
    name: attribute,
    ...(sub !== undefined && { sub }),
  }));

const number = fc.double({ noDefaultInfinity: true, noNaN: true }).filter((value) => !Object.is(value, -0));
const compValue = fc.oneof(fc.string({ unit: 'binary' }), number, fc.integer(), fc.boolean(), fc.constant(null));

interface Leaves {
  readonly present: fc.Arbitrary<Filter>;
  readonly compare: fc.Arbitrary<Filter>;
}

/** Filters that combine the leaves with `and`, `or` and `not`, and with value paths if `valuePath` is given. */
export const filtersOf = (leaves: Leaves, valuePath?: (inner: fc.Arbitrary<Filter>) => fc.Arbitrary<Filter>) => {
  const trees = (...others: fc.Arbitrary<Filter>[]) =>
    fc.letrec<{ filter: Filter }>((tie) => {
      const filters = fc.array(tie('filter'), { minLength: 2, maxLength: 4 });
      return {
        filter: fc.oneof(
          { maxDepth: 4, depthIdentifier: 'filter' },
          leaves.compare,
          leaves.present,
          ...others,
          fc.record({ kind: fc.constant('not' as const), filter: tie('filter') }),
          fc.record({ kind: fc.constantFrom('and' as const, 'or' as const), filters }),
        ),
      };
    }).filter;
  return valuePath ? trees(valuePath(trees())) : trees();
};

/** Any filter that the grammar allows, with known and unknown attributes. */
export const anyFilter: fc.Arbitrary<Filter> = filtersOf(
  {
    present: fc.record({ kind: fc.constant('present' as const), path: attrPath, at: fc.constant(0) }),
    compare: fc.record({
      kind: fc.constant('compare' as const),
      path: attrPath,
      operator: fc.constantFrom(...compareOps),
      value: compValue,
      at: fc.constant(0),
    }),
  },
  (filter) => fc.record({ kind: fc.constant('valuePath' as const), path: attrPath, filter, at: fc.constant(0) }),
);

/** Text that looks like a filter or a path, or like neither. */
export const grammaticalText: fc.Arbitrary<string> = fc.oneof(
  fc.string({ unit: 'binary' }),
  fc.array(fc.integer({ min: 0, max: 0xffff }).map((code) => String.fromCharCode(code))).map((units) => units.join('')),
  fc
    .array(
      fc.constantFrom(
        ...'( ) [ ] not and or pr eq ne co gt userName addresses type formatted . .formatted true null -1 1e5 "work" "a\\u0041" "\\ud800" " \\'.split(
          ' ',
        ),
        ...compareOps,
        `${CORE}:`,
        `${CORE}:name.givenName`,
        '',
        '\0',
        '__proto__',
        'constructor',
      ),
      { maxLength: 30 },
    )
    .map((words) => words.join(' ')),
);

/**
 * Every limit on what a client may send, in one place. Each is far above what Entra sends. Together they bound what one request can cost:
 * docs/performance.md has the longest time that one keeps the event loop from others. test/scim/limits.test.ts goes to the edge of each and past it.
 */
// @ts-nocheck

export const limits = Object.freeze({
  /** Bytes of a request body: 413 beyond. */
  bodyBytes: 1024 * 1024,
  /** Arrays and objects within each other in a request body, the outermost not counted: 400 invalidSyntax beyond. */
  jsonDepth: 32,
  /** Members of objects and elements of arrays in a request body, at all levels together: 400 invalidSyntax beyond. */
  jsonValues: 10_000,
  /** Characters of a filter: 400 invalidFilter beyond. The host ends a request line at 8 KiB; `.search` has no such end. */
  filterLength: 8000,
  /** Parentheses within parentheses in a filter: 400 invalidFilter beyond. */
  filterDepth: 32,
  /** Comparisons in a filter: 400 invalidFilter beyond. */
  filterTerms: 100,
  /** Characters of a PATCH path: 400 invalidPath beyond. */
  pathLength: 500,
  /** Operations of one PATCH, counted after Entra's habits are undone: 400 invalidValue beyond. */
  patchOperations: 200,
  /** Steps of work in one PATCH: an element looked at by one comparison, or 100 characters of it. 400 invalidValue beyond. */
  patchSteps: 200_000,
  /** Comparisons that one query makes, over all the resources it looks at: 400 tooMany beyond. */
  querySteps: 5_000_000,
  /** Characters of text on one page of a list: the page ends there, and the next one begins. */
  pageText: 1_000_000,
  /** UTF-16 units of one string, and of the JSON of one multi-valued attribute: what a column of Table Storage holds is 32,768. */
  stringLength: 32_000,
  /** Elements of one multi-valued attribute. */
  elements: 100,
  /** Resources on one page of a list. */
  pageSize: 1000,
  /** Resources on a page where the client does not say how many. */
  defaultPageSize: 100,
  /** Names in `attributes` or `excludedAttributes`. */
  projectedAttributes: 200,
});

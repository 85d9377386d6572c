/**
 * The limits of a client's input, each far above what Entra sends. They bound the cost of a request: docs/performance.md states the longest time for
 * which a request can block the event loop. test/scim/limits.test.ts tests each limit at its edge and beyond it.
 */
export const limits = Object.freeze({
  /** Bytes of a request body; beyond that 413. */
  bodyBytes: 1024 * 1024,
  /** Levels of nested arrays and objects in a request body, not counting the outermost; beyond that 400 invalidSyntax. */
  jsonDepth: 32,
  /** Members of objects and elements of arrays in a request body, on all levels together; beyond that 400 invalidSyntax. */
  jsonValues: 10_000,
  /** Characters of a filter; beyond that 400 invalidFilter. The host limits a request line to 8 KiB, but the body of `.search` has no such limit. */
  filterLength: 8000,
  /** Levels of nested parentheses in a filter; beyond that 400 invalidFilter. */
  filterDepth: 32,
  /** Comparisons in a filter; beyond that 400 invalidFilter. */
  filterTerms: 100,
  /** Characters of a PATCH path; beyond that 400 invalidPath. */
  pathLength: 500,
  /** Operations in one PATCH, counted after Entra's habits are undone; beyond that 400 invalidValue. */
  patchOperations: 200,
  /** Steps of work in one PATCH; beyond that 400 invalidValue. A step is one comparison with one element, or 100 characters of an element. */
  patchSteps: 200_000,
  /** Comparisons that one query makes with all the resources that it reads; beyond that 400 tooMany. */
  querySteps: 5_000_000,
  /** Characters of text on one page of a list. Beyond that, the page ends and the next one begins. */
  pageText: 1_000_000,
  /** UTF-16 units of one string, and of the JSON of one multi-valued attribute. A column of Table Storage can store 32,768. */
  stringLength: 32_000,
  /** Elements of one multi-valued attribute. */
  elements: 100,
  /** Resources on one page of a list. */
  pageSize: 1000,
  /** Resources on a page if the client does not send a count. */
  defaultPageSize: 100,
  /** Names in `attributes` or `excludedAttributes`. */
  projectedAttributes: 200,
});

/** Every run of the property tests is the same; fast-check prints the seed and the path of what fails, to put here. */
// @ts-nocheck

export const runs = (numRuns: number) => ({ numRuns, seed: 7643_7644 });

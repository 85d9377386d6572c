/** By how many per cent the second is more than the first. */
export const growth = (small: number, large: number): number => (large / small - 1) * 100;

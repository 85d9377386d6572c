import {
  elementScroll,
  observeElementOffset,
  observeElementRect,
  type VirtualItem,
  Virtualizer,
} from '@tanstack/virtual-core';
import { useEffect, useLayoutEffect, useState } from 'preact/hooks';

/** The rows of a long list that are to be drawn, and how much lies before and behind them, in pixels. */
export interface Window {
  readonly items: readonly VirtualItem[];
  readonly before: number;
  readonly behind: number;
}

interface Rows {
  readonly count: number;
  readonly height: number;
  /** Where the list was scrolled to when it was left. */
  readonly offset: number;
}

/** Draws only the rows that can be seen, and some around them. All rows are equally high. */
export function useWindow(frame: { readonly current: HTMLElement | null }, { count, height, offset }: Rows): Window {
  const [, draw] = useState(0);
  const options = {
    count,
    overscan: 12,
    estimateSize: () => height,
    getScrollElement: () => frame.current,
    initialOffset: offset,
    scrollToFn: elementScroll,
    observeElementRect,
    observeElementOffset,
    onChange: () => draw((times) => times + 1),
  };
  const [virtualizer] = useState(() => new Virtualizer<HTMLElement, HTMLElement>(options));
  virtualizer.setOptions(options);
  useEffect(() => virtualizer._didMount(), [virtualizer]);
  useLayoutEffect(() => virtualizer._willUpdate());
  const items = virtualizer.getVirtualItems();
  return { items, before: items[0]?.start ?? 0, behind: virtualizer.getTotalSize() - (items.at(-1)?.end ?? 0) };
}

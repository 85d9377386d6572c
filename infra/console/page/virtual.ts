import {
  elementScroll,
  observeElementOffset,
  observeElementRect,
  type VirtualItem,
  Virtualizer,
} from '@tanstack/virtual-core';
import { options as drawing } from 'preact';
import { useEffect, useLayoutEffect, useState } from 'preact/hooks';

/** The rows of a long list to draw, and the height of the list above and below them, in pixels. */
export interface Window {
  readonly items: readonly VirtualItem[];
  readonly before: number;
  readonly behind: number;
}

interface Rows {
  readonly count: number;
  readonly height: number;
  /** The last scroll position of the list. */
  readonly offset: number;
}

/** Draws only the visible rows and a few around them. All rows have the same height. */
export function useWindow(frame: { readonly current: HTMLElement | null }, { count, height, offset }: Rows): Window {
  const [, draw] = useState(0);
  const isPrinted = usePrinting();
  const options = {
    count,
    overscan: isPrinted ? MOST_PRINTED : 12,
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

/** The maximum number of printed rows. */
const MOST_PRINTED = 2_000;

/** Whether the page is being printed. The rows to print must be drawn before the browser continues. */
function usePrinting(): boolean {
  const [isPrinted, setPrinted] = useState(false);
  useEffect(() => {
    const begin = () => drawNow(() => setPrinted(true));
    const end = () => setPrinted(false);
    addEventListener('beforeprint', begin);
    addEventListener('afterprint', end);
    return () => {
      removeEventListener('beforeprint', begin);
      removeEventListener('afterprint', end);
    };
  }, []);
  return isPrinted;
}

/** Makes a change and draws the result before it returns. */
function drawNow(change: () => void): void {
  const usual = drawing.debounceRendering;
  drawing.debounceRendering = (draw) => draw();
  change();
  if (usual) drawing.debounceRendering = usual;
  else delete drawing.debounceRendering;
}

import type { ComponentChildren } from 'preact';
import { go } from './route.ts';

interface LinkProps {
  readonly to: string;
  readonly children: ComponentChildren;
  readonly current?: boolean;
  readonly class?: string;
}

/** A link to another view. Ctrl-click and similar clicks open a new tab as usual. */
export function Link({ to, children, current, class: className }: LinkProps) {
  const follow = (event: MouseEvent) => {
    if (event.button !== 0 || event.metaKey || event.ctrlKey || event.shiftKey || event.altKey) return;
    event.preventDefault();
    go(to);
  };
  return (
    <a href={to} class={className} onClick={follow} aria-current={current ? 'true' : undefined}>
      {children}
    </a>
  );
}

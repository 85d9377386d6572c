import { useState } from 'preact/hooks';

/** Text from a directory. It is isolated, so that it cannot change the direction of the text around it. Long text is cut; on hover all of it is shown. */
export function Data({ text }: { readonly text: string }) {
  return (
    <bdi class="data" title={text}>
      {text}
    </bdi>
  );
}

/** The same, but long text wraps instead of being cut. */
export function WholeData({ text }: { readonly text: string }) {
  return <bdi class="whole">{text}</bdi>;
}

/** A state, shown by a shape and a word. */
export function State({ of }: { readonly of: 'active' | 'disabled' | 'deleted' }) {
  const shape = { active: '●', disabled: '○', deleted: '×' }[of];
  return (
    <span class={`state ${of}`}>
      <span class="shape" aria-hidden="true">
        {shape}
      </span>{' '}
      {of}
    </span>
  );
}

const numbers = new Intl.NumberFormat('en-GB');
/** `20,000`. */
export const formatNumber = (number: number): string => numbers.format(number);

/** `1 change`, `2 changes`. */
export const counted = (count: number, noun: string): string =>
  `${formatNumber(count)} ${noun}${count === 1 ? '' : 's'}`;

/** A command that the reader can copy. */
export function Command({ text }: { readonly text: string }) {
  const [copied, setCopied] = useState(false);
  const copy = async () => {
    await navigator.clipboard.writeText(text);
    setCopied(true);
  };
  return (
    <div class="command">
      <pre>
        <code>{text}</code>
      </pre>
      <button type="button" onClick={copy}>
        {copied ? 'Copied' : 'Copy'}
      </button>
    </div>
  );
}

/** The heading of a view. It gets the focus, so that a screen reader starts there. */
export function Headline({ text }: { readonly text: string }) {
  return (
    <h1 tabIndex={-1} ref={takeFocus}>
      <bdi>{text}</bdi>
    </h1>
  );
}

let isFirst = true;

/** Moves the focus to the heading, except in the first view. */
function takeFocus(heading: HTMLElement | null): void {
  if (heading && !isFirst) heading.focus({ preventScroll: false });
  if (heading) isFirst = false;
}

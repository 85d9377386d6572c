import { useEffect, useRef, useState } from 'preact/hooks';
import uPlot from 'uplot';
import { clockTime, shortDayOf } from './moment.ts';
import { type Kind, kinds, type Period, type Width } from './periods.ts';
import { formatNumber } from './words.tsx';

interface ChartProps {
  readonly periods: readonly Period[];
  readonly width: Width;
}

const HEIGHT = 58;
const AXIS = 28;

/** A strip of bars for each kind of change, on one time axis. Each strip has a scale of its own. */
export function Chart({ periods, width }: ChartProps) {
  const [at, setAt] = useState<number>();
  const pointed = at === undefined ? undefined : periods[at];
  return (
    <div class="chart">
      {kinds.map((kind) => (
        <div class="strip" key={kind}>
          <p class="kind">
            <span>{kind}</span>
            <span class="number">{formatNumber(pointed ? pointed.counts[kind] : total(periods, kind))}</span>
          </p>
          <Strip kind={kind} periods={periods} width={width} isLast={kind === kinds.at(-1)} onPoint={setAt} />
        </div>
      ))}
      <p class="pointed">
        {pointed
          ? nameOf(pointed, width)
          : `Changes per ${width}. The numbers are totals of ${periods.length} ${width}s.`}
      </p>
    </div>
  );
}

const total = (periods: readonly Period[], kind: Kind): number =>
  periods.reduce((sum, { counts }) => sum + counts[kind], 0);

/** The name of a period: its day, and for an hour also the time. */
export const nameOf = ({ start }: Period, width: Width): string =>
  width === 'day' ? shortDayOf(start) : `${shortDayOf(start)}, ${clockTime(start)}`;

interface StripProps extends ChartProps {
  readonly kind: Kind;
  readonly isLast: boolean;
  readonly onPoint: (at: number | undefined) => void;
}

function Strip({ kind, periods, width, isLast, onPoint }: StripProps) {
  const frame = useRef<HTMLDivElement>(null);
  const plot = useRef<uPlot>(undefined);
  const scheme = useColourScheme();
  const data: uPlot.AlignedData = [
    periods.map(({ start }) => start.getTime() / 1000),
    periods.map(({ counts }) => counts[kind]),
  ];

  useEffect(() => {
    const element = frame.current;
    if (!element) return;
    const made = new uPlot(optionsFor(element, { width, isLast, onPoint }), data, element);
    plot.current = made;
    const observer = new ResizeObserver(() => made.setSize({ width: element.clientWidth, height: made.height }));
    observer.observe(element);
    return () => {
      observer.disconnect();
      made.destroy();
    };
  }, [width, scheme]);

  useEffect(() => plot.current?.setData(data));
  const numbers = periods.filter(({ counts }) => counts[kind] > 0);
  const label = `${kind}: ${numbers.length === 0 ? 'none' : numbers.map((one) => `${nameOf(one, width)} ${one.counts[kind]}`).join(', ')}`;
  return <div class="plot" ref={frame} role="img" aria-label={label} />;
}

function optionsFor(
  element: HTMLElement,
  { width, isLast, onPoint }: Pick<StripProps, 'width' | 'isLast' | 'onPoint'>,
): uPlot.Options {
  const style = getComputedStyle(element);
  const colour = (name: string): string => style.getPropertyValue(name).trim();
  const font = `11px ${style.fontFamily}`;
  const axis = { stroke: colour('--quiet'), font, ticks: { show: false }, grid: { show: false } };
  const bars = uPlot.paths.bars?.({ size: [0.7, 18], align: 1 });
  return {
    width: element.clientWidth,
    height: HEIGHT + (isLast ? AXIS : 0),
    padding: [8, 24, isLast ? 0 : 8, 0],
    legend: { show: false },
    cursor: { y: false, drag: { x: false, y: false }, points: { show: false }, sync: { key: 'changes' } },
    scales: {
      x: { time: true, range: (_plot, from, to) => [from, to + (width === 'day' ? 86_400 : 3_600)] },
      y: { range: (_plot, _from, to) => [0, Math.max(1, to)] },
    },
    axes: [
      {
        ...axis,
        show: isLast,
        size: AXIS,
        space: 64,
        values: (_plot, times) => times.map((time) => tickOf(time, width)),
      },
      {
        ...axis,
        size: 40,
        splits: (_plot, _at, _from, to) => [0, to],
        values: (_plot, all) => all.map(formatNumber),
        grid: { show: true, stroke: colour('--line'), width: 1 },
      },
    ],
    series: [
      {},
      {
        fill: colour('--accent'),
        stroke: colour('--accent'),
        width: 0,
        points: { show: false },
        ...(bars && { paths: bars }),
      },
    ],
    hooks: { setCursor: [({ cursor }) => onPoint(cursor.idx ?? undefined)] },
  };
}

function tickOf(seconds: number, width: Width): string {
  const time = new Date(seconds * 1000);
  const isMidnight = time.getHours() === 0 && time.getMinutes() === 0;
  return width === 'day' || isMidnight ? shortDayOf(time) : clockTime(time);
}

const dark = matchMedia('(prefers-color-scheme: dark)');

/** Whether the reader's system uses dark colours. The canvas must be drawn again when that changes. */
function useColourScheme(): boolean {
  const [isDark, setDark] = useState(dark.matches);
  useEffect(() => {
    const read = () => setDark(dark.matches);
    dark.addEventListener('change', read);
    return () => dark.removeEventListener('change', read);
  }, []);
  return isDark;
}

/** The numbers of the chart as a table, newest first, without the periods in which nothing changed. */
export function ChartTable({ periods, width }: ChartProps) {
  const rows = periods.filter(({ counts }) => kinds.some((kind) => counts[kind] > 0)).toReversed();
  return (
    <table class="numbers">
      <caption class="hidden">Changes per {width}</caption>
      <thead>
        <tr>
          <th scope="col">{width === 'day' ? 'Day' : 'Hour'}</th>
          {kinds.map((kind) => (
            <th scope="col" class="number" key={kind}>
              {kind}
            </th>
          ))}
        </tr>
      </thead>
      <tbody>
        {rows.map((period) => (
          <tr key={period.start.getTime()}>
            <th scope="row">{nameOf(period, width)}</th>
            {kinds.map((kind) => (
              <td class="number" key={kind}>
                {formatNumber(period.counts[kind])}
              </td>
            ))}
          </tr>
        ))}
      </tbody>
    </table>
  );
}

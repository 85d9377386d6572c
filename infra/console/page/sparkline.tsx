const BAR = 5;
const GAP = 2;
const HEIGHT = 20;

interface SparklineProps {
  readonly values: readonly number[];
  /** The description for screen readers. */
  readonly label: string;
}

/** A row of bars without axes. A day without changes is a thin line. */
export function Sparkline({ values, label }: SparklineProps) {
  const most = Math.max(1, ...values);
  return (
    <svg class="spark" width={values.length * (BAR + GAP)} height={HEIGHT} role="img" aria-label={label}>
      {values.map((value, at) => {
        const height = value === 0 ? 1 : Math.max(2, Math.round((value / most) * HEIGHT));
        const kind = value === 0 ? 'none' : 'some';
        return <rect key={at} class={kind} x={at * (BAR + GAP)} y={HEIGHT - height} width={BAR} height={height} />;
      })}
    </svg>
  );
}

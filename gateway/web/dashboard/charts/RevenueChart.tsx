import { useMemo, type ReactElement } from "react";
import { count, NONE, tick } from "../format/numbers";
import { bucketName, bucketTick } from "../format/time";
import { Zec, zecText } from "../format/Zec";
import type { Trends } from "../tiles/TrendTile";
import { TimeChart, type Panel } from "./TimeChart";

interface RevenueChartProps {
  trends: Trends;
  zone: string;
  previous: string;
}

type Figures = Trends["series"][number]["current"];

// The height of a line may be a float; every amount that is printed stays the text that the gateway wrote.
const height = (figures: Figures | Trends["series"][number]["previous"]): number | null =>
  figures && Number(figures.revenue.zec);

/** Revenue as an area above, transactions as bars below; the range before as a dashed line and as marks. */
export default function RevenueChart({ trends, zone, previous }: RevenueChartProps): ReactElement {
  const { series, granularity } = trends;
  const panels = useMemo(() => panelsOf(series), [series]);
  const ticks = useMemo(
    () => series.map(({ start }) => bucketTick(start, granularity, zone)),
    [series, granularity, zone],
  );
  const text = (index: number): string => {
    const bucket = series[index];
    if (!bucket) return "";
    const { current, previous: before } = bucket;
    return [
      bucketName(bucket.start, granularity, zone),
      current ? `${zecText(current.revenue.zec)}, ${count(current.transactionCount)} transactions` : "not begun",
      before && `${previous}: ${zecText(before.revenue.zec)}, ${count(before.transactionCount)} transactions`,
    ]
      .filter(Boolean)
      .join(". ");
  };
  const tip = (index: number): ReactElement | null => {
    const bucket = series[index];
    if (!bucket) return null;
    const { start, partial, current, previous: before } = bucket;
    return (
      <>
        <p className="tip-head">
          {bucketName(start, granularity, zone)}
          {partial && current && " · running"}
        </p>
        <dl className="tip-rows">
          <Row series="current" name="Revenue">
            {current ? <Zec amount={current.revenue.zec} /> : NONE}
          </Row>
          <Row series="volume" name="Transactions">
            {current ? count(current.transactionCount) : NONE}
          </Row>
          <Row series="previous" name={previous}>
            {before ? (
              <>
                <Zec amount={before.revenue.zec} /> · {count(before.transactionCount)}
              </>
            ) : (
              NONE
            )}
          </Row>
        </dl>
      </>
    );
  };
  return <TimeChart label="Revenue and transactions over time." panels={panels} ticks={ticks} text={text} tip={tip} />;
}

function Row({ series, name, children }: { series: string; name: string; children: React.ReactNode }): ReactElement {
  return (
    <div data-series={series}>
      <dt>{name}</dt>
      <dd>{children}</dd>
    </div>
  );
}

function panelsOf(series: Trends["series"]): Panel[] {
  const revenue = series.map(({ current }) => height(current));
  const before = series.map(({ previous }) => height(previous));
  const volume = series.map(({ current }) => current && current.transactionCount);
  const volumeBefore = series.map(({ previous }) => previous && previous.transactionCount);
  const running = series.some(({ partial, current }) => partial && current !== null);
  return [
    {
      weight: 0.68,
      domain: [0, most(revenue, before)],
      tick,
      layers: [
        { kind: "line", series: "previous", values: before },
        { kind: "area", series: "current", values: revenue, running },
      ],
    },
    {
      weight: 0.32,
      domain: [0, most(volume, volumeBefore)],
      tick,
      layers: [
        { kind: "bars", series: "volume", values: volume },
        { kind: "marks", series: "previous", values: volumeBefore },
      ],
    },
  ];
}

function most(...of: (number | null)[][]): number {
  return Math.max(...of.flat().map((value) => value ?? 0)) * 1.06 || 1;
}

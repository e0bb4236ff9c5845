import { useMemo, type ReactElement } from "react";
import { count, percent } from "../format/numbers";
import { bucketName, bucketTick } from "../format/time";
import type { SuccessRate } from "../tiles/SuccessTile";
import { TimeChart, type Panel } from "./TimeChart";

/** The rate, and that of first attempts, from just below the lowest of them up to 100 %. */
export default function RateChart({ rate, zone }: { rate: SuccessRate; zone: string }): ReactElement {
  const { series, granularity } = rate;
  const panels = useMemo(() => panelsOf(series), [series]);
  const ticks = useMemo(
    () => series.map(({ start }) => bucketTick(start, granularity, zone)),
    [series, granularity, zone],
  );
  const text = (index: number): string => {
    const bucket = series[index];
    if (!bucket) return "";
    const { figures } = bucket;
    const said = figures
      ? `${percent(figures.successRate)} of ${count(figures.transactionCount)}, at first try ${percent(figures.firstTryRate)}`
      : "not begun";
    return `${bucketName(bucket.start, granularity, zone)}. ${said}`;
  };
  const tip = (index: number): ReactElement | null => {
    const bucket = series[index];
    if (!bucket) return null;
    const { start, partial, figures } = bucket;
    return (
      <>
        <p className="tip-head">
          {bucketName(start, granularity, zone)}
          {partial && figures && " · running"}
        </p>
        <dl className="tip-rows">
          <div data-series="rate">
            <dt>Settled</dt>
            <dd>{percent(figures?.successRate ?? null)}</dd>
          </div>
          <div data-series="first-try">
            <dt>At first try</dt>
            <dd>{percent(figures?.firstTryRate ?? null)}</dd>
          </div>
          <div>
            <dt>Decided</dt>
            <dd>{figures ? count(figures.transactionCount) : "–"}</dd>
          </div>
        </dl>
      </>
    );
  };
  return <TimeChart label="Success rate over time." panels={panels} ticks={ticks} text={text} tip={tip} />;
}

function panelsOf(series: SuccessRate["series"]): Panel[] {
  const rates = series.map(({ figures }) => figures?.successRate ?? null);
  const firstTries = series.map(({ figures }) => figures?.firstTryRate ?? null);
  const running = series.some(({ partial, figures }) => partial && figures !== null);
  const known = [...rates, ...firstTries].filter((rate) => rate !== null);
  const lowest = Math.min(...known, 100);
  // Room for what is there, in tens; a rate of 96 that is drawn from 0 is a flat line.
  const floor = Math.max(0, Math.min(Math.floor((lowest - 1) / 10) * 10, 90));
  return [
    {
      weight: 1,
      domain: [floor, 100],
      tick: (value) => `${value} %`,
      layers: [
        { kind: "line", series: "first-try", values: firstTries },
        { kind: "line", series: "rate", values: rates, running },
      ],
    },
  ];
}

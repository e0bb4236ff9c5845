import { memo, type ReactElement } from "react";
import { TileSuccessRateDocument, type TileSuccessRateQuery } from "../../generated/graphql";
import { lazyChart } from "../charts/lazyChart";
import { useTile } from "../data/useTile";
import { useShown } from "../data/view";
import { count, NONE, percent } from "../format/numbers";
import { bucketName } from "../format/time";
import { granularityOf, rangeInput, rangeLabel } from "../range";
import { Tile } from "./Tile";

export type SuccessRate = NonNullable<NonNullable<TileSuccessRateQuery["merchant"]>["successRate"]>;

const RateChart = lazyChart(() => import("../charts/RateChart"));
const successRate = (data: TileSuccessRateQuery): SuccessRate | null | undefined => data.merchant?.successRate;

export const SuccessTile = memo(function SuccessTile(): ReactElement {
  const { merchantId, range, timezone, zone } = useShown();
  const variables = { merchantId, range: rangeInput(range, zone), granularity: granularityOf(range), timezone };
  const answer = useTile(TileSuccessRateDocument, variables, successRate);
  return (
    <Tile
      name="rate"
      title="Success over time"
      note={rangeLabel(range)}
      answer={answer}
      empty={(shown) => (shown.total.transactionCount === 0 ? "Nothing was decided in this range." : null)}
      table={(shown) => <RateTable rate={shown} zone={zone} />}
    >
      {(shown) => (
        <div className="trend">
          <dl className="legend">
            <div data-series="rate">
              <dt>Settled of decided</dt>
              <dd>{percent(shown.total.successRate)}</dd>
            </div>
            <div data-series="first-try">
              <dt>At first try</dt>
              <dd>{percent(shown.total.firstTryRate)}</dd>
            </div>
          </dl>
          <RateChart rate={shown} zone={zone} />
        </div>
      )}
    </Tile>
  );
});

function RateTable({ rate, zone }: { rate: SuccessRate; zone: string }): ReactElement {
  return (
    <table>
      <thead>
        <tr>
          <th scope="col">From</th>
          <th scope="col">Success</th>
          <th scope="col">First try</th>
          <th scope="col">Decided</th>
          <th scope="col">Settled</th>
        </tr>
      </thead>
      <tbody>
        {rate.series.map(({ start, partial, figures }) => (
          <tr key={start}>
            <th scope="row">
              {bucketName(start, rate.granularity, zone)}
              {partial && figures && " (running)"}
            </th>
            <td>{percent(figures?.successRate ?? null)}</td>
            <td>{percent(figures?.firstTryRate ?? null)}</td>
            <td>{figures ? count(figures.transactionCount) : NONE}</td>
            <td>{figures ? count(figures.settledCount) : NONE}</td>
          </tr>
        ))}
      </tbody>
    </table>
  );
}

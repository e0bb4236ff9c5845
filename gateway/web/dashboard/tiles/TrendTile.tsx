import { memo, type ReactElement } from "react";
import { TileTrendsDocument, type TileTrendsQuery } from "../../generated/graphql";
import { lazyChart } from "../charts/lazyChart";
import { useTile } from "../data/useTile";
import { useShown } from "../data/view";
import { count, NONE } from "../format/numbers";
import { bucketName } from "../format/time";
import { Zec } from "../format/Zec";
import { granularityOf, previousLabel, rangeInput, rangeLabel } from "../range";
import { Change } from "./Change";
import { Tile } from "./Tile";

export type Trends = NonNullable<NonNullable<TileTrendsQuery["merchant"]>["trends"]>;

const RevenueChart = lazyChart(() => import("../charts/RevenueChart"));
const trends = (data: TileTrendsQuery): Trends | null | undefined => data.merchant?.trends;

export const TrendTile = memo(function TrendTile(): ReactElement {
  const { merchantId, range, timezone, zone } = useShown();
  const variables = { merchantId, range: rangeInput(range, zone), granularity: granularityOf(range), timezone };
  const answer = useTile(TileTrendsDocument, variables, trends);
  const previous = previousLabel(range);
  return (
    <Tile
      name="trend"
      title="Revenue and transactions"
      note={`${rangeLabel(range)}, beside ${previous.toLowerCase()}`}
      answer={answer}
      table={(shown) => <TrendTable trends={shown} zone={zone} previous={previous} />}
    >
      {(shown) => (
        <div className="trend">
          <dl className="legend">
            <div data-series="current">
              <dt>Revenue, ZEC</dt>
              <dd>
                {shown.total.revenue.current ? <Zec amount={shown.total.revenue.current.zec} /> : NONE}{" "}
                <Change of={shown.total.revenue} />
              </dd>
            </div>
            <div data-series="volume">
              <dt>Transactions</dt>
              <dd>
                {count(shown.total.transactions.current)} <Change of={shown.total.transactions} />
              </dd>
            </div>
            <div data-series="previous">
              <dt>{previous}</dt>
              <dd>
                {shown.total.revenue.previous ? <Zec amount={shown.total.revenue.previous.zec} /> : NONE} ·{" "}
                {count(shown.total.transactions.previous)}
              </dd>
            </div>
          </dl>
          <RevenueChart trends={shown} zone={zone} previous={previous} />
        </div>
      )}
    </Tile>
  );
});

function TrendTable({ trends, zone, previous }: { trends: Trends; zone: string; previous: string }): ReactElement {
  return (
    <table>
      <thead>
        <tr>
          <th scope="col">From</th>
          <th scope="col">Revenue, ZEC</th>
          <th scope="col">{previous}, ZEC</th>
          <th scope="col">Transactions</th>
          <th scope="col">{previous}</th>
        </tr>
      </thead>
      <tbody>
        {trends.series.map(({ start, partial, current, previous }) => (
          <tr key={start}>
            <th scope="row">
              {bucketName(start, trends.granularity, zone)}
              {partial && current && " (running)"}
            </th>
            <td>{current ? <Zec amount={current.revenue.zec} /> : NONE}</td>
            <td>{previous ? <Zec amount={previous.revenue.zec} /> : NONE}</td>
            <td>{current ? count(current.transactionCount) : NONE}</td>
            <td>{previous ? count(previous.transactionCount) : NONE}</td>
          </tr>
        ))}
      </tbody>
    </table>
  );
}

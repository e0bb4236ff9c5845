import { memo, type ReactElement } from "react";
import { TilePeakTimesDocument, type TilePeakTimesQuery } from "../../generated/graphql";
import { lazyChart } from "../charts/lazyChart";
import { useTile } from "../data/useTile";
import { useShown } from "../data/view";
import { count, NONE, tick } from "../format/numbers";
import { WEEKDAYS } from "../format/time";
import { Zec } from "../format/Zec";
import { lastDays, MOST_DAYS_BY_HOUR, rangeInput, rangeLabel } from "../range";
import { Tile } from "./Tile";

export type PeakHours = NonNullable<NonNullable<TilePeakTimesQuery["merchant"]>["peakTimes"]>["byWeekdayAndHour"];

const HeatMap = lazyChart(() => import("../charts/HeatMap"));
const hours = (data: TilePeakTimesQuery): PeakHours | null | undefined => data.merchant?.peakTimes?.byWeekdayAndHour;

export const PeakTile = memo(function PeakTile(): ReactElement {
  const { merchantId, range, timezone, zone } = useShown();
  const told = lastDays(range, MOST_DAYS_BY_HOUR, zone);
  const answer = useTile(TilePeakTimesDocument, { merchantId, range: rangeInput(told, zone), timezone }, hours);
  const days = told === range ? rangeLabel(range) : `${rangeLabel(told)}, at most ${MOST_DAYS_BY_HOUR} days`;
  return (
    <Tile
      name="peak"
      title="Peak times"
      note={`${days}: transactions per hour, on average, by the clock in ${zone}`}
      answer={answer}
      empty={(shown) =>
        shown.every((each) => each.transactionCount === 0) ? "Nothing was decided in this range." : null
      }
      table={(shown) => <PeakTable hours={shown} />}
    >
      {(shown) => <HeatMap hours={shown} />}
    </Tile>
  );
});

function PeakTable({ hours }: { hours: PeakHours }): ReactElement {
  return (
    <table>
      <thead>
        <tr>
          <th scope="col">Hour</th>
          <th scope="col">Per hour</th>
          <th scope="col">Transactions</th>
          <th scope="col">Times</th>
          <th scope="col">Revenue, ZEC</th>
        </tr>
      </thead>
      <tbody>
        {hours.map((each) => (
          <tr key={`${each.weekday} ${each.hour}`}>
            <th scope="row">
              {WEEKDAYS[(each.weekday ?? 1) - 1]} {String(each.hour).padStart(2, "0")}:00
            </th>
            <td>{each.averageTransactions === null ? NONE : tick(each.averageTransactions)}</td>
            <td>{count(each.transactionCount)}</td>
            <td>{count(each.occurrenceCount)}</td>
            <td>
              <Zec amount={each.revenue.zec} />
            </td>
          </tr>
        ))}
      </tbody>
    </table>
  );
}

import { memo, type ReactElement } from "react";
import { TileLatencyDocument, type TileLatencyQuery } from "../../generated/graphql";
import { lazyChart } from "../charts/lazyChart";
import { useTile } from "../data/useTile";
import { useShown } from "../data/view";
import { count, duration, percent } from "../format/numbers";
import { stepName } from "../format/words";
import { rangeInput, rangeLabel } from "../range";
import { Tile } from "./Tile";

export type Steps = NonNullable<NonNullable<TileLatencyQuery["merchant"]>["latency"]>["steps"];

const LatencyChart = lazyChart(() => import("../charts/LatencyChart"));
const steps = (data: TileLatencyQuery): Steps | null | undefined =>
  data.merchant?.latency?.steps.filter((step) => step.sinceCreated.count > 0);

export const LatencyTile = memo(function LatencyTile(): ReactElement {
  const { merchantId, range, timezone, zone } = useShown();
  const answer = useTile(TileLatencyDocument, { merchantId, range: rangeInput(range, zone), timezone }, steps);
  return (
    <Tile
      name="latency"
      title="Time to each step"
      note={`${rangeLabel(range)}: since the payment was created`}
      answer={answer}
      empty={(shown) => (shown.length === 0 ? "No step told how long it took in this range." : null)}
      table={(shown) => <LatencyTable steps={shown} />}
    >
      {(shown) => <LatencyChart steps={shown} />}
    </Tile>
  );
});

function LatencyTable({ steps }: { steps: Steps }): ReactElement {
  return (
    <table>
      <thead>
        <tr>
          <th scope="col">Step</th>
          <th scope="col">Median</th>
          <th scope="col">95 %</th>
          <th scope="col">99 %</th>
          <th scope="col">Mean</th>
          <th scope="col">Told</th>
        </tr>
      </thead>
      <tbody>
        {steps.map(({ step, sinceCreated: took }) => (
          <tr key={step}>
            <th scope="row">{stepName(step)}</th>
            <td>{duration(took.medianMs)}</td>
            <td>{duration(took.p95Ms)}</td>
            <td>{duration(took.p99Ms)}</td>
            <td>{duration(took.averageMs)}</td>
            <td title={`${percent(took.coverage)} of them told`}>{count(took.count)}</td>
          </tr>
        ))}
      </tbody>
    </table>
  );
}

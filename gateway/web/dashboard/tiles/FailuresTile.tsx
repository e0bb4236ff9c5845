import { memo, type ReactElement } from "react";
import { TileFailuresDocument, type TileFailuresQuery } from "../../generated/graphql";
import { useTile } from "../data/useTile";
import { useShown } from "../data/view";
import { count, percent, share } from "../format/numbers";
import { sentence } from "../format/words";
import { rangeInput, rangeLabel } from "../range";
import { InBar } from "./InBar";
import { Tile } from "./Tile";

type Failures = NonNullable<NonNullable<TileFailuresQuery["merchant"]>["failures"]>;

const failures = (data: TileFailuresQuery): Failures | null | undefined => data.merchant?.failures;

export const FailuresTile = memo(function FailuresTile(): ReactElement {
  const { merchantId, range, timezone, zone } = useShown();
  const answer = useTile(TileFailuresDocument, { merchantId, range: rangeInput(range, zone), timezone }, failures);
  return (
    <Tile
      name="failures"
      title="Why attempts fail"
      note={rangeLabel(range)}
      answer={answer}
      empty={(shown) => (shown.failedCount === 0 ? "No attempt failed in this range." : null)}
    >
      {({ failedCount, failureRate, reasons }) => (
        <div className="tile-table" tabIndex={0} role="region" aria-label="Failure reasons">
          <table className="bars">
            <caption>
              {count(failedCount)} failed; failed or expired: {percent(failureRate)} of all decided
            </caption>
            <thead className="sr-only">
              <tr>
                <th scope="col">Reason</th>
                <th scope="col">Attempts</th>
                <th scope="col">Share</th>
              </tr>
            </thead>
            <tbody>
              {reasons.map((reason) => (
                <tr key={reason.code}>
                  <th scope="row">
                    <InBar part={reason.failedCount / (reasons[0]?.failedCount ?? 1)} series="failure">
                      <span title={reason.code}>{sentence(reason.code)}</span>
                    </InBar>
                  </th>
                  <td>{count(reason.failedCount)}</td>
                  <td className="quiet">{share(reason.share)}</td>
                </tr>
              ))}
            </tbody>
          </table>
        </div>
      )}
    </Tile>
  );
});

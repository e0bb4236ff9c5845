import { memo, type ReactElement } from "react";
import { TileResourcesDocument, type TileResourcesQuery } from "../../generated/graphql";
import { useTile } from "../data/useTile";
import { useShown } from "../data/view";
import { count, percent } from "../format/numbers";
import { Zec } from "../format/Zec";
import { rangeInput, rangeLabel } from "../range";
import { InBar } from "./InBar";
import { Tile } from "./Tile";

type Resources = NonNullable<NonNullable<TileResourcesQuery["merchant"]>["resources"]>;

const FIRST = 10;
const resources = (data: TileResourcesQuery): Resources | null | undefined => data.merchant?.resources;

export const ResourcesTile = memo(function ResourcesTile(): ReactElement {
  const { merchantId, range, timezone, zone } = useShown();
  const variables = { merchantId, range: rangeInput(range, zone), first: FIRST, timezone };
  const answer = useTile(TileResourcesDocument, variables, resources);
  return (
    <Tile
      name="resources"
      title="Top resources"
      note={`${rangeLabel(range)}${answer.shown ? `, by revenue, of ${count(answer.shown.resourceCount)}` : ""}`}
      answer={answer}
      empty={(shown) => (shown.resources.length === 0 ? "No resource was asked for in this range." : null)}
    >
      {(shown) => (
        <div className="tile-table" tabIndex={0} role="region" aria-label="Top resources, table">
          <ResourceTable resources={shown.resources} />
        </div>
      )}
    </Tile>
  );
});

function ResourceTable({ resources }: { resources: Resources["resources"] }): ReactElement {
  // For the bars' lengths alone: nothing is printed from it.
  const longest = Math.max(...resources.map((each) => Number(each.revenue.zec)), Number.MIN_VALUE);
  return (
    <table className="bars">
      <thead>
        <tr>
          <th scope="col">Resource</th>
          <th scope="col">Revenue, ZEC</th>
          <th scope="col">Settled</th>
          <th scope="col" className="roomy" title="Paid requests per request answered with 402">
            Conversion
          </th>
        </tr>
      </thead>
      <tbody>
        {resources.map((each) => (
          <tr key={each.resource}>
            <th scope="row">
              <InBar part={Number(each.revenue.zec) / longest} series="revenue">
                {each.resource ?? "Not told"}
              </InBar>
            </th>
            <td>
              <Zec amount={each.revenue.zec} />
            </td>
            <td>{count(each.settledCount)}</td>
            <td className="roomy">{percent(each.conversionRate)}</td>
          </tr>
        ))}
      </tbody>
    </table>
  );
}

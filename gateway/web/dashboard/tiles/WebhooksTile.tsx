import { memo, type ReactElement } from "react";
import { TileWebhooksDocument, type TileWebhooksQuery } from "../../generated/graphql";
import { useTile } from "../data/useTile";
import { useShown } from "../data/view";
import { compact, count, duration, percent } from "../format/numbers";
import { rangeInput, rangeLabel } from "../range";
import { Tile } from "./Tile";

type Webhooks = NonNullable<NonNullable<TileWebhooksQuery["merchant"]>["webhooks"]>;

const webhooks = (data: TileWebhooksQuery): Webhooks | null | undefined => data.merchant?.webhooks;

export const WebhooksTile = memo(function WebhooksTile(): ReactElement {
  const { merchantId, range, timezone, zone } = useShown();
  const answer = useTile(TileWebhooksDocument, { merchantId, range: rangeInput(range, zone), timezone }, webhooks);
  return (
    <Tile
      name="webhooks"
      title="Webhooks"
      note={`${rangeLabel(range)}: attempts to deliver`}
      answer={answer}
      empty={(shown) => (shown.total.attemptCount === 0 ? "No webhook was sent in this range." : null)}
    >
      {({ total, byEndpoint }) => (
        <>
          <dl className="now-open">
            <Stat name="Delivered" value={percent(total.successRate)} />
            <Stat name="At first try" value={percent(total.firstTryRate)} />
            <Stat name="95 % within" value={duration(total.deliveryTime.p95Ms)} />
            <Stat name="Attempts" value={compact(total.attemptCount)} />
          </dl>
          <div className="tile-table" tabIndex={0} role="region" aria-label="Webhook endpoints">
            <Endpoints endpoints={byEndpoint} />
          </div>
        </>
      )}
    </Tile>
  );
});

function Stat({ name, value }: { name: string; value: string }): ReactElement {
  return (
    <div>
      <dt>{name}</dt>
      <dd>{value}</dd>
    </div>
  );
}

function Endpoints({ endpoints }: { endpoints: Webhooks["byEndpoint"] }): ReactElement {
  return (
    <table className="bars">
      <thead>
        <tr>
          <th scope="col">Endpoint</th>
          <th scope="col">Attempts</th>
          <th scope="col">Delivered</th>
          <th scope="col">95 %</th>
        </tr>
      </thead>
      <tbody>
        {endpoints.map(({ name, figures }) => (
          <tr key={name}>
            <th scope="row" title={name}>
              {name.replace(/^https?:\/\//, "")}
            </th>
            <td>{count(figures.attemptCount)}</td>
            <td data-trouble={(figures.successRate ?? 100) < 90 || undefined}>{percent(figures.successRate)}</td>
            <td>{duration(figures.deliveryTime.p95Ms)}</td>
          </tr>
        ))}
      </tbody>
    </table>
  );
}

import { memo, type ReactElement } from "react";
import { TilePaymentMethodsDocument, type TilePaymentMethodsQuery } from "../../generated/graphql";
import { useTile } from "../data/useTile";
import { useShown } from "../data/view";
import { count, percent, share } from "../format/numbers";
import { methodName } from "../format/words";
import { Zec } from "../format/Zec";
import { rangeInput, rangeLabel } from "../range";
import { Tile } from "./Tile";

type Methods = NonNullable<NonNullable<TilePaymentMethodsQuery["merchant"]>["paymentMethods"]>["methods"];

const methods = (data: TilePaymentMethodsQuery): Methods | null | undefined => data.merchant?.paymentMethods?.methods;

export const MethodsTile = memo(function MethodsTile(): ReactElement {
  const { merchantId, range, timezone, zone } = useShown();
  const answer = useTile(TilePaymentMethodsDocument, { merchantId, range: rangeInput(range, zone), timezone }, methods);
  return (
    <Tile
      name="methods"
      title="Payment methods"
      note={rangeLabel(range)}
      answer={answer}
      empty={(shown) => (shown.every((each) => each.transactionCount === 0) ? "No payment in this range." : null)}
    >
      {(shown) => <Shares methods={shown.filter((each) => each.transactionCount > 0)} />}
    </Tile>
  );
});

function Shares({ methods }: { methods: Methods }): ReactElement {
  return (
    <>
      <div className="shares" aria-hidden="true">
        {methods.map((each) => (
          <span key={each.method} data-series={each.method ?? "NONE"} style={{ flexGrow: each.share }} />
        ))}
      </div>
      <ul className="methods" tabIndex={0} aria-label="Payment methods">
        {methods.map((each) => (
          <li key={each.method} data-series={each.method ?? "NONE"}>
            <span className="methods-name">{methodName(each.method)}</span>
            <span className="methods-share">{share(each.share)}</span>
            <Zec amount={each.revenue.zec} unit />
            <span className="methods-detail">
              {count(each.settledCount)} settled, {percent(each.successRate)} of decided
            </span>
          </li>
        ))}
      </ul>
    </>
  );
}

import { memo, useRef, useState, type ReactElement } from "react";
import { BoardRealtimeDocument, type BoardNowFragment } from "../../generated/graphql";
import { useNow } from "../data/useNow";
import { useShown } from "../data/view";
import { clock } from "../format/time";
import { methodName } from "../format/words";
import { Zec } from "../format/Zec";
import { Tile } from "./Tile";

type Payment = NonNullable<BoardNowFragment["recentPayments"]>[number];

const latest = ({ recentPayments }: BoardNowFragment): Payment[] | null => recentPayments;

/** The payments that settled last, as they come; it can be held still. */
export const FeedTile = memo(function FeedTile(): ReactElement {
  const { merchantId, zone } = useShown();
  const answer = useNow(latest);
  const [held, setHeld] = useState<Payment[] | null>(null);
  const operation = { document: BoardRealtimeDocument.toString(), variables: { merchantId } };
  return (
    <Tile
      name="feed"
      title="Latest payments"
      note={held ? "Held still" : "As they settle"}
      answer={answer}
      operation={operation}
      empty={(shown) => (shown.length === 0 ? "No payment has settled yet." : null)}
      actions={
        <button
          type="button"
          className="way"
          aria-pressed={held !== null}
          aria-label="Hold the latest payments still"
          title={held ? "Go on" : "Hold still"}
          onClick={() => setHeld(held ? null : answer.shown)}
        >
          <svg viewBox="0 0 24 24" aria-hidden="true" className="icon">
            <path d={held ? "M8 5.5v13l10-6.5z" : "M9 6v12M15 6v12"} />
          </svg>
        </button>
      }
    >
      {(shown) => <Feed payments={held ?? shown} zone={zone} />}
    </Tile>
  );
});

function Feed({ payments, zone }: { payments: Payment[]; zone: string }): ReactElement {
  const first = useRef<Set<string> | null>(null);
  // What was there at the beginning did not just happen, and is not lit up.
  first.current ??= new Set(payments.map((payment) => payment.paymentId));
  return (
    <ol className="feed">
      {payments.map((payment) => (
        <FeedRow key={payment.paymentId} payment={payment} zone={zone} fresh={!first.current?.has(payment.paymentId)} />
      ))}
    </ol>
  );
}

interface FeedRowProps {
  payment: Payment;
  zone: string;
  fresh: boolean;
}

const FeedRow = memo(function FeedRow({ payment, zone, fresh }: FeedRowProps): ReactElement {
  const about = [methodName(payment.method), payment.country, payment.state === "REFUNDED" && "refunded"];
  return (
    <li className={fresh ? "feed-row fresh-row" : "feed-row"} data-payment={payment.paymentId}>
      <time dateTime={payment.settledAt}>{clock(payment.settledAt, zone)}</time>
      <span className="feed-what">
        <span className="feed-resource">{payment.resource ?? "No resource told"}</span>
        <small>{about.filter(Boolean).join(" · ")}</small>
      </span>
      <Zec amount={payment.amount.zec} />
    </li>
  );
});

import { memo, useRef, useState, type ReactElement } from "react";
import type { BoardFeedSubscription } from "../../generated/graphql";
import { useFeed } from "../data/useFeed";
import { useShown } from "../data/view";
import { NONE } from "../format/numbers";
import { clock } from "../format/time";
import { methodName, sentence, stepName } from "../format/words";
import { Zec } from "../format/Zec";
import { Tile } from "./Tile";

export type Step = BoardFeedSubscription["paymentFeed"]["steps"][number];

/** Each step of each payment as it happens; it can be held still. */
export const FeedTile = memo(function FeedTile(): ReactElement {
  const { merchantId, zone } = useShown();
  const answer = useFeed(merchantId);
  const [held, setHeld] = useState<Step[] | null>(null);
  return (
    <Tile
      name="feed"
      title="Payments, live"
      note={held ? "Held still" : "Step by step, as they happen"}
      answer={answer}
      empty={(shown) => (shown.length === 0 ? "No payment has happened yet." : null)}
      actions={<Hold held={held !== null} onHold={(hold) => setHeld(hold ? answer.shown : null)} />}
    >
      {(shown) => <Feed steps={held ?? shown} zone={zone} />}
    </Tile>
  );
});

function Hold({ held, onHold }: { held: boolean; onHold: (hold: boolean) => void }): ReactElement {
  return (
    <button
      type="button"
      className="way"
      aria-pressed={held}
      aria-label="Hold the payments still"
      title={held ? "Go on" : "Hold still"}
      onClick={() => onHold(!held)}
    >
      <svg viewBox="0 0 24 24" aria-hidden="true" className="icon">
        <path d={held ? "M8 5.5v13l10-6.5z" : "M9 6v12M15 6v12"} />
      </svg>
    </button>
  );
}

function Feed({ steps, zone }: { steps: Step[]; zone: string }): ReactElement {
  const first = useRef<Set<string> | null>(null);
  // What was there at the beginning did not just happen, and is not lit up.
  first.current ??= new Set(steps.map(({ event }) => event.eventId));
  return (
    <ol className="feed" tabIndex={0} aria-label="Payments, newest first">
      {steps.map((step) => (
        <FeedRow key={step.event.eventId} step={step} zone={zone} fresh={!first.current?.has(step.event.eventId)} />
      ))}
    </ol>
  );
}

interface FeedRowProps {
  step: Step;
  zone: string;
  fresh: boolean;
}

const FeedRow = memo(function FeedRow({ step: { event, payment }, zone, fresh }: FeedRowProps): ReactElement {
  const why = event.failureCode && sentence(event.failureCode);
  const about = [why, payment.method && methodName(payment.method), payment.country].filter(Boolean);
  const amount = event.amount ?? payment.amount;
  return (
    <li className={fresh ? "feed-row fresh-row" : "feed-row"} data-payment={payment.paymentId}>
      <time dateTime={event.occurredAt}>{clock(event.occurredAt, zone)}</time>
      <span className="feed-what">
        <span className="feed-resource">{payment.resource ?? "No resource told"}</span>
        <small>{about.join(" · ") || NONE}</small>
      </span>
      <span className="feed-amount">
        {amount ? <Zec amount={amount.zec} /> : NONE}
        <small data-step={event.type}>{stepName(event.type)}</small>
      </span>
    </li>
  );
});

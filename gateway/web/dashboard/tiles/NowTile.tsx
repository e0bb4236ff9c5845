import { memo, type ReactElement } from "react";
import { BoardRealtimeDocument, type BoardNowFragment } from "../../generated/graphql";
import { useNow } from "../data/useNow";
import { useShown } from "../data/view";
import { compact, count, NONE, percent } from "../format/numbers";
import { wallTime } from "../format/time";
import { Zec } from "../format/Zec";
import { Tile } from "./Tile";

interface Parts {
  hour: BoardNowFragment["currentHour"];
  today: BoardNowFragment["today"];
  live: BoardNowFragment["live"];
}

const parts = ({ currentHour, today, live }: BoardNowFragment): Parts => ({ hour: currentHour, today, live });

/** What is going on this very moment. */
export const NowTile = memo(function NowTile(): ReactElement {
  const { merchantId, zone } = useShown();
  const answer = useNow(parts);
  const operation = { document: BoardRealtimeDocument.toString(), variables: { merchantId } };
  return (
    <Tile name="now" title="Right now" answer={answer} operation={operation} note="Open payments, and the running hour">
      {({ hour, today, live }) => (
        <>
          <dl className="now-open">
            <Stat name="Pending" value={live && compact(live.pendingTransactions)} />
            <Stat name="Verifying" value={live && compact(live.activeVerifications)} />
            <Stat name="Stale" value={live && compact(live.staleTransactions)} title="Open longer than they may be" />
          </dl>
          <dl className="now-rows">
            <div>
              <dt>Since {hour ? wallTime(hour.window.start, zone) : "the hour"}</dt>
              <dd>{hour ? <Zec amount={hour.revenue.zec} unit /> : NONE}</dd>
            </div>
            <div>
              <dt>Decided, of which settled</dt>
              <dd>
                {hour ? count(hour.transactionCount) : NONE}
                {hour?.successRate != null && `, ${percent(hour.successRate)}`}
              </dd>
            </div>
            <div>
              <dt>Payers today</dt>
              <dd title="Shielded payers are unknown and never counted as one">
                {today?.uniquePayers == null ? NONE : count(today.uniquePayers)}
                <span className="quiet"> + {count(today?.anonymousPayments ?? 0)} unknown payments</span>
              </dd>
            </div>
          </dl>
        </>
      )}
    </Tile>
  );
});

function Stat({ name, value, title }: { name: string; value: string | null; title?: string }): ReactElement {
  return (
    <div title={title}>
      <dt>{name}</dt>
      <dd>{value ?? NONE}</dd>
    </div>
  );
}

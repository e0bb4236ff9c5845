import { useEffect, useState, type ReactElement } from "react";
import type { Merchant } from "../Board";
import type { AskError } from "../data/ask";
import { useLiveState, type Connection } from "../data/live";
import { useNow } from "../data/useNow";
import type { Answer } from "../data/useTile";
import { ago, clock } from "../format/time";

const WORDS: Record<Connection, { tone: string; word: string; title: string }> = {
  live: { tone: "good", word: "Live", title: "Figures are pushed as payments happen." },
  connecting: { tone: "busy", word: "Connecting", title: "Opening the live connection." },
  polling: {
    tone: "busy",
    word: "Polling",
    title: "The live connection cannot be had; the page asks every few seconds and goes on trying.",
  },
  lost: { tone: "bad", word: "Reconnecting", title: "The live connection was lost; it is being made again." },
  ended: { tone: "bad", word: "Ended", title: "The gateway closed the live connection: the token has ended." },
};

/** Whether the page is live, and how old what it shows is; always in sight. */
export function Freshness({ merchant, zone }: { merchant: Merchant | null; zone: string }): ReactElement {
  const { connection } = useLiveState();
  return (
    <div className="fresh" data-connection={connection}>
      {merchant ? <Known zone={zone} /> : <State error={null} />}
    </div>
  );
}

function Known({ zone }: { zone: string }): ReactElement {
  const answer = useNow(ageParts);
  return (
    <>
      <State error={answer.error} />
      <Age answer={answer} zone={zone} />
    </>
  );
}

/** What is pushed may be silent while the answers by HTTP say why, as without PostgreSQL: both are told. */
function State({ error: asked }: { error: AskError | null }): ReactElement {
  const { connection, error: told } = useLiveState();
  const { tone, word, title } = WORDS[connection];
  const error = told ?? asked;
  return (
    <span className="fresh-state" role="status" data-tone={error ? "bad" : tone} title={error?.message ?? title}>
      <i className="dot" aria-hidden="true" />
      {word}
      {error && <code>{error.code}</code>}
    </span>
  );
}

interface AsOf {
  asOf: string | null;
  computedAt: string;
}

const ageParts = (now: AsOf): AsOf => now;
/** The gateway speaks every 30 s at least, also where nothing happened. */
const SILENT_AFTER_MS = 90_000;

function Age({ answer: { shown, at }, zone }: { answer: Answer<AsOf>; zone: string }): ReactElement {
  const now = useSeconds();
  if (!shown) return <span className="fresh-age">No data yet</span>;
  const asOf = shown.asOf ?? shown.computedAt;
  // Only differences of one clock are taken: the gateway's own, and this browser's.
  const age = now - at + (Date.parse(shown.computedAt) - Date.parse(asOf));
  return (
    <span className="fresh-age" data-old={now - at > SILENT_AFTER_MS || undefined}>
      <span className="wide-only">Data as of </span>
      <time dateTime={asOf}>{clock(asOf, zone)}</time>
      <span aria-hidden="true"> · </span>
      <span className="fresh-ago">{ago(age)} ago</span>
    </span>
  );
}

function useSeconds(): number {
  const [now, setNow] = useState(Date.now);
  useEffect(() => {
    const timer = setInterval(() => setNow(Date.now()), 1_000);
    return () => clearInterval(timer);
  }, []);
  return now;
}

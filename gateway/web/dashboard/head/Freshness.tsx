import { useEffect, useState, type ReactElement } from "react";
import type { Merchant } from "../Board";
import { useLiveState, type Connection } from "../data/live";
import { useNow } from "../data/useNow";
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
  const live = useLiveState();
  const { tone, word, title } = WORDS[live.connection];
  return (
    <div className="fresh" data-connection={live.connection}>
      <span className="fresh-state" role="status" data-tone={tone} title={title}>
        <i className="dot" aria-hidden="true" />
        {word}
        {live.error && <code>{live.error.code}</code>}
      </span>
      {merchant && <Age zone={zone} />}
    </div>
  );
}

const ageParts = (now: { asOf: string | null; computedAt: string }): { asOf: string | null; computedAt: string } => now;
/** The gateway speaks every 30 s at least, also where nothing happened. */
const SILENT_AFTER_MS = 90_000;

function Age({ zone }: { zone: string }): ReactElement {
  const { shown, at, error } = useNow(ageParts);
  const now = useSeconds();
  if (!shown) return <span className="fresh-age">{error ? <code>{error.code}</code> : "No data yet"}</span>;
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

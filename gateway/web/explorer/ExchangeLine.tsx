import { formatShortcutForOS, KEY_MAP, useGraphiQL } from "@graphiql/react";
import { useEffect, useState, type ReactElement } from "react";
import type { Exchange } from "./fetcher";

/** One line under the response: status, time and size of the last answer, or how often a subscription has spoken. */
export function ExchangeLine({ exchange }: { exchange: Exchange | null }): ReactElement {
  const tab = useGraphiQL((state) => state.tabs[state.activeTabIndex]?.id);
  const [shown, setShown] = useState<{ exchange: Exchange; tab: string | undefined } | null>(null);
  useEffect(() => {
    if (exchange) setShown({ exchange, tab });
    // Only a new exchange belongs to the tab that is open now; changing tabs must not move it along.
  }, [exchange]);
  const text = shown && shown.tab === tab ? describe(shown.exchange) : hint();
  return <p className="exchange">{text}</p>;
}

function hint(): string {
  return `${formatShortcutForOS(KEY_MAP.runQuery.key, "Cmd")} runs the operation; the answer appears above.`;
}

function describe(exchange: Exchange): string {
  switch (exchange.kind) {
    case "answer":
      return `HTTP ${exchange.status} · ${Math.round(exchange.milliseconds)} ms · ${size(exchange.bytes)}`;
    case "silence":
      return "No answer from the gateway.";
    case "event":
      return `${exchange.count} ${exchange.count === 1 ? "update" : "updates"} · last at ${exchange.at.toLocaleTimeString()}`;
  }
}

function size(bytes: number): string {
  return bytes < 1000 ? `${bytes} B` : `${(bytes / 1000).toFixed(1)} kB`;
}

import type { Client } from "graphql-ws";
import { useEffect, useMemo, useState } from "react";
import { liveClient, type LiveState } from "../shared/live";

/** A running subscription is restarted on the new client first; only then may the old one close. */
const DISPOSE_AFTER_MS = 1_000;

/** The live client of this token and its state. Losing it is a reason to ask again whether the token still holds. */
export function useLive(token: string, onLost: () => void): [Client, LiveState] {
  const [latest, setLatest] = useState<{ of: object; state: LiveState } | null>(null);
  const current = useMemo(() => {
    // A client that was replaced still closes its socket, which must not pass for the state of the new one.
    const onState = (state: LiveState): void => {
      if (!self.replaced) setLatest({ of: self, state });
    };
    const self = { replaced: false, client: liveClient(token, onState) };
    return self;
  }, [token]);
  useEffect(
    () => () => {
      current.replaced = true;
      setTimeout(() => void current.client.dispose(), DISPOSE_AFTER_MS);
    },
    [current],
  );

  const state = latest?.of === current ? latest.state : "idle";
  useEffect(() => {
    if (state === "lost" || state === "ended") onLost();
  }, [state, onLost]);
  return [current.client, state];
}

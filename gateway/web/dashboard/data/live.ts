/** The live connection: one socket per token, one subscription per merchant, put into the same cache as the answers. */
import type { Client } from "graphql-ws";
import type { QueryClient } from "@tanstack/react-query";
import { createContext, use, useEffect, useMemo, useState } from "react";
import {
  BoardRealtimeDocument,
  TileNowDocument,
  type BoardRealtimeSubscription,
  type TileNowQuery,
} from "../../generated/graphql";
import type { GraphQLFault } from "../../shared/graphql";
import { liveClient, type LiveState } from "../../shared/live";
import { askError, operationName, type AskError } from "./ask";
import { Refresher } from "./refresh";
import { useSession } from "./session";
import { tileKey, useAnswers } from "./useTile";

/** `polling`: no socket can be had, so the page asks every few seconds. */
export type Connection = "connecting" | "live" | "polling" | "lost" | "ended";

export interface Live {
  connection: Connection;
  /** Why the subscription has nothing to say, where the gateway told. */
  error: AskError | null;
}

const RESUBSCRIBE_AFTER_MS = 2_000;
const POLL_AFTER_MS = 6_000;

export const LiveContext = createContext<Live>({ connection: "connecting", error: null });
export const useLiveState = (): Live => use(LiveContext);

/** Watches a merchant for as long as it is shown. */
export function useLive(merchantId: string | null): Live {
  const { token, lookAgain } = useSession();
  const answers = useAnswers();
  const [socket, setSocket] = useState<LiveState>("idle");
  const [error, setError] = useState<AskError | null>(null);
  const refresher = useMemo(() => new Refresher(answers), [answers]);

  const [client, setClient] = useState<Client | null>(null);
  useEffect(() => {
    let replaced = false;
    const made = liveClient(token, (state) => void (replaced || setSocket(state)));
    setClient(made);
    return () => {
      replaced = true;
      void made.dispose();
    };
  }, [token]);

  useEffect(() => {
    if (!client || merchantId === null) return;
    setError(null);
    const stop = watch(client, merchantId, {
      next: (data) => {
        setError(null);
        if (keep(answers, merchantId, data)) refresher.event();
      },
      fault: setError,
    });
    return () => {
      stop();
      refresher.stop();
    };
  }, [client, merchantId, answers, refresher]);

  const lost = socket === "lost" || socket === "ended";
  useEffect(() => {
    if (lost) lookAgain();
    // Coming back: what happened meanwhile was told to nobody here.
    return lost ? () => refresher.everything() : undefined;
  }, [lost, lookAgain, refresher]);
  return { connection: useConnection(socket), error };
}

interface Watcher {
  next: (data: BoardRealtimeSubscription) => void;
  fault: (error: AskError) => void;
}

/** Subscribes, and again whenever the subscription ends by itself: it is wanted until it is stopped. */
function watch(client: Client, merchantId: string, watcher: Watcher): () => void {
  let wanted = true;
  let end = (): void => undefined;
  let timer: ReturnType<typeof setTimeout> | undefined;
  const again = (): void => {
    if (wanted) timer = setTimeout(start, RESUBSCRIBE_AFTER_MS);
  };
  const query = BoardRealtimeDocument.toString();
  const request = { query, operationName: operationName(query), variables: { merchantId } };
  const start = (): void => {
    end = client.subscribe<BoardRealtimeSubscription>(request, {
      next: ({ data, errors }) => {
        const fault = errors?.[0];
        if (!wanted) return;
        if (fault) watcher.fault(askError(fault as unknown as GraphQLFault));
        else if (data) watcher.next(data);
      },
      error: (reason) => {
        const fault = Array.isArray(reason) ? (reason[0] as GraphQLFault | undefined) : undefined;
        if (fault && wanted) watcher.fault(askError(fault));
        again();
      },
      complete: again,
    });
  };
  start();
  return () => {
    wanted = false;
    clearTimeout(timer);
    end();
  };
}

/** Keeps what came as the answer to the same question by HTTP; tells whether anything happened at the merchant. */
function keep(answers: QueryClient, merchantId: string, data: BoardRealtimeSubscription): boolean {
  const key = tileKey(TileNowDocument, { merchantId });
  const before = answers.getQueryData<TileNowQuery>(key)?.merchant?.realtime;
  answers.setQueryData<TileNowQuery>(key, { merchant: { realtime: data.realtime } });
  const after = answers.getQueryData<TileNowQuery>(key)?.merchant?.realtime;
  if (!before || !after) return false;
  // The cache keeps the identity of equal parts, so that this compares what they say.
  const parts = ["newestEventAt", "today", "currentHour", "live", "recentPayments"] as const;
  return parts.some((part) => before[part] !== after[part]);
}

function useConnection(socket: LiveState): Connection {
  const [polling, setPolling] = useState(false);
  const away = socket === "lost" || socket === "connecting";
  useEffect(() => {
    if (!away) return setPolling(false);
    const timer = setTimeout(() => setPolling(true), POLL_AFTER_MS);
    return () => clearTimeout(timer);
  }, [away]);
  if (socket === "open") return "live";
  if (socket === "ended") return "ended";
  if (polling) return "polling";
  return socket === "lost" ? "lost" : "connecting";
}

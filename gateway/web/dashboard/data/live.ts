/** The live connection: one socket per token, whose subscriptions fill the same cache as the answers by HTTP. */
import type { Client } from "graphql-ws";
import { createContext, use, useEffect, useMemo, useRef, useState } from "react";
import { liveClient, type LiveState } from "../../shared/live";
import type { AskError } from "./ask";
import { Refresher } from "./refresh";
import { useSession } from "./session";
import { streams } from "./streams";
import { useLasting } from "./useLasting";
import { useAnswers } from "./useTile";

/** `polling`: no socket can be had, so the page asks every few seconds. */
export type Connection = "connecting" | "live" | "polling" | "lost" | "ended";

export interface Live {
  connection: Connection;
  /** Why the subscriptions have nothing to say, where the gateway told. */
  error: AskError | null;
}

/** What should be pushed is asked for when it has not come for so long. */
export const POLL_AFTER_MS = 6_000;

export const LiveContext = createContext<Live>({ connection: "connecting", error: null });
export const useLiveState = (): Live => use(LiveContext);

/** Watches a merchant for as long as it is shown. */
export function useLive(merchantId: string | null): Live {
  const { lookAgain } = useSession();
  const answers = useAnswers();
  const [client, socket] = useSocket();
  const [error, setError] = useState<AskError | null>(null);
  const refresher = useMemo(() => new Refresher(answers), [answers]);

  useEffect(() => {
    if (!client || merchantId === null) return;
    setError(null);
    const stop = streams(client, answers, merchantId, {
      told: () => setError(null),
      event: () => refresher.event(),
      fault: setError,
    });
    return () => {
      stop();
      refresher.stop();
    };
  }, [client, merchantId, answers, refresher]);

  const wasLost = useRef(false);
  useEffect(() => {
    if (socket === "ended") lookAgain();
    // Once for each time that it is lost: the attempts to come back change between lost and connecting.
    if (socket === "lost" && !wasLost.current) {
      wasLost.current = true;
      lookAgain();
    }
    // What happened meanwhile was told to nobody here.
    if (socket === "open" && wasLost.current) {
      wasLost.current = false;
      refresher.everything();
    }
  }, [socket, lookAgain, refresher]);
  const connection = useConnection(socket);
  return useMemo(() => ({ connection, error }), [connection, error]);
}

function useSocket(): [Client | null, LiveState] {
  const { token } = useSession();
  const [socket, setSocket] = useState<LiveState>("idle");
  const [client, setClient] = useState<Client | null>(null);
  useEffect(() => {
    // A client that was replaced still closes its socket, which must not pass for the state of the new one.
    let replaced = false;
    const made = liveClient(token, (state) => void (replaced || setSocket(state)));
    setClient(made);
    return () => {
      replaced = true;
      void made.dispose();
    };
  }, [token]);
  return [client, socket];
}

function useConnection(socket: LiveState): Connection {
  const polling = useLasting(socket === "lost" || socket === "connecting", POLL_AFTER_MS);
  if (socket === "open") return "live";
  if (socket === "ended") return "ended";
  if (polling) return "polling";
  return socket === "lost" ? "lost" : "connecting";
}

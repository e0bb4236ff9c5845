/** The WebSocket side: one graphql-transport-ws client per token, and what its states and close codes mean to a reader. */
import { CloseCode, createClient, type Client } from "graphql-ws";
import { bearer, socketUrl } from "./graphql";

/** `lost` is being mended, `ended` is not: the gateway will not have this token. */
export type LiveState = "idle" | "connecting" | "open" | "lost" | "ended";

const PING_EVERY_MS = 15_000;
const PONG_WITHIN_MS = 5_000;
const LONGEST_WAIT_MS = 4_000;

const MEANING: Record<number, string> = {
  [CloseCode.BadRequest]: "the gateway could not read a message",
  [CloseCode.Unauthorized]: "the token was refused",
  [CloseCode.Forbidden]: "the token was refused or has ended",
  [CloseCode.SubprotocolNotAcceptable]: "the gateway does not speak graphql-transport-ws",
  [CloseCode.ConnectionInitialisationTimeout]: "the connection took too long to introduce itself",
  [CloseCode.SubscriberAlreadyExists]: "this subscription is already running",
  [CloseCode.TooManyInitialisationRequests]: "too many connections or requests; wait a little",
};
const FINAL = new Set<number>([CloseCode.Unauthorized, CloseCode.Forbidden]);

/** A close as browsers report it, or as the client makes one when it gives up on a silent connection. */
interface Close {
  code: number;
  reason: string;
}

const isClose = (error: unknown): error is Close =>
  typeof error === "object" && error !== null && "code" in error && "reason" in error;

/** Any error of a subscription as one that reads well in the response pane. */
export function explainClose(error: unknown): unknown {
  if (!isClose(error)) return error instanceof Event ? new Error("The live connection failed.") : error;
  const why = error.reason || MEANING[error.code] || "no reason was given";
  return new Error(`The live connection ended (${error.code}): ${why}.`);
}

// A connection that cannot be made reports a bare Event first: to be tried again like any that was lost.
const isPassing = (error: unknown): boolean => (isClose(error) ? !FINAL.has(error.code) : error instanceof Event);

function stateAfter(close: unknown): LiveState {
  if (!isClose(close)) return "lost";
  if (FINAL.has(close.code)) return "ended";
  return close.code === 1000 ? "idle" : "lost";
}

export function liveClient(token: string, onState: (state: LiveState) => void): Client {
  let overdue: ReturnType<typeof setTimeout> | undefined;
  const client = createClient({
    url: socketUrl(),
    connectionParams: bearer(token),
    lazy: true,
    lazyCloseTimeout: 3_000,
    keepAlive: PING_EVERY_MS,
    retryAttempts: Infinity,
    shouldRetry: isPassing,
    retryWait: async (retries) => {
      const wait = Math.min(500 * 2 ** retries, LONGEST_WAIT_MS);
      await new Promise((done) => setTimeout(done, wait / 2 + (Math.random() * wait) / 2));
    },
    on: {
      connecting: () => onState("connecting"),
      connected: () => onState("open"),
      closed: (event) => {
        clearTimeout(overdue);
        onState(stateAfter(event));
      },
      // A half-open connection says nothing by itself: a ping that is not answered ends it, and the client reconnects.
      ping: (received) => {
        if (!received) overdue = setTimeout(() => client.terminate(), PONG_WITHIN_MS);
      },
      pong: (received) => {
        if (received) clearTimeout(overdue);
      },
    },
  });
  return client;
}

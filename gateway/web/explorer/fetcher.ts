/** What GraphiQL calls to run an operation: HTTP for queries and mutations, the live client for subscriptions. */
import type { Fetcher, FetcherParams, Observable } from "@graphiql/toolkit";
import { OperationTypeNode, getOperationAST } from "graphql";
import type { Client, ExecutionResult } from "graphql-ws";
import { bearer, postGraphQL } from "../shared/graphql";
import { explainClose } from "../shared/live";

/** What came back last, for the line under the response. */
export type Exchange =
  | { kind: "answer"; status: number; milliseconds: number; bytes: number }
  | { kind: "silence" }
  | { kind: "event"; count: number; at: Date };

export interface Transport {
  token: string;
  live: Client;
  onExchange: (exchange: Exchange) => void;
}

export function createFetcher({ token, live, onExchange }: Transport): Fetcher {
  return (params, options) => {
    const document = options?.documentAST;
    const operation = document && getOperationAST(document, params.operationName);
    if (operation?.operation === OperationTypeNode.SUBSCRIPTION) return subscribe(live, params, onExchange);
    return request(params, { ...bearer(token), ...lowerCased(options?.headers) }, onExchange);
  };
}

async function request(
  params: FetcherParams,
  headers: Record<string, string>,
  onExchange: Transport["onExchange"],
): Promise<ExecutionResult> {
  const started = performance.now();
  const asked = params.operationName !== "IntrospectionQuery"; // that one nobody asked for
  try {
    const { status, bytes, answer } = await postGraphQL(params, headers);
    if (asked) onExchange({ kind: "answer", status, milliseconds: performance.now() - started, bytes });
    return answer as ExecutionResult;
  } catch (error) {
    onExchange({ kind: "silence" });
    throw error;
  }
}

/**
 * An observable, not an async generator: stopping must end the subscription now, and a generator that waits for its
 * next event cannot be returned from before that event comes. Once stopped it says nothing more: GraphiQL would take a
 * late `complete` for the end of whatever it runs by then.
 */
function subscribe(
  live: Client,
  params: FetcherParams,
  onExchange: Transport["onExchange"],
): Observable<ExecutionResult> {
  const payload = {
    query: params.query,
    operationName: params.operationName ?? null,
    variables: params.variables as Record<string, unknown> | null,
  };
  const start = (sink: Sink): { unsubscribe: () => void } => {
    let stopped = false;
    let count = 0;
    const whileWanted = (act: () => void): void => void (stopped || act());
    const end = live.subscribe(payload, {
      next: (value) =>
        whileWanted(() => {
          onExchange({ kind: "event", count: ++count, at: new Date() });
          sink.next(value as ExecutionResult);
        }),
      error: (error) => whileWanted(() => sink.error(explainClose(error))),
      complete: () => whileWanted(() => sink.complete()),
    });
    return {
      unsubscribe: () => {
        stopped = true;
        end();
      },
    };
  };
  return { subscribe: start } as Observable<ExecutionResult>;
}

interface Sink {
  next: (value: ExecutionResult) => void;
  error: (error: unknown) => void;
  complete: () => void;
}

/** The tab's own headers win over the token field, whatever case they are written in. */
function lowerCased(headers: Record<string, unknown> = {}): Record<string, string> {
  return Object.fromEntries(Object.entries(headers).map(([name, value]) => [name.toLowerCase(), String(value)]));
}

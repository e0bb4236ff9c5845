/** One subscription for as long as it is wanted, whatever ends it meanwhile. */
import type { Client } from "graphql-ws";
import type { TypedDocumentString } from "../../generated/graphql";
import type { GraphQLFault } from "../../shared/graphql";
import { askError, operationName, type AskError } from "./ask";

export interface Watcher<Data> {
  next: (data: Data) => void;
  /** The gateway has nothing to say just now, and why; it is asked again. */
  fault: (error: AskError) => void;
}

const AGAIN_AFTER_MS = 2_000;

/** Subscribes, and again whenever the subscription ends by itself. Returns what ends it for good. */
export function watch<Data, Variables extends Record<string, unknown>>(
  client: Client,
  document: TypedDocumentString<Data, Variables>,
  variables: Variables,
  watcher: Watcher<Data>,
): () => void {
  const query = document.toString();
  const request = { query, operationName: operationName(query), variables };
  let wanted = true;
  let end = (): void => undefined;
  let timer: ReturnType<typeof setTimeout> | undefined;
  const fault = (given: unknown): void => {
    const first = (Array.isArray(given) ? given[0] : undefined) as GraphQLFault | undefined;
    if (first && wanted) watcher.fault(askError(first));
  };
  const again = (): void => {
    if (wanted) timer = setTimeout(start, AGAIN_AFTER_MS);
  };
  const start = (): void => {
    end = client.subscribe<Data>(request, {
      next: ({ data, errors }) => {
        if (errors?.length) fault(errors);
        else if (data && wanted) watcher.next(data);
      },
      error: (reason) => {
        fault(reason);
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

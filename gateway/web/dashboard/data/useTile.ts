import { useQuery, useQueryClient } from "@tanstack/react-query";
import { useCallback, useMemo } from "react";
import type { TypedDocumentString } from "../../generated/graphql";
import { ask, AskError, operationName } from "./ask";
import { useSession } from "./session";

/** An operation with its variables: what a tile shows, and what its reader can run elsewhere. */
export interface Operation {
  document: string;
  variables: Record<string, unknown>;
}

export interface Answer<Shown> {
  /** Null until there is one; an older one stays while a newer one is fetched or fails. */
  shown: Shown | null;
  error: AskError | null;
  /** Whether `shown` belongs to other variables than those asked for now. */
  stale: boolean;
  /** When `shown` came, by this browser's clock. */
  at: number;
  /** Asks once more; null where there is no asking. */
  again: (() => void) | null;
  operation: Operation;
}

/** In milliseconds; may differ by how asking went. */
export type Every = number | ((query: { state: { status: string } }) => number);

interface Options {
  /** Also asked by itself after so long, for what moves without an event. */
  every?: Every;
  enabled?: boolean;
}

const A_MINUTE_MS = 60_000;

/**
 * The answer to one of our operations, of which a tile takes a part. Parts that did not change keep their identity, so
 * that what shows them is not drawn again.
 */
export function useTile<Data, Variables extends { merchantId?: string | null }, Shown>(
  document: TypedDocumentString<Data, Variables>,
  variables: Variables,
  part: (data: Data) => Shown | null | undefined,
  { every = A_MINUTE_MS, enabled = true }: Options = {},
): Answer<Shown> {
  const { token, lookAgain } = useSession();
  const query = useQuery<Data, Error, Shown | null>({
    queryKey: tileKey(document, variables),
    queryFn: async ({ signal }) => {
      try {
        return await ask(token, document, variables, signal);
      } catch (error) {
        if (error instanceof AskError && error.code === "UNAUTHENTICATED") lookAgain();
        throw error;
      }
    },
    select: useCallback((data: Data) => part(data) ?? null, [part]),
    // Another range of the same merchant may stand until the new one comes; another merchant's figures may not.
    placeholderData: (before, of) => (merchantOf(of?.queryKey) === variables.merchantId ? before : undefined),
    refetchInterval: every,
    enabled,
  });
  const { refetch } = query;
  return {
    shown: query.data ?? null,
    error: asAskError(query.error),
    stale: query.isPlaceholderData,
    at: query.dataUpdatedAt,
    again: useCallback(() => void refetch(), [refetch]),
    operation: useMemo(() => ({ document: document.toString(), variables }), [document, JSON.stringify(variables)]),
  };
}

export function tileKey(document: TypedDocumentString<unknown, never>, variables: object): readonly unknown[] {
  return [operationName(document.toString()), variables];
}

/** The cache of answers, for what comes by another way than a question. */
export const useAnswers = useQueryClient;

function merchantOf(key: readonly unknown[] | undefined): unknown {
  return (key?.[1] as { merchantId?: unknown } | undefined)?.merchantId;
}

export function asAskError(error: Error | null): AskError | null {
  if (error === null || error instanceof AskError) return error;
  return new AskError(error.message, "INTERNAL");
}

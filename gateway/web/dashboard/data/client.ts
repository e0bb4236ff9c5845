/** The cache of answers. One per token: what one token saw is never shown to another. */
import { QueryClient } from "@tanstack/react-query";
import { AskError } from "./ask";

const MOST_RETRIES = 2;
const LONGEST_WAIT_MS = 5_000;

export function answersOf(): QueryClient {
  return new QueryClient({
    defaultOptions: {
      queries: {
        staleTime: 5_000,
        gcTime: 300_000,
        refetchOnReconnect: true,
        refetchOnWindowFocus: true,
        networkMode: "always",
        retry: (count, error) => count < MOST_RETRIES && error instanceof AskError && error.passing,
        retryDelay: (count) => Math.min(400 * 2 ** count, LONGEST_WAIT_MS),
      },
    },
  });
}

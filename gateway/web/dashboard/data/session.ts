/** Who looks: the token of this tab, what the gateway says of it, and when it ends. */
import { useQuery } from "@tanstack/react-query";
import { createContext, use, useCallback, useEffect, useState } from "react";
import { BoardViewerDocument, type BoardViewerQuery } from "../../generated/graphql";
import { storedToken, storeToken, takeTokenFromAddress } from "../../shared/token";
import { ask, AskError } from "./ask";

export type Viewer = NonNullable<BoardViewerQuery["viewer"]>;

export interface Session {
  token: string;
  viewer: Viewer;
  /** Ask again whether the token still holds. */
  lookAgain: () => void;
  signOut: () => void;
}

export type Access =
  | { state: "none"; ended: Date | null }
  | { state: "checking" }
  | { state: "unreachable"; error: AskError }
  | { state: "refused"; error: AskError }
  | { state: "accepted"; viewer: Viewer };

const SessionContext = createContext<Session | null>(null);
export const SessionProvider = SessionContext.Provider;

export function useSession(): Session {
  const session = use(SessionContext);
  if (!session) throw new Error("There is no session here.");
  return session;
}

/** The token, also taken from an address that changes while the page is open (a second link from the terminal). */
export function useToken(): [string, (token: string) => void] {
  const [token, setToken] = useState(storedToken);
  useEffect(() => {
    const onHash = (): void => {
      const given = takeTokenFromAddress();
      if (given !== null) setToken(given);
    };
    window.addEventListener("hashchange", onHash);
    return () => window.removeEventListener("hashchange", onHash);
  }, []);
  const keep = useCallback((next: string) => {
    storeToken(next);
    setToken(next);
  }, []);
  return [token, keep];
}

const LOOK_AGAIN_MS = 4_000;
const LONGEST_TIMER_MS = 2 ** 31 - 1;
/** The gateway allows clocks to differ a little before it calls a token expired. */
const AFTER_EXPIRY_MS = 6_000;

/** What the gateway says of the token; asked again when it ends, and while there is no answer. */
export function useAccess(token: string): [Access, () => void] {
  const query = useQuery({
    queryKey: ["BoardViewer", token],
    queryFn: ({ signal }) => ask(token, BoardViewerDocument, {}, signal),
    enabled: token !== "",
    retry: false,
    staleTime: Infinity,
    refetchInterval: ({ state }) => untilNextLook(state.error, state.data?.viewer ?? null),
  });
  const { refetch } = query;
  const lookAgain = useCallback(() => void refetch(), [refetch]);
  return [accessOf(token, query.data, query.error), lookAgain];
}

function accessOf(token: string, data: BoardViewerQuery | undefined, error: Error | null): Access {
  if (!token) return { state: "none", ended: null };
  if (error instanceof AskError && !error.passing) return { state: "refused", error };
  if (data?.viewer) return { state: "accepted", viewer: data.viewer };
  if (error) {
    return { state: "unreachable", error: error instanceof AskError ? error : new AskError(String(error), "INTERNAL") };
  }
  if (data)
    return { state: "refused", error: new AskError("The gateway does not know this token.", "UNAUTHENTICATED") };
  return { state: "checking" };
}

function untilNextLook(error: Error | null, viewer: Viewer | null): number | false {
  if (error) return error instanceof AskError && !error.passing ? false : LOOK_AGAIN_MS;
  if (!viewer?.expiresAt) return false;
  const left = Date.parse(viewer.expiresAt) - Date.now() + AFTER_EXPIRY_MS;
  return Math.min(Math.max(left, LOOK_AGAIN_MS), LONGEST_TIMER_MS);
}

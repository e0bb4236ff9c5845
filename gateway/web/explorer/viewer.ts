/** Asks the gateway who a token is, with the `viewer` query, and keeps the answer current. */
import { useCallback, useEffect, useState } from "react";
import { bearer, postGraphQL, type GraphQLAnswer } from "../shared/graphql";

export interface Merchant {
  id: string;
  name: string;
}

export interface Viewer {
  subject: string | null;
  scopes: string[];
  merchant: Merchant | null;
  expiresAt: string | null;
}

export type Access =
  | { state: "none" }
  | { state: "checking" }
  | { state: "accepted"; viewer: Viewer; example: Merchant | null }
  | { state: "refused"; reason: string }
  | { state: "unreachable"; reason: string };

interface ViewerData {
  viewer: Viewer | null;
  merchants?: { edges: { node: Merchant }[] } | null;
}

// A token of no single merchant (an admin's) gets the first one for the examples to talk about.
const QUERY = `query ExplorerViewer {
  viewer { subject scopes expiresAt merchant { id name } }
  merchants(first: 1) { edges { node { id name } } }
}`;
const LOOK_AGAIN_MS = 4_000;
const LONGEST_TIMER_MS = 2 ** 31 - 1;
/** The gateway allows clocks to differ a little before it calls a token expired. */
const AFTER_EXPIRY_MS = 6_000;
const NONE: Access = { state: "none" };
const CHECKING: Access = { state: "checking" };

export function accessFrom({ data, errors }: GraphQLAnswer<ViewerData>): Access {
  const viewer = data?.viewer;
  if (!viewer) return { state: "refused", reason: errors?.[0]?.message ?? "The gateway does not know this token." };
  return { state: "accepted", viewer, example: viewer.merchant ?? data.merchants?.edges[0]?.node ?? null };
}

async function ask(token: string, signal: AbortSignal): Promise<Access> {
  try {
    const { answer } = await postGraphQL<ViewerData>({ query: QUERY }, bearer(token), signal);
    return accessFrom(answer);
  } catch (error) {
    return { state: "unreachable", reason: error instanceof Error ? error.message : String(error) };
  }
}

/**
 * The state of `token`, and a function that looks again (after a 401, say). An unreachable gateway is asked until it
 * answers. An answer about another token than the present one counts as none.
 */
export function useAccess(token: string): [Access, () => void] {
  const [known, setKnown] = useState<{ token: string; access: Access } | null>(null);
  const [look, setLook] = useState(0);
  const lookAgain = useCallback(() => setLook((n) => n + 1), []);

  useEffect(() => {
    if (!token) return;
    const given = new AbortController();
    void ask(token, given.signal).then((access) => {
      if (!given.signal.aborted) setKnown({ token, access });
    });
    return () => given.abort();
  }, [token, look]);
  useEffect(() => {
    const wait = known && untilNextLook(known.access);
    if (wait == null) return;
    const timer = setTimeout(lookAgain, wait);
    return () => clearTimeout(timer);
  }, [known, lookAgain]);

  if (!token) return [NONE, lookAgain];
  return [known?.token === token ? known.access : CHECKING, lookAgain];
}

/** How long an answer holds: an unreachable gateway is tried again soon, an accepted token is asked about when it ends. */
function untilNextLook(access: Access): number | null {
  if (access.state === "unreachable") return LOOK_AGAIN_MS;
  if (access.state !== "accepted" || !access.viewer.expiresAt) return null;
  const left = Date.parse(access.viewer.expiresAt) - Date.now() + AFTER_EXPIRY_MS;
  return Math.min(Math.max(left, LOOK_AGAIN_MS), LONGEST_TIMER_MS);
}

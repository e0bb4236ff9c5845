/** Hands an operation from one page to the explorer: in the fragment of the address, which no server sees. */
import { GRAPHQL_PATH } from "./graphql";

export interface LinkedOperation {
  query: string;
  variables: string;
}

export function operationLink(query: string, variables: string): string {
  return `${GRAPHQL_PATH}#${new URLSearchParams({ query, variables }).toString()}`;
}

/** Takes `#query=...&variables=...` out of the address bar; null when the address has none. */
export function takeOperationFromAddress(): LinkedOperation | null {
  const fragment = new URLSearchParams(window.location.hash.slice(1));
  const query = fragment.get("query");
  if (query === null) return null;
  const variables = fragment.get("variables") ?? "";
  window.history.replaceState(window.history.state, "", window.location.pathname + window.location.search);
  return { query, variables };
}

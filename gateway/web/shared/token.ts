/**
 * The token that the pages send. It lives in sessionStorage: gone with the tab, shared by the pages in it, and never in
 * localStorage, a cookie or an address that would be kept in the history.
 */
const KEY = "z402:token";
const FRAGMENT = "token";

/** What people paste, made into a bare token: `Authorization: Bearer x`, `Bearer x`, quotes and line breaks all happen. */
export function cleanToken(text: string): string {
  return text
    .trim()
    .replace(/^authorization\s*:\s*/i, "")
    .replace(/^bearer\s+/i, "")
    .replace(/^["']|["']$/g, "")
    .replace(/\s+/g, "");
}

export function storedToken(): string {
  return sessionStorage.getItem(KEY) ?? "";
}

export function storeToken(token: string): void {
  if (token) sessionStorage.setItem(KEY, token);
  else sessionStorage.removeItem(KEY);
}

/** Takes `#token=...` out of the address bar and keeps it; null when the address has none. */
export function takeTokenFromAddress(): string | null {
  const fragment = new URLSearchParams(window.location.hash.slice(1));
  const given = fragment.get(FRAGMENT);
  if (given === null) return null;
  fragment.delete(FRAGMENT);
  const rest = fragment.toString();
  const address = window.location.pathname + window.location.search + (rest ? `#${rest}` : "");
  window.history.replaceState(window.history.state, "", address);
  const token = cleanToken(given);
  storeToken(token);
  return token;
}

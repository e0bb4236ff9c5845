import type { ReactElement } from "react";
import { MINUS } from "./numbers";

const SHOWN_STRONG = 4;

/**
 * An amount exactly as the gateway wrote it, all eight places, the last four drawn quieter. The text is cut and
 * grouped, never turned into a number.
 */
export function Zec({ amount, unit = false }: { amount: string; unit?: boolean }): ReactElement {
  const { sign, whole, places } = cut(amount);
  return (
    <span className="zec">
      {sign}
      {whole}.{places.slice(0, SHOWN_STRONG)}
      <span className="zec-tail">{places.slice(SHOWN_STRONG)}</span>
      {unit && <span className="zec-unit"> ZEC</span>}
    </span>
  );
}

/** The same as one text, for labels and tables that are read out. */
export function zecText(amount: string): string {
  const { sign, whole, places } = cut(amount);
  return `${sign}${whole}.${places} ZEC`;
}

function cut(amount: string): { sign: string; whole: string; places: string } {
  const negative = amount.startsWith("-");
  const [whole = "0", places = ""] = (negative ? amount.slice(1) : amount).split(".");
  return { sign: negative ? MINUS : "", whole: whole.replace(/\B(?=(\d{3})+$)/g, ","), places };
}

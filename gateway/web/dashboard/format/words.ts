/** The API's names as people say them. */
import type { PaymentMethod, PaymentStep } from "../../generated/graphql";

/** INSUFFICIENT_AMOUNT as Insufficient amount. */
export function sentence(code: string): string {
  const words = code.toLowerCase().replaceAll("_", " ");
  return words.charAt(0).toUpperCase() + words.slice(1);
}

export const methodName = (method: PaymentMethod | null): string => (method ? sentence(method) : "Not told");
export const stepName = (step: PaymentStep): string => sentence(step);

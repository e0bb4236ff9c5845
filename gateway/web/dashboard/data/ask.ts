/** One operation of ours over HTTP: typed by its document, its first error thrown with the gateway's code. */
import type { TypedDocumentString } from "../../generated/graphql";
import { bearer, GatewayError, postGraphQL, type GraphQLFault } from "../../shared/graphql";

/** Why there is no answer: the gateway's own code, or UNREACHABLE where none came. */
export class AskError extends Error {
  override name = "AskError";

  constructor(
    message: string,
    readonly code: string,
    /** What an INTERNAL error is called in the gateway's log. */
    readonly id: string | null = null,
  ) {
    super(message);
  }

  /** Whether asking again can help. */
  get passing(): boolean {
    return PASSING.has(this.code);
  }
}

export const UNREACHABLE = "UNREACHABLE";
const PASSING = new Set([UNREACHABLE, "STORE_UNAVAILABLE", "TIMEOUT", "INTERNAL", "QUEUE_UNAVAILABLE", "RATE_LIMITED"]);

export async function ask<Data, Variables>(
  token: string,
  document: TypedDocumentString<Data, Variables>,
  variables: Variables,
  signal?: AbortSignal,
): Promise<Data> {
  const query = document.toString();
  try {
    const request = { query, operationName: operationName(query), variables };
    const { answer } = await postGraphQL<Data>(request, bearer(token), signal);
    const fault = answer.errors?.[0];
    if (fault) throw askError(fault);
    if (!answer.data) throw new AskError("The gateway's answer has no data.", "INTERNAL");
    return answer.data;
  } catch (error) {
    if (error instanceof GatewayError) throw new AskError(error.message, UNREACHABLE);
    throw error;
  }
}

export function askError(fault: GraphQLFault): AskError {
  const { code, id } = (fault.extensions ?? {}) as { code?: string; id?: string };
  return new AskError(fault.message, code ?? "INTERNAL", id ?? null);
}

export function operationName(document: string): string {
  return /(?:query|subscription)\s+(\w+)/.exec(document)?.[1] ?? "";
}

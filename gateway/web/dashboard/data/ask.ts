/** One operation of ours over HTTP: typed by its document, its first error thrown with the gateway's code. */
import type { TypedDocumentString } from "../../generated/graphql";
import {
  bearer,
  firstOfStream,
  GatewayError,
  postGraphQL,
  type GraphQLAnswer,
  type GraphQLFault,
  type GraphQLRequest,
} from "../../shared/graphql";

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
const PASSING = new Set([
  UNREACHABLE,
  "STORE_UNAVAILABLE",
  "ISSUER_UNAVAILABLE",
  "TIMEOUT",
  "INTERNAL",
  "QUEUE_UNAVAILABLE",
  "RATE_LIMITED",
]);

/** A stream that says nothing for so long has no first value: the gateway waits for its database. */
const FIRST_WITHIN_MS = 10_000;

export function ask<Data, Variables>(
  token: string,
  document: TypedDocumentString<Data, Variables>,
  variables: Variables,
  signal?: AbortSignal,
): Promise<Data> {
  const request = requestOf(document, variables);
  return dataOf(async () => (await postGraphQL<Data>(request, bearer(token), signal)).answer);
}

/** A subscription's value as it is now, by HTTP. */
export function askOnce<Data, Variables>(
  token: string,
  document: TypedDocumentString<Data, Variables>,
  variables: Variables,
  signal: AbortSignal,
): Promise<Data> {
  const late = AbortSignal.timeout(FIRST_WITHIN_MS);
  return dataOf(async () => {
    try {
      return await firstOfStream<Data>(requestOf(document, variables), bearer(token), AbortSignal.any([signal, late]));
    } catch (error) {
      if (late.aborted && !signal.aborted) throw new AskError("The gateway took too long to answer.", "TIMEOUT");
      throw error;
    }
  });
}

function requestOf(document: TypedDocumentString<unknown, never>, variables: unknown): GraphQLRequest {
  const query = document.toString();
  return { query, operationName: operationName(query), variables };
}

async function dataOf<Data>(asked: () => Promise<GraphQLAnswer<Data>>): Promise<Data> {
  try {
    const answer = await asked();
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

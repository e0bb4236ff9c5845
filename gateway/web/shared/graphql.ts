/** One GraphQL request over HTTP, as every page of ours sends it. */

export interface GraphQLRequest {
  query: string;
  operationName?: string | null;
  variables?: unknown;
}

export interface GraphQLFault {
  message: string;
  extensions?: { code?: string };
}

export interface GraphQLAnswer<Data = unknown> {
  data?: Data | null;
  errors?: GraphQLFault[];
}

export interface Reply<Data> {
  status: number;
  /** Of the body, once any compression is undone. */
  bytes: number;
  answer: GraphQLAnswer<Data>;
}

/** The gateway could not be asked at all, or what came back was not GraphQL. The message is fit to be shown. */
export class GatewayError extends Error {
  override name = "GatewayError";
}

export const GRAPHQL_PATH = "/graphql";

export function socketUrl(location: Location = window.location): string {
  return `${location.protocol === "https:" ? "wss" : "ws"}://${location.host}${GRAPHQL_PATH}`;
}

export function bearer(token: string): Record<string, string> {
  return token ? { authorization: `Bearer ${token}` } : {};
}

/** Sends one request; a refusal that is GraphQL (whatever its HTTP status) is an answer, anything else throws GatewayError. */
export async function postGraphQL<Data>(
  request: GraphQLRequest,
  headers: Record<string, string>,
  signal?: AbortSignal,
): Promise<Reply<Data>> {
  const accept = "application/graphql-response+json, application/json;q=0.9";
  const response = await post(request, { ...headers, accept }, signal);
  const text = await response.text();
  return { status: response.status, bytes: new Blob([text]).size, answer: readAnswer<Data>(response.status, text) };
}

/** The first value of a subscription, by server-sent events; what would come afterwards is not waited for. */
export async function firstOfStream<Data>(
  request: GraphQLRequest,
  headers: Record<string, string>,
  signal: AbortSignal,
): Promise<GraphQLAnswer<Data>> {
  const response = await post(request, { ...headers, accept: "text/event-stream" }, signal);
  if (!response.ok || !response.body) return readAnswer<Data>(response.status, await response.text());
  const reader = response.body.pipeThrough(new TextDecoderStream()).getReader();
  let text = "";
  for (;;) {
    const { done, value = "" } = await reader.read();
    text += value;
    const data = /^data: (.+)\n\n/m.exec(text)?.[1];
    if (data === undefined && !done) continue;
    void reader.cancel();
    return readAnswer<Data>(response.status, data ?? "");
  }
}

async function post(request: GraphQLRequest, headers: Record<string, string>, signal?: AbortSignal): Promise<Response> {
  try {
    return await fetch(GRAPHQL_PATH, {
      method: "POST",
      headers: { "content-type": "application/json", ...headers },
      body: JSON.stringify(request),
      signal: signal ?? null,
    });
  } catch (error) {
    if (signal?.aborted) throw error;
    throw new GatewayError("The gateway cannot be reached. Is it running?", { cause: error });
  }
}

function readAnswer<Data>(status: number, text: string): GraphQLAnswer<Data> {
  try {
    const parsed: unknown = JSON.parse(text);
    if (typeof parsed === "object" && parsed !== null) return parsed as GraphQLAnswer<Data>;
  } catch {
    // Falls through to the one message below: a proxy's error page, say.
  }
  const summary = text.trim().slice(0, 200);
  throw new GatewayError(
    `The gateway answered HTTP ${status} with something that is not GraphQL${summary ? `: ${summary}` : "."}`,
  );
}

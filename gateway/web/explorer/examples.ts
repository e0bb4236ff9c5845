/**
 * The worked examples: one .graphql file each under examples/, with its variables in a .json file of the same name.
 * Their order is the order of the tabs. tests/browser/test_examples.py holds each against resolvers/schema.graphql.
 */
export interface Example {
  title: string;
  summary: string;
  query: string;
  variables: string;
}

const documents = import.meta.glob<string>("./examples/*.graphql", { query: "?raw", import: "default", eager: true });
const variables = import.meta.glob<string>("./examples/*.json", { query: "?raw", import: "default", eager: true });

/** Examples filled in for one merchant; with none, `merchantId` is null and the token's own merchant answers. */
export function examples(merchantId: string | null): Example[] {
  return Object.keys(documents)
    .sort()
    .map((path) => {
      const query = (documents[path] ?? "").trim();
      return {
        title: /^(?:query|mutation|subscription)\s+(\w+)/m.exec(query)?.[1] ?? path,
        summary: /^#\s*(.+)$/m.exec(query)?.[1] ?? "",
        query,
        variables: fill((variables[path.replace(/\.graphql$/, ".json")] ?? "").trim(), merchantId),
      };
    });
}

function fill(template: string, merchantId: string | null): string {
  return template
    .replaceAll('"$MERCHANT_ID"', JSON.stringify(merchantId))
    .replaceAll('"$EVENT_ID"', JSON.stringify(`example-${randomHex(8)}`))
    .replaceAll('"$PAYMENT_ID"', JSON.stringify(`pay-${randomHex(6)}`))
    .replaceAll('"$NOW"', JSON.stringify(new Date().toISOString()));
}

function randomHex(bytes: number): string {
  return Array.from(crypto.getRandomValues(new Uint8Array(bytes)), (byte) => byte.toString(16).padStart(2, "0")).join(
    "",
  );
}

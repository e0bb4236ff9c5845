/**
 * Watches a merchant with one of the public clients, as its documentation has it, until the input ends.
 * Prints a line of JSON for each value, and one for what ends the subscription.
 */
import { ApolloClient, ApolloLink, HttpLink, InMemoryCache, gql } from "@apollo/client";
import { GraphQLWsLink } from "@apollo/client/link/subscriptions";
import { Client, fetchExchange, subscriptionExchange } from "@urql/core";
import { createClient as createSseClient } from "graphql-sse";
import { createClient } from "graphql-ws";

const [which, address, token] = process.argv.slice(2);
const query = "subscription Watch { realtime { today { transactionCount } } }";
const authorization = `Bearer ${token}`;

const say = (line) => process.stdout.write(JSON.stringify(line) + "\n");
const value = (result) =>
  result.errors ? say({ errors: result.errors }) : say({ count: result.data.realtime.today.transactionCount });
const told = (error) =>
  Array.isArray(error) ? error : (error?.message ?? (error?.code ? `${error.code} ${error.reason}` : String(error)));
const sink = {
  next: value,
  error: (error) => say({ error: told(error) }),
  complete: () => say({ complete: true }),
};

// A deploy, a restart and a lost network are all to be waited out. By default graphql-ws gives up after five tries, and
// at once where no connection can be made at all, as while a gateway restarts.
const patient = { retryAttempts: 100, retry: () => new Promise((done) => setTimeout(done, 200)) };
const socket = () =>
  createClient({
    url: address.replace("http", "ws"),
    connectionParams: { authorization },
    retryAttempts: 100,
    retryWait: () => new Promise((done) => setTimeout(done, 200)),
    shouldRetry: () => true,
  });

const clients = {
  "graphql-ws": () => socket().subscribe({ query }, sink),
  "graphql-sse": () =>
    createSseClient({ url: address, headers: { authorization }, ...patient }).subscribe({ query }, sink),
  apollo: () => {
    const link = ApolloLink.split(
      ({ operationType }) => operationType === "subscription",
      new GraphQLWsLink(socket()),
      new HttpLink({ uri: address }),
    );
    const client = new ApolloClient({ link, cache: new InMemoryCache() });
    client.subscribe({ query: gql(query) }).subscribe({
      ...sink,
      next: (result) => (result.error ? sink.error(result.error) : value(result)),
    });
  },
  urql: () => {
    const sockets = socket();
    const forwardSubscription = (request) => ({
      subscribe: (observer) => ({
        unsubscribe: sockets.subscribe({ ...request, query: request.query ?? "" }, observer),
      }),
    });
    const client = new Client({
      url: address,
      exchanges: [fetchExchange, subscriptionExchange({ forwardSubscription })],
    });
    client.subscription(query, {}).subscribe((result) => (result.error ? sink.error(result.error) : value(result)));
  },
};

clients[which]();
process.stdin.resume();
process.stdin.on("end", () => process.exit(0));

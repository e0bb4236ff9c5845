/** Monaco's workers, bundled by Vite and loaded from our own origin. (GraphiQL's own set-up also logs to the console.) */
import type {} from "monaco-editor";
import EditorWorker from "monaco-editor/esm/vs/editor/editor.worker.js?worker";
import JsonWorker from "monaco-editor/esm/vs/language/json/json.worker.js?worker";
import GraphQLWorker from "monaco-graphql/esm/graphql.worker.js?worker";

const WORKERS: Record<string, new () => Worker> = { json: JsonWorker, graphql: GraphQLWorker };

window.MonacoEnvironment = {
  getWorker: (_id: string, label: string): Worker => new (WORKERS[label] ?? EditorWorker)(),
};

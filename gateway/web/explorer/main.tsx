import "./workers";
import "@graphiql/react/style.css";
import "@graphiql/plugin-doc-explorer/style.css";
import "@graphiql/plugin-explorer/style.css";
import "@graphiql/plugin-history/style.css";
import "graphiql/graphiql.css";
import "../shared/tokens.css";
import "../shared/switch.css";
import "./explorer.css";
import "./graphiql.css";
import { createRoot } from "react-dom/client";
import { apply, resolve, storedChoice } from "../shared/theme";
import { takeTokenFromAddress } from "../shared/token";
import { App } from "./App";

takeTokenFromAddress();
apply(resolve(storedChoice()));

const root = document.getElementById("root");
if (!root) throw new Error("The page has no #root element.");
createRoot(root).render(<App />);

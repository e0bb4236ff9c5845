import "@fontsource-variable/inter/wght.css";
import "../shared/tokens.css";
import "../shared/switch.css";
import "./styles/base.css";
import "./styles/controls.css";
import "./styles/head.css";
import "./styles/board.css";
import "./styles/tile.css";
import "./styles/charts.css";
import { createRoot } from "react-dom/client";
import { apply, resolve, storedChoice } from "../shared/theme";
import { takeTokenFromAddress } from "../shared/token";
import { App } from "./App";

takeTokenFromAddress();
apply(resolve(storedChoice()));

const root = document.getElementById("root");
if (!root) throw new Error("The page has no #root element.");
createRoot(root).render(<App />);

// SPDX-License-Identifier: MIT
// Where the application begins.
import { render } from "preact";
import { App } from "./app.tsx";
import { listen } from "./address.ts";
import { start } from "./live.ts";
import "./style/style.scss";

listen();
start();
render(<App />, document.getElementById("app") as HTMLElement);

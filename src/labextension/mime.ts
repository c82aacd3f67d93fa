// The renderers of outputs, and the style sheet of everything that the plugin shows.
import { html } from "./dom";
import { plotly } from "./plotly";
import { run } from "./run";
import style from "./style.css";

document.head.append(html("style", {}, style));

export default [plotly, run];

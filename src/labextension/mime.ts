// The renderers of outputs.
import { plotly } from "./plotly";

export default [plotly];

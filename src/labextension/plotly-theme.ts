// Colours of the page for a Plotly figure that brings none of its own.
import type { Layout } from "plotly.js-dist-min";
import { themed } from "./theme";

/** A layout's template: what holds wherever the figure itself says nothing. */
export function template(): Layout["template"] {
  const ink = themed("--jp-ui-font-color1");
  const line = themed("--jp-border-color1");
  const clear = "rgba(0, 0, 0, 0)";
  const axis = { gridcolor: themed("--jp-border-color2"), linecolor: line, zerolinecolor: line, tickcolor: line };
  const side = { ...axis, showbackground: false };
  return {
    layout: {
      paper_bgcolor: clear,
      plot_bgcolor: clear,
      font: { color: ink, family: themed("--jp-ui-font-family") },
      margin: { l: 60, r: 30, t: 60, b: 50 },
      hoverlabel: { font: { family: themed("--jp-ui-font-family") } },
      modebar: { bgcolor: clear, color: themed("--jp-ui-font-color3"), activecolor: ink },
      xaxis: axis,
      yaxis: axis,
      ternary: { bgcolor: clear, aaxis: axis, baxis: axis, caxis: axis },
      polar: { bgcolor: clear, angularaxis: axis, radialaxis: axis },
      scene: { bgcolor: clear, xaxis: side, yaxis: side, zaxis: side },
    },
  } as Layout["template"];
}

// A space whose architectures are written edge by edge, as a user's own are.
import { defineSpace } from "../../src/spaces";

export const edgeSpace = defineSpace({
  name: "by-edges",
  operations: ["skip_connect", "nor_conv_3x3"],
  cells: [{ name: "cell", nodes: 3 }],
  network: [{ convolution: 3 }, { cell: "cell" }],
});

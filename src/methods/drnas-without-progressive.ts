// DrNAS (Chen et al., ICLR 2021) without progressive learning: the rows "w/o progressive" of its tables.
import { defineMethod } from "./define-method";
import { drnas } from "./drnas";

/** One stage, and all channels are mixed. On NAS-Bench-201 the authors search without progressive learning, so that this is `drnas`. */
export const drnasWithoutProgressive = defineMethod({
  ...drnas,
  name: "drnas-without-progressive",
  title: "DrNAS (without progressive learning)",
});

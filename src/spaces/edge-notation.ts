// The notation of spaces that the field has none for: "1<-0 nor_conv_3x3, 2<-1 skip_connect", an edge with its operations after the other.
import { Architecture } from "./architecture";
import { Scanner } from "./scanner";
import type { Notation } from "./space";

/** Edges that are left out of an architecture are left out; several operations of an edge stand with "+" between. */
export const edgeNotation: Notation = {
  print({ space, picks }) {
    const words = space.edges.flatMap(({ name }, e) => {
      const operations = picks[e].map((o) => space.operations[o]);
      return operations.length > 0 ? [`${name} ${operations.join("+")}`] : [];
    });
    return words.join(", ");
  },
  parse(text, space) {
    const scan = new Scanner(text, `${space.title}: parse`);
    const picks: number[][] = space.edges.map(() => []);
    const separated = () => {
      scan.space();
      return scan.skip(",");
    };
    do {
      scan.space();
      const start = scan.position;
      const e = space.edges.findIndex(({ name }) => scan.skip(`${name} `));
      if (e < 0) scan.fail(`an edge, ${space.edges.map(({ name }) => name).join(" or ")}`);
      if (picks[e].length > 0) scan.fail("an edge that has no operation yet", start);
      do {
        scan.space();
        const start = scan.position;
        const operation = space.operations.indexOf(scan.take(/[\w.-]*/y) ?? "");
        const allowed = space.present(e);
        if (!allowed.includes(operation)) scan.fail(allowed.map((o) => space.operations[o]).join(" or "), start);
        picks[e].push(operation);
      } while (scan.skip("+"));
    } while (separated());
    scan.end();
    return new Architecture(space, picks);
  },
};

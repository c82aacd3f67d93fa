// Architectures in each notation.
import { published, spaces } from "../../../src";
import type { SearchSpace } from "../../../src/spaces";
import { edgeSpace } from "../notations";
import type { Said } from "../said";
import { says } from "../said";
import { type CallCase, refused } from "./call-case";

const parsing = (space: SearchSpace, text: string, said: Said): CallCase =>
  refused(`${space.name}: "${text}"`, () => space.parse(text), said);

const [bench, darts, oneShot, chain] = [spaces.nasBench201(), spaces.darts(), spaces.oneShot1(1), spaces.chain()];
const cell = "|none~0|+|none~0|none~1|+|none~0|none~1|none~2|";
const genotype = String(published["darts-v2"]);
const spec = String(oneShot.architecture(oneShot.edges.map(({ candidates, picks }) => candidates.slice(0, picks))));

export const genotypes: readonly CallCase[] = [
  parsing(bench, "", says("the end", "at character 1", 'expected "|"')),
  parsing(bench, cell.replace("none~2", "conv~2"), says('"conv"', "at character 41", "expected one of none")),
  parsing(bench, cell.replace("none~2", "none~7"), says('"~"', "at character 45", 'expected "~2|"')),
  parsing(bench, `${cell}+`, says('"+"', `at character ${cell.length + 1}`, "expected the end")),
  parsing(bench, "skip_connect ".repeat(9), says('"skip_connect"', "at character 1", 'expected "|"')),
  parsing(darts, "drnas", says('"drnas"', "at character 1", 'expected "Genotype"')),
  parsing(darts, genotype.slice(0, 50), says(null, "at character", "expected")),
  parsing(darts, genotype.replace("sep_conv_3x3", "sep_conv_9x9"), says('"(', "at character 18", "sep_conv_3x3")),
  parsing(darts, genotype.replace(", 0)", ", 9)"), says('"(', "DARTS", "expected")),
  parsing(
    darts,
    genotype.replace("range(2, 6)", "range(2, 999)"),
    says('"999"', "at character", "less than a hundred nodes"),
  ),
  parsing(oneShot, spec.replace("[[0", "[[2"), says('"2"', "at character", "expected 0 or 1")),
  parsing(oneShot, spec.replace("'input'", "'in'"), says("'", "at character", "'input' at vertex 0")),
  parsing(oneShot, "{}", says('"}"', "at character 2", 'expected ""matrix""')),
  parsing(chain, "mbconv_9x9_3", says('"mbconv_9x9_3"', "layer 1.1", "expected one of mbconv_3x3_3")),
  parsing(chain, "mbconv_3x3_3", says("the end", "at character 13", 'expected ","')),
  parsing(edgeSpace, "9<-0 none", says('"9"', "at character 1", "expected an edge, 1<-0")),
  parsing(edgeSpace, "1<-0 swish", says('"swish"', "at character 6", "expected skip_connect or")),
  parsing(edgeSpace, "1<-0 skip_connect", says("[]", "edge 2<-0", "takes 1 of its candidates")),
  refused("too few operations", () => bench.architecture([0]), says("got 1", "Architecture", "each of 6 edges")),
  refused(
    "an operation that is not there",
    () => bench.architecture([0, 0, 0, 0, 0, 5]),
    says("got 5", "edge 3<-2", "must be one of 0 (none)"),
  ),
  refused("index 15,625", () => bench.at(15_625), says("15625", "NasBench201.at", "from 0 to 15624")),
  refused("index 0.5", () => bench.at(0.5), says("0.5", "NasBench201.at", "from 0 to 15624")),
  refused(
    "the number of DARTS's architecture",
    () => published["darts-v2"].in(darts)!.index,
    says(null, "darts: its architectures have no numbers", "use architecture.key"),
  ),
];

// naslab describe.
import { mkdirSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { says } from "../said";
import { type CommandCase, really, refused } from "./command-case";

const residual = "|skip_connect~0|+|none~0|nor_conv_3x3~1|+|none~0|none~1|skip_connect~2|";

export function describe(folder: string): readonly CommandCase[] {
  const drawn = (file: string) => ["describe", "nasbench201", residual, "--output", file];
  const file = join(folder, "picture.svg");
  writeFileSync(file, "");
  mkdirSync(join(folder, "folder.svg"));
  return [
    refused("describe", says("0 words", "describe", "for example: npm start -- describe darts darts-v2")),
    really("describe darts", says("one word", "describe", "for example: npm start -- describe darts darts-v2")),
    refused(["describe", "darts", ...residual.split("~")], says("words", "describe", "quote an architecture")),
    really("describe drats darts-v1", says("drats", "space", "did you mean darts?")),
    really("describe darts drnas", says('"drnas"', "at character 1", "did you mean drnas-cifar10?")),
    refused("describe nasbench201 darts-v1", says("darts-v1", "nasbench201", "take the space darts")),
    really(
      ["describe", "nasbench201", residual.replace("nor_conv_3x3", "conv")],
      says('"conv"', "at character 26", "expected one of none"),
    ),
    refused(["describe", "nasbench201", `${residual}|`], says('"|"', "at character 72", "expected the end")),
    refused("describe chain nothing", says('"nothing"', "at character 1", "expected one of mbconv_3x3_3")),
    refused(["describe", "1shot1-1", "ModelSpec()"], says('")"', "at character 11", 'expected "matrix"')),
    really(drawn(join(folder, "x.pdf")), says("x.pdf", "--output", "end the file's name in .svg or .png")),
    really(drawn(join(folder, "no", "x.svg")), says("no/x.svg", "--output", "make it first")),
    refused(drawn(join(file, "x.svg")), says("picture.svg", "--output", "name a file in a folder")),
    refused(drawn(join(folder, "folder.svg")), says("folder.svg", "--output", "name a file in it")),
    refused("describe darts darts-v2 --colour red", says("--colour", "describe", "the options are --json, --output")),
  ];
}

// naslab score, with bad options and files.
import { mkdirSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { says } from "../said";
import { type CommandCase, really, refused } from "./command-case";

export function score(folder: string): readonly CommandCase[] {
  const at = (name: string) => join(folder, name);
  writeFileSync(at("empty.txt"), "\n");
  writeFileSync(at("one.txt"), "\n|none~0|\n");
  writeFileSync(at("other.jsonl"), '{"kind":"run"}\n');
  mkdirSync(at("list"));
  return [
    really("score --nope", says("--nope", "score", "the options are --space")),
    really("score --proxy naswto", says('"naswto"', "--proxy", "did you mean naswot?")),
    refused("score --proxy snip,snip", says("snip,snip", "--proxy", "name each once")),
    refused(["score", "--proxy", ""], says('""', "--proxy", "use all, or some of")),
    refused("score --architectures sample:0", says("0", "--architectures sample:", "whole number of at least 1")),
    refused("score --architectures sample:9000", says("9000", "--architectures", "at most half")),
    refused("score --architectures |none~0|", says("|none~0|", "--architectures", "neither")),
    refused(
      ["score", "--architectures", at("empty.txt")],
      says("empty.txt", "--architectures", "write an architecture"),
    ),
    refused(["score", "--architectures", at("one.txt")], says("one.txt", "line 2", "NasBench201.parse")),
    refused(["score", "--architectures", at("list")], says("list", "--architectures", "name a file")),
    refused("score --batch 0", says("0", "--batch", "at least 1")),
    refused("score --batch 70000", says("70000", "scores", "whole number from 1 to the 60000")),
    refused("score --repeats 0", says("0", "--repeats", "at least 1")),
    refused("score --dataset fashion-mnist --data /c", says("/c", "--data", "leave --data out")),
    refused(["score", "--file", at("scores.txt")], says("scores.txt", "--file", "end the file's name in .jsonl")),
    really(["score", "--file", at("other.jsonl")], says("other.jsonl", "line 1", "name another")),
  ];
}

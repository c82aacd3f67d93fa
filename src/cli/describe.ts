// naslab describe: what an architecture costs, without building it.
import { UserError } from "../errors";
import { nearest } from "../nearest";
import { program } from "../root";
import {
  type Architecture,
  type Cost,
  type PublishedGenotype,
  published,
  type SearchSpace,
  spaces,
  spacesByName,
} from "../spaces";
import { type Command, fileToWrite, readWords } from "./command";
import { print } from "./print";

export const describe: Command = {
  help: `Usage: ${program} describe SPACE ARCHITECTURE [--json] [--output FILE]

Tells what an architecture costs in the papers' final network: parameters, multiply-adds and the memory of its
feature maps, all of one image; and its canonical form, which is the same for architectures that compute the same
as far as the space's benchmark defines it.

  SPACE          ${Object.keys(spacesByName).join(", ")}
  ARCHITECTURE   in the field's own notation, or the name of a published one:
                 ${inLines(Object.keys(published), 17)}
  --json         one JSON document instead of a table
  --output FILE  a picture of its cells, FILE ending in .svg, .pdf or .png`,

  async run(words) {
    const { values, positionals } = readWords(
      words,
      { json: { type: "boolean", default: false }, output: { type: "string" } },
      true,
    );
    const output = values.output === undefined ? undefined : fileToWrite("output", values.output, [".svg", ".png"]);
    const [space, text] = read(positionals);
    const subject = subjectOf(space, text);
    if (output !== undefined) await draw(subject, output);
    const document = documentOf(space, subject);
    await print(values.json ? JSON.stringify(document, null, 2) : summary(document));
    return 0;
  },
};

/** What is described: an architecture of the space, or another that its network can have. */
interface Subject {
  readonly cost: Cost;
  readonly architecture: Architecture | null;
  readonly published: PublishedGenotype | null;
}

function read(words: readonly string[]): [space: SearchSpace, architecture: string] {
  if (words.length !== 2)
    throw new UserError(
      `give a space and an architecture, got ${words.length === 1 ? "one word" : `${words.length} words`} (quote an architecture that has spaces); for example: ${program} describe darts darts-v2`,
    );
  const [name, text] = words;
  if (!Object.hasOwn(spacesByName, name)) {
    const names = Object.keys(spacesByName);
    const meant = nearest(name, names);
    throw new UserError(
      `space ${name} is unknown; ${meant === null ? "" : `did you mean ${meant}? Else `}use ${names.join(" or ")}`,
    );
  }
  return [spacesByName[name], text];
}

function subjectOf(space: SearchSpace, text: string): Subject {
  if (Object.hasOwn(published, text)) return publishedSubject(space, published[text]);
  const architecture = parsed(space, text);
  return { cost: architecture.cost(), architecture, published: null };
}

function parsed(space: SearchSpace, text: string): Architecture {
  try {
    return space.parse(text);
  } catch (error) {
    if (!(error instanceof UserError)) throw error;
    const [told] = error.message.split("\n");
    const meant = /^[\w-]+$/.test(text) ? nearest(text, Object.keys(published)) : null;
    throw new UserError(
      meant === null ? told : `${told}; nor is it the name of a published architecture: did you mean ${meant}?`,
    );
  }
}

function publishedSubject(space: SearchSpace, published: PublishedGenotype): Subject {
  const architecture = published.in(space);
  if (architecture) return { cost: architecture.cost(), architecture, published };
  const data = space === spaces.darts() ? "cifar10" : space === spaces.dartsImageNet() ? "imagenet" : null;
  if (data) return { cost: published.cost(data), architecture, published };
  throw new UserError(`${published.name} is no architecture of ${space.name}; take the space darts or darts-imagenet`);
}

function documentOf(space: SearchSpace, { cost, architecture, published }: Subject) {
  const text = String(architecture ?? published);
  return {
    space: space.name,
    architecture: text,
    canonical: architecture?.canonical ?? text,
    inSpace: architecture !== null,
    network: space.finalSize,
    ...cost,
    published: published && {
      name: published.name,
      title: published.title,
      paper: published.paper,
      year: published.year,
      source: published.source,
      data: published.data,
      printedMillions: published.printed,
      note: published.note,
    },
  };
}

async function draw({ architecture, published }: Subject, file: string): Promise<void> {
  const { display } = await import("../display/index.js"); // with TensorFlow, for which nobody who has mistyped shall wait
  try {
    display.architecture(architecture ?? published!.design()).save(file);
  } catch (error) {
    if (error instanceof UserError) throw new UserError(`--output ${file}: ${error.message}`);
    throw error;
  }
}

function summary(document: ReturnType<typeof documentOf>): string {
  const { architecture, canonical, network, published } = document;
  const number = (value: number) => value.toLocaleString("en-US");
  const rows = [
    ["architecture", architecture],
    ...(canonical === architecture ? [] : [["canonical form", canonical]]),
    ["network", `${network.channels} channels, ${network.cells} cells, images of ${network.image.join(" × ")}`],
    ["parameters", number(document.parameters)],
    ["multiply-adds", number(document.multiplyAdds)],
    ["feature maps", `${(document.activationBytes / 2 ** 20).toFixed(1)} MiB an image`],
    ...(published ? [["published", `${published.title}: ${published.paper} (${published.year})`]] : []),
    ...(published ? [["", `prints ${published.printedMillions} million parameters (${published.data})`]] : []),
    ...(published?.note ? [["", published.note]] : []),
  ];
  return rows.map(([name, value]) => `${name.padEnd(16)}${value}`).join("\n");
}

/** Words with commas, in lines of a terminal's width. */
function inLines(words: readonly string[], indent: number): string {
  const lines = [""];
  for (const word of words) {
    if (indent + lines.at(-1)!.length + word.length > 110) lines.push("");
    lines[lines.length - 1] += `${word}, `;
  }
  return lines
    .join(`\n${"".padEnd(indent)}`)
    .replace(/, $/, "")
    .replaceAll(" \n", "\n");
}

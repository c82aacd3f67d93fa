// Training-free proxies: what is no architecture or proxy, and batches that do not fit.
import { defineProxy, proxies, requireProxy, scores, spaces } from "../../../src";
import { says } from "../said";
import { type CallCase, refused } from "./call-case";

const architecture = spaces.nasBench201().at(100);
const size = { channels: 4, cells: 1, image: [8, 8, 3], classes: 3 } as const;
const images = new Float32Array(4 * 8 * 8 * 3).fill(0.5);
const labels = Int32Array.from([0, 1, 2, 0]);
const batch = { images, labels };

/** Given what the types do not allow. */
const any = (value: unknown) => value as never;

export const proxyCalls: readonly CallCase[] = [
  refused("an unknown proxy", () => requireProxy("nasswot"), says('"nasswot"', "proxy", "did you mean naswot?")),
  refused(
    "a proxy without a function",
    () => defineProxy(any({ name: "mine", needs: [] })),
    says('"mine"', "defineProxy", "score: (trial)"),
  ),
  refused("no proxy to define", () => defineProxy(any(undefined)), says(null, "defineProxy", 'name: "mine"')),
  refused("no proxy's name", () => requireProxy(""), says('""', "proxy", "use synflow, snip")),
  refused(
    "a name as a proxy",
    () => scores(architecture, any(["naswot"]), batch),
    says('"naswot"', "scores", "give [proxies.naswot"),
  ),
  refused(
    "no proxies",
    () => scores(architecture, [], batch),
    says(null, "scores: no proxy is given", "give [proxies.naswot"),
  ),
  refused(
    "a text as an architecture",
    () => proxies.naswot(any(architecture.toString()), batch, { size }),
    says("|nor_conv_3x3~0|", "proxies.naswot", "space.parse(text)"),
  ),
  refused("no architecture", () => proxies.params(any(null)), says("null", "proxies.params", "space.parse(text)")),
  refused(
    "no batch",
    () => proxies.naswot(architecture),
    says("images", "proxies.naswot", "data.batch(indices, null)"),
  ),
  refused(
    "a promise of a batch",
    () => proxies.naswot(architecture, any(Promise.resolve(batch))),
    says("no images", "proxies.naswot", "await data.batch"),
  ),
  refused(
    "no labels",
    () => proxies.snip(architecture, { images }, { size }),
    says("has none", "proxies.snip: needs labels", "give { images, labels }"),
  ),
  refused(
    "a label too few",
    () => proxies.snip(architecture, { images, labels: labels.subarray(1) }, { size }),
    says("3 labels", "proxies.snip", "give one an image"),
  ),
  refused(
    "a label of no class",
    () => proxies.snip(architecture, { images, labels: Int32Array.from([0, 1, 2, 3]) }, { size }),
    says("label 3", "proxies.snip", "give size: { classes }"),
  ),
  refused(
    "half an image",
    () => proxies.naswot(architecture, { images: images.subarray(100) }, { size }),
    says("668 values", "proxies.naswot", "give size: { image"),
  ),
  refused(
    "images that are no squares",
    () => proxies.naswot(architecture, { images: new Float32Array(4 * 35), labels }),
    says("140 values", "proxies.naswot", "give size: { image"),
  ),
  refused(
    "images of no shape",
    () => proxies.naswot(architecture, { images: new Float32Array(140) }),
    says("without labels", "proxies.naswot", "give size: { image"),
  ),
  refused(
    "an image of NaN",
    () => proxies.naswot(architecture, { images: images.map((x, k) => (k === 7 ? Number.NaN : x)), labels }, { size }),
    says("value 7 of the images is NaN", "proxies.naswot", "give finite ones"),
  ),
  refused(
    "equal images",
    () => proxies.naswot(architecture, batch, { size }),
    says("images 0 and 1", "naswot", "det K = 0"),
  ),
  refused(
    "no channels",
    () => proxies.params(architecture, undefined, { size: { channels: 0 } }),
    says("0", "size.channels", "a positive whole number"),
  ),
  refused(
    "an image of two sides",
    () => proxies.params(architecture, undefined, { size: { image: any([8, 8]) } }),
    says("[8,8]", "size.image", "[height, width, channels]"),
  ),
  refused(
    "a design without a size",
    () => proxies.params(any({ layers: () => [], cell: () => null })),
    says(null, "size.channels", "a positive whole number"),
  ),
];

// The proxies' names, for whoever reads words before TensorFlow.js is loaded.

/** In the order in which they are listed. */
export const proxyNames = [
  "synflow",
  "snip",
  "grasp",
  "fisher",
  "grad_norm",
  "l2_norm",
  "plain",
  "jacob_cov",
  "naswot",
  "ntk",
  "linear_regions",
  "zen",
  "epe_nas",
  "params",
  "flops",
] as const;

export type ProxyName = (typeof proxyNames)[number];

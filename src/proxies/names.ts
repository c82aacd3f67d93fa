// The proxies' names alone, for whoever has to know them before TensorFlow is loaded.
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

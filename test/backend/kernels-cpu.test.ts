import { testKernels } from "./kernels";

testKernels("cpu");

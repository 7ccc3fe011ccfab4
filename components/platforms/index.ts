/** The catalogue: every platform the program can deploy. */
export { taskflow } from "./taskflow";
export { storm } from "./storm";
export { gauzian } from "./gauzian";
export { ecommerce } from "./ecommerce";
export { aquaerp } from "./aquaerp";

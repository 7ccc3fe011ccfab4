import script from "./redact.lua";

/** Function of {@link redactionScript} that Fluent Bit calls for each record. */
export const redactionFunction = "redact";

/**
 * Lua that takes out of a record what no log may hold: Authorization headers, values of keys such as `password`, JSON Web
 * Tokens, and numbers that pass for a payment card's, which the check digit tells from order numbers and times. It looks at
 * every text at whatever depth. Fluent Bit runs LuaJIT, which speaks Lua 5.1.
 * @see https://docs.fluentbit.io/manual/data-pipeline/filters/lua
 */
export const redactionScript = script;

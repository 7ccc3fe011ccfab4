/** Kinds of files that are imported as text. */
export declare const textExtensions: string[];

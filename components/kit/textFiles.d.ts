// What the compiler makes of the files that textFiles.js at the root lists.

declare module "*.bash" {
    const text: string;
    export default text;
}
declare module "*.cfg" {
    const text: string;
    export default text;
}
declare module "*.conf" {
    const text: string;
    export default text;
}
declare module "*.html" {
    const text: string;
    export default text;
}
declare module "*.lua" {
    const text: string;
    export default text;
}
declare module "*.sh" {
    const text: string;
    export default text;
}
declare module "*.sql" {
    const text: string;
    export default text;
}

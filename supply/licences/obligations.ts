/** What licences oblige a company to that runs the software, or gives it to others; by their identifiers in SPDX. */
export const obligations: readonly { readonly licences: RegExp; readonly obliges: string }[] = [
    {
        licences: /AGPL/,
        obliges: "Running it unchanged obliges to nothing. Whoever changes it and lets others use it over a network offers them the sources; "
            + "whoever gives it to others does too.",
    },
    { licences: /SSPL|RSAL|Redpanda/, obliges: "Source-available. Use for one's own applications is free; offering it to others as a service is not." },
    { licences: /LGPL/, obliges: "Running it obliges to nothing. Whoever gives a program with it to others lets them replace this part and have its sources." },
    { licences: /GPL/, obliges: "Running it obliges to nothing. Whoever gives it to others, an image for example, offers them its sources." },
    { licences: /MPL|EPL|CC-BY-SA/, obliges: "Running it obliges to nothing. Whoever gives it to others offers them the sources of its files, also of changed ones." },
    { licences: /^$/, obliges: "Not recognised: somebody has to read its licence." },
    { licences: /SEE LICENSE/, obliges: "A text of its own: somebody has to read it in the package." },
    { licences: /./, obliges: "Running it obliges to nothing. Whoever gives it to others keeps its notices: copyright, licence, and NOTICE where there is one." },
];

/** What a licence obliges to: of several, the strictest counts. */
export function obligationOf(licence: string): string {
    return obligations.find(({ licences }) => licences.test(licence))?.obliges ?? "";
}

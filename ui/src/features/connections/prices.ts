import type { Price, PriceSource } from "../../lib/bindings";

const CENT = 10_000;
const DOLLAR = 1_000_000;

/** "$0.15 in, $0.60 out": for a million tokens each. */
export const priceWords = ({ input, output }: Price) => (input === 0 && output === 0 ? "free" : `${dollars(input)} in, ${dollars(output)} out per million tokens`);

const sources: Record<PriceSource, string> = { table: "by the table of the app", server: "by the server's list", user: "by you" };

/** Who says so, and when somebody looked it up. */
export const sourceWords = ({ source, as_of }: Price) => `${sources[source]}, ${as_of}`;

function dollars(millionths: number): string {
	return `$${(millionths / DOLLAR).toFixed(millionths % CENT === 0 ? 2 : 4)}`;
}

import type { Price } from "../../lib/bindings";

const CENT = 10_000;
const DOLLAR = 1_000_000;

/** "$0.15 in, $0.60 out": for a million tokens each. */
export const priceWords = ({ input, output }: Price) => `${dollars(input)} in, ${dollars(output)} out per million tokens`;

function dollars(millionths: number): string {
	return `$${(millionths / DOLLAR).toFixed(millionths % CENT === 0 ? 2 : 4)}`;
}

import { expect, test } from "vitest";
import { costWords, limitWords, moneyWords } from "./money";

test("small amounts show as many digits as they need", () => {
	expect([0, 150, 12_345_678, 1_250_000_000].map(moneyWords)).toEqual(["$0.00", "$0.000000", "$0.0123", "$1.25"]);
	expect(moneyWords(9_000_000)).toBe("$0.009000");
	expect(limitWords(500_000_000)).toBe("$0.50");
});

test("a sum never hides what is unknown of it", () => {
	const known = { known: 120_000_000, unpriced_attempts: 0, estimated: false };

	expect(costWords(known)).toBe("$0.1200");
	expect(costWords({ ...known, estimated: true })).toBe("≈ $0.1200");
	expect(costWords({ ...known, unpriced_attempts: 3 })).toBe("≥ $0.1200, 3 calls unpriced");
});

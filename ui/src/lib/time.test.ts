import { expect, test } from "vitest";
import { duration, recently, ticking } from "./time";

test("time is said as shortly as it can be", () => {
	const now = Date.parse("2026-11-22T12:00:00");
	expect(recently("2026-11-22T11:59:40", now)).toBe("now");
	expect(recently("2026-11-22T11:56:00", now)).toBe("4 min");
	expect(recently("2026-11-22T08:05:00", now)).toBe("08:05");
	expect([duration(420), duration(12_400), duration(200_000)]).toEqual(["0.4 s", "12 s", "3 min 20 s"]);
	expect([ticking(900), ticking(65_000)]).toEqual(["0 s", "1 min 5 s"]);
});

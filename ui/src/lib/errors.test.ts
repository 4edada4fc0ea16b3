import { expect, test } from "vitest";
import { sentence, toFailure } from "./errors";

test("whatever is thrown becomes a failure with words", () => {
	expect(toFailure({ code: "invalid", message: "topic is empty", field: "topic" })).toEqual({ code: "invalid", message: "topic is empty", field: "topic" });
	expect(toFailure(new Error("boom"))).toEqual({ code: "window", message: "boom", field: null });
	expect(toFailure("boom").message).toBe("boom");
	expect(sentence("it has ended")).toBe("It has ended.");
});

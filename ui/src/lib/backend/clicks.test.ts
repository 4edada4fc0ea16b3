import { expect, test, vi } from "vitest";
import { INSTANT } from "../../test/window";
import { oncePerClick } from "./clicks";
import { FakeBackend } from "./fake/fake";

const wanted = { topic: "Ships", participants: [{ persona: "sceptic", route: [{ connection: "demo", model: "sceptic" }] }] };

function impatient() {
	const fake = new FakeBackend(INSTANT);
	let time = 0;
	const backend = oncePerClick(fake, () => time);
	return { fake, backend, later: (ms: number) => (time += ms) };
}

test("what is asked for twice at once is made once, and both hear of it", async () => {
	const { fake, backend, later } = impatient();
	const create = vi.spyOn(fake, "createConversation");

	const first = backend.createConversation(wanted);
	later(5_000);
	const second = backend.createConversation({ ...wanted });

	expect((await second).id).toBe((await first).id);
	expect(create).toHaveBeenCalledTimes(1);
});

test("the second click of a double click is the first, and whoever comes later wants another", async () => {
	const { fake, backend, later } = impatient();
	const { id, participants: [first] } = await backend.createConversation(wanted);
	const nudge = vi.spyOn(fake, "nudgeParticipant").mockResolvedValue(null);
	if (!first) throw new Error("nobody is at the table");

	await backend.nudgeParticipant(id, first.id);
	later(200);
	await backend.nudgeParticipant(id, first.id);
	await backend.nudgeParticipant(id, "another");
	later(400);
	await backend.nudgeParticipant(id, first.id);

	expect(nudge.mock.calls.map(([, whom]) => whom)).toEqual([first.id, "another", first.id]);
});

test("what failed can be asked for again at once", async () => {
	const { backend } = impatient();

	await expect(backend.createConversation({ ...wanted, topic: "" })).rejects.toMatchObject({ field: "topic" });
	await expect(backend.createConversation({ ...wanted, topic: "" })).rejects.toMatchObject({ field: "topic" });
	expect((await backend.createConversation(wanted)).topic).toBe("Ships");
});

test("whoever undoes twice means two", async () => {
	const { fake, backend } = impatient();
	const undo = vi.spyOn(fake, "undo").mockResolvedValue(null);

	await Promise.all([backend.undo("c1"), backend.undo("c1")]);

	expect(undo).toHaveBeenCalledTimes(2);
});

import type { Backend } from "../backend";
import { FakeBackend } from "./fake";
import { played } from "./played";

/** A set for looking at: `?scene=` chooses what has happened before the window opens. */
export async function stage(query: URLSearchParams): Promise<Backend> {
	const fake = new FakeBackend();
	const theme = query.get("theme");
	if (theme === "light" || theme === "dark") fake.info = { ...fake.info, preferences: { ...fake.info.preferences, theme } };
	fake.info = { ...fake.info, preferences: { ...fake.info.preferences, text_scale: Number(query.get("text") ?? 100) } };
	await played(fake, query.get("scene") ?? "running", Number(query.get("messages") ?? 5_000));
	return fake;
}

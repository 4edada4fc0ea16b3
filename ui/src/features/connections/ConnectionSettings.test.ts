import { screen, within } from "@testing-library/svelte";
import { describe, expect, test } from "vitest";
import type { FakeBackend } from "../../lib/backend/fake/fake";
import { button, byTestId, isAccessible, key, openWindow, press, type, until } from "../../test/window";

async function connections(prepare: (fake: FakeBackend) => void = () => {}) {
	const opened = await openWindow("idle", prepare);
	await byTestId("composer-input");
	key(window, ",", { ctrlKey: true });
	await press("Connections");
	await screen.findByRole("heading", { name: "Connections", level: 2 });
	return opened;
}

const ollama = (base_url: string, name: string) => ({
	server: "ollama" as const,
	kind: "compatible" as const,
	name,
	base_url,
	local: true,
	needs_key: false,
	models: [{ id: "qwen3:8b", label: "qwen3:8b", context_tokens: null, chats: true, facts: {} }],
	connection: null,
});

describe("a connection", () => {
	test("says how far its test got", async () => {
		await connections();
		await press("Test Ollama");

		await until(() => expect(screen.getByRole("status", { name: "Test of Ollama" }).textContent).toMatch(/reachable.*authorised.*3 models.*12 ms/));
		await isAccessible();
	});

	test("says what is wrong and what helps", async () => {
		await connections((fake) => {
			const problem = { class: "unreachable" as const, detail: "connection refused", remedy: "start the server" };
			fake.tested = { reachable: false, authorized: null, models: null, latency_ms: 3, problem };
		});
		await press("Test Ollama");

		const told = screen.getByRole("status", { name: "Test of Ollama" });
		await until(() => expect(told.textContent).toContain("Connection refused. Start the server."));
		expect(told.textContent).toContain("not reachable");
		expect(told.textContent).not.toContain("authorised");
	});

	test("takes another name and keeps its key", async () => {
		const { fake } = await connections();
		const before = fake.connections.at(-1);
		await press("Edit Ollama");
		const form = within(await screen.findByRole("dialog", { name: "Edit Ollama" }));
		await isAccessible();
		type(form.getByLabelText(/^Name/), "Attic");
		form.getByRole("button", { name: "Save" }).click();

		await button("Edit Attic");
		expect(fake.connections.at(-1)?.key).toBe(before?.key);
		expect(fake.connections.at(-1)?.connection.base_url).toBe(before?.connection.base_url);
	});

	test("wants its key again for another server, and says so at the key", async () => {
		const { fake } = await connections((fake) => {
			const connection = { id: "work", kind: "openai" as const, name: "Work", base_url: "https://api.openai.com/v1", local: false, key: "keyring" as const };
			fake.connections = [...fake.connections, { connection, key: "keyring" }];
		});
		await press("Edit Work");
		const form = within(await screen.findByRole("dialog", { name: "Edit Work" }));
		expect(form.getByText(/Leave it empty to keep the key there is/)).toBeTruthy();
		type(form.getByLabelText(/^Base URL/), "https://elsewhere.example/v1");
		expect(await form.findByText(/This is another server: the key has to be given again/)).toBeTruthy();

		form.getByRole("button", { name: "Save" }).click();
		await until(() => expect(form.getByLabelText(/^Key/).getAttribute("aria-invalid")).toBe("true"));

		type(form.getByLabelText(/^Key/), "sk-canary");
		form.getByRole("button", { name: "Save" }).click();
		await until(() => expect(fake.connections.at(-1)?.connection.base_url).toBe("https://elsewhere.example/v1"));
	});
});

describe("how a connection is called", () => {
	test("is shown as it is usual, and changed where a person knows better", async () => {
		const { fake } = await connections();
		await press("Edit Ollama");
		const form = within(await screen.findByRole("dialog", { name: "Edit Ollama" }));
		const advanced = form.getByText("Advanced");
		expect(advanced.closest("details")?.open).toBe(false);
		advanced.click();
		const calls = form.getByLabelText<HTMLInputElement>(/^Calls at once/);
		await until(() => expect(calls.placeholder).toBe("2"));
		expect(form.getByLabelText<HTMLInputElement>(/^First word/).placeholder).toBe("300");
		await isAccessible();

		type(calls, "many");
		form.getByRole("button", { name: "Save" }).click();
		await until(() => expect(document.activeElement).toBe(calls));
		expect(form.getByText("Write a whole number, or leave it empty.")).toBeTruthy();
		type(calls, "999");
		form.getByRole("button", { name: "Save" }).click();
		expect(await form.findByText("Give a number of calls from 1 to 256, or none for what is usual.")).toBeTruthy();
		await until(() => expect(document.activeElement).toBe(calls));

		type(calls, "16");
		type(form.getByLabelText(/^First word/), "600");
		form.getByRole("button", { name: "Save" }).click();
		await until(() => expect(fake.connections.at(-1)?.connection.limits).toMatchObject({ calls_at_once: 16, first_token_s: 600, idle_s: null }));

		await press("Edit Ollama");
		const again = within(await screen.findByRole("dialog", { name: "Edit Ollama" }));
		expect(again.getByText("Advanced").closest("details")?.open).toBe(true);
		expect(again.getByLabelText<HTMLInputElement>(/^Calls at once/).value).toBe("16");
	});

	test("is what is usual where the server is", async () => {
		await connections();
		await press("Add a connection");
		const form = within(await screen.findByRole("dialog", { name: "Add a connection" }));
		form.getByText("Advanced").click();
		form.getByRole("button", { name: "OpenRouter" }).click();
		const calls = form.getByLabelText<HTMLInputElement>(/^Calls at once/);
		await until(() => expect(calls.placeholder).toBe("16"));
		expect(form.getByText(/it shares its places with all other servers/)).toBeTruthy();

		form.getByLabelText(/^This server is on my own computer/).click();
		await until(() => expect(calls.placeholder).toBe("2"));
	});
});

describe("local servers", () => {
	test("are looked for when a person asks, and none is an answer", async () => {
		await connections();
		await press("Look for local servers");

		expect(await screen.findByText(/No model server answers on this computer/)).toBeTruthy();
	});

	test("become connections, and are not offered twice", async () => {
		const { fake } = await connections((fake) => {
			const known = fake.connections.at(-1)?.connection.base_url ?? "";
			fake.listening = [ollama(known, "Ollama here"), ollama("http://127.0.0.1:1234/v1", "Attic")];
		});
		await press("Look for local servers");
		expect(await screen.findByText("Already connected as Ollama")).toBeTruthy();
		expect(screen.queryByRole("button", { name: "Use Ollama here" })).toBeNull();
		await isAccessible();

		await press("Use Attic");
		const form = within(await screen.findByRole("dialog", { name: "Add a connection" }));
		form.getByRole("button", { name: "Add connection" }).click();

		expect(await screen.findByText("Already connected as Attic")).toBeTruthy();
		expect(fake.connections.at(-1)?.connection).toMatchObject({ name: "Attic", base_url: "http://127.0.0.1:1234/v1", local: true });
	});
});

describe("the file of keys", () => {
	test("takes the keyring's place where there is none", async () => {
		const { fake } = await connections((fake) => {
			fake.info = { ...fake.info, keyring: { state: "absent", backend: "Secret Service", detail: null } };
		});
		await press("Create it");
		const form = within(await screen.findByRole("form", { name: "Create the file of keys" }));
		const passphrase = form.getByLabelText("Passphrase");
		await isAccessible();
		type(passphrase, "short");
		await press("Create the file of keys");
		await until(() => expect(passphrase.getAttribute("aria-invalid")).toBe("true"));
		type(passphrase, "a longer one");
		await press("Create the file of keys");
		expect(await screen.findByText("The file of keys is open.")).toBeTruthy();

		await press("Add a connection");
		const adding = within(await screen.findByRole("dialog", { name: "Add a connection" }));
		expect(await adding.findByText(/Goes to the file of keys, encrypted/)).toBeTruthy();
		adding.getByRole("button", { name: "OpenRouter" }).click();
		type(adding.getByLabelText(/^Key/), "sk-canary");
		adding.getByRole("button", { name: "Add connection" }).click();

		await button("Edit OpenRouter");
		expect(fake.connections.at(-1)?.key).toBe("file");
		await press("Lock it");
		expect(await screen.findByText("The file of keys is locked.")).toBeTruthy();
	});
});

describe("what is known of a model", () => {
	async function correct(model: string) {
		const opened = await connections();
		await press("Models of Ollama");
		await press(`Correct what is known of ${model}`);
		return { ...opened, form: within(await screen.findByRole("dialog", { name: `What is known of ${model}` })) };
	}
	const row = (model: string) => screen.getByText(model, { selector: "code" }).closest("li")?.textContent;

	test("can be corrected, says who says it and since when, and left to the lists again", async () => {
		const { form } = await correct("qwen3:8b");
		await isAccessible();
		type(form.getByLabelText(/^Input/), "$0,15");
		type(form.getByLabelText(/^Output/), "0.6");
		type(form.getByLabelText(/^Context window/), "64,000");

		form.getByRole("button", { name: "Save" }).click();

		await until(() => expect(row("qwen3:8b")).toContain("64,000 tokens · $0.15 in, $0.60 out per million tokens, by you, "));
		expect(row("qwen3:8b")).toContain("corrected by you");
		expect(row("mistral-small:24b")).toContain("price unknown");

		await press("Correct what is known of qwen3:8b");
		const again = within(await screen.findByRole("dialog"));
		expect(again.getByLabelText<HTMLInputElement>(/^Input/).value).toBe("0.15");
		again.getByRole("button", { name: "Let the lists count again" }).click();
		await until(() => expect(row("qwen3:8b")).toContain("price unknown"));
	});

	test("is refused at the field that is wrong, and nothing is said of the model", async () => {
		const { fake, form } = await correct("qwen3:8b");
		type(form.getByLabelText(/^Input/), "cheap");
		type(form.getByLabelText(/^Context window/), "0");

		form.getByRole("button", { name: "Save" }).click();

		const input = form.getByLabelText(/^Input/);
		await until(() => expect(input.getAttribute("aria-invalid")).toBe("true"));
		expect(form.getByText("Write a number of dollars, like 0.15.")).toBeTruthy();
		expect(form.getByText(/A price has two sides: say what output costs/)).toBeTruthy();
		expect(form.getByLabelText(/^Context window/).getAttribute("aria-invalid")).toBe("true");
		await until(() => expect(document.activeElement).toBe(input));
		expect(await fake.saidModelFacts()).toEqual([]);
	});
});

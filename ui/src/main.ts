import { mount } from "svelte";
import App from "./App.svelte";
import "./app.css";
import { openBackend } from "./lib/backend/open";

const target = document.getElementById("app");
if (target) {
	openBackend().then(
		(backend) => mount(App, { target, props: { backend } }),
		(reason) => (target.textContent = String(reason)),
	);
}

import type { Backend } from "../backend/backend";
import type { CompanionStatus, Scope, TokenInfo } from "../bindings";
import { toFailure, type Failure } from "../errors";

type Door = Pick<Backend, "setCompanion" | "createToken" | "listTokens" | "revokeToken">;

/** The local API: whether it listens, and who may come in. */
export class Companion {
	status = $state.raw<CompanionStatus>({ enabled: false, url: null, port: null, clients: 0 });
	tokens = $state.raw<TokenInfo[]>([]);
	failure = $state.raw<Failure>();

	constructor(readonly backend: Door) {}

	async setEnabled(enabled: boolean) {
		this.status = await this.backend.setCompanion(enabled);
	}

	async loadTokens() {
		try {
			this.tokens = await this.backend.listTokens();
			this.failure = undefined;
		} catch (thrown) {
			this.failure = toFailure(thrown);
		}
	}

	/** The token's text is given once, here, and kept nowhere in the window. */
	async issue(name: string, scopes: Scope[]): Promise<string> {
		const issued = await this.backend.createToken(name, scopes);
		await this.loadTokens();
		return issued.token;
	}

	async revoke(id: TokenInfo["id"]) {
		await this.backend.revokeToken(id);
		await this.loadTokens();
	}
}

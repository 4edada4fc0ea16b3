import type { Failure } from "../../errors";

export const refuse = (code: string, message: string, field: string | null = null): Failure => ({ code, message, field });

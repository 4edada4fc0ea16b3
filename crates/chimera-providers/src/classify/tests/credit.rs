use ErrorClass::*;
use serde_json::json;

use super::classified;
use crate::classify::*;

/// Waiting helps none of them, whatever the status says: a person has to pay, or to raise a limit.
#[test]
fn whoever_has_no_credit_left_is_told_so_and_not_to_wait() {
    let spent = "Your team 16f2151a-40f4-4a80-8ad0-cae00c27e8dd has either used all available credits or reached its \
                 monthly spending limit. To continue making API requests, please purchase more credits or raise your \
                 spending limit.";
    let none_yet = "Your newly created team doesn't have any credits or licenses yet. You can purchase those on \
                    https://console.x.ai.";
    let subscribe =
        "You have run out of credits or need a Grok subscription. Add credits at https://grok.com/?_s=usage.";
    let openrouter = |code: u16, message: &str| (code, json!({"error": {"message": message, "code": code}}));
    let table = [
        // xAI
        (429, json!({"code": "Some resource has been exhausted", "error": spent})),
        (403, json!({"code": "permission-denied", "error": spent})),
        (403, json!({"code": "The caller does not have permission", "error": none_yet})),
        (403, json!({"code": "permission-denied", "error": subscribe})),
        // The same behind a proxy that has types of its own.
        (429, json!({"error": {"message": spent, "type": "rate_limit_error", "code": "429"}})),
        // OpenRouter
        openrouter(403, "Key limit exceeded (total limit). Manage it using https://openrouter.ai/settings/keys"),
        openrouter(403, "Key limit exceeded (daily limit). Manage it using https://openrouter.ai/settings/keys"),
        openrouter(403, "Key limit exceeded. Manage it using https://openrouter.ai/keys"),
        openrouter(402, "Insufficient credits. Add more using https://openrouter.ai/settings/credits"),
        openrouter(402, "Prompt tokens limit exceeded: 9052 > 1017. To increase, upgrade to a paid account"),
        // Hugging Face
        (402, json!({"error": "You have exceeded your monthly included credits for Inference Providers."})),
        (429, json!({"error": "You have exceeded your monthly included credits for Inference Providers."})),
    ];

    for (status, body) in table {
        assert_eq!(classified(status, &body), QuotaExhausted, "{status} {body}");
    }
}

#[test]
fn a_limit_that_passes_is_no_lack_of_credit() {
    let free = "Rate limit exceeded: free-models-per-day. Add 10 credits to unlock 1000 free model requests per day";

    assert_eq!(classified(429, &json!({"error": {"message": free, "code": 429}})), RateLimited);
}

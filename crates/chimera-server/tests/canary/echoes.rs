//! Everything in which a server can give a key back.

use chimera_core::ProviderKind;
use chimera_testkit::Reply;
use serde_json::json;

use crate::canary::{IN_A_URL, KEY, in_base64, in_basic};

pub fn echoes(kind: ProviderKind) -> Vec<Reply> {
    let words = format!("not with {KEY}, {IN_A_URL}, {} or {}", in_base64(), in_basic());
    let error =
        json!({"error": {"message": words, "type": KEY, "code": KEY, "param": KEY, "details": [{"reason": KEY}]}});
    // Long words are shortened, here in the middle of the key.
    let cut = json!({"error": {"message": format!("{}{KEY}", "x".repeat(400 - KEY.len() / 2))}});
    let in_stream = |reply: Reply| reply.bytes(format!("event: error\ndata: {error}\n\n"));
    vec![
        Reply::fails(401, &error.to_string()).header("x-request-id", KEY),
        Reply::fails(400, &error.to_string()).header("request-id", &format!("id {KEY}")),
        Reply::fails(403, &cut.to_string()),
        Reply::whole(404, "text/plain", format!("debug: Authorization: Bearer {KEY}")),
        Reply::whole(401, "text/event-stream", format!("data: {error}\n\n")),
        Reply::fails(404, &json!({"error": {"model": words}}).to_string())
            .header("set-cookie", KEY)
            .header(KEY_HEADER, KEY),
        Reply::redirects(&format!("http://{}.example.com/?key={IN_A_URL}", KEY.replace(['/', '+', '='], "-"))),
        Reply::redirects(&format!("http://{KEY}")),
        Reply::raw(format!("{KEY}\r\n\r\n")).breaks_off(),
        Reply::raw(format!("HTTP/1.1 200 OK\r\nx-{KEY}: {KEY}\r\nbroken head {KEY}\r\n\r\n")),
        Reply::whole(200, "application/json", error.to_string()),
        Reply::whole(200, "text/html", format!("<title>{KEY}</title>")),
        in_stream(Reply::events()),
        in_stream(Reply::begins_in(kind, "Half a ")),
        Reply::begins_in(kind, "Half a ").header("x-request-id", KEY).breaks_off(),
        Reply::events().comment(KEY).bytes(format!("{error}\n")),
        Reply::events().bytes(format!("id: {KEY}\nevent: {KEY}\ndata: {{\"x\": \"{KEY}\"}}\n\ndata: {KEY}\n\n")),
        answered_by_the_key(kind),
        says_the_key(kind),
        stopped_because_of_the_key(kind),
        thinks_of_the_key(kind),
    ]
}

const KEY_HEADER: &str = "x-your-key";

/// A whole answer of a model with this name.
fn answered_by_the_key(kind: ProviderKind) -> Reply {
    let name =
        json!({"model": KEY, "modelVersion": KEY, "type": "message_start", "message": {"model": KEY}, "choices": []});
    let response = json!({"type": "response.created", "response": {"model": KEY}});
    let named = Reply::events().event(name).event(response).header("x-request-id", KEY);
    named.words_in(kind, "A plank.").ends_in(kind)
}

/// A whole answer after thoughts of nothing else, in the words of every protocol.
fn thinks_of_the_key(kind: ProviderKind) -> Reply {
    let thought = json!({"choices": [{"index": 0, "delta": {"reasoning_content": KEY}, "finish_reason": null}],
        "candidates": [{"content": {"parts": [{"thought": true, "text": KEY}]}}],
        "type": "content_block_delta", "index": 0, "delta": {"type": "thinking_delta", "thinking": KEY}});
    let response = json!({"type": "response.reasoning_text.delta", "output_index": 0, "delta": KEY});
    Reply::events().event(thought).event(response).words_in(kind, "A plank.").ends_in(kind)
}

/// A whole answer with the key in it, in pieces.
fn says_the_key(kind: ProviderKind) -> Reply {
    let words = format!("It is {KEY}, {KEY}.");
    let pieces = words.as_bytes().chunks(5).map(|piece| String::from_utf8_lossy(piece).into_owned());
    pieces.fold(Reply::begins_in(kind, ""), |reply, piece| reply.words_in(kind, &piece)).ends_in(kind)
}

/// An end without words, and a reason for it.
fn stopped_because_of_the_key(kind: ProviderKind) -> Reply {
    match kind {
        ProviderKind::Anthropic => Reply::events()
            .event(json!({"type": "message_delta", "delta": {"stop_reason": "refusal", "stop_details": {"explanation": KEY, "category": KEY}}}))
            .event(json!({"type": "message_stop"})),
        ProviderKind::Gemini => {
            Reply::events().data(json!({"candidates": [{"finishReason": "SAFETY", "finishMessage": KEY}]}))
        }
        ProviderKind::OpenaiResponses => Reply::events().event(json!({"type": "response.incomplete",
            "response": {"status": "incomplete", "incomplete_details": {"reason": KEY}}})),
        _ => Reply::events().chunk(json!({"choices": [{"index": 0, "delta": {}, "finish_reason": KEY}]})).done(),
    }
}

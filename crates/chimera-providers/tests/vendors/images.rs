//! Images on the wire: in each protocol's own form, at their place among the words.

use chimera_core::{
    Connection, ImageBytes, ImageDigest, ImageRef, ImageType, PromptMessage, ProviderKind, ReplyRequest, Role,
};
use chimera_providers::Providers;
use chimera_testkit::builders::question;
use chimera_testkit::{Asked, FakeLlm, Heard, Reply};
use serde_json::{Value, json};

const BYTES: &[u8] = b"\x89PNG not really";
const BASE64: &str = "iVBORyBub3QgcmVhbGx5";

fn image(letter: u8, media_type: ImageType) -> ImageRef {
    let digest = ImageDigest::of_hash([letter; 32]);
    ImageRef { digest, media_type, bytes: 15, width: 3, height: 2, alt: None }
}

/// Two lines of the user's, the first with an image behind it and the second with one that is gone.
fn showing(media_type: ImageType) -> ReplyRequest {
    let mut look = PromptMessage::new(Role::User, "User: Look. [image, 3×2]");
    look.show(image(1, media_type));
    let mut gone = PromptMessage::new(Role::User, "User: And this? [image, 3×2]");
    gone.show(image(2, media_type));
    let mut images = ImageBytes::default();
    images.insert(image(1, media_type).digest, BYTES.into());
    let messages =
        vec![look, PromptMessage::new(Role::User, "Bo: Well?"), PromptMessage::new(Role::Assistant, "Hm."), gone];
    ReplyRequest { messages, images, ..question("m") }
}

async fn asked_at(server: &FakeLlm, connection: &Connection, request: ReplyRequest) -> Asked {
    Heard::all_of(Providers::new().open(connection, None).expect("loopback may be called").reply(request)).await;
    server.request(0).await
}

async fn asked(kind: ProviderKind, request: ReplyRequest) -> Asked {
    let server = FakeLlm::start().await;
    server.always().replies(Reply::says_in(kind, "A ship."));
    asked_at(&server, &server.connection_of(kind), request).await
}

fn data_url() -> Value {
    json!(format!("data:image/png;base64,{BASE64}"))
}

#[tokio::test]
async fn chat_completions_get_a_data_url_and_plain_words_where_there_is_no_image() {
    for kind in [ProviderKind::Openai, ProviderKind::Compatible] {
        let asked = asked(kind, showing(ImageType::Png)).await;

        let said = &asked.body()["messages"].as_array().unwrap()[1..];
        let look = json!([
            {"type": "text", "text": "User: Look. [image, 3×2]"},
            {"type": "image_url", "image_url": {"url": data_url()}},
        ]);
        let expected = [
            json!({"role": "user", "content": look}),
            json!({"role": "user", "content": "Bo: Well?"}),
            json!({"role": "assistant", "content": "Hm."}),
            json!({"role": "user", "content": "User: And this? [image, 3×2]"}),
        ];
        assert_eq!(said, expected, "{kind:?}");
    }
}

#[tokio::test]
async fn a_deployment_in_microsofts_house_is_shown_images_as_openai_is() {
    let server = FakeLlm::start().await;
    server.always().says("A ship.");
    let base_url = format!("{}/openai/deployments/chat?api-version=2024-10-21", server.url());
    let connection = Connection { base_url: Some(base_url), ..server.connection_of(ProviderKind::Openai) };

    let asked = asked_at(&server, &connection, showing(ImageType::Png)).await;

    assert_eq!(asked.body()["messages"][1]["content"][1]["image_url"]["url"], data_url());
}

#[tokio::test]
async fn responses_get_input_parts_and_neighbours_are_merged_around_the_image() {
    let asked = asked(ProviderKind::OpenaiResponses, showing(ImageType::Png)).await;

    let look = json!([
        {"type": "input_text", "text": "User: Look. [image, 3×2]"},
        {"type": "input_image", "image_url": data_url()},
        {"type": "input_text", "text": "Bo: Well?"},
    ]);
    let expected = json!([
        {"role": "user", "content": look},
        {"role": "assistant", "content": "Hm."},
        {"role": "user", "content": "User: And this? [image, 3×2]"},
    ]);
    assert_eq!(asked.body()["input"], expected);
}

#[tokio::test]
async fn anthropic_gets_blocks_with_the_kind_of_the_image() {
    let asked = asked(ProviderKind::Anthropic, showing(ImageType::Gif)).await;

    let look = json!([
        {"type": "text", "text": "User: Look. [image, 3×2]"},
        {"type": "image", "source": {"type": "base64", "media_type": "image/gif", "data": BASE64}},
        {"type": "text", "text": "Bo: Well?"},
    ]);
    let expected = json!([
        {"role": "user", "content": look},
        {"role": "assistant", "content": "Hm."},
        {"role": "user", "content": "User: And this? [image, 3×2]"},
    ]);
    assert_eq!(asked.body()["messages"], expected);
}

#[tokio::test]
async fn gemini_gets_inline_data_and_no_gif() {
    let asked_png = asked(ProviderKind::Gemini, showing(ImageType::Png)).await;
    let asked_gif = asked(ProviderKind::Gemini, showing(ImageType::Gif)).await;

    let look = json!([
        {"text": "User: Look. [image, 3×2]"},
        {"inlineData": {"mimeType": "image/png", "data": BASE64}},
        {"text": "Bo: Well?"},
    ]);
    assert_eq!(asked_png.body()["contents"][0], json!({"role": "user", "parts": look}));
    let words = json!([{"text": "User: Look. [image, 3×2]\n\nBo: Well?"}]);
    assert_eq!(asked_gif.body()["contents"][0], json!({"role": "user", "parts": words}));
}

#[tokio::test]
async fn an_image_that_cannot_be_sent_leaves_its_label_where_no_words_name_it() {
    let mut gone = PromptMessage::new(Role::User, "What is it?");
    gone.show(image(2, ImageType::Png));

    let asked = asked(ProviderKind::Anthropic, ReplyRequest { messages: vec![gone], ..question("m") }).await;

    assert_eq!(asked.body()["messages"][0]["content"], "What is it?\n\n[image, 3×2]");
}

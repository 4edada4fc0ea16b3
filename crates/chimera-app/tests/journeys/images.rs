//! An image from the user's hand to the models that see it, and to those that do not.

use std::path::Path;

use base64::Engine;
use base64::prelude::BASE64_STANDARD;
use chimera_app::{EditAs, ErrorCode, Recording, SayWhen, replay_recording};
use chimera_core::{
    Attachment, AttemptOutcome, ConversationId, ConversationState, ErrorClass, ImageRef, ImageType, MAX_IMAGE_BYTES,
    MAX_MESSAGE_IMAGES, ModelRef, ProviderKind,
};

use chimera_testkit::pictures::{self, Told};
use chimera_testkit::{FakeLlm, Reply};

use crate::house::{House, panel, seat};

const ALT: &str = "a harbour at dusk";
const DIALECTS: [(&str, ProviderKind); 5] = [
    ("compatible", ProviderKind::Compatible),
    ("openai", ProviderKind::Openai),
    ("openai-responses", ProviderKind::OpenaiResponses),
    ("anthropic", ProviderKind::Anthropic),
    ("gemini", ProviderKind::Gemini),
];

async fn at(house: &House, server: &FakeLlm, word: &str) -> Vec<ModelRef> {
    let spec = format!("{word}@{}/v1#m", server.url()).parse().unwrap();
    house.chimera.route(&spec, None).await.unwrap()
}

/// A conversation in which the user has shown an image before anybody spoke.
async fn shown(house: &House, route: Vec<ModelRef>, turns: u32) -> (ConversationId, ImageRef) {
    let mut new = panel(turns);
    new.participants = vec![seat("Ada", route.clone()), seat("Bob", route)];
    let id = house.chimera.create_conversation(new).await.unwrap().id;
    let image = house.chimera.attach_image(pictures::png(40, 30, Told::Everything)).await.unwrap();
    let attached = vec![Attachment { digest: image.digest, alt: Some(ALT.into()) }];
    house.chimera.say_with_images(id, "Look.", attached, SayWhen::After, Vec::new()).await.unwrap();
    (id, image)
}

/// Where the image's bytes lie in a request, and how they begin there.
fn place(kind: ProviderKind) -> (&'static str, &'static str) {
    match kind {
        ProviderKind::Openai | ProviderKind::Compatible => {
            ("/messages/1/content/1/image_url/url", "data:image/png;base64,")
        }
        ProviderKind::OpenaiResponses => ("/input/0/content/1/image_url", "data:image/png;base64,"),
        ProviderKind::Anthropic => ("/messages/0/content/1/source/data", ""),
        ProviderKind::Gemini => ("/contents/0/parts/1/inlineData/data", ""),
        ProviderKind::Demo => unreachable!("the demo voices have no wire"),
    }
}

#[tokio::test]
async fn the_very_image_arrives_in_every_dialect_without_what_it_told_beside_the_picture() {
    for (word, kind) in DIALECTS {
        let house = House::new().await;
        let server = FakeLlm::start().await;
        server.always().replies(Reply::says_in(kind, "Ships, and the sea."));
        let route = at(&house, &server, word).await;

        let (id, image) = shown(&house, route, 1).await;
        house.chimera.start(id).await.unwrap();
        let view = house.until(id, ConversationState::Completed).await;

        let (pointer, lead) = place(kind);
        let asked = server.request(0).await;
        let sent = asked.body().pointer(pointer).and_then(|sent| sent.as_str()).unwrap_or_default();
        let sent = BASE64_STANDARD.decode(sent.strip_prefix(lead).unwrap_or_default()).unwrap();
        assert_eq!(sent, pictures::png(40, 30, Told::Nothing), "{word}");
        assert_eq!(house.chimera.image(image.digest).await.unwrap().bytes, sent, "{word}");
        assert_eq!(view.messages[0].images, [ImageRef { alt: Some(ALT.into()), ..image }], "{word}");
        assert!(house.chimera.prompt_of_turn(id, None).await.unwrap().exact, "{word}");
    }
}

#[tokio::test]
async fn a_model_that_does_not_see_is_asked_again_with_words_and_no_other_conversation_has_to_find_out() {
    let house = House::new().await;
    let server = FakeLlm::start().await;
    server.next().fails(400, r#"{"error":{"message":"this model does not support image input","code":400}}"#);
    server.always().says("I take your word for it.");
    let route = at(&house, &server, "compatible").await;

    let (first, _) = shown(&house, route.clone(), 2).await;
    house.chimera.start(first).await.unwrap();
    let view = house.until(first, ConversationState::Completed).await;
    let (second, _) = shown(&house, route, 1).await;
    house.chimera.start(second).await.unwrap();
    house.until(second, ConversationState::Completed).await;

    let attempts = &view.messages[1].attempts;
    let Some(AttemptOutcome::Failed { class, .. }) = &attempts[0].outcome else { panic!("{attempts:?}") };
    assert_eq!((*class, attempts.len()), (ErrorClass::ImagesUnsupported, 2));
    let asked = server.requests();
    assert_eq!(asked.len(), 4, "one refusal, and three answers");
    let with_image = |asked: &chimera_testkit::Asked| asked.body()["messages"][1]["content"].is_array();
    assert_eq!(asked.iter().map(with_image).collect::<Vec<_>>(), [true, false, false, false]);
    let words = asked[1].body()["messages"][1]["content"].as_str().unwrap();
    assert!(words.starts_with("User: Look. [image: a harbour at dusk, 40×30]"), "{words}");
}

/// What each vendor says when it is shown something by mistake.
fn refusal(kind: ProviderKind) -> &'static str {
    match kind {
        ProviderKind::Compatible => {
            r#"{"object":"error","message":"tiny is not a multimodal model","type":"BadRequestError","code":400}"#
        }
        ProviderKind::Openai | ProviderKind::OpenaiResponses => {
            r#"{"error":{"message":"Invalid content type. image_url is only supported by certain models.","type":"invalid_request_error","param":"messages.[0].content.[1].type","code":null}}"#
        }
        ProviderKind::Anthropic => {
            r#"{"type":"error","error":{"type":"invalid_request_error","message":"'m' does not support image input."},"request_id":"req_1"}"#
        }
        ProviderKind::Gemini => {
            r#"{"error":{"code":400,"message":"Image input modality is not enabled for models/m","status":"INVALID_ARGUMENT"}}"#
        }
        ProviderKind::Demo => unreachable!("the demo voices have no wire"),
    }
}

#[tokio::test]
async fn every_vendors_words_for_a_model_without_eyes_lead_to_the_same_question_in_words() {
    for (word, kind) in DIALECTS {
        let house = House::new().await;
        let server = FakeLlm::start().await;
        server.next().fails(400, refusal(kind));
        server.always().replies(Reply::says_in(kind, "I take your word for it."));
        let route = at(&house, &server, word).await;

        let (id, _) = shown(&house, route, 1).await;
        house.chimera.start(id).await.unwrap();
        let view = house.until(id, ConversationState::Completed).await;

        let (pointer, _) = place(kind);
        let asked = server.requests();
        let has_image: Vec<bool> = asked.iter().map(|asked| asked.body().pointer(pointer).is_some()).collect();
        assert_eq!(has_image, [true, false], "{word}");
        assert!(asked[1].body().to_string().contains("[image: a harbour at dusk, 40×30]"), "{word}");
        let first = &view.messages[1].attempts[0];
        let is_known =
            matches!(first.outcome, Some(AttemptOutcome::Failed { class: ErrorClass::ImagesUnsupported, .. }));
        assert!(is_known && first.status == Some(400), "{word}: {first:?}");
    }
}

#[tokio::test]
async fn a_question_that_is_too_large_is_put_once_more_without_its_images() {
    let house = House::new().await;
    let server = FakeLlm::start().await;
    server.next().fails(413, "Request Entity Too Large");
    server.always().says("In words, then.");
    let route = at(&house, &server, "openai").await;

    let (id, _) = shown(&house, route, 1).await;
    house.chimera.start(id).await.unwrap();
    house.until(id, ConversationState::Completed).await;

    let asked = server.requests();
    assert_eq!(asked.len(), 2);
    assert!(asked[0].body()["messages"][1]["content"].is_array());
    assert!(asked[1].body()["messages"][1]["content"].as_str().unwrap().contains("[image: a harbour"));
}

#[tokio::test]
async fn an_image_outlives_the_app_an_edit_and_a_recording_that_holds_no_byte_of_it() {
    let house = House::new().await;
    let server = FakeLlm::start().await;
    server.always().says("A harbour.");
    let file = house.folder.path().join("shown.jsonl");
    house.chimera.record(Recording::Next(file.clone()));
    let route = at(&house, &server, "compatible").await;
    let (id, image) = shown(&house, route, 1).await;
    house.chimera.start(id).await.unwrap();
    house.until(id, ConversationState::Completed).await;

    let house = house.reopened().await;
    let bytes = house.chimera.image(image.digest).await.unwrap().bytes;
    let message = house.chimera.conversation(id).await.unwrap().messages[0].id;
    house.chimera.edit_message(id, message, "See.", EditAs::Version).await.unwrap();
    let view = house.chimera.conversation(id).await.unwrap();

    assert_eq!((view.messages[0].text.as_str(), view.messages[0].images.len()), ("See.", 1));
    house.chimera.edit_message(id, message, " ", EditAs::Version).await.unwrap();
    let view = house.chimera.conversation(id).await.unwrap();
    assert_eq!((view.messages[0].text.as_str(), view.messages[0].images.len()), ("", 1), "a picture needs no words");
    let refused = house.chimera.edit_message(id, view.messages[1].id, " ", EditAs::Version).await.unwrap_err();
    assert_eq!((refused.code, refused.field.as_deref()), (ErrorCode::Invalid, Some("text")), "{refused}");
    assert_eq!(house.chimera.rebuild().await.unwrap(), None, "the tables are what the log says");
    let recorded = std::fs::read_to_string(Path::new(&file)).unwrap();
    assert!(recorded.contains(&image.digest.to_string()));
    assert!(!recorded.contains(&BASE64_STANDARD.encode(&bytes)));
    assert_eq!(replay_recording(&file, |_| Ok(())).unwrap(), None);
}

#[tokio::test]
async fn what_cannot_be_shown_is_refused_with_its_field_and_a_remedy() {
    let house = House::new().await;
    let id = house.chimera.create_conversation(panel(1)).await.unwrap().id;
    let image = house.chimera.attach_image(pictures::gif(Told::Nothing)).await.unwrap();
    assert_eq!(image.media_type, ImageType::Gif);
    let attach = async |bytes: Vec<u8>| house.chimera.attach_image(bytes).await.unwrap_err();
    let say = async |attached: Vec<Attachment>| {
        house.chimera.say_with_images(id, "", attached, SayWhen::After, Vec::new()).await.unwrap_err()
    };
    let one = Attachment { digest: image.digest, alt: None };
    let unknown = Attachment { digest: chimera_core::ImageDigest::of_hash([1; 32]), alt: None };

    for (error, field) in [
        (attach(b"<svg/>".to_vec()).await, "image"),
        (attach(pictures::png(9_000, 1, Told::Nothing)).await, "image"),
        (attach(vec![0; MAX_IMAGE_BYTES + 1]).await, "image"),
        (say(Vec::new()).await, "text"),
        (say(vec![one.clone(); MAX_MESSAGE_IMAGES + 1]).await, "images"),
        (say(vec![one.clone(), unknown.clone()]).await, "images[1].digest"),
        (say(vec![Attachment { alt: Some("two\nlines".into()), ..one }]).await, "images[0].alt"),
    ] {
        assert_eq!((error.code, error.field.as_deref()), (ErrorCode::Invalid, Some(field)), "{error}");
    }
    let missing = house.chimera.image(unknown.digest).await.unwrap_err();
    assert_eq!(missing.code, ErrorCode::ImageNotFound);
    assert!(house.chimera.conversation(id).await.unwrap().messages.is_empty());
}

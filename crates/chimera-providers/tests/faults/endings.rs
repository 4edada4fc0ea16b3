//! The end comes too early, too late, twice, or with nothing before it.

use std::time::Duration;

use chimera_core::{ErrorClass, Finish};
use chimera_testkit::Reply;
use serde_json::json;
use tokio::time::timeout;

use crate::dialect::Dialect;
use crate::matrix::{answered, refused};

const LETTERS: &str = "Grüße, 船よ 🦁.";

in_every_dialect! {
    async fn a_stream_that_breaks_keeps_its_words_and_is_no_success(dialect: Dialect) {
        let words = || dialect.begins("A plank");

        for (reply, may_lose_words) in [
            (words(), false),
            (words().breaks_off(), false),
            (words().bytes("data: {\"ty"), false),
            // A reset throws away what the client has not read yet.
            (words().resets(), true),
        ] {
            let heard = answered(dialect, reply.clone()).await;

            assert_eq!(heard.finish(), Err(ErrorClass::Truncated), "{reply:?}");
            let is_kept = if may_lose_words { "A plank".starts_with(&heard.text) } else { heard.text == "A plank" };
            assert!(is_kept, "{reply:?} says {:?}", heard.text);
        }
    }

    async fn an_end_in_the_middle_of_a_letter_keeps_the_letters_before_it(dialect: Dialect) {
        let begun = dialect.begins("A plank");
        for cut in 1..4 {
            let lion = "\u{1f981}".as_bytes();
            let part = [b"data: {\"delta\":\"".as_slice(), &lion[..cut]].concat();

            let heard = answered(dialect, begun.clone().bytes(part).breaks_off()).await;

            assert_eq!((heard.text.as_str(), heard.finish()), ("A plank", Err(ErrorClass::Truncated)));
        }
    }

    async fn bytes_that_are_no_letters_spoil_nothing_around_them(dialect: Dialect) {
        let reply = dialect.begins("A ").bytes(b"data: {\"x\":\"\xff\xfe\xf0\x9f\"}\n\n".as_slice());

        let heard = answered(dialect, dialect.ends(dialect.more(reply, "plank."))).await;

        assert_eq!((heard.text.as_str(), heard.finish()), ("A plank.", Ok(Finish::Stop)));
    }

    async fn a_whole_answer_survives_what_comes_after_it(dialect: Dialect) {
        let whole = || dialect.says("A plank.");

        // The one that hangs never closes: the afterword is waited for, but not for ever.
        for reply in [whole().breaks_off(), whole().resets(), whole().hangs(), whole().bytes("garbage").breaks_off()] {
            let heard = answered(dialect, reply.clone()).await;

            assert_eq!((heard.text.as_str(), heard.finish()), ("A plank.", Ok(Finish::Stop)), "{reply:?}");
        }
    }

    async fn pings_after_the_last_word_do_not_keep_a_whole_answer_open(dialect: Dialect) {
        // Without the mark of the end, as from servers that never send it.
        let answer = match dialect {
            Dialect::ChatCompletions => Reply::stream().text("A plank.").finish("stop"),
            Dialect::Messages => dialect
                .begins("A plank.")
                .event(json!({"type": "message_delta", "delta": {"stop_reason": "end_turn"}})),
            // This one always ends with its mark.
            Dialect::Responses => dialect.says("A plank."),
            Dialect::GenerateContent => dialect.says("A plank."),
        };
        let pings = (0..60).fold(answer, |reply, _| reply.rests(Duration::from_millis(500)).comment("ping"));

        let heard = timeout(Duration::from_secs(15), answered(dialect, pings.hangs())).await;

        let heard = heard.expect("the afterword has one deadline, however often it pings");
        assert_eq!((heard.text.as_str(), heard.finish()), ("A plank.", Ok(Finish::Stop)));
    }

    async fn events_after_the_end_are_not_heard(dialect: Dialect) {
        // Gemini has no mark at its end: whatever comes before the line closes may belong to the answer.
        let after = match dialect {
            Dialect::GenerateContent => dialect.says("A plank.").bytes("data: {not json\r\n\r\n"),
            _ => dialect.event(dialect.more(dialect.says("A plank."), " And more."), dialect.overloaded()),
        };

        let heard = answered(dialect, after).await;

        assert_eq!((heard.text.as_str(), heard.finish()), ("A plank.", Ok(Finish::Stop)));
    }

    async fn an_answer_that_drips_byte_by_byte_is_the_same_answer(dialect: Dialect) {
        let at_once = answered(dialect, dialect.says(LETTERS)).await;

        let dripped = answered(dialect, dialect.says(LETTERS).drips()).await;

        assert_eq!((dripped.text.as_str(), dripped.finish()), (LETTERS, Ok(Finish::Stop)));
        assert_eq!(dripped.usage.map(|usage| (usage.input_tokens, usage.output_tokens)), Some((Some(10), Some(5))));
        assert_eq!(dripped, at_once);
    }

    async fn an_end_without_words_is_an_empty_answer(dialect: Dialect) {
        let blank = dialect.ends(dialect.more(dialect.begins(""), " "));

        assert_eq!(answered(dialect, dialect.says("")).await.finish(), Err(ErrorClass::EmptyAnswer));
        assert_eq!(answered(dialect, blank).await.finish(), Err(ErrorClass::EmptyAnswer));
    }

    async fn thinking_alone_is_an_empty_answer(dialect: Dialect) {
        let thought = dialect.event(dialect.begins(""), dialect.thought("Hm."));

        let heard = answered(dialect, dialect.ends(thought)).await;

        assert_eq!((heard.text.as_str(), heard.reasoning.as_str()), ("", "Hm."));
        assert_eq!(heard.finish(), Err(ErrorClass::EmptyAnswer));
    }

    async fn thinking_alone_is_an_empty_answer_though_the_line_stays_open(dialect: Dialect) {
        let thought = dialect.event(dialect.begins(""), dialect.thought("Hm."));
        // Without the mark of the end, as from servers that never send it.
        let answer = match dialect {
            Dialect::ChatCompletions => thought.finish("stop"),
            Dialect::Messages => thought.event(json!({"type": "message_delta", "delta": {"stop_reason": "end_turn"}})),
            // This one always ends with its mark.
            Dialect::Responses => dialect.ends(thought),
            Dialect::GenerateContent => dialect.event(thought, json!({"candidates": [{"finishReason": "STOP"}]})),
        };

        let heard = timeout(Duration::from_secs(20), answered(dialect, answer.hangs())).await;

        let heard = heard.expect("the model has said that it is done");
        assert_eq!((heard.reasoning.as_str(), heard.finish()), ("Hm.", Err(ErrorClass::EmptyAnswer)));
    }

    async fn a_filter_before_the_first_word_is_a_matter_of_policy(dialect: Dialect) {
        let mut reply = dialect.event(dialect.begins(""), dialect.filtered());
        if dialect == Dialect::Messages {
            reply = reply.event(json!({"type": "message_stop"}));
        }

        assert_eq!(refused(dialect, reply).await.class, ErrorClass::ContentPolicy);
    }

    async fn a_filter_after_words_keeps_them_and_says_so(dialect: Dialect) {
        let expected = match dialect {
            Dialect::Messages => Finish::Refusal,
            Dialect::ChatCompletions | Dialect::Responses | Dialect::GenerateContent => Finish::ContentFilter,
        };

        let heard = answered(dialect, dialect.event(dialect.begins("A plank is "), dialect.filtered())).await;

        assert_eq!((heard.text.as_str(), heard.finish()), ("A plank is ", Ok(expected)));
    }

    async fn a_refusal_of_the_question_itself_is_a_matter_of_policy(dialect: Dialect) {
        let reply = match dialect {
            Dialect::GenerateContent => {
                Reply::events().data(json!({"promptFeedback": {"blockReason": "PROHIBITED_CONTENT"}}))
            }
            Dialect::ChatCompletions | Dialect::Responses => {
                Reply::fails(400, r#"{"error":{"code":"content_filter","message":"The prompt was filtered."}}"#)
            }
            Dialect::Messages => Reply::events()
                .event(json!({"type": "message_delta", "delta": {"stop_reason": "refusal",
                    "stop_details": {"type": "refusal", "category": "cyber"}}}))
                .event(json!({"type": "message_stop"})),
        };

        assert_eq!(refused(dialect, reply).await.class, ErrorClass::ContentPolicy);
    }
}

//! More than any answer of a model: cut at a bound. That memory stays flat under a million small events is held by
//! `tests/flood.rs`, in a process of its own.

use chimera_core::ErrorClass;
use chimera_testkit::Reply;

use crate::dialect::Dialect;
use crate::matrix::{answered, refused};

in_every_dialect! {
    async fn an_endless_line_is_cut_at_its_bound(dialect: Dialect) {
        assert_eq!(refused(dialect, Reply::events().repeats("x", 3 << 20)).await.class, ErrorClass::Malformed);
    }

    async fn an_endless_event_is_cut_at_its_bound(dialect: Dialect) {
        assert_eq!(refused(dialect, Reply::events().repeats("data: so much\n", 80_000)).await.class, ErrorClass::Malformed);
    }

    async fn an_endless_line_after_words_keeps_them(dialect: Dialect) {
        let heard = answered(dialect, dialect.begins("A plank").bytes("data: ").repeats("x", 3 << 20)).await;

        assert_eq!((heard.text.as_str(), heard.finish()), ("A plank", Err(ErrorClass::Malformed)));
    }

    async fn a_compressed_bomb_is_cut_like_any_other_flood(dialect: Dialect) {
        assert_eq!(refused(dialect, Reply::gzip_bomb(8 << 20)).await.class, ErrorClass::Malformed);
    }

    async fn an_endless_document_is_cut_at_its_bound(dialect: Dialect) {
        let reply = Reply::whole(200, "application/json", "{\"padding\":\"").repeats("x", 17 << 20);

        assert_eq!(refused(dialect, reply).await.class, ErrorClass::Malformed);
    }

    async fn an_endless_head_is_an_error(dialect: Dialect) {
        let endless = Reply::raw("HTTP/1.1 200 OK\r\n").repeats("x-more: and more\r\n", 60_000);
        let one_line = Reply::raw("HTTP/1.1 200 OK\r\nx-more: ").repeats("x", 2 << 20);

        for reply in [endless, one_line] {
            assert_eq!(refused(dialect, reply).await.class, ErrorClass::Unreachable);
        }
    }

    async fn an_endless_explanation_of_an_error_keeps_its_status(dialect: Dialect) {
        let error = refused(dialect, Reply::fails(503, "no ").repeats("and no ", 1 << 20)).await;

        assert_eq!((error.class, error.status), (ErrorClass::Overloaded, Some(503)));
        assert!(error.detail.chars().count() <= 401, "{} letters", error.detail.len());
    }

    async fn blank_lines_alone_are_not_waited_out_for_ever(dialect: Dialect) {
        assert_eq!(refused(dialect, Reply::events().repeats("\r\n", 200_000)).await.class, ErrorClass::Truncated);
    }
}

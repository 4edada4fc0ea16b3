//! Words as such: none is lost and none is said twice, however they are packed.

use chimera_core::Finish;
use chimera_testkit::Reply;

use crate::dialect::Dialect;
use crate::matrix::answered;

in_every_dialect! {
    async fn a_thousand_words_come_in_their_order(dialect: Dialect) {
        let words: String = (0..1_000).map(|number| format!("{number} ")).collect();

        let heard = answered(dialect, dialect.says(words.trim_end())).await;

        assert_eq!((heard.text.as_str(), heard.finish()), (words.trim_end(), Ok(Finish::Stop)));
    }

    async fn words_that_are_said_twice_by_the_model_stay_said_twice(dialect: Dialect) {
        let heard = answered(dialect, dialect.says("no no no no, no")).await;

        assert_eq!(heard.text, "no no no no, no");
    }

    async fn words_that_look_like_the_events_around_them_are_words(dialect: Dialect) {
        let words = ["A ", "plain ", "\"error\" ", "error ", "\\ ", "\\\" ", "\t", "\n", "\u{1} ", "{\"text\":\"x\"} ", "🦁 ", "null ", "}", "]] ", "same ", "same ", ", ", "船"];
        let whole = words.concat();
        let reply = words.iter().fold(dialect.begins(""), |reply, word| dialect.event(reply, dialect.word(word)));

        let heard = answered(dialect, dialect.ends(reply)).await;

        assert_eq!((heard.text.as_str(), heard.finish()), (whole.as_str(), Ok(Finish::Stop)));
    }

    async fn a_burst_of_ten_megabytes_arrives_whole(dialect: Dialect) {
        let word = "0123456789 ".repeat(2_000);
        let word = word.trim_end();
        let burst = (0..460).fold(dialect.begins(""), |reply, _| {
            let one = word.replace(' ', "_");
            dialect.more(reply, &one)
        });

        let heard = answered(dialect, dialect.ends(burst)).await;

        assert_eq!(heard.finish(), Ok(Finish::Stop));
        assert_eq!(heard.text.len(), 460 * word.len());
    }

    async fn line_ends_of_every_kind_are_line_ends(dialect: Dialect) {
        for end in ["\n", "\r\n", "\r"] {
            let event = dialect.word("A plank.");
            let reply = Reply::events().bytes(format!("\u{feff}data: {event}{end}{end}"));

            let heard = answered(dialect, dialect.ends(reply)).await;

            assert_eq!((heard.text.as_str(), heard.finish()), ("A plank.", Ok(Finish::Stop)), "{end:?}");
        }
    }
}

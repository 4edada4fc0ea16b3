use chimera_app::{Answer, AttemptReport, Chimera, ErrorCode, Outcome, Result};
use chimera_core::{ConnectionId, ErrorClass};
use serde::Serialize;

use crate::ask::{Interrupt, Shown, follow};
use crate::exit::Exit;
use crate::out::{print, print_json, tame};

/// What came of one connection's trial.
#[derive(Serialize)]
struct Trial {
    connection: ConnectionId,
    answer: Option<Answer>,
    class: Option<Class>,
    /// Why there is no whole answer, in words.
    error: Option<String>,
}

/// Why there is no whole answer.
#[derive(Debug, PartialEq, Serialize)]
#[serde(untagged)]
enum Class {
    Failure(ErrorClass),
    Limit(Limit),
}

#[derive(Debug, PartialEq, Serialize)]
#[serde(rename_all = "snake_case")]
enum Limit {
    CutByLimit,
}

/// The endings from the worst to the best: of several trials the exit code is that of the worst.
const WORST_FIRST: [Exit; 6] =
    [Exit::Stopped, Exit::NoModelAnswered, Exit::Interrupted, Exit::Refused, Exit::CutByLimit, Exit::Done];

/// All of them, or one: each is asked to say one word.
pub async fn run(chimera: &Chimera, id: Option<ConnectionId>, model: Option<String>, json: bool) -> Result<Exit> {
    let ids = match id {
        Some(id) => vec![id],
        None => chimera.connections().await.into_iter().map(|view| view.connection.id).collect(),
    };
    eprintln!("chimera: each connection is asked for one word, which costs a few tokens");
    let mut interrupt = Interrupt::default();
    let mut trials = Vec::new();
    for connection in ids {
        let asked = tokio::select! {
            asked = chimera.try_connection(&connection, model.clone()) => asked,
            // It has only been asked for its models.
            () = interrupt.comes() => break,
        };
        let trial = match asked {
            Ok(mut asking) => {
                let mut shown = Shown::new(json).led_by(format!("{connection}  says: "));
                let answer = follow(&mut asking, &mut shown, &mut interrupt).await?;
                if !json && !answer.text.is_empty() {
                    print("\n")?;
                }
                Trial::of(connection, answer)
            }
            Err(error) if error.code == ErrorCode::ConnectionNotFound => return Err(error),
            Err(error) => Trial { connection, answer: None, class: None, error: Some(error.to_string()) },
        };
        if !json {
            print(&trial.line())?;
        }
        trials.push(trial);
        if interrupt.came() {
            break;
        }
    }
    if json {
        print_json(&trials)?;
    }
    let stopped = interrupt.came().then_some(Exit::Stopped);
    Ok(worst(trials.iter().map(Trial::exit).chain(stopped)))
}

fn worst(exits: impl Iterator<Item = Exit>) -> Exit {
    let rank = |exit: &Exit| WORST_FIRST.iter().position(|known| known == exit);
    exits.min_by_key(rank).unwrap_or(Exit::Done)
}

impl Trial {
    fn of(connection: ConnectionId, answer: Answer) -> Self {
        let last = answer.attempts.last();
        let class = last.and_then(|last| last.class);
        let detail = last.and_then(|last| last.error.clone());
        let (class, error) = match answer.outcome {
            Outcome::Completed => (None, None),
            Outcome::Failed | Outcome::Interrupted => (class.map(Class::Failure), detail),
            Outcome::Refused => {
                let held_back = || "the rest was held back by a policy".to_owned();
                let class = class.unwrap_or(ErrorClass::ContentPolicy);
                (Some(Class::Failure(class)), Some(detail.unwrap_or_else(held_back)))
            }
            Outcome::CutByLimit => {
                let cut = "the limit of output tokens was reached".to_owned();
                (Some(Class::Limit(Limit::CutByLimit)), Some(cut))
            }
            Outcome::Cancelled => (None, Some("cancelled".into())),
        };
        Self { connection, answer: Some(answer), class, error }
    }

    fn exit(&self) -> Exit {
        match &self.answer {
            Some(answer) => answer.outcome.into(),
            None => Exit::NoModelAnswered,
        }
    }

    fn line(&self) -> String {
        let Self { connection, answer, class, error } = self;
        let error = tame(error.as_deref().unwrap_or_default());
        let why = match class {
            Some(Class::Failure(class)) => format!("{class} ({error})"),
            Some(Class::Limit(Limit::CutByLimit)) | None => error,
        };
        let told = match answer.as_ref().map(|answer| answer.outcome) {
            None => format!("could not be asked: {why}"),
            Some(Outcome::Completed) => "answers".into(),
            Some(Outcome::Failed) => format!("does not answer: {why}"),
            Some(Outcome::Interrupted) => format!("breaks off: {why}"),
            Some(Outcome::Refused) => format!("refuses: {why}"),
            Some(Outcome::CutByLimit) => format!("is cut short: {why}"),
            Some(Outcome::Cancelled) => "cancelled".into(),
        };
        let last = answer.as_ref().and_then(|answer| answer.attempts.last());
        format!("{connection}  {told}{}\n", last.map(asked).unwrap_or_default())
    }
}

fn asked(attempt: &AttemptReport) -> String {
    let took = attempt.total_ms.map_or_else(String::new, |total| format!(", {total} ms"));
    format!("  [{}{took}]", tame(&attempt.model))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn of_several_trials_the_worst_counts() {
        for (exits, expected) in [
            (vec![], Exit::Done),
            (vec![Exit::Done, Exit::CutByLimit], Exit::CutByLimit),
            (vec![Exit::CutByLimit, Exit::Refused, Exit::Done], Exit::Refused),
            (vec![Exit::Interrupted, Exit::Refused], Exit::Interrupted),
            (vec![Exit::Refused, Exit::NoModelAnswered, Exit::Interrupted], Exit::NoModelAnswered),
            (vec![Exit::NoModelAnswered, Exit::Stopped], Exit::Stopped),
        ] {
            assert_eq!(worst(exits.into_iter()), expected);
        }
    }
}

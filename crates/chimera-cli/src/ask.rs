use std::io::{IsTerminal, Read};
use std::time::Duration;

use chimera_app::{Answer, Asking, Error, ErrorCode, Outcome, Pace, Question, Result, Timeouts, ask};
use chimera_core::{AttemptOutcome, EventKind, FallbackRules, FeedItem};
use futures::future::BoxFuture;

use crate::args::Ask;
use crate::exit::Exit;
use crate::out::{print, print_json, tame};
use crate::talk::keys_from;

/// One turn under the whole fallback policy, without a data folder, a history or a keyring.
pub async fn run(args: Ask) -> Result<Exit> {
    let json = args.json;
    let asking = match question(args) {
        Ok(question) => ask(question).await,
        Err(error) => Err(error),
    };
    match asking {
        Ok(mut asking) => {
            let mut shown = Shown::new(json);
            let answer = follow(&mut asking, &mut shown, &mut Interrupt::default()).await?;
            shown.end(&answer)?;
            Ok(answer.outcome.into())
        }
        // What cannot be asked is a mistake in the command, as one that clap finds is.
        Err(error) if error.code == ErrorCode::Invalid => {
            crate::exit::report(&error.into());
            Ok(Exit::NotUnderstood)
        }
        Err(error) => Err(error),
    }
}

/// Shows the answer as it comes, and cuts it off at the first Ctrl-C.
pub async fn follow(asking: &mut Asking, shown: &mut Shown, interrupt: &mut Interrupt) -> Result<Answer> {
    loop {
        let item = tokio::select! {
            item = asking.next() => item,
            () = interrupt.comes() => {
                asking.stop().await;
                continue;
            }
        };
        match item {
            Some(item) => shown.next(&item, asking)?,
            None => return Ok(asking.answer()),
        }
    }
}

/// The first Ctrl-C; others after it say nothing more.
#[derive(Default)]
pub struct Interrupt {
    signal: Option<BoxFuture<'static, std::io::Result<()>>>,
    came: bool,
}

impl Interrupt {
    pub fn came(&self) -> bool {
        self.came
    }

    pub async fn comes(&mut self) {
        if self.came {
            std::future::pending().await
        }
        // Without a handler there is nothing to wait for: the system ends the program.
        if self.signal.get_or_insert_with(|| Box::pin(tokio::signal::ctrl_c())).await.is_err() {
            std::future::pending().await
        }
        self.came = true;
    }
}

impl From<Outcome> for Exit {
    fn from(outcome: Outcome) -> Self {
        match outcome {
            Outcome::Completed => Self::Done,
            Outcome::Failed => Self::NoModelAnswered,
            Outcome::Interrupted => Self::Interrupted,
            Outcome::Refused => Self::Refused,
            Outcome::CutByLimit => Self::CutByLimit,
            Outcome::Cancelled => Self::Stopped,
        }
    }
}

/// What is on standard output so far: with `--json` nothing until the end.
pub struct Shown {
    json: bool,
    printed: u32,
    /// What stands before the first word.
    lead: String,
}

impl Shown {
    pub fn new(json: bool) -> Self {
        Self { json, printed: 0, lead: String::new() }
    }

    /// The same with this in front of the first word.
    pub fn led_by(self, lead: String) -> Self {
        Self { lead, ..self }
    }

    fn next(&mut self, item: &FeedItem, asking: &Asking) -> Result<()> {
        match item {
            FeedItem::Delta(delta) if !self.json => {
                self.printed = delta.offset + u32::try_from(delta.text.chars().count()).unwrap_or(u32::MAX);
                print(&(std::mem::take(&mut self.lead) + &tame(&delta.text)))
            }
            FeedItem::Event(event) => self.note(&event.kind, asking),
            FeedItem::Delta(_) | FeedItem::Snapshot(_) => Ok(()),
        }
    }

    fn note(&mut self, event: &EventKind, asking: &Asking) -> Result<()> {
        if let EventKind::AttemptEnded { repairs, .. } = event {
            for repair in repairs {
                eprintln!("chimera: refused at first, sent once more {repair}");
            }
        }
        match event {
            EventKind::AttemptEnded {
                outcome: AttemptOutcome::Failed { class, detail }, status, request_id, ..
            } => {
                let status = status.map_or_else(String::new, |status| format!(" {status}"));
                let request = request_id.as_ref().map_or_else(String::new, |id| format!(", request {}", tame(id)));
                eprintln!("chimera: failed{status}: {class} ({}){request}", tame(detail));
            }
            EventKind::AttemptEnded { outcome: AttemptOutcome::Skipped { class, detail, .. }, .. } => {
                eprintln!("chimera: passed over: {class} ({})", tame(detail));
            }
            EventKind::FallbackSwitched { to, after_words, .. } => {
                let goes_on = if *after_words { "takes over what broke off" } else { "is asked instead" };
                eprintln!("chimera: {} {goes_on}", tame(&asking.name_of(to)));
            }
            // What stands on a terminal cannot be taken back.
            EventKind::MessageTakenOver { from_char, .. } if !self.json && *from_char < self.printed => {
                self.printed = *from_char;
                eprintln!("\nchimera: what was printed is struck; the answer begins anew");
            }
            _ => {}
        }
        Ok(())
    }

    fn end(&self, answer: &Answer) -> Result<()> {
        if self.json {
            return print_json(answer);
        }
        if !answer.text.is_empty() {
            print("\n")?;
        }
        match answer.outcome {
            Outcome::Completed => {}
            Outcome::Interrupted => eprintln!("chimera: interrupted: the answer broke off and nobody went on"),
            Outcome::Failed => eprintln!("chimera: failed: no model on the route answered"),
            Outcome::Refused => eprintln!("chimera: refused by a provider's policy"),
            Outcome::CutByLimit => eprintln!("chimera: cut by the limit of output tokens"),
            Outcome::Cancelled => eprintln!("chimera: cancelled"),
        }
        Ok(())
    }
}

fn question(args: Ask) -> Result<Question> {
    let keys = keys_from(&args.key_env)?;
    let prompt = match (args.prompt, args.prompt_file) {
        (Some(prompt), _) => prompt,
        (None, Some(file)) if file.as_os_str() != "-" => std::fs::read_to_string(&file)
            .map_err(|error| Error::invalid("prompt-file", format!("{} could not be read: {error}", file.display())))?,
        (None, _) => from_stdin()?,
    };
    Ok(Question {
        route: args.route,
        keys,
        system: args.system,
        prompt,
        images: crate::images::read(&args.pictures)?,
        fallback: FallbackRules {
            after_cut: args.after_cut.into(),
            refusals: args.refusals.into(),
            bad_certificate: args.bad_certificate.into(),
            ..FallbackRules::default()
        },
        timeouts: Timeouts {
            first_token: args.first_token_timeout.map(|Seconds(span)| span),
            idle: args.idle_timeout.map(|Seconds(span)| span),
            no_progress: args.no_progress_timeout.map(|Seconds(span)| span),
            total: args.total_timeout.map(|Seconds(span)| span),
        },
        pace: args.pace.map_or(Pace::Instant, Pace::from),
    })
}

fn from_stdin() -> Result<String> {
    let mut stdin = std::io::stdin();
    if stdin.is_terminal() {
        eprintln!("chimera: reading the prompt from standard input; end it with Ctrl-D");
    }
    let mut prompt = String::new();
    stdin
        .read_to_string(&mut prompt)
        .map_err(|error| Error::invalid("prompt", format!("standard input could not be read: {error}")))?;
    Ok(prompt)
}

/// Seconds as people write them: `30`, `0.5`.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Seconds(pub Duration);

impl std::str::FromStr for Seconds {
    type Err = String;

    fn from_str(text: &str) -> std::result::Result<Self, String> {
        let seconds: f64 = text.parse().map_err(|_| "write a number of seconds, such as 30 or 0.5".to_owned())?;
        match Duration::try_from_secs_f64(seconds) {
            Ok(span) if !span.is_zero() && span <= Duration::from_secs(24 * 60 * 60) => Ok(Self(span)),
            Ok(_) | Err(_) => Err("it must be more than 0 and at most 86400".into()),
        }
    }
}

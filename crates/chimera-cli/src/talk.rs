use std::io::IsTerminal;

use chimera_app::{
    Chimera, Error, FeedReader, Options, Pace, Recording, Result, StopWhen, Subscription, default_data_dir,
};
use chimera_core::{
    ConversationChange, ConversationId, ConversationState, ConversationView, EndPhrase, EndRules, EventKind,
    FallbackRules, FeedItem, ModelRef, NewConversation, NewModerator, NewParticipant, PersonaId, Sampling, Secret,
    Unpriced,
};

use crate::args::{Data, Ends, Talk};
use crate::exit::Exit;
use crate::out::print;
use crate::script::Script;

/// Turns of a talk of which nobody said when it ends.
const USUAL_TURNS: u32 = 6;

/// Where the history lies for a command.
pub fn data_dir(data: &Data) -> Result<std::path::PathBuf> {
    data.data_dir.clone().map_or_else(default_data_dir, Ok)
}

pub async fn run(args: Talk) -> Result<Exit> {
    let mut options = Options::new(data_dir(&args.data)?);
    options.pace = match args.pace {
        Some(pace) => pace.into(),
        None if std::io::stdout().is_terminal() => options.pace,
        None => Pace::Brisk,
    };
    let chimera = Chimera::open(options).await?;
    if let Some(file) = &args.record {
        chimera.record(Recording::Next(file.clone()));
    }
    let ended = hold(&chimera, args).await;
    let closed = chimera.close().await;
    let exit = ended?;
    closed?;
    Ok(exit)
}

async fn hold(chimera: &Chimera, args: Talk) -> Result<Exit> {
    let feed = chimera.subscribe(Subscription::default())?;
    let key = args.key_env.as_deref().map(key_from).transpose()?;
    let route = match &args.route {
        Some(spec) => Some(chimera.route(spec, key).await?),
        None => None,
    };
    let created = match &args.cast {
        Some(cast) => {
            let seated = chimera.seat_cast(cast, Some(args.topic.clone()), route.clone().unwrap_or_default()).await?;
            // It says after how many turns it ends, unless the command line does.
            let end = Some(end_rules(&args.ends, seated.end.turns.unwrap_or(USUAL_TURNS)));
            chimera.change(seated.id, ConversationChange { end, ..ConversationChange::default() }).await?;
            seated
        }
        None => create(chimera, &args, route.as_ref()).await?,
    };
    chimera.start(created.id).await?;
    if args.json {
        follow(chimera, feed, created.id, as_json()).await
    } else {
        follow(chimera, feed, created.id, as_script()).await
    }
}

async fn create(chimera: &Chimera, args: &Talk, route: Option<&Vec<ModelRef>>) -> Result<ConversationView> {
    chimera
        .create_conversation(NewConversation {
            topic: args.topic.clone(),
            participants: args.personas.iter().map(|persona| seat(persona, route, args.answer_tokens)).collect(),
            policy: args.policy.into(),
            end: end_rules(&args.ends, USUAL_TURNS),
            fallback: FallbackRules { after_cut: args.after_cut.into(), ..FallbackRules::default() },
            seed: args.seed,
            stall_after_s: args.stall_after,
            moderator: args.moderator.as_ref().map(|persona| moderator(persona, &args.personas)).transpose()?,
            ..NewConversation::default()
        })
        .await
}

/// Prints what the feed brings until the conversation ends or the user has heard enough.
async fn follow(
    chimera: &Chimera,
    mut feed: FeedReader,
    id: ConversationId,
    mut show: impl FnMut(&chimera_app::Frame) -> Result<()>,
) -> Result<Exit> {
    let mut exit = None;
    let mut interrupt = std::pin::pin!(tokio::signal::ctrl_c());
    let mut was_interrupted = false;
    while exit.is_none() {
        let frame = tokio::select! {
            frame = feed.next() => frame?,
            _ = &mut interrupt, if !was_interrupted => {
                was_interrupted = true;
                chimera.stop(id, StopWhen::Now).await?;
                continue;
            }
        };
        let Some(frame) = frame else { break };
        show(&frame)?;
        exit = ended(frame.item());
    }
    Ok(if was_interrupted { Exit::Stopped } else { exit.unwrap_or(Exit::Stopped) })
}

fn as_json() -> impl FnMut(&chimera_app::Frame) -> Result<()> {
    |frame| print(&format!("{}\n", frame.json()))
}

fn as_script() -> impl FnMut(&chimera_app::Frame) -> Result<()> {
    let mut script = Script::default();
    move |frame| print(&script.next(frame.item()))
}

fn ended(item: &FeedItem) -> Option<Exit> {
    let FeedItem::Event(event) = item else { return None };
    match &event.kind {
        EventKind::ConversationStateChanged { state: ConversationState::Completed, .. } => Some(Exit::Done),
        EventKind::ConversationStateChanged { state: ConversationState::NeedsAttention, .. } => {
            Some(Exit::NoModelAnswered)
        }
        // Nobody can resume it from here.
        EventKind::ConversationStateChanged { state: ConversationState::Paused, .. } => Some(Exit::Paused),
        _ => None,
    }
}

/// Somebody sits before the terminal: no number of turns needs another person.
fn end_rules(ends: &Ends, usual_turns: u32) -> EndRules {
    let ours = EndRules::default();
    let other = ends.turns_each.is_some() || ends.minutes.is_some() || ends.until.is_some();
    let unpriced = match (ends.money, ends.allow_unpriced) {
        (Some(_), false) => Unpriced::Refuse,
        (Some(_), true) | (None, _) => Unpriced::Allow,
    };
    EndRules {
        turns: ends.turns.or((!other).then_some(usual_turns)),
        turns_per_participant: ends.turns_each,
        turns_without_user: None,
        minutes: ends.minutes.or(ours.minutes),
        tokens: ends.tokens.or(ours.tokens),
        money: ends.money.or(ours.money),
        unpriced,
        phrase: ends.until.clone().map(|text| EndPhrase { text, by: Vec::new() }),
        loops: !ends.allow_loops,
    }
}

/// A persona on the given route, or on the demo voice of its name.
fn seat(persona: &PersonaId, route: Option<&Vec<ModelRef>>, answer_tokens: Option<u32>) -> NewParticipant {
    let route = route.cloned().unwrap_or_else(|| vec![chimera_app::demo_voice_for(persona)]);
    let sampling = Sampling { max_output_tokens: answer_tokens, ..Sampling::default() };
    NewParticipant { persona: Some(persona.clone()), route, sampling, ..NewParticipant::default() }
}

fn moderator(persona: &PersonaId, seats: &[PersonaId]) -> Result<NewModerator> {
    let seat = (0..).zip(seats).find(|(_, seated)| *seated == persona).map(|(seat, _)| seat);
    let seat = seat.ok_or_else(|| Error::invalid("moderator", format!("{persona} does not sit at the table")))?;
    Ok(NewModerator::Seat { seat })
}

pub fn key_from(variable: &str) -> Result<Secret> {
    match std::env::var(variable) {
        Ok(key) if !key.trim().is_empty() => Ok(Secret::new(key.trim())),
        _ => Err(Error::invalid(
            "key-env",
            format!("the environment variable {variable} is not set or empty: put the key there"),
        )),
    }
}

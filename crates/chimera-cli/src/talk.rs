use std::io::IsTerminal;

use chimera_app::{
    Chimera, Error, FeedReader, Options, Pace, Recording, Result, StopWhen, Subscription, any_demo_voice,
    default_data_dir,
};
use chimera_core::{
    CastView, ConversationId, ConversationState, ConversationView, EndPhrase, EndRules, EventKind, FallbackRules,
    FeedItem, ModelRef, NewConversation, NewModerator, NewParticipant, PersonaId, Sampling, Seating, Secret, Unpriced,
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
            let seating = seating(chimera.cast(cast).await?, &args, route.as_ref())?;
            chimera.seat_cast(cast, seating).await?
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
            end: end_rules(&args.ends, &EndRules { turns: Some(USUAL_TURNS), ..EndRules::default() }),
            fallback: fallback(args, FallbackRules::default()),
            seed: args.seed,
            stall_after_s: args.stall_after,
            moderator: args.moderator.as_ref().map(|persona| moderator(persona, &args.personas)).transpose()?,
            ..NewConversation::default()
        })
        .await
}

/// The cast as it is, but for what the command line says.
fn seating(cast: CastView, args: &Talk, route: Option<&Vec<ModelRef>>) -> Result<Seating> {
    let route = match (args.demo, route) {
        (false, None) if cast.shipped => {
            return Err(Error::invalid(
                "route",
                "this cast brings no models: name some with --route, or seat --demo voices",
            ));
        }
        // The voices of a cast that came with Chimera are chosen for it.
        (true, _) if !cast.shipped => vec![any_demo_voice()],
        (_, route) => route.cloned().unwrap_or_default(),
    };
    Ok(Seating {
        topic: Some(args.topic.clone()),
        route,
        end: Some(end_rules(&args.ends, &cast.cast.end)),
        fallback: Some(fallback(args, cast.cast.fallback)),
        stall_after_s: args.stall_after,
        seed: args.seed,
        answer_tokens: args.answer_tokens,
    })
}

fn fallback(args: &Talk, rules: FallbackRules) -> FallbackRules {
    FallbackRules { after_cut: args.after_cut.map_or(rules.after_cut, Into::into), ..rules }
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

/// What is usual, but for what the command line says. Somebody sits before the terminal: no number of turns needs
/// another person.
fn end_rules(ends: &Ends, usual: &EndRules) -> EndRules {
    let other = ends.turns_each.is_some() || ends.minutes.is_some() || ends.until.is_some();
    let is_endless = usual.turns_per_participant.or(usual.minutes).is_none() && usual.phrase.is_none();
    let usual_turns = usual.turns.or(is_endless.then_some(USUAL_TURNS));
    let unpriced = match (ends.money, ends.allow_unpriced) {
        (Some(_), false) => Unpriced::Refuse,
        (Some(_), true) => Unpriced::Allow,
        (None, _) => usual.unpriced,
    };
    let phrase = ends.until.clone().map(|text| EndPhrase { text, by: Vec::new() });
    EndRules {
        turns: ends.turns.or(usual_turns.filter(|_| !other)),
        turns_per_participant: ends.turns_each.or(usual.turns_per_participant),
        turns_without_user: None,
        minutes: ends.minutes.or(usual.minutes),
        tokens: ends.tokens.or(usual.tokens),
        money: ends.money.or(usual.money),
        unpriced,
        phrase: phrase.or_else(|| usual.phrase.clone()),
        loops: usual.loops && !ends.allow_loops,
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
